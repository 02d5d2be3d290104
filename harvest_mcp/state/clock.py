"""Time and order in a state store, independent of wall clocks.

In PostgreSQL the database's clock counts. A SQLite file belongs to one machine, whose processes share a monotonic
clock; it restarts with the machine, so a stamp ahead of it is from before. Order comes from a count kept in the store
(`tick`), by which changes are numbered too: see `number`.
"""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harvest_mcp.state.store import State

DATABASE = "database"
ZERO = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
LATEST = 2**30
"""A clock past 2060 is wrong, and not used for numbers."""
JITTER = 300.0
"""Seconds a stamp may be ahead and still count as now."""
HIGHEST = 10**12
"""Above any number ever given; a higher one is damage."""
LONG_AGO = float("inf")


@dataclass(frozen=True, slots=True)
class Moment:
    """The present: `seconds` on `clock`, and on the wall since 1970. Seconds of two clocks cannot be compared."""

    clock: str
    seconds: float
    wall: float

    def age(self, clock: str | None, stamp: float | None, at: float) -> float:
        """Return seconds since a stamp; by the wall clock if it is of another clock."""
        if clock != self.clock or stamp is None:
            return abs(self.wall - at)
        since = self.seconds - stamp
        return since if since >= 0 else 0.0 if since > -JITTER else LONG_AGO


@cache
def machine() -> str:
    """Return an id of this machine since its last start; containers on it share its clock, whatever they are called."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return socket.gethostname()


def floor(state: "State", now: Moment, *, a_second: int = 1) -> int:
    """Return the least number for a new count, which grows by `a_second` every second."""
    seconds = now.wall - ZERO
    return int(seconds * a_second) if state.lasts and 0 < seconds < LATEST else 0
