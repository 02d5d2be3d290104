"""The journal of changes: an intent is committed before its request leaves, its outcome after the answer came."""

import hashlib
import json
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from harvest_mcp.errors import NotFound
from harvest_mcp.spec import Record
from harvest_mcp.state import State

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

Outcome = Literal["intended", "applied", "refused", "in doubt", "undone"]
Values = Mapping[str, Any]

OPEN: tuple[Outcome, ...] = ("intended", "in doubt")
SAME_FOR = 600.0
"""Seconds in which an equal create is taken for the same one said twice."""
ABANDONED = 300.0
"""Seconds after which nobody is at an intended write any more, whatever became of its process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A write about to be sent. `before` and `sent` are columns as JSON has them."""

    tool: str
    verb: str
    noun: str
    record: int | None = None
    before: Values | None = None
    sent: Values
    undoes: int | None = None
    once: bool = False
    """Whether an equal one of the last ten minutes is the same one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change as the journal has it; `at` and `settled_at` in seconds since 1970, UTC."""

    id: int
    at: float
    settled_at: float | None
    principal: str
    system: str
    account: str
    tool: str
    verb: str
    noun: str
    record: int | None
    before: Values | None
    sent: Values
    after: Values | None
    outcome: Outcome
    undoes: int | None
    holder: str

    def under_way(self, now: float) -> bool:
        """Whether somebody may still be carrying it out, at this time in seconds since 1970."""
        return self.outcome == "intended" and now - self.at < ABANDONED and not self._orphaned()

    def unsettled(self, now: float) -> bool:
        """Whether its outcome is open, and nobody but a look will settle it."""
        return self.outcome in OPEN and not self.under_way(now)

    def _orphaned(self) -> bool:
        """Whether the process that meant to carry it out is gone; of another machine's processes nothing is known."""
        host, _, pid = self.holder.rpartition(":")
        if host != socket.gethostname():
            return False
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries to find; what is None or empty does not narrow. `since` in seconds since 1970."""

    id: int | None = None
    since: float | None = None
    tool: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    noun: str | None = None
    record: int | None = None
    limit: int = 50


class Journal:
    """The changes of one account, as one principal makes them."""

    def __init__(
        self, state: State, *, system: str, account: str, principal: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.state, self.clock = state, clock
        self._who = {"system": system, "account": account, "principal": principal}

    async def intend(self, deed: Deed) -> tuple[Entry, bool]:
        """Commit an intent; or the entry of the same thing said before, and True.

        Raises:
            StateError: the journal cannot be written; nothing may be sent then.
        """
        from sqlalchemy.exc import IntegrityError  # noqa: PLC0415 - not at start

        def work(connection: "Connection") -> tuple[Entry, bool]:
            return self._intended(connection, deed)

        try:
            return await self.state.run(work, passing=IntegrityError)
        except IntegrityError:  # another process said the same at this very moment, and won
            return await self.state.run(work)

    def _intended(self, connection: "Connection", deed: Deed) -> tuple[Entry, bool]:
        from sqlalchemy import delete, insert, select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes, said  # noqa: PLC0415 - same

        now, digest = self.clock(), self._digest(deed)
        if deed.once:
            connection.execute(delete(said).where(said.c.at < now - SAME_FOR))
            twin = select(changes).join(said, said.c.change == changes.c.id).where(said.c.digest == digest)
            if (row := connection.execute(twin).mappings().first()) is not None:
                return Entry(**row), True
        values = {
            **self._who,
            "at": now,
            "tool": deed.tool,
            "verb": deed.verb,
            "noun": deed.noun,
            "record": deed.record,
            "before": deed.before,
            "sent": dict(deed.sent),
            "outcome": "intended",
            "undoes": deed.undoes,
            "holder": f"{socket.gethostname()}:{os.getpid()}",
        }
        entry = Entry(**connection.execute(insert(changes).values(values).returning(changes)).mappings().one())
        if deed.once:
            connection.execute(insert(said).values(digest=digest, at=now, change=entry.id))
        return entry, False

    async def said(self, deed: Deed) -> Entry | None:
        """The entry of an equal create of the last minutes."""
        if not self.state.exists():
            return None
        from sqlalchemy import select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import said  # noqa: PLC0415 - same

        equal = (said.c.digest == self._digest(deed)) & (said.c.at >= self.clock() - SAME_FOR)
        id = await self.state.run(lambda connection: connection.execute(select(said.c.change).where(equal)).scalar())
        return None if id is None else await self.get(id)

    async def close(self, id: int, outcome: Outcome, *, record: int | None = None, after: Record | None = None) -> None:
        """Commit what became of an intent; one that took another change back, and was applied, marks that one undone.

        Raises:
            StateError: the journal cannot be written; the entry stays open and is settled later.
        """
        from sqlalchemy import delete, select, update  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes, said  # noqa: PLC0415 - same

        values: dict[str, Any] = {"outcome": outcome, "settled_at": self.clock()}
        if record is not None:
            values["record"] = record
        if after is not None:
            values["after"] = columns(after)

        def work(connection: "Connection") -> None:
            written = update(changes).where(changes.c.id == id).values(**values).returning(changes)
            entry = Entry(**connection.execute(written).mappings().one())
            if outcome == "applied" and entry.undoes is not None:
                connection.execute(update(changes).where(changes.c.id == entry.undoes).values(outcome="undone"))
            if (over := _over(entry)) is not None:
                connection.execute(delete(said).where(said.c.change.in_(select(changes.c.id).where(over))))

        await self.state.run(work)

    async def forget(self, id: int) -> None:
        """Let what this create said be said anew."""
        from sqlalchemy import delete  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import said  # noqa: PLC0415 - same

        await self.state.run(lambda connection: connection.execute(delete(said).where(said.c.change == id)) and None)

    async def get(self, id: int) -> Entry:
        """One entry of this account.

        Raises:
            NotFound: there is none of that id.
        """
        for entry in await self.find(Wanted(id=id)):
            return entry
        raise NotFound(f"No change {id} in this account's journal.", next="Call list_changes for ids.")

    async def open_for(self, noun: str, record: int) -> list[Entry]:
        """Entries about this record whose outcome is not known, oldest first."""
        return (await self.find(Wanted(noun=noun, record=record, outcomes=OPEN, limit=100)))[::-1]

    async def find(self, wanted: Wanted) -> list[Entry]:
        """Entries of this account, newest first."""
        if not self.state.exists():
            return []
        from sqlalchemy import select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

        query = select(changes).where(changes.c.account == self._who["account"])
        for name in ("id", "tool", "noun", "record"):
            if (value := getattr(wanted, name)) is not None:
                query = query.where(changes.c[name] == value)
        if wanted.outcomes:
            query = query.where(changes.c.outcome.in_(wanted.outcomes))
        if wanted.since is not None:
            query = query.where(changes.c.at >= wanted.since)
        query = query.order_by(changes.c.id.desc()).limit(wanted.limit)
        rows: Sequence[Any] = await self.state.run(lambda connection: connection.execute(query).mappings().all())
        return [Entry(**row) for row in rows]

    async def prune(self, days: int) -> None:
        """Drop what is older than the retention."""
        if not self.state.exists():
            return
        from sqlalchemy import delete  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

        old = delete(changes).where(changes.c.at < self.clock() - days * 86_400)
        await self.state.run(lambda connection: connection.execute(old) and None)

    def _digest(self, deed: Deed) -> str:
        facts = json.dumps([self._who, deed.verb, deed.noun, deed.sent], sort_keys=True)
        return hashlib.sha256(facts.encode(errors="surrogatepass")).hexdigest()


def _over(entry: Entry) -> "ColumnElement[bool] | None":
    """The creates that may be said anew now that this is closed: itself if it came to nothing, or what it took away."""
    from sqlalchemy import and_, or_  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    if entry.outcome in ("refused", "undone"):
        return changes.c.id == entry.id
    if entry.outcome != "applied":
        return None
    undone = changes.c.id == entry.undoes
    if entry.verb != "delete":
        return undone
    same = {"account": entry.account, "noun": entry.noun, "record": entry.record}
    return or_(undone, and_(*(changes.c[name] == value for name, value in same.items())))


def columns(record: Record) -> dict[str, Any]:
    """A record's columns as JSON has them; what the vendor left out is left out."""
    return record.model_dump(mode="json", exclude_unset=True)
