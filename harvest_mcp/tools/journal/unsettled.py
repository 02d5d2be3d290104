"""Settle open changes when they are listed, where reading proves something by now."""

from collections.abc import Sequence
from contextlib import suppress

from harvest_mcp.changes import Entry, Found
from harvest_mcp.errors import Damaged
from harvest_mcp.spec import System
from harvest_mcp.tools.journal.entries import readable, scope_of
from harvest_mcp.tools.tool import Call

LOOKS, LOOKED_AT_FOR = 3, 86_400.0
"""How many open changes a list settles, and their greatest age in seconds: after a day they will not show."""


async def settled(call: Call, systems: Sequence[System], found: Found) -> Found:
    """Return the entries, with the newest open ones settled."""
    told, looks = list[Entry](), 0
    for entry in found.entries:
        system, now = next((each for each in systems if each.name == entry.system), None), entry
        if system and looks < LOOKS and entry.unsettled() and entry.age < LOOKED_AT_FOR:
            changes = call.changes(system)
            if changes.left(entry) <= 0:
                looks += 1
                with suppress(Damaged), readable(entry):
                    now = await changes.settle(scope_of(system, entry), entry)
        told.append(now)
    return Found(told, found.damaged)
