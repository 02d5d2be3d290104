"""The journal of changes: an intent is committed before its request leaves, its outcome after the answer came."""

import hashlib
import json
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from harvest_mcp.changes import finding
from harvest_mcp.changes.entries import OPEN, Deed, Entry, Found, Outcome, Standing, Wanted
from harvest_mcp.errors import NotFound, NotUndone, StateError
from harvest_mcp.spec import Record
from harvest_mcp.state import State
from harvest_mcp.state.clock import Moment, last_tick, moment, number, tick
from harvest_mcp.state.pruning import prune
from harvest_mcp.state.rows import raw

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


class Journal:
    """The changes of one account, as one principal makes them."""

    def __init__(
        self, state: State, *, system: str, account: str, principal: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.state, self.clock = state, clock
        self._who = {"system": system, "account": account, "principal": principal}

    @property
    def account(self) -> str:
        """Whose it is."""
        return self._who["account"]

    @property
    def principal(self) -> str:
        """Who makes the changes."""
        return self._who["principal"]

    def _moment(self, connection: "Connection") -> Moment:
        return moment(connection, self.state, self.clock())

    async def intend(self, deed: Deed) -> tuple[Entry, Standing]:
        """Commit an intent, or find what stands in its way: the same said before, or another write under way.

        Raises:
            NotUndone: what it takes back is taken back already, or is being taken back.
            StateError: the journal cannot be written; nothing may be sent then.
        """
        from sqlalchemy.exc import IntegrityError  # noqa: PLC0415 - not at start

        owed = dict(self.state.owed)

        def work(connection: "Connection") -> tuple[Entry, Standing]:
            _pay(connection, owed)
            last_tick(connection, lock=True)  # one after the other, so that none overlooks what another is about to do
            self._claimed(connection, deed)
            now = self._moment(connection)
            if other := finding.under_way(connection, self.account, deed, now):
                return other, "busy"
            if other := finding.changed_with(connection, self.account, deed, now):
                return other, "hangs"
            return self._intended(connection, deed, now)

        try:
            found = await self.state.run(work, passing=IntegrityError)
        except IntegrityError:  # another process said the same at this very moment, and won
            found = await self.state.run(work)
        self._paid(owed)
        return found

    def _claimed(self, connection: "Connection", deed: Deed) -> None:
        """Of two who would take the same change back at once, the later finds it claimed."""
        if deed.undoes is None:
            return
        from sqlalchemy import select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

        target = select(changes.c.outcome).where(changes.c.id == deed.undoes).with_for_update()
        outcome = connection.execute(target).scalar()
        open_ones = changes.c.outcome.in_(OPEN) & (changes.c.undoes == deed.undoes)
        claim = connection.execute(select(changes.c.id).where(open_ones)).scalar()
        if outcome != "applied" or claim is not None:
            by = f" by change {claim}, whose outcome is not known yet" if claim is not None else ""
            raise NotUndone(f"Change {deed.undoes} was taken back meanwhile{by}.", next="Call list_changes to see it.")

    def _intended(self, connection: "Connection", deed: Deed, now: Moment) -> tuple[Entry, Standing]:
        from sqlalchemy import insert  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes, said  # noqa: PLC0415 - same

        digest = self._digest(deed)
        if deed.once and (twin := finding.twin(connection, digest, now)) is not None:
            return twin, "said"
        values: dict[str, Any] = {
            **self._who,
            "id": number(connection, self.state, now),
            "at": now.wall,
            "tool": deed.tool,
            "verb": deed.verb,
            "noun": deed.noun,
            "record": deed.record,
            "before": finding.image(connection, self.account, deed, now),
            "sent": dict(deed.sent),
            "outcome": "intended",
            "undoes": deed.undoes,
            "holder": f"{socket.gethostname()}:{os.getpid()}",
            "clock": now.clock,
            "stamp": now.seconds,
        }
        connection.execute(insert(changes).values(values))
        self.state.begun[values["id"]] = values
        if deed.once:
            connection.execute(insert(said).values(digest=digest, at=now.wall, change=values["id"]))
        row = connection.execute(raw().where(changes.c.id == values["id"])).mappings().one()
        return Entry.of(row, now), "new"

    async def count(self) -> int:
        """The store's count by now; what is settled later has a higher one."""
        return await self.state.run(last_tick) if self.state.exists() else 0

    async def said(self, deed: Deed) -> Entry | None:
        """The entry of an equal create of the last minutes."""
        if not self.state.exists():
            return None
        digest = self._digest(deed)
        return await self.state.run(lambda connection: finding.twin(connection, digest, self._moment(connection)))

    async def close(
        self,
        id: int,
        outcome: Outcome,
        *,
        record: int | None = None,
        after: Record | None = None,
        undid: bool = True,
    ) -> None:
        """Commit what became of an intent; one that took another change back, and was applied, marks that one undone.

        Unless it `undid` nothing, because what it came to is something else.

        Raises:
            StateError: the journal cannot be written now; the outcome is committed with the next intent.
        """
        values: dict[str, Any] = {"outcome": outcome}
        if record is not None:
            values["record"] = record
        if after is not None:
            values["after"] = columns(after)

        def work(connection: "Connection") -> None:
            now = self._moment(connection)
            count = tick(connection, self.state, now)
            settled = {"settled_at": now.wall, "clock": now.clock, "stamp": now.seconds, "tick": count}
            self._settled(connection, id, {**values, **settled}, undid=undid)

        try:
            await self.state.run(work)
        except StateError:
            self.state.owed[id] = work
            raise
        self.state.begun.pop(id, None)

    def _settled(self, connection: "Connection", id: int, values: Mapping[str, Any], *, undid: bool) -> None:
        from sqlalchemy import delete, insert, select, update  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes, said  # noqa: PLC0415 - same

        if not connection.execute(update(changes).where(changes.c.id == id).values(**values)).rowcount:
            if (begun := self.state.begun.get(id)) is None:
                return
            connection.execute(insert(changes).values({**begun, **values}))  # the file was lost in between
        about = (changes.c.account, changes.c.noun, changes.c.record, changes.c.verb, changes.c.undoes)
        entry = connection.execute(select(*about).where(changes.c.id == id)).one()
        if values["outcome"] == "applied" and entry.undoes is not None and undid:
            connection.execute(update(changes).where(changes.c.id == entry.undoes).values(outcome="undone"))
        if (over := _over(id, values["outcome"], entry)) is not None:
            connection.execute(delete(said).where(said.c.change.in_(select(changes.c.id).where(over))))

    def _paid(self, owed: Mapping[int, object]) -> None:
        for id, work in owed.items():
            if self.state.owed.get(id) is work:
                del self.state.owed[id]

    async def forget(self, id: int) -> None:
        """Let what this create said be said anew."""
        from sqlalchemy import delete  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import said  # noqa: PLC0415 - same

        await self.state.run(lambda connection: connection.execute(delete(said).where(said.c.change == id)) and None)

    async def get(self, id: int) -> Entry:
        """One entry of this account.

        Raises:
            NotFound: there is none of that id.
            Damaged: it cannot be read.
        """
        for entry in await self.find(Wanted(id=id)):
            return entry
        raise NotFound(f"Change {id} is not known here.", next="Call list_changes for ids.")

    async def of_record(self, noun: str, record: int, *, lag: float) -> tuple[int, Sequence[Entry]]:
        """The id of a record's last change that is closed, and the open ones and those of the last `lag` seconds.

        Raises:
            Damaged: one that may be open cannot be read.
        """
        if not self.state.exists():
            return 0, ()
        await self._settle_owed()
        about = {"account": self.account, "noun": noun, "record": record}
        return await self.state.run(
            lambda connection: finding.of_record(connection, about, self._moment(connection), lag=lag)
        )

    async def deleted(self, noun: str, record: int) -> Entry | None:
        """The latest attempt to delete this record, if it did not fail."""
        outcomes: tuple[Outcome, ...] = (*OPEN, "applied")
        found = await self.find(Wanted(noun=noun, record=record, verb="delete", outcomes=outcomes, limit=1))
        return next(iter(found), None)

    async def successor(self, noun: str, record: int) -> int | None:
        """What a record that was deleted was made again as, by undoing the delete; None when it was not."""
        if not self.state.exists():
            return None
        return await self.state.run(lambda connection: finding.successor(connection, self.account, noun, record))

    async def find(self, wanted: Wanted) -> list[Entry]:
        """Entries of this account, newest first.

        Raises:
            Damaged: one of them cannot be read.
        """
        found = await self.look_up(wanted)
        for error in found.damaged:
            raise error
        return list(found.entries)

    async def look_up(self, wanted: Wanted) -> Found:
        """Entries of this account, newest first, and those that cannot be read."""
        if not self.state.exists():
            return Found()
        await self._settle_owed()
        return await self.state.run(
            lambda connection: finding.look_up(connection, self.account, wanted, self._moment(connection))
        )

    async def _settle_owed(self) -> None:
        """Commit the outcomes that wait to be noted, if that can be done now."""
        if owed := dict(self.state.owed):
            with suppress(StateError):
                await self.state.run(lambda connection: _pay(connection, owed))
                self._paid(owed)

    async def prune(self, days: int) -> None:
        """Drop what is older than the retention."""
        if self.state.exists():
            await self.state.run(lambda connection: prune(connection, self._moment(connection), days))

    def _digest(self, deed: Deed) -> str:
        facts = json.dumps([self._who, deed.verb, deed.noun, deed.sent], sort_keys=True)
        return hashlib.sha256(facts.encode(errors="surrogatepass")).hexdigest()


def _pay(connection: "Connection", owed: "Mapping[int, Callable[[Connection], object]]") -> None:
    """Commit outcomes that could not be when they were due."""
    for work in owed.values():
        work(connection)


def _over(id: int, outcome: Outcome, entry: Any) -> "ColumnElement[bool] | None":
    """The creates that may be said anew now that this is closed: itself if it came to nothing, or what it took away."""
    from sqlalchemy import and_, or_  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    if outcome in ("no effect", "refused", "undone"):
        return changes.c.id == id
    if outcome != "applied":
        return None
    undone: ColumnElement[bool] = changes.c.id == entry.undoes
    if entry.verb != "delete":
        return undone
    same = {"account": entry.account, "noun": entry.noun, "record": entry.record}
    return or_(undone, and_(*(changes.c[name] == value for name, value in same.items())))


def columns(record: Record) -> dict[str, Any]:
    """A record's columns as JSON has them; what the vendor left out is left out."""
    return record.model_dump(mode="json", exclude_unset=True)
