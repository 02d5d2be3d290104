"""What questions say: one rule a sentence, in the order they are read, whatever is asked leave for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from harvest_mcp.changes.missed import content, unsent
from harvest_mcp.spec import Action, Record, Resource, Stakes, System, Value, fields
from harvest_mcp.text.render import count, plain, quoted
from harvest_mcp.tools.questions.record_state import Owner, Standing
from harvest_mcp.tools.questions.summary import Hanging


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a question is about: a record that is there, or the values of one that is not yet.

    `found` are records that hang on it, `others` those beside it, `facts` sentences on what no column of it tells, or
    what becomes of its columns, `back` the action that takes an action back.
    """

    asks: Literal["create", "change", "delete", "act", "replace"]
    system: System
    resource: Resource[Record]
    undoes: bool = False
    record: Record | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    standing: Standing | None = None
    owner: Owner | None = None
    stakes: Sequence[Stakes] = ()
    found: Sequence[Hanging] = ()
    others: Sequence[Record] = ()
    facts: Sequence[str] = ()
    action: Action | None = None
    back: Action | None = None

    def column(self, name: str) -> object:
        """A column of the record; None where there is no such column, or no record."""
        return getattr(self.record, name) if self.record is not None and name else None


MOST = 8
"""Elements named one by one."""
DEFAULTS = frozenset({"0", "1", "0.0", "1.0", "hours", "fr"})
"""What every record has until somebody says otherwise."""


def unrestored(resource: Resource[Record], record: Record | None) -> list[str]:
    """What of a record is lost with it, even where it is made again: what no create carries."""
    if record is None or not resource.record.follow:
        return []
    known, made = fields(resource.record), {item.name for item in resource.creatable()}
    lists = list[str]()
    lost = ["its content" if item.bytes else f"its {item.name}" for item in known.values() if item.sent_only]
    for name, value in content(record).items():
        if name in made:
            continue
        item = known.get(name)
        each = item.each.noun if item and item.each else name
        if isinstance(value, tuple):
            lists.append(f"its {count(len(value), each)}")
        elif str(value) not in DEFAULTS:
            lost.append(f"its {name} {quoted(str(plain(value)))}")
    lost = [*lists, *lost]
    kept = [name for name in made if known[name].many]
    hidden = {
        name: value for list_ in kept for child in getattr(record, list_) or () for name, value in unsent(child).items()
    }
    lost += [f"{name} {quoted(str(value))}" for name, value in hidden.items()]
    return lost if len(lost) <= MOST else [*lost[:MOST], f"and {len(lost) - MOST} more elements"]


Rule = Callable[[Case], Iterable[str]]


def sentences(case: Case) -> list[str]:
    """All that is said beside what is asked."""
    return [says for rule in RULES for says in rule(case)]


def notes(case: Case) -> list[str]:
    """The same for a sheet, which shows by itself what a record has, what goes along, and what an undo does."""
    return [says for rule in RULES if rule not in (_standing, _hanging, _back) for says in rule(case)]


def _sets_off(case: Case) -> Iterator[str]:
    title, resource = case.system.title, case.resource
    if case.action:
        yield f"{title} then {case.action.sets_off}."
    elif case.asks == "create" and resource.sets_off:
        effect = resource.sets_off.format_map({name: str(value) for name, value in case.values.items()})
        yield f"{title} {effect}, which nothing takes back." if resource.stays else f"{title} {effect}."


def _replaced(case: Case) -> Iterator[str]:
    if case.asks == "replace" and (file := case.resource.attachment):
        yield f"The {file.noun} it has is destroyed, and nothing brings it back."


def _standing(case: Case) -> Iterator[str]:
    if case.standing and (says := case.standing.says("It")):
        yield says


def _hanging(case: Case) -> Iterator[str]:
    yield from (says for each in case.found if (says := each.says(case.system.title)))


def _stakes(case: Case) -> Iterator[str]:
    yield from (f"{case.system.title} {each.sets_off}." for each in case.stakes)


def _frees(case: Case) -> Iterator[str]:
    if case.asks == "delete" and case.resource.frees:
        yield f"Any {case.resource.frees}."


def _archives(case: Case) -> Iterator[str]:
    if case.asks == "delete" and (archives := case.resource.archives):
        yield f"If it has {archives.has}, {case.system.title} archives it instead."


def _keeps(case: Case) -> Iterator[str]:
    if case.asks != "delete" or (keeps := case.resource.keeps) is None:
        return
    if since := case.column(keeps.since):
        yield f"It has {keeps.has} since {since}, so {case.system.title} will probably refuse."
    else:
        yield f"If it has {keeps.has}, {case.system.title} will probably refuse."


def _locked(case: Case) -> Iterator[str]:
    if case.asks == "delete" and (locks := case.resource.locks) and case.column(locks.column):
        why = str(case.column(locks.why) or "it is locked")
        yield f"{why.rstrip('.')}: made again, it is neither locked nor on an invoice."


def _facts(case: Case) -> Iterator[str]:
    yield from case.facts


def _attached(case: Case) -> Iterator[str]:
    if case.asks == "delete" and (file := case.resource.attachment) and case.column(file.has):
        yield f"Its {file.noun} goes with it, and nothing brings that back."


def _owner(case: Case) -> Iterator[str]:
    if case.owner:
        yield case.owner.says


def _means(case: Case) -> Iterator[str]:
    if case.owner and case.asks == "create":
        yield from case.owner.meanings(case.values)


def _given(case: Case) -> Iterator[str]:
    """What else goes with a create that sets something off, since nobody is asked again."""
    resource = case.resource
    if case.asks != "create":
        return
    said = {*resource.label, resource.owner, *(name for name in case.values if f"{{{name}}}" in resource.sets_off)}
    told = [f"{name} {_value(value)}" for name, value in case.values.items() if name not in said and value is not None]
    if told:
        yield f"With {', '.join(told)}."


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return quoted(value, most=None) if isinstance(value, str) else str(plain(value))


def _last(case: Case) -> Iterator[str]:
    """When the like was done before, and with whom; what has no name was only noted."""
    column, resource = case.resource.last, case.resource
    dated = [(at, each) for each in case.others if column and (at := getattr(each, column)) and resource.name_of(each)]
    if dated:
        at, last = max(dated, key=lambda each: each[0])
        yield f"The last was {resource.done} on {at:%Y-%m-%d}: {quoted(resource.name_of(last), most=None)}."


def _note(case: Case) -> Iterator[str]:
    if case.action:
        yield from (
            f"With it goes the note {quoted(str(text), most=None)}, which an undo leaves."
            for text in case.values.values()
        )


def _stays(case: Case) -> Iterator[str]:
    """Said of what was just done, or was never more than the record of it."""
    resource = case.resource
    if case.asks == "delete" and resource.stays and (case.undoes or not resource.restorable):
        yield f"This takes back its record, not {resource.stays}."


def _back(case: Case) -> Iterator[str]:
    """What can take back what is asked; within an undo that is no undo any more."""
    if case.asks == "delete":
        once = "It can be made again" if case.undoes else "An undo brings it back"
        again = f", and sets off {case.resource.stays} again" if case.resource.stays and not case.undoes else ""
        if not case.resource.restorable:
            yield "Nothing brings it back."
            return
        yield f"{once} alone, under a new id{again}."
        if lost := unrestored(case.resource, case.record):
            yield f"No undo restores {', '.join(lost)}."
    elif case.asks == "act":
        once = "It can be made" if case.undoes else "An undo makes it"
        yield f"{once} {case.back.word(case.back.to)} again." if case.back else "Nothing takes that back."
    elif case.asks == "change" and (lost := [each.lost for each in case.stakes if each.lost]):
        yield f"Nothing brings back {' and '.join(lost)}."
        if len(case.facts) > len(lost):
            yield "What else changes can be put back." if case.undoes else "An undo puts back what else changes."
    elif case.asks == "change":
        yield "It can be put back." if case.undoes else "An undo puts it back."
    elif case.asks == "create" and not case.resource.stays:
        yield "It can be deleted again." if case.undoes else "An undo deletes it again."


RULES: tuple[Rule, ...] = (
    _sets_off, _replaced, _standing, _hanging, _stakes, _frees, _archives, _keeps, _locked, _facts, _attached, _owner,
    _means, _given, _last, _note, _stays, _back,
)  # fmt: skip
