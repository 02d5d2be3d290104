"""Addresses at which a tool's answer can be read as a resource: `harvest://client/{id}`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harvest_mcp.spec import System

MOST_LETTERS = 2_000


@dataclass(frozen=True, slots=True)
class RecordAddress:
    """The URI template of one kind of record, and the tool arguments it stands for.

    The variable is taken as the tool takes the argument it stands for: an id or a name.
    """

    system: System
    noun: str
    variable: str
    arguments: Callable[[str], Mapping[str, Any]]
    """Returns the tool's arguments for the variable's value."""
    says: str

    @property
    def kind(self) -> str:
        """The beginning of all addresses of this template."""
        return f"{self.system.title.lower()}://{self.noun}/"

    @property
    def template(self) -> str:
        """The template as clients fill it in (RFC 6570)."""
        return f"{self.kind}{{{self.variable}}}"

    def value(self, uri: str) -> str | None:
        """Return the variable's value; None if the address is of another form."""
        said = uri[len(self.kind) :]
        if (
            uri[: len(self.kind)].lower() != self.kind
            or not said
            or len(said) > MOST_LETTERS
            or any(each in said for each in "/?#{}")
        ):
            return None
        try:
            return unquote(said, errors="strict")
        except UnicodeDecodeError:
            return None
