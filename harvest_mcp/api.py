"""List, get, create, update, delete and act on any resource of any system; responses become records."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

import anyio.lowlevel

from harvest_mcp.absent import hidden, no_list, no_record
from harvest_mcp.errors import Forbidden, InDoubt, Malformed, NotFound, Refused
from harvest_mcp.gateway import Send, Waiting, nobody
from harvest_mcp.lanes import Done, Lanes, both, side_by_side, unseen
from harvest_mcp.names import Names
from harvest_mcp.oversize import at_most, less, too_large
from harvest_mcp.scans import ID, Scan, at_odds, by_id, is_of, one_way, tells
from harvest_mcp.spec import Action, Attachment, Filter, Identity, Part, Record, Resource, Scope, System, Value, View
from harvest_mcp.spec.exchange import Cursor, Exchange, Page, Response
from harvest_mcp.wire import attachments, verdicts
from harvest_mcp.wire.asked_for import NotListed
from harvest_mcp.wire.attachments import AttachedFile

__all__ = ["Api", "AttachedFile", "Scan"]

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)
T = TypeVar("T")
U = TypeVar("U")
ACCEPTED = "the credentials are accepted"
"""What is said of the user if the vendor tells nothing about them."""
PARSE_IN_THREAD = 200_000
"""Body size in bytes from which parsing moves off the event loop; a megabyte would block it for 200 ms."""
ALONE = "only one page of an unknown number came"

Given = Sequence[tuple[Filter, Value]]
Here = Callable[[], Awaitable[tuple[date, int | None]]]


async def nowhere() -> tuple[date, int | None]:
    """Return today's date in UTC, and no user."""
    return datetime.now(UTC).date(), None


def passed_over(said: Decimal) -> None:
    """Ignore what a response says of another record."""


@dataclass(frozen=True, slots=True)
class Api:
    """One account's API, in records. `waiting` is told of waits for the call budget.

    Every verb raises the leaves of `CallFailed`; a write raises `InDoubt` if nothing tells whether it was carried out.
    """

    system: System
    send: Send
    waiting: Waiting = nobody
    most: int = 50
    """The most pages to read of one list."""
    words: Callable[[str], str] = str
    """Removes secrets from the vendor's messages before they are quoted."""
    aside: Callable[[Decimal], None] = passed_over
    """Called with what the response to a write says of another record."""
    here: "Here" = nowhere
    """Returns the user's current date and id, for lists that need them."""
    names: Names | None = None
    """Remembers the names of complete lists, and forgets those of a kind that is written to."""
    lanes: Lanes = field(default_factory=Lanes)
    """Limits how many calls run at once."""

    async def all_of(self, *jobs: Callable[[], Awaitable[T]], done: Done = unseen) -> list[T]:
        """Run these, at the same time unless the vendor allows one call at a time; return their results in order."""
        return await side_by_side(jobs, done=done, in_turn=self.system.plan.one_at_a_time)

    async def both(self, one: Callable[[], Awaitable[T]], other: Callable[[], Awaitable[U]]) -> tuple[T, U]:
        """Run two of different types and return both results."""
        return await both(one, other, in_turn=self.system.plan.one_at_a_time)

    async def scan(
        self,
        scope: Scope[R],
        *,
        where: Mapping[str, Value] | None = None,
        until: Callable[[R], bool] | None = None,
        most: int | None = None,
        last: bool = False,
    ) -> Scan[R]:
        """Read a list and return its records by ascending id, with filters of the resource: `where={"client": 11072}`.

        Reads at most `most` pages, and stops after the page with a record for which `until` is true; with `last` it
        then reads the last page too, to have the newest records.
        """
        most = min(most or self.most, self.most)
        found: dict[int, R] = {}
        read, days, highest, cut = 0, None, 0, False
        part = scope.resource.wire.part(where or {})
        async for page in self.pages(scope, where=where, most=1 if until else most):
            if page.missing:
                part = f"page {read + 1} is not there (404)"
                return Scan(by_id(found), read, None, page.total, part, days, highest, newest=False, cut=True)
            part = part or (ALONE if page.alone else page.short)
            found.update(zip(map(ID, page.rows), page.rows, strict=True))
            read, days, highest, cut = read + 1, page.days, max(highest, page.highest), cut or bool(page.short)
            if page.next and (read >= most or (until and any(map(until, page.rows)))):
                newest = False
                if last and page.last:
                    newest, seen = await self._newest(scope, where, page.last, found)
                    highest = max(highest, seen)
                return Scan(by_id(found), read, page.next, page.total, part, days, highest, newest)
        whole = Scan(by_id(found), read, None, str(read), part, days, highest, newest=not part, cut=cut)
        if self.names and not (where or part or scope.resource.place):
            self.names.learn(scope.resource, whole.rows)
        return whole

    async def _newest(
        self, scope: Scope[R], where: Mapping[str, Value] | None, at: Cursor, found: dict[int, R]
    ) -> tuple[bool, int]:
        """Read the last page into `found`; return whether the newest are in it (ids run one way) and the highest id."""
        last = [each async for each in self.pages(scope, where=where, start=at)]
        found.update((row.id, row) for each in last for row in each.rows)
        whole = not any(each.missing or each.alone or each.short for each in last) and one_way(list(found))
        return whole, max((each.highest for each in last), default=0)

    async def around(self, scope: Scope[R], where: Mapping[str, Value]) -> Scan[R]:
        """Return the records among which duplicates are looked for, the newest included."""
        try:
            return await at_most(partial(self.scan, scope, last=True), scope.resource, where, self.here)
        except NotFound:
            if scope.resource.wire.complete:
                raise
            return Scan([], part="its week could not be read", newest=False)  # not documented (harvest-v1 20)

    async def pages(
        self,
        scope: Scope[R],
        *,
        where: Mapping[str, Value] | None = None,
        start: Cursor | None = None,
        most: int = 1,
    ) -> AsyncIterator[Page[R]]:
        """Yield page after page in the vendor's order; a row may come twice if rows move meanwhile.

        A row is kept if the column a filter compares could not be parsed. A missing page ends the list. Of the first
        `most` pages, those with known numbers are fetched at the same time.
        """
        resource = scope.resource
        given = [(known, (where or {})[known.name]) for known in resource.filters if known.name in (where or {})]
        told = [each for each in given if tells(resource.record, *each)]
        at, begun = start, False
        ahead: dict[Cursor, Page[R] | None] = {}
        page: Page[R] = Page(())

        while True:
            found = ahead.pop(at) if at in ahead else await self._page(scope, given, at, first=not begun)
            if found is None:
                yield replace(page, rows=(), next=None, missing=True)
                return
            page = found
            rows, highest = page.rows, max(map(ID, page.rows), default=0)
            for known, value in told:
                rows = [row for row in rows if is_of(row, known, value)]
            if not begun and page.ahead and not self.system.plan.one_at_a_time:
                wanted = [each for each in (page.next, *page.ahead) if each][: most - 1]
                jobs = (partial(self._page, scope, given, each) for each in wanted)
                ahead = dict(zip(wanted, await self.all_of(*jobs), strict=True))
            yield replace(page, rows=rows, highest=highest)
            if page.next is None:
                return
            if page.next == at:
                raise Malformed("another-page")
            at, begun = page.next, True
            await anyio.lowlevel.checkpoint()  # let other tasks run between pages, a ping above all

    async def _page(self, scope: Scope[R], given: Given, at: Cursor | None, *, first: bool = False) -> Page[R] | None:
        """Return one page; None if it is missing and is not the first."""
        try:
            return at_odds(await self.ask(scope.resource.wire.list(scope, given, at)))
        except NotFound:
            if first:
                raise no_list(self.system, scope, given) from None
            return None
        except Malformed as broken:
            if too_large(broken):
                broken.next = less(self.system, scope.resource, given) or broken.next
            raise

    async def get(self, scope: Scope[R], id: int | str) -> R:
        """Return one record, by its id or by the address that names it."""
        return await self._one(scope, id, scope.resource.wire.get(scope, id))

    async def create(self, scope: Scope[R], values: Mapping[str, Value]) -> int | None:
        """Create a record and return its id; None if the response does not tell."""
        try:
            return await self._told(scope.resource, scope.resource.wire.create(scope, values))
        except NotFound as missing:
            if not any(rule.hidden_by for rule in scope.resource.rules):
                raise
            raise hidden(self.system, scope, missing.hint) from None

    async def update(self, scope: Scope[R], id: int, values: Mapping[str, Value]) -> None:
        await self._one(scope, id, scope.resource.wire.update(scope, id, values))

    async def delete(self, scope: Scope[R], id: int) -> None:
        await self._one(scope, id, scope.resource.wire.delete(scope, id))

    async def act(self, scope: Scope[R], action: Action, id: int, said: Mapping[str, Value] | None = None) -> None:
        """Carry out an action; `said` are columns of the record that the action creates along."""
        made = (self.system.resource(action.carries[0]), said) if said and action.carries else None
        await self._one(scope, id, scope.resource.wire.act(scope, action, id, made))

    async def attach(self, scope: Scope[R], attachment: Attachment, id: int, file: AttachedFile) -> None:
        """Attach a file to a record, replacing the one it may have."""
        await self._one(scope, id, attachments.attach(scope, attachment, id, file))

    async def fetch(self, scope: Scope[R], attachment: Attachment, id: int) -> AttachedFile:
        """Return the file attached to a record.

        Raises:
            NotFound: there is no such record, or no file.
            Forbidden: the file is at a host that does not take the API's credentials.
        """
        if not attachment.lies:
            return await self._one(scope, id, attachments.fetch(attachment, id))
        record, noun = await self.get(scope, id), attachment.noun
        if not getattr(record, attachment.has):
            what = f"{scope.resource.word.capitalize()} {id} has no {noun}."
            raise NotFound(what, next=f"attach_{noun} adds one.")
        return await self.ask(attachments.fetch(attachment, id, getattr(record, attachment.lies) or ""))

    async def view(self, view: View[P]) -> P:
        """Read a view, with the views `beside` it that this user may see."""
        found, told = await self.ask(self.system.dialect.view(view)), dict[str, Part]()
        for name, other in view.beside:
            with suppress(Forbidden, NotFound):
                told[name] = await self.view(other)
        return found.model_copy(update=told) if told else found

    @property
    def door(self) -> str:
        """The path whose response tells whether the credentials are accepted."""
        return self.system.identity.path if self.system.identity else self._first.request.path

    @property
    def _first(self) -> Exchange[Page[Record]]:
        return self.system.resources[0].wire.list(Scope(self.system.resources[0]))

    async def who(self) -> Identity:
        """Return who these credentials belong to; an empty identity if they are accepted and the vendor does not
        tell."""
        if self.system.identity is not None:
            return await self.view(self.system.identity)
        await self.ask(self._first)
        return Identity()

    async def _one(self, scope: Scope[R], id: int | str, doing: Exchange[T]) -> T:
        try:
            return await self._told(scope.resource, doing)
        except NotFound as missing:
            if doing.request == scope.resource.wire.list(scope).request and not isinstance(missing, NotListed):
                raise hidden(self.system, scope) from None  # a single record is read from the list, which is missing
            more = doing.request.writes and str(id) not in missing.hint  # a hint with this id only repeats it
            raise no_record(self.system, scope.resource, id, missing.hint if more else "") from None

    async def _told(self, resource: Resource[R], doing: Exchange[T]) -> T:
        """Make a call; to a refusal add what the rules say it may mean."""
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
        """Make a call and read its response."""
        async with self.lanes.lane(self.waiting) as waiting:
            answer = await self.send(doing.request, waiting=waiting)
            if doing.aside and (said := doing.aside(answer)) is not None:
                self.aside(said)
            return await self._read(doing, answer)

    async def _read(self, doing: Exchange[T], answer: Response) -> T:
        try:
            return await self.lanes.read(doing.read, answer, at_once=len(answer.body) < PARSE_IN_THREAD)
        except Refused as refusal:  # an error inside a response of status 200 (incwo 9)
            raise verdicts.refused(self.system, refusal.what, refusal.hint, words=self.words) from None
        except Malformed as unread:
            if doing.request.writes:
                raise InDoubt(f"The request was sent once, but its fate is unknown. {unread.what}") from None
            raise
