"""Every write goes through here: journalled, sent once, shielded, read back, and settled when in doubt."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Self

import anyio
from pydantic_core import to_jsonable_python

from harvest_mcp.api import File
from harvest_mcp.changes.entries import OPEN, Change, Deed, Entry, Outcome
from harvest_mcp.changes.journal import columns
from harvest_mcp.changes.looking import Sight, comparable, differing, emptying, listed, look, renewed, typed
from harvest_mcp.changes.settling import PATIENCE, PAUSE, Settling
from harvest_mcp.errors import CallFailed, InDoubt, NotFound, Overtaken, StateError, StoredOtherwise
from harvest_mcp.spec import Action, Attachment, Record, Resource, Value, fields

log = logging.getLogger("harvest_mcp.changes")

Kind = Resource[Record]
Send = Callable[[], Awaitable[int | None]] | Callable[[], Awaitable[None]]

LONGEST = 150.0
"""Seconds a write may take, looks included; its own deadline, since its caller's may not cut it short."""
LOOKS = (0.3, 1.0, 2.0)
"""Seconds before each look: a server may commit a moment after the connection broke."""
SAW = {
    "absent": "does not show the change so far",
    "unclear": "shows what may be somebody else's doing",
    "hidden": "could not be read since",
}


@dataclass(frozen=True, slots=True)
class Changes(Settling):
    """The writes of one account by one tool, and what they do `beside`, in words for the journal.

    Every verb raises `InDoubt` when no answer came and a look did not settle it, `StateError` when the journal cannot
    be written, in which case nothing was sent, and any other leaf of `CallFailed` when it was not carried out.
    """

    tool: str
    beside: tuple[str, ...] | None = None

    def doing(self, *beside: str) -> Self:
        """The same for a write that does this to other records: takes them along, or stops them."""
        return replace(self, beside=beside)

    async def create(
        self,
        resource: Kind,
        values: Mapping[str, Value],
        *,
        above: int,
        whole: bool = True,
        once: bool = True,
        undoes: int | None = None,
    ) -> Change[Record]:
        """Create a record. `above` is the highest id there was, `whole` whether all were seen.

        `once` takes an equal one said lately for this one.
        """
        values = renewed(resource, values, None)
        sent = _sent(resource, values)
        deed = Deed(
            tool=self.tool,
            verb="create",
            noun=resource.noun,
            before={"above": above, "whole": whole},
            sent=sent,
            once=once,
            undoes=undoes,
            beside=self.beside,
        )
        with _shielded():
            return await self._once(resource, deed, lambda: self.api.create(resource, values))

    async def said(self, resource: Kind, values: Mapping[str, Value]) -> Change[Record] | None:
        """What an equal create of the last minutes made; None when there was none, or its record is gone since."""
        deed = Deed(tool=self.tool, verb="create", noun=resource.noun, sent=_sent(resource, values))
        entry = await self.journal.said(deed)
        if entry is not None and entry.outcome in OPEN:
            entry = await self._told(resource, entry)
        return await self._made(resource, entry) if entry is not None else None

    async def _made(self, resource: Kind, entry: Entry) -> Change[Record] | None:
        """What an equal create made, if it is still there."""
        if entry.outcome != "applied" or (id := entry.record) is None:
            return None
        with suppress(NotFound):
            return Change(id, await self.api.get(resource, id), entry.id, before=True, ago=self._ago(entry))
        return None

    async def update(
        self, resource: Kind, record: Record, values: Mapping[str, Value], *, undoes: int | None = None
    ) -> Change[Record]:
        """Change the given columns of a record; `record` is how it reads now. A list of children is sent whole."""
        values = renewed(resource, values, record)
        deed = self._deed("update", resource, record, values, undoes)
        along = {item.name: getattr(record, item.name) for item in resource.writable() if item.along}
        beside = resource.either.beside(values) if resource.either else {}
        body = {**along, **beside, **emptying(values, record)}
        return await self._write(resource, deed, lambda: self.api.update(resource, record.id, body))

    async def act(
        self,
        resource: Kind,
        action: Action,
        record: Record,
        *,
        wanted: Value,
        said: Mapping[str, Value] | None = None,
        undoes: int | None = None,
    ) -> Change[Record]:
        """Bring the action's column to what is `wanted`; never sent twice, since twice may be back again."""
        deed = self._deed(action.verb, resource, record, {action.flips: wanted, **(said or {})}, undoes)
        return await self._write(resource, deed, lambda: self.api.act(resource, action, record.id, said))

    async def attach(self, resource: Kind, attachment: Attachment, record: Record, file: File) -> Change[Record]:
        """Put a file beside a record; the journal has what it is, not the file itself."""
        told = {"name": file.name, "bytes": len(file.data), "sha256": file.digest}
        deed = self._deed("attach", resource, record, {attachment.has: True, attachment.noun: told}, None)
        return await self._write(resource, deed, lambda: self.api.attach(resource, attachment, record.id, file))

    async def delete(self, resource: Kind, record: Record, *, undoes: int | None = None) -> Change[Record]:
        """Delete a record and read it again: only a 404 proves that it is gone; some are archived instead."""
        deed = self._deed("delete", resource, record, {}, undoes)
        return await self._write(resource, deed, lambda: self.api.delete(resource, record.id))

    def _ago(self, entry: Entry) -> float:
        return entry.age

    def _image(self, resource: Kind, record: Record) -> dict[str, Any]:
        """A record as it was; where the vendor leaves out what is empty, with that too."""
        image = columns(record)
        if self.api.system.leaves_out_empty:
            return {**{item.name: None for item in resource.writable()}, **image}
        return image

    def _deed(self, verb: str, resource: Kind, record: Record, sent: Mapping[str, Any], undoes: int | None) -> Deed:
        return Deed(
            tool=self.tool,
            verb=verb,
            noun=resource.noun,
            record=record.id,
            before=self._image(resource, record),
            read=self.read.get((resource.noun, record.id)),
            sent=_sent(resource, sent),
            undoes=undoes,
            beside=self.beside,
        )

    async def _write(self, resource: Kind, deed: Deed, send: Callable[[], Awaitable[None]]) -> Change[Record]:
        with _shielded():
            return await self._sent(resource, await self._begun(resource, deed), send)

    async def _begun(self, resource: Kind, deed: Deed) -> Entry:
        """The entry of a write to a record, once nobody else is at it and it is as it was when it was decided on."""
        until, waited = self.journal.clock() + PATIENCE, False
        while True:
            if waited:
                deed = await self._renewed(resource, deed)
            entry, standing = await self.journal.intend(deed)
            if standing == "new":
                return entry
            waited = True
            if self.journal.clock() >= until:
                raise Overtaken(resource.word, deed.record, "another write to it is under way")
            await self.sleep(PAUSE)

    async def _renewed(self, resource: Kind, deed: Deed) -> Deed:
        """The deed over the record as it is after somebody else's write; only a plain update does not mind that."""
        assert deed.record is not None  # noqa: S101 - only a write to a record waits for another
        before = self._image(resource, await self.current(resource, deed.record))
        plain = deed.verb == "update" and deed.undoes is None
        if before != deed.before and not (plain and not any(isinstance(value, list) for value in deed.sent.values())):
            raise Overtaken(resource.word, deed.record, "it was changed meanwhile")
        return replace(deed, before=before, read=self.read[resource.noun, deed.record])

    async def _once(self, resource: Kind, deed: Deed, send: Send) -> Change[Record]:
        """Send a create unless an equal one was said lately; then tell what became of that."""
        while True:
            entry, standing = await self.journal.intend(deed)
            if standing == "new":
                return await self._sent(resource, entry, send)
            entry = await self._told(resource, entry)
            if entry.outcome in OPEN:
                raise self._unsettled(entry, "The same was sent before, and its fate is unknown.")
            if (change := await self._made(resource, entry)) is not None:
                return change
            await self.journal.forget(entry.id)

    async def _sent(self, resource: Kind, entry: Entry, send: Send) -> Change[Record]:
        """Send it, and see what came of it, within the time a write has."""
        try:
            with anyio.fail_after(LONGEST):
                return await self._carried_out(resource, entry, send)
        except TimeoutError:
            await self._closed(entry, "in doubt")
            spent = "The request was sent once, and no time was left to see what came of it."
            raise self._unsettled(entry, spent) from None

    async def _carried_out(self, resource: Kind, entry: Entry, send: Send) -> Change[Record]:
        try:
            id = await send()
        except InDoubt as doubt:
            return await self._doubted(resource, entry, doubt)
        except CallFailed:
            await self._closed(entry, "refused")
            raise
        except Exception:  # a fault of ours: whatever became of it, nobody is at it any more
            await self._closed(entry, "in doubt")
            raise
        if entry.verb == "delete":
            return await self._doubted(resource, entry, InDoubt("The delete was accepted."), at_once=True)
        if (id := id or entry.record) is None:
            nameless = InDoubt("The create was accepted, but the answer does not name the new record.")
            return await self._doubted(resource, entry, nameless, at_once=True)
        return await self._back(resource, replace(entry, record=id), id)

    async def _back(self, resource: Kind, entry: Entry, id: int) -> Change[Record]:
        """The record as stored; a failure to read it does not turn a write that was accepted into a failed one."""
        try:
            record = await self.api.get(resource, id)
        except CallFailed:
            unnoted = await self._closed(entry, "applied", record=id)
            return Change(id, None, entry.id, unnoted=unnoted)
        differs = differing(record, comparable(record, typed(resource, entry.sent)))
        if differs and entry.verb not in ("create", "update"):
            return await self._doubted(resource, entry, InDoubt(f"The {entry.verb} was accepted."), at_once=True)
        unnoted = await self._applied(resource, entry, id, record)
        return Change(id, record, entry.id, differs=differs, unnoted=unnoted)

    async def _doubted(self, resource: Kind, entry: Entry, doubt: InDoubt, *, at_once: bool = False) -> Change[Record]:
        """Look, now or a little later; what is found is reported as it is, and nothing is sent again."""
        sight = Sight("hidden")
        for pause in (0.0 if at_once else LOOKS[0], *LOOKS[1:]):
            await self.sleep(pause)
            sight = await look(self.api, resource, entry, accepted=at_once)
            if sight.shows == "applied" and sight.id is not None:
                unnoted = await self._applied(resource, entry, sight.id, sight.record)
                return Change(sight.id, sight.record, entry.id, settled=not at_once, unnoted=unnoted)
        await self._closed(entry, "in doubt")
        raise self._unsettled(entry, f"{doubt.what} {self.api.system.title} {SAW[sight.shows]}.")

    async def _applied(self, resource: Kind, entry: Entry, id: int, record: Record | None) -> str:
        """Close an entry that was carried out, as it reads back; why that could not be noted, if so.

        Raises:
            StoredOtherwise: a list within the record is another than was sent; what it was to take back, it did not.
        """
        sent, known = typed(resource, entry.sent), fields(resource.record)
        differs = differing(record, sent) if record is not None else ()
        lists = [name for name in differs if known[name].many]
        unnoted = await self._closed(entry, "applied", record=id, after=record, undid=not lists)
        if lists:
            told = (listed(values, lists) for values in (sent, dict(record or {})))
            raise StoredOtherwise(self.api.system.title, *told, change=entry.id)
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
        """Close an entry; should the journal fail now, the write is what it is, and why it failed is returned."""
        try:
            await self.journal.close(entry.id, outcome, record=record, after=after, undid=undid)
        except StateError as error:
            log.warning("The outcome of change %d, %s, waits to be noted: %s", entry.id, outcome, error.what)
            return error.what
        return ""

    def _unsettled(self, entry: Entry, what: str) -> InDoubt:
        return InDoubt(
            what,
            state=f"It was not sent a second time. It is change {entry.id} in the journal.",
            next=f"Call get_change(change_id={entry.id}) in a minute: it looks again and settles this.",
        )


def _sent(resource: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent as the journal has it, and for whom."""
    return {**to_jsonable_python(dict(values)), **resource.acted}


@contextmanager
def _shielded() -> Iterator[None]:
    """What is done in it goes on to its end when its caller leaves."""
    with anyio.CancelScope(shield=True):
        yield
