"""Tables of contacts as text: find the delimiter, the header line, and what its headers mean."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.text.contact_files.harmless import as_before
from harvest_mcp.text.contact_files.headers import column_of
from harvest_mcp.text.contact_files.rows import COLUMNS, ReadFile, ReadRow

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}
LOOKED_AT = 30
"""How many lines to judge a delimiter by, and to look for headers in."""
SEP = re.compile(r"sep=(.)\s*\r?\n", re.IGNORECASE)
RULE = re.compile(r":?-{2,}:?")
MOST_CELL = 20_000
Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Header:
    """The header line, and the column each cell means; empty for unknown ones."""

    line: int
    cells: Cells
    columns: Cells


def table(text: str, named: Mapping[str, str]) -> ReadFile:
    """Return the rows of a table; `named` are headers whose column the caller gave.

    Raises:
        ValueError: no line reads as headers.
    """
    said = SEP.match(text)
    delimiter = said[1] if said else delimiter_of(text)
    body = text[said.end() :] if said else text
    lines = [(line, cells) for line, cells in _lines(body, delimiter) if not _rule(cells)]
    _closed(body, delimiter, lines)
    header = _header(lines, named)
    if header is None:
        raise ValueError(
            'no line of it reads as headers; name them: columns=["Header=column"], where a column is one of '
            + ", ".join(COLUMNS)
        )
    means = [f"{cell.strip()} = {column}" for cell, column in zip(header.cells, header.columns, strict=True) if column]
    unused = [
        cell.strip() for cell, column in zip(header.cells, header.columns, strict=True) if cell.strip() and not column
    ]
    understood = [f"separated by {DELIMITERS.get(delimiter, repr(delimiter))}", ", ".join(means)]
    understood += [f"not used: {', '.join(unused)}"] if unused else []
    before = [line for line, cells in lines if line < header.line and any(cells)]
    understood += [f"{len(before)} lines above the headers left out"] if before else []
    rows = [_row(line, cells, header) for line, cells in lines if line > header.line and any(map(str.strip, cells))]
    return ReadFile(rows, understood)


def delimiter_of(text: str) -> str:
    """Return the delimiter that splits most lines into equally many cells, with known headers."""
    some = "\n".join(text.splitlines()[:LOOKED_AT])

    def fits(delimiter: str) -> tuple[int, int, int]:
        rows = [cells for _, cells in _lines(some, delimiter) if any(cells)]
        known = max((sum(bool(column_of(cell)) for cell in cells) for cells in rows), default=0)
        width, many = max(Counter(len(cells) for cells in rows).items(), key=lambda each: each[1], default=(0, 0))
        return known, many if width > 1 else 0, width

    return max(DELIMITERS, key=fits)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Yield the cells of each record, with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as why:
            raise ValueError(f"line {reader.line_num} is no row of a table: {why}") from None
        yield begins, cells
        begins = reader.line_num + 1


def _rule(cells: Cells) -> bool:
    """Return whether a line only separates headers from rows, as in Markdown."""
    told = [cell.strip() for cell in cells if cell.strip()]
    return bool(told) and all(RULE.fullmatch(cell) for cell in told)


def _closed(text: str, delimiter: str, lines: Sequence[tuple[int, Cells]]) -> None:
    """Refuse a table whose last record swallowed the rows after it.

    Raises:
        ValueError: it opens a quote that nothing closes.
    """
    if not lines:
        return
    begins = lines[-1][0]
    raw = list(io.StringIO(text, newline=""))[begins - 1 :]
    try:
        list(csv.reader(raw, delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as why:
        if "end of data" in str(why):
            raise ValueError(f"line {begins} opens a quote that nothing closes") from None


def _header(lines: Sequence[tuple[int, Cells]], named: Mapping[str, str]) -> Header | None:
    best: Header | None = None
    for line, cells in lines[:LOOKED_AT]:
        columns = [named.get(cell.strip(), column_of(cell)) for cell in cells]
        columns = [column if _best(at, columns, cells) else "" for at, column in enumerate(columns)]
        if _names(columns) and (best is None or _known(columns) > _known(best.columns)):
            best = Header(line, cells, _corrected(columns, cells))
    return best


def _best(at: int, columns: Cells, cells: Cells) -> bool:
    """Return whether a column's header names it best: `Job Title` before `Title`, else the first."""
    rivals = [other for other, column in enumerate(columns) if column == columns[at]]
    return at == max(rivals, key=lambda other: (len(cells[other].split()), -other))


def _names(columns: Cells) -> bool:
    """Return whether these columns can name a person at all."""
    return bool({"first_name", "last_name", "name"} & set(columns)) and _known(columns) > 1


def _known(columns: Cells) -> int:
    return sum(map(bool, columns))


def _corrected(columns: Cells, cells: Cells) -> Cells:
    """Return `Name` as the last name if another column has the first, as in German tables."""
    if "first_name" in columns and "last_name" not in columns:
        return ["last_name" if column == "name" else column for column in columns]
    return columns


def _row(line: int, cells: Cells, header: Header) -> ReadRow:
    if len(cells) > len(header.columns) and any(map(str.strip, cells[len(header.columns) :])):
        return ReadRow(line, {}, f"it has {len(cells)} cells, and the headers are {len(header.columns)}")
    values = {
        column: as_before(cell.strip()).strip()[:MOST_CELL]
        for column, cell in zip(header.columns, cells, strict=False)
        if column and cell.strip()
    }
    return ReadRow(line, values)
