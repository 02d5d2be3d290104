"""A state file that another user could have put there, or could change, is not used: an approval in it is theirs."""

import os
import socket
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harvest_mcp.consent.store import Consents
from harvest_mcp.errors import StateError
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.state import State
from tests.approval.kit import WILE, deletes
from tests.conftest import talking
from tests.state.kit import MEND, statement

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no owners and modes of this kind"),
]
as_root = pytest.mark.skipif(os.name != "nt" and os.geteuid() != 0, reason="only root gives files away")
SOMEBODY = 12345
ELSEWHERE = "ame a file in a folder of your own with HARVEST_MCP_STATE; the folder is made for you. Reading goes on."


def given_away(path: Path) -> None:
    os.chown(path, SOMEBODY, SOMEBODY)


def used(place: Path) -> str:
    """Why a store cannot be used, by the journal or by the budget; both say the same."""
    said = []
    with closing(State(str(place))) as state:
        for use in (state.open, state.light, state.trusted):
            with pytest.raises(StateError) as refused:
                use()
            said.append(str(refused.value))
    assert len(set(said)) == 1
    return said[0].removeprefix(f"The state store at {place} cannot be used: ")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store that is as it should be."""
    made = tmp_path / "harvest" / "state.db"
    statement(str(made), "SELECT 1")
    return made


@as_root
async def test_a_store_planted_by_another_user_approves_nothing(file: Path, sandbox: Sandbox) -> None:
    async with talking(sandbox, state=str(file), confirm="ask") as talk:
        text = await talk.error("delete_contact", contact_id=WILE)
        code = text.split('confirm="')[1][:9]
        await Consents(State(str(file))).decide(code, "yes")
        given_away(file)
        assert await talk.error("delete_contact", contact_id=WILE, confirm=code) == (
            f"The state store at {file} cannot be used: it belongs to another user. Nothing was deleted. N{ELSEWHERE}"
        )
    assert deletes(sandbox) == []


@as_root
@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_what_belongs_to_another_user_is_not_used(file: Path, end: str) -> None:
    (planted := Path(f"{file}{end}")).touch(mode=0o600)
    given_away(planted)
    assert used(file) == f"it belongs to another user. N{ELSEWHERE}"


@as_root
def test_nor_is_a_file_in_a_folder_of_another_users(file: Path) -> None:
    given_away(file.parent)
    assert used(file) == f"its folder, {file.parent}, belongs to another user. N{ELSEWHERE}"


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o666])
def test_a_store_that_others_may_open_is_not_used_until_it_is_closed_to_them(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert used(file) == (
        f"other users may read or write it. If you trust what it holds, run `chmod 600 {file}`. Reading goes on."
    )
    file.chmod(0o600)
    statement(str(file), "SELECT 1")


@pytest.mark.parametrize("mode", [0o1777, 0o777, 0o770, 0o702])
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_others_write_to_holds_no_store(file: Path, mode: int, there: bool) -> None:
    if not there:
        file.unlink()
    file.parent.chmod(mode)
    said = used(file)
    assert said.startswith(f"other users may write to its folder, {file.parent}. ")
    assert said.endswith(ELSEWHERE)
    assert there or not file.exists()
    with closing(State(str(file.parent / "mine" / "state.db"))) as state:
        state.open()


def test_a_link_to_a_store_is_as_good_as_the_store(file: Path, tmp_path: Path) -> None:
    (link := tmp_path / "link.db").symlink_to(file)
    statement(str(link), "INSERT INTO said (digest, at, change) VALUES ('a', 0, 1)")
    assert statement(str(file), "SELECT count(*) FROM said")[0][0] == 1
    file.chmod(0o644)
    assert used(link).startswith("other users may read or write it.")
    file.chmod(0o600)
    file.parent.chmod(0o777)
    assert used(link).startswith(f"other users may write to its folder, {file.parent}.")


def test_a_link_that_leads_nowhere_makes_no_file_there(tmp_path: Path) -> None:
    (link := tmp_path / "state.db").symlink_to(tmp_path / "elsewhere.db")
    assert used(link) == f"it is a link that leads nowhere. N{ELSEWHERE}"
    assert not (tmp_path / "elsewhere.db").exists()


def pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.parametrize("make", [pipe, listening, Path.mkdir], ids=["a pipe", "a socket", "a folder"])
def test_what_is_no_file_is_not_used(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "s")
    assert used(tmp_path / "s") == f"it is a folder, a pipe or a device. {MEND}"


@pytest.mark.parametrize("name", ["my?journal.db", "a#b.db", "100%.db", "file:x.db", "a b&mode=memory.db", ":memory:"])
def test_a_path_is_a_path_whatever_stands_in_it(tmp_path: Path, name: str) -> None:
    statement(str(file := tmp_path / "own" / name), "INSERT INTO said (digest, at, change) VALUES ('a', 0, 1)")
    with closing(sqlite3.connect(file)) as raw:
        assert raw.execute("SELECT count(*) FROM said").fetchall() == [(1,)]
    assert [each.name for each in file.parent.iterdir()] == [name]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_umask_opens_a_store_to_others(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        statement(str(file := tmp_path / "own" / "state.db"), "SELECT 1")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (file.parent, file)] == [0o700, 0o600]
