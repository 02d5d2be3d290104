"""From settings to a server: the account, the way to it, the tools, the prompts."""

import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from harvest_mcp import __version__
from harvest_mcp.approval import LocalPage, approve_command
from harvest_mcp.errors import StateError
from harvest_mcp.gateway import Account
from harvest_mcp.secret import Place
from harvest_mcp.settings import Settings, complete, read
from harvest_mcp.spec import System
from harvest_mcp.state import State, default_place
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools import prompts
from harvest_mcp.tools.confirm import Confirmation, Consents
from harvest_mcp.tools.inventory import Choice, choose, instructions
from harvest_mcp.tools.tool import Call, Desk, Line, Tool

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Sandbox
    from harvest_mcp.tools.sdk import McpServer

Connect = Callable[[Account], Line]
SYSTEMS: tuple[System, ...] = (HARVEST,)
PRUNE_AFTER = 5.0
log = logging.getLogger("harvest_mcp.server")


def account_of(settings: Settings) -> Account:
    """The account the settings name.

    Raises:
        SettingsError: none is named, or no way to sign in.
    """
    settings = complete(settings)
    url = (settings.address or "").rstrip("/")
    if settings.access_token:
        return Account.token(HARVEST, url, settings.access_token)
    return Account.basic(HARVEST, url, settings.email or "", settings.password or "")


def over_http(settings: Settings, state: State | None = None) -> Connect:
    """Connects to the account's own address, whose budget all processes on this state store share.

    The HTTP client is imported at the first call.
    """

    def connect(account: Account) -> Line:
        from harvest_mcp.gateway.client import Gateway, Limits  # noqa: PLC0415 - not at start
        from harvest_mcp.gateway.shared import shared  # noqa: PLC0415 - same
        from harvest_mcp.gateway.throttle import Throttle  # noqa: PLC0415 - same

        throttle = Throttle(account.system.plan, book=shared(state, account) if state else None)
        limits = Limits(body=settings.max_answer_mb * 1024 * 1024)
        return Gateway(account, version=__version__, limits=limits, throttle=throttle)

    return connect


def in_process(sandbox: "Sandbox") -> Connect:
    """Connects to an embedded account without a socket."""

    def connect(account: Account) -> Line:
        import httpx  # noqa: PLC0415 - not at start

        from harvest_mcp.gateway.client import Gateway  # noqa: PLC0415 - not at start

        return Gateway(account, version=__version__, transport=httpx.ASGITransport(sandbox))

    return connect


def sandbox_account() -> Account:
    """The embedded account's administrator."""
    from harvest_mcp.sandbox import ADMIN  # noqa: PLC0415 - only with --sandbox

    return Account.basic(HARVEST, "http://sandbox.localhost", ADMIN.email, ADMIN.password)


def desk(
    settings: Settings,
    account: Account,
    connect: Connect,
    *,
    state: State,
    clock: Callable[[], float] = time.time,
) -> Desk:
    consents = Consents(state, clock=clock)
    page, command = LocalPage(consents), approve_command(state)
    confirmation = Confirmation(settings.confirm, consents, page=page, command=command)
    return Desk({account.system.name: account}, confirmation, connect, state, clock)


def open_desk(settings: Settings, sandbox: "Sandbox | None" = None) -> Desk:
    """A desk over the account the settings name, or over an embedded one.

    Raises:
        SettingsError: no account is named, or no way to sign in.
    """
    if sandbox is not None:
        return desk(settings, sandbox_account(), in_process(sandbox), state=sandbox_state(settings, sandbox))
    state = state_of(settings)
    return desk(settings, account_of(settings), over_http(settings, state), state=state)


def state_of(settings: Settings) -> State:
    """The state store the settings name, unopened."""
    return State(expanded(settings.state) if settings.state else default_place())


def consents_of(flags: Mapping[str, object]) -> Consents:
    """The questions kept in the state store that flags and environment name; no account is needed to answer one."""
    return Consents(state_of(read(flags)))


def sandbox_state(settings: Settings, sandbox: "Sandbox") -> State:
    """An embedded account keeps its journal beside its file, or as long as itself when it has none."""
    if settings.state:
        return state_of(settings)
    if sandbox.path:
        return State(f"{sandbox.path}.state")
    folder = tempfile.TemporaryDirectory(prefix="harvest-mcp-")
    return State(str(Path(folder.name) / "state.db"), folder=folder)


async def prune(desk: Desk, days: int) -> None:
    """Drop changes that were kept long enough; a while after serving began, so that nothing waits for it."""
    await anyio.sleep(PRUNE_AFTER)
    for account in desk.accounts.values():
        try:
            await Call(desk, "prune").journal(account.system).prune(days)
        except StateError as error:
            log.warning("Old changes stay in the journal. %s", error)


def expanded(place: Place) -> Place:
    return place if place.remote else Place(str(Path(place.reveal()).expanduser()))


def tools_for(settings: Settings) -> list[Tool]:
    """The tools these settings expose.

    Raises:
        SettingsError: a toolset or tool that does not exist is named.
    """
    choice = Choice(settings.toolsets, settings.tools, settings.exclude_tools, settings.read_only)
    return choose(SYSTEMS, choice)


def build(settings: Settings, desk: Desk) -> "McpServer":
    """The server these settings describe, over an open desk; closing the desk is the caller's."""
    from harvest_mcp.tools.sdk import make_server  # noqa: PLC0415 - the commands for people do without the SDK

    tools = tools_for(settings)
    return make_server(
        version=__version__,
        instructions=instructions(SYSTEMS, tools, settings.confirm),
        tools=tools,
        prompts=prompts.load(tool.name for tool in tools),
        desk=desk,
    )
