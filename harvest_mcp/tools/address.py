"""Where what a tool tells can be read as well: `harvest://client/{id}`, with what it is called by in the braces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harvest_mcp.spec import System

MOST_LETTERS = 2_000


@dataclass(frozen=True, slots=True)
class RecordAddress:
    """The form of the addresses of one kind, and the call that reads them.

    The variable is taken as the tool takes the argument it stands for: an id or a name.
    """

    system: System
    noun: str
    variable: str
    arguments: Callable[[str], Mapping[str, Any]]
    """The arguments of the tool's call, of what stands for the variable."""
    says: str

    @property
    def kind(self) -> str:
        """What addresses of this form begin with."""
        return f"{self.system.title.lower()}://{self.noun}/"

    @property
    def template(self) -> str:
        """The form as clients fill it in (RFC 6570)."""
        return f"{self.kind}{{{self.variable}}}"

    def value(self, uri: str) -> str | None:
        """Return what stands for the variable; None in an address of another form."""
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
