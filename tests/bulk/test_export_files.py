"""Exports as files: typed cells that are no formula, a client with all that is theirs, and the operator's folder."""

import base64
import csv
import io
import os
import resource
import stat
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import mcp_types as types
import openpyxl
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.text.sheets import Sheet, as_workbook
from harvest_mcp.tools.files.place import NotWritten, file_name, keep
from tests.conftest import Said, talking
from tests.incwo.kit import at

pytestmark = pytest.mark.anyio
SETS = "crm,bulk,invoices,reports,insight"
COMPANY_PARTS = ["clients", "contacts", "projects", "invoices", "day_entries", "expenses"]


def data(said: Said) -> bytes:
    (file,) = said.files
    assert isinstance(file, types.EmbeddedResource)
    assert isinstance(file.resource, types.BlobResourceContents)
    return base64.b64decode(file.resource.blob)


def parts(packed: bytes) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(files.read(name).decode("utf-8-sig"))))
            for name in files.namelist()
        }


def test_cells_of_a_workbook_are_what_they_are_and_no_text_is_a_formula_or_a_link() -> None:
    texts = ["=1+1", "@SUM(A1)", "-2+3", "https://example.com", "00420", "\ud800", "\x01", "x" * 40_000]
    moment = datetime.fromisoformat("2026-11-29T10:00:00+02:00")
    cells: list[object] = [*texts, moment, 12, 2**60, True, None]
    book = openpyxl.load_workbook(io.BytesIO(as_workbook([Sheet("odd", ["cell"], [[cell] for cell in cells])])))
    page = book["odd"]
    told = [(cell.value, cell.data_type) for (cell,) in page.iter_rows(min_row=2, min_col=1, max_col=1)]
    assert told[:5] == [(text, "s") for text in texts[:5]]
    assert told[5] == ("?", "s")
    assert str(told[7][0]).endswith("… (40,000 characters, cut)")
    assert len(str(told[7][0])) == 32_767
    assert told[8:] == [(datetime(2026, 11, 29, 8, 0), "d"), (12, "n"), (str(2**60), "s"), (True, "b")]
    assert not any(cell.hyperlink for row in page.iter_rows() for cell in row)


async def test_a_client_comes_with_all_that_is_theirs_and_with_nothing_of_others(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        said = await talk.call("export_client", client_id="SuprCorp", period="2026-10")
        packed = data(said)
        report = await talk.ok("report_time", period="2026-10", client=["SuprCorp"], group_by=["client"])
    found = parts(packed)
    assert [*found] == COMPANY_PARTS
    assert said.text == (
        f'Exported "SuprCorp" (11072) with {len(found["contacts"])} contacts, {len(found["projects"])} projects,'
        f" {len(found['invoices'])} invoices, {len(found['day_entries'])} day entries, {len(found['expenses'])}"
        f" expenses; time and expenses of 2026-10-01 to 2026-10-31 as client-SuprCorp.zip, {len(packed):,} bytes."
    )
    assert {row["client_id"] for name in ("contacts", "projects", "invoices") for row in found[name]} == {"11072"}
    theirs = {row["id"] for row in found["projects"]}
    assert {row["project_id"] for name in ("day_entries", "expenses") for row in found[name]} <= theirs
    hours = sum(round(float(row["hours"]) * 100) for row in found["day_entries"])
    assert f"11072,SuprCorp,{hours / 100:.2f}" in report


async def test_an_incwo_firm_is_a_workbook_with_a_sheet_of_each_kind() -> None:
    async with at(toolsets="all") as talk:
        listed = await talk.ok("list_incwo_firms")
        firm = listed.splitlines()[2].split(",")[0]
        said = await talk.call("export_incwo_firm", firm_id=firm, format="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(data(said)))
    assert book.sheetnames == ["firms", "contacts", "leads", "proposals", "invoices", "purchase_bills"]
    assert str(book["firms"]["A2"].value) == firm


async def test_a_report_comes_as_a_file_too_with_its_figures_as_numbers(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        said = await talk.call("report_time", period="2026-10", group_by=["client"], export="xlsx")
        owed = await talk.call("report_invoices", export="csv")
    name = "report_time-2026-10-01 to 2026-10-31.xlsx"
    assert f"; exported as {name}, {len(data(said)):,} bytes" in said.text.splitlines()[0]
    page = openpyxl.load_workbook(io.BytesIO(data(said))).active
    assert page is not None
    head, *rows, total = [[cell.value for cell in row] for row in page.iter_rows()]
    assert head[:3] == ["client_id", "client", "hours"]
    assert total[0] == "total"
    assert "amount_USD" in head
    for at_, column in enumerate(head[2:], 2):
        figures = [row[at_] for row in rows if row[at_] is not None]
        assert all(isinstance(value, int | float) for value in figures), column
        assert sum(map(float, figures)) == pytest.approx(float(str(total[at_])))  # type: ignore[arg-type]  # a cell may be anything
    (unpriced,) = (dict(zip(head, row, strict=True)) for row in rows if row[1] == "Northgate Outfitters")
    assert unpriced["hours"] == unpriced["unpriced_hours"] != 0
    assert {value for column, value in unpriced.items() if "amount" in str(column)} == {None}
    first = next(csv.DictReader(io.StringIO(data(owed).decode("utf-8-sig"))))
    assert [*first][:4] == ["client", "client_id", "currency", "owed"]


async def test_without_the_extra_the_answer_names_it(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    async with talking(sandbox, toolsets=SETS) as talk:
        assert await talk.error("export_records", kind="contacts", of="SuprCorp", format="xlsx") == (
            "XLSX files are not made here: the extra harvest-mcp[xlsx] is not installed. No file was written."
            " Take csv, or have the operator install the extra where this server runs."
        )


async def test_with_a_folder_files_of_any_size_go_there_and_take_no_others_place(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine", "utf-8")
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "contacts.csv").symlink_to(outside)
    (folder / "contacts (2).csv").symlink_to(tmp_path / "nowhere")
    async with talking(sandbox, toolsets=SETS, export_folder=str(folder)) as talk:
        said = await talk.call("export_records", kind="contacts", of="SuprCorp")
        assert said.files == ()
        again = await talk.ok("export_records", kind="contacts", of="SuprCorp")
        await talk.ok("update_client", client_id=11073, name="../../etc/cron.d/=x")
        odd = await talk.ok("export_client", client_id=11073, period="2026-10")
    written = folder / "contacts (3).csv"
    size = written.stat().st_size
    assert said.text == f"Exported 8 contacts as contacts (3).csv, {size:,} bytes, in {folder}."
    assert "contacts (4).csv" in again
    assert written.read_bytes() == (folder / "contacts (4).csv").read_bytes()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert outside.read_text("utf-8") == "mine"
    assert not (tmp_path / "nowhere").exists()
    assert (
        f"as client-.. .. etc cron.d x.zip, {(folder / 'client-.. .. etc cron.d x.zip').stat().st_size:,} bytes" in odd
    )
    assert sorted(os.listdir(tmp_path)) == ["exports", "outside.txt"]
    assert not [each for each in os.listdir(folder) if each.startswith(".")]


async def test_a_folder_that_is_gone_since_the_start_is_told_and_nothing_is_written(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    async with talking(sandbox, toolsets=SETS, export_folder=str(folder)) as talk:
        folder.rmdir()
        assert await talk.error("export_records", kind="contacts", of="SuprCorp") == (
            f"contacts.csv cannot be written to {folder}: no such file or directory. No file was written. Mend the"
            " folder, or have the operator name another in HARVEST_MCP_EXPORT_FOLDER; then call again."
        )


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(NotWritten, match="file too large"):
            keep(str(tmp_path), "big.csv", b"x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert os.listdir(tmp_path) == []


def test_a_disk_without_links_takes_files_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert [keep(str(tmp_path), "a.csv", text.encode()).name for text in ("one", "two")] == ["a.csv", "a (2).csv"]
    assert [(tmp_path / name).read_text("utf-8") for name in ("a.csv", "a (2).csv")] == ["one", "two"]
    assert len(os.listdir(tmp_path)) == 2


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "client-.. .. etc passwd.csv"),
        ("C:\\x\\NUL", "client-C x NUL.csv"),
        ("\u202egnp.exe\x00", "client- gnp.exe.csv"),
        ("Søstrene & Holm", "client-Søstrene & Holm.csv"),
        ("", "client.csv"),
        ("é" * 300, f"client-{'é' * 71}.csv"),
        ("\U00020000" * 300, "client-" + "\U00020000" * 35 + ".csv"),
    ],
)
def test_a_file_is_called_after_a_record_without_leaving_its_folder(name: str, safe: str) -> None:
    assert file_name("client", name, end="csv") == safe
