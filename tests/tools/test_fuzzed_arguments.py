"""Calls that cannot be right, made up at random for every tool: each is refused in words, and nothing is written."""

from collections.abc import Iterable
from decimal import Decimal
from random import Random
from typing import Any

import mcp_types as types
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.tools.arguments.dates_and_hours import Worked
from tests.conftest import talking

from .test_arguments import RIGHT

pytestmark = pytest.mark.anyio

TOOLS = {tool.name: tool.arguments.model_fields for tool in server.tools_for(settings.read({"toolsets": "all"}))}
NOTHING: tuple[Any, ...] = (None, "", [], [None], 0, -0.0)
"""What leaves an optional argument out, and fills no required one."""
JUNK: tuple[Any, ...] = (1.5, {}, [[]], {"$ne": 1}, [None, {}], -(2**70))
UNWRITABLE = ("a\x00", "\x07", "\ud800", "⟦U+202E⟧", "a\ufffe", "x" * 20_000)
WRONG: dict[str, tuple[Any, ...]] = {
    "integer": (*JUNK, True, "9.5", "9 OR 1=1", -1, "-1", 2**63, 10**400),
    "boolean": (*JUNK, "True", "yes", 0, 1, "0"),
    "string": (*JUNK, True, False, *UNWRITABLE),
    "array": (1, True, {}, ["no such"], [1], [None, "no such"], ",no such", "[", '["no such"]', "x" * 20_000),
}
TEXTS: tuple[Any, ...] = (True, {}, [[]], [{}], [True])
"""What is wrong for a list whose texts may be any: one that nobody has is a question as well."""
FIGURES = {name for known in TOOLS.values() for name, item in known.items() if item.annotation in (Decimal, Worked)}
"""Arguments that take a number as well as a text."""
AMOUNTS: tuple[Any, ...] = (True, [[]], {}, "1,500", "NaN", *UNWRITABLE)
NAMES = ("ID", "id", "Client_id", "confirm ", "__class__", "model_config", "fields[]", "", "a\x00", "ключ", "x" * 9_000)


def made_wrong(schema: dict[str, Any], dice: Random) -> dict[str, Any]:
    """Arguments with one to three faults, any of which is enough."""
    known, required = schema["properties"], schema.get("required", [])
    given = {name: RIGHT.get(name, "Ann") for name in known if name in required or dice.random() < 0.2}
    given = {name: value for name, value in given.items() if name in RIGHT or known[name].get("type") == "string"}
    for _ in range(dice.choice((1, 1, 2, 3))):
        way = dice.randrange(3 if required else 2) if known else 0
        if way == 0:
            given[dice.choice([name for name in NAMES if name not in known])] = dice.choice((*JUNK, True, "x", 1))
        elif way == 1:
            name = dice.choice(list(known))
            given[name] = dice.choice(AMOUNTS if name in FIGURES else _wrong(known[name]))
        else:
            name = dice.choice(required)
            given[name] = dice.choice(NOTHING if name not in FIGURES else NOTHING[:4])
    return given


def _wrong(schema: dict[str, Any]) -> tuple[Any, ...]:
    """What an argument of this schema never takes."""
    kind = schema.get("type", "string")
    free = kind == "array" and schema["items"] == {"type": "string"}
    return TEXTS if free else WRONG[kind]


async def refuse(tools: Iterable[str], count: int, sandbox: Sandbox) -> str:
    """Make so many wrong calls of each tool; what was counted."""
    async with talking(sandbox, reply="yes", toolsets="all") as talk:
        schemas = {each.name: each.input_schema for each in (await talk.client.list_tools()).tools}
        for tool in tools:
            dice = Random(tool)
            for _ in range(count):
                given = made_wrong(schemas[tool], dice)
                result = await talk.client.call_tool(tool, given)
                (content,) = result.content
                assert isinstance(content, types.TextContent)
                assert result.is_error, (tool, given)
                assert f" Nothing was sent. {tool} takes" in content.text, (given, content.text)
        assert (await talk.call("who_am_i")).is_error is False
        assert [seen.path for seen in sandbox.seen] == ["/account/who_am_i"]
        assert talk.asked == []
    return f"{', '.join(tools)}: {count} wrong calls of each refused, 0 requests, 0 questions"


async def test_what_cannot_be_right_is_refused_before_anything_is_sent(sandbox: Sandbox) -> None:
    print(await refuse(TOOLS, 8, sandbox))


@pytest.mark.soak
@pytest.mark.parametrize("tool", TOOLS)
async def test_a_hundred_thousand_wrong_calls_of_a_tool_write_nothing(tool: str) -> None:
    with open_account(calls=None) as sandbox:
        print(await refuse([tool], 100_000, sandbox))
