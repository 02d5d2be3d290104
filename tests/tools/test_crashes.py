"""A tool that breaks is answered without its words, and the server goes on."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import mcp
import mcp_types as types
import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.protocol.sdk import make_server
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.tools.arguments.model import model
from harvest_mcp.tools.tool import Arguments, Call, Hints, Run, Tool
from tests.conftest import Era

pytestmark = pytest.mark.anyio

SECRET = "Jane Doe, password hunter2"


def tool(name: str, run: Run, *, untouched: str = "") -> Tool:
    return Tool(
        name=name,
        says="Breaks.",
        toolset="crm",
        hints=Hints(),
        arguments=model(name),
        run=run,
        untouched=untouched,
    )


async def answers(call: Call, arguments: Arguments) -> str:
    return "still here"


@asynccontextmanager
async def serving(sandbox: Sandbox, era: Era, *tools: Tool) -> AsyncIterator[mcp.Client]:
    """A client at a server of these tools and one that works."""
    chosen = settings.read({})
    state = server.sandbox_state(chosen, sandbox)
    desk = server.desk(chosen, [server.sandbox_account()], server.in_process(sandbox), state=state)
    made = make_server(version="0", instructions="", tools=[*tools, tool("answer", answers)], prompts=[], desk=desk)
    async with mcp.Client(made, mode=era) as client:
        yield client
    await desk.aclose()


async def said(client: mcp.Client, name: str) -> tuple[str, bool]:
    result = await client.call_tool(name, {})
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text, bool(result.is_error)


@pytest.mark.parametrize(
    "crash",
    [
        RuntimeError(SECRET),
        KeyError(SECRET),
        SystemExit(SECRET),
        SystemExit(0),
        RecursionError(SECRET),
        MemoryError(SECRET),
        TimeoutError(SECRET),
        UnicodeEncodeError("utf-8", SECRET, 0, 1, SECRET),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
        AssertionError(SECRET),
    ],
    ids=lambda crash: type(crash).__name__,
)
async def test_a_crash_is_answered_by_its_kind_alone(
    sandbox: Sandbox, era: Era, caplog: pytest.LogCaptureFixture, crash: BaseException
) -> None:
    async def breaks(call: Call, arguments: Arguments) -> str:
        raise crash

    with caplog.at_level(logging.DEBUG):
        async with serving(sandbox, era, tool("break", breaks)) as client:
            assert await said(client, "break") == (
                f"break failed inside this server ({type(crash).__name__}). "
                "Whether anything was sent is in the server's log. Look before you call again.",
                True,
            )
            assert await said(client, "answer") == ("still here", False)
    ours = [record.getMessage() for record in caplog.records if record.name == "harvest_mcp.tools"]
    assert len(ours) == 1
    assert ours[0].startswith(f"break crashed with {type(crash).__name__}\n")
    assert "hunter2" not in caplog.text


@pytest.mark.eras
async def test_lone_surrogates_in_an_answer_are_written_out(sandbox: Sandbox, era: Era) -> None:
    async def halves(call: Call, arguments: Arguments) -> str:
        return "a\ud83d \ude00b"

    async with serving(sandbox, era, tool("halve", halves)) as client:
        assert await said(client, "halve") == ("a⟦U+D83D⟧ ⟦U+DE00⟧b", False)
        assert await said(client, "answer") == ("still here", False)


@pytest.mark.eras
async def test_an_error_of_ours_is_told_in_its_own_words_with_the_state_it_left(sandbox: Sandbox, era: Era) -> None:
    async def fails(call: Call, arguments: Arguments) -> str:
        raise HarvestMcpError("It broke\u202e.", next="Mend it.")

    async with serving(sandbox, era, tool("fail", fails, untouched="Nothing was changed.")) as client:
        assert await said(client, "fail") == ("It broke⟦U+202E⟧. Nothing was changed. Mend it.", True)
