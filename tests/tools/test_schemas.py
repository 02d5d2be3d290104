"""One golden file per tool in `tests/snapshots`: what a client is told of it, byte for byte.

After a change that is meant, write them anew and read the difference:

    RENEW=1 pytest tests/tools/test_schemas.py && git diff tests/snapshots
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems import NAMES as SYSTEMS
from harvest_mcp.systems import load
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.inventory import everything
from tests.conftest import Era, talking

from .test_inventory import ASKS

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
ALL = {tool.name for tool in everything(tuple(load(name) for name in SYSTEMS))}
NAMES = [tool.name for tool in everything((HARVEST,))]
RENEW = bool(os.environ.get("RENEW"))


async def told(sandbox: Sandbox, era: Era) -> dict[str, dict[str, Any]]:
    """What a client is told, by tool."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        listed = (await talk.client.list_tools()).tools
    return {tool.name: tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed}


@pytest.mark.anyio
@pytest.mark.parametrize("name", NAMES)
async def test_a_tool_is_told_as_its_snapshot_says(sandbox: Sandbox, era: Era, name: str) -> None:
    tool = (await told(sandbox, era))[name]
    file = SNAPSHOTS / f"{name}.json"
    if RENEW:
        file.write_text(json.dumps(tool, indent=2, ensure_ascii=False) + "\n", "utf-8")
    assert tool == json.loads(file.read_text("utf-8"))


def test_every_snapshot_is_of_a_tool() -> None:
    if RENEW:
        for file in SNAPSHOTS.glob("*.json"):
            if file.name.split(".")[0] not in ALL:
                file.unlink()
    assert {file.name.split(".")[0] for file in SNAPSHOTS.iterdir()} == ALL


def keys(schema: object) -> set[str]:
    """Every key at any depth, names of properties aside."""
    if isinstance(schema, list):
        return set().union(*(keys(item) for item in schema))
    if not isinstance(schema, dict):
        return set()
    inner = [item for key, value in schema.items() for item in (value.values() if key == "properties" else [value])]
    return set(schema) | keys(inner)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_flat_closed_and_slim(name: str) -> None:
    schema = json.loads((SNAPSHOTS / f"{name}.json").read_text("utf-8"))["inputSchema"]
    assert schema["type"] == "object"
    assert keys(schema) <= {
        *("type", "properties", "required"),
        *("description", "items", "enum", "format"),
    }
    for item in schema["properties"].values():
        assert item.get("description") != ""
        assert item["type"] in ("string", "integer", "boolean", "array")
        assert "properties" not in item
    assert set(schema.get("required", [])) <= set(schema["properties"])


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_that_destroys_asks_first(name: str) -> None:
    tool = json.loads((SNAPSHOTS / f"{name}.json").read_text("utf-8"))
    asks = "confirm" in tool["inputSchema"]["properties"]
    assert tool["annotations"]["destructiveHint"] == asks == (name.startswith(("delete_", "undo_")) or name in ASKS)
