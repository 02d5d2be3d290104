"""Read what was posted: one message in the form the SDK takes, or the response to what is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import mcp_types as types
from pydantic_core import to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive

from harvest_mcp.protocol.incoming import lines

LARGEST_BODY = 4 * 1024 * 1024
"""The most bytes of a request; a receipt is sent as base64."""
OWN_BYTES = 8 * LARGEST_BODY
"""The most bytes of all requests of one person that are under way."""
NO_BATCH = "A batch is not taken over HTTP. Send one message at a time."
EMPTY_BODY = "This body is empty. Send a message."


@dataclass(frozen=True, slots=True)
class Posted:
    """A message, and what gives its body again; what is received later comes as it is."""

    message: lines.Message
    again: Receive

    @property
    def tool(self) -> str:
        """The tool that is called; empty for every other message."""
        if not isinstance(self.message, types.JSONRPCRequest) or self.message.method != "tools/call":
            return ""
        name = (self.message.params or {}).get("name")
        return name if isinstance(name, str) else ""


@dataclass(frozen=True, slots=True)
class BytesHeld:
    """How many bytes of requests under way there are, by person."""

    held: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def of(self, whose: str) -> Iterator[Callable[[int], bool]]:
        """Count the bytes of a request until it is done; what is yielded adds some, and says whether there is room."""
        mine = 0

        def more(size: int) -> bool:
            nonlocal mine
            mine += size
            self.held[whose] = self.held.get(whose, 0) + size
            return self.held[whose] <= OWN_BYTES

        try:
            yield more
        finally:
            if left := self.held.pop(whose, 0) - mine:
                self.held[whose] = left


async def posted(request: Request, more: Callable[[int], bool]) -> Posted | Response:
    """Return the message of a body, or the response to one that is too large or no message.

    `more` counts the bytes of a part, and says whether there is room.

    Raises:
        ClientDisconnect: the client left before all of it came.
    """
    if int(request.headers.get("content-length", 0)) > LARGEST_BODY:  # h11 checked that it is a number
        return _too_large()
    receive = request.receive
    body = await _whole(receive, more)
    if isinstance(body, Response):
        return body
    found = _message(lines.parsed(body))
    if isinstance(found, lines.RefusedLine):
        return _answered(found.answer)
    said = found.model_dump(by_alias=True, exclude_unset=True)
    ahead: list[Message] = [{"type": "http.request", "body": to_json(said, inf_nan_mode="constants")}]

    async def again() -> Message:
        return ahead.pop() if ahead else await receive()

    return Posted(found, again)


def _message(found: object) -> lines.Item:
    if found is None or isinstance(found, list):
        return lines.refused(types.INVALID_REQUEST, EMPTY_BODY if found is None else NO_BATCH)
    return lines.item(found)


async def _whole(receive: Receive, more: Callable[[int], bool]) -> bytes | Response:
    """Return a body, or the response to one that is too large, or one too many."""
    parts, size, comes = list[bytes](), 0, True
    while comes:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            return _too_large()
        if not more(len(parts[-1])):
            return PlainTextResponse("Too many large requests at once. Wait for their answers.", 429)
        comes = message.get("more_body", False)
    return b"".join(parts)


def _too_large() -> Response:
    return PlainTextResponse("Request body too large", 413)


def _answered(answer: types.JSONRPCError) -> Response:
    said = answer.model_dump_json(by_alias=True, exclude_unset=True)
    return Response(said, 400, media_type="application/json")
