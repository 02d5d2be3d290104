"""Every tool of Harvest as it is kept in `inventory.txt`: a line each, with its toolset and what it does.

A new tool is a new line: `RENEW=1 pytest tests/tools/test_inventory.py` writes it; read the difference.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from harvest_mcp.protocol.catalog import hints
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.registry import everything

TEST = "tests/tools/test_inventory.py"
FILE = Path(__file__).with_name("inventory.txt")


@dataclass(frozen=True, slots=True)
class Line:
    """One tool: `hints` as people read them, such as `writes, asks first`."""

    name: str
    toolset: str
    hints: str

    @property
    def kind(self) -> tuple[bool, bool, bool]:
        """Whether it only reads, whether it asks or destroys, and whether it may be repeated."""
        words = self.hints.split(", ")
        return "reads" in words, "asks first" in words, "reads" in words or "repeatable" in words


def now() -> str:
    """The inventory as the code has it."""
    return "".join(f"{tool.name} {tool.toolset} {hints(tool)}\n" for tool in everything((HARVEST,)))


def keep() -> None:
    FILE.write_text(now(), "utf-8")


def kept() -> list[Line]:
    """The inventory as it was agreed; with RENEW set, as the code has it now."""
    if os.environ.get("RENEW"):
        keep()
    return [Line(*line.split(maxsplit=2)) for line in FILE.read_text("utf-8").splitlines()]
