"""What each tool costs over v2 is what its table says, and no more than the contract counts (harvest-v2 28)."""

import pytest

from harvest_mcp import server
from harvest_mcp.config.settings import read
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2

from .kit import conversing
from .tool_calls import MORE, asked, hold, most, table

pytestmark = pytest.mark.anyio
NOW = 1_772_442_000.0
BY_THE_NUMBER = {"bulk", "insight"}
"""Toolsets whose calls grow with what they are given, or with all there is."""


def test_every_tool_is_in_the_table_and_costs_no_more_than_the_contract_counts() -> None:
    offered = server.tools_for(read({"api": "v2", "toolsets": "all"}))
    tools = {tool.name for tool in offered if tool.toolset not in BY_THE_NUMBER}
    assert {tool for tool, _ in table()} == tools == asked().keys()
    assert {tool: len(calls) for tool, calls in table() if len(calls) > most(tool)} == {}


@pytest.mark.parametrize("tool", [each.tool for each in MORE])
async def test_a_tool_makes_the_calls_of_its_row(tool: str) -> None:
    offered = asked()[tool]
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        async with conversing(sandbox, reply="yes", toolsets="all", clock=lambda: NOW) as talk:
            for name, arguments in offered.before:
                await talk.ok(name, **arguments)
            await talk.ok(tool, **offered.arguments)
            hold(tool, talk.wire())
