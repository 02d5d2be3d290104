"""Every operation of v2 is made by a tool, in exactly this form, or stands there with the reason why not."""

import pytest

from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.operations import OPERATIONS

from .kit import conversing
from .operations import NOT_OFFERED, OFFERED
from .tool_calls import asked, hold

pytestmark = pytest.mark.anyio
NOW = 1_772_442_000.0
"""2026-03-02, in the morning."""


def test_every_operation_of_the_contract_is_in_one_of_the_two_tables() -> None:
    assert {*OFFERED, *NOT_OFFERED} == {each.id for each in OPERATIONS}
    assert {*OFFERED} & {*NOT_OFFERED} == set()
    assert len(OPERATIONS) == 113


@pytest.mark.parametrize("id", OFFERED)
async def test_an_operation_is_called_exactly_so(id: str) -> None:
    offered = OFFERED[id]
    with open_harvest_v2(clock=lambda: NOW) as sandbox:
        async with conversing(sandbox, reply="yes", toolsets="all", clock=lambda: NOW) as talk:
            for tool, arguments in offered.before:
                await talk.ok(tool, **arguments)
            await talk.ok(offered.tool, **offered.arguments)
            bodies = [seen.body.decode() for seen in sandbox.seen[talk.seen_before :]]
            sent = [f"{line} {body}".rstrip() for line, body in zip(talk.wire(), bodies, strict=True)]
            if asked()[offered.tool] is offered:
                hold(offered.tool, talk.wire())
    assert offered.wire in sent
