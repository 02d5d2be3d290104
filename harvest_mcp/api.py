"""List, get, create, update, delete and act on any resource of any system; every answer as records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import anyio.to_thread

from harvest_mcp.errors import NotFound
from harvest_mcp.gateway import Send, Waiting, nobody
from harvest_mcp.spec import Action, Filter, Part, Record, Resource, Scalar, System, View
from harvest_mcp.wire import exchange
from harvest_mcp.wire.exchange import Exchange, Response

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)
T = TypeVar("T")

PARSE_IN_THREAD = 1_000_000
"""Bytes from which a body is parsed off the event loop; 10 MB would stall it for half a second."""


@dataclass(frozen=True, slots=True)
class Api:
    """One account as values. `waiting` hears of waits for the account's budget.

    Every verb raises the leaves of `CallFailed`; a write raises `InDoubt` when its fate is unknown.
    """

    system: System
    send: Send
    waiting: Waiting = nobody

    async def list(self, resource: Resource[R], *, where: Mapping[str, Scalar] | None = None) -> list[R]:
        """All records by ascending id, narrowed by filters of the resource: `where={"client": 11072}`."""
        given = [(known, (where or {})[known.name]) for known in resource.filters if known.name in (where or {})]
        try:
            records = await self._do(exchange.list_(self.system, resource, given))
        except NotFound as missing:
            raise self._no_list(resource, given, missing) from None
        for known, value in given:
            if known.column:
                records = [record for record in records if getattr(record, known.column) == value]
        return sorted(records, key=lambda record: record.id)

    async def get(self, resource: Resource[R], id: int) -> R:
        return await self._one(resource, id, exchange.get(self.system, resource, id))

    async def create(self, resource: Resource[R], values: Mapping[str, Scalar]) -> int | None:
        """The new record's id, or None when the answer does not tell."""
        return await self._do(exchange.create(self.system, resource, values))

    async def update(self, resource: Resource[R], id: int, values: Mapping[str, Scalar]) -> None:
        await self._one(resource, id, exchange.update(self.system, resource, id, values))

    async def delete(self, resource: Resource[R], id: int) -> None:
        await self._one(resource, id, exchange.delete(self.system, resource, id))

    async def act(self, resource: Resource[R], action: Action, id: int) -> None:
        await self._one(resource, id, exchange.act(action, id))

    async def view(self, view: View[P]) -> P:
        return await self._do(exchange.view(self.system, view))

    async def _one(self, resource: Resource[R], id: int, doing: Exchange[T]) -> T:
        try:
            return await self._do(doing)
        except NotFound:
            raise NotFound(
                f"No {resource.noun} {id} in this account, or this user may not see it.",
                next=f"Call {self.system.tool('list', resource)} for ids.",
            ) from None

    async def _do(self, doing: Exchange[T]) -> T:
        answer = await self.send(doing.request, waiting=self.waiting)
        return await _read(doing.read, answer)

    def _no_list(self, resource: Resource[R], given: Sequence[tuple[Filter, Scalar]], missing: NotFound) -> NotFound:
        for known, value in given:
            if known.ref and known.path:
                owner = self.system.resource(known.ref)
                return NotFound(
                    f"No {known.ref} {value} in this account, or this user may not see it.",
                    next=f"Call {self.system.tool('list', owner)} for ids.",
                )
        return NotFound(
            f"{self.system.title} shows this user no {resource.plural} (404).",
            next=f"Call {self.system.identity.name}: the role decides what is seen.",
        )


async def _read(read: Callable[[Response], T], answer: Response) -> T:
    if len(answer.body) < PARSE_IN_THREAD:
        return read(answer)
    return await anyio.to_thread.run_sync(read, answer)
