"""Where a list goes on: a place, bound to the question that it was given for."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from harvest_mcp.errors import InvalidArguments

T = TypeVar("T")


def _digest(to: str, given: Mapping[str, Any], parts: Sequence[str]) -> str:
    """Return what a cursor belongs to: the tool and who asked, everything that chooses rows, and the place itself."""
    chooses = {key: value for key, value in given.items() if key not in ("cursor", "limit", "fields")}
    return hashlib.sha256(json.dumps([to, chooses, *parts], default=str, sort_keys=True).encode()).hexdigest()[:8]


def cursor(to: str, given: Mapping[str, Any], parts: Sequence[str]) -> str:
    """Return the text that stands for a place in the answer to this question."""
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
    """Return the place a page starts behind; `beginning` is that of the first, `read` makes one of its parts.

    `to` is what the cursor was given out for.

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
    """Return a number of a cursor.

    Raises:
        ValueError: it is none that this server wrote.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)


def id_of(parts: Sequence[str]) -> int:
    """Return the id that the rows of a page of an answer are behind."""
    (id,) = parts
    return digits(id)
