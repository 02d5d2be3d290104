"""One client over stdin and stdout; a line that is no message is answered too, so that nobody waits for ever.

The SDK drops such a line without a word (mcp 2.3.0, `server/stdio.py`).
"""

import json
import logging
from types import TracebackType
from typing import Protocol, Self

import mcp_types as types
from anyio import EndOfStream
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

from harvest_mcp.tools.sdk import McpServer

log = logging.getLogger("harvest_mcp.stdio")

ONE_REQUEST = "This is no JSON-RPC 2.0 message. Send one per line, with jsonrpc, method and id; a batch is not taken."


async def serve_stdio(server: McpServer) -> None:
    """Serve one client over stdin and stdout until it goes away."""
    async with stdio_server() as (reads, writes):
        await server.run(Messages(reads, writes), writes, server.create_initialization_options())


class Lines(Protocol):
    """What came in: messages, and why a line was none."""

    async def receive(self) -> SessionMessage | Exception: ...
    async def aclose(self) -> None: ...


class Answers(Protocol):
    """What goes out."""

    async def send(self, item: SessionMessage, /) -> None: ...


class Messages:
    """The messages of a client; what is none is answered with an error and left out."""

    def __init__(self, lines: Lines, answers: Answers) -> None:
        self._lines, self._answers = lines, answers

    async def receive(self) -> SessionMessage:
        while isinstance(item := await self._lines.receive(), Exception):
            if (error := refusal(item)) is not None:
                log.warning("A line on stdin was refused: %s", error.error.message)
                await self._answers.send(SessionMessage(error))
        return item

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage:
        try:
            return await self.receive()
        except EndOfStream:
            raise StopAsyncIteration from None

    async def aclose(self) -> None:
        await self._lines.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        await self.aclose()


def refusal(why: Exception) -> types.JSONRPCError | None:
    """What a line that is no message is answered, under its id if one can be made out; nothing to a blank line."""
    if not isinstance(why, ValidationError):
        return _error(types.INVALID_REQUEST, ONE_REQUEST, None)
    first = why.errors(include_url=False)[0]
    if first["type"] != "json_invalid":
        return _error(types.INVALID_REQUEST, ONE_REQUEST, _id(_whole(why)))
    line = str(first["input"])
    if not line.strip():
        return None
    return _error(types.PARSE_ERROR, f"This line is no JSON: {first['ctx']['error']}.", _id(_loosely(line)))


def _error(code: int, message: str, id: types.RequestId | None) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=id, error=types.ErrorData(code=code, message=message))


def _whole(why: ValidationError) -> object:
    """The object that lacks what a message has."""
    lacking = [each for each in why.errors(include_url=False) if each["type"] == "missing"]
    return min(lacking, key=lambda each: len(each["loc"]))["input"] if lacking else None


def _loosely(line: str) -> object:
    """What a reader that minds less makes of it: half a character in a text is none of its concerns."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _id(message: object) -> types.RequestId | None:
    id = message.get("id") if isinstance(message, dict) else None
    return id if isinstance(id, str) or type(id) is int else None
