"""Every documented call of Harvest v1: the tool that makes it, and exactly what it then sends (harvest-v1 9)."""

from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

# How many calls each area has (harvest-v1 9); withdrawn ones are left out, undocumented ones that work are not counted.
DOCUMENTED = {
    "AC": range(1, 3),
    "CL": range(1, 7),
    "CC": range(1, 7),
    "PR": range(1, 7),
    "TA": range(1, 7),
    "PE": range(1, 7),
    "UA": range(1, 6),
    "TS": range(1, 7),
    "TT": range(1, 8),
    "EC": range(1, 6),
    "EX": range(1, 7),
    "RE": range(1, 5),
    "IN": range(1, 6),
    "IM": range(1, 9),
    "IP": range(1, 5),
    "IC": range(1, 5),
}
"""OA-1 and OA-2, the sign-in of OAuth, are a browser's: a token is what this server is given (harvest-v1 3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One documented call.

    The tool is called with `arguments` by an administrator who says yes to every question, in a fresh sandbox, after
    the calls of `first`. `sends` is this endpoint's call as it must arrive, query included; `wire` are all calls of
    the tool, in order. `body` is what it carries, byte for byte. `id` is the call's in the contract; what has none
    there takes two letters of its own: `ES-1`.
    """

    id: str
    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)
    sends: str
    wire: tuple[str, ...]
    body: bytes = b""
    first: tuple[tuple[str, dict[str, Any]], ...] = ()
    toolset: str = "all"


def table() -> list[Endpoint]:
    """The rows of every area, by id."""
    files = sorted(Path(__file__).parent.glob("[a-z]*.py"))
    rows = [row for file in files for row in import_module(f"{__name__}.{file.stem}").ROWS]
    return sorted(rows, key=lambda row: (row.id[:2], int(row.id[3:])))
