"""The same lines to a server behind its front, and to one without."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import anyio

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.integrations import opened
from harvest_mcp.protocol.front import making, ready
from harvest_mcp.protocol.front.opening import ReadyConversation
from harvest_mcp.protocol.front.ready import Ready
from harvest_mcp.protocol.sdk import McpServer
from harvest_mcp.protocol.stdio.conversation import Conversation
from tests.patience import PATIENCE

NAME = "0" * 40


@asynccontextmanager
async def served(**flags: object) -> AsyncIterator[McpServer]:
    """A server over embedded accounts."""
    chosen = settings.read(flags)
    sandboxes = opened(chosen.systems)
    desk = server.open_desk(chosen, sandboxes)
    try:
        yield server.build(chosen, desk)
    finally:
        await desk.aclose()
        for each in sandboxes.values():
            each.close()


async def made(built: McpServer) -> Ready:
    """What its ready file says, read as a front reads it."""
    found = ready.parsed((await making.answers(built)).file(NAME), NAME)
    assert found is not None
    return found


async def plainly(built: McpServer, lines: Sequence[bytes], noted: Sequence[bytes] = ()) -> list[bytes]:
    """Every line that answers these, behind others that are answered already."""
    said: list[bytes] = []
    async with anyio.create_task_group() as group:
        conversation = Conversation(built, group, said.append)
        await conversation.note(noted)
        for line in lines:
            await conversation.take(line)
        with anyio.fail_after(PATIENCE):
            await conversation.settled()
        conversation.close()
    return said


async def fronted(built: McpServer, known: Ready, lines: Sequence[bytes]) -> tuple[list[bytes], int]:
    """The same with a front, and how many lines it took."""
    opening, said = ReadyConversation(known), list[bytes]()
    for at, line in enumerate(lines):
        if (answer := opening.take(line)) is None:
            return said + await plainly(built, lines[at:], opening.noted), at
        said += [answer] if answer else []
    return said, len(lines)


async def differences(built: McpServer, known: Ready, lines: Sequence[bytes]) -> dict[bytes, int]:
    """What one of both says and the other does not."""
    said, _ = await fronted(built, known, lines)
    front, plain = Counter(said), Counter(await plainly(built, lines))
    front.subtract(plain)
    return {line: count for line, count in front.items() if count}


def line(message: Any) -> bytes:
    return json.dumps(message).encode()
