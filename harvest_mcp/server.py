"""From settings to a server: the account, the way to it, the tools, the prompts."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from harvest_mcp import __version__
from harvest_mcp.gateway import Account
from harvest_mcp.settings import Settings, account_ready
from harvest_mcp.spec import System
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools import prompts
from harvest_mcp.tools.confirm import Confirmation, Consents
from harvest_mcp.tools.inventory import Choice, choose, instructions
from harvest_mcp.tools.sdk import McpServer, make_server
from harvest_mcp.tools.tool import Desk, Line, Tool

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Sandbox

Connect = Callable[[Account], Line]
SYSTEMS: tuple[System, ...] = (HARVEST,)


def account_of(settings: Settings) -> Account:
    """The account the settings name.

    Raises:
        SettingsError: none is named, or no way to sign in.
    """
    account_ready(settings)
    url = (settings.address or "").rstrip("/")
    if settings.access_token:
        return Account.token(HARVEST, url, settings.access_token.get_secret_value())
    password = settings.password.get_secret_value() if settings.password else ""
    return Account.basic(HARVEST, url, settings.email or "", password)


def over_http(settings: Settings) -> Connect:
    """Connects to the account's own address; the HTTP client is imported at the first call."""

    def connect(account: Account) -> Line:
        from harvest_mcp.gateway.client import Gateway, Limits  # noqa: PLC0415 - not at start

        return Gateway(account, version=__version__, limits=Limits(body=settings.max_answer_mb * 1024 * 1024))

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


def desk(settings: Settings, account: Account, connect: Connect, *, clock: Callable[[], float] = time.time) -> Desk:
    confirmation = Confirmation(settings.confirm, Consents(clock=clock))
    return Desk({account.system.name: account}, confirmation, connect)


def tools_for(settings: Settings) -> list[Tool]:
    """The tools these settings expose.

    Raises:
        SettingsError: a toolset or tool that does not exist is named.
    """
    choice = Choice(settings.toolsets, settings.tools, settings.exclude_tools, settings.read_only)
    return choose(SYSTEMS, choice)


def build(settings: Settings, desk: Desk) -> McpServer:
    """The server these settings describe, over an open desk; closing the desk is the caller's."""
    tools = tools_for(settings)
    return make_server(
        version=__version__,
        instructions=instructions(SYSTEMS, tools, settings.confirm),
        tools=tools,
        prompts=prompts.load(tool.name for tool in tools),
        desk=desk,
    )
