"""Count and tell the time in a state store, each within the caller's transaction."""

from harvest_mcp.state import sql
from harvest_mcp.state.clock import DATABASE, HIGHEST, Moment, floor, machine
from harvest_mcp.state.store import State
from harvest_mcp.state.transaction import Transaction

CHANGES = 100
"""Numbers a second: more than any account's writes, so that a new file begins above those of a lost one."""


def moment(connection: Transaction, state: State, wall: float) -> Moment:
    """Return the present; `wall` is this machine's wall clock."""
    if not state.remote:
        return Moment(machine(), state.clock(), wall)
    now = float(connection.value(sql.DATABASE_TIME))
    return Moment(DATABASE, now, now)


def tick(connection: Transaction, state: State, now: Moment) -> int:
    """Return the next count.

    The caller holds the store until its transaction ends, so counts are in the order of commits.
    """
    after = max(last_tick(connection, lock=state.remote), floor(state, now), state.highest.get("tick", 0)) + 1
    if not connection.execute(sql.COUNT_UP, {"count": after}).rowcount:
        connection.execute(sql.FIRST_COUNT, {"count": after})
    state.highest["tick"] = after
    return after


def last_tick(connection: Transaction, *, lock: bool = False) -> int:
    """Return the count so far; 0 if it is damaged, which `tick` repairs."""
    found: object = connection.value(sql.COUNT_LOCKED if lock else sql.COUNT)
    return found if isinstance(found, int) else 0


def number(connection: Transaction, state: State, now: Moment) -> int:
    """Return the next change id: above all existing ones, and above the hundredths of seconds since 2026.

    So no number is used twice if the file is lost or a backup is restored. A temporary store begins at 1.
    """
    last = max(each or 0 for each in connection.execute(sql.HIGHEST_ID, {"most": HIGHEST}).fetchone())
    next_ = max(last, floor(state, now, a_second=CHANGES), state.highest.get("change", 0)) + 1
    state.highest["change"] = next_
    return next_
