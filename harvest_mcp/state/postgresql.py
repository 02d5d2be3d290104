"""The state store in a PostgreSQL database, for servers on several machines: a schema of its own, and a pool."""

import errno
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, LiteralString, TypeVar
from urllib.parse import urlsplit

from harvest_mcp.errors import StateError
from harvest_mcp.state.sql import VERSION
from harvest_mcp.state.steps import still
from harvest_mcp.state.transaction import Transaction
from harvest_mcp.state.words import MEND

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
SCHEMA = "harvest_mcp"
MOST, PATIENCE = 4, 30.0
"""The most connections of one server, as several share a database; and seconds to wait for one."""
CONNECT: Mapping[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # ms; for a server that vanished
    "prepare_threshold": None,  # a pooler may share one connection among clients
    "client_encoding": "utf8",  # queries are written in it, whatever the database's own is
    "autocommit": True,  # a transaction begins in one trip with its settings
}
# For the transaction only, because of poolers again; in UTC, since pyrate-limiter's columns know no time zone.
BEGIN = f"BEGIN; SET LOCAL search_path TO {SCHEMA}; SET LOCAL timezone TO 'UTC'; SET LOCAL lock_timeout TO '10s'"
LAYING_OUT = 720714
"""The lock of whoever lays the tables out; all others share it, so that none is in the middle of a transaction."""
BEGIN_ON_TABLES = f"{BEGIN}; SELECT pg_advisory_xact_lock_shared({LAYING_OUT}); {VERSION}"
READING = f"{BEGIN}; {VERSION}".encode()
"""What comes before a query in its trip; as it writes nothing, it needs no lock."""


class PostgresqlStore:
    """The database; connections are opened when needed, and kept."""

    def __init__(self, url: str) -> None:
        """Open nothing yet.

        Raises:
            StateError: the driver is not installed, or the URL is invalid.
        """
        try:
            import psycopg  # noqa: PLC0415 - only where a server is
        except ImportError:
            raise StateError(
                "The state store is in PostgreSQL, and the driver for it is not installed.",
                next="Install this package's extra: `pip install '.[postgresql]'` in its clone. Reading goes on.",
            ) from None
        try:
            psycopg.conninfo.conninfo_to_dict(url)
            urlsplit(url).port  # noqa: B018 - which may be no number
        except (ValueError, psycopg.Error):
            raise StateError("HARVEST_MCP_STATE is not an address of PostgreSQL.", next=MEND) from None
        self._url, self._psycopg = url, psycopg
        self._left = threading.BoundedSemaphore(MOST)
        self._idle: list[psycopg.Connection[Any]] = []

    @contextmanager
    def begin(self, *, laid_out: bool = True) -> Iterator[Transaction]:
        """Lend a connection for one transaction, and commit it.

        Raises:
            Outdated: the database was `laid_out`, and is so no more.
        """
        with self._lent():
            connection, begun = self._begun(BEGIN_ON_TABLES if laid_out else BEGIN)
            with self._kept(connection):
                if laid_out:
                    still(*_last(begun) or (None,))
                yield Transaction(
                    connection, lambda statement, values: _run(connection, statement, values), remote=True
                )
                connection.commit()

    def read(self, query: Callable[[Transaction], T]) -> T:
        """Do one query, each statement of which is a transaction in one trip.

        Raises:
            Outdated: the database was laid out anew.
        """
        with self._lent():
            connection = self._idle.pop() if self._idle else self._psycopg.connect(self._url, **CONNECT)
            with self._kept(connection):
                cursor = self._psycopg.ClientCursor(connection)
                return query(Transaction(connection, partial(_read, cursor), remote=True))

    @contextmanager
    def _lent(self) -> Iterator[None]:
        if not self._left.acquire(timeout=PATIENCE):
            raise TimeoutError(errno.ETIMEDOUT, "all connections to it are in use")
        try:
            yield
        finally:
            self._left.release()

    @contextmanager
    def _kept(self, connection: "psycopg.Connection[Any]") -> Iterator[None]:
        """Keep a connection after use, with nothing begun on it."""
        try:
            yield
        except BaseException:
            with suppress(self._psycopg.Error):
                connection.rollback()
            raise
        finally:
            if not connection.closed:
                self._idle.append(connection)

    def _begun(self, by: LiteralString) -> "tuple[psycopg.Connection[Any], psycopg.Cursor[Any]]":
        """Return a connection with a transaction on it, and what that began with; dead ones are discarded."""
        while self._idle:
            connection = self._idle.pop()
            try:
                return connection, connection.execute(by)
            except self._psycopg.Error:
                connection.close()
        connection = self._psycopg.connect(self._url, **CONNECT)
        try:
            return connection, connection.execute(by)
        except BaseException:
            connection.close()
            raise

    def shrink(self) -> None:
        """Do nothing: the database vacuums by itself."""

    def close(self) -> None:
        """Close idle connections."""
        while self._idle:
            self._idle.pop().close()


def _run(connection: "psycopg.Connection[Any]", statement: str, values: Mapping[str, object]) -> Any:
    return connection.execute(_spelled(statement), values)


def _read(cursor: "psycopg.ClientCursor[Any]", statement: str, values: Mapping[str, object]) -> Any:
    """Return the cursor at the rows of a query."""
    query = cursor.mogrify(_spelled(statement), values).encode()
    cursor.execute(b"%b; %b; COMMIT" % (READING, query))
    while cursor.description is None:
        cursor.nextset()
    still(*cursor.fetchone() or (None,))
    cursor.nextset()
    return cursor


def _last(answers: "psycopg.Cursor[Any]") -> Any:
    """Return the row of the last of several statements."""
    while answers.nextset():
        pass
    return answers.fetchone()


@cache
def _spelled(statement: str) -> bytes:
    """Return a statement with its `:names` in psycopg's form."""
    return re.sub(r"(?<![:\w]):([a-z_]\w*)", r"%(\1)s", statement.replace("%", "%%")).encode()
