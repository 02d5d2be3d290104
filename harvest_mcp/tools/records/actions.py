"""Action tools: toggle a column, or bring a record to a state, with confirmation if that has side effects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harvest_mcp.changes import Change, Snapshot
from harvest_mcp.changes.undo import reverse
from harvest_mcp.consent.question import CUT, facts
from harvest_mcp.errors import Refused, Unread, WrongState
from harvest_mcp.spec import Action, Record, Resource, Scope, System, Value
from harvest_mcp.tools.arguments.model import Argument, key, model, owner
from harvest_mcp.tools.arguments.references import locate, name_and_id, resolve_id
from harvest_mcp.tools.arguments.value_types import LINES_TEXT, TRUTH
from harvest_mcp.tools.questions.ask import Asking, Intention, ask, matter_of
from harvest_mcp.tools.questions.namesakes import apart
from harvest_mcp.tools.questions.record_state import Shown, standing_of
from harvest_mcp.tools.questions.write_results import no_undo, status_change, write_answer
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
Place = Scope[Record]


@dataclass(frozen=True, slots=True)
class Wish:
    """An action on one record: `given` is the value wanted of a toggle, `said` the text that goes with it."""

    action: Action
    id: int
    given: bool | None = None
    said: Mapping[str, Value] = field(default_factory=dict)

    def wanted(self, record: Record) -> Value:
        """Return the value the column should have."""
        if self.action.to is not None:
            return self.action.to
        return self.given if self.given is not None else not getattr(record, self.action.flips)


class _Already(Exception):
    """Raised if the record already is as wanted."""

    def __init__(self, record: Record) -> None:
        self.record = record


def action_tool(system: System, resource: Kind, action: Action) -> Tool:
    """Return `toggle_client`: toggle one column, or bring it to a definite value."""
    name = action_tool_name(system, resource, action)
    takes = [*owner(resource), key(resource, named=not action.sets_off)]
    if action.to is None:
        takes.append(Argument(action.flips, TRUTH, f"false: {action.no}; left out: flip"))
    if action.carries:
        takes.append(Argument(action.carries[1], LINES_TEXT, "a note kept with it"))

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = arguments.given(), call.changes(system)
        place = await locate(changes.api, resource, given)
        said = {name: given[name] for name in (action.carries or ())[1:] if given.get(name)}
        id = await resolve_id(changes.api, resource, given[resource.key], place)
        wish = Wish(action, id, given.get(action.flips), said)
        try:
            if action.sets_off:
                snapshot = await ask_to_act(call, system, place, wish, Asking(name, given))
            else:
                snapshot = await _ready(call, system, place, wish)
        except _Already as there:
            what = f"{resource.word.capitalize()} {name_and_id(resource, there.record)}"
            return f"{what} is already {action.word(wish.wanted(there.record))}. Nothing was changed."
        record = snapshot.record
        wanted = wish.wanted(record)
        way = reverse(resource, action, getattr(record, action.flips))
        change = await _done(call, system, place, wish, snapshot)
        stands = status_change(resource, record, change.record)
        undo = no_undo(system) if way is None else None
        if way and way.leaves:
            undo = f"undo_change(change_id={change.entry}) takes it back, but not {' and '.join(way.leaves)}."
        return write_answer(f"Now {action.word(wanted)}:", system, resource, change, stands, undo=undo)

    return Tool(
        name=name,
        says=f"{action.says}{'; asks a person' if action.sets_off else ''}.",
        toolset=resource.toolset,
        hints=Hints(destroys=bool(action.sets_off), repeatable=action.to is not None),
        arguments=model(name, *takes, asks=bool(action.sets_off)),
        run=run,
        untouched="Nothing was changed.",
    )


async def ask_to_act(call: Call, system: System, place: Place, wish: Wish, asking: Asking) -> Snapshot[Record]:
    """Return the record as just read, after a person confirmed what the action sets off.

    Raises:
        NotConfirmed: nobody confirmed.
        WrongState: its state does not allow the action.
    """
    resource = place.resource
    action = wish.action

    async def propose() -> tuple[Intention, Snapshot[Record]]:
        snapshot = await _ready(call, system, place, wish)
        record = snapshot.record
        proposed = Intention(
            asks="act",
            does=action.does,
            system=system,
            resource=resource,
            names=[f"{resource.word} {name_and_id(resource, record, most=most)}" for most in CUT],
            apart=await apart(call, system, resource, record),
            content=(facts(record), dict(wish.said)),
            shown=Shown.of(resource, record),
            undoes=bool(asking.part_of),
            record=record,
            values=wish.said,
            standing=await standing_of(call, system, resource, record),
            action=action,
            back=reverse(resource, action, getattr(record, action.flips)),
        )
        return proposed, snapshot

    _, snapshot = await ask(call, asking, matter_of(call, system, resource, wish.id), propose)
    return snapshot


def action_tool_name(system: System, resource: Kind, action: Action) -> str:
    """Return the name of the action's tool."""
    return action.tool or system.tool(action.verb, resource)


async def _ready(call: Call, system: System, place: Place, wish: Wish) -> Snapshot[Record]:
    """Return the record as just read, if its state allows the action (harvest-v1 27)."""
    resource = place.resource
    action, snapshot = wish.action, await call.changes(system).current(place, wish.id)
    record = snapshot.record
    now = state_of(system, resource, action, record)
    if (now if action.of else bool(now)) == wish.wanted(record):
        raise _Already(record)
    if action.of and now not in action.of:
        way = next((each for each in resource.actions if each.to in action.of and now in each.of), None)
        first = f"{action_tool_name(system, resource, way)}({resource.key}={record.id})" if way else ""
        raise WrongState(f"{resource.word} {name_and_id(resource, record)}", action.flips, now, action.of, first=first)
    return snapshot


def state_of(system: System, resource: Kind, action: Action, record: Record) -> Any:
    """Return the value that an action flips.

    Raises:
        Unread: it could not be read.
    """
    value = getattr(record, action.flips)
    if value is None and action.flips in record.unread:
        raise Unread(f"{resource.word} {name_and_id(resource, record)}", action.flips, title=system.title)
    return value


async def _done(call: Call, system: System, place: Place, wish: Wish, snapshot: Snapshot[Record]) -> Change[Record]:
    """Carry out the action; if refused, say what may have to be done first."""
    wanted = wish.wanted(snapshot.record)
    try:
        return await call.changes(system).act(place, wish.action, snapshot, wanted=wanted, said=wish.said)
    except Refused as refusal:
        refusal.next = refusal.next or _first(call, system, place, wish)
        raise


def _first(call: Call, system: System, place: Place, wish: Wish) -> str:
    """Return the call that finds the records which may prevent archiving; empty if there is none."""
    resource, flips = place.resource, wish.action.flips
    for each in resource.dependents:
        other = system.resource(each.noun)
        tool, narrow = system.tool("list", other), {item.ref: item.name for item in other.filters}
        if each.fate == "blocks" and tool in call.offered and resource.noun in narrow and _flips(other, flips):
            ways = f"{tool}({narrow[resource.noun].removesuffix('_id')}={wish.id}, {flips}=true)"
            return f"What may have to be archived first: {ways}."
    return ""


def _flips(resource: Kind, column: str) -> bool:
    return any(action.flips == column for action in resource.actions)
