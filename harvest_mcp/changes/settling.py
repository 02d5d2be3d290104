"""Settles open changes by looking, and keeps a record from being written while one may still take effect."""

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
"""Seconds for which an account whose reads were seen to be late is taken to have late ones."""


@dataclass(frozen=True, slots=True)
class Settling:
    """The journal of one account beside the account itself."""

    api: Api
    journal: Journal
    timing: Timing = field(default=USUAL, kw_only=True)
    sleep: Callable[[float], Awaitable[None]] = field(default=anyio.sleep, kw_only=True)

    async def current(self, place: Place, id: int) -> Snapshot[Record]:
        """Return a record as it reads now, once every open change of it is settled and the last one shows.

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
        """Read the record; a read that does not show the last write of the lag proves nothing."""
        resource = place.resource
        done = [entry for entry in known if entry.outcome in DONE and self.left(entry) > 0]
        try:
            record = await self.api.get(place, id)
        except NotFound:
            made = [entry for entry in done if entry.verb == "create" and entry.principal == self.journal.principal]
            if made and done[-1].verb != "delete":  # what somebody else made, this user may not see
                raise self._late(resource, done[-1]) from None
            raise
        if done and self._unshown(resource, done, record):
            raise self._late(resource, done[-1])
        return record

    def _unshown(self, resource: Kind, done: Sequence[Entry], record: Record) -> bool:
        """Return whether a record reads as it was before the last of these writes."""
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
        """Return the change that deleted this record, if one did and it is gone; wait for one under way."""
        resource = place.resource
        entry = await self.journal.deleted(resource.noun, id)
        if entry is None or (entry := await self._told(place, entry)).outcome != "applied":
            return None
        if entry.after is None and self.left(entry) > 0:  # a read that shows it is late
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
        """Return an entry with its outcome, waiting for a process that is still at it."""
        until = self.journal.clock() + self.timing.patience
        while entry.under_way() and self.journal.clock() < until:
            await self.sleep(self.timing.pause)
            entry = await self.journal.get(entry.id)
        # One still under way may take effect yet: what does not show now is no reason to send it again.
        return await self.settle(place, entry) if entry.unsettled() else entry

    async def settle(self, place: Place, entry: Entry) -> Entry:
        """Look what became of an open entry; unchanged if it cannot be seen, or may still be carried out.

        What somebody else's record does not show proves nothing: this user may not see it.
        """
        over = self.left(entry) <= 0  # before the look: one that begins within the lag proves nothing
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
            # How it was left nobody saw: an undo compares with what was sent.
            sight, outcome = Sight("applied"), "applied"
        else:
            return entry
        await self.journal.close(entry.id, outcome, record=sight.id, after=sight.record)
        return await self.journal.get(entry.id)

    def saw_late(self) -> None:
        """Remember that reads of this account are behind its writes."""
        self.journal.state.late[self.journal.account] = self.journal.state.clock()

    @property
    def reads_late(self) -> bool:
        """Return whether this process saw that lately."""
        state = self.journal.state
        return state.clock() - state.late.get(self.journal.account, float("-inf")) < LATE_FOR

    async def proves(self, waited: float) -> bool:
        """Return whether a look shows by now what was carried out `waited` seconds ago.

        It does where each write of the last `lag`, by whatever process, was read back sooner than that.
        """
        if self.reads_late:
            return False
        took = await self.journal.shown_within(self.timing.lag)
        return took is not None and took <= waited

    async def equals(self, place: Place, entry: Entry) -> tuple[int, ...]:
        """Return the ids of other records that a create made, which was sent more than once."""
        if entry.sent_times < 2 or entry.record is None or entry.outcome not in ("accepted", "applied", "undone"):
            return ()
        return await made_twice(self.api, place, entry, entry.record)

    def left(self, entry: Entry) -> float:
        """Return the seconds for which a read may not show it yet, since its request was answered or given up.

        Of a process that is gone, since it was about to leave.
        """
        return self.timing.lag - entry.age
