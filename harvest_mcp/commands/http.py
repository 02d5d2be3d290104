"""Serve over HTTP: from settings to a listening socket."""

import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from harvest_mcp import __version__, server
from harvest_mcp.commands.hosted import own
from harvest_mcp.config import http_settings, logs
from harvest_mcp.config.http_settings import HttpSettings, Reach
from harvest_mcp.config.origins import withhold
from harvest_mcp.config.settings import Settings, read
from harvest_mcp.errors import SettingsError, StateError
from harvest_mcp.protocol import prompts, traces
from harvest_mcp.protocol.http import metrics, workers
from harvest_mcp.protocol.http.app import IdProvider, Site, application
from harvest_mcp.protocol.http.entrance import HttpEntrance, OwnAccounts, Stop
from harvest_mcp.protocol.http.keys import Keys
from harvest_mcp.protocol.http.narrowing import Narrowing
from harvest_mcp.protocol.http.serving import server_of
from harvest_mcp.protocol.sdk import make_server
from harvest_mcp.protocol.visit import Offer
from harvest_mcp.state import State
from harvest_mcp.tools.registry import ALL, DEFAULT, instructions, narrowed
from harvest_mcp.tools.tool import Desk

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Sandbox

Opened = Callable[[tuple[str, ...]], "Mapping[str, Sandbox]"]
NARROWINGS = 64
"""The most different narrowings whose lists are cached."""
APPROVE, OPERATOR = "harvest-mcp approve {}".format, "whoever runs this server"
FIRST_CALL = (
    *("harvest_mcp.gateway.client", "harvest_mcp.gateway.shared", "harvest_mcp.gateway.throttle"),
    *("harvest_mcp.changes.ledger", "harvest_mcp.consent.rows", "harvest_mcp.vault.rows"),
)
"""Modules that a first call would import while all others wait."""
LOOK = 3.0
"""Seconds a database has to answer the readiness check."""


def serve(given: Mapping[str, Any], http: Mapping[str, Any], opened: Opened, *, embedded: bool) -> None:
    """Serve until told to end; `opened` opens sandboxes, if asked for.

    Raises:
        SettingsError: something does not fit; nothing listens then.
    """
    way = http_settings.read(http)
    chosen = own.adjust_settings(read(given), way)
    several = way.workers > 1
    _no_folders(chosen, way)
    if several:
        shareable(chosen, embedded=embedded)
    desk = own.open_desk(chosen, way, opened(chosen.systems))
    server.check_way(desk, embedded=embedded)
    listener = workers.inherited_socket() or listening(way)
    counted = bound("--metrics", *http_settings.place(way.metrics)) if way.metrics and not workers.is_worker() else None
    logs.to_stderr(chosen.log_level, (*desk.secrets, *chosen.secrets, *way.secrets), json_lines=True)
    workers.log_serving()
    reach = http_settings.reach(way, listener.getsockname()[1])
    told_at = metrics.serve(counted) if counted else ""
    if several and not workers.is_worker():
        workers.log_address(reach.url, way.workers, told_at)
        sys.exit(workers.supervise(way.workers, listener, grace=way.drain_seconds, counting=counted is not None))
    metrics.pass_counts_on()
    withhold()
    own.withhold()
    for module in FIRST_CALL:
        import_module(module)
    if several:
        workers.end_with_the_first()
    else:
        workers.log_address(reach.url, metrics=told_at)
    site = site_of(chosen, way, desk, reach, embedded=embedded)
    serving = server_of(
        application(site),
        site.stop,
        notice=way.drain_seconds,
        proxies=way.trusted_proxies,
        root_path=way.root_path,
        passed_on=workers.passed_on() if several else {},
    )
    serving.run(sockets=[listener])
    sys.exit(1 if site.stop.under_way else 0)


def _no_folders(chosen: Settings, way: HttpSettings) -> None:
    """Check that no folders of this machine are set, which callers over HTTP cannot use.

    Raises:
        SettingsError: there are some.
    """
    if chosen.receipt_folders and way.auth != "none":
        raise SettingsError(
            "HARVEST_MCP_RECEIPT_FOLDERS is for a server of one person; over HTTP a receipt comes with the call.",
            next="Leave it out.",
        )
    if chosen.export_folder:
        raise SettingsError(
            "HARVEST_MCP_EXPORT_FOLDER is for a server that one person runs; over HTTP a file goes with the answer.",
            next="Leave it out.",
        )


def listening(way: HttpSettings) -> socket.socket:
    """Return a socket that nobody else has.

    Raises:
        SettingsError: this address cannot be used.
    """
    return bound("--http", *way.listen)


def bound(flag: str, host: str, port: int) -> socket.socket:
    """Return a socket that nobody else has.

    Raises:
        SettingsError: this address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=2048)
        # Reopened from its number the socket knows that it is TCP; only then does asyncio disable Nagle's algorithm.
        return socket.socket(fileno=made.detach())
    except (OSError, OverflowError) as error:
        why = (getattr(error, "strerror", None) or "it failed").lower()
        raise SettingsError(
            f"{host}:{port} cannot be listened at ({why}).", next=f"Give another: {flag} HOST:PORT."
        ) from None


def site_of(
    chosen: Settings,
    way: HttpSettings,
    desk: Desk,
    reach: Reach,
    offers: Callable[[Narrowing], Offer] | None = None,
    *,
    embedded: bool = False,
) -> Site:
    """Return what is served; `offers` returns the tools for a narrowing, by default of those in the settings."""
    systems, tools = server.systems_of(chosen), server.tools_for(chosen)
    if way.auth != "none":
        # Callers are on other machines: pages and terminals of this one are not theirs.
        desk = replace(desk, confirmation=replace(desk.confirmation, page=None, command=APPROVE, types=OPERATOR))
        desk.state.withhold()
    provider = IdProvider(way.issuer, Keys(way.issuer), way.audiences) if way.issuer else None
    team = own.pages_of(chosen, way, desk, reach, provider.keys if provider else None, embedded=embedded)
    stop, desk, offers = Stop(), team.desk, offers or offering(chosen)
    full = offers(Narrowing())
    built = make_server(
        version=__version__,
        instructions=full.instructions,
        tools=full.tools,
        prompts=full.prompts,
        desk=desk,
        systems=systems,
        entrance=HttpEntrance(offers, stop, team.own, apart=way.auth != "none"),
    )
    return Site(
        server=built,
        reach=reach,
        stop=stop,
        ready=readiness(desk.state),
        beside=lambda: _beside(desk, chosen, team.own),
        toolsets=(DEFAULT, ALL, *sorted({tool.toolset for tool in tools})),
        writes=frozenset(tool.name for tool in tools if not tool.hints.reads),
        provider=provider,
        pages=team.pages,
        stateless=way.workers > 1,
    )


def offering(chosen: Settings) -> Callable[[Narrowing], Offer]:
    """Return a function for the tools of a narrowing, with the prompts and instructions that fit them."""
    systems, tools = server.systems_of(chosen), server.tools_for(chosen)

    @lru_cache(NARROWINGS)
    def offers(less: Narrowing) -> Offer:
        left = narrowed(systems, tools, less.toolsets, read_only=less.read_only)
        return Offer(instructions(systems, left, chosen.confirm), left, prompts.load(tool.name for tool in left))

    return offers


def readiness(state: State) -> Callable[[], Awaitable[bool]]:
    """Return a check whether the state store can be used; one at a time, however often it is asked."""
    one = anyio.CapacityLimiter(1)

    def look() -> bool:
        try:
            state.do(lambda connection: connection.execute("SELECT 1"))
        except StateError:
            return False
        return True

    async def ready() -> bool:
        with anyio.move_on_after(LOOK):
            return await anyio.to_thread.run_sync(look, abandon_on_cancel=True, limiter=one)
        return False

    return ready


@asynccontextmanager
async def _beside(desk: Desk, chosen: Settings, people: OwnAccounts | None) -> AsyncIterator[None]:
    """Prune and send spans while serving, and close the desks afterwards."""
    try:
        async with traces.exporting(lambda: server.names_of(chosen)), anyio.create_task_group() as group:
            group.start_soon(server.prune_daily, desk, chosen.keep_days)
            yield
            group.cancel_scope.cancel()
    finally:
        if people:
            await people.desks.aclose()
        await desk.aclose()


def shareable(chosen: Settings, *, embedded: bool) -> None:
    """Check that several processes would share their state.

    Raises:
        SettingsError: they would not.
    """
    if os.name == "nt":
        raise SettingsError("Workers share a socket, which Windows does not let them.", next="Leave --workers out.")
    if embedded:
        raise SettingsError("An embedded account is one process's own.", next="Leave --workers out with --sandbox.")
    if not server.state_of(chosen).remote:
        raise SettingsError(
            "Several workers share journal, consents and budget, which a file does not do well enough.",
            next="Keep them in PostgreSQL, such as HARVEST_MCP_STATE=postgresql://harvest@db.example/harvest, or leave"
            " --workers out.",
        )
