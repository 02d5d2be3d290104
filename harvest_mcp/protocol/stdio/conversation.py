"""From each line to the loop of its protocol era, and from each answer to a line.

The SDK lets the first request choose the era of a connection for good: after `server/discover` it refuses `initialize`,
and after `initialize` every request of 2026-07-28 (mcp 2.3.0, `serve_dual_era_loop`). So clients that probe and then
shake hands get nothing. Here each message says its era by itself: a request with the envelope of 2026-07-28 goes to one
run of the server, everything else to another, and neither knows of the other. Nothing is kept of a probe.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial

import mcp_types as types
from anyio import Event
from anyio.abc import TaskGroup
from mcp.shared.inbound import InboundLadderRejection, classify_inbound_request
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION
from pydantic_core import to_json

from harvest_mcp.protocol.front import messages
from harvest_mcp.protocol.incoming.lines import (
    EMPTY_BATCH,
    NO_BATCH,
    Answer,
    Item,
    Message,
    RefusedLine,
    failed,
    read,
    refused,
)
from harvest_mcp.protocol.sdk import McpServer
from harvest_mcp.protocol.stdio.loop import Loop, Tell

log = logging.getLogger("harvest_mcp.stdio")

REVISIONS = HANDSHAKE_PROTOCOL_VERSIONS
HAS_BATCHES = "2025-03-26"
"""The one protocol revision with batches; `initialize` is never part of one."""
LISTS = ("tools/list", "prompts/list", "resources/list", "resources/templates/list")
NOT_IN_A_BATCH = "initialize is never part of a batch. Send it as a message of its own."
NO_GREETING = types.JSONRPCRequest(
    jsonrpc="2.0",
    id="a client that did not shake hands",
    method="initialize",
    params={
        "protocolVersion": LATEST_HANDSHAKE_VERSION,
        "capabilities": {},
        "clientInfo": {"name": "unknown", "version": ""},
    },
)


class Conversation:
    """One client's messages, and the answers to them."""

    def __init__(self, server: McpServer, group: TaskGroup, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._legacy, self._modern = Loop(server, group, self._say), Loop(server, group, self._say)
        self._revision: str | None = None
        self._greeted = False
        self._lists: dict[tuple[bool, str], bytes] = {}

    async def take(self, line: bytes) -> None:
        """Handle one line; its answer may come later."""
        found = read(line)
        if isinstance(found, list):
            await self._batch(found)
        elif found is not None:
            await self._one(found, self._say)

    async def note(self, lines: Sequence[bytes]) -> None:
        """Handle lines that were answered already, for their effect on state only."""
        for line in lines:
            found = read(line)
            if found is not None and not isinstance(found, list):
                await self._one(found, lambda answer: None)

    def open(self) -> list[str]:
        """Return the tools, or methods, of the requests not answered yet."""
        return sorted(_label(each.request) for loop in self._loops for each in loop.waiting())

    async def left(self) -> None:
        """Note that no more messages come."""
        for loop in self._loops:
            await loop.left()

    async def settled(self) -> None:
        """Wait until every request is answered."""
        for loop in self._loops:
            await loop.settled()

    def close(self) -> None:
        """End both runs of the server."""
        for loop in self._loops:
            loop.close()

    def cut(self, message: str) -> None:
        """Answer every request that is left with an error."""
        for loop in self._loops:
            loop.cut(types.CONNECTION_CLOSED, message)

    @property
    def _loops(self) -> tuple[Loop, Loop]:
        return self._legacy, self._modern

    async def _one(self, item: Item, tell: Tell) -> None:
        match item:
            case RefusedLine():
                log.warning("A line on stdin was refused: %s", item.answer.error.message)
                tell(item.answer)
                if item.question is not None:
                    await self._legacy.misanswered(item.question, item.answer.error)
            case types.JSONRPCRequest():
                await self._request(item, tell)
            case types.JSONRPCNotification():
                await self._notification(item)
            case _:
                if self._legacy.begun:  # only in that era a question is a request of ours
                    await self._legacy.answer(item)

    async def _request(self, request: types.JSONRPCRequest, tell: Tell) -> None:
        if request.method == "initialize":
            await self._greet(request, tell)
            return
        if tell == self._say and (kind := self._listing(request)):
            if kind in self._lists and not any(loop.busy for loop in self._loops):  # in turn
                self._write(_head(request.id) + self._lists[kind])
                return
            tell = partial(self._keep, kind)
        if _is_modern(request):
            await self._modern.request(request, tell)
            return
        if request.method == "server/discover":
            tell(_without_envelope(request))
            return
        if not self._greeted and request.method != "ping":
            await self._greet(NO_GREETING, lambda answer: None)
            self._revision = None
        await self._legacy.request(request, tell)

    def _listing(self, request: types.JSONRPCRequest) -> tuple[bool, str] | None:
        """Return which list is asked for, if nothing else is: such an answer is made once and reused."""
        if request.method not in LISTS:
            return None
        asked = messages.Message("", request.method, request.params or {})
        return (asked.enveloped, request.method) if asked.enveloped or (self._greeted and not asked.params) else None

    def _keep(self, kind: tuple[bool, str], answer: Answer | None) -> None:
        if isinstance(answer, types.JSONRPCResponse):
            self._lists[kind] = _written(answer)[len(_head(answer.id)) :]
        self._say(answer)

    async def _greet(self, request: types.JSONRPCRequest, tell: Tell) -> None:
        """Handle the handshake and wait for it: what the next line means depends on its outcome."""
        done = Event()

        def told(answer: Answer | None) -> None:
            if isinstance(answer, types.JSONRPCResponse):
                self._greeted, self._revision = True, answer.result.get("protocolVersion")
                self._lists.clear()
            done.set()
            tell(answer)

        await self._legacy.request(request, told)
        await done.wait()

    async def _notification(self, notification: types.JSONRPCNotification) -> None:
        """Pass a cancellation to the loop that has its request, as it carries no envelope."""
        if notification.method == "notifications/cancelled":
            for loop in self._loops:
                await loop.cancel(notification)
            return
        loop = self._modern if _is_modern(notification) else self._legacy
        if loop.begun:
            await loop.notify(notification)

    async def _batch(self, items: list[Item]) -> None:
        if self._revision != HAS_BATCHES or not items:
            await self._one(refused(types.INVALID_REQUEST, EMPTY_BATCH if not items else NO_BATCH), self._say)
            return
        batch = Batch(self._write)
        for item in items:
            if isinstance(item, types.JSONRPCRequest) and item.method == "initialize":
                item = refused(types.INVALID_REQUEST, NOT_IN_A_BATCH, item.id)  # noqa: PLW2901 - in its place
            await self._one(item, batch.expect(item))
        batch.tell(None)

    def _say(self, message: Message | None) -> None:
        if message is not None:
            self._write(_written(message))


class Batch:
    """The answers to one batch, sent as one array when all are there."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._answers: list[bytes] = []
        self._missing = 1  # held open until all messages are passed on

    def expect(self, item: Item) -> Tell:
        if isinstance(item, types.JSONRPCRequest | RefusedLine):
            self._missing += 1
        return self.tell

    def tell(self, answer: Answer | None) -> None:
        if answer is not None:
            self._answers.append(_written(answer))
        self._missing -= 1
        if not self._missing and self._answers:
            self._write(b"[" + b",".join(self._answers) + b"]")


def _written(message: Message) -> bytes:
    return message.model_dump_json(by_alias=True, exclude_unset=True).encode()


def _head(id: types.RequestId) -> bytes:
    """Return the beginning of an answer, as `_written` produces it."""
    return b'{"jsonrpc":"2.0","id":' + to_json(id)


def _is_modern(message: types.JSONRPCRequest | types.JSONRPCNotification) -> bool:
    """Return whether it carries the 2026-07-28 envelope, complete or not; the server says what is missing."""
    meta = (message.params or {}).get("_meta")
    return isinstance(meta, dict) and types.PROTOCOL_VERSION_META_KEY in meta


def _without_envelope(request: types.JSONRPCRequest) -> types.JSONRPCError:
    """Return the SDK's answer to a request that only 2026-07-28 has, sent without its envelope."""
    lacks = classify_inbound_request({"method": request.method, "params": request.params})
    assert isinstance(lacks, InboundLadderRejection)  # noqa: S101 - the envelope is known to be missing
    return failed(request.id, lacks.code, lacks.message)


def _label(request: types.JSONRPCRequest) -> str:
    """Return the tool of a call, or the method; one that is not a plain name is not repeated."""
    name = (request.params or {}).get("name") if request.method == "tools/call" else request.method
    plain = isinstance(name, str) and len(name) <= 64 and name.isascii() and name.replace("/", "_").isidentifier()
    return str(name) if plain else "a request"
