"""Add up the money of a whole list, for its first line."""

from collections.abc import Sequence

from harvest_mcp.spec import Record, Resource
from harvest_mcp.text.render import line
from harvest_mcp.text.unread import listed


def summed(resource: Resource[Record], rows: Sequence[Record]) -> str:
    """Return `; amount 1200.00 EUR, 80.00 USD`: money totals by currency; empty if there is none.

    Rows whose amount could not be read are named, listed or not, since the totals lack them.
    """
    told = ((name, sorted(money.items())) for rule in resource.rules for name, money in rule.totals(rows) if money)
    return "".join(
        f"; {name} {', '.join(f'{value:f} {line(code)}' for code, value in each)}{_without(name, rows)}"
        for name, each in told
    )


def _without(column: str, rows: Sequence[Record]) -> str:
    lacking = [row.id for row in rows if column in row.unread]
    return f", without {listed(lacking)}" if lacking else ""
