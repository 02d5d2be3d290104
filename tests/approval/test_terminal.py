"""Approving in a terminal, from a process of its own, through the state store."""

import json
import os
import pty
import re
import select
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import anyio.to_thread
import pytest
from click.testing import CliRunner

from harvest_mcp.commands import cli
from harvest_mcp.consent.store import Consents
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.state import State
from tests import forks
from tests.approval.kit import DECLINED, WILE, Refusal, deletes, refusal
from tests.approval.made import question
from tests.conftest import Talk, talking
from tests.patience import PATIENCE
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio
MODULE = ("-m", "harvest_mcp")


@pytest.fixture
async def consents(place: str) -> AsyncIterator[Consents]:
    state = State(place)
    yield Consents(state)
    state.close()


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


async def run(*arguments: str, place: str) -> Done:
    """A command without a terminal, in a thread with an event loop of its own."""

    def work() -> Done:
        result = CliRunner().invoke(cli.main, [*arguments, "--state", place])
        return Done(result.exit_code, result.stdout, result.stderr)

    return await anyio.to_thread.run_sync(work)


async def process(*arguments: str, place: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    return await anyio.to_thread.run_sync(
        lambda: subprocess.run(
            [forks.python(), *MODULE, *arguments, "--state", place],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    )


async def typed(*arguments: str, keys: str, place: str) -> tuple[int, str]:
    """A command on a terminal, with keys typed into it: its status and all that was to be seen."""
    return await anyio.to_thread.run_sync(lambda: _typed([*arguments, "--state", place], keys))


def _typed(arguments: list[str], keys: str) -> tuple[int, str]:
    parent, terminal = pty.openpty()
    process = subprocess.Popen([forks.python(), *MODULE, *arguments], stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    os.write(parent, keys.encode())
    seen = b""
    try:
        while select.select([parent], [], [], 30)[0] and (chunk := os.read(parent, 4096)):
            seen += chunk
    except OSError:  # how a terminal says that nobody is left
        pass
    os.close(parent)
    try:
        return process.wait(PATIENCE), seen.decode().replace("\r\n", "\n")
    finally:
        process.kill()


async def standing(consents: Consents, code: str) -> str:
    found = await consents.find(code)
    assert found is not None
    return found.answer


async def test_nothing_pending_is_said_and_makes_no_store(place: str) -> None:
    done = await run("pending", place=place)
    assert (done.status, done.out, done.err) == (0, "Nothing waits for an approval.\n", "")
    assert not await anyio.Path(place).exists()


async def test_pending_lists_code_age_and_question_oldest_first(place: str) -> None:
    state, clock = State(place), Clock(now=time.time() - 125)
    consents = Consents(state, clock=clock)
    first = await consents.issue(question(), "approval")
    clock.turn(100)
    second = await consents.issue(question("Acme\u202e\x1b[2J"), "approval")
    state.close()
    done = await run("pending", place=place)
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[0] == "code          age  question"
    assert re.fullmatch(
        rf'{first}   2 min  Delete client "Acme" \(11073\)\? Undo recreates it under a new id\.', lines[1]
    )
    assert lines[2].strip() == "in Harvest at kestrel.example, signed in as ada@kestrel.example"
    assert re.fullmatch(rf'{second}    \d\d s  Delete client "Acme⟦U\+202E⟧⟦U\+001B⟧\[2J" \(11073\)\? .*', lines[3])
    assert lines[-1] == f"See one and decide: harvest-mcp approve CODE --state {place}"
    listed = json.loads((await run("pending", "--json", place=place)).out)
    assert [each["code"] for each in listed] == [first, second]
    assert listed[0]["matter"]["tool"] == "delete_client"


async def test_answered_and_old_questions_are_not_pending(place: str) -> None:
    state = State(place)
    consents, past = Consents(state), Consents(state, clock=Clock())
    await past.issue(question(), "approval")
    await consents.issue(question(), "form")
    await consents.issue(question(), "token")
    for answer in ("yes", "declined"):
        await consents.decide(await consents.issue(question(), "approval"), answer)
    state.close()
    assert (await run("pending", place=place)).out == "Nothing waits for an approval.\n"


async def test_y_approves_after_the_record_was_shown(place: str, consents: Consents) -> None:
    code = await consents.issue(question(), "approval")
    status, seen = await typed("approve", code.lower().replace("-", ""), keys="y\n", place=place)
    assert status == 0
    for part in (
        'Delete client "Acme" (11073)? Undo recreates it under a new id.\n',
        "In Harvest at kestrel.example, signed in as ada@kestrel.example.\n",
        "  details  1 Desert Road\n           Tucson\n",
        "  fax      -\n",
        'With it go 3 contacts:\n  "Wile Coyne" (17)\n  "Marta Runner" (18)\n  "Theo Anvil" (19)\n',
        "under a new id, and without:\n  its 3 contacts\n  what Harvest itself fills in: id, created at\n",
        "Approve? [y/N]: ",
    ):
        assert part in seen, seen
    assert re.search(r"Approved, for one call before \d\d:\d\d:\d\d\. Go back to the conversation and say so\.", seen)
    assert await standing(consents, code) == "yes"


async def test_enter_alone_declines(place: str, consents: Consents) -> None:
    code = await consents.issue(question(), "approval")
    status, seen = await typed("approve", code, keys="\n", place=place)
    assert status == 0
    assert seen.endswith("Declined. Nothing was deleted.\n")
    assert await standing(consents, code) == "declined"


async def test_leaving_without_an_answer_leaves_it_open(place: str, consents: Consents) -> None:
    code = await consents.issue(question(), "approval")
    status, _ = await typed("approve", code, keys="\x04", place=place)
    assert status != 0
    assert await standing(consents, code) == "open"


async def test_without_a_terminal_only_yes_approves(place: str, consents: Consents) -> None:
    code = await consents.issue(question(), "approval")
    done = await run("approve", code, place=place)
    assert (done.status, done.err) == (
        1,
        "No person is at this terminal, so nothing was approved. Say --yes if you are one.\n",
    )
    assert await standing(consents, code) == "open"
    done = await run("approve", code, "--yes", place=place)
    assert (done.status, done.err) == (0, "")
    assert await standing(consents, code) == "yes"


async def test_declining_asks_nothing(place: str, consents: Consents) -> None:
    code = await consents.issue(question(), "approval")
    done = await run("approve", code, "--decline", place=place)
    assert (done.status, done.out.splitlines()[-1]) == (0, "Declined. Nothing was deleted.")
    assert await standing(consents, code) == "declined"
    done = await run("approve", code, "--yes", place=place)
    assert (done.status, done.err) == (
        1,
        f"Question {code} was declined before. `harvest-mcp pending` lists what waits.\n",
    )
    assert await standing(consents, code) == "declined"


async def test_an_unknown_code_and_a_store_in_trouble_are_told(place: str) -> None:
    done = await run("approve", "KX4T-9QW\u202e", "--yes", place=place)
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "No question KX4T-9QW⟦U+202E⟧ waits in this state store. `harvest-mcp pending` lists what waits.\n"
    )
    await anyio.Path(place).write_bytes(b"Dear Jane" * 1000)
    for command in (["pending"], ["approve", "KX4T-9QWM", "--yes"]):
        done = await run(*command, place=place)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"harvest-mcp: The state store at {place} cannot be used: ")


async def asked(talk: Talk) -> Refusal:
    return refusal(await talk.error("delete_contact", contact_id=WILE))


async def test_the_command_in_the_refusal_approves_from_another_process(sandbox: Sandbox, place: str) -> None:
    async with talking(sandbox, state=place) as talk:
        asks = await asked(talk)
        assert asks.command == f"harvest-mcp approve {asks.code} --state {place}"
        done = await process(*asks.command.split()[1:3], "--yes", place=place)
        assert done.returncode == 0, done.stderr
        assert (await talk.ok("delete_contact", contact_id=WILE, confirm=asks.code)).startswith("Deleted contact")
        assert len(deletes(sandbox)) == 1


async def test_a_decline_in_a_terminal_refuses_the_call(sandbox: Sandbox, place: str) -> None:
    async with talking(sandbox, state=place) as talk:
        asks = await asked(talk)
        await run("approve", asks.code, "--decline", place=place)
        assert await talk.error("delete_contact", contact_id=WILE, confirm=asks.code) == DECLINED
    assert deletes(sandbox) == []
