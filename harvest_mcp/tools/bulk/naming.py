"""Names of the tools for many records, the words for kinds, and what a caller sets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field as Bound
from pydantic import Strict

from harvest_mcp.spec import System

BULK = "bulk"
"""The toolset."""
OPPOSITE = {"true": "false", "false": "true"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One `column=value`: `asked` is the caller's name for the column, `name` and `value` are the real ones.

    A `turned` column is the inverse of the one named: `deactivated` for `is_active`.
    """

    asked: str
    name: str
    value: str
    turned: bool = False
    shown: str = ""
    """The value as people read it, where it is another record."""

    @property
    def said(self) -> str:
        """The setting in the caller's words."""
        return f"{self.asked}={self.shown or self.told(self.value)}"

    def told(self, value: object) -> object:
        """Return a value of the real column as a value of the column the caller named: inverted if `turned`."""
        return OPPOSITE.get(str(value).lower(), value) if self.turned else value


def tool_name(system: System, verb: str, thing: str) -> str:
    """Return `find_duplicates`, or with a prefix `find_incwo_duplicates`."""
    return "_".join(part for part in (verb, system.prefix, thing) if part)


def one_of(words: Iterable[str]) -> Any:
    """Return the type of an argument that is one of these words."""
    return Literal[tuple(words)]


MUCH = 400_000
"""The most characters of a file's text."""
MUCH_TEXT = Annotated[str, Strict(), Bound(min_length=1, max_length=MUCH)]
