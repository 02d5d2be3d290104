"""The registered systems, one value each."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from harvest_mcp.errors import SettingsError
from harvest_mcp.integrations.harvest import HARVEST
from harvest_mcp.integrations.harvest_v2 import HARVEST_V2
from harvest_mcp.integrations.incwo import INCWO
from harvest_mcp.integrations.integration import Embedded, Integration, Variables

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Sandbox

__all__ = ["INTEGRATIONS", "Embedded", "Integration", "Variables", "opened"]

INTEGRATIONS: Mapping[str, Integration] = {each.name: each for each in (HARVEST, HARVEST_V2, INCWO)}


def opened(systems: Sequence[str], path: str | None = None) -> dict[str, "Sandbox"]:
    """Open an embedded account of each of these systems, in memory; a single one can be kept in a file.

    Raises:
        SettingsError: there are two for one file, or the file cannot be used.
    """
    if path is not None and len(systems) > 1:
        raise SettingsError("A file keeps the account of one system.", next="Say which with --system, or name no file.")
    return {name: INTEGRATIONS[name].embedded.open(path) for name in systems}
