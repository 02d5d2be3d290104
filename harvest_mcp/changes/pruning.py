"""Drop changes older than the retention; a wrong clock must not delete too much."""

from harvest_mcp.state import sql
from harvest_mcp.state.clock import HIGHEST, Moment
from harvest_mcp.state.rows import LAST_SECOND
from harvest_mcp.state.transaction import Transaction

DAY = 86_400.0
STILL_SAID = 1000
"""How many of the newest creates are remembered to recognise repetitions."""


def prune(connection: Transaction, now: Moment, days: int) -> None:
    """Drop changes more than so many days older than both now and the newest change; at most half at once."""
    count, newest = connection.execute(sql.TOLD, {"last": LAST_SECOND}).fetchone()
    if not count:
        return
    before = min(now.wall, newest) - days * DAY
    since = connection.value(sql.FIRST_SINCE, {"before": before, "now": now.wall})
    old = {"before": before, "here": now.clock, "stamp": now.seconds - days * DAY, "most": -(-count // 2)}
    # What came after the first of those that stay is no older, whatever its clock said.
    connection.execute(sql.PRUNE, {**old, "since": HIGHEST if since is None else since})
    connection.execute(sql.PRUNE_BATCHES, {"before": before})
    if (oldest := connection.value(sql.STILL_SAID, {"most": STILL_SAID})) is not None:
        connection.execute(sql.PRUNE_SAID, {"entry": oldest})
