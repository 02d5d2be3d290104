"""A client whose server reaches a sandbox over a socket, with journal and budget in a store of the test's choice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import mcp

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import ADMIN, Sandbox, running
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.tool import Desk
from tests.conftest import Talk

MEND = "Repair it or name another with HARVEST_MCP_STATE; `harvest-mcp doctor` checks it. Reading goes on."


def refusal(shown: object, why: str) -> str:
    """What a create answers when the store cannot be used."""
    return f"The state store at {shown} cannot be used: {why}. Nothing was created. {MEND}"


def open_at(url: str, place: str, **flags: Any) -> Desk:
    """A desk as people open it, over an account at this address."""
    chosen, state = settings.read(flags), State(place)
    account = Account.basic(HARVEST, url, ADMIN.email, ADMIN.password)
    return server.desk(chosen, [account], server.over_http(chosen, state), state=state)


@asynccontextmanager
async def served(sandbox: Sandbox, place: str, **flags: Any) -> AsyncIterator[Talk]:
    """A server as people run it, but for the process."""
    with running(sandbox) as url:
        async with served_at(url, sandbox, place, **flags) as talk:
            yield talk


@asynccontextmanager
async def served_at(url: str, sandbox: Sandbox, place: str, **flags: Any) -> AsyncIterator[Talk]:
    """The same, over a sandbox that runs already."""
    desk = open_at(url, place, **flags)
    try:
        async with mcp.Client(server.build(settings.read(flags), desk)) as client:
            yield Talk(client, sandbox, [])
    finally:
        await desk.aclose()


def statement(place: str, sql: str) -> list[Any]:
    """Run a statement in a store, past the package."""
    state = State(place)
    try:
        return state.do(lambda connection: _rows(connection.execute(sql)))
    finally:
        state.close()


def _rows(result: Any) -> list[Any]:
    return list(result.fetchall()) if result.description else []
