"""Names of the tools for many records, and the words for kinds."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field as Bound
from pydantic import Strict

from harvest_mcp.spec import System

BULK = "bulk"
"""The toolset."""


def tool_name(system: System, verb: str, thing: str) -> str:
    """Return `find_duplicates`, or with a prefix `find_incwo_duplicates`."""
    return "_".join(part for part in (verb, system.prefix, thing) if part)


def one_of(words: Iterable[str]) -> Any:
    """Return the type of an argument that is one of these words."""
    return Literal[tuple(words)]


MUCH = 400_000
"""The most characters of a file's text."""
MUCH_TEXT = Annotated[str, Strict(), Bound(min_length=1, max_length=MUCH)]
