"""Send a write whose intent is committed, and find out its outcome."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import anyio

from harvest_mcp.changes.entries import SENT, Change, Entry, Outcome, Unseen
from harvest_mcp.changes.looking import Place, Sight, comparable, differing, foreign, look, showing, typed
from harvest_mcp.changes.missed import lists
from harvest_mcp.changes.settling import Kind, Settling
from harvest_mcp.errors import CallFailed, GateClosed, InDoubt, NotFound, StateError, StoredOtherwise, Throttled
from harvest_mcp.spec import Record, fields

log = logging.getLogger("harvest_mcp.changes")

Send = Callable[[], Awaitable[int | None]] | Callable[[], Awaitable[None]]

ATTEMPTS = 3
"""How often a throttled write is sent."""
GATEWAY_WAITS, MOST_WAITED = 10.0, 60.0
"""Seconds of a throttle that the gateway waits itself, and the most to wait here."""
SAW = {
    "absent": "does not show the change so far",
    "unclear": "shows what may be somebody else's doing",
    "hidden": "could not be read since",
}


@dataclass(frozen=True, slots=True)
class Sending(Settling):
    """Takes one write at a time from intent to outcome."""

    async def _carry_out(self, place: Place, entry: Entry, send: Send) -> Change[Record]:
        """Send a write and settle its outcome, within the time limit of one."""
        tries = 0

        async def counted() -> int | None:
            nonlocal tries
            tries += 1
            return await send()

        try:
            with anyio.fail_after(self.timing.longest):
                return await self._attempt(place, entry, counted)
        except TimeoutError:
            await self._closed(entry, "in doubt")
            once = " once" if tries < 2 else ""
            spent = f"The request was sent{once}, and no time was left to see what came of it."
            raise self._unsettled(replace(entry, tries=tries), spent) from None

    async def _attempt(self, place: Place, entry: Entry, send: Send) -> Change[Record]:
        """Send it once, and see to what came of it; after a throttle perhaps once more."""
        try:
            id = await send()
        except InDoubt as doubt:
            return await self._doubted(place, entry, doubt, self.timing.looks)
        except GateClosed as closed:  # it was not sent
            return await self._refused(place, entry, closed)
        except Throttled as throttled:
            if (done := await self._throttled(place, entry, throttled)) is not None:
                return done
            return await self._attempt(place, replace(entry, tries=entry.tries + 1), send)
        except NotFound as missing:
            return await self._missing(place, entry, missing)
        except CallFailed as failure:
            return await self._refused(place, entry, failure)
        except Exception:  # our own bug: note that nobody works on it any more
            await self._closed(entry, "in doubt")
            raise
        return await self._accepted(place, replace(entry, outcome="accepted"), id)

    async def _throttled(self, place: Place, entry: Entry, throttled: Throttled) -> Change[Record] | None:
        """Read the account before a throttled write is sent again; return its change if it was done, None to send
        again.

        It reads once the vendor accepts calls again, and a second time after the lag if the first read may be late and
        repeating the write does harm.

        Raises:
            InDoubt: it does not show, which proves nothing where reads are late, and twice is not as good as once.
        """
        resource = place.resource
        clock = self.journal.state.clock
        began = clock()
        await self.sleep(min(max(0.0, throttled.seconds - GATEWAY_WAITS), MOST_WAITED))
        sight = await look(self.api, place, entry)
        if sight.shows == "absent" and not await self._settles(resource, entry, throttled):
            await self.sleep(max(0.0, self.timing.lag - (clock() - began)))
            sight = await look(self.api, place, entry)
        if sight.shows == "applied" and sight.id is not None:
            unnoted = await self._applied(resource, entry, sight.id, sight.record)
            doubles = await self.equals(place, replace(entry, record=sight.id, outcome="applied"))
            return Change(sight.id, sight.record, entry.id, settled=True, unnoted=unnoted, doubles=doubles)
        again = _repeatable(resource, entry) or not self.reads_late
        if sight.shows == "absent" and again and entry.tries < ATTEMPTS and await self._noted_again(entry):
            return None
        await self._closed(entry, "in doubt")
        saw = f"{self.api.system.title} {SAW[sight.shows]}."
        raise self._unsettled(entry, f"{throttled.what} Whether it was carried out is not known. {saw}")

    async def _settles(self, resource: Kind, entry: Entry, throttled: Throttled) -> bool:
        """Return whether a second read could not change the decision about a throttled write."""
        given_up = entry.tries >= ATTEMPTS or self.reads_late
        return given_up or _repeatable(resource, entry) or await self.proves(throttled.seconds)

    async def _noted_again(self, entry: Entry) -> bool:
        """Note that a create is sent once more, so that whoever settles it looks for two; False if that fails."""
        if entry.verb != "create":
            return True
        try:
            await self.journal.send_again(entry.id, {**(entry.before or {}), SENT: entry.tries + 1})
        except StateError:
            return False
        return True

    async def _missing(self, place: Place, entry: Entry, missing: NotFound) -> Change[Record]:
        """Settle a 404 to a write: a delete is done if no read shows the record.

        If a read shows it, the delete was refused (a user may see and not delete), unless an earlier attempt may have
        deleted it.
        """
        resource = place.resource
        if entry.verb != "delete":
            return await self._refused(place, entry, missing)
        gone = InDoubt(f"{self.api.system.title} answered that {resource.word} {entry.record} is not there (404).")
        if entry.tries == 1 and (await look(self.api, place, entry)).shows == "absent":
            await self.sleep(waited := sum(self.timing.looks[1:]))
            if (await look(self.api, place, entry)).shows == "absent":
                if await self.proves(waited):
                    return await self._refused(place, entry, missing)
                await self._closed(entry, "in doubt")
                raise self._unsettled(entry, f"{missing.what} It still shows, as it may for a minute after a delete.")
        return await self._doubted(place, replace(entry, outcome="accepted"), gone, (0.0, *self.timing.looks[1:]))

    async def _refused(self, place: Place, entry: Entry, failure: CallFailed) -> Change[Record]:
        """Close a write that was not carried out, unless an earlier attempt was."""
        if entry.tries > 1:
            return await self._doubted(place, entry, InDoubt(failure.what), self.timing.looks)
        await self._closed(entry, "refused")
        raise failure

    async def _accepted(self, place: Place, entry: Entry, id: int | None) -> Change[Record]:
        """Read back what the vendor accepted."""
        resource = place.resource
        looks = (0.0, *self.timing.looks[1:])
        if entry.verb == "delete":
            return await self._doubted(place, entry, InDoubt("The delete was accepted."), looks)
        if (id := id or entry.record) is None:
            nameless = "The create was accepted, but the answer does not name the new record."
            return await self._doubted(place, entry, InDoubt(nameless), looks)
        if entry.verb == "create" and id <= (entry.before or {}).get("above", 0):
            old = f"The create was accepted, but the answer names {resource.word} {id}, which was there before."
            return await self._doubted(place, entry, InDoubt(old), looks)
        return await self._back(place, replace(entry, record=id), id)

    async def _back(self, place: Place, entry: Entry, id: int) -> Change[Record]:
        """Read the record as stored; a failed read does not make an accepted write a failure."""
        resource = place.resource
        looks = self.timing.looks[1:]
        accepted = InDoubt(f"The {entry.verb} was accepted.")
        try:
            record = await self.api.get(place, id)
        except NotFound:
            return await self._doubted(place, entry, accepted, looks)
        except CallFailed:
            return await self._unseen(entry, id, "failed")
        sent = typed(resource, entry.sent)
        if entry.verb == "create" and foreign(record, sent):
            other = f"The create was accepted, but the answer names {resource.word} {id}, which is another."
            return await self._doubted(place, replace(entry, record=None), InDoubt(other), looks)
        differs = differing(record, comparable(record, sent))
        late = entry.verb != "create" and showing(resource, entry, record) == "none"
        if differs and (late or entry.verb not in ("create", "update")):
            return await self._doubted(place, entry, accepted, looks)
        unnoted = await self._applied(resource, entry, id, record)
        doubles = await self.equals(place, replace(entry, record=id, outcome="applied"))
        return Change(id, record, entry.id, differs=differs, unnoted=unnoted, doubles=doubles)

    async def _doubted(self, place: Place, entry: Entry, doubt: InDoubt, looks: tuple[float, ...]) -> Change[Record]:
        """Read the account, now and a little later; nothing is sent again."""
        resource = place.resource
        sight, accepted = Sight("hidden"), entry.outcome == "accepted"
        for pause in looks:
            await self.sleep(pause)
            sight = await look(self.api, place, entry)
            if sight.shows == "applied" and sight.id is not None:
                unnoted = await self._applied(resource, entry, sight.id, sight.record)
                return Change(
                    sight.id,
                    sight.record,
                    entry.id,
                    settled=not accepted,
                    differs=_differs(resource, entry, sight.record),
                    unnoted=unnoted,
                    doubles=await self.equals(place, replace(entry, record=sight.id, outcome="applied")),
                )
            if accepted and sight.shows == "absent":
                self.saw_late()
        if accepted and entry.verb in ("create", "update") and entry.record and sight.shows != "unclear":
            return await self._unseen(entry, entry.record, "late" if sight.shows == "absent" else "failed")
        await self._closed(entry, "accepted" if accepted else "in doubt", record=entry.record)
        unsettled = self._unsettled(entry, f"{doubt.what} {self.api.system.title} {SAW[sight.shows]}.")
        if not sight.settles:
            tool = self.api.system.tool("list", resource)
            unsettled.next = f"Look for it with {tool}: not all pages are read here, so no later look settles this."
        raise unsettled

    async def _unseen(self, entry: Entry, id: int, why: Unseen) -> Change[Record]:
        """Close an accepted write that no read shows so far."""
        unnoted = await self._closed(entry, "accepted", record=id)
        return Change(id, None, entry.id, unnoted=unnoted, unseen=why)

    async def _applied(self, resource: Kind, entry: Entry, id: int, record: Record | None) -> str:
        """Close an entry that was carried out, as read back; return why the journal could not note it, if so.

        Raises:
            StoredOtherwise: a child list was stored otherwise than sent, so an undo did not undo it.
        """
        found = dict(lists(typed(resource, entry.sent), record)) if record is not None and entry.verb != "act" else {}
        if entry.undoes is not None:  # an undo cannot send what the change lost; the answer says so
            found = {name: each for name, each in found.items() if each.lacks or each.more}
        unnoted = await self._closed(entry, "applied", record=id, after=record, undid=not found)
        if found:
            told = "; ".join(f"{name} {each.told}" for name, each in found.items())
            raise StoredOtherwise(self.api.system.title, told, change=entry.id)
        return unnoted

    async def _closed(
        self,
        entry: Entry,
        outcome: Outcome,
        *,
        record: int | None = None,
        after: Record | None = None,
        undid: bool = True,
    ) -> str:
        """Close an entry; if the journal fails, return why: the write itself stands."""
        try:
            await self.journal.close(entry.id, outcome, record=record, after=after, undid=undid)
        except StateError as error:
            log.warning("The outcome of change %d, %s, waits to be noted: %s", entry.id, outcome, error.what)
            return error.what
        return ""

    def _unsettled(self, entry: Entry, what: str) -> InDoubt:
        return InDoubt(
            what,
            state=f"{_times_sent(entry)} It is change {entry.id} in the journal.",
            next=f"Call get_change(change_id={entry.id}) in a minute: it looks again and settles this.",
        )


def _times_sent(entry: Entry) -> str:
    """Say how often a write was sent."""
    if entry.tries < 2:
        return "It was not sent a second time."
    return f"It was sent {entry.tries} times, since it was refused for the account's budget and did not show."


def _repeatable(resource: Kind, entry: Entry) -> bool:
    """Return whether sending it twice has the effect of once: a delete, or an update without child lists."""
    known = fields(resource.record)
    lists = any(name in known and known[name].many for name in entry.sent)
    return entry.verb == "delete" or (entry.verb == "update" and not lists)


def _differs(resource: Kind, entry: Entry, record: Record | None) -> tuple[str, ...]:
    """Return the columns of a create or update that were stored otherwise than sent."""
    if record is None or entry.verb not in ("create", "update"):
        return ()
    return differing(record, comparable(record, typed(resource, entry.sent)))
