"""incwo from the command line: a server over its pipes, the doctor, the tools, an account to try things on."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, get_args

import anyio
import mcp_types as types
import pytest

from harvest_mcp.sandbox import INCWO_LOGIN, running
from tests import forks
from tests.conftest import REPLIES, Era
from tests.incwo.commands import MODULE, client, environment, run
from tests.incwo.kit import ANNE, LACAZE, opened
from tests.incwo.test_every_tool import DEFAULT
from tests.patience import PATIENCE

Played = list[tuple[str, dict[str, Any], str]]
# Every default tool once, in an order that leaves each something to work on; the words its answer begins with.
# The two halves are played at once, each at an account of its own, since the pace makes them slow.
OF_FIRMS: Played = [
    ("search_records", {"query": "lacaze", "kinds": ["incwo_firms"]}, "# 3 hits\nkind,id,"),
    ("list_incwo_firms", {"limit": 1}, "# 1 firm, part of page 1 of 1; next: cursor="),
    ("get_incwo_firm", {"firm_id": LACAZE}, '{"id":500005,"name":"Menuiserie Lacaze",'),
    ("create_incwo_firm", {"name": "Neuve"}, 'Created firm "Neuve" (500305).'),
    ("update_incwo_firm", {"firm_id": 500305, "tva": "FR40"}, 'Updated firm "Neuve" (500305).'),
    ("add_incwo_firm_address", {"firm_id": 500305, "address_type": "other"}, "Added the address to firm"),
    ("update_incwo_firm_address", {"firm_id": 500305, "address_id": 0, "city": "Nice"}, "Changed the address of firm"),
    ("remove_incwo_firm_address", {"firm_id": 500305, "address_id": 0}, "Removed the address of firm"),
    ("add_incwo_firm_item", {"firm_id": 500305, "type_id": "71", "value": "1"}, "Added the item to firm"),
    ("update_incwo_firm_item", {"firm_id": 500305, "item_id": 0, "value": "2"}, "Changed the item of firm"),
    ("remove_incwo_firm_item", {"firm_id": 500305, "item_id": 0}, "Removed the item of firm"),
    ("delete_incwo_firm", {"firm_id": 500305}, 'Deleted firm "Neuve" (500305).'),
    ("list_changes", {}, "# 9 changes, newest first\n"),
    (
        "undo_change",
        {"change_id": 0},
        'Undid change CHANGE: firm "Neuve" (500310) is as it was under the new id 500310.',
    ),
]
OF_CONTACTS: Played = [
    ("list_incwo_contacts", {"query": "anne"}, "# 5 contacts\nid,last_name,"),
    ("get_incwo_contact", {"contact_id": ANNE}, '{"id":880005,"civility_label_id":"mrs","last_name":"Dupont",'),
    ("create_incwo_contact", {"last_name": "Neu"}, 'Created contact "Neu" (881005).'),
    ("update_incwo_contact", {"contact_id": 881005, "firm": "500010"}, 'Updated contact "Neu" (881005).'),
    ("add_incwo_contact_address", {"contact_id": 881005, "address_type": "other"}, "Added the address to contact"),
    ("update_incwo_contact_address", {"contact_id": 881005, "address_id": 0, "city": "Nice"}, "Changed the address of"),
    ("remove_incwo_contact_address", {"contact_id": 881005, "address_id": 0}, "Removed the address of contact"),
    ("add_incwo_contact_item", {"contact_id": 881005, "type_id": "skype", "value": "1"}, "Added the item to contact"),
    ("update_incwo_contact_item", {"contact_id": 881005, "item_id": 0, "value": "2"}, "Changed the item of contact"),
    ("remove_incwo_contact_item", {"contact_id": 881005, "item_id": 0}, "Removed the item of contact"),
    ("delete_incwo_contact", {"contact_id": 881005}, 'Deleted contact "Neu" (881005).'),
    ("get_change", {"change_id": 0}, '{"id":CHANGE,'),
]


@pytest.mark.anyio
async def test_every_default_tool_answers_over_pipes_and_a_socket_in_both_eras(tmp_path: Path) -> None:
    assert sorted(tool for tool, _, _ in (*OF_FIRMS, *OF_CONTACTS)) == sorted(DEFAULT)
    async with anyio.create_task_group() as group:
        for era in get_args(Era):
            group.start_soon(_played, era, OF_FIRMS, tmp_path / f"{era}-firms.db")
            group.start_soon(_played, era, OF_CONTACTS, tmp_path / f"{era}-contacts.db")


async def _played(era: Era, calls: Played, state: Path) -> None:
    async def form(context: object, params: types.ElicitRequestParams) -> types.ElicitResult:
        return REPLIES["yes"]

    last = ""
    with opened("nested=replace", "page_size=200") as sandbox, running(sandbox) as address:
        url = f"{address}/123456"
        async with client(url, str(state), mode=era, elicitation_callback=form) as caller:
            assert [tool.name for tool in (await caller.list_tools()).tools] == DEFAULT
            for tool, arguments, begins in calls:
                taken = {name: _change(last) if name == "change_id" else value for name, value in arguments.items()}
                result = await caller.call_tool(tool, _with_child(taken, last))
                (content,) = result.content
                assert isinstance(content, types.TextContent)
                assert content.text.startswith(begins.replace("CHANGE", str(taken.get("change_id")))), (
                    era,
                    content.text,
                )
                last = content.text


def _change(last: str) -> int:
    """The change that the last answer told, or lists first."""
    found = re.search(r"(?:change_id=|^)(\d+)[,)]", last, re.MULTILINE)
    assert found, last
    return int(found[1])


def _with_child(arguments: dict[str, Any], last: str) -> dict[str, Any]:
    """The arguments with the id of the one child in the last answer, where they name one."""
    for name, column in (("item_id", "contact_items"), ("address_id", "contact_addresses")):
        if name in arguments:
            (only,) = json.loads(last.splitlines()[-1])[column]
            return {**arguments, name: only["id"]}
    return arguments


def test_the_doctor_finds_the_embedded_account_well() -> None:
    done = run("doctor", "--system", "incwo", "--sandbox", "--json")
    found = {check["name"]: check["state"] for check in json.loads(done.stdout)["checks"]}
    assert (done.returncode, done.stderr) == (0, "")
    assert found["credentials"] == "ok"
    assert set(found.values()) <= {"ok", "note", "skipped"}


def test_the_doctor_tells_a_wrong_password_and_shows_none() -> None:
    with opened() as sandbox, running(sandbox) as address:
        url = f"{address}/123456"
        done = run("doctor", INCWO_URL=url, INCWO_LOGIN=INCWO_LOGIN.email, INCWO_PASSWORD="hunter2-secret")
    assert done.returncode == 1
    assert "incwo does not accept the credentials (401)." in done.stdout
    assert "hunter2-secret" not in done.stdout + done.stderr


def test_tools_lists_what_a_server_of_incwo_offers() -> None:
    done = run("tools", "--system", "incwo", "--json")
    assert [tool["name"] for tool in json.loads(done.stdout)] == DEFAULT


def test_the_sandbox_command_serves_an_account_with_its_switches() -> None:
    started = subprocess.Popen(
        [forks.python(), *MODULE, "sandbox", "--system", "incwo", "--switch", "nested=append", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(PYTHONUNBUFFERED="1"),
    )
    try:
        assert started.stdout is not None
        said = [started.stdout.readline() for _ in range(3)]
    finally:
        started.terminate()
        started.communicate(timeout=PATIENCE)
    found = re.fullmatch(
        r"An account of incwo with made-up data answers at (http://127\.0\.0\.1:\d+/123456)\. Ctrl-C stops it\.\n",
        said[0],
    )
    assert found, said
    assert said[2] == (
        f"  INCWO_URL={found[1]} INCWO_LOGIN={INCWO_LOGIN.email} INCWO_PASSWORD={INCWO_LOGIN.password}"
        " harvest-mcp doctor\n"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("--system", "incwo", "--switch", "nested=guess"),
            "harvest-mcp: The switch nested_update does not take 'guess'. It takes: merge, replace, append.\n",
        ),
        (
            ("--switch", "nested=append"),
            "harvest-mcp: A Harvest account has no switches. Say --system incwo, or leave --switch out.\n",
        ),
    ],
)
def test_a_wrong_switch_ends_with_a_sentence(arguments: tuple[str, ...], says: str) -> None:
    done = run("sandbox", *arguments, "--port", "0")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", says)
