"""Tables as files: CSV, several in a ZIP, or an Excel workbook; no cell is ever a formula."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from harvest_mcp.text.contact_files.harmless import as_table
from harvest_mcp.text.render import plain

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CSV, XLSX, ZIP = "csv", "xlsx", "zip"
KINDS: Mapping[str, str] = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ZIP: "application/zip",
    "vcf": "text/vcard",
}
"""Media types by file extension."""

# Excel's specifications and limits.
MOST_ROWS = 1_048_576
MOST_LETTERS = 32_767
MOST_DIGITS = 15
"""The most digits a spreadsheet keeps; longer numbers are written as text."""
FIRST_YEAR = 1900
WIDTH = 18
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under their columns; a cell is text, a number, a date, a time, a boolean, or empty."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def as_csv_file(sheet: Sheet) -> bytes:
    """Return one sheet as CSV for spreadsheets."""
    return as_table(sheet.columns, ([_word(cell) for cell in row] for row in sheet.rows))


def as_zip(sheets: Sequence[Sheet]) -> bytes:
    """Return a ZIP with a CSV of each sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for sheet in sheets:
            packed.writestr(f"{sheet.name}.csv", as_csv_file(sheet))
    return out.getvalue()


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an Excel workbook; numbers and dates are typed, everything else is text.

    Raises:
        ImportError: the extra that writes it is not installed.
    """
    import xlsxwriter  # noqa: PLC0415 - an extra

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        days = {form: book.add_format({"num_format": form}) for form in (DAY, MOMENT)}
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for at, column in enumerate(sheet.columns):
                page.write_string(0, at, column, bold)
            for below, row in enumerate(sheet.rows, 1):
                for at, cell in enumerate(row):
                    _write(page, below, at, cell, days)
            page.freeze_panes(1, 0)
            page.set_column(0, max(len(sheet.columns) - 1, 0), WIDTH)
    return out.getvalue()


def _write(page: "Worksheet", below: int, at: int, cell: object, days: Mapping[str, "Format"]) -> None:
    """Write one cell by its type; a text is never interpreted."""
    if cell in (None, ""):
        return
    if isinstance(cell, bool):
        page.write_boolean(below, at, cell)
    elif isinstance(cell, int | Decimal) and len(Decimal(cell).normalize().as_tuple().digits) <= MOST_DIGITS:
        page.write_number(below, at, float(cell))
    elif isinstance(cell, datetime) and cell.year >= FIRST_YEAR:
        moment = cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell
        page.write_datetime(below, at, moment, days[MOMENT])
    elif isinstance(cell, date) and cell.year >= FIRST_YEAR:
        page.write_datetime(below, at, datetime(cell.year, cell.month, cell.day), days[DAY])
    else:
        page.write_string(below, at, _fitting(_word(cell)))


def _fitting(text: str) -> str:
    """Return a text cut to the longest a cell may have, with a note."""
    if len(text) <= MOST_LETTERS:
        return text
    said = f"… ({len(text):,} characters, cut)"
    return text[: MOST_LETTERS - len(said)] + said


def _word(cell: object) -> str:
    """Return a cell as text; characters that no file can hold are replaced."""
    if cell is None:
        return ""
    text: Any = {True: "true", False: "false"}[cell] if isinstance(cell, bool) else plain(cell)
    return str(text).encode("utf-8", "replace").decode()
