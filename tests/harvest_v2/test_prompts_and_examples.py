"""The prompts and the examples over v2: what they come to over v1 they come to here."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.protocol.prompts import load
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2, over_v1
from tests.conftest import talking
from tests.examples.test_scripts import ACME, PRESIDENT, SAM, run
from tests.prompts.test_replay import NOW, PROMPTS, arguments_of, values_of

from .kit import conversing

TOOLS = {tool.name: tool for tool in server.tools_for(settings.read({"system": "harvest_v2", "toolsets": "all"}))}
OWN = re.compile(
    r',"(currency_symbol|invoice_recipient_status|client_name|highrise_id|cache_version|last_invoice_kind|default_invoice_timeframe)"'
    r':("[^"]*"|\d+)'
)
"""What only one of the two tells."""


def test_every_prompt_is_offered_and_names_tools_of_v2() -> None:
    offered = {prompt.name: prompt for prompt in load(TOOLS)}
    assert set(PROMPTS) <= set(offered)
    assert {call.tool for prompt in offered.values() for call in prompt.calls} <= set(TOOLS)


@pytest.mark.anyio
@pytest.mark.parametrize("name", PROMPTS)
async def test_every_prompt_comes_to_the_same_over_both(name: str) -> None:
    prompt, told = PROMPTS[name], []
    for over in ("v1", "v2"):
        with open_harvest_v2(clock=NOW.timestamp) as sandbox:
            flags: dict[str, Any] = {"reply": "yes", "toolsets": "all", "clock": NOW.timestamp}
            way = talking(over_v1(sandbox), **flags) if over == "v1" else conversing(sandbox, **flags)
            async with way as talk:
                values = values_of(prompt)
                said = [await talk.call(call.tool, **arguments_of(call, values)) for call in prompt.calls]
        told.append([(each.is_error, OWN.sub("", each.text.partition("\n")[0])) for each in said])
    assert told[1] == told[0]


def test_a_client_session_runs_over_v2() -> None:
    lines = run("client_session.py", "--yes", "--v2")
    assert 'Created contact "Ada Byron" (158). undo_change(change_id=1) takes it back.' in lines
    assert 'Deleted contact "Ada Byron" (158). undo_change(change_id=2) makes it again under a new id.' in lines


def test_the_stand_in_answers_its_questions_over_v2() -> None:
    lines = run("natural_language.py", "--v2")
    month = datetime.now(UTC).strftime("%Y-%m-01")
    assert lines[:3] == [
        "You: Who is the president of SuprCorp?",
        PRESIDENT,
        "CRM: The president of SuprCorp is Jane Doe, reached at janedoe@example.com.",
    ]
    assert [line for line in (*SAM, *ACME) if line not in lines] == []
    assert any(month in line for line in lines)
