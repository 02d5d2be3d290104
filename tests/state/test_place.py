"""Where the store is, when it is made, and who may read it."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from harvest_mcp.errors import StateError
from harvest_mcp.sandbox import ADMIN, Sandbox, running
from harvest_mcp.state import State
from harvest_mcp.state.steps import VERSION
from tests import forks
from tests.patience import PATIENCE
from tests.state.kit import MEND, served, statement

pytestmark = pytest.mark.anyio


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_the_file_and_its_folder_are_for_nobody_but_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "harvest" / "state.db"
    with closing(State(str(file))) as state:
        state.open()
        assert {each.name: mode(each) for each in (file.parent, *file.parent.iterdir())} == {
            "harvest": 0o700,
            "state.db": 0o600,
            "state.db-wal": 0o600,
            "state.db-shm": 0o600,
        }


def test_the_journal_waits_for_the_disk_and_the_budget_does_not(tmp_path: Path) -> None:
    place = str(tmp_path / "state.db")
    assert [tuple(row) for row in statement(place, "PRAGMA journal_mode")] == [("wal",)]
    assert [tuple(row) for row in statement(place, "PRAGMA synchronous")] == [(2,)]
    with closing(State(place)) as state, closing(state.light()) as light:
        assert light.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        assert light.execute("PRAGMA synchronous").fetchall() == [(1,)]


async def test_a_server_that_was_asked_nothing_makes_no_store(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "state.db"
    async with served(sandbox, str(file)) as talk:
        await talk.client.list_tools()
        assert await talk.ok("list_changes") == "# 0 changes"
    assert not file.exists()


async def test_a_read_leaves_nothing_but_its_count(tmp_path: Path, sandbox: Sandbox) -> None:
    place = str(tmp_path / "state.db")
    async with served(sandbox, place) as talk:
        await talk.ok("list_clients")
        await talk.ok("search_records", query="suprcorp")
    rows = {name: statement(place, f"SELECT count(*) FROM {name}")[0][0] for name in ("changes", "said", "consents")}  # noqa: S608 - our own names
    assert rows == {"changes": 0, "said": 0, "consents": 0}
    ((table,),) = statement(place, "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'calls_%'")
    assert statement(place, f"SELECT count(*) FROM {table}")[0][0] == len(sandbox.seen)  # noqa: S608 - our own name


READS = """
import sys, anyio
from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.api import Api
from harvest_mcp.spec import Scope
from harvest_mcp.systems.harvest import CLIENTS, HARVEST

async def main():
    desk = server.open_desk(settings.read({}))
    print(len((await Api(HARVEST, desk.line(HARVEST)).scan(Scope(CLIENTS))).rows))
    await desk.aclose()

anyio.run(main)
print(*{"rich", "pygments"} & {*sys.modules})
"""


def test_a_read_does_without_the_library_of_a_terminal(tmp_path: Path, sandbox: Sandbox) -> None:
    """The first of all lays the store out."""
    with running(sandbox) as url:
        environment = {
            "HARVEST_URL": url,
            "HARVEST_EMAIL": ADMIN.email,
            "HARVEST_PASSWORD": ADMIN.password,
            "HARVEST_MCP_STATE": str(tmp_path / "state.db"),
        }
        done = subprocess.run(
            [sys.executable, "-c", READS], capture_output=True, text=True, check=True, env=environment
        )
    assert done.stdout == "41\n\n"
    assert (tmp_path / "state.db").exists()


def test_a_store_taken_away_is_made_anew_for_the_next_write(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with closing(State(str(file))) as state:
        insert = "INSERT INTO said (digest, at, change) VALUES ('a', 0, 1)"
        state.do(lambda connection: connection.execute(insert))
        for end in ("", "-wal", "-shm"):
            Path(f"{file}{end}").unlink()
        state.do(lambda connection: connection.execute(insert))
        assert mode(file) == 0o600
    assert statement(str(file), "SELECT count(*) FROM said")[0][0] == 1


def test_a_mistyped_place_makes_no_tree_of_folders(tmp_path: Path) -> None:
    place = tmp_path / "hoem" / "ada" / "state.db"
    with closing(State(str(place))) as state, pytest.raises(StateError) as refused:
        state.do(lambda connection: connection.execute("SELECT 1"))
    assert refused.value.what == f"The state store at {place} cannot be used: no such file or directory."
    assert not (tmp_path / "hoem").exists()
    with closing(State(str(tmp_path / "ada" / "state.db"))) as state:
        state.do(lambda connection: connection.execute("SELECT 1"))
    assert mode(tmp_path / "ada") == 0o700


MAKES = """
import sys
from harvest_mcp.state import State
from harvest_mcp.state.steps import VERSION
sys.stdin.readline()
state = State(sys.argv[1])
state.do(lambda connection: connection.execute(
    "INSERT INTO said (digest, at, change) VALUES ('" + sys.argv[2] + "', 0, 1)"))
state.close()
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_open_it_at_once_make_it_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    place = str(tmp_path / "state.db") if kind == "sqlite" else request.getfixturevalue("database")
    started = [
        subprocess.Popen([forks.python(), "-c", MAKES, place, str(each)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for each in range(3)
    ]
    for each in started:
        assert each.stdin is not None
        each.stdin.write(b"go\n")
        each.stdin.flush()
    assert [each.communicate(timeout=PATIENCE)[1] for each in started] == [b""] * 3
    assert statement(place, "SELECT count(*) FROM said")[0][0] == 3
    assert statement(place, "SELECT name, value FROM meta WHERE name = 'version'")[0] == ("version", VERSION)


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    file.chmod(0o600)
    before = file.read_bytes()
    with closing(State(str(file))) as state, pytest.raises(StateError) as refused:
        state.open()
    assert str(refused.value) == f"The database at {file} is not a state store; it was left as it is. {MEND}"
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    assert file.read_bytes()[100:] == before[100:], "but for the header, which counts openings"
