"""How an answer looks: what it is over in the first line, then a row for each."""

from collections.abc import Sequence
from typing import Any

from harvest_mcp.text.render import as_csv


def table(head: str, columns: Sequence[str], lines: Sequence[Sequence[Any]]) -> str:
    """Return the answer; sums in the head are over all rows, shown or not."""
    if not lines:
        return f"# {head}"
    told, shown = as_csv(columns, lines)
    more = "" if shown == len(lines) else f"; the first {shown} of {len(lines)} rows, the sums are over all"
    return f"# {head}{more}\n{told}"
