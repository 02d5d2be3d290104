"""Nothing that a record, a vendor or a journal holds moves a terminal: no escape, no bell, no return; nothing hides."""

import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import anyio
import httpx
import pytest

from harvest_mcp import server
from harvest_mcp.changes import entries, journal
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, open_account, running
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, WHO_AM_I
from tests.patience import PATIENCE
from tests.terminal import START, at_terminal

from .hidden import IN_A_HEADER, raw, shown
from .stage import fill, listening, told

POINTS = (0x202E, 0x9B, 0x9D, 0x85, 0x7F, 0x84, 0x200B, 0xE0041, 0x2028)
HIDDEN = "".join(f"{chr(point)}x" for point in POINTS) + "\r\nsecond line\r\n"
CONTROLS = "\x1b[2J\x07\x08\x9b31m\r\x00\x0b\x0c\x7f\u202e"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_account(calls=None) as account:
        yield account


@pytest.fixture
def env(sandbox: Sandbox, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A terminal that colours nothing, so that every control on it is somebody else's."""
    account = {"HARVEST_EMAIL": ADMIN.email, "HARVEST_PASSWORD": ADMIN.password}
    with running(sandbox) as url:
        place = {"HARVEST_URL": url, "HARVEST_MCP_STATE": str(tmp_path / "state.db"), "TERM": "dumb", "COLUMNS": "200"}
        yield {**os.environ, **account, **place}


def assert_clean(screen: str, *, says: str) -> None:
    assert says in screen, screen
    assert raw(screen, terminal=True) == [], screen


def test_the_doctor_prints_a_hostile_name_and_setting_each_on_one_line(
    sandbox: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    sandbox.fail(told(WHO_AM_I, HIDDEN))
    code, screen = at_terminal("doctor", env=env)
    assert code == 0
    assert_clean(screen, says=f"part_user_first_name_{shown(0x202E)}x{shown(0x9B)}x")
    (line,) = [line for line in screen.splitlines() if "credentials" in line]
    assert "second line" in line
    code, screen = at_terminal("doctor", env={**env, "HARVEST_MCP_STATE": f"{tmp_path}/{CONTROLS[:6]}"})
    assert code == 1
    assert_clean(screen, says="HARVEST_MCP_STATE holds what no path should")


def test_the_doctor_prints_a_hostile_refusal(sandbox: Sandbox, env: dict[str, str]) -> None:
    hint = "".join(f"{character}x" for character in IN_A_HEADER)
    sandbox.fail(Fault("status", "400", path=WHO_AM_I.path, headers=(("Hint", hint),)))
    code, screen = at_terminal("doctor", env=env)
    assert code == 1
    assert_clean(screen, says=f"{shown(0x1B)}x")
    assert shown(0x07) in screen


@pytest.mark.parametrize("command", ["changes", "undo"])
def test_a_hostile_journal_is_shown_with_marks(command: str, sandbox: Sandbox, env: dict[str, str]) -> None:
    contact = fill(sandbox, CONTACTS, HIDDEN, client_id=11072)
    change = anyio.run(_journalled, env, contact)
    arguments = ["changes"] if command == "changes" else ["undo", str(change)]
    code, screen = at_terminal(*arguments, env=env, types=[] if command == "changes" else [("[y/N]", "n")])
    assert code == (0 if command == "changes" else 1)
    if command == "changes":
        assert_clean(screen, says=f"update_{shown(0x1B)}[2J{shown(0x07)}{shown(0x08)}{shown(0x9B)}31m")
    else:
        assert_clean(
            screen, says=f'Undo change {change}: delete contact "contact_first_name_{shown(0x202E)}x{shown(0x9B)}x'
        )


async def _journalled(env: dict[str, str], contact: int) -> int:
    """Entries that somebody wrote into the journal who should not; the id of one that reads as a create."""
    chosen = settings.read({"state": env["HARVEST_MCP_STATE"]})
    state = server.state_of(chosen)
    account = Account.basic(HARVEST, env["HARVEST_URL"], ADMIN.email, ADMIN.password)
    kept = journal.Journal(state, system="harvest", account=account.key, principal=ADMIN.email)
    odd, _ = await kept.intend(
        entries.Deed(
            tool=f"update_{CONTROLS}", verb="update", noun="contact", record=contact, sent={CONTROLS: CONTROLS}
        )
    )
    await kept.close(odd.id, "applied")
    made, _ = await kept.intend(entries.Deed(tool="create_contact", verb="create", noun="contact", sent={}))
    await kept.close(made.id, "applied", record=contact)
    state.close()
    return made.id


DEMO = f"""
from harvest_mcp.commands import demo
from dataclasses import replace
from harvest_mcp.integrations import INTEGRATIONS, Embedded
from harvest_mcp.systems.harvest import CONTACTS
usual = INTEGRATIONS["harvest"].embedded
def hostile(path=None, **options):
    account = usual.open(path, **options)
    account.put(CONTACTS, client_id=11072, first_name={HIDDEN!r}, last_name="There")
    account.put(CONTACTS, client_id=11073, first_name={HIDDEN!r}, last_name="Gone")
    return account
INTEGRATIONS["harvest"] = replace(INTEGRATIONS["harvest"], embedded=Embedded(hostile, usual.logins))
"""


def test_the_demo_prints_hostile_records(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    monkeypatch.setattr(
        "tests.terminal.START", START.replace("from harvest_mcp.commands.cli", f"{DEMO}\nfrom harvest_mcp.commands.cli")
    )
    code, screen = at_terminal("demo", env=env)
    assert_clean(screen, says=f"{shown(0x202E)}x{shown(0x9B)}x")
    assert f"- contact 159 {shown(0x202E)}x" in " ".join(screen.split())  # wherever it was wrapped
    assert code == 0


@pytest.mark.anyio
async def test_a_question_outside_the_conversation_hides_nothing(sandbox: Sandbox, env: dict[str, str]) -> None:
    client = fill(sandbox, CLIENTS, HIDDEN, active=True)
    fill(sandbox, CONTACTS, HIDDEN, client_id=client)
    async with listening(sandbox, era="auto", reply=None, state=env["HARVEST_MCP_STATE"]) as stage:
        answer = await stage.call("delete_client", client_id=client)
        code, link = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", answer), re.search(r"http://127\.0\.0\.1:\d+/[\w-]+", answer)
        assert code is not None
        assert link is not None
        async with httpx.AsyncClient(timeout=PATIENCE) as browser:
            page = await browser.get(link[0])
        assert f"client_name_{shown(0x202E)}x{shown(0x9B)}x" in re.sub("</?mark>", "", page.text)
        assert raw(page.text) == []
        done, screen = await anyio.to_thread.run_sync(partial(at_terminal, "approve", code[0], "--decline", env=env))
        assert done == 0
        assert_clean(screen, says=f"client_name_{shown(0x202E)}x{shown(0x9B)}x")
