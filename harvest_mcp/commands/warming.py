"""Load what serving needs, and then what a first call does, before anybody waits for it."""

from collections.abc import Callable, Sequence
from importlib import import_module

SERVING = ("harvest_mcp.commands.cli", "harvest_mcp.config.origins", "harvest_mcp.protocol.stdio")
CALLING: Sequence[str] = ()


def load(wanted: Callable[[], bool]) -> None:
    """Import it, in this order; once somebody waits, not more than serving needs."""
    for module in SERVING:
        import_module(module)
    for module in CALLING:
        if wanted():
            return
        import_module(module)
