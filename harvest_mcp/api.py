"""List, get, create, update, delete and act on any resource of any system; every answer as records."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

import anyio.lowlevel
import anyio.to_thread

from harvest_mcp.errors import Forbidden, InDoubt, Malformed, NotFound, Refused
from harvest_mcp.gateway import Send, Waiting, nobody
from harvest_mcp.names import Names
from harvest_mcp.scans import Scan, is_of, one_way
from harvest_mcp.spec import Action, Attachment, Filter, Identity, Part, Record, Resource, Scope, System, Value, View
from harvest_mcp.spec.exchange import Cursor, Exchange, Page, Response
from harvest_mcp.wire import attachments, verdicts
from harvest_mcp.wire.asked_for import NotListed
from harvest_mcp.wire.attachments import AttachedFile

__all__ = ["Api", "AttachedFile", "Scan"]

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)
T = TypeVar("T")
ACCEPTED = "the credentials are accepted"
"""What is known of a user where the vendor does not tell more."""
ALONE = "only one page of an unknown number came"
PARSE_IN_THREAD = 200_000
"""Bytes from which a body is parsed off the event loop; a megabyte of a table would stall it for 200 ms."""


Here = Callable[[], Awaitable[tuple[date, int | None]]]


async def nowhere() -> tuple[date, int | None]:
    """Today's date in UTC, and nobody."""
    return datetime.now(UTC).date(), None


def passed_over(said: Decimal) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Api:
    """One account as values. `waiting` hears of waits for the account's budget.

    Every verb raises the leaves of `CallFailed`; a write raises `InDoubt` when its fate is unknown.
    """

    system: System
    send: Send
    waiting: Waiting = nobody
    most: int = 50
    """Pages of one list to read at once."""
    words: Callable[[str], str] = str
    """Takes out of the vendor's words what must not be quoted."""
    aside: Callable[[Decimal], None] = passed_over
    """Told what the answer to a write says of another record."""
    here: "Here" = nowhere
    """Tells today's date where the user is, and the user's id; for lists that do not begin with them."""
    names: Names | None = None
    """Hears of lists that came whole, and of writes."""

    async def scan(
        self,
        scope: Scope[R],
        *,
        where: Mapping[str, Value] | None = None,
        until: Callable[[R], bool] | None = None,
        most: int | None = None,
        last: bool = False,
    ) -> Scan[R]:
        """Return the records by ascending id, narrowed by filters of the resource: `where={"client": 11072}`.

        At most `most` pages are read, and none behind that of a record for which `until` is true; with `last` the last
        one too, where the newest are.
        """
        most = min(most or self.most, self.most)
        found: dict[int, R] = {}
        read, days, highest = 0, None, 0
        part = scope.resource.wire.part(where or {})
        async for page in self.pages(scope, where=where):
            if page.missing:
                part = f"page {read + 1} is not there (404)"
                return Scan(_by_id(found), read, None, page.total, part, days, highest, newest=False)
            part = part or (ALONE if page.alone else "")
            found.update({row.id: row for row in page.rows})
            read, days, highest = read + 1, page.days, max(highest, page.highest)
            if page.next and (read >= most or (until and any(map(until, page.rows)))):
                newest = False
                if last and page.last:
                    newest, seen = await self._newest(scope, where, page.last, found)
                    highest = max(highest, seen)
                return Scan(_by_id(found), read, page.next, page.total, part, days, highest, newest)
        whole = Scan(_by_id(found), read, None, str(read), part, days, highest, newest=not part)
        if self.names and not (where or part or scope.resource.place):
            self.names.learn(scope.resource, whole.rows)
        return whole

    async def _newest(
        self, scope: Scope[R], where: Mapping[str, Value] | None, at: Cursor, found: dict[int, R]
    ) -> tuple[bool, int]:
        """Return whether the newest are found once the last page is read too, and its highest id: ids go one way."""
        last = [each async for each in self.pages(scope, where=where, start=at)]
        found.update((row.id, row) for each in last for row in each.rows)
        whole = not any(each.missing or each.alone for each in last) and one_way(list(found))
        return whole, max((each.highest for each in last), default=0)

    async def around(self, scope: Scope[R], where: Mapping[str, Value]) -> Scan[R]:
        """Return the records that one could be mistaken for, the newest among them: those of a list narrowed like
        this."""
        try:
            return await self.scan(scope, where=where, last=True)
        except NotFound:
            if scope.resource.wire.complete:
                raise
            return Scan([], part="its week could not be read", newest=False)  # not documented (harvest-v1 20)

    async def pages(
        self, scope: Scope[R], *, where: Mapping[str, Value] | None = None, start: Cursor | None = None
    ) -> AsyncIterator[Page[R]]:
        """Page after page in the vendor's order, without end but the vendor's; a row may come twice if rows move.

        A row whose column cannot be read is not left out by it. One page that is missing ends them.
        """
        resource = scope.resource
        given = [(known, (where or {})[known.name]) for known in resource.filters if known.name in (where or {})]
        at, begun = start, False
        while True:
            try:
                page = await self.ask(resource.wire.list(scope, given, at))
            except NotFound as missing:
                if not begun:
                    raise self._no_list(scope, given, missing) from None
                yield replace(page, rows=(), next=None, missing=True)
                return
            rows, highest = page.rows, max([row.id for row in page.rows], default=0)
            for known, value in given:
                rows = [row for row in rows if is_of(row, known, value)]
            yield replace(page, rows=rows, highest=highest)
            if page.next is None:
                return
            if page.next == at:
                raise Malformed("another-page")
            at, begun = page.next, True
            await anyio.lowlevel.checkpoint()  # whoever else waits, a ping above all, has a turn between pages

    async def get(self, scope: Scope[R], id: int | str) -> R:
        """Return one record, by its id or by the value of its handle."""
        return await self._one(scope, id, scope.resource.wire.get(scope, id))

    async def create(self, scope: Scope[R], values: Mapping[str, Value]) -> int | None:
        """Return the new record's id, or None when the answer does not tell."""
        try:
            return await self._told(scope.resource, scope.resource.wire.create(scope, values))
        except NotFound as missing:
            if not any(rule.hidden_by for rule in scope.resource.rules):
                raise
            raise self._hidden(scope, missing.hint) from None

    async def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> None:
        await self._one(scope, id, scope.resource.wire.update(scope, id, values))

    async def delete(self, scope: Scope[R], id: int) -> None:
        await self._one(scope, id, scope.resource.wire.delete(scope, id))

    async def act(self, scope: Scope[R], action: Action, id: int, said: Mapping[str, Value] | None = None) -> None:
        """Carry an action out; `said` are columns of the record that it makes along."""
        made = (self.system.resource(action.carries[0]), said) if said and action.carries else None
        await self._one(scope, id, scope.resource.wire.act(scope, action, id, made))

    async def attach(self, scope: Scope[R], attachment: Attachment, id: int, file: AttachedFile) -> None:
        """Put a file beside a record, in the place of the one there may be."""
        await self._one(scope, id, attachments.attach(scope, attachment, id, file))

    async def fetch(self, scope: Scope[R], attachment: Attachment, id: int) -> AttachedFile:
        """Return the file beside a record.

        Raises:
            NotFound: there is no such record, or no file beside it.
            Forbidden: it lies where no credentials of an API are taken.
        """
        if not attachment.lies:
            return await self._one(scope, id, attachments.fetch(attachment, id))
        record, noun = await self.get(scope, id), attachment.noun
        if not getattr(record, attachment.has):
            what = f"{scope.resource.word.capitalize()} {id} has no {noun}."
            raise NotFound(what, next=f"attach_{noun} adds one.")
        return await self.ask(attachments.fetch(attachment, id, getattr(record, attachment.lies) or ""))

    async def view(self, view: View[P]) -> P:
        """Something read whole, with what is told beside it as far as this user may see that."""
        found, told = await self.ask(self.system.dialect.view(view)), dict[str, Part]()
        for name, other in view.beside:
            with suppress(Forbidden, NotFound):
                told[name] = await self.view(other)
        return found.model_copy(update=told) if told else found

    @property
    def door(self) -> str:
        """The path that tells whether the credentials are taken."""
        return self.system.identity.path if self.system.identity else self._first.request.path

    @property
    def _first(self) -> Exchange[Page[Record]]:
        return self.system.resources[0].wire.list(Scope(self.system.resources[0]))

    async def who(self) -> Identity:
        """Return who these credentials are; an empty identity where the vendor does not tell, but takes them."""
        if self.system.identity is not None:
            return await self.view(self.system.identity)
        await self.ask(self._first)
        return Identity()

    async def _one(self, scope: Scope[R], id: int | str, doing: Exchange[T]) -> T:
        try:
            return await self._told(scope.resource, doing)
        except NotFound as missing:
            if doing.request == scope.resource.wire.list(scope).request and not isinstance(missing, NotListed):
                raise self._hidden(scope) from None  # one is read out of the list, which is not there
            more = doing.request.writes and str(id) not in missing.hint  # words about this id say the same again
            raise self._none(scope.resource, id, missing.hint if more else "") from None

    def _none(self, resource: Resource[R], id: int | str, hint: str = "") -> NotFound:
        tool = self.system.ids(resource)
        also = f'; if {id} is its {resource.label[0]}, call {tool}(query="{id}")' if resource.named_by.digits else ""
        people = [need.noun for need in resource.place if need.part == "person"]
        whose = "".join(f" An administrator may say whose it is: {noun}." for noun in people)
        what = f"No {resource.word} {id} in this account, or this user may not see it."
        return NotFound(verdicts.quoting(self.system, what, hint), hint=hint, next=f"Call {tool} for ids{also}.{whose}")

    async def _told(self, resource: Resource[R], doing: Exchange[T]) -> T:
        """Return a call, and what a refusal of it may mean."""
        try:
            return await self.ask(doing)
        except Refused as refusal:
            explained = (said for rule in resource.rules if (said := rule.explained(refusal.kind)))
            refusal.next = next(explained, refusal.next)
            raise
        finally:
            if self.names and doing.request.writes:
                for noun in (resource.noun, resource.wire.made):
                    self.names.forget(noun)

    async def ask(self, doing: Exchange[T]) -> T:
        """Make a call, and read its answer."""
        answer = await self.send(doing.request, waiting=self.waiting)
        if doing.aside and (said := doing.aside(answer)) is not None:
            self.aside(said)
        try:
            return await _read(doing.read, answer)
        except Refused as refusal:  # by a marker within a success (incwo 9)
            raise verdicts.refused(self.system, refusal.what, refusal.hint, words=self.words) from None
        except Malformed as unread:
            if doing.request.writes:
                raise InDoubt(f"The request was sent once, but its fate is unknown. {unread.what}") from None
            raise

    def _no_list(self, scope: Scope[R], given: Sequence[tuple[Filter, Value]], missing: NotFound) -> NotFound:
        for known, value in given:
            if known.ref and known.path:
                owner = self.system.resource(known.ref)
                return NotFound(
                    f"No {known.ref} {value} in this account, or this user may not see it.",
                    next=f"Call {self.system.tool('list', owner)} for ids.",
                )
        return self._hidden(scope)

    def _hidden(self, scope: Scope[R], hint: str = "") -> NotFound:
        """Lack of a right, or a module that is off: both answer as if nothing were there (harvest-v1 6.1, 7)."""
        who, resource = self.system.identity, scope.resource
        what = "the role decides"
        for module in (rule.hidden_by for rule in resource.rules if rule.hidden_by):
            what = f"the role, and whether the module {module} is on, decide"
        rights = f"Call {who.name}: {what} what is seen." if who else "The user's rights decide what is seen."
        of = check = ""
        if scope.parent and (item := resource.owned_by):
            owner = self.system.resource(str(item.ref))
            of, check = f" of {owner.word} {scope.parent}", f"Check that id with {self.system.tool('list', owner)}. "
        what = f"{self.system.title} shows this user no {resource.words}{of} (404)."
        return NotFound(verdicts.quoting(self.system, what, hint), hint=hint, next=f"{check}{rights}")


def _by_id(found: Mapping[int, R]) -> list[R]:
    return [found[id] for id in sorted(found)]


async def _read(read: Callable[[Response], T], answer: Response) -> T:
    if len(answer.body) < PARSE_IN_THREAD:
        return read(answer)
    return await anyio.to_thread.run_sync(read, answer)
