"""What was written out for reading is never written back: neither by a tool nor in any of its arguments."""

from typing import Any

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.protocol.schemas import schema
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.text.render import MARK, quoted, visible
from harvest_mcp.tools.tool import Tool
from tests.conftest import Era

from .hidden import HIDING, raw, shown
from .stage import listening

WRITES = [tool for tool in server.tools_for(settings.read({"toolsets": "all"})) if not tool.hints.reads]


REFUSED = (
    "holds a mark such as ⟦U+202E⟧ that stands for an invisible",
    "takes an amount such as",
    "takes hours such as",
    "takes a date",
    "takes only",
    "takes a file's bytes in base64",
    "takes an e-mail address such as",
)
RIGHT: dict[str, object] = {
    **{"recipients": "ana@kestrel.example", "paid_at": "2026-01-31", "spent_at": "2026-01-31"},
    "entries": [{"project": "9", "task": "9", "day": "2026-01-31", "hours": "1"}],
}
"""What a required argument of a form of its own is."""
ROWS = {"import_contacts": ("text", "data", "columns")}
"""Texts that hold rows: one with a mark is told as a row that cannot be read (tests/bulk)."""


def arguments(tool: Tool) -> tuple[dict[str, Any], list[str]]:
    """The least a call needs, and every argument that takes a text of its own."""
    described = schema(tool.arguments)
    kinds = described["properties"]
    least = {name: _least(kinds[name]) for name in described.get("required", [])}
    least |= {name: right for name, right in RIGHT.items() if name in least}
    free = [name for name, kind in kinds.items() if kind.get("type") == "string" and "format" not in kind]
    return least, free


def _least(kind: dict[str, Any]) -> object:
    """A value of this kind."""
    return 9 if kind["type"] == "integer" else "2018-03-01" if kind.get("format") == "date" else "9"


@pytest.mark.anyio
async def test_no_writing_tool_takes_a_text_with_a_mark(sandbox: Sandbox, era: Era) -> None:
    refused = []
    async with listening(sandbox, era=era, toolsets="all") as stage:
        for tool in WRITES:
            least, free = arguments(tool)
            for name in (each for each in free if each not in ROWS.get(tool.name, ())):
                answer = await stage.call(tool.name, **{**least, name: "right⟦U+202E⟧left"})
                assert answer.startswith(tuple(f"{name} {reason}" for reason in REFUSED)), answer
                refused.append(f"{tool.name}.{name}")
    assert sandbox.seen == []
    assert len(refused) >= 20
    print(f"{len(refused)} texts of {len(WRITES)} tools that write: none takes a mark, {era}")


def test_every_character_that_hides_has_a_mark_that_is_known_again() -> None:
    assert all(visible(chr(point)) == shown(point) and MARK.fullmatch(shown(point)) for point in HIDING)


def test_a_text_is_made_visible_once() -> None:
    odd = "".join(f"{chr(point)}.{chr(point)}" for point in HIDING)
    assert visible(visible(odd)) == visible(odd)
    assert raw(visible(odd)) == []


def test_a_text_that_is_cut_keeps_no_half_of_a_mark() -> None:
    for length in range(60, 90):
        cut = quoted("x" * length + "\u202e" + "y" * 40)
        assert "⟦" not in cut.replace("⟦U+202E⟧", "")
        assert len(cut) <= 82
