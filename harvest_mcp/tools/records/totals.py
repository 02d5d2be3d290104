"""What the money of a whole list comes to, told behind its head."""

from collections.abc import Sequence

from harvest_mcp.spec import Record, Resource
from harvest_mcp.text.render import line
from harvest_mcp.text.unread import listed


def summed(resource: Resource[Record], rows: Sequence[Record]) -> str:
    """`; amount 1200.00 EUR, 80.00 USD`: the money of a whole list, by currency; empty where it has none.

    Whose amount cannot be read is named, shown or not: it is in no sum.
    """
    told = ((name, sorted(money.items())) for rule in resource.rules for name, money in rule.totals(rows) if money)
    return "".join(
        f"; {name} {', '.join(f'{value:f} {line(code)}' for code, value in each)}{_without(name, rows)}"
        for name, each in told
    )


def _without(column: str, rows: Sequence[Record]) -> str:
    lacking = [row.id for row in rows if column in row.unread]
    return f", without {listed(lacking)}" if lacking else ""
