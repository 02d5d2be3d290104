"""All writes: noted in the journal, sent once, shielded from cancellation, read back, and settled when in doubt."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Self

import anyio
from pydantic_core import to_jsonable_python

from harvest_mcp.api import AttachedFile
from harvest_mcp.changes.entries import OPEN, Change, Deed, Entry, Hangs, Snapshot
from harvest_mcp.changes.journal import columns
from harvest_mcp.changes.looking import Place, changed, emptying, renewed
from harvest_mcp.changes.sending import Send, Sending
from harvest_mcp.errors import NotFound, Overtaken
from harvest_mcp.spec import Action, Attachment, Record, Resource, Value, fields

Kind = Resource[Record]
Write = Callable[[Record], Awaitable[None]]
"""Sends a write to a record as it reads now."""


@dataclass(frozen=True, slots=True)
class Changes(Sending):
    """The writes of one account by one tool; `beside` lists effects on other records, for the journal.

    Every verb raises `InDoubt` if no response came and reading did not settle it, `StateError` if the journal cannot be
    written (then nothing was sent), and any other leaf of `CallFailed` if it was not carried out. Writes to a record
    start from a `Snapshot`, so that a change in between is noticed.
    """

    tool: str
    beside: tuple[str, ...] | None = None
    hangs: Hangs | None = None
    part: tuple[int, int] | None = None
    """The batch that its writes are parts of, and the step."""

    def within(self, batch: int, step: int) -> Self:
        """Return the same for writes that are a step of a batch."""
        return replace(self, part=(batch, step))

    def doing(self, *beside: str, hangs: Hangs | None = None) -> Self:
        """Return the same for a write that affects other records: deletes what `hangs` on it, or stops a timer."""
        return replace(self, beside=beside, hangs=hangs)

    async def create(
        self,
        place: Place,
        values: Mapping[str, Value],
        *,
        above: int,
        whole: bool = True,
        once: bool = True,
        undoes: int | None = None,
    ) -> Change[Record]:
        """Create a record.

        `above` is the highest id before, `whole` whether all ids were seen. With `once`, an equal create of the last
        minutes is taken for this one.
        """
        resource = place.resource
        values = renewed(resource, values, None)
        deed = Deed(
            tool=self.tool,
            verb="create",
            noun=resource.noun,
            before={"above": above, "whole": whole},
            sent=_as_sent(place, values),
            once=once,
            undoes=undoes,
            lag=self.timing.lag,
            beside=self.beside,
            under=_references(resource.record, values),
            part=self.part,
        )
        with _shielded():
            return await self._once(place, deed, lambda: self.api.create(place, values))

    async def said(self, place: Place, values: Mapping[str, Value]) -> Change[Record] | None:
        """Return what an equal create of the last minutes made; None if there was none, or its record is gone."""
        resource = place.resource
        deed = Deed(tool=self.tool, verb="create", noun=resource.noun, sent=_as_sent(place, values))
        entry = await self.journal.said(deed)
        if entry is not None and entry.outcome in OPEN:
            entry = await self._told(place, entry)
        return await self._made(place, entry) if entry is not None else None

    async def _made(self, place: Place, entry: Entry) -> Change[Record] | None:
        """Return the record an equal create made, if it is still there; a late read proves nothing."""
        ago = entry.age
        if (id := entry.record) is None or entry.outcome not in ("accepted", "applied"):
            return None
        late: Change[Record] = Change(id, None, entry.id, before=True, ago=ago, unseen="late")
        if entry.outcome == "accepted":
            return late
        try:
            return Change(id, await self.api.get(place, id), entry.id, before=True, ago=ago)
        except NotFound:
            return late if self.left(entry) > 0 else None

    async def update(
        self,
        place: Place,
        snapshot: Snapshot[Record],
        values: Mapping[str, Value],
        *,
        undoes: int | None = None,
        firm: bool = False,
    ) -> Change[Record]:
        """Change the given columns; a child list is sent whole.

        `firm` values were computed from the record as read, and are never sent over somebody else's later write.

        Raises:
            Overtaken: somebody did, or another write is under way.
        """

        resource, merges = place.resource, place.resource.wire.merges

        def send(record: Record) -> Awaitable[None]:
            along = {item.name: getattr(record, item.name) for item in resource.writable() if item.along}
            given = renewed(resource, values, record)
            for rule in resource.rules:
                along |= rule.also_sends(given)
            said = emptying(given, record)
            return self.api.update(place, record.id, {**along, **(changed(said, record) if merges else said)})

        deed = self._deed("update", place, snapshot, renewed(resource, values, snapshot.record), undoes)
        return await self._write(place, replace(deed, firm=firm), snapshot.record, send)

    async def act(
        self,
        place: Place,
        action: Action,
        snapshot: Snapshot[Record],
        *,
        wanted: Value,
        said: Mapping[str, Value] | None = None,
        undoes: int | None = None,
    ) -> Change[Record]:
        """Bring the action's column to `wanted`; never sent twice, as a second toggle would revert it."""
        deed = self._deed(action.verb, place, snapshot, {action.flips: wanted, **(said or {})}, undoes)
        aimed = replace(action, to=wanted) if isinstance(wanted, bool | str) else action

        def send(record: Record) -> Awaitable[None]:
            return self.api.act(place, aimed, record.id, said)

        return await self._write(place, deed, snapshot.record, send)

    async def attach(
        self, place: Place, attachment: Attachment, snapshot: Snapshot[Record], file: AttachedFile
    ) -> Change[Record]:
        """Attach a file to a record; the journal notes its name, size and digest, not the file."""
        told = {"name": file.name, "bytes": len(file.data), "sha256": file.digest}
        deed = self._deed("attach", place, snapshot, {attachment.has: True, attachment.noun: told}, None)

        def send(record: Record) -> Awaitable[None]:
            return self.api.attach(place, attachment, record.id, file)

        return await self._write(place, deed, snapshot.record, send)

    async def delete(self, place: Place, snapshot: Snapshot[Record], *, undoes: int | None = None) -> Change[Record]:
        """Delete a record and read it again: only a 404 proves that it is gone, as some are archived instead."""
        deed = self._deed("delete", place, snapshot, {}, undoes)
        return await self._write(place, deed, snapshot.record, lambda record: self.api.delete(place, record.id))

    def _image(self, resource: Kind, record: Record) -> dict[str, Any]:
        """Return the record before the write, including empty columns where the vendor leaves those out."""
        image = columns(record)
        if self.api.system.leaves_out_empty:
            return {**{item.name: None for item in resource.writable() if item.name not in record.unread}, **image}
        return image

    def _deed(
        self, verb: str, place: Place, snapshot: Snapshot[Record], sent: Mapping[str, Any], undoes: int | None
    ) -> Deed:
        resource = place.resource
        return Deed(
            tool=self.tool,
            verb=verb,
            noun=resource.noun,
            record=snapshot.record.id,
            before=self._image(resource, snapshot.record),
            read=snapshot.read_at,
            sent=_as_sent(place, sent),
            undoes=undoes,
            beside=self.beside,
            hangs=self.hangs if verb == "delete" else None,
            under=_references(type(snapshot.record), dict(snapshot.record)),
            part=self.part,
        )

    async def _write(self, place: Place, deed: Deed, record: Record, send: Write) -> Change[Record]:
        with _shielded():
            entry, now = await self._begun(place, deed, record)
            return await self._carry_out(place, entry, lambda: send(now))

    async def _begun(self, place: Place, deed: Deed, record: Record) -> tuple[Entry, Record]:
        """Return the entry of a write once no other writes to the record, with the record as it then is."""
        resource = place.resource
        until, waited = self.journal.clock() + self.timing.patience, False
        while True:
            if waited:
                deed, record = await self._renewed(place, deed)
            entry, standing = await self.journal.intend(deed)
            if standing == "new":
                return entry, record
            if standing == "hangs":
                called = entry.noun.replace("_", " ")
                why = f"{called} {entry.record or '(new)'}, which hangs on it, is being changed or was meanwhile"
                raise Overtaken(resource.word, deed.record, why)
            waited = True
            if self.journal.clock() >= until:
                raise Overtaken(resource.word, deed.record, "another write to it is under way")
            await self.sleep(self.timing.pause)

    async def _renewed(self, place: Place, deed: Deed) -> tuple[Deed, Record]:
        """Return the deed on top of somebody else's write in between; only a plain update allows that."""
        resource = place.resource
        assert deed.record is not None  # noqa: S101 - only a write to a record waits for another
        now = await self.current(place, deed.record)
        before = self._image(resource, now.record)
        plain = deed.verb == "update" and deed.undoes is None and not deed.firm
        if before != deed.before and not (plain and not any(isinstance(value, list) for value in deed.sent.values())):
            raise Overtaken(resource.word, deed.record, "it was changed meanwhile")
        return replace(deed, before=before, read=now.read_at), now.record

    async def _once(self, place: Place, deed: Deed, send: Send) -> Change[Record]:
        """Send a create unless an equal one was sent lately, whose outcome is returned then."""
        resource = place.resource
        until = self.journal.clock() + self.timing.patience
        while True:
            entry, standing = await self.journal.intend(deed)
            if standing == "new":
                return await self._carry_out(place, entry, send)
            if standing == "busy":
                if self.journal.clock() >= until:
                    owner = f"{entry.noun.replace('_', ' ')} {entry.record}"
                    raise Overtaken(f"a new {resource.word}", None, f"{owner} is being deleted")
                await self.sleep(self.timing.pause)
                continue
            entry = await self._told(place, entry)
            if (change := await self._made(place, entry)) is not None:
                return change
            if entry.outcome in OPEN:
                raise self._unsettled(entry, "The same was sent before, and its fate is unknown.")
            await self.journal.forget(entry.id)


def _references(kind: type[Record], values: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """Return the records that one with these values refers to: `(("client", 11072),)`."""
    refs = ((item.ref, values.get(name)) for name, item in fields(kind).items() if item.ref)
    return tuple((noun, id) for noun, id in refs if noun and isinstance(id, int))


def _as_sent(place: Place, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent as the journal notes it, including the person acted for."""
    return {**to_jsonable_python(dict(values)), **place.acted}


@contextmanager
def _shielded() -> Iterator[None]:
    """Finish the block even if the caller is cancelled."""
    with anyio.CancelScope(shield=True):
        yield
