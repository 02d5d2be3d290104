"""Time and order in a state store, which nobody's wall clock decides.

In PostgreSQL the database's clock is everybody's. A SQLite file belongs to one machine, and all its processes read
the same monotonic clock; it begins anew when the machine does, so what is stamped with more than it shows is older.

What was first is a count kept in the store (`tick`), and changes are numbered by it too: see `number`.
"""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from harvest_mcp.state.store import State

DATABASE = "database"
ZERO = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
LATEST = 2**30
"""A clock that is past 2060 is set wrong, and numbers nothing."""
JITTER = 300.0
"""Seconds a stamp may be ahead and still be of this very moment."""
HIGHEST = 10**12
"""Above any number given; what has a higher one is damaged."""
LONG_AGO = float("inf")


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: `seconds` on `clock`, and on the wall since 1970. Seconds of two clocks say nothing about each other."""

    clock: str
    seconds: float
    wall: float

    def age(self, clock: str | None, stamp: float | None, at: float) -> float:
        """Seconds since a stamp was made; by the wall clock, whichever way, where it is of another clock."""
        if clock != self.clock or stamp is None:
            return abs(self.wall - at)
        since = self.seconds - stamp
        return since if since >= 0 else 0.0 if since > -JITTER else LONG_AGO


def moment(connection: "Connection", state: "State", wall: float) -> Moment:
    """The present one; `wall` is what this machine's clock says."""
    if not state.remote:
        return Moment(_machine(), state.clock(), wall)
    from sqlalchemy import text  # noqa: PLC0415 - not at start

    now = float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    return Moment(DATABASE, now, now)


@cache
def _machine() -> str:
    """This machine since it was started; containers on it have the same clock, whatever they are called."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return socket.gethostname()


def tick(connection: "Connection", state: "State", now: Moment) -> int:
    """The next count. Who asks holds the store until the transaction ends, so counts are in the order of commits."""
    from sqlalchemy import insert, update  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import meta  # noqa: PLC0415 - same

    after = max(last_tick(connection, lock=True), floor(state, now), state.highest.get("tick", 0)) + 1
    if not connection.execute(update(meta).where(meta.c.name == "tick").values(value=after)).rowcount:
        connection.execute(insert(meta).values(name="tick", value=after))
    state.highest["tick"] = after
    return after


def last_tick(connection: "Connection", *, lock: bool = False) -> int:
    """The count so far; 0 where it is damaged, which `tick` mends."""
    from sqlalchemy import select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import meta  # noqa: PLC0415 - same

    query = select(meta.c.value).where(meta.c.name == "tick")
    found: object = connection.execute(query.with_for_update() if lock else query).scalar()
    return found if isinstance(found, int) else 0


def number(connection: "Connection", state: "State", now: Moment) -> int:
    """The next change's id: above all there are, and at least the seconds since 2026 began.

    So a number is not used twice when the file is lost or a backup put back. A store that goes with its process
    begins at 1.
    """
    from sqlalchemy import func, select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    last = connection.execute(select(func.max(changes.c.id)).where(changes.c.id < HIGHEST)).scalar() or 0
    next_ = max(last, floor(state, now), state.highest.get("change", 0)) + 1
    state.highest["change"] = next_
    return next_


def floor(state: "State", now: Moment) -> int:
    """The number that what is counted now is at least above."""
    seconds = int(now.wall - ZERO)
    return seconds if state.lasts and 0 < seconds < LATEST else 0
