"""One golden file per tool in `tests/snapshots`: what a client of an incwo account is told of it, byte for byte.

After a change that is meant, write them anew and read the difference:

    RENEW=1 pytest tests/incwo/test_schemas.py && git diff tests/snapshots
"""

import json
from typing import Any

import pytest

from harvest_mcp.systems.incwo import INCWO
from harvest_mcp.tools.inventory import everything
from tests.conftest import Era
from tests.incwo.kit import at
from tests.tools.test_schemas import RENEW, SNAPSHOTS, keys

NAMES = [tool.name for tool in everything((INCWO,)) if "incwo" in tool.name]
SHARED = {"search_records", "list_changes", "get_change", "undo_change"}


async def told(era: Era) -> dict[str, dict[str, Any]]:
    async with at(era=era, toolsets="all", seeded=False) as talk:
        listed = (await talk.client.list_tools()).tools
    return {tool.name: tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed}


@pytest.mark.anyio
async def test_every_tool_is_told_as_its_snapshot_says(era: Era) -> None:
    tools = await told(era)
    assert set(tools) == {*NAMES, *SHARED}
    if RENEW:
        for name in NAMES:
            text = json.dumps(tools[name], indent=2, ensure_ascii=False) + "\n"
            (SNAPSHOTS / f"{name}.json").write_text(text, "utf-8")
    for name in NAMES:
        assert tools[name] == json.loads((SNAPSHOTS / f"{name}.json").read_text("utf-8")), name


def test_every_snapshot_is_of_a_tool() -> None:
    if RENEW:
        for file in SNAPSHOTS.glob("*incwo*"):
            if file.stem not in NAMES:
                file.unlink()
    assert sorted(file.name for file in SNAPSHOTS.glob("*incwo*")) == sorted(f"{name}.json" for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_is_slim_and_asks_before_it_destroys(name: str) -> None:
    tool = json.loads((SNAPSHOTS / f"{name}.json").read_text("utf-8"))
    schema = tool["inputSchema"]
    assert keys(schema) <= {
        *("type", "properties", "required"),
        *("description", "items", "enum", "format"),
    }
    assert set(schema.get("required", [])) <= set(schema["properties"])
    asks = "confirm" in schema["properties"]
    assert tool["annotations"]["destructiveHint"] == asks
    assert asks == (name.startswith(("delete_", "undo_")) or name == "update_incwo_file")  # its bytes are overwritten
    assert "⟦" not in json.dumps(tool, ensure_ascii=False)
