"""What a person is shown of a record before it goes: its columns in words, what goes along, what stays lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.changes.looking import written
from harvest_mcp.consent.question import Sheet, facts
from harvest_mcp.spec import Dependent, Record, Resource, Value, fields
from harvest_mcp.text.render import count, plain, shown


@dataclass(frozen=True, slots=True)
class Hanging:
    """The records that hang on another by one dependency; `rows` is None when they could not be seen."""

    of: Dependent
    resource: Resource[Record]
    rows: list[Record] | None

    @property
    def going(self) -> bool:
        return self.of.fate == "goes" and self.rows != []

    @property
    def facts(self) -> list[object] | None:
        """What a consent is bound to: the rows with all they hold, since with them that goes as well."""
        return None if self.rows is None else [facts(row) for row in self.rows]

    @property
    def named(self) -> tuple[tuple[str, int], ...]:
        return tuple((self.resource.name_of(row), row.id) for row in self.rows or ())

    @property
    def counted(self) -> str:
        """`3 contacts`, and what they are worth: `1 payment of 80.00`."""
        return f"{count(len(self.rows or ()), self.of.words)}{self._worth}"

    @property
    def kept(self) -> str:
        """What the journal keeps of it, for whoever makes the record again; empty when there was nothing to lose."""
        if self.of.fate == "blocks" or self.rows == []:
            return ""
        if self.of.fate == "goes":
            return self.counted if self.rows else f"any {self.of.words}s it had"
        some = self.counted if self.rows else f"any {self.of.words}s"
        return f"the tie to {some}"

    @property
    def _worth(self) -> str:
        amounts = [amount for row in self.rows or () if self.of.sums and (amount := getattr(row, self.of.sums))]
        least = "at least " if any(self.of.sums in row.unread for row in self.rows or ()) else ""
        return f" of {least}{plain(sum(amounts))}{' in all' * (len(amounts) > 1)}" if amounts else ""

    def says(self, title: str) -> str:
        """What it means for a delete, as a sentence; empty when nothing hangs."""
        if self.rows is None:
            return f"Its {self.of.words}s could not be counted."
        if not self.rows:
            return ""
        if self.going:
            return f"{self.counted} {'goes' if len(self.rows) == 1 else 'go'} with it."
        if self.of.fate == "unknown":
            return f"It has {self.counted}; what becomes of {'it' if len(self.rows) == 1 else 'them'} is not known."
        return f"It has {self.counted}, so {title} will probably refuse."


def sheet(
    resource: Resource[Record],
    record: Record,
    found: Sequence[Hanging],
    notes: Sequence[str],
    *,
    place: str,
    title: str,
) -> Sheet:
    """The sheet of a delete."""
    going = [each for each in found if each.going and each.rows]
    kept = _kept(resource, record, title)
    file = [f"its {has.noun}"] if (has := resource.attachment) and getattr(record, has.has) else []
    return Sheet(
        does="delete",
        untouched="Nothing was deleted.",
        name=resource.name_of(record),
        place=place,
        fields=_fields(record),
        goes=tuple((each.counted, each.named) for each in going),
        notes=(*(each.says(title) for each in found if each not in going and each.rows != []), *notes),
        lost=(
            *(f"its {each.counted if each.rows else each.of.words + 's'}" for each in found if each.going),
            *file,
            *kept,
        ),
        again=resource.restorable,
    )


def draft(resource: Resource[Record], values: Mapping[str, Value], notes: Sequence[str], *, place: str) -> Sheet:
    """The sheet of a create."""
    return Sheet(
        does=resource.does,
        untouched=f"Nothing was {resource.done}.",
        name=resource.name_of(resource.record.model_validate({"id": 0, **values})),
        place=place,
        fields=tuple((_words(name), _value(value)) for name, value in values.items()),
        notes=tuple(notes),
    )


def step(resource: Resource[Record], record: Record, does: str, notes: Sequence[str], *, place: str) -> Sheet:
    """The sheet of an action."""
    return Sheet(
        does=does,
        untouched="Nothing was changed.",
        name=resource.name_of(record),
        place=place,
        fields=_fields(record),
        notes=tuple(notes),
    )


def _fields(record: Record) -> tuple[tuple[str, str], ...]:
    """All that is read of a record; what is only ever sent has no place here."""
    known = fields(type(record)).items()
    told = ((name, item, getattr(record, name)) for name, item in known if not item.sent_only)
    return tuple((_words(name), _value(shown(item, value) if item.private else value)) for name, item, value in told)


def _kept(resource: Resource[Record], record: Record, title: str) -> list[str]:
    """Columns that no create can fill: what the journal cannot put back."""
    flipped = {action.flips for action in resource.actions if not action.of}
    items = [item for item in fields(resource.record).values() if item.server_set and item.name not in flipped]
    names = [_words(item.name) for item in items if getattr(record, item.name) is not None]
    return [f"what {title} itself fills in: {', '.join(names)}"] if names else []


def _words(name: str) -> str:
    """A column's name as people read it."""
    return name.replace("_", " ")


def _value(value: object) -> str:
    """A column's value as people read it; empty when there is none."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(", ".join(str(part) for part in written(child).values()) for child in value)
    return ("no", "yes")[value] if isinstance(value, bool) else str(plain(value))
