"""A demonstration: what a person says, and the calls it leads to."""

from dataclasses import dataclass
from typing import Any, Literal

Answer = Literal["accept", "decline"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person says, the call it leads to, and the expected outcome."""

    says: str
    tool: str
    arguments: dict[str, Any]
    refused: bool = False
    answer: Answer | None = None


NEW = "{new}"
"""Stands for the id of the last record created."""
LAST = "{last}"
"""Stands for the id of the last change."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The turns of a demonstration, and the toolsets they need; empty for the defaults."""

    turns: tuple[Turn, ...]
    toolsets: str = ""
