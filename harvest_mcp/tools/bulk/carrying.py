"""Carry out a plan step by step; steps done before are skipped, failures are reported by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harvest_mcp.api import Scan
from harvest_mcp.changes import OPEN, Change, Changes, ChangeSet, Entry, Step, Wanted
from harvest_mcp.changes.looking import differing, typed
from harvest_mcp.errors import (
    HarvestMcpError,
    InDoubt,
    NotTheApi,
    Overtaken,
    StateError,
    Throttled,
    TooSlow,
    Unauthorized,
    Unreachable,
)
from harvest_mcp.spec import Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import as_csv, count
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.arguments.spellings import ALIVE
from harvest_mcp.tools.records.create import near, twins
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
Place = Scope[Record]
MOST_ROWS = 500
"""The most steps of one plan."""
MOST_ENTRIES = 10 * MOST_ROWS
STOPS = (StateError, Unauthorized, Unreachable, Throttled, NotTheApi, TooSlow)
"""Errors that every further step would meet, too."""
DONE = ("applied", "accepted", "undone")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a step: `did`, the record, its change, and `why` not."""

    step: Step
    did: str
    id: int | None = None
    change: int | None = None
    why: str = ""
    earlier: bool = False
    """Whether a change outside this batch had made it already, which an undo of the batch leaves alone."""

    @property
    def done(self) -> bool:
        """Whether it is as planned."""
        return self.did in ("done", "was done", "taken back")


@dataclass(slots=True)
class Carrying:
    """One batch being carried out."""

    call: Call
    system: System
    batch: ChangeSet
    records: dict[int, int] = field(default_factory=dict)
    """The record of each step that has one."""
    lists: dict[tuple[object, ...], Scan[Record]] = field(default_factory=dict)
    stopped: str = ""

    @property
    def changes(self) -> Changes:
        """The writes of this call."""
        return self.call.changes(self.system)

    async def all(self) -> list[Outcome]:
        """Carry out every step that was not done; stop at an error that all further steps would meet."""
        entries = await self._entries()
        told = list[Outcome]()
        for at, step in enumerate(self.batch.steps):
            if self.stopped:
                told.append(Outcome(step, "not yet"))
                continue
            outcome = await self._one(at, step, entries.get(at))
            if outcome.id is not None:
                self.records[at] = outcome.id
            told.append(outcome)
            await self.call.progress(f"{at + 1} of {len(self.batch.steps)}.")
        if all(each.done for each in told):
            await self.call.journal(self.system).stage(self.batch.id, "begun", "done")
        return told

    async def _entries(self) -> dict[int, Entry]:
        """Return the journal entries of earlier attempts, the last of each step."""
        found = await self.call.journal(self.system).find(Wanted(part_of=self.batch.id, limit=MOST_ENTRIES))
        return {each.step: each for each in reversed(found) if each.step is not None}

    async def _one(self, at: int, step: Step, entry: Entry | None) -> Outcome:
        try:
            if entry is not None and (said := await self._before(step, entry)) is not None:
                return said
            change = await self._sent(self.changes.within(self.batch.id, at), step)
        except _NothingToDo as there:
            return Outcome(step, "left out", None, why=str(there))
        except HarvestMcpError as error:
            if isinstance(error, STOPS):
                self.stopped = error.afar
            return Outcome(step, "in doubt" if isinstance(error, InDoubt) else "failed", why=error.afar)
        if change.before:
            return Outcome(step, "was done", change.id, change.entry, earlier=True)
        return Outcome(step, "done", change.id, change.entry, "it does not show yet" if change.unseen else "")

    async def _before(self, step: Step, entry: Entry) -> Outcome | None:
        """Return the result of an earlier attempt of a step; None if it is to be sent now."""
        if entry.outcome in OPEN:
            if entry.under_way():
                return Outcome(step, "under way", entry.record, entry.id, "another call is at it")
            entry = await self.changes.settle(self._place(step, {**step.values, **entry.sent}), entry)
        if entry.outcome in DONE:
            return Outcome(step, "taken back" if entry.outcome == "undone" else "was done", entry.record, entry.id)
        if entry.outcome in OPEN:
            why = f"get_change(change_id={entry.id}) tells in a minute"
            return Outcome(step, "in doubt", entry.record, entry.id, why)
        return None

    async def _sent(self, changes: Changes, step: Step) -> Change[Record]:
        values = dict(step.values)
        for column, earlier in step.refs.items():
            if earlier not in self.records:
                raise _NothingToDo(f"{self.batch.steps[earlier].says} is not there")
            values[column] = self.records[earlier]
        place = self._place(step, values)
        if step.verb == "create":
            return await self._created(changes, place, typed(place.resource, values))
        return await self._changed(changes, place, step, typed(place.resource, values))

    async def _created(self, changes: Changes, place: Place, values: Mapping[str, Value]) -> Change[Record]:
        others = await self._others(place, values)
        mine = set(self.records.values())
        rows = near(place.resource, others.rows, values)
        if like := [each for each in twins(rows, place.resource, values) if each.id not in mine]:
            raise _NothingToDo(f"{name_and_id(place.resource, like[0])} is there already")
        return await changes.create(place, values, above=others.highest, whole=others.newest)

    async def _others(self, place: Place, values: Mapping[str, Value]) -> Scan[Record]:
        """Return the records to check a new one against: one list for all, or that of its scope."""
        near = place.resource.wire.around(values)
        key = (place.resource.noun, place.parent, place.person, place.day, tuple(near.items()))
        if key not in self.lists:
            self.lists[key] = await self.changes.api.around(place, near)
        return self.lists[key]

    async def _changed(self, changes: Changes, place: Place, step: Step, values: Mapping[str, Value]) -> Change[Record]:
        """Update, act on or delete a record that still reads as when planned."""
        resource = place.resource
        assert step.record is not None  # noqa: S101 - only a create is of none
        now = await changes.current(place, step.record)
        if other := differing(now.record, typed(resource, step.before)):
            raise Overtaken(resource.word, step.record, f"it {apart_by(resource, now.record, other)} by now")
        if step.verb == "update":
            return await changes.update(place, now, values)
        if step.verb == "delete":
            return await changes.doing(*step.beside).delete(place, now)
        action = next(each for each in resource.actions if each.verb == step.verb)
        return await changes.act(place, action, now, wanted=values[action.flips])

    def _place(self, step: Step, values: Mapping[str, object]) -> Place:
        return self.system.resource(step.noun).under({**step.before, **values, **step.acted})


def apart_by(resource: Resource[Record], row: Record, columns: Sequence[str]) -> str:
    """Return in words by which columns a record differs from a plan: `has another title and is archived`."""
    known = fields(resource.record)
    others = ", ".join(known[name].argument for name in columns if name not in ALIVE)
    flags = ["active" if bool(getattr(row, name)) is ALIVE[name] else "archived" for name in columns if name in ALIVE]
    return " and ".join([*([f"has another {others}"] if others else []), *(f"is {word}" for word in flags)])


class _NothingToDo(Exception):
    """Raised if a step has nothing to do, or its record is gone."""


def told(batch: ChangeSet, outcomes: list[Outcome], stopped: str, again: str) -> str:
    """Return the result of a batch, row by row; `again` is the call that continues it."""
    done = sum(each.done for each in outcomes)
    earlier = sum(each.earlier for each in outcomes)
    head = f"# {done} of {count(len(outcomes), 'change')} done"
    head += f"; {earlier} by an earlier call, and not sent again" if earlier else ""
    if own := done - earlier:
        head += f"; undo_change(change_id={batch.id}) takes {f'the other {own}' if earlier else 'all of it'} back"
    open_ = [each for each in outcomes if not each.done and each.did != "left out"]
    if stopped:
        head += f"; stopped: {stopped} Then {again} goes on"
    elif open_:
        head += f"; {again} tries again what failed"
    rows = ((each.step.row or "", each.step.says, each.did, each.id, each.change, each.why) for each in outcomes)
    table, shown = as_csv(("row", "what", "outcome", "id", "change", "why"), rows)
    more = "" if shown == len(outcomes) else f"; the first {shown} rows, get_change(change_id={batch.id}) has all"
    return f"{head}{more}\n{table}"


async def carried(call: Call, system: System, batch: ChangeSet) -> str:
    """Return the result of a plan that a person confirmed."""
    carrying = Carrying(call, system, batch)
    outcomes = await carrying.all()
    return told(batch, outcomes, carrying.stopped, f'{call.tool}(plan="{batch.plan}")')
