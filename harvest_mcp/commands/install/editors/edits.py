"""What the editors of all formats do alike: they know what a text is to say afterwards, and take no other."""

import copy
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

Data = dict[str, Any]


def without(data: Data, path: Sequence[str]) -> tuple[Data, Data] | None:
    """Return a copy of the data without what is at `path`, and what it lay in; None where nothing is there."""
    want = copy.deepcopy(data)
    node: Any = want
    for key in path[:-1]:
        node = node.get(key) if isinstance(node, dict) else None
    if not isinstance(node, dict) or path[-1] not in node:
        return None
    del node[path[-1]]
    return want, node


def checked(text: str, want: Data, parse: Callable[[str], Data]) -> str:
    """Return the text if it says what was wanted.

    Raises:
        ValueError: it says something else.
    """
    with suppress(ValueError):
        if parse(text) == want:
            return text
    raise ValueError("it is written in a way that cannot be changed without changing more")


def newline_of(text: str) -> str:
    """Return how lines of this text end."""
    return "\r\n" if "\r\n" in text else "\n"
