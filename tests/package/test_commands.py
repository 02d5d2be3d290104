"""The commands, started as people start them."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio.to_thread
import mcp
import mcp_types as types
import pytest
from mcp.client.stdio import StdioServerParameters

from harvest_mcp.sandbox import ADMIN, MANAGER, MEMBER, Fault, Login, Sandbox, open_account, running
from harvest_mcp.systems.harvest import CLIENTS
from tests import forks
from tests.conftest import REPLIES, Era
from tests.patience import PATIENCE
from tests.tools.test_inventory import DEFAULT, OF, READS

COMMAND = [sys.executable, "-m", "harvest_mcp"]
"""As people start it, imports and all."""


def command() -> list[str]:
    """The same, without what a start costs."""
    return [forks.python(), *COMMAND[1:]]


def environment(url: str = "", login: Login = ADMIN, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARVEST_")}
    account = {"HARVEST_URL": url, "HARVEST_EMAIL": login.email, "HARVEST_PASSWORD": login.password} if url else {}
    return {**kept, **account, **more}


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command(), *arguments],
        capture_output=True,
        text=True,
        env=env or environment(),
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    with open_account(calls=None) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def url(account: Sandbox) -> Iterator[str]:
    with running(account) as address:
        yield address


# Every tool once, in an order that leaves each something to work on; the words its answer begins with.
EVERYTHING: list[tuple[str, dict[str, Any], str]] = [
    ("who_am_i", {}, '{"company":{"name":"Kestrel Studio"'),
    ("get_rate_limit_status", {}, '{"harvest":{"count":'),
    ("search_records", {"query": "suprcorp", "kinds": ["clients"]}, "# 1 hit\n"),
    ("list_clients", {"query": "acme"}, "# 1 client\nid,name,active\n"),
    ("create_client", {"name": "Harbour {era}"}, 'Created client "Harbour {era}" ('),
    ("update_client", {"client_id": 11072, "details": "1 Quay {era}\nBremen"}, 'Updated client "SuprCorp" (11072).'),
    ("get_client", {"client_id": 11072}, '{"id":11072,"name":"SuprCorp","active":true,"details":"1 Quay {era}'),
    ("toggle_client", {"client_id": 11076}, "Now "),
    ("list_contacts", {"client": "SuprCorp", "limit": 1}, "# 1 of "),
    ("create_contact", {"client": "11072", "first_name": "Ann", "last_name": "{era}"}, 'Created contact "Ann {era}" ('),
    ("update_contact", {"contact_id": 9, "title": "{era}"}, 'Updated contact "Jane Doe" (9).'),
    ("get_contact", {"contact_id": 9}, '{"id":9,"client_id":11072,'),
]


@pytest.mark.anyio
@pytest.mark.eras
async def test_every_tool_answers_over_stdio_and_a_socket_in_both_eras(url: str, era: Era, tmp_path: Path) -> None:
    env = environment(url, HARVEST_MCP_STATE=str(tmp_path / "state.db"))
    started = COMMAND if era == "auto" else command()  # one start is the whole one
    child = StdioServerParameters(command=started[0], args=started[1:], env=env)

    async def form(context: object, params: types.ElicitRequestParams) -> types.ElicitResult:
        return REPLIES["yes"]

    async with mcp.Client(child, mode=era, elicitation_callback=form) as client:
        for tool, given, begins in EVERYTHING:
            arguments = {k: v.format(era=era) if isinstance(v, str) else v for k, v in given.items()}
            text = await said(client, tool, arguments)
            assert text.startswith(begins.replace("{era}", era)), text
        created = json.loads((await said(client, "create_client", {"name": f"Gone {era}"})).splitlines()[-1])["id"]
        with_contact = {"client": str(created), "first_name": "A", "last_name": "B"}
        person = json.loads((await said(client, "create_contact", with_contact)).splitlines()[-1])["id"]
        gone = [
            await said(client, "delete_contact", {"contact_id": person}),
            await said(client, "delete_client", {"client_id": created}),
        ]
        assert [text.partition(" undo_change(")[0] for text in gone] == [
            f'Deleted contact "A B" ({person}).',
            f'Deleted client "Gone {era}" ({created}).',
        ]


@pytest.mark.anyio
@pytest.mark.eras
async def test_a_client_without_forms_gets_a_code_that_a_person_approves_in_both_eras(
    url: str, era: Era, tmp_path: Path
) -> None:
    state = str(tmp_path / "state.db")
    env = environment(url, HARVEST_MCP_STATE=state)
    child = StdioServerParameters(command=forks.python(), args=COMMAND[1:], env=env)
    async with mcp.Client(child, mode=era) as client:
        created = json.loads((await said(client, "create_client", {"name": f"Code {era}"})).splitlines()[-1])["id"]
        refusal = await said(client, "delete_client", {"client_id": created}, error=True)
        again = re.search(rf'delete_client\(client_id={created}, confirm="([\w-]+)"\)', refusal)
        assert again is not None
        assert refusal.endswith("Nothing was deleted.")
        with_code = {"client_id": created, "confirm": again[1]}
        assert "Nobody has decided" in await said(client, "delete_client", with_code, error=True)
        approved = await anyio.to_thread.run_sync(run, "approve", again[1], "--yes", "--state", state)
        assert approved.returncode == 0, approved.stderr
        done = await said(client, "delete_client", with_code)
        assert done.startswith(f'Deleted client "Code {era}" ({created}).')


async def said(client: mcp.Client, tool: str, arguments: dict[str, Any], *, error: bool = False) -> str:
    result = await client.call_tool(tool, arguments)
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    assert bool(result.is_error) is error, content.text
    return content.text


@pytest.mark.anyio
async def test_a_wrong_password_is_told_by_the_first_call(url: str) -> None:
    env = environment(url, HARVEST_PASSWORD="wrong")
    async with mcp.Client(StdioServerParameters(command=forks.python(), args=COMMAND[1:], env=env)) as client:
        assert await said(client, "list_clients", {}, error=True) == (
            "Harvest does not accept the credentials (401). Check them with `harvest-mcp doctor`."
        )


def test_on_a_terminal_it_explains_itself_instead_of_waiting(url: str) -> None:
    parent, terminal = pty.openpty()
    try:
        done = subprocess.run(
            command(),
            stdin=terminal,
            capture_output=True,
            text=True,
            env=environment(url),
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(parent)
        os.close(terminal)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("harvest-mcp is an MCP server: an assistant starts it")


def test_without_settings_it_stops_with_one_sentence() -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "harvest-mcp: HARVEST_ACCESS_TOKEN is not set; make a token at id.getharvest.com/developers, or set HARVEST_URL"
        " for an account of API v1, or start with --sandbox to try without an account.\n"
    )


def test_tools_prints_the_inventory_for_people() -> None:
    done = run("tools")
    assert done.returncode == 0
    row = done.stdout.splitlines()[1 + DEFAULT.index("delete_client")]
    assert re.fullmatch(r"delete_client +crm +deletes, asks first, repeatable +\d+", row)
    total = rf"{len(DEFAULT)} tools, \d+ bytes in tools/list, \d+ on average"
    assert re.fullmatch(total, done.stdout.splitlines()[-1])


def test_tools_prints_the_inventory_for_machines_and_heeds_flags_on_either_side() -> None:
    before = json.loads(run("--read-only", "tools", "--json").stdout)
    behind = json.loads(run("tools", "--json", "--read-only").stdout)
    assert before == behind
    assert [tool["name"] for tool in before] == READS


def test_an_unknown_toolset_stops_the_start_with_the_known_ones() -> None:
    done = run("tools", "--toolsets", "crmm")
    assert (done.returncode, done.stderr) == (
        2,
        "harvest-mcp: HARVEST_MCP_TOOLSETS names 'crmm', which does not exist. "
        f"Known: default, all, {', '.join(sorted(OF))}.\n",
    )


def test_the_demo_plays_to_its_end() -> None:
    done = run("demo", env=environment(COLUMNS="200"))
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    changed = lines[lines.index("What changed in the account") + 1 :]
    assert changed == [
        "  - client 11073 Acme",
        "  - contact 17 Wile Coyne",
        "  - contact 18 Marta Runner",
        "  - contact 19 Theo Anvil",
        "  + contact 158 Maya Lindqvist",
        *(line for line in changed if re.fullmatch(r"  \+ hours [0-9]+ [0-9-]{10}", line)),
        "Every call ended as it should.",
    ]
    assert len(changed) == 8
    assert sum("DELETE" in line for line in lines) == 1


def test_an_embedded_account_in_a_file_keeps_what_was_changed(tmp_path: Path) -> None:
    file = tmp_path / "account.db"
    first = run(f"--sandbox={file}", "doctor")
    assert (first.returncode, file.exists()) == (0, True)
    with open_account(str(file)) as account:
        account.put(CLIENTS, name="Kept")
    with open_account(str(file)) as account:
        assert account.rows(CLIENTS)[-1]["name"] == "Kept"


@pytest.mark.parametrize("order", [("--sandbox", "doctor"), ("doctor", "--sandbox")])
def test_a_command_behind_the_sandbox_flag_is_no_file(order: tuple[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [*command(), *order],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=tmp_path,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [])
    assert "the embedded account" in done.stdout


def test_a_file_that_is_no_account_stops_the_start_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Jane")
    done = run(f"--sandbox={file}", "doctor")
    assert (done.returncode, done.stdout, file.read_text()) == (2, "", "Dear Jane")
    assert done.stderr.startswith("harvest-mcp: ")


def test_the_sandbox_command_serves_an_account(tmp_path: Path) -> None:
    started = subprocess.Popen(
        [*command(), "sandbox", "--port", "0", "--db", str(tmp_path / "a.db"), "--profile", "classic"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(PYTHONUNBUFFERED="1"),
    )
    try:
        assert started.stdout is not None
        said, _, *ways = [started.stdout.readline() for _ in range(5)]
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address is not None, said
        assert ways == [
            f"  HARVEST_URL={address[0]} HARVEST_EMAIL={ADMIN.email} HARVEST_PASSWORD={ADMIN.password}"
            " harvest-mcp doctor\n",
            *(
                f"  with fewer rights: HARVEST_EMAIL={each.email} HARVEST_PASSWORD={each.password}\n"
                for each in (MANAGER, MEMBER)
            ),
        ]
        assert run("doctor", env=environment(address[0])).returncode == 0
    finally:
        started.terminate()
        started.communicate(timeout=PATIENCE)


def test_the_sandbox_refuses_a_port_that_is_taken(url: str) -> None:
    done = run("sandbox", "--port", url.rpartition(":")[2])
    assert done.returncode == 2
    assert "cannot listen on 127.0.0.1 port" in done.stderr


def checks(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    return {check["name"]: (check["state"], check["says"]) for check in json.loads(done.stdout)["checks"]}


def test_the_doctor_finds_a_healthy_account_healthy(url: str) -> None:
    done = run("doctor", "--json", env=environment(url))
    found = checks(done)
    assert done.returncode == 0
    assert {name: state for name, (state, _) in found.items()} == dict.fromkeys(
        ["settings", "state", "address", "credentials", "role", "time", "round trip", "budget"], "ok"
    )
    assert found["credentials"][1] == "Ada Kestrel <admin@kestrel.example> at Kestrel Studio"


def test_the_doctor_names_sources_and_masks_secrets(url: str) -> None:
    done = run("doctor", "--confirm", "strict", env=environment(url))
    assert ADMIN.password not in done.stdout.replace("sandbox account", "")
    assert "HARVEST_PASSWORD           ********  (environment)" in done.stdout
    assert "HARVEST_MCP_CONFIRM        strict  (--confirm)" in done.stdout


def test_the_doctor_notes_what_a_role_keeps_back(url: str) -> None:
    done = run("doctor", "--json", env=environment(url, MEMBER))
    assert done.returncode == 0
    assert checks(done)["role"] == (
        "note",
        "a regular user: has their own time and expenses; Harvest hides clients, contacts and projects",
    )


def test_the_doctor_tells_a_wrong_password(url: str) -> None:
    done = run("doctor", "--json", env=environment(url, HARVEST_PASSWORD="wrong"))
    assert done.returncode == 1
    assert checks(done)["credentials"] == ("failed", "Harvest does not accept the credentials (401).")


GONE = "this address does not answer /account/who_am_i as Harvest's XML API does"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("html", times=None),
        Fault("redirect", "https://id.example.com/sign_in", times=None),
        Fault("status", "404", times=None),
    ],
    ids=["a web page", "a redirect elsewhere", "a 404"],
)
def test_the_doctor_recognises_an_address_that_is_not_the_api(fault: Fault, account: Sandbox, url: str) -> None:
    account.fail(fault)
    try:
        done = run("doctor", "--json", env=environment(url))
    finally:
        account.calm()
    assert done.returncode == 1
    assert checks(done)["credentials"] == ("failed", GONE)


def test_the_doctor_tells_an_address_where_nothing_answers() -> None:
    done = run("doctor", "--json", env=environment("http://127.0.0.1:9"))
    assert done.returncode == 1
    assert checks(done)["address"] == ("failed", "nothing answers at 127.0.0.1:9")


def test_the_doctor_tells_an_address_without_tls(url: str) -> None:
    done = run("doctor", "--json", env=environment(url.replace("http://", "https://")))
    assert done.returncode == 1
    assert checks(done)["TLS"] == ("failed", "this address does not speak TLS")


def test_the_doctor_tells_a_missing_setting() -> None:
    done = run("doctor", "--json")
    assert done.returncode == 1
    assert checks(done)["settings"][0] == "failed"
