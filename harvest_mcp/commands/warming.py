"""Import what serving and a first call need, before anybody waits for it."""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from click import Group

from harvest_mcp.errors import HarvestMcpError

SERVING = ("anyio.from_thread", "harvest_mcp.config.logs", "harvest_mcp.config.origins", "harvest_mcp.protocol.stdio")
READING = (
    *("httpx", "harvest_mcp.gateway.client", "harvest_mcp.gateway.pool", "harvest_mcp.gateway.throttle"),
    *("harvest_mcp.gateway.shared", "harvest_mcp.state.sqlite", "harvest_mcp.state.trust", "anyio._core._sockets"),
)
"""Modules for a first call to a vendor, and for its place in the call budget."""


def load(arguments: Sequence[str], wanted: Callable[[], bool]) -> None:
    """Import what a start with these arguments needs next, without opening anything; stop once somebody waits for
    it."""
    for _ in _steps(arguments):
        if wanted():
            return


def _steps(arguments: Sequence[str]) -> Iterator[None]:
    from harvest_mcp.commands import cli, flags  # noqa: PLC0415 - step by step

    yield
    for module in SERVING:
        import_module(module)
        yield
    from harvest_mcp import server, state  # noqa: PLC0415 - same

    yield
    from harvest_mcp.config import settings  # noqa: PLC0415 - same
    from harvest_mcp.protocol import prompts, sdk  # noqa: PLC0415 - same

    given = Group.make_context(cli.main, "harvest-mcp", [*arguments]).params  # without our handling of wrong options
    try:
        tools = server.tools_for(settings.read({name: given[name] for name in flags.GATHERED}))
    except HarvestMcpError:  # reported later, where it can be
        return
    yield
    for tool in tools:
        sdk.described(tool)
        yield
    prompts.load(tool.name for tool in tools)
    for module in READING:
        import_module(module)
        yield
    state.default_place()
