"""The state store in a SQLite file: its permissions, its engine, and a light connection for what may be lost."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from harvest_mcp.state.steps import VERSION
from harvest_mcp.state.trust import trusted

if TYPE_CHECKING:
    from sqlalchemy import Engine

FRESH = Path(__file__).with_name("fresh.sql")
"""What `layout` does to a file without tables, written down: `python -m tests.documents` renews it."""
C = TypeVar("C", bound=sqlite3.Connection)
BUSY_FOR = 10.0
"""Seconds to wait for another process's write."""
LIGHT_BUSY_FOR = 5.0
"""The same for what has a way round."""


def make(path: str, *, parents: bool) -> None:
    """Make the file and its folder, for nobody but their owner; with `parents` the folders above, too.

    Raises:
        FileNotFoundError: what the folder is in does not exist: the path is mistyped.
    """
    file = Path(path)
    if not file.parent.exists():
        with suppress(FileExistsError):  # another process makes it, too
            file.parent.mkdir(parents=parents, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def identity(path: str) -> tuple[int, int]:
    """Tell which file this is: a store that was taken away or put back must be opened again.

    Raises:
        FileNotFoundError: there is none.
    """
    found = os.stat(path)
    return found.st_dev, found.st_ino


def engine(path: str) -> "Engine":
    """Return an engine whose transactions are on the disk when they are committed, one at a time."""
    from sqlalchemy import URL, create_engine, event  # noqa: PLC0415 - half a second, and only for a write

    made = create_engine(
        URL.create("sqlite", database=path), creator=lambda: _connected(path, sqlite3.Connection, busy_for=BUSY_FOR)
    )

    @event.listens_for(made, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun by hand, below
        connection.text_factory = _text
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(made, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # a lock taken late is a lock refused

    return made


def _text(stored: bytes) -> str:
    """Return a text as stored; bytes that are none come through, so that one damaged row does not fail the others."""
    return stored.decode(errors="surrogateescape")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode, waiting for another process that is just switching a new file over."""
    until = time.monotonic() + BUSY_FOR
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def laid_out(path: str) -> bool:
    """Return whether the file holds the tables of exactly this version."""
    if not Path(path).exists():
        return False
    with closing(_connected(path, sqlite3.Connection, busy_for=LIGHT_BUSY_FOR)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            return False
        row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        return row is not None and row[0] == VERSION


def lay_out(path: str) -> bool:
    """Lay the tables out in a file that has none yet; return whether it had none. SQLAlchemy is not imported for it."""
    with closing(_connected(path, sqlite3.Connection, busy_for=LIGHT_BUSY_FOR)) as connection:
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            return False
        for statement in FRESH.read_text("utf-8").split(";\n"):
            connection.execute(statement)
        connection.execute("COMMIT")
    return True


class Light(sqlite3.Connection):
    """A connection whose transactions only `execute` ends: a rate limiter's bucket would commit its part of one."""

    def commit(self) -> None:
        """Do nothing."""


def light(path: str) -> Light:
    """Open a connection that waits for no disk: in WAL mode a commit survives a crash, but not a loss of power."""
    connection = _connected(path, Light, busy_for=LIGHT_BUSY_FOR)
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _connected(path: str, kind: type[C], *, busy_for: float) -> C:
    """Connect to a file that is there and nobody else's; one that SQLite made would be open to everybody.

    Raises:
        StateError: it is somebody else's, or open to others.
    """
    trusted(path)
    place = f"{Path(path).absolute().as_uri()}?mode=rw"  # quoted: a path may hold a question mark
    return sqlite3.connect(
        place, uri=True, timeout=busy_for, isolation_level=None, check_same_thread=False, factory=kind
    )
