"""Exports: what is meant as a file under a size, nothing in it a formula, read back as the same persons."""

import base64
import csv
import io
import re
from pathlib import Path
from typing import Any

import anyio
import mcp_types as types
import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.text.contact_files.harmless import harmless
from harvest_mcp.text.contact_files.tables import table
from tests.conftest import Said, talking
from tests.holds import holds_for
from tests.incwo.kit import ANNE, at

pytestmark = pytest.mark.anyio
SETS = "crm,bulk,invoices"


def data(said: Said) -> bytes:
    (file,) = said.files
    assert isinstance(file, types.EmbeddedResource)
    assert isinstance(file.resource, types.BlobResourceContents)
    return base64.b64decode(file.resource.blob)


async def test_contacts_of_a_client_come_as_a_table_with_the_clients_name(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        said = await talk.call("export_records", kind="contacts", of="SuprCorp")
        told = data(said)
        assert said.text == f"Exported 8 contacts as contacts.csv, {len(told):,} bytes."
    rows = list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))
    assert [(rows[0][name]) for name in ("id", "client", "first_name", "email")] == [
        *("9", "SuprCorp", "Jane", "janedoe@example.com"),
    ]
    assert len(rows) == 8


@pytest.mark.parametrize("form", ["csv", "vcard"])
async def test_what_was_exported_is_there_when_it_is_imported_again(sandbox: Sandbox, form: str) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        file = data(await talk.call("export_records", kind="contacts", of="SuprCorp", format=form))
        answer = await talk.ok("import_contacts", data=base64.b64encode(file).decode())
    assert answer.startswith("# Nothing to import: 8 rows: 8 there.")


async def test_a_cell_that_cannot_be_read_is_no_empty_one(sandbox: Sandbox) -> None:
    row = "<client><id>7</id><name>A</name><active>perhaps</active></client>"
    body = f'<clients type="array">{row}</clients>'.encode()
    sandbox.fail(Fault("garbage", "200", path="/clients", body=body, times=None))
    async with talking(sandbox, toolsets="bulk") as talk:
        said = await talk.call("export_records", kind="clients")
        assert said.text.endswith("; unreadable: active of 7.")
        assert b"\r\n7,A,unreadable," in data(said)


async def test_an_incwo_contact_is_a_card_with_all_its_telephones() -> None:
    async with at(toolsets="all") as talk:
        said = await talk.call("export_incwo_records", kind="contacts", records=[str(ANNE)], format="vcard")
        lines = data(said).decode().splitlines()
        assert [line for line in lines if line.startswith("TEL")] == [
            "TEL;TYPE=WORK,VOICE:04 65 71 10 00",
            "TEL;TYPE=WORK,VOICE:04 65 71 10 10",
            "TEL;TYPE=WORK,VOICE:04 65 71 10 99",
            "TEL;TYPE=CELL:06 39 98 01 01",
        ]
        assert "ADR;TYPE=WORK:;;1 rue d'Austerlitz;Lyon;;69004;France" in lines


@holds_for(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2+cmd|' /C calc'!A0", "'-2+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1+1", "' =1+1"),
        ("\n=1+1", "'\n=1+1"),
        ("\u200b\u202e@SUM(A1)", "'\u200b\u202e@SUM(A1)"),
        (" -12.50", " -12.50"),
        ("＝1+1", "'＝1+1"),
        ("+49 89 555 001", "+49 89 555 001"),
        ("+1-555-0142", "'+1-555-0142"),
        ("-2/3", "'-2/3"),
        ("-12.50", "-12.50"),
        ("Anna = Berta", "Anna = Berta"),
        (None, ""),
    ],
)
def test_a_cell_that_would_be_calculated_is_made_harmless(cell: str | None, safe: str) -> None:
    assert harmless(cell) == safe
    (row,) = table(f'first name,last name\n"{safe}",\'t Hooft\n', {}).rows
    assert row.values == {"first_name": (cell or "").strip(), "last_name": "'t Hooft"} or not cell


async def test_a_file_that_is_too_large_is_refused_with_its_size(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        await talk.ok("update_client", client_id=11073, details="x" * 9_000)
        for at_ in range(24):
            await talk.ok("create_client", name=f"N{at_}", details="y" * 9_000)
        refused = await talk.error("export_records", kind="clients")
    assert refused.startswith("clients.csv has 2")
    assert refused.endswith(
        " bytes, and a file that goes with an answer 200,000 at most. No file was written. Narrow them by query or of;"
        " or have the operator name a folder for files of any size in HARVEST_MCP_EXPORT_FOLDER."
    )


async def test_what_is_named_is_exported_though_it_is_archived_and_what_was_left_out_is_told(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="projects,bulk") as talk:
        named = await talk.call("export_records", kind="projects", records=["Brand guidelines"])
        assert named.text.startswith("Exported 1 project as projects.csv")
        found = await talk.call("export_records", kind="tasks", query="flash")
        assert found == Said(
            "0 tasks match, so no file was written; 1 archived left out, archived=true takes it too.", is_error=False
        )


async def test_of_nothing_no_file_is_made(sandbox: Sandbox, tmp_path: Path) -> None:
    calls: list[dict[str, Any]] = [
        {"tool": "report_time", "period": "1999", "group_by": ["client"], "export": "xlsx"},
        {"tool": "report_invoices", "of": "invoiced", "period": "1999", "export": "csv"},
    ]
    async with talking(sandbox, toolsets="crm,bulk,reports,insight", export_folder=str(tmp_path)) as talk:
        for form in ("xlsx", "vcard"):
            said = await talk.call("export_records", kind="contacts", query="nobody of this name", format=form)
            assert said == Said("0 contacts match, so no file was written.", is_error=False)
        for given in calls:
            assert "; nothing to export, so no file was written" in await talk.ok(given.pop("tool"), **given)
    assert [each async for each in anyio.Path(tmp_path).iterdir()] == []


async def test_of_nothing_in_incwo_no_file_is_made_either() -> None:
    async with at(toolsets="insight,bulk") as talk:
        said = await talk.call("report_incwo_invoices", of="invoiced", period="1999", export="csv")
        assert said.text.endswith("; nothing to export, so no file was written")
        assert said.files == ()


async def test_a_word_that_another_api_means_more_by_says_what_it_leaves_out(sandbox: Sandbox) -> None:
    """27, harvest-v2 14: over v2 a partly paid invoice is open."""
    async with talking(sandbox, toolsets=SETS) as talk:
        told = await talk.ok("export_records", kind="invoices", query="open")
        assert re.fullmatch(r"Exported 9 .*; 3 partial left out, query=partial takes them\.", told)
        said = "partial ones are not among them, status=unpaid has both"
        assert said in await talk.ok("list_invoices", status="open")
        assert said not in await talk.ok("list_invoices", status="partial")
        told = await talk.ok("export_records", kind="invoices", query="open holm")
        assert re.fullmatch(r'Exported 1 .*; 1 partial left out, query="partial holm" takes it\.', told)
        assert said in await talk.ok("list_invoices", query="open holm")
        assert said not in await talk.ok("list_invoices", status="paid", query="open")
        await talk.ok("create_invoice", client="SuprCorp", subject="Open house")
        assert said not in await talk.ok("list_invoices", query="open house")
        assert "left out" not in await talk.ok("export_records", kind="invoices", query="open house")


async def test_a_record_that_is_there_and_lacks_nothing_is_not_said_to_be_missing(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        told = await talk.ok("export_records", kind="contacts", records=[9], empty=["email"])
        assert told == "0 contacts match, so no file was written."


async def test_invoices_are_not_said_to_have_no_lines_by_a_list_that_tells_no_lines(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        await talk.ok("create_invoice", client="SuprCorp", subject="Without lines")
        assert await talk.error("export_records", kind="invoices", empty=["line_items"]) == (
            "The list of invoices leaves line_items out, so it does not tell who has none."
            " get_invoice tells it of one invoice."
        )
