"""Read what was posted: one message in the form the SDK takes, or the response to what is none."""

from dataclasses import dataclass

import mcp_types as types
from pydantic_core import to_json
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive

from harvest_mcp.protocol.incoming import lines

LARGEST_BODY = 4 * 1024 * 1024
"""The most bytes of a request; a receipt is sent as base64."""
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


async def posted(receive: Receive) -> Posted | Response:
    """Return the message of a body, or the response to one that is too large or no message.

    Raises:
        ClientDisconnect: the client left before all of it came.
    """
    body = await _whole(receive)
    if body is None:
        return PlainTextResponse("Request body too large", 413)
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


async def _whole(receive: Receive) -> bytes | None:
    """Return a body; None for one that is too large."""
    parts, size, more = list[bytes](), 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _answered(answer: types.JSONRPCError) -> Response:
    said = answer.model_dump_json(by_alias=True, exclude_unset=True)
    return Response(said, 400, media_type="application/json")
