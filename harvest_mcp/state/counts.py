"""Counts what happens in a state store, and tells its time; each inside the transaction of its caller."""

from harvest_mcp.state import sql
from harvest_mcp.state.clock import DATABASE, HIGHEST, Moment, floor, machine
from harvest_mcp.state.store import State
from harvest_mcp.state.transaction import Transaction

CHANGES = 100
"""Numbers a second: more than any account takes writes, so that a file made anew begins above those of the last."""


def moment(connection: Transaction, state: State, wall: float) -> Moment:
    """Return the present moment; `wall` is what this machine's clock says."""
    if not state.remote:
        return Moment(machine(), state.clock(), wall)
    now = float(connection.value(sql.DATABASE_TIME))
    return Moment(DATABASE, now, now)


def tick(connection: Transaction, state: State, now: Moment) -> int:
    """Return the next count.

    The caller holds the store until its transaction ends, so that counts are in the order of commits.
    """
    after = max(last_tick(connection, lock=state.remote), floor(state, now), state.highest.get("tick", 0)) + 1
    if not connection.execute(sql.COUNT_UP, {"count": after}).rowcount:
        connection.execute(sql.FIRST_COUNT, {"count": after})
    state.highest["tick"] = after
    return after


def last_tick(connection: Transaction, *, lock: bool = False) -> int:
    """Return the count so far; 0 where it is damaged, which `tick` mends."""
    found: object = connection.value(sql.COUNT_LOCKED if lock else sql.COUNT)
    return found if isinstance(found, int) else 0


def number(connection: Transaction, state: State, now: Moment) -> int:
    """Return the next change's id: above all there are, and above the hundredths of seconds since 2026.

    So a number is not used twice when the file is lost or a backup put back. A store that goes with its process
    begins at 1.
    """
    last = max(each or 0 for each in connection.execute(sql.HIGHEST_ID, {"most": HIGHEST}).fetchone())
    next_ = max(last, floor(state, now, a_second=CHANGES), state.highest.get("change", 0)) + 1
    state.highest["change"] = next_
    return next_
