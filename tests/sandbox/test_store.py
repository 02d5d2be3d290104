"""The database file: made once, kept, and refused when it is somebody else's."""

import sqlite3
from pathlib import Path

import pytest

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import ACCOUNT
from harvest_mcp.spec import fields
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS

from .kit import NOW, Clock


def everything(sandbox: Sandbox) -> list[object]:
    return [sandbox.rows(resource) for resource in ACCOUNT.resources]


def test_a_file_keeps_what_was_written_and_is_seeded_once(tmp_path: Path) -> None:
    path = str(tmp_path / "account.db")
    with open_account(path, clock=Clock()) as sandbox:
        with sandbox.store.writing():
            sandbox.store.delete(CLIENTS, 11073)
        before = everything(sandbox)
    with open_account(path, clock=Clock()) as sandbox:
        assert everything(sandbox) == before


def test_an_account_can_start_empty(tmp_path: Path) -> None:
    with open_account(clock=Clock(), seeded=False) as sandbox:
        assert everything(sandbox) == [[]] * len(ACCOUNT.resources)
    path = str(tmp_path / "account.db")
    open_account(path, clock=Clock(), seeded=False).close()
    with open_account(path, clock=Clock()) as sandbox:
        assert everything(sandbox) == [[]] * len(ACCOUNT.resources)


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    path.touch()
    with open_account(str(path), clock=Clock()) as sandbox:
        assert sandbox.rows(CLIENTS)[0]["name"] == "SuprCorp"


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE clients (id INTEGER)")
    db.close()


def newer(path: Path) -> None:
    open_account(str(path), clock=Clock()).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()


def torn(path: Path) -> None:
    open_account(str(path), clock=Clock()).close()
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8192)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_text("Dear diary"), "{path} is not a sandbox database; it was left as it is."),
        (foreign, "{path} is not a sandbox database; it was left as it is."),
        (newer, "The sandbox database {path} was made by a newer version; it was left as it is."),
        (torn, "The sandbox database {path} cannot be used: database disk image is malformed."),
        (Path.mkdir, "The sandbox database {path} cannot be read: Is a directory."),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, make: object, says: str) -> None:
    path = tmp_path / "account.db"
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(SettingsError) as refusal:
        open_account(str(path))
    assert str(refusal.value) == says.format(path=path)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert [file.name for file in tmp_path.iterdir()] == ["account.db"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "account.db"
    with pytest.raises(SettingsError) as refusal:
        open_account(str(path))
    assert str(refusal.value) == f"The folder of the sandbox database {path} does not exist."
    assert not path.parent.exists()


def test_a_name_the_system_does_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read: File name too long\.$"):
        open_account(str(tmp_path / ("x" * 300)))


def test_tables_follow_the_records(sandbox: Sandbox) -> None:
    for resource in ACCOUNT.resources:
        rows = sandbox.rows(resource)
        assert rows, f"{resource.plural} has no row: write a seed in harvest_mcp/sandbox/harvest/seeds"
        assert set(rows[0]) == set(fields(resource.record))


def test_columns_a_record_gained_since_are_added(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    open_account(str(path), clock=Clock()).close()
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE contacts DROP COLUMN title")
    db.close()
    with open_account(str(path), clock=Clock()) as sandbox:
        jane = sandbox.rows(CONTACTS)[0]
    assert (jane["first_name"], jane["title"]) == ("Jane", None)


def half_a_write(sandbox: Sandbox) -> None:
    with sandbox.store.writing():
        sandbox.store.delete(CLIENTS, 11072)
        raise ZeroDivisionError


def test_a_write_that_fails_leaves_nothing_behind(sandbox: Sandbox) -> None:
    before = everything(sandbox)
    with pytest.raises(ZeroDivisionError):
        half_a_write(sandbox)
    assert everything(sandbox) == before


def test_rows_may_be_laid_down_past_every_rule(sandbox: Sandbox) -> None:
    id = sandbox.put(CONTACTS, client_id=5, first_name="No", last_name="Body")
    row = sandbox.rows(CONTACTS)[-1]
    assert (row["id"], row["client_id"], row["created_at"]) == (id, 5, NOW)
