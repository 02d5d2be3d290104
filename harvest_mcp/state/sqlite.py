"""The state store in a SQLite file: permissions, transactions, and a lightweight connection for data that may be
lost."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

from harvest_mcp.state.sql import VERSION as LAID_OUT_AS
from harvest_mcp.state.steps import VERSION, still
from harvest_mcp.state.transaction import Transaction
from harvest_mcp.state.trust import trusted

C = TypeVar("C", bound=sqlite3.Connection)
T = TypeVar("T")
DatabaseError = sqlite3.DatabaseError
"""Errors of a damaged file."""
BUSY_FOR = 10.0
"""Seconds to wait for another process's write."""
LIGHT_BUSY_FOR = 5.0
"""The same for work that can be done otherwise."""
INCREMENTAL = 2
"""The `auto_vacuum` mode in which pages are freed on demand."""
A_FEW = 200
"""Pages to free at a time."""
REWRITTEN = 4
"""A file is rewritten once at least one page in so many is free."""


def make(path: str, *, parents: bool) -> None:
    """Create the file and its folder, readable by their owner only; with `parents`, the folders above too.

    Raises:
        FileNotFoundError: the parent folder does not exist: the path is mistyped.
    """
    file = Path(path)
    if not file.parent.exists():
        with suppress(FileExistsError):  # another process creates it, too
            file.parent.mkdir(parents=parents, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def identity(path: str) -> tuple[int, int]:
    """Return which file this is: a store that was removed or restored must be reopened.

    Raises:
        FileNotFoundError: there is none.
    """
    found = os.stat(path)
    return found.st_dev, found.st_ino


class SqliteStore:
    """The file, on one connection; transactions are durable, one at a time.

    Another connection only reads, and waits for nobody who writes.
    """

    def __init__(self, path: str) -> None:
        self._one = threading.Lock()
        self._connection = _connected(path, sqlite3.Connection, busy_for=BUSY_FOR)
        self._connection.text_factory = _text
        self._connection.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")  # takes effect only before the first table
        _write_ahead(self._connection)
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA fullfsync=ON")  # on macOS `fsync` leaves it in the disk's cache
        self._reading = reading = _connected(path, sqlite3.Connection, busy_for=0.0)
        reading.text_factory = _text
        reading.execute("PRAGMA query_only=ON")
        self._reader = Transaction(reading, reading.execute, remote=False)

    @contextmanager
    def begin(self, *, laid_out: bool = True) -> Iterator[Transaction]:
        """Hold the file for one transaction, and commit it; it is locked at once, as a later lock could be refused.

        Raises:
            Outdated: it was `laid_out`, and is so no more.
        """
        if not self._one.acquire(timeout=BUSY_FOR):
            raise TimeoutError(errno.ETIMEDOUT, "another process keeps it busy")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                if laid_out:
                    still(*self._connection.execute(LAID_OUT_AS).fetchone() or (None,))
                yield Transaction(self._connection, self._run, remote=False)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        finally:
            self._one.release()

    def read(self, query: Callable[[Transaction], T]) -> T:
        """Do one query, which sees what was committed by now."""
        return query(self._reader)

    def _run(self, statement: str, values: Mapping[str, object]) -> sqlite3.Cursor:
        return self._connection.execute(_spelled(statement), values)

    def shrink(self) -> None:
        """Free the room of deleted rows, a little at a time, so that others come in between.

        A file of an older version is rewritten first, once, during which nobody can write.
        """
        pages, free, mode = (self._pragma(name) for name in ("page_count", "freelist_count", "auto_vacuum"))
        if mode != INCREMENTAL and free * REWRITTEN >= pages:
            self._pragma(f"auto_vacuum={INCREMENTAL}")
            with self._one:
                self._connection.execute("VACUUM")
        for _ in range(-(-free // A_FEW)):
            with self._one:  # as a script, since `execute` runs only its first step
                self._connection.executescript(f"PRAGMA incremental_vacuum({A_FEW})")
        if free:
            self._pragma("wal_checkpoint(TRUNCATE)")

    def _pragma(self, words: str) -> int:
        """Run a pragma between two transactions, and return its number; 0 if it returns nothing."""
        with self._one:
            found = self._connection.execute(f"PRAGMA {words}").fetchall()
        return int(found[0][0]) if found else 0

    def close(self) -> None:
        """Close the connection when no transaction uses it."""
        with self._one:
            self._reading.close()
            self._connection.close()


@cache
def _spelled(statement: str) -> str:
    return statement.replace(" FOR UPDATE", "")


def _text(stored: bytes) -> str:
    """Return a stored text; invalid bytes are let through, so that one damaged row does not fail the others."""
    return stored.decode(errors="surrogateescape")


def busy(error: Exception) -> bool:
    """Return whether another connection has the file locked."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorname.startswith("SQLITE_BUSY")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode, waiting for another process that is just doing so."""
    until = time.monotonic() + BUSY_FOR
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def laid_out(path: str) -> bool:
    """Return whether the file has the tables of exactly this version."""
    if not Path(path).exists():
        return False
    with closing(_connected(path, sqlite3.Connection, busy_for=LIGHT_BUSY_FOR)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            return False
        row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        return row is not None and row[0] == VERSION


class Light(sqlite3.Connection):
    """A connection whose transactions only `execute` ends: a rate limiter's bucket would commit its part of one."""

    def commit(self) -> None:
        """Do nothing."""

    def begin(self) -> bool:
        """Begin a transaction; return False if another process is writing."""
        try:
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if busy(error):
                return False
            raise
        return True


def light(path: str) -> Light:
    """Open a connection that waits for neither lock nor disk: a commit survives a crash, not a power loss."""
    connection = _connected(path, Light, busy_for=0.0)
    connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _connected(path: str, kind: type[C], *, busy_for: float) -> C:
    """Connect to an existing file of this user; one created by SQLite would be open to everybody.

    Raises:
        StateError: it is somebody else's, or open to others.
    """
    trusted(path)
    place = f"{Path(path).absolute().as_uri()}?mode=rw"  # quoted: a path may contain a question mark
    return sqlite3.connect(
        place, uri=True, timeout=busy_for, isolation_level=None, check_same_thread=False, factory=kind
    )
