"""A store that cannot be used stops writes, in words; what only reads goes on, and says so once in the log."""

import logging
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.state import State
from harvest_mcp.state import sqlite as in_file
from tests.conftest import Talk
from tests.patience import PATIENCE, until
from tests.state.kit import MEND, refusal, served, statement

pytestmark = pytest.mark.anyio
CLIENT = {"name": "Harbour Works"}
LETTER = b"Dear Jane, " * 1000


@pytest.fixture
def file() -> Iterator[Path]:
    """A store that another user could reach, if it were open to others."""
    folder = Path(tempfile.mkdtemp(prefix="harvest-mcp-"))
    folder.chmod(0o755)
    yield folder / "state.db"
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o700)
    shutil.rmtree(folder)


def laid_out(file: Path) -> None:
    statement(str(file), "SELECT 1")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, for whom nothing is read-only."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


@contextmanager
def nothing() -> Iterator[None]:
    yield


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a store, and how that is worded."""

    make: Callable[[Path], None]
    why: str
    nobody: bool = False


def letter(file: Path) -> None:
    file.write_bytes(LETTER)
    file.chmod(0o600)


def torn(file: Path) -> None:
    """The pages behind the header are somebody else's."""
    laid_out(file)
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))


def cut_short(file: Path) -> None:
    laid_out(file)
    os.truncate(file, 5000)


def read_only_file(file: Path) -> None:
    laid_out(file)
    file.chmod(0o400)
    file.parent.chmod(0o555)


def folder_of_others(file: Path) -> None:
    file.parent.chmod(0o555)


def closed_folder(file: Path) -> None:
    laid_out(file)
    file.parent.chmod(0o000)


def folder(file: Path) -> None:
    file.mkdir()


TROUBLES = {
    "a letter": Trouble(letter, "the file is not a state store, or is damaged"),
    "torn": Trouble(torn, "the file is damaged"),
    "cut short": Trouble(cut_short, "the file is damaged"),
    "a read-only file": Trouble(read_only_file, "it is read-only", nobody=True),
    "a folder of others": Trouble(folder_of_others, "permission denied", nobody=True),
    "a closed folder": Trouble(closed_folder, "permission denied", nobody=True),
    "a folder in its place": Trouble(folder, "it is a folder, a pipe or a device"),
}


@contextmanager
def troubled(file: Path, trouble: Trouble) -> Iterator[None]:
    trouble.make(file)
    if trouble.nobody and os.geteuid() == 0:
        for each in (file.parent, *file.parent.iterdir()):
            os.chown(each, 65534, 65534)
    with as_nobody() if trouble.nobody else nothing():
        yield


async def reads_go_on(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.clear()
    for _ in range(3):
        assert (await talk.ok("list_clients", limit=1)).startswith("# 1 of 4")
    assert (await talk.ok("get_rate_limit_status")).startswith('{"harvest":{"count":')


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("harvest_mcp")]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_store_that_cannot_be_used_stops_writes_and_reads_go_on(
    trouble: str, file: Path, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.WARNING, "harvest_mcp")
    if TROUBLES[trouble].nobody:  # who may not be allowed to import: all of it has been then
        await writes_stop_and_reads_go_on("a letter", tmp_path / "state.db", sandbox, caplog)
    await writes_stop_and_reads_go_on(trouble, file, sandbox, caplog)


async def writes_stop_and_reads_go_on(
    trouble: str, file: Path, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with troubled(file, TROUBLES[trouble]):
        async with served(sandbox, str(file)) as talk:
            await reads_go_on(talk, caplog)
            assert warnings(caplog) == [
                f"This process counts its calls alone. The state store at {file} cannot be used: "
                f"{TROUBLES[trouble].why}. {MEND}"
            ]
            assert await talk.error("create_client", **CLIENT) == refusal(file, TROUBLES[trouble].why)
            assert [line for line in talk.wire() if not line.startswith("GET")] == []


async def test_a_newer_store_stops_writes_and_reads_go_on(
    file: Path, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    statement(str(file), "UPDATE meta SET value = 99")
    async with served(sandbox, str(file)) as talk:
        await reads_go_on(talk, caplog)
        assert await talk.error("create_client", **CLIENT) == (
            f"The state store at {file} was made by a newer harvest-mcp. Nothing was created. "
            "Upgrade this one, or name another store with HARVEST_MCP_STATE. Reading goes on."
        )
        assert [line for line in talk.wire() if not line.startswith("GET")] == []
    assert statement_as_it_is(file, "SELECT DISTINCT value FROM meta") == [(99,)]


def statement_as_it_is(file: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


async def test_a_store_locked_for_long_stops_writes_and_reads_go_on(
    file: Path, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BUSY_FOR", "LIGHT_BUSY_FOR"):
        monkeypatch.setattr(in_file, name, 0.2)
    async with served(sandbox, str(file)) as talk:
        await talk.ok("list_clients", limit=1)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with anyio.fail_after(PATIENCE):
                await reads_go_on(talk, caplog)
                assert await talk.error("create_client", **CLIENT) == refusal(file, "another process keeps it busy")
            assert [line for line in talk.wire() if not line.startswith("GET")] == []
            other.execute("COMMIT")
            assert (await talk.ok("create_client", **CLIENT)).startswith('Created client "Harbour Works"')


async def test_an_outcome_that_cannot_be_noted_is_told_and_noted_later(
    file: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("BUSY_FOR", "LIGHT_BUSY_FOR"):
        monkeypatch.setattr(in_file, name, 0.2)
    busy = f"The state store at {file} cannot be used: another process keeps it busy."
    async with served(sandbox, str(file)) as talk:
        await talk.ok("update_contact", contact_id=9, title="First")
        sandbox.fail(Fault("delay", "3600", method="PUT", commit="before"))
        texts: list[str] = []

        async def update() -> None:
            texts.append(await talk.ok("update_contact", contact_id=9, title="Second"))

        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            async with anyio.create_task_group() as together:
                together.start_soon(update)
                await until(lambda: sandbox.seen[-1].method == "PUT" and len(sandbox.seen) > 3)
                other.execute("BEGIN EXCLUSIVE")
                sandbox.calm()
            told = f"{busy} This outcome is noted with the next write. undo_change(change_id=2) takes it back."
            assert texts[0].startswith(f'Updated contact "Jane Doe" (9). {told}\n')
            assert caplog.messages[-1] == f"The outcome of change 2, applied, waits to be noted: {busy}"
            with anyio.fail_after(PATIENCE):
                assert busy in await talk.error("update_contact", contact_id=9, title="Third")
            other.execute("COMMIT")
        assert '"outcome":"applied"' in await talk.ok("get_change", change_id=2)
        with anyio.fail_after(PATIENCE):
            await talk.ok("update_contact", contact_id=9, title="Fourth")


async def test_a_full_disk_stops_writes_and_reads_go_on(
    file: Path, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own limit on a file's pages gives the error a full disk gives."""
    laid_out(file)
    connect = sqlite3.connect

    def full(*arguments: object, **named: object) -> sqlite3.Connection:
        connection = connect(*arguments, **named)  # type: ignore[call-overload]  # handed on as it came
        connection.execute("PRAGMA max_page_count = 1")  # means the pages it has
        return connection  # type: ignore[no-any-return]  # same

    for module in (sqlite3, sqlite3.dbapi2):
        monkeypatch.setattr(module, "connect", full)
    async with served(sandbox, str(file)) as talk:
        await reads_go_on(talk, caplog)
        assert await filled(talk) == refusal(file, "the disk is full")
        assert [line for line in talk.wire() if not line.startswith("GET")] == []
        await reads_go_on(talk, caplog)


async def filled(talk: Talk) -> str:
    """What the first create says that finds no room; the pages there are hold a few."""
    for number in range(15):
        said = await talk.call("create_client", name=f"Harbour Works {number}", details="Quay " * 1999)
        if said.is_error:
            return said.text
    raise AssertionError("the disk never was full")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk; another test limits the file instead")
async def test_a_disk_that_is_really_full_stops_writes_and_reads_go_on(
    tmp_path: Path, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:  # noqa: ASYNC221 - at once
        pytest.skip("mounting a small disk is not allowed here; another test limits the file instead")
    try:
        async with served(sandbox, str(small / "state.db")) as talk:
            assert await filled(talk) == refusal(small / "state.db", "the disk is full")
            assert [line for line in talk.wire() if not line.startswith("GET")] == []
            await reads_go_on(talk, caplog)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)  # noqa: ASYNC221 - at once


LIMITED = """
import sys
from harvest_mcp.errors import StateError
from harvest_mcp.state import State
state = State(sys.argv[1])
try:
    for number in range(10_000):
        state.do(lambda connection: connection.execute(f"INSERT INTO said VALUES ('{number}', 0, 1)"))
except StateError as error:
    print(error)
"""


def test_a_disk_that_fails_is_worded(tmp_path: Path) -> None:
    """A limit on the size of files fails a write in the middle, as a broken disk does."""
    file = tmp_path / "state.db"

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(file)], capture_output=True, text=True, check=True, preexec_fn=limit
    )
    assert done.stdout == f"The state store at {file} cannot be used: the disk fails. {MEND}\n"


async def test_a_store_is_used_again_as_soon_as_it_is_mended(file: Path, sandbox: Sandbox) -> None:
    letter(file)
    async with served(sandbox, str(file)) as talk:
        assert "damaged" in await talk.error("create_client", **CLIENT)
        os.unlink(file)
        assert (await talk.ok("create_client", **CLIENT)).startswith('Created client "Harbour Works"')
        assert "create_client" in await talk.ok("list_changes")


def test_only_what_a_store_raises_is_worded_as_a_store(tmp_path: Path) -> None:
    with closing(State(str(tmp_path / "state.db"))) as state, pytest.raises(ZeroDivisionError):
        state.do(lambda connection: 1 / 0)
