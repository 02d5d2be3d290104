"""Cursors of paged answers: a position, bound to the call it was given for."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from harvest_mcp.errors import InvalidArguments

T = TypeVar("T")


def _digest(to: str, given: Mapping[str, Any], parts: Sequence[str]) -> str:
    """Return a digest of the tool, the caller, every argument that chooses rows, and the position."""
    chooses = {key: value for key, value in given.items() if key not in ("cursor", "limit", "fields")}
    return hashlib.sha256(json.dumps([to, chooses, *parts], default=str, sort_keys=True).encode()).hexdigest()[:8]


def cursor(to: str, given: Mapping[str, Any], parts: Sequence[str]) -> str:
    """Return the cursor text for a position in the answer to this call."""
    text = ".".join([_digest(to, given, parts), *parts])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def start(
    name: str,
    given: Mapping[str, Any],
    known: list[str],
    read: Callable[[Sequence[str]], T],
    beginning: T,
    *,
    to: str,
) -> T:
    """Return the position a page starts after; `beginning` for the first, otherwise `read` from the cursor's parts.

    `to` is what the cursor was issued for.

    Raises:
        InvalidArguments: the cursor is of another question, or of nobody's making.
    """
    on = given.get("cursor")
    if on is None:
        return beginning
    try:
        text = base64.urlsafe_b64decode(str(on) + "=" * (-len(str(on)) % 4)).decode("ascii")
        digest, *parts = text.split(".")
        if digest == _digest(to, given, parts):
            return read(parts)
    except ValueError:
        pass
    raise InvalidArguments(name, ["cursor is not from an answer to this query"], known=known)


def digits(text: str) -> int:
    """Return a number in a cursor.

    Raises:
        ValueError: this server wrote no such number.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)


def id_of(parts: Sequence[str]) -> int:
    """Return the id after which a page of an answer starts."""
    (id,) = parts
    return digits(id)
