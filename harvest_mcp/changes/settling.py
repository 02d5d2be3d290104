"""Settle open changes by reading the account; no record is written while an earlier write may still take effect."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import anyio

from harvest_mcp.api import Api
from harvest_mcp.changes.entries import DONE, OPEN, Entry, Outcome, Snapshot
from harvest_mcp.changes.journal import Journal
from harvest_mcp.changes.looking import Place, Sight, look, made_twice, showing, was
from harvest_mcp.changes.timing import USUAL, Timing
from harvest_mcp.errors import Closed, NotFound, Unsettled
from harvest_mcp.spec import Record, Resource

Kind = Resource[Record]

LATE_FOR = 3600.0
"""Seconds for which an account seen to have late reads is treated as such."""


@dataclass(frozen=True, slots=True)
class Settling:
    """The journal of an account together with its API."""

    api: Api
    journal: Journal
    timing: Timing = field(default=USUAL, kw_only=True)
    sleep: Callable[[float], Awaitable[None]] = field(default=anyio.sleep, kw_only=True)

    async def current(self, place: Place, id: int) -> Snapshot[Record]:
        """Return a record as it is now, after settling its open changes; the last change must be visible.

        Raises:
            Unsettled: an earlier write to it may still take effect, or does not show yet.
            Closed: it is not to be written any more.
        """
        resource = place.resource
        last, found = await self.journal.of_record(resource.noun, id, lag=self.timing.lag)
        known = [await self._out_of_the_way(place, each) if each.unsettled() else each for each in found]
        record = await self._shown(place, id, known)
        for closed in (rule.closed(record) for rule in resource.rules):
            if closed is not None:
                raise Closed(resource.word, id, *closed)
        return Snapshot(record, max([last, *(entry.id for entry in known if entry.outcome != "intended")]))

    async def _shown(self, place: Place, id: int, known: Sequence[Entry]) -> Record:
        """Read the record; a read that does not show a write within the lag proves nothing."""
        resource = place.resource
        done = [entry for entry in known if entry.outcome in DONE and self.left(entry) > 0]
        try:
            record = await self.api.get(place, id)
        except NotFound:
            made = [entry for entry in done if entry.verb == "create" and entry.principal == self.journal.principal]
            if made and done[-1].verb != "delete":  # this user may not see what somebody else created
                raise self._late(resource, done[-1]) from None
            raise
        if done and self._unshown(resource, done, record):
            raise self._late(resource, done[-1])
        return record

    def _unshown(self, resource: Kind, done: Sequence[Entry], record: Record) -> bool:
        """Return whether a record reads as before the last of these writes."""
        last = done[-1]
        if last.verb == "delete":
            return last.after is None
        shows = "all" if last.verb == "create" else showing(resource, last, record)
        return shows == "none" or (shows == "otherwise" and any(was(resource, each, last, record) for each in done))

    def _late(self, resource: Kind, entry: Entry) -> Unsettled:
        self.saw_late()
        what = f"{resource.word} {entry.record}"
        return Unsettled(entry.id, what, seconds=self.left(entry), accepted=True)

    async def gone(self, place: Place, id: int) -> Entry | None:
        """Return the change that deleted this record, if it is gone; wait for one under way."""
        resource = place.resource
        entry = await self.journal.deleted(resource.noun, id)
        if entry is None or (entry := await self._told(place, entry)).outcome != "applied":
            return None
        if entry.after is None and self.left(entry) > 0:  # a read that still shows it would be late
            return entry
        try:
            await self.api.get(place, id)
        except NotFound:
            return entry
        return None

    async def _out_of_the_way(self, place: Place, entry: Entry) -> Entry:
        resource = place.resource
        settled = await self.settle(place, entry)
        if settled.outcome in OPEN and (left := self.left(settled)) > 0:
            what, accepted = f"{resource.word} {entry.record}", settled.outcome == "accepted"
            raise Unsettled(entry.id, what, seconds=left, accepted=accepted)
        return settled

    async def _told(self, place: Place, entry: Entry) -> Entry:
        """Return an entry with its outcome, waiting for a process that still works on it."""
        until = self.journal.clock() + self.timing.patience
        while entry.under_way() and self.journal.clock() < until:
            await self.sleep(self.timing.pause)
            entry = await self.journal.get(entry.id)
        # One still under way may take effect yet, so that it does not show now proves nothing.
        return await self.settle(place, entry) if entry.unsettled() else entry

    async def settle(self, place: Place, entry: Entry) -> Entry:
        """Settle an open entry by reading; unchanged if that shows nothing, or it may still be carried out.

        A missing record of another principal proves nothing: this user may not see it.
        """
        over = self.left(entry) <= 0  # taken before the look: a look begun within the lag proves nothing
        sight = await look(self.api, place, entry)
        if sight.record is None and entry.principal != self.journal.principal:
            return entry
        accepted = entry.outcome == "accepted"
        outcome: Outcome
        if sight.shows == "applied":
            outcome = "applied"
        elif sight.shows == "absent" and over:
            outcome = "no effect" if accepted else "refused"
        elif sight.shows == "unclear" and over and accepted and entry.verb == "update":
            # Nobody read how it was stored: an undo compares with what was sent.
            sight, outcome = Sight("applied"), "applied"
        else:
            return entry
        await self.journal.close(entry.id, outcome, record=sight.id, after=sight.record)
        return await self.journal.get(entry.id)

    def saw_late(self) -> None:
        """Remember that this account's reads lag behind its writes."""
        self.journal.state.late[self.journal.account] = self.journal.state.clock()

    @property
    def reads_late(self) -> bool:
        """Whether this process saw late reads within the last hour."""
        state = self.journal.state
        return state.clock() - state.late.get(self.journal.account, float("-inf")) < LATE_FOR

    async def proves(self, waited: float) -> bool:
        """Return whether a read would by now show a write carried out `waited` seconds ago.

        It would if every write of the last `lag` seconds, by any process, was read back sooner than that.
        """
        if self.reads_late:
            return False
        took = await self.journal.shown_within(self.timing.lag)
        return took is not None and took <= waited

    async def equals(self, place: Place, entry: Entry) -> tuple[int, ...]:
        """Return the ids of duplicates made by a create that was sent more than once."""
        if entry.sent_times < 2 or entry.record is None or entry.outcome not in ("accepted", "applied", "undone"):
            return ()
        return await made_twice(self.api, place, entry, entry.record)

    def left(self, entry: Entry) -> float:
        """Return the seconds for which reads may still miss it, from its response or from when it was given up.

        If its process is gone, from when it was about to be sent.
        """
        return self.timing.lag - entry.age
