"""Updates that move money or rights, or lose something: a person confirms first, as before a delete."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from harvest_mcp.changes import Changes, Snapshot
from harvest_mcp.changes.looking import differing, written
from harvest_mcp.changes.missed import misses, unsent
from harvest_mcp.changes.missed import named as listed
from harvest_mcp.consent.question import CUT, facts
from harvest_mcp.errors import CallFailed
from harvest_mcp.spec import Child, Field, Part, Record, Resource, Scope, Stake, System, Value, fields
from harvest_mcp.text.render import plain, quoted, shown
from harvest_mcp.tools.arguments.owners import named
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.questions.ask import Asking, Intention, ask, at_stake, matter_of, tied_to
from harvest_mcp.tools.questions.namesakes import apart
from harvest_mcp.tools.questions.record_state import Shown, standing_of
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
Place = Scope[Record]
To = Callable[[Record], Mapping[str, Value]]
"""Computes the values to write from the record as just read."""


def never_read(resource: Kind) -> tuple[str, ...]:
    """Return the columns whose earlier value is unknown when overwritten: they are sent and never read back."""
    if "update" not in resource.verbs:
        return ()
    return tuple(item.name for item in resource.changeable() if item.sent_only)


def undo_note(resource: Kind, values: Mapping[str, Value], change: int) -> str | None:
    """Return the undo sentence for a change that overwrote such columns; None for any other."""
    if not (gone := [name for name in never_read(resource) if name in values]):
        return None
    if len(gone) == len(values):
        return f"Nothing brings back what {' and '.join(gone)} held before."
    return f"undo_change(change_id={change}) takes it back, but not what {' and '.join(gone)} held before."


def effects(resource: Kind, column: str = "") -> list[str]:
    """Return the effects of an update, or of a change of one column, that a person may have to confirm."""
    return [says for rule in resource.rules if (says := rule.asks("update", column))]


def asks_note(effects: Sequence[str]) -> str:
    """Return ` Asks a person before it …` for a tool's description; empty if it never asks."""
    return f" Asks a person before it {' or '.join(effects)}." if effects else ""


def _of_change(resource: Kind, record: Record, values: Mapping[str, Value]) -> tuple[Stake, ...]:
    """Return what is at stake in writing these values; a file sent always counts as a change."""
    changed = changed_columns(record, values)
    return (*at_stake(resource, values, changed, record), *_dropped(record, set(changed)))


def drops(item: Field) -> bool:
    """Return whether its children have elements that no write sends, so that a server may drop them (incwo 8)."""
    if not item.many or item.table or not issubclass(item.type, Part) or not item.type.follow:
        return False
    return any(misses(item.type, name) for name, each in fields(item.type).items() if each.server_set)


def _dropped(record: Record, changed: Iterable[str]) -> Iterator[Stake]:
    """Yield what a server that replaces lists would drop of the children sent again."""
    known = fields(type(record))
    for name in changed:
        children = getattr(record, name) if drops(known[name]) else None
        noun = each.noun if (each := known[name].each) else name
        hidden = [f"{listed(left)} of {noun} {child.id}" for child in children or () if (left := unsent(child))]
        if hidden:
            yield Stake(f"may drop what cannot be sent along: {'; '.join(hidden)}", lost="what it drops")


def changed_columns(record: Record, values: Mapping[str, Value]) -> list[str]:
    """Return the columns that change, and those that are never read back."""
    known, apart = fields(type(record)), differing(record, values)
    return [name for name, value in values.items() if name in apart or (known[name].sent_only and value is not None)]


async def confirm_update(
    call: Call, changes: Changes, place: Place, id: int, to: To, asking: Asking
) -> tuple[Snapshot[Record], Mapping[str, Value]]:
    """Return the record as just read and the values to write, after a person confirmed if anything is at stake.

    Raises:
        NotConfirmed: nobody confirmed.
    """
    resource = place.resource
    snapshot = await changes.current(place, id)
    values = to(snapshot.record)
    if not _of_change(resource, snapshot.record, values):
        return snapshot, values
    asked, system = list[Snapshot[Record]](), changes.api.system

    async def propose() -> tuple[Intention, Snapshot[Record]]:
        asked.append(await changes.current(place, id) if asked else snapshot)
        now, new = asked[-1].record, to(asked[-1].record)
        proposed = Intention(
            asks="change",
            does="change",
            system=system,
            resource=resource,
            names=[f"{resource.word} {name_and_id(resource, now, most=most)}" for most in CUT],
            apart=await apart(call, system, resource, now),
            content=(facts(now), {name: plain(value) for name, value in new.items()}),
            shown=Shown.of(resource, now),
            undoes=bool(asking.part_of),
            record=now,
            standing=await standing_of(call, system, resource, now),
            stakes=_of_change(resource, now, new),
            facts=[
                *[await _becomes(call, system, now, name, new[name]) for name in changed_columns(now, new)],
                *await tied_to(call, system, resource, {**dict(now), **new}),
            ],
        )
        return proposed, asked[-1]

    _, snapshot = await ask(call, asking, matter_of(call, system, resource, id), propose)
    return snapshot, to(snapshot.record)


async def _becomes(call: Call, system: System, record: Record, name: str, after: Value) -> str:
    """Return how a column changes, in a sentence; references by name, new values in full."""
    item, before = fields(type(record))[name], getattr(record, name)
    after = item.read(after)
    if item.bytes:
        return f"Its content becomes {len(str(after)) * 3 // 4:,} bytes sent here."
    if item.private:
        return f"{name}: {_said(shown(item, before))} becomes {_said(after)}."
    if item.ref:
        ids = [int(str(id)) if id else 0 for id in (before, after)]
        old, new = [await named(call.api(system), item.ref, id) if id else f"no {item.ref}" for id in ids]
        return f"{old} becomes {new}."
    if item.refs:
        called = await _called(call, system, item.refs)
        return f"{name}: {_listed(before, called)} becomes {_listed(after, called)}."
    return f"{name}: {_turned(before, after)}."


async def _called(call: Call, system: System, noun: str) -> Mapping[int, str]:
    """Return the names of a kind, remembered or from its list; empty if this user may not see it."""
    names = call.names_of(system)
    if names.of(noun) is None:
        with suppress(CallFailed):  # ids are shown instead
            await call.api(system).scan(Scope(system.resource(noun)))
    return names.of(noun) or {}


def _listed(value: Value, called: Mapping[int, str]) -> str:
    ids = [int(each) for each in str(value or "").split(",") if each.strip().isdigit()]
    return ", ".join(f"{quoted(called[id], most=None)} ({id})" if id in called else str(id) for id in ids) or "nothing"


def _turned(before: Value, after: Value) -> str:
    """Return `5 becomes 7`; for a list, the children that go and come."""
    if not isinstance(before, tuple) and not isinstance(after, tuple):
        return f"{_said(before)} becomes {_said(after)}"
    old, new = Counter(_children(before)), Counter(_children(after))
    gone, come = (old - new).elements(), (new - old).elements()
    return "; ".join(
        f"{word} {quoted(each, most=None)}" for word, some in (("without", gone), ("with", come)) for each in some
    )


def _said(value: Value) -> str:
    if value in (None, ""):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return quoted(value, most=None) if isinstance(value, str) else str(plain(value))


def _children(value: Value) -> list[str]:
    children = [each for each in value if isinstance(each, Child)] if isinstance(value, tuple) else []
    return [_line(each) for each in children]


def _line(child: Child) -> str:
    """Return the writable columns of a child, long texts last."""
    known = fields(type(child))
    parts = sorted(written(child).items(), key=lambda part: known[part[0]].lines)
    return ", ".join(f"{name} {known[name].read(value)}" for name, value in parts)
