"""The writes that undo a change."""

from harvest_mcp.changes import Change, Changes, Entry
from harvest_mcp.changes.looking import differing, typed
from harvest_mcp.changes.undo import UndoPlan, unchanged_since, without_lines
from harvest_mcp.errors import NotUndone
from harvest_mcp.spec import Record, Resource, Scope

Kind = Resource[Record]
Place = Scope[Record]


async def gone_for_all(changes: Changes, place: Place, entry: Entry, id: int) -> None:
    """Return whether a record that cannot be read is gone for everybody: to its creator, or by a delete in the journal.

    Raises:
        NotUndone: perhaps only this user may not see it.
    """
    resource = place.resource
    if entry.principal != changes.journal.principal and await changes.gone(place, id) is None:
        raise NotUndone(
            f"{resource.word.capitalize()} {id}, which {entry.principal} made, does not show to this user.",
            next=f"Whether it is gone is not known here; {entry.principal} can take the change back.",
        )


async def undo_writes(changes: Changes, place: Place, entry: Entry, how: UndoPlan) -> list[Change[Record]]:
    """Send the writes that undo it; none if everything is as before already."""
    resource = place.resource
    if how.does == "create":
        there = await changes.api.around(place, resource.wire.around(how.values))
        made = await changes.create(
            place, how.values, above=there.highest, whole=there.newest, once=False, undoes=entry.id
        )
        return [made, *await _flipped_back(changes, place, entry, made)]
    assert entry.record is not None  # noqa: S101 - applied, so it has one
    current = await changes.current(place, entry.record)
    if not differing(current.record, how.values):
        return []
    if how.does == "update" and (fewer := without_lines(resource, entry, current.record)) is not None:
        return [await changes.update(place, current, fewer, undoes=entry.id, firm=True)]
    unchanged_since(resource, entry, current.record)
    if how.action:
        wanted = how.values[how.action.flips] if how.action.of else bool(how.values[how.action.flips])
        return [await changes.act(place, how.action, current, wanted=wanted, undoes=entry.id)]
    return [await changes.update(place, current, how.values, undoes=entry.id)]


async def _flipped_back(changes: Changes, place: Place, entry: Entry, made: Change[Record]) -> list[Change[Record]]:
    """Archive a record created again if it was archived, as a change of its own."""
    resource = place.resource
    before = typed(resource, entry.before or {})
    for flips in dict.fromkeys(action.flips for action in resource.actions if not action.of):
        was = before.get(flips)  # a change of state may have side effects, so it is never done unasked
        if (now := made.snapshot) is None or was is None or getattr(now.record, flips) == was:
            continue
        if action := resource.action(flips, bool(was)):
            return [await changes.act(place, action, now, wanted=bool(was))]
    return []
