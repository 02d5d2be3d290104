"""What all editors share: they compute the data they want, and accept no other result."""

import copy
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

Data = dict[str, Any]


def without(data: Data, path: Sequence[str]) -> tuple[Data, Data] | None:
    """Return a copy of the data without what is at `path`, and its parent; None if nothing is there."""
    want = copy.deepcopy(data)
    node: Any = want
    for key in path[:-1]:
        node = node.get(key) if isinstance(node, dict) else None
    if not isinstance(node, dict) or path[-1] not in node:
        return None
    del node[path[-1]]
    return want, node


def checked(text: str, want: Data, parse: Callable[[str], Data]) -> str:
    """Return the text if it parses to what was wanted.

    Raises:
        ValueError: it does not.
    """
    with suppress(ValueError):
        if parse(text) == want:
            return text
    raise ValueError("it is written in a way that cannot be changed without changing more")


def newline_of(text: str) -> str:
    """Return the line ending of this text."""
    return "\r\n" if "\r\n" in text else "\n"
