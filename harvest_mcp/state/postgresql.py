"""The state store in a PostgreSQL database, for servers on several machines: a schema of its own, and a pool."""

import errno
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from harvest_mcp.errors import StateError
from harvest_mcp.state.transaction import Transaction
from harvest_mcp.state.words import MEND

if TYPE_CHECKING:
    import psycopg

SCHEMA = "harvest_mcp"
MOST, PATIENCE = 4, 30.0
"""The most connections of one server, as several share a database; and seconds to wait for one."""
CONNECT: Mapping[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # ms; for a server that vanished
    "prepare_threshold": None,  # a pooler may share one connection among clients
}
# For the transaction only, because of poolers again; in UTC, since pyrate-limiter's columns know no time zone.
BEGIN = f"SET LOCAL search_path TO {SCHEMA}; SET LOCAL timezone TO 'UTC'; SET LOCAL lock_timeout TO '10s'"


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
    def begin(self) -> Iterator[Transaction]:
        """Lend a connection for one transaction, and commit it."""
        if not self._left.acquire(timeout=PATIENCE):
            raise TimeoutError(errno.ETIMEDOUT, "all connections to it are in use")
        try:
            connection = self._begun()
            try:
                yield Transaction(
                    connection, lambda statement, values: _run(connection, statement, values), remote=True
                )
                connection.commit()
            except BaseException:
                with suppress(self._psycopg.Error):
                    connection.rollback()
                raise
            finally:
                if not connection.closed:
                    self._idle.append(connection)
        finally:
            self._left.release()

    def _begun(self) -> "psycopg.Connection[Any]":
        """Return a connection with a transaction on it; dead ones are discarded."""
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.execute(BEGIN)
            except self._psycopg.Error:
                connection.close()
            else:
                return connection
        connection = self._psycopg.connect(self._url, **CONNECT)
        try:
            connection.execute(BEGIN)
        except BaseException:
            connection.close()
            raise
        return connection

    def shrink(self) -> None:
        """Do nothing: the database vacuums by itself."""

    def close(self) -> None:
        """Close idle connections."""
        while self._idle:
            self._idle.pop().close()


def _run(connection: "psycopg.Connection[Any]", statement: str, values: Mapping[str, object]) -> Any:
    return connection.execute(_spelled(statement), values)


@cache
def _spelled(statement: str) -> bytes:
    """Return a statement with its `:names` in psycopg's form."""
    return re.sub(r"(?<![:\w]):([a-z_]\w*)", r"%(\1)s", statement.replace("%", "%%")).encode()
