"""A journal that was damaged, lost or put back from a backup: what is whole is told, no number is used twice."""

import json
import random
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import anyio
import pytest

from harvest_mcp.commands import doctor
from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.state import clock
from harvest_mcp.state.steps import VERSION
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Talk, talking
from tests.patience import until
from tests.state.kit import statement
from tests.tools.kit import account

pytestmark = pytest.mark.anyio
DOCTOR = "Look at the record, and put it right yourself; `harvest-mcp doctor` lists every damaged entry."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_account(calls=None) as account:
        yield account


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@asynccontextmanager
async def serving(sandbox: Sandbox, file: Path) -> AsyncIterator[Talk]:
    async with talking(sandbox, reply="yes", state=str(file), toolsets="all", account=account()) as talk:
        yield talk


async def five_changes(sandbox: Sandbox, file: Path) -> None:
    async with serving(sandbox, file) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO")
        await talk.ok("update_contact", contact_id=11, title="CFO")
        await talk.ok("toggle_client", client_id=11076, active=False)
        await talk.ok("create_client", name="Harbour Nine")
        await talk.ok("update_contact", contact_id=9, title="CTO")


DAMAGES = {
    "JSON that is none": ('"before"', '\'{"title": "Pres\''),
    "JSON of another kind": ("sent", "'[1]'"),
    "an outcome that is none": ("outcome", "'aqplied'"),
    "bytes that are no text": ("tool", "CAST(x'75ff' AS TEXT)"),
    "a text for a number": ("at", "'soon'"),
    "a moment that is none": ("settled_at", "9e99"),
    "a kind that is none": ("noun", "'contbct'"),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_entry_is_named_and_the_others_are_told(sandbox: Sandbox, file: Path, damage: str) -> None:
    await five_changes(sandbox, file)
    column, value = DAMAGES[damage]
    statement(str(file), f"UPDATE changes SET {column} = {value} WHERE id = 2")  # noqa: S608 - ours
    async with serving(sandbox, file) as talk:
        listed = (await talk.ok("list_changes")).splitlines()
        if column != "noun":
            assert listed[:2] == [
                "# Damaged, so left out: 2. `harvest-mcp doctor` tells more.",
                "# 4 changes, newest first",
            ]
        assert [line.split(",")[0] for line in listed[-2:]] == (["3", "1"] if column != "noun" else ["2", "1"])
        where = "its values" if column == "noun" else column.strip('"')
        what = f"Change 2 in the journal is damaged ({where}), so what it was is not known."
        assert await talk.error("get_change", change_id=2) == f"{what} {DOCTOR}"
        assert await talk.error("undo_change", change_id=2) == f"{what} Nothing was undone. {DOCTOR}"
        assert talk.wire() == []
        if column != "outcome":
            await talk.ok("update_contact", contact_id=11, title="COO")
        assert (await talk.ok("undo_change", change_id=5)).startswith('Undid change 5: contact "Jane Doe" (9) is as')


async def test_a_write_that_needs_a_damaged_entry_is_refused(sandbox: Sandbox, file: Path) -> None:
    """What is at that record may still take effect, so only others are written to."""
    await five_changes(sandbox, file)
    statement(str(file), "UPDATE changes SET outcome = 'intendfd' WHERE id = 2")
    async with serving(sandbox, file) as talk:
        assert await talk.error("update_contact", contact_id=11, title="COO") == (
            "Change 2 in the journal is damaged (outcome), so what it was is not known. Nothing was changed. " + DOCTOR
        )
        assert talk.wire() == []
        await talk.ok("update_contact", contact_id=9, title="COO")


def test_damaged_entries_are_found_by_the_doctor(sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_STATE", str(file))
    entry = (
        "INSERT INTO changes (id, at, principal, system, account, tool, verb, noun, record, sent, outcome, holder)"
        " VALUES ({}, 1, 'jane', 'harvest', 'harvest:x', 'update_client', 'update', 'client', 5, {}, 'applied', 'a:1')"
    )
    for id, sent in ((1, "'{}'"), (2, "'{'"), (3, "'null'")):
        statement(str(file), entry.format(id, sent))
    report = doctor.examine({}, lambda systems: {"harvest": sandbox})
    assert not report.healthy
    assert [(check.state, check.says) for check in report.checks if check.name in ("state", "journal")] == [
        ("ok", f"{file} can be written: version {VERSION}, 3 changes"),
        ("failed", "entries that cannot be read: 2, 3"),
    ]


def lost(file: Path) -> None:
    for each in file.parent.glob("state.db*"):
        if not each.name.endswith("backup"):
            each.unlink()


def read(file: Path) -> bytes:
    return file.read_bytes()


def put(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o600)


REFUSED = ("The state store at ", "The database at ")


async def flipped(sandbox: Sandbox, file: Path, whole: bytes, seed: int) -> set[str]:
    """The ids that are told, or named as damaged, with one byte of the file being another; empty if all is refused."""
    choose = random.Random(seed)
    torn, at = bytearray(whole), choose.randrange(len(whole))
    torn[at] ^= choose.randrange(1, 256)
    lost(file)
    put(file, bytes(torn))
    async with serving(sandbox, file) as talk:
        said = [await talk.call("list_changes", limit=200)]
        for id in choose.sample(range(1, ENTRIES + 1), 4):
            said += [await talk.call("get_change", change_id=id), await talk.call("undo_change", change_id=id)]
        said.append(await talk.call("update_contact", contact_id=9, title=f"Title {seed}"))
        said.append(await talk.call("create_client", name=f"Harbour {seed}"))
        said.append(await talk.call("delete_contact", contact_id=17))
    for each in said:
        assert "failed inside this server" not in each.text
    if said[0].is_error:
        assert said[0].text.startswith(REFUSED), said[0].text
        return set()
    head = re.match(r"# Damaged, so left out: (.*?)\. ", said[0].text)
    return {*re.findall(r"^(\d+),", said[0].text, re.MULTILINE), *(head[1].split(", ") if head else ())}


ENTRIES = 30


async def journal_of_many(sandbox: Sandbox, file: Path) -> bytes:
    async with serving(sandbox, file) as talk:
        for number in range(ENTRIES):
            await talk.ok("update_contact", contact_id=(9, 11)[number % 2], title=f"Title {number}")
    statement(str(file), "SELECT 1")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return read(file)


@pytest.mark.parametrize("seeds", [range(8), pytest.param(range(8, 208), marks=pytest.mark.soak)])
async def test_a_flipped_byte_is_worded_and_whole_entries_are_told(sandbox: Sandbox, file: Path, seeds: range) -> None:
    whole = await journal_of_many(sandbox, file)
    told = [await flipped(sandbox, file, whole, seed) for seed in seeds]
    short = sorted(ENTRIES - len(ids) for ids in told if ids and len(ids) < ENTRIES)
    print(
        f"{len(told)} bytes flipped: {sum(not ids for ids in told)} journals refused, neither told nor named: {short}"
    )
    assert sum(len(ids) < ENTRIES for ids in told) <= len(told) / 4


async def test_a_journal_that_is_lost_while_serving_gives_no_number_twice(
    sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "LATEST", 2**30)
    async with serving(sandbox, file) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO")
        old = number(await talk.ok("list_changes"))
        lost(file)
        await talk.ok("update_contact", contact_id=11, title="CFO")
        new = number(await talk.ok("list_changes"))
        assert new > old > 10_000_000
        for tool in ("get_change", "undo_change"):
            assert (await talk.error(tool, change_id=old)).startswith(f"Change {old} is not known here.")
        assert (await talk.ok("undo_change", change_id=new)).startswith(f'Undid change {new}: contact "')


def number(listed: str) -> int:
    return int(listed.splitlines()[2].split(",")[0])


async def test_a_backup_put_back_gives_no_number_twice(
    sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "LATEST", 2**30)
    now = [1_800_000_000.0]

    async def changed(title: str) -> int:
        now[0] += 60
        async with talking(sandbox, state=str(file), clock=lambda: now[0]) as talk:
            await talk.ok("update_contact", contact_id=9, title=title)
            return number(await talk.ok("list_changes"))

    await changed("CEO")
    shutil.copy(file, file.with_suffix(".backup"))
    gone = await changed("CFO")
    lost(file)
    shutil.copy(file.with_suffix(".backup"), file)
    assert await changed("CTO") > gone
    async with talking(sandbox, state=str(file)) as talk:
        assert (await talk.error("undo_change", change_id=gone)).startswith(f"Change {gone} is not known here.")


async def test_a_write_whose_journal_is_lost_meanwhile_is_in_the_new_one(sandbox: Sandbox, file: Path) -> None:
    async with serving(sandbox, file) as talk:
        sandbox.fail(Fault("delay", "3600", method="PUT", commit="before"))

        async def update() -> None:
            await talk.ok("update_contact", contact_id=9, title="CEO")

        async with anyio.create_task_group() as together:
            together.start_soon(update)
            await until(lambda: any(seen.method == "PUT" for seen in sandbox.seen))
            lost(file)
            sandbox.calm()
        assert (await talk.ok("undo_change", change_id=1)).startswith('Undid change 1: contact "Jane Doe" (9) is as')


async def test_an_undo_for_another_record_than_the_one_named_is_refused(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=9, title="CEO")
        assert await talk.error("undo_change", change_id=1, record="contact 10") == (
            "Change 1 is of contact 9, not of contact 10. Nothing was undone. Call list_changes for ids."
        )
        assert talk.wire() == []
        assert (await talk.ok("undo_change", change_id=1, record="contact 9")).startswith("Undid change 1: ")


async def test_what_was_done_to_a_record_made_again_is_undone_on_the_new_one(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        await talk.ok("update_contact", contact_id=10, title="Master Brewer")
        await talk.ok("delete_contact", contact_id=10)
        made = json.loads((await talk.ok("undo_change", change_id=2)).splitlines()[-1])
        assert made["title"] == "Master Brewer"
        text = await talk.ok("undo_change", change_id=1)
        assert f"Contact 10 was deleted and made again as {made['id']}." in text
        assert json.loads(text.splitlines()[-1])["title"] == "Head of Marketing"
    assert [row["title"] for row in sandbox.rows(CONTACTS) if row["id"] == made["id"]] == ["Head of Marketing"]


def newest(sandbox: Sandbox) -> int:
    return max(int(str(row["id"])) for row in sandbox.rows(CLIENTS))


async def test_a_create_is_undone_by_deleting_what_its_record_was_made_again_as(sandbox: Sandbox) -> None:
    async with talking(sandbox, reply="yes") as talk:
        await talk.ok("create_client", name="Harbour Nine")
        for change in (2, 4):  # deleted and made again, twice
            id = newest(sandbox)
            await talk.ok("delete_client", client_id=id)
            await talk.ok("undo_change", change_id=change)
        last = newest(sandbox)
        asked = len(talk.asked)
        assert f"deleted client {last}" in await talk.ok("undo_change", change_id=1)
        assert f"({last})" in talk.asked[asked]
        assert all(row["name"] != "Harbour Nine" for row in sandbox.rows(CLIENTS))
