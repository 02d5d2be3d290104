"""The journal of changes: an intent is committed before its request is sent, its outcome after the response."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_thread

from harvest_mcp.changes.entries import OPEN, Deed, Entry, Found, Outcome, Standing, Wanted
from harvest_mcp.errors import NotFound, StateError
from harvest_mcp.spec import Record
from harvest_mcp.state import State

if TYPE_CHECKING:
    from harvest_mcp.changes.batches import ChangeSet, ChangeSetDraft, Counted, Stage
    from harvest_mcp.changes.ledger import Ledger
    from harvest_mcp.state.transaction import Transaction

T = TypeVar("T")


class Journal:
    """The changes of one account, made by one principal."""

    def __init__(
        self, state: State, *, system: str, account: str, principal: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.state, self.clock = state, clock
        self._who = {"system": system, "account": account, "principal": principal}

    @property
    def account(self) -> str:
        """Return whose it is."""
        return self._who["account"]

    @property
    def principal(self) -> str:
        """Return who makes the changes."""
        return self._who["principal"]

    async def _run(self, work: "Callable[[Ledger], T]") -> T:
        """Run some work in one transaction."""
        return await self.state.run(self._on(work))

    async def _read(self, query: "Callable[[Ledger], T]") -> T:
        """Run one query."""
        return await self.state.read(self._on(query))

    def _on(self, work: "Callable[[Ledger], T]") -> "Callable[[Transaction], T]":
        from harvest_mcp.changes.ledger import Ledger  # noqa: PLC0415 - brings sqlite3

        return lambda connection: work(Ledger(connection, self.state, self._who, self.clock()))

    async def intend(self, deed: Deed) -> tuple[Entry, Standing]:
        """Commit an intent, or return what prevents it: an equal create lately, or another write under way.

        Raises:
            NotUndone: what it takes back is taken back already, or is being taken back.
            StateError: the journal cannot be written; nothing may be sent then.
        """
        owed = dict(self.state.owed)

        def work(ledger: "Ledger") -> tuple[Entry, Standing]:
            ledger.pay(owed)
            return ledger.intend(deed)

        found = await self._run(work)
        self._paid(owed)
        return found

    async def count(self) -> int:
        """Return the store's present count; whatever is settled later gets a higher one."""
        return await self._read(lambda ledger: ledger.count()) if self.state.exists() else 0

    async def said(self, deed: Deed) -> Entry | None:
        """Return the entry of an equal create of the last minutes."""
        return await self._read(lambda ledger: ledger.said(deed)) if self.state.exists() else None

    async def send_again(self, id: int, image: Mapping[str, Any]) -> None:
        """Commit that the request of an intent is sent once more, with an image that says so.

        Raises:
            StateError: the journal cannot be written; it may not be sent then.
        """
        await self._run(lambda ledger: ledger.send_again(id, image))

    async def shown_within(self, last: float) -> float | None:
        """Return the longest time in seconds after which writes of the `last` seconds were read back; None for none.

        Of all processes; a write that no read shows yet counts as infinite.
        """
        return await self._run(lambda ledger: ledger.shown_within(last))

    async def close(
        self,
        id: int,
        outcome: Outcome,
        *,
        record: int | None = None,
        after: Record | None = None,
        undid: bool = True,
    ) -> None:
        """Commit the outcome of an intent; an applied undo marks the change it undid, unless `undid` is false.

        `undid` is false if the undo was stored as something else than the earlier state.

        Raises:
            StateError: the journal cannot be written now; the outcome is committed with the next intent.
        """
        found: dict[str, Any] = {} if record is None else {"record": record}
        if after is not None:
            found["after"] = columns(after)

        def work(ledger: "Ledger") -> None:
            ledger.close(id, outcome, found, undid=undid)

        try:
            await self._run(work)
        except StateError:
            self.state.owed[id] = work
            raise
        self.state.begun.pop(id, None)

    def _paid(self, owed: Mapping[int, object]) -> None:
        for id, work in owed.items():
            if self.state.owed.get(id) is work:
                del self.state.owed[id]

    async def forget(self, id: int) -> None:
        """Allow an equal create again."""
        await self._run(lambda ledger: ledger.forget(id))

    async def get(self, id: int) -> Entry:
        """Return an entry of this account.

        Raises:
            NotFound: there is none of that id.
            Damaged: it cannot be read.
        """
        for entry in await self.find(Wanted(id=id)):
            return entry
        raise NotFound(f"Change {id} is not known here.", next="Call list_changes for ids.")

    async def of_record(self, noun: str, record: int, *, lag: float) -> tuple[int, Sequence[Entry]]:
        """Return the id of a record's last settled change, then that entry, the open ones and those of `lag` seconds.

        Raises:
            Damaged: one that may be open cannot be read.
        """
        if not self.state.exists():
            return 0, ()
        await self._settle_owed()
        return await self._read(lambda ledger: ledger.of_record(noun, record, lag=lag))

    async def deleted(self, noun: str, record: int) -> Entry | None:
        """Return the latest attempt to delete this record, unless it failed."""
        outcomes: tuple[Outcome, ...] = (*OPEN, "applied")
        found = await self.find(Wanted(noun=noun, record=record, verb="delete", outcomes=outcomes, limit=1))
        return next(iter(found), None)

    async def successor(self, noun: str, record: int) -> int | None:
        """Return the id a deleted record was created again as, by an undo; None if it was not."""
        return await self._run(lambda ledger: ledger.successor(noun, record)) if self.state.exists() else None

    async def system_of(self, id: int) -> str:
        """Return the system of a change, whatever its account; empty if no change has that id."""
        return await self._run(lambda ledger: ledger.system_of(id)) if self.state.exists() else ""

    async def find(self, wanted: Wanted) -> list[Entry]:
        """Return entries of this account, newest first.

        Raises:
            Damaged: one of them cannot be read.
        """
        found = await self.look_up(wanted)
        for error in found.damaged:
            raise error
        return list(found.entries)

    async def look_up(self, wanted: Wanted) -> Found:
        """Return entries of this account, newest first, and messages about unreadable ones."""
        if not self.state.exists():
            return Found()
        await self._settle_owed()
        return await self._run(lambda ledger: ledger.look_up(wanted))

    async def plan(self, draft: "ChangeSetDraft") -> "ChangeSet":
        """Store a plan until it is carried out.

        Raises:
            StateError: it cannot be kept.
        """
        return await self._run(lambda ledger: ledger.plan(draft))

    async def batch(self, *, id: int | None = None, plan: str = "", tool: str = "") -> "ChangeSet | None":
        """Return a batch of this account by its id, or this principal's latest of a plan; None if there is none."""
        if not self.state.exists():
            return None
        return await self._run(lambda ledger: ledger.batch(id=id, plan=plan, tool=tool))

    async def batches(self, most: int) -> "list[Counted]":
        """Return the newest batches of this account that were started, with how many steps had which outcome."""
        return await self._run(lambda ledger: ledger.batches(most)) if self.state.exists() else []

    async def stage(self, id: int, before: "Stage", after: "Stage") -> bool:
        """Move a batch from one stage to another; False if it was no longer at the first."""
        return await self._run(lambda ledger: ledger.stage(id, before, after))

    async def _settle_owed(self) -> None:
        """Commit outcomes that could not be committed when they were due, if possible now."""
        if owed := dict(self.state.owed):
            with suppress(StateError):
                await self._run(lambda ledger: ledger.pay(owed))
                self._paid(owed)

    async def prune(self, days: int) -> None:
        """Drop entries older than the retention and shrink the file; if it is in use, another day."""
        if self.state.exists():
            await self._run(lambda ledger: ledger.prune(days))
            with suppress(StateError):
                await anyio.to_thread.run_sync(self.state.shrink)


def columns(record: Record) -> dict[str, Any]:
    """Return a record's columns as JSON, without those the vendor left out."""
    return record.model_dump(mode="json", exclude_unset=True)
