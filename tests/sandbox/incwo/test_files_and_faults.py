"""The account around its contract: addresses, faults, the socket, the file."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import Fault, Switches, open_account, open_incwo, running
from harvest_mcp.systems.incwo import CONTACTS, INCWO
from harvest_mcp.systems.incwo.contacts import Item
from tests.sandbox.kit import Clock

from .kit import ANNE, account, caller, leaf, pages

pytestmark = pytest.mark.anyio


async def test_nothing_answers_beside_the_account() -> None:
    async with account() as desk:
        for path in ("https://www.incwo.example/contacts.xml", "https://www.incwo.example/654321/contacts.xml"):
            assert (await desk.http.get(path)).status_code == 404
        assert (await desk.http.get("/contacts")).status_code == 404
        assert (await desk.http.patch(f"/contacts/{ANNE}.xml")).status_code == 404


async def test_faults_and_control_routes_work_as_in_front_of_harvest() -> None:
    async with account() as desk:
        desk.sandbox.fail(Fault("status", "502", method="GET"))
        answer = await desk.get("/contacts")
        assert (answer.status_code, leaf(answer.content, "error")) == (502, "This failed because it was asked to.")
        desk.sandbox.fail(Fault("drop", method="DELETE", commit="before"))
        with pytest.raises(ConnectionResetError):
            await desk.delete(f"/contacts/{ANNE}")
        assert desk.sandbox.store.get(CONTACTS, ANNE) is None
        seen = (await desk.http.get("https://www.incwo.example/_sandbox/seen")).json()
        assert [(one["method"], one["status"]) for one in seen] == [("GET", 502), ("DELETE", 0)]
        desk.sandbox.fail(Fault("html"))
        desk.sandbox.calm()
        assert pages((await desk.get("/contacts")).content) == (1, 10, 20)
        answer = await desk.http.get("/contacts.xml", headers={"X-Sandbox-Fault": "huge=1"})
        assert answer.content.startswith(b'<contacts type="array"><contact>')


async def test_it_is_served_over_a_socket() -> None:
    with open_incwo(clock=Clock()) as sandbox, running(sandbox) as url:
        async with caller(sandbox, url=url) as http:
            answer: httpx.Response = await http.get("/firms.xml")
        assert pages(answer.content) == (1, 3, 20)


async def test_a_file_keeps_lists_custom_fields_and_what_was_emptied(tmp_path: Path) -> None:
    path = str(tmp_path / "incwo.db")
    with open_incwo(path, clock=Clock()) as sandbox:
        async with caller(sandbox) as http:
            kind = {"Content-Type": "text/xml"}
            await http.put(f"/contacts/{ANNE}.xml", content="<contact><firm_id></firm_id></contact>", headers=kind)
        before = [sandbox.rows(resource) for resource in INCWO.resources]
    with open_incwo(path, clock=Clock(), switches=Switches(page_size=5)) as sandbox:
        assert [sandbox.rows(resource) for resource in INCWO.resources] == before
        anne = sandbox.rows(CONTACTS)[0]
        assert (anne["firm_id"], anne["data_editor_lines_123456-3"]) == ("", "Bois & métal")
        assert isinstance(anne["contact_items"], tuple)
        assert [type(one) for one in anne["contact_items"]] == [Item] * 5
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT json_array_length(contact_items) FROM contacts").fetchone() == (5,)
    db.close()


def test_a_file_of_one_system_is_refused_for_the_other(tmp_path: Path) -> None:
    ours, theirs = str(tmp_path / "incwo.db"), str(tmp_path / "harvest.db")
    open_incwo(ours).close()
    open_account(theirs).close()
    before = [Path(path).read_bytes() for path in (ours, theirs)]
    with pytest.raises(SettingsError) as refusal:
        open_account(ours)
    says = f"The sandbox database {ours} holds an account of incwo, not of harvest; it was left as it is."
    assert str(refusal.value) == says
    with pytest.raises(SettingsError) as refusal:
        open_incwo(theirs)
    says = f"The sandbox database {theirs} holds an account of harvest, not of incwo; it was left as it is."
    assert str(refusal.value) == says
    assert [Path(path).read_bytes() for path in (ours, theirs)] == before


def test_a_harvest_account_opens_without_incwo() -> None:
    code = (
        "import sys; from harvest_mcp.sandbox import open_account; open_account().close();"
        "print([name for name in sys.modules if name.startswith('harvest_mcp.s') and '.incwo' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
