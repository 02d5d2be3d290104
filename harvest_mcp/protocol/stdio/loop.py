"""One run of the SDK's server for the messages of one protocol era, and the requests it has not answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self, TypeAlias

import anyio
import mcp_types as types
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectSendStream
from mcp.shared.message import ServerMessageMetadata, SessionMessage

from harvest_mcp.protocol.incoming.lines import Answer, Message, failed
from harvest_mcp.protocol.sdk import McpServer

Tell: TypeAlias = Callable[[Answer | None], None]
"""Called once with the answer to a request; with None if the client cancelled it."""

NOBODY_ANSWERS = "The client sends no more messages, so nobody can answer this."


@dataclass(frozen=True, slots=True, eq=False)
class PendingReply:
    """A request not answered yet, and the callback for its answer."""

    request: types.JSONRPCRequest
    tell: Tell


class Loop:
    """Starts with its first message; the SDK writes to it, so that each answer passes here once."""

    def __init__(self, server: McpServer, group: TaskGroup, say: Callable[[Message], None]) -> None:
        self._server, self._group, self._say = server, group, say
        self._into: MemoryObjectSendStream[SessionMessage] | None = None
        self._waiting: dict[types.RequestId, list[PendingReply]] = {}
        self._asked: set[types.RequestId] = set()
        self._left = False
        self._settled = anyio.Event()

    @property
    def begun(self) -> bool:
        return self._into is not None

    @property
    def busy(self) -> bool:
        """Whether a request is not answered yet."""
        return bool(self._waiting)

    def waiting(self) -> Iterator[PendingReply]:
        """Yield the requests not answered yet."""
        for several in self._waiting.values():
            yield from several

    async def request(self, request: types.JSONRPCRequest, tell: Tell) -> None:
        """Pass on a request; `tell` gets its answer."""
        waiting = PendingReply(request, tell)
        self._waiting.setdefault(request.id, []).append(waiting)
        await self._pass(
            SessionMessage(request, ServerMessageMetadata(on_request_unanswered=partial(self._drop, waiting)))
        )

    async def notify(self, notification: types.JSONRPCNotification) -> None:
        await self._pass(SessionMessage(notification))

    async def cancel(self, notification: types.JSONRPCNotification) -> None:
        """Pass on the cancellation of a request under way here.

        The SDK reads ids as numbers where it can, so the id of an answered request could hit another.
        """
        id = (notification.params or {}).get("requestId")
        if any(str(id) == str(each) for each in self._waiting):
            await self.notify(notification)

    async def answer(self, answer: Answer) -> None:
        """Pass on the client's answer to one of our questions."""
        if answer.id is not None:
            self._asked.discard(answer.id)
        await self._pass(SessionMessage(answer))

    async def misanswered(self, id: types.RequestId, error: types.ErrorData) -> None:
        """Pass on an unreadable answer to one of our questions as an error, so that it does not wait forever."""
        if id in self._asked:
            await self.answer(failed(id, error.code, error.message))

    async def left(self) -> None:
        """Note that no more messages come: whoever waits for the client is told that nobody answers."""
        self._left = True
        for id in list(self._asked):
            await self.answer(failed(id, types.CONNECTION_CLOSED, NOBODY_ANSWERS))

    def close(self) -> None:
        """End the run of the server."""
        if self._into is not None:
            self._into.close()

    async def settled(self) -> None:
        """Wait until every request is answered."""
        while self._waiting:
            self._settled = anyio.Event()
            await self._settled.wait()

    async def _pass(self, item: SessionMessage) -> None:
        if self._into is None:
            self._into, taken = anyio.create_memory_object_stream[SessionMessage]()
            options = self._server.create_initialization_options()
            self._group.start_soon(self._server.run, taken, self, options)
        await self._into.send(item)

    async def send(self, item: SessionMessage, /) -> None:
        """Take what the SDK writes."""
        message = item.message
        if isinstance(message, types.JSONRPCResponse | types.JSONRPCError):
            self._answered(message)
            return
        if isinstance(message, types.JSONRPCRequest):
            if self._left:
                await self.answer(failed(message.id, types.CONNECTION_CLOSED, NOBODY_ANSWERS))
                return
            self._asked.add(message.id)
        self._say(message)

    def _answered(self, answer: Answer) -> None:
        """Give an answer to the oldest request with its id, if any."""
        if answer.id is not None and (several := self._waiting.get(answer.id)):
            several[0].tell(answer)  # if this raises, the SDK answers again with that error
            self._forget(several[0])

    async def _drop(self, waiting: PendingReply) -> None:
        if waiting in self._waiting.get(waiting.request.id, ()):
            self._forget(waiting)
            waiting.tell(None)

    def _forget(self, waiting: PendingReply) -> None:
        several = self._waiting[waiting.request.id]
        several.remove(waiting)
        if not several:
            del self._waiting[waiting.request.id]
        self._settled.set()

    def cut(self, code: int, message: str) -> None:
        """Answer every request that is left with an error; later answers of the SDK are dropped."""
        for waiting in list(self.waiting()):
            self._answered(failed(waiting.request.id, code, message))

    async def aclose(self) -> None:
        """Leave stdout open when the SDK has finished writing."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        await self.aclose()
