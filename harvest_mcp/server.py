"""Build a server from settings: accounts, connections, tools, prompts."""

import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from harvest_mcp import __version__
from harvest_mcp.approval import LocalPage, approve_command
from harvest_mcp.changes import USUAL, Journal, Timing
from harvest_mcp.config import state_location
from harvest_mcp.config.credentials import SigningIn
from harvest_mcp.config.settings import Settings, read
from harvest_mcp.consent.policy import READING, Confirmation, Consents
from harvest_mcp.errors import SettingsError, StateError
from harvest_mcp.gateway import Account, environment
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.protocol import prompts, traces
from harvest_mcp.spec import System
from harvest_mcp.state import State
from harvest_mcp.systems import load
from harvest_mcp.tools.registry import Choice, choose, instructions
from harvest_mcp.tools.tool import AccountLine, Desk, Tool

if TYPE_CHECKING:
    from harvest_mcp.gateway.client import Limits
    from harvest_mcp.protocol.sdk import McpServer
    from harvest_mcp.sandbox import Sandbox

Connect = Callable[[Account], AccountLine]
PRUNE_AFTER, KEEP_AFTER = 5.0, 0.5
DAY = 86_400.0
log = logging.getLogger("harvest_mcp.server")


def systems_of(settings: Settings) -> tuple[System, ...]:
    """Return the systems these settings offer."""
    return tuple(load(name) for name in settings.systems)


def accounts_of(settings: Settings) -> list[Account]:
    """Return the accounts the settings name, one for each system they offer.

    Raises:
        SettingsError: one is not named, or there is no way to sign in.
    """
    return [account_of(settings, system) for system in systems_of(settings)]


def account_of(settings: Settings, system: System) -> Account:
    """Return the account of one system.

    Raises:
        SettingsError: none is named, or no way to sign in.
    """
    return signed_in(system, settings.signing_in(system.name).complete())


def signed_in(system: System, given: SigningIn) -> Account:
    """Return an account with its credentials."""
    if given.token:
        way, address = given.way, given.address or ""
        account = Account.token(system, address, given.token, carrier=way.carrier, number=given.number)
    else:
        account = Account.basic(system, given.address or "", given.user or "", given.password or "")
    return replace(account, most_pages=given.max_pages)


def over_http(settings: Settings, state: State | None = None) -> Connect:
    """Return how to connect to an account's own address; all processes with this state store share its budget.

    The HTTP client is imported at the first call.
    """

    def connect(account: Account) -> AccountLine:
        from harvest_mcp.gateway.client import Gateway, Limits  # noqa: PLC0415 - not at start
        from harvest_mcp.gateway.shared import shared  # noqa: PLC0415 - same
        from harvest_mcp.gateway.throttle import Throttle, budgets  # noqa: PLC0415 - same

        def budget(account: Account) -> Throttle:
            return budgets(account.system, lambda plan: shared(state, account, plan) if state else None)

        limits = Limits(body=settings.max_answer_mb * 1024 * 1024)

        def gateway(account: Account, throttle: Throttle) -> Gateway:
            told = replace(account, contact=settings.contact or "")
            return Gateway(told, version=__version__, limits=limits, throttle=throttle)

        home = INTEGRATIONS[account.system.name].variables.home_of(account.url)
        if home:
            from harvest_mcp.gateway.finding import Finding  # noqa: PLC0415 - only where a token is for accounts

            made = INTEGRATIONS[account.system.name].variables.made
            return Finding(account, home, budget, gateway, made=made)
        return gateway(account, budget(account))

    return connect


def in_process(sandbox: "Sandbox", limits: "Limits | None" = None) -> Connect:
    """Return how to connect to an embedded sandbox, without a socket."""

    def connect(account: Account) -> AccountLine:
        import httpx  # noqa: PLC0415 - not at start

        from harvest_mcp.gateway.client import Gateway  # noqa: PLC0415 - not at start

        return Gateway(account, version=__version__, transport=httpx.ASGITransport(sandbox), limits=limits)

    return connect


def sandbox_account(system: str = "harvest") -> Account:
    """Return the account of a sandbox's user."""
    embedded = INTEGRATIONS[system].embedded
    login, url = embedded.login(), f"http://sandbox.localhost{embedded.path}"
    if login.token and embedded.number:
        return Account.token(load(system), url, login.token, carrier="header", number=embedded.number)
    return Account.basic(load(system), url, login.email, login.password)


def desk(  # noqa: PLR0913 - the clocks and waits come in as arguments, each with a default
    settings: Settings,
    accounts: Sequence[Account],
    connect: Connect,
    *,
    state: State,
    clock: Callable[[], float] = time.time,
    timing: Timing = USUAL,
    reading: float = READING,
) -> Desk:
    """Return what all tools share. A form declined in less than `reading` seconds is taken as the client's own
    answer."""
    consents = Consents(state, clock=clock)
    page, command = LocalPage(consents), approve_command(state)
    confirmation = Confirmation(settings.confirm, consents, page=page, command=command, reading=reading)
    named = {account.system.name: account for account in accounts}
    exports = settings.export_folder or ""
    return Desk(named, confirmation, connect, state, clock, settings.receipt_folders, exports, timing)


def open_desk(settings: Settings, sandboxes: "Mapping[str, Sandbox] | None" = None) -> Desk:
    """Return a desk over the accounts of the settings, or over sandboxes by system.

    Raises:
        SettingsError: an account is not named, or there is no way to sign in.
    """
    if sandboxes:
        ways = {name: in_process(sandbox) for name, sandbox in sandboxes.items()}
        accounts = [sandbox_account(name) for name in sandboxes]
        state = sandbox_state(settings, *sandboxes.values())
        return desk(settings, accounts, lambda account: ways[account.system.name](account), state=state)
    state = state_of(settings)
    return desk(settings, accounts_of(settings), over_http(settings, state), state=state)


def check_way(desk: Desk, *, embedded: bool = False) -> None:
    """Check that proxies and certificates of the environment are usable; nothing is opened.

    Raises:
        SettingsError: it names a proxy or certificates that cannot be used.
    """
    for account in () if embedded else desk.accounts.values():
        environment.check(account.url)


def state_of(settings: Settings) -> State:
    """Return the state store of the settings, not yet opened.

    Raises:
        SettingsError: there is no home to keep it in.
    """
    return State(state_location.of(settings.state))


def consents_of(flags: Mapping[str, object]) -> Consents:
    """Return the pending questions in the state store of these flags and the environment.

    No account is needed to answer one.
    """
    return Consents(state_of(read(flags)))


def sandbox_state(settings: Settings, *sandboxes: "Sandbox") -> State:
    """Return the state store of sandboxes: beside their file, or temporary if they have none."""
    if settings.state:
        return state_of(settings)
    for sandbox in sandboxes:
        if sandbox.path:
            return State(f"{sandbox.path}.state")
    folder = temporary()
    return State(str(Path(folder.name) / "state.db"), folder=folder)


def temporary() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder that is deleted when no longer referenced.

    Raises:
        SettingsError: none can be made.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="harvest-mcp-", ignore_cleanup_errors=True)
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise SettingsError(
            f"No temporary folder can be made ({why}).", next="Name a folder to write to in TMPDIR."
        ) from None


async def converse(
    serve: Callable[[], Awaitable[bool]],
    desk: Desk | None,
    settings: Settings,
    keep: Callable[[], Awaitable[None]] | None = None,
) -> bool:
    """Serve until the client ends the conversation; False if a call was cut off.

    Beside it, the journal is pruned, spans are sent, and `keep` once writes what the next start answers with.
    """
    try:
        async with traces.exporting(lambda: names_of(settings)), anyio.create_task_group() as beside:
            if desk:
                beside.start_soon(prune_daily, desk, settings.keep_days)
            if keep:
                beside.start_soon(soon, keep)
            finished = await serve()
            beside.cancel_scope.cancel()
    finally:
        if desk:
            await desk.aclose()
    return finished


async def soon(work: Callable[[], Awaitable[None]], pause: float = KEEP_AFTER) -> None:
    """Do something once, shortly after the start, when a client's first requests are answered."""
    await anyio.sleep(pause)
    await work()


async def prune_daily(desk: Desk, days: int, pause: float = PRUNE_AFTER) -> None:
    """Drop expired changes shortly after the start, so that nothing waits for it, and then every day."""
    while True:
        await anyio.sleep(pause)
        await prune(desk, days)
        pause = DAY


async def prune(desk: Desk, days: int) -> None:
    """Drop the changes of all accounts older than so many days."""
    try:
        await Journal(desk.state, system="", account="", principal="", clock=desk.clock).prune(days)
    except StateError as error:
        log.warning("Old changes stay in the journal. %s", error)


def tools_for(settings: Settings) -> list[Tool]:
    """Return the tools these settings expose.

    Raises:
        SettingsError: a toolset or tool that does not exist is named.
    """
    choice = Choice(settings.toolsets, settings.tools, settings.exclude_tools, settings.read_only)
    return choose(systems_of(settings), choice)


def names_of(settings: Settings) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of the tools and prompts these settings offer."""
    tools = [tool.name for tool in tools_for(settings)]
    return tools, [prompt.name for prompt in prompts.load(tools)]


def build(settings: Settings, desk: Desk) -> "McpServer":
    """Return the MCP server of these settings over an open desk, which the caller closes."""
    from harvest_mcp.protocol.sdk import make_server  # noqa: PLC0415 - the commands for people do without the SDK

    systems, tools = systems_of(settings), tools_for(settings)
    apart = [f"{title} cannot be reached yet. {why}" for title, why in desk.apart(systems)]
    return make_server(
        version=__version__,
        instructions=" ".join([instructions(systems, tools, settings.confirm), *apart]),
        tools=tools,
        prompts=prompts.load(tool.name for tool in tools),
        desk=desk,
        systems=systems,
    )
