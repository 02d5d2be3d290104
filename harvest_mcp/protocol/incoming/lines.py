"""One line or body from a client: a message, a batch of them, or the error it is answered with.

The SDK drops what is no message without a word, and takes a request whose id is unusable for a notification
(mcp 2.3.0, `server/stdio.py`). Here each is answered, so that nobody waits for ever.
"""

import json
from dataclasses import dataclass
from typing import TypeAlias

import mcp_types as types
from pydantic import ValidationError
from pydantic_core import from_json

from harvest_mcp.protocol.incoming.forms import settled

Answer: TypeAlias = types.JSONRPCResponse | types.JSONRPCError
Message: TypeAlias = types.JSONRPCRequest | types.JSONRPCNotification | Answer

ONE_MESSAGE = "This is no JSON-RPC 2.0 message. Send one with jsonrpc, method and id."
USABLE_ID = "The id of a message is a text or a whole number."
NO_BATCH = "A batch is taken in protocol revision 2025-03-26 only. Send one message per line."
EMPTY_BATCH = "This batch is empty. Send a message."
MOST_DIGITS = 4300
"""The most digits of a number, here and in the parser; Python reads so many in any case."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is no message, and its answer; `question` is the id of our question it may have been meant for."""

    answer: types.JSONRPCError
    question: types.RequestId | None = None


Item: TypeAlias = Message | RefusedLine


def read(line: bytes) -> Item | list[Item] | None:
    """Return the message of a line, a list for a batch, None for a blank line; RefusedLine for anything else."""
    found = parsed(line)
    return [item(each) for each in found] if isinstance(found, list) else item(found) if found is not None else None


def parsed(text: bytes) -> object | RefusedLine | None:
    """Return the JSON of a line or body; None for a blank one."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    if not text.strip():
        return None
    try:
        found: object = from_json(text)
    except ValueError as error:
        return refused(types.PARSE_ERROR, f"This is no JSON: {error}.", _id(_loosely(text)))
    return found if found is not None else refused(types.INVALID_REQUEST, ONE_MESSAGE)


def refused(code: int, message: str, id: types.RequestId | None = None) -> RefusedLine:
    return RefusedLine(failed(id, code, message))


def failed(id: types.RequestId | None, code: int, message: str) -> types.JSONRPCError:
    """Return the error response to a request."""
    return types.JSONRPCError(jsonrpc="2.0", id=id, error=types.ErrorData(code=code, message=message))


def item(found: object) -> Item:
    """Return the message of a JSON value."""
    if isinstance(found, RefusedLine):
        return found
    if not isinstance(found, dict):
        return refused(types.INVALID_REQUEST, ONE_MESSAGE)
    found = settled(found)
    answers = "method" not in found and ("result" in found or "error" in found)
    if "id" in found and _id(found) is None and not (answers and found["id"] is None):
        return refused(types.INVALID_REQUEST, USABLE_ID)
    try:
        return _kind(found, answers).model_validate(found)
    except ValidationError:
        # A response's id is one of ours; the client may have a request of the same id under way.
        if answers:
            return RefusedLine(failed(None, types.INVALID_REQUEST, ONE_MESSAGE), question=_id(found))
        return refused(types.INVALID_REQUEST, ONE_MESSAGE, _id(found))


def _kind(found: dict[str, object], answers: bool) -> type[Message]:
    if answers:
        return types.JSONRPCResponse if "result" in found else types.JSONRPCError
    return types.JSONRPCRequest if "id" in found else types.JSONRPCNotification


def _loosely(text: bytes) -> object:
    """Parse with a more lenient parser: lone surrogates, tabs in texts, very long numbers."""
    try:
        return json.loads(text.decode(errors="replace"), strict=False, parse_int=_short)
    except (ValueError, RecursionError):
        return None


def _short(digits: str) -> int | None:
    return int(digits) if len(digits) <= MOST_DIGITS else None


def _id(found: object) -> types.RequestId | None:
    """Return the id of a message if an answer can repeat it."""
    id = found.get("id") if isinstance(found, dict) else None
    if isinstance(id, str):
        return id if _encodes(id) else None
    return id if type(id) is int else None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
