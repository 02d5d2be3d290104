"""List, get, create, update, delete and act on any resource of any system; every answer as records."""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

import anyio.lowlevel
import anyio.to_thread

from harvest_mcp.errors import InDoubt, Malformed, NotFound, Refused
from harvest_mcp.gateway import Send, Waiting, nobody
from harvest_mcp.names import Names
from harvest_mcp.scans import Scan, is_of, one_way
from harvest_mcp.spec import Action, Attachment, Filter, Identity, Part, Record, Resource, System, Value, View
from harvest_mcp.wire import attachments, exchange, verdicts
from harvest_mcp.wire.attachments import File
from harvest_mcp.wire.exchange import Exchange, Page, Response

__all__ = ["Api", "File", "Scan"]

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)
T = TypeVar("T")
WITHIN = re.compile(r"/(\d+)/")
"""The id of whose it is, in a path that says so."""

ACCEPTED = "the credentials are accepted"
"""What is known of a user where the vendor does not tell more."""
ONE_WEEK = "only the present week is listed"
ALONE = "only one page of an unknown number came"
PARSE_IN_THREAD = 200_000
"""Bytes from which a body is parsed off the event loop; a megabyte of a table would stall it for 200 ms."""


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
    names: Names | None = None
    """Hears of lists that came whole, and of writes."""

    async def scan(
        self,
        resource: Resource[R],
        *,
        where: Mapping[str, Value] | None = None,
        until: Callable[[R], bool] | None = None,
        most: int | None = None,
        last: bool = False,
    ) -> Scan[R]:
        """The records by ascending id, narrowed by filters of the resource: `where={"client": 11072}`.

        At most `most` pages are read, and none behind that of a record for which `until` is true; with `last` the last
        one too, where the newest are.
        """
        most = min(most or self.most, self.most)
        found: dict[int, R] = {}
        read, days, highest = 0, None, 0
        part = ONE_WEEK if resource.week and (where or {}).get(resource.week.day) is None else ""
        async for page in self.pages(resource, where=where):
            if page.missing:
                part = f"page {page.number} is not there (404)"
                return Scan(_by_id(found), read, page.of, page.total, part, days, highest, newest=False)
            part = part or (ALONE if page.alone else "")
            found.update((row.id, row) for row in page.rows)
            read, days, highest = read + 1, page.days, max(highest, page.highest)
            if page.number < page.of and (read >= most or (until and any(map(until, page.rows)))):
                newest = False
                if last and page.counted:
                    newest, seen = await self._newest(resource, where, page, found)
                    highest = max(highest, seen)
                return Scan(_by_id(found), read, page.of, page.total, part, days, highest, newest)
        whole = Scan(_by_id(found), read, read, str(read), part, days, highest, newest=not part)
        if self.names and not (where or part or resource.owner or resource.acting):
            self.names.learn(resource, whole.rows)
        return whole

    async def _newest(
        self, resource: Resource[R], where: Mapping[str, Value] | None, page: Page[R], found: dict[int, R]
    ) -> tuple[bool, int]:
        """Whether the newest are found once the last page is read too, and its highest id: ids go one way."""
        last = [each async for each in self.pages(resource, where=where, start=page.of)]
        found.update((row.id, row) for each in last for row in each.rows)
        whole = not any(each.missing or each.alone for each in last) and one_way(list(found))
        return whole, max((each.highest for each in last), default=0)

    async def around(self, resource: Resource[R], values: Mapping[str, Value]) -> Scan[R]:
        """The records that one with these values could be mistaken for; of a list by weeks, those of its week."""
        try:
            return await self.scan(resource, where=resource.around(values), last=True)
        except NotFound:
            if resource.week is None:
                raise
            return Scan(
                [], part="its week could not be read", newest=False
            )  # a list that is not documented (harvest-v1 20)

    async def pages(
        self, resource: Resource[R], *, where: Mapping[str, Value] | None = None, start: int = 1
    ) -> AsyncIterator[Page[R]]:
        """Page after page in the vendor's order, without end but the vendor's; a row may come twice if rows move.

        A row whose column cannot be read is not left out by it. One page that is missing ends them.
        """
        given = [(known, (where or {})[known.name]) for known in resource.filters if known.name in (where or {})]
        number: int = start
        page: Page[R] = Page(())
        while True:
            try:
                page = await self._do(exchange.list_(self.system, resource, given, page=number))
            except NotFound as missing:
                if number > start:
                    yield replace(page, rows=(), number=number, missing=True)
                    return
                raise self._no_list(resource, given, missing) from None
            rows, highest = page.rows, max((row.id for row in page.rows), default=0)
            for known, value in given:
                rows = [row for row in rows if is_of(row, known, value)]
            yield replace(page, rows=rows, number=number, highest=highest)
            if number >= page.of:
                return
            if page.number != number:
                raise Malformed("another-page")
            number += 1
            await anyio.lowlevel.checkpoint()  # whoever else waits, a ping above all, has a turn between pages

    async def get(self, resource: Resource[R], id: int | str) -> R:
        """One record, by its id or by the value of its handle; of the list where there is no address of one."""
        if resource.listed_only:
            return await self._of_list(resource, id)
        return await self._one(resource, id, exchange.get(self.system, resource, id))

    async def create(self, resource: Resource[R], values: Mapping[str, Value]) -> int | None:
        """The new record's id, or None when the answer does not tell."""
        try:
            return await self._told(resource, exchange.create(self.system, resource, values))
        except NotFound as missing:
            if not any(rule.hidden_by for rule in resource.rules):
                raise
            raise self._hidden(resource, missing.hint) from None

    async def update(self, resource: Resource[R], id: int, values: Mapping[str, Value]) -> None:
        await self._one(resource, id, exchange.update(self.system, resource, id, values))

    async def delete(self, resource: Resource[R], id: int) -> None:
        await self._one(resource, id, exchange.delete(self.system, resource, id))

    async def act(
        self, resource: Resource[R], action: Action, id: int, said: Mapping[str, Value] | None = None
    ) -> None:
        """Carry an action out; `said` are columns of the record that it makes along."""
        await self._one(resource, id, exchange.act(self.system, resource, action, id, said))

    async def attach(self, resource: Resource[R], attachment: Attachment, id: int, file: File) -> None:
        """Put a file beside a record, in the place of the one there may be."""
        await self._one(resource, id, attachments.attach(self.system, resource, attachment, id, file))

    async def fetch(self, resource: Resource[R], attachment: Attachment, id: int) -> File:
        """The file beside a record.

        Raises:
            NotFound: there is no such record, or no file beside it.
        """
        return await self._one(resource, id, attachments.fetch(self.system, resource, attachment, id))

    async def view(self, view: View[P]) -> P:
        return await self._do(exchange.view(self.system, view))

    @property
    def door(self) -> str:
        """The path that tells whether the credentials are taken."""
        return self.system.identity.path if self.system.identity else self.system.resources[0].path

    async def who(self) -> Identity:
        """Who these credentials are; an empty identity where the vendor does not tell, but takes them."""
        if self.system.identity is not None:
            return await self.view(self.system.identity)
        await self._do(exchange.list_(self.system, self.system.resources[0]))
        return Identity()

    async def _of_list(self, resource: Resource[R], id: int | str) -> R:
        found = await self.scan(resource)
        if (row := next((row for row in found.rows if row.id == id), None)) is not None:
            return row
        raise self._none(resource, id)

    async def _one(self, resource: Resource[R], id: int | str, doing: Exchange[T]) -> T:
        try:
            return await self._told(resource, doing)
        except NotFound as missing:
            more = doing.request.writes and str(id) not in missing.hint  # words about this id say the same again
            raise self._none(resource, id, missing.hint if more else "") from None

    def _none(self, resource: Resource[R], id: int | str, hint: str = "") -> NotFound:
        tool = self.system.ids(resource)
        also = f'; if {id} is its {resource.label[0]}, call {tool}(query="{id}")' if resource.named_by.digits else ""
        whose = f" An administrator may say whose it is: {resource.acting.noun}." if resource.acting else ""
        what = f"No {resource.word} {id} in this account, or this user may not see it."
        return NotFound(verdicts.quoting(self.system, what, hint), hint=hint, next=f"Call {tool} for ids{also}.{whose}")

    async def _told(self, resource: Resource[R], doing: Exchange[T]) -> T:
        """A call, and what a refusal of it may mean."""
        try:
            return await self._do(doing)
        except Refused as refusal:
            explained = (said for rule in resource.rules if (said := rule.explained(refusal.kind)))
            refusal.next = next(explained, refusal.next)
            raise
        finally:
            if self.names and doing.request.writes:
                self.names.forget((resource.makes or resource).noun)

    async def _do(self, doing: Exchange[T]) -> T:
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

    def _no_list(self, resource: Resource[R], given: Sequence[tuple[Filter, Value]], missing: NotFound) -> NotFound:
        for known, value in given:
            if known.ref and known.path:
                owner = self.system.resource(known.ref)
                return NotFound(
                    f"No {known.ref} {value} in this account, or this user may not see it.",
                    next=f"Call {self.system.tool('list', owner)} for ids.",
                )
        return self._hidden(resource)

    def _hidden(self, resource: Resource[R], hint: str = "") -> NotFound:
        """Lack of a right, or a module that is off: both answer as if nothing were there (harvest-v1 6.1, 7)."""
        who = self.system.identity
        what = "the role decides"
        for module in (rule.hidden_by for rule in resource.rules if rule.hidden_by):
            what = f"the role, and whether the module {module} is on, decide"
        rights = f"Call {who.name}: {what} what is seen." if who else "The user's rights decide what is seen."
        of = check = ""
        if (item := resource.owned_by) and (id := WITHIN.search(resource.path)):
            owner = self.system.resource(str(item.ref))
            of, check = f" of {owner.word} {id[1]}", f"Check that id with {self.system.tool('list', owner)}. "
        what = f"{self.system.title} shows this user no {resource.words}{of} (404)."
        return NotFound(verdicts.quoting(self.system, what, hint), hint=hint, next=f"{check}{rights}")


def _by_id(found: Mapping[int, R]) -> list[R]:
    return [found[id] for id in sorted(found)]


async def _read(read: Callable[[Response], T], answer: Response) -> T:
    if len(answer.body) < PARSE_IN_THREAD:
        return read(answer)
    return await anyio.to_thread.run_sync(read, answer)
