"""Every documented call of Harvest v1 is made by a tool, exactly as it is documented (harvest-v1 9)."""

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.registry import everything
from tests.conftest import talking
from tests.harvest.endpoints import DOCUMENTED, Endpoint, table
from tests.harvest.ticking import Ticking

TABLE = table()
NAMED = {row.tool for row in TABLE}


def test_every_documented_call_is_in_the_table() -> None:
    documented = {f"{area}-{number}" for area, numbers in DOCUMENTED.items() for number in numbers}
    assert len(documented) == 86
    assert {row.id for row in TABLE} >= documented


def test_every_tool_that_calls_the_vendor_is_in_the_table() -> None:
    spanning = {"search_records", "list_changes", "get_change", "undo_change"}
    all_ = {tool.name: tool.toolset for tool in everything((HARVEST,)) if tool.name not in spanning}
    tools = {name: toolset for name, toolset in all_.items() if toolset not in ("bulk", "insight")}  # many calls each
    wanting = [f"{tool}: a row in tests/harvest/endpoints/{tools[tool]}.py" for tool in sorted(set(tools) - NAMED)]
    assert not wanting, wanting
    assert set(tools) == NAMED


@pytest.mark.anyio
@pytest.mark.parametrize("row", TABLE, ids=[f"{row.id}-{row.tool}" for row in TABLE])
async def test_a_documented_call_arrives_exactly_so(sandbox: Sandbox, clock: Ticking, row: Endpoint) -> None:
    async with talking(sandbox, reply="yes", toolsets=row.toolset, clock=clock) as talk:
        for tool, arguments in row.first:
            await talk.ok(tool, **arguments)
        await talk.ok(row.tool, **row.arguments)
        wire, seen = tuple(talk.wire()), talk.sandbox.seen[talk.seen_before :]
    assert wire == row.wire, f"{row.tool}: if that is meant, the row in tests/harvest/endpoints/ says wire={wire}"
    assert row.sends in row.wire
    body = seen[row.wire.index(row.sends)].body
    assert body == row.body, f"{row.tool}: if that is meant, the row says body={body!r}"
