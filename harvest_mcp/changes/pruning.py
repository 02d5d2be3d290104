"""Drops the changes that were kept long enough; a clock that is set wrong takes nothing with it that it should not."""

from sqlalchemy import Connection, delete, func, or_, select

from harvest_mcp.state.clock import HIGHEST, Moment
from harvest_mcp.state.rows import LAST_SECOND
from harvest_mcp.state.schema import batches, changes, said

DAY = 86_400.0
STILL_SAID = 1000
"""Of how many changes it is remembered what their creates said."""


def prune(connection: Connection, now: Moment, days: int) -> None:
    """Drop what is older than so many days, before now and before the newest change; at most half at once."""
    told = select(func.count(), func.max(changes.c.at)).where(changes.c.at.between(0, LAST_SECOND))
    count, newest = connection.execute(told).one()
    if not count:
        return
    before = min(now.wall, newest) - days * DAY
    made = select(func.min(changes.c.id)).where(changes.c.at.between(before, now.wall))
    if (since := connection.execute(made).scalar()) is None:  # what came after it is no older, whatever its clock said
        since = HIGHEST
    old = select(changes.c.id).where(
        changes.c.at < before,
        changes.c.id < since,
        or_(changes.c.clock.is_(None), changes.c.clock != now.clock, changes.c.stamp < now.seconds - days * DAY),
    )
    some = old.order_by(changes.c.id).limit(-(-count // 2))
    connection.execute(delete(changes).where(changes.c.id.in_(some)))
    kept = select(changes.c.part_of).where(changes.c.part_of.is_not(None))
    connection.execute(delete(batches).where(batches.c.at < before, batches.c.id.not_in(kept)))
    last = select(changes.c.id).order_by(changes.c.id.desc()).offset(STILL_SAID).limit(1)
    if (oldest := connection.execute(last).scalar()) is not None:
        connection.execute(delete(said).where(said.c.change <= oldest))
