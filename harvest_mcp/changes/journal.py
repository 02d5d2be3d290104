"""The journal of changes: an intent is committed before its request leaves, its outcome after the answer came."""

import hashlib
import json
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from harvest_mcp.changes.entries import DONE, OPEN, Deed, Entry, Outcome, Standing, Wanted
from harvest_mcp.errors import NotFound, NotUndone, StateError
from harvest_mcp.spec import Record
from harvest_mcp.state import State

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

SAME_FOR = 600.0
"""Seconds in which an equal create is taken for the same one said twice."""


class Journal:
    """The changes of one account, as one principal makes them."""

    def __init__(
        self, state: State, *, system: str, account: str, principal: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.state, self.clock = state, clock
        self._who = {"system": system, "account": account, "principal": principal}

    @property
    def principal(self) -> str:
        """Who makes the changes."""
        return self._who["principal"]

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
            self._claimed(connection, deed)
            if (other := self._under_way(connection, deed)) is not None:
                return other, "busy"
            return self._intended(connection, deed)

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

    def _under_way(self, connection: "Connection", deed: Deed) -> Entry | None:
        """A write to the same record that somebody is at, or has made since it was read for this one.

        Two at once would each start from what the other changes.
        """
        if deed.record is None:
            return None
        from sqlalchemy import select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

        same = {"account": self._who["account"], "noun": deed.noun, "record": deed.record}
        lately = changes.c.outcome == "intended"
        if deed.read is not None:
            lately |= (changes.c.id > deed.read) & changes.c.outcome.in_((*DONE, "in doubt"))
        query = select(changes).where(*(changes.c[name] == value for name, value in same.items()), lately)
        rows = connection.execute(query.with_for_update()).mappings().all()
        found = (Entry(**row) for row in rows)
        return next((entry for entry in found if entry.outcome != "intended" or entry.under_way(self.clock())), None)

    def _intended(self, connection: "Connection", deed: Deed) -> tuple[Entry, Standing]:
        from sqlalchemy import delete, insert, select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes, said  # noqa: PLC0415 - same

        now, digest = self.clock(), self._digest(deed)
        if deed.once:
            connection.execute(delete(said).where(said.c.at < now - SAME_FOR))
            twin = select(changes).join(said, said.c.change == changes.c.id).where(said.c.digest == digest)
            if (row := connection.execute(twin).mappings().first()) is not None:
                return Entry(**row), "said"
        values = {
            **self._who,
            "at": now,
            "tool": deed.tool,
            "verb": deed.verb,
            "noun": deed.noun,
            "record": deed.record,
            "before": self._image(connection, deed),
            "sent": dict(deed.sent),
            "outcome": "intended",
            "undoes": deed.undoes,
            "holder": f"{socket.gethostname()}:{os.getpid()}",
        }
        entry = Entry(**connection.execute(insert(changes).values(values).returning(changes)).mappings().one())
        if deed.once:
            connection.execute(insert(said).values(digest=digest, at=now, change=entry.id))
        return entry, "new"

    def _image(self, connection: "Connection", deed: Deed) -> Mapping[str, Any] | None:
        """All that was before; of a create, with the highest id made here, which a late list may not show yet."""
        image = deed.image
        if deed.verb != "create" or image is None:
            return image
        from sqlalchemy import func, select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

        made = (changes.c.noun == deed.noun) & (changes.c.verb == "create") & changes.c.outcome.in_(DONE)
        made &= changes.c.settled_at >= self.clock() - deed.lag
        query = select(func.max(changes.c.record)).where(changes.c.account == self._who["account"], made)
        return {**image, "above": max(image.get("above") or 0, connection.execute(query).scalar() or 0)}

    async def said(self, deed: Deed) -> Entry | None:
        """The entry of an equal create of the last minutes."""
        if not self.state.exists():
            return None
        from sqlalchemy import select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import said  # noqa: PLC0415 - same

        equal = (said.c.digest == self._digest(deed)) & (said.c.at >= self.clock() - SAME_FOR)
        id = await self.state.run(lambda connection: connection.execute(select(said.c.change).where(equal)).scalar())
        return None if id is None else await self.get(id)

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
            if outcome == "applied" and entry.undoes is not None and undid:
                connection.execute(update(changes).where(changes.c.id == entry.undoes).values(outcome="undone"))
            if (over := _over(entry)) is not None:
                connection.execute(delete(said).where(said.c.change.in_(select(changes.c.id).where(over))))

        try:
            await self.state.run(work)
        except StateError:
            self.state.owed[id] = work
            raise

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
        """
        for entry in await self.find(Wanted(id=id)):
            return entry
        raise NotFound(f"No change {id} in this account's journal.", next="Call list_changes for ids.")

    async def of_record(self, noun: str, record: int, *, lag: float) -> list[Entry]:
        """The last change of a record, and with it the open ones and those of the last `lag` seconds; oldest first."""
        if not self.state.exists():
            return []
        from sqlalchemy import func, or_, select  # noqa: PLC0415 - not at start

        from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

        same = (changes.c.account == self._who["account"]) & (changes.c.noun == noun) & (changes.c.record == record)
        last = select(func.max(changes.c.id)).where(same, changes.c.outcome != "intended").scalar_subquery()
        lately = changes.c.settled_at >= self.clock() - lag
        query = select(changes).where(same, or_(changes.c.outcome.in_(OPEN), lately, changes.c.id == last))
        return [Entry(**row) for row in await self._rows(query.order_by(changes.c.id))]

    async def deleted(self, noun: str, record: int) -> Entry | None:
        """The latest attempt to delete this record, if it did not fail."""
        found = await self.find(Wanted(noun=noun, record=record, outcomes=(*OPEN, "applied"), limit=100))
        return next((entry for entry in found if entry.verb == "delete"), None)

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
        return [Entry(**row) for row in await self._rows(query.order_by(changes.c.id.desc()).limit(wanted.limit))]

    async def _rows(self, query: "Select[Any]") -> Sequence[Any]:
        """What a query finds, once every outcome that waited to be noted is."""
        if owed := dict(self.state.owed):
            with suppress(StateError):
                await self.state.run(lambda connection: _pay(connection, owed))
                self._paid(owed)
        return await self.state.run(lambda connection: connection.execute(query).mappings().all())

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


def _pay(connection: "Connection", owed: "Mapping[int, Callable[[Connection], object]]") -> None:
    """Commit outcomes that could not be when they were due."""
    for work in owed.values():
        work(connection)


def _over(entry: Entry) -> "ColumnElement[bool] | None":
    """The creates that may be said anew now that this is closed: itself if it came to nothing, or what it took away."""
    from sqlalchemy import and_, or_  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    if entry.outcome in ("no effect", "refused", "undone"):
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
