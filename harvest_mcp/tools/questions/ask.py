"""Ask a person: every sentence of the question, and how the call is repeated with its code."""

import json
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from harvest_mcp.changes.missed import content, unsent
from harvest_mcp.consent.policy import Matter
from harvest_mcp.consent.question import Question, doing
from harvest_mcp.spec import Action, Asks, Draft, Record, Resource, Stake, System, Value, fields
from harvest_mcp.text.render import count, plain, quoted
from harvest_mcp.tools.arguments.owners import named
from harvest_mcp.tools.questions.record_state import Hanging, Owner, Shown, Standing, sheet, without
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
T = TypeVar("T")
MOST = 8
"""Elements named one by one."""
DEFAULTS = frozenset({"0", "1", "0.0", "0.00", "1.0", "hours", "fr"})
"""What every record has until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The tool that asks, its arguments including a code, and the larger task it belongs to: `Undo change 3`."""

    tool: str
    given: Mapping[str, Any] = field(default_factory=dict)
    part_of: str = ""

    @property
    def code(self) -> str | None:
        """The code the caller sent along."""
        return self.given.get("confirm")

    def asks(self, does: str, what: str) -> str:
        """`Delete client "Acme"?`"""
        asked = doing(does, what)
        return f"{self.part_of}: {asked}?" if self.part_of else f"{asked[0].upper()}{asked[1:]}?"

    def again(self, code: str) -> str:
        """Return how to repeat the call with this code, as typed."""
        told = {name: plain(value) for name, value in self.given.items() if name != "confirm"}
        written = (
            f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in {**told, "confirm": code}.items()
        )
        return f"{self.tool}({', '.join(written)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """What a person is asked to confirm: a write to an existing record, or to one not yet created.

    `names` are the record's name, cut for a title and in full; `apart` what tells it from namesakes; `by` what replaces
    it; `shown` its columns on a sheet. `found` are the records that depend on it, `others` those in the same list by
    name, `facts` further sentences, `back` the action that undoes an action. `content` is what the confirmation is
    bound to besides the text.
    """

    asks: Asks
    does: str
    system: System
    resource: Kind
    names: Sequence[str]
    content: tuple[object, ...]
    shown: Shown
    apart: str = ""
    by: str = ""
    undoes: bool = False
    record: Record | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    standing: Standing | None = None
    owner: Owner | None = None
    stakes: Sequence[Stake] = ()
    found: Sequence[Hanging] = ()
    others: Sequence[tuple[str, Record]] = ()
    facts: Sequence[str] = ()
    action: Action | None = None
    back: Action | None = None

    @property
    def title(self) -> str:
        """The system's name for people."""
        return self.system.title

    @property
    def whole(self) -> str:
        """The record as the question names it: its full name, what tells it apart, and what replaces it."""
        return f"{self.names[1]}{self.apart}{',' if self.apart and self.by else ''}{self.by}"

    @property
    def done(self) -> str:
        """The past participle of a create: `sent`."""
        return self.resource.wording.done

    @property
    def restorable(self) -> bool:
        """Whether it can be created again once deleted."""
        return self.resource.restorable

    @property
    def tick(self) -> str:
        """The label of the box to tick: the record, and what goes with it."""
        goes = [each.counted for each in self.found if each.going and each.rows]
        return f"{self.names[0]} and its {', '.join(goes)}" if goes else self.names[0]

    def column(self, name: str) -> object:
        """Return a column of the record; None if there is no such column, or no record."""
        return getattr(self.record, name) if self.record is not None and name else None


async def ask(
    call: Call, asking: Asking, matter: Matter, propose: Callable[[], Awaitable[tuple[Intention, T]]]
) -> tuple[Intention, T]:
    """Return what a person confirmed and what was read for it, once the question still reads as it was asked.

    Raises:
        NotConfirmed: nobody confirmed.
    """
    asked = list[tuple[Intention, T]]()

    async def build() -> Question:
        asked.append(await propose())
        proposed = asked[-1][0]
        place = f"{proposed.title} at {call.desk.account(proposed.system).host}"
        shown = sheet(proposed.does, proposed.shown, proposed.found, notes(proposed), place=place, title=proposed.title)
        return Question(
            text=" ".join([asking.asks(proposed.does, proposed.whole), *sentences(proposed)]),
            tick=proposed.tick,
            matter=matter,
            content=proposed.content,
            sheet=replace(shown, apart=proposed.apart.removeprefix(", ")),
        )

    await call.desk.confirmation.obtain(build, call.person, matter=matter, code=asking.code, again=asking.again)
    return asked[-1]


def matter_of(call: Call, system: System, resource: Kind, id: int, *, noun: str = "") -> Matter:
    """Return what a consent to this call is for; the id is 0 for a record not yet created."""
    return Matter(
        system=system.name,
        account=call.desk.account(system).key,
        principal=call.principal(system),
        tool=call.tool,
        noun=noun or resource.noun,
        record=id,
    )


def at_stake(
    resource: Kind, values: Mapping[str, Value], touched: Collection[str], record: Record | None = None
) -> tuple[Stake, ...]:
    """Return what is at stake in a create of these values, or in an update of `record`, by the columns it changes."""
    draft = Draft(resource.one, values, record)
    return tuple(stake for rule in resource.rules if (stake := rule.stake(draft, touched)))


def unrestored(resource: Kind, record: Record | None) -> list[str]:
    """Return the columns that are lost with a record even if it is created again."""
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


def sentences(proposed: Intention) -> list[str]:
    """Return every sentence after the question, in reading order."""
    return [said for says in SAYS for said in says(proposed)]


def notes(proposed: Intention) -> list[str]:
    """Return the same for a sheet, which shows a record's columns and an undo by itself."""
    left = (_standing, _hanging, _back) if proposed.asks == "delete" else ()
    return [said for says in SAYS if says not in left for said in says(proposed)]


def _does(proposed: Intention) -> Iterator[str]:
    if proposed.action:
        yield f"{proposed.title} then {proposed.action.sets_off}."


def _standing(proposed: Intention) -> Iterator[str]:
    if proposed.standing and (says := proposed.standing.says("It")):
        yield says


def _hanging(proposed: Intention) -> Iterator[str]:
    yield from (says for each in proposed.found if (says := each.says(proposed.title)))


def _stakes(proposed: Intention) -> Iterator[str]:
    yield from (f"{proposed.title} {each.effect}." for each in proposed.stakes)


def _warnings(proposed: Intention) -> Iterator[str]:
    for rule in proposed.resource.rules:
        yield from rule.warn(proposed)


def _owner(proposed: Intention) -> Iterator[str]:
    """Yield the state of the owner, and what one more means for it."""
    if proposed.owner:
        yield proposed.owner.says
        for rule in proposed.resource.rules if proposed.asks == "create" else ():
            yield from rule.of_owner(proposed.values, proposed.owner.standing.record)


def _given(proposed: Intention) -> Iterator[str]:
    """Yield what else a create with side effects includes, as nobody is asked again."""
    resource, values = proposed.resource, proposed.values
    if proposed.asks != "create":
        return
    said = {*resource.label, resource.owner, *(name for rule in resource.rules for name in rule.tells)}
    given = {name: fields(resource.record)[name].read(value) for name, value in values.items() if name not in said}
    told = [f"{name} {_value(value)}" for name, value in given.items() if value is not None]
    if told:
        yield f"With {', '.join(told)}."


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return quoted(value, most=None) if isinstance(value, str) else str(plain(value))


def _note(proposed: Intention) -> Iterator[str]:
    for text in proposed.values.values() if proposed.action else ():
        yield f"With it goes the note {quoted(str(text), most=None)}, which an undo leaves."


def _last(proposed: Intention) -> Iterator[str]:
    for rule in proposed.resource.rules:
        yield from rule.warn_last(proposed)


def _back(proposed: Intention) -> Iterator[str]:
    """Yield what can undo it; within an undo, how to do it anew."""
    leaves = [rule.leaves for rule in proposed.resource.rules if rule.leaves]
    if proposed.asks == "delete":
        once = "It can be made again" if proposed.undoes else "Undo recreates it"
        again = "" if proposed.undoes else "".join(f", and sets off {each} again" for each in leaves)
        if not proposed.restorable:
            yield "Nothing brings it back."
            return
        yield f"{once}{without(proposed.found)} under a new id{again}."
        if unread := unrestored(proposed.resource, proposed.record):
            yield f"No undo restores {', '.join(unread)}."
    elif proposed.asks == "act":
        once = "It can be made" if proposed.undoes else "An undo makes it"
        yield f"{once} {proposed.back.word(proposed.back.to)} again." if proposed.back else "Nothing takes that back."
    elif proposed.asks == "change" and (lost := [each.lost for each in proposed.stakes if each.lost]):
        yield f"Nothing brings back {' and '.join(lost)}."
        if len(proposed.facts) > len(lost):
            yield "What else changes can be put back." if proposed.undoes else "An undo puts back what else changes."
    elif proposed.asks == "change":
        yield "It can be put back." if proposed.undoes else "An undo puts it back."
    elif proposed.asks == "create" and "delete" not in proposed.resource.verbs:
        yield "Nothing takes that back."
    elif proposed.asks == "create" and not leaves:
        yield "It can be deleted again." if proposed.undoes else "An undo deletes it again."


async def tied_to(call: Call, system: System, resource: Kind, values: Mapping[str, Value]) -> list[str]:
    """Return what these values belong to, in sentences: `It is for invoice "F-0103" (750015).`"""
    others = [at for rule in resource.rules if (at := rule.tied(values))]
    return [f"It is for {await named(call.api(system), noun, id)} ({id})." for noun, id in others]


def _facts(proposed: Intention) -> Iterator[str]:
    yield from proposed.facts


SAYS: Sequence[Callable[[Intention], Iterable[str]]] = (
    _does, _standing, _hanging, _stakes, _warnings, _facts, _owner, _given, _note, _last, _back,
)  # fmt: skip
