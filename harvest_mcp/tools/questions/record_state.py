"""A record's status columns, owner and dependents, as questions, sheets and answers show them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.changes.looking import written
from harvest_mcp.consent.question import QuestionSheet, facts
from harvest_mcp.errors import CallFailed, Forbidden, Incomplete, NotFound
from harvest_mcp.spec import Dependent, Record, Resource, Rule, Scope, System, Value, fields
from harvest_mcp.text.render import UNREADABLE, count, plain, quoted, shown
from harvest_mcp.tools.arguments.owners import named
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as just read, and its owner: `client "SuprCorp"`, or empty if nobody looked."""

    resource: Kind
    record: Record
    whose: str = ""

    @property
    def called(self) -> str:
        """Return `invoice "1004" (7004)`."""
        return f"{self.resource.word} {name_and_id(self.resource, self.record, most=None)}"

    def says(self, subject: str, *, before: Record | None = None) -> str:
        """Return the status in a sentence, with `state open -> partial` for changes; empty without status columns."""
        told = [self.whose] if self.whose else []
        told += [f"{name} {value}" for name, value in self._columns(before)]
        return f"{subject} has {', '.join(told)}." if told else ""

    def _columns(self, before: Record | None) -> Iterator[tuple[str, str]]:
        for name in (name for rule in self.resource.rules for name in rule.stands):
            now, was = _told(self.record, name), _told(before or self.record, name)
            if (now, was) != (None, None):
                both = ("nothing" if each is None else str(each) for each in (was, now))
                yield name, str(now) if was == now else " -> ".join(both)


def _told(record: Record, name: str) -> object:
    return UNREADABLE if name in record.unread else plain(getattr(record, name))


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that another lies under, as just read."""

    standing: Standing

    @property
    def says(self) -> str:
        """Return `The invoice has state open, …`."""
        return self.standing.says(f"The {self.standing.resource.word}")


async def standing_of(call: Call, system: System, resource: Kind, record: Record) -> Standing | None:
    """Return the record's status with its owner's name; None if it has neither."""
    if not any(rule.stands for rule in resource.rules):
        return None
    for of, told in (rule.whose for rule in resource.rules):
        noun, id = fields(resource.record)[of].ref if of else None, getattr(record, of) if of else None
        if noun is not None and id is not None:
            name = getattr(record, told) if told else None
            whose = f"{noun} {quoted(name, most=None)}" if name else await named(call.api(system), noun, id)
            return Standing(resource, record, whose)
    return Standing(resource, record)


async def owner_of(call: Call, system: System, resource: Kind, id: int) -> Owner | None:
    """Return the owner, if creating or deleting one of its records changes its figures."""
    if (item := resource.owned_by) is None or not any(rule.moves_owner for rule in resource.rules):
        return None
    of = system.resource(str(item.ref))
    standing = await standing_of(call, system, of, await call.api(system).get(Scope(of), id))
    return Owner(standing) if standing else None


async def owner_change(call: Call, system: System, owner: Owner | None) -> str:
    """Return how a write changed the owner, as a sentence; empty if it did not."""
    if owner is None:
        return ""
    before, of = owner.standing.record, owner.standing.resource
    try:
        now = Standing(of, await call.api(system).get(Scope(of), before.id))
    except CallFailed:
        return f"Its {of.word} could not be read back."
    return now.says(f"The {of.word}", before=before)


async def owner_remarks(
    call: Call, system: System, minding: Sequence[Rule], resource: Kind, record: Record | None
) -> list[str]:
    """Return whether a written figure takes effect by the owner's setting, from the rules that ask."""
    if record is None or (item := resource.owned_by) is None:
        return []
    of = system.resource(str(item.ref))
    try:
        owner = await call.api(system).get(Scope(of), getattr(record, item.name))
    except CallFailed:
        return []
    way = f"{system.tool('update', of)}({of.key}={owner.id}, {{}})"
    return [says for rule in minding for says in rule.owner_remarks(owner, of.word, way)]


async def report_facts(
    call: Call,
    system: System,
    resource: Kind,
    record: Record,
    touched: Collection[str] | None = None,
    *,
    before_delete: bool = False,
) -> list[str]:
    """Return sentences on what only a report tells of a record, such as that it is billed.

    `touched` are the columns that changed. It costs one call, and none for users the vendor would refuse.
    """
    told = list[str]()
    for rule in resource.rules:
        if (lookup := rule.looks_up(record, touched)) is None:
            continue
        try:
            if lookup.rows and (await call.who(system)).limits():
                continue
            rows = [record]
            if lookup.rows:
                of = system.rows(lookup.rows)
                rows = (await call.api(system).scan(Scope(of), where=lookup.where)).every(of.words)
            says = rule.found(rows, record)
        except (NotFound, Forbidden):
            continue
        except (CallFailed, Incomplete):
            says = [rule.unread]
        told += [*says, rule.not_restored] if says and before_delete else says
    return told


@dataclass(frozen=True, slots=True)
class Hanging:
    """The records of one kind that depend on another; `rows` is None if they could not be read."""

    of: Dependent
    resource: Resource[Record]
    rows: list[Record] | None

    @property
    def going(self) -> bool:
        return self.of.fate == "goes" and self.rows != []

    @property
    def called(self) -> str:
        """The noun in the right number: `contact` or `contacts`."""
        return self.of.words if len(self.rows or ()) == 1 else self.of.several

    @property
    def facts(self) -> list[object] | None:
        """The rows in full, to which a consent is bound, since they are deleted too."""
        return None if self.rows is None else [facts(row) for row in self.rows]

    @property
    def named(self) -> tuple[tuple[str, int], ...]:
        return tuple((self.resource.name_of(row), row.id) for row in self.rows or ())

    @property
    def counted(self) -> str:
        """Return `3 contacts`, with what they are worth: `1 payment of 80.00`."""
        return f"{count(len(self.rows or ()), self.of.words, self.of.several)}{self._worth}"

    @property
    def kept(self) -> str:
        """What the journal notes of it for an undo; empty if there was nothing to lose."""
        if self.of.fate == "blocks" or self.rows == []:
            return ""
        if self.of.fate == "goes":
            return self.counted if self.rows else f"any {self.of.several} it had"
        some = self.counted if self.rows else f"any {self.of.several}"
        return f"the tie to {some}"

    @property
    def _worth(self) -> str:
        amounts = [amount for row in self.rows or () if self.of.sums and (amount := getattr(row, self.of.sums))]
        least = "at least " if any(self.of.sums in row.unread for row in self.rows or ()) else ""
        unit = f" {self.of.unit}" if self.of.unit else ""
        return f" of {least}{plain(sum(amounts))}{unit}{' in all' * (len(amounts) > 1)}" if amounts else ""

    def says(self, title: str) -> str:
        """Return what it means for a delete, as a sentence; empty if nothing depends on the record."""
        if self.rows is None:
            return f"Its {self.of.several} could not be counted."
        if not self.rows:
            return ""
        if self.going:
            return f"{self.counted} {'goes' if len(self.rows) == 1 else 'go'} with it."
        if self.of.fate == "unknown":
            return f"It has {self.counted}; what becomes of {'it' if len(self.rows) == 1 else 'them'} is not known."
        return f"It has {self.counted}, so {title} will probably refuse."


def without(found: Sequence[Hanging]) -> str:
    """Return what does not come back when a record is created again: `, without its contacts and`."""
    lost = [each.called for each in found if each.going]
    listed = " and ".join(filter(None, (", ".join(lost[:-1]), *lost[-1:])))
    return f", without its {listed}{',' * (len(lost) > 1)} and" if lost else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A record on a sheet: its name and columns in words; for a delete, what is lost for good.

    `untouched` is said if nobody confirmed.
    """

    name: str
    fields: tuple[tuple[str, str], ...]
    untouched: str = "Nothing was changed."
    lost: tuple[str, ...] = ()
    again: bool = True

    @classmethod
    def of(cls, resource: Kind, record: Record) -> "Shown":
        """Return a record that is changed."""
        return cls(name=resource.name_of(record), fields=_fields(record))

    @classmethod
    def doomed(cls, resource: Kind, record: Record, title: str) -> "Shown":
        """Return a record that is deleted."""
        goes = (says for rule in resource.rules for says in rule.goes(dict(record)))
        return cls(
            name=resource.name_of(record),
            fields=_fields(record),
            untouched="Nothing was deleted.",
            lost=(*goes, *_kept(resource, record, title)),
            again=resource.restorable,
        )

    @classmethod
    def draft(cls, resource: Kind, values: Mapping[str, Value]) -> "Shown":
        """Return a record that is created."""
        known = fields(resource.record)
        return cls(
            name=resource.name_of(resource.record.model_validate({"id": 0, **values})),
            fields=tuple((_words(name), _value(known[name].read(value))) for name, value in values.items()),
            untouched=f"Nothing was {resource.wording.done}.",
        )


def sheet(
    does: str, shown: Shown, found: Sequence[Hanging], notes: Sequence[str], *, place: str, title: str
) -> QuestionSheet:
    """Return the sheet of a question."""
    going = [each for each in found if each.going and each.rows]
    return QuestionSheet(
        does=does,
        untouched=shown.untouched,
        name=shown.name,
        place=place,
        fields=shown.fields,
        goes=tuple((each.counted, each.named) for each in going),
        notes=(*(each.says(title) for each in found if each not in going and each.rows != []), *notes),
        lost=(
            *(f"its {each.counted if each.rows else each.of.words + 's'}" for each in found if each.going),
            *shown.lost,
        ),
        again=shown.again,
    )


def _fields(record: Record) -> tuple[tuple[str, str], ...]:
    """Return the columns that are ever read."""
    known = fields(type(record)).items()
    told = ((name, item, getattr(record, name)) for name, item in known if not item.sent_only)
    said = ((name, _value(shown(item, value) if item.private else value)) for name, item, value in told)
    return tuple((_words(name), UNREADABLE if name in record.unread else value) for name, value in said)


def _kept(resource: Resource[Record], record: Record, title: str) -> list[str]:
    """Return the columns that no create can fill, so that an undo cannot restore them."""
    flipped = {action.flips for action in resource.actions if not action.of}
    items = [item for item in fields(resource.record).values() if item.server_set and item.name not in flipped]
    names = [_words(item.name) for item in items if getattr(record, item.name) is not None]
    return [f"what {title} itself fills in: {', '.join(names)}"] if names else []


def _words(name: str) -> str:
    """Return a column's name as words."""
    return name.replace("_", " ")


def _value(value: object) -> str:
    """Return a column's value in words; empty if there is none."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(", ".join(str(part) for part in written(child).values()) for child in value)
    return ("no", "yes")[value] if isinstance(value, bool) else str(plain(value))
