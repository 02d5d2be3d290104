"""Hand a file to a person: as CSV or XLSX, in the operator's folder, or with the answer if it is small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import anyio.to_thread

from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.text.sheets import CSV, KINDS, MOST_ROWS, XLSX, ZIP, Sheet, as_csv_file, as_workbook, as_zip
from harvest_mcp.tools.arguments.model import Argument
from harvest_mcp.tools.files.place import SETTING, file_name, keep
from harvest_mcp.tools.tool import Attached, Call

NO_FILE = "so no file was written"
MOST_BYTES = 200_000
"""The most bytes of a file that goes with an answer."""
EXPORT = Argument("export", Literal["csv", "xlsx"], "as a file too")
"""The further argument of tools that answer with a table."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed over: `contacts.csv, 1,204 bytes, in /home/ana/exports`, and what goes with the answer."""

    told: str = ""
    attached: tuple[Attached, ...] = ()
    empty: bool = False
    """Whether no file was written because there were no rows."""

    @property
    def notes(self) -> list[str]:
        """The sentence in an answer's first line; empty where no file was asked for."""
        if self.empty:
            return [f"nothing to export, {NO_FILE}"]
        return [f"exported as {self.told}"] if self.told else []


async def exported(call: Call, given: Mapping[str, Any], sheet: Sheet, *named: str) -> Handed:
    """Hand over an answer's table as a file if asked for.

    Raises:
        HarvestMcpError: it cannot be made, or handed over.
    """
    if "export" not in given:
        return Handed()
    narrower = "Ask for less, a shorter period or fewer groups"
    return await give_sheets(call, given["export"], [sheet], sheet.name, *named, narrower=narrower)


async def give_sheets(call: Call, form: str, sheets: Sequence[Sheet], *named: str, narrower: str) -> Handed:
    """Hand over tables as one file: a workbook, a CSV, or a ZIP with a CSV of each; none if no table has a row.

    Raises:
        HarvestMcpError: it cannot be made, or handed over.
    """
    if not any(each.rows for each in sheets):
        return Handed(empty=True)
    end = ZIP if form == CSV and len(sheets) > 1 else form
    return await give(call, file_name(*named, end=end), await made(form, sheets), narrower=narrower)


async def made(form: str, sheets: Sequence[Sheet]) -> bytes:
    """Return tables as the bytes of a file, made in a thread.

    Raises:
        HarvestMcpError: the extra for workbooks is missing, or there are too many rows.
    """

    if form == XLSX and (long := next((each for each in sheets if len(each.rows) >= MOST_ROWS), None)):
        raise HarvestMcpError(
            f"{long.name} has {len(long.rows):,} rows, and a sheet {MOST_ROWS - 1:,} at most.",
            state="No file was written.",
            next="Take csv, or ask for less.",
        )

    def make() -> bytes:
        if form == XLSX:
            return as_workbook(sheets)
        return as_csv_file(sheets[0]) if len(sheets) == 1 else as_zip(sheets)

    try:
        return await anyio.to_thread.run_sync(make)
    except ImportError:
        raise HarvestMcpError(
            "XLSX files are not made here: the extra harvest-mcp[xlsx] is not installed.",
            state="No file was written.",
            next="Take csv, or have the operator install the extra where this server runs.",
        ) from None


async def give(call: Call, name: str, data: bytes, *, narrower: str) -> Handed:
    """Hand over one file; `narrower` says how to get a smaller one.

    Raises:
        HarvestMcpError: it is too large to go with the answer, or the folder cannot be written to.
    """
    size = f"{len(data):,} bytes"
    if folder := call.desk.export_folder:
        there = await anyio.to_thread.run_sync(keep, folder, name, data)
        return Handed(f"{there.name}, {size}, in {there.parent}")
    if len(data) > MOST_BYTES:
        raise HarvestMcpError(
            f"{name} has {size}, and a file that goes with an answer {MOST_BYTES:,} at most.",
            state="No file was written.",
            next=f"{narrower}; or have the operator name a folder for files of any size in {SETTING}.",
        )
    kind = KINDS[name.rpartition(".")[2]]
    return Handed(f"{name}, {size}", (Attached(name, kind, data),))
