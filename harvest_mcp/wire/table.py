"""A list within a record as CSV in one element, with a header of column names (harvest-v1 22)."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from harvest_mcp.spec import Field, Part, Value, fields

LINE = re.compile(r"[^\n]*\n|[^\n]+")
COMMA = re.compile(r"\s*-?[0-9.]*,[0-9]+\s*")
"""A number with a decimal comma; such cells come in quotes."""


@cache
def columns(kind: type[Part]) -> dict[str, Field]:
    """Return the columns of the header: all but the position, which only people count by."""
    return {name: item for name, item in fields(kind).items() if name != "id"}


def read(text: str, kind: type[Part], reader: Callable[[Field], Callable[[Any], Any]]) -> list[dict[str, Any]]:
    """Return the rows by column, with positions from 1; none for no text.

    Raises:
        ValueError: the header is another, or a row does not fit it: rows must be complete.
    """
    known = columns(kind)
    rows = list(_rows(text))
    if not rows:
        return []
    header = [name.strip() for name in rows[0]]
    if sorted(header) != sorted(known):
        raise ValueError
    read = {name: reader(known[name]) for name in header}
    return [
        {"id": place, **{name: read[name](_plain(known[name], cell)) for name, cell in zip(header, row, strict=True)}}
        for place, row in enumerate(rows[1:], 1)
    ]


def write(children: Sequence[Part], kind: type[Part], show: Callable[[Value], str], *, sent: bool = False) -> str:
    """Write the header and a line for each child. Without an intact header the vendor drops the change.

    In what is `sent`, cells that the vendor computes are empty: an old amount beside a new quantity would be wrong.
    """
    known, out = columns(kind), io.StringIO()
    line = csv.writer(out, lineterminator="\n").writerow
    line(known)
    for child in children:
        values = [None if sent and item.server_set else getattr(child, name) for name, item in known.items()]
        line([_shown(value, item, show) for value, item in zip(values, known.values(), strict=True)])
    return out.getvalue()


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(_lines(text), strict=True)
    except csv.Error:
        raise ValueError from None


def _lines(text: str) -> Iterator[str]:
    """Yield the lines, without a document's indentation and blank lines; quoted texts stay."""
    quoted = False
    for line in LINE.findall(text):
        trimmed = line if quoted else line.lstrip(" \t\r\n")
        if trimmed:
            yield trimmed
        quoted ^= line.count('"') % 2 == 1


def _plain(item: Field, cell: str) -> str:
    """Return a number with a point if the account uses a comma."""
    if item.type is Decimal and COMMA.fullmatch(cell):
        return cell.replace(".", "").replace(",", ".")
    return cell


def _shown(value: Value, item: Field, show: Callable[[Value], str]) -> str:
    """Return a cell; empty for no value and no reference."""
    return "" if value is None or value == "" or (item.ref and not value) else show(value)
