"""Where a list goes on: a place, bound to the question that it was given for."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from harvest_mcp.errors import InvalidArguments


def _digest(name: str, given: Mapping[str, Any]) -> str:
    """What a cursor belongs to: the tool and everything that chooses rows."""
    chooses = {key: value for key, value in given.items() if key not in ("cursor", "limit", "fields")}
    return hashlib.sha256(json.dumps([name, chooses], default=str, sort_keys=True).encode()).hexdigest()[:8]


def cursor(name: str, given: Mapping[str, Any], place: tuple[int, ...]) -> str:
    """Return the text that stands for a place in the answer to this question."""
    text = ".".join([*map(str, place), _digest(name, given)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def start(name: str, given: Mapping[str, Any], known: list[str], beginning: tuple[int, ...]) -> tuple[int, ...]:
    """Return the place a page starts behind; `beginning` is that of the first.

    Raises:
        InvalidArguments: the cursor is of another question, or of nobody's making.
    """
    on = given.get("cursor")
    if on is None:
        return beginning
    try:
        text = base64.urlsafe_b64decode(str(on) + "=" * (-len(str(on)) % 4)).decode("ascii")
        *place, digest = text.split(".")
        numbers = tuple(int(part) for part in place if part.isdigit())
        if digest == _digest(name, given) and len(numbers) == len(place) == len(beginning) and numbers >= beginning:
            return numbers
    except ValueError:
        pass
    raise InvalidArguments(name, ["cursor is not from an answer to this same question"], known=known)
