"""Settles open changes by looking, and keeps a record from being written while one may still take effect."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio

from harvest_mcp.api import Api
from harvest_mcp.changes.entries import OPEN, Entry, Outcome
from harvest_mcp.changes.journal import Journal
from harvest_mcp.changes.looking import look
from harvest_mcp.errors import Closed, NotFound, Unsettled
from harvest_mcp.spec import Record, Resource

Kind = Resource[Record]

LAG = 60.0
"""Seconds after which a write that does not show was not carried out; a vendor may take its time behind a gateway."""
PATIENCE = 30.0
"""Seconds to wait for the same create, or another write to the same record, under way elsewhere."""
PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Settling:
    """The journal of one account beside the account itself."""

    api: Api
    journal: Journal
    read: dict[tuple[str, int], int] = field(default_factory=dict, kw_only=True)
    """When records were read last, as the journal counts: whoever wrote to one since was not known to the reader."""
    sleep: Callable[[float], Awaitable[None]] = field(default=anyio.sleep, kw_only=True)

    async def current(self, resource: Kind, id: int) -> Record:
        """A record as it reads now, once every open change of it is settled.

        Raises:
            Unsettled: an earlier write to it may still take effect.
            Closed: it is not to be written any more.
        """
        entries, mark = await self.journal.open_for(resource.noun, id)
        for entry in entries:
            if entry.unsettled():
                await self._out_of_the_way(resource, entry)
                mark = await self.journal.mark()
        record = await self.api.get(resource, id)
        if resource.open_while is not None:
            name, word = resource.open_while
            if (now_is := getattr(record, name)) != word:
                raise Closed(resource.word, id, name, str(now_is), word)
        self.read[resource.noun, id] = mark
        return record

    async def gone(self, resource: Kind, id: int) -> Entry | None:
        """The change that deleted this record, if one did and it is gone; one under way is waited for."""
        entry = await self.journal.deleted(resource.noun, id)
        if entry is None or (entry := await self._told(resource, entry)).outcome != "applied":
            return None
        try:
            await self.api.get(resource, id)
        except NotFound:
            return entry
        return None

    async def _out_of_the_way(self, resource: Kind, entry: Entry) -> None:
        settled = await self.settle(resource, entry)
        if settled.outcome in OPEN and (left := LAG - settled.age) > 0:
            raise Unsettled(entry.id, f"{resource.word} {entry.record}", seconds=left)

    async def _told(self, resource: Kind, entry: Entry) -> Entry:
        """An entry with its outcome, waiting for a process that is still at it."""
        until = self.journal.clock() + PATIENCE
        while entry.under_way() and self.journal.clock() < until:
            await self.sleep(PAUSE)
            entry = await self.journal.get(entry.id)
        # One still under way may take effect yet: what does not show now is no reason to send it again.
        return await self.settle(resource, entry) if entry.unsettled() else entry

    async def settle(self, resource: Kind, entry: Entry) -> Entry:
        """Look what became of an open entry; unchanged if it cannot be seen, or may still be carried out.

        What somebody else's record does not show proves nothing: this user may not see it.
        """
        sight = await look(self.api, resource, entry)
        if sight.record is None and entry.principal != self.journal.principal:
            return entry
        if sight.shows in ("hidden", "unclear") or (sight.shows == "absent" and entry.age < LAG):
            return entry
        outcome: Outcome = "applied" if sight.shows == "applied" else "refused"
        await self.journal.close(entry.id, outcome, record=sight.id, after=sight.record)
        return await self.journal.get(entry.id)
