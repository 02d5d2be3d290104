"""An account's book in the state store, shared by all processes of a machine, in PostgreSQL by several machines."""

import hashlib
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import anyio
import anyio.to_thread
from pyrate_limiter import AbstractBucket

from harvest_mcp.errors import StateError
from harvest_mcp.gateway.account import Account
from harvest_mcp.gateway.book import Book, BookPage, Gate, Own, Work, rate
from harvest_mcp.spec import Plan
from harvest_mcp.state import State

if TYPE_CHECKING:
    from psycopg import Connection
    from pyrate_limiter import PostgresBucket

    from harvest_mcp.state.sqlite import Light

log = logging.getLogger("harvest_mcp.gateway")
T = TypeVar("T")
Clock = Callable[[], float]

SLACK, BETWEEN = 0.5, 0.02
"""Seconds added to the window, as calls of several processes may arrive in another order; less if sent one by one."""
ALONE_FOR = 60.0
"""Seconds to count alone after the store failed."""
TRIES, PAUSE = 100, 0.01
"""How often to retry, and how many seconds apart, while the database vacuums the table."""
SOON = 0.002
"""Seconds after which to ask again for a file that another is writing to."""

READ = "SELECT closed_at, closed_until, strikes, probe_until FROM gates WHERE account = :account"
WRITE = """
INSERT INTO gates (account, closed_at, closed_until, strikes, probe_until)
VALUES (:account, :closed_at, :closed_until, :strikes, :probe_until)
ON CONFLICT (account) DO UPDATE SET closed_at = excluded.closed_at, closed_until = excluded.closed_until,
strikes = excluded.strikes, probe_until = excluded.probe_until
"""
LOCK = "SELECT pg_advisory_xact_lock(:account)"


def shared(state: State, account: Account, plan: Plan | None = None, *, clock: Clock = time.monotonic) -> Book:
    """Return the book of an account in this store, or of one of its separate budgets.

    `clock` must be the same for all processes of a machine.
    """
    plan = plan or account.system.plan
    key = f"{account.key} {plan.name}".rstrip()
    kept = InPostgres(state, key, plan, clock) if state.remote else InFile(state, key, plan, clock)
    return Shared(kept, Own(plan, clock))


class Execute(Protocol):
    """Runs a statement with `:names`, in either database."""

    def __call__(self, statement: str, values: Mapping[str, object], /) -> Any: ...


Open = tuple[Execute, AbstractBucket, float]
"""A transaction on an account: its statements, its count, and the time."""


class Busy(Exception):
    """Raised if somebody else holds the row for a moment."""


class Kept(ABC):
    """A book in a store."""

    def __init__(self, state: State, key: str, plan: Plan, clock: Clock) -> None:
        self.state, self.key, self.clock = state, key, clock
        self.rate = rate(plan, slack=BETWEEN if plan.one_at_a_time else SLACK)
        self.digest = hashlib.sha256(key.encode()).digest()
        self.table = f"calls_{self.digest.hex()[:16]}"
        self._seen, self._ahead = Gate(), 0.0
        self._one, self._tidied = anyio.CapacityLimiter(1), float("-inf")

    @abstractmethod
    async def hold(self, work: Work[T]) -> T:
        """As in `Book`.

        Raises:
            StateError: the store cannot be used.
        """

    async def aclose(self) -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self.close, limiter=self._one)

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Open]:
        """Run exclusively on this account; all of it is committed, or nothing."""

    @abstractmethod
    def close(self) -> None:
        """Close this book's own connection."""

    def _held(self, work: Work[T]) -> T:
        with self.transaction() as (execute, bucket, now):
            self._tidy(bucket, now)
            row = execute(READ, {"account": self.key}).fetchone()
            page = BookPage(bucket, found := Gate(*row) if row else Gate(), now)
            result = work(page)
            if page.gate != found:
                execute(WRITE, {"account": self.key, **asdict(page.gate)})
        self._seen, self._ahead = page.gate, self.clock() - now
        return result

    @property
    def seen(self) -> Gate:
        """The gate as last seen, by this process's clock."""
        return self._seen.moved(self._ahead)

    def _tidy(self, bucket: AbstractBucket, now: float) -> None:
        """Once a window, drop calls that left it, and those in the future, from before a clock was set back."""
        if abs(now - self._tidied) * 1000 < self.rate.interval:
            return
        self._tidied, stamp = now, round(now * 1000)
        bucket.leak(stamp)
        newest = cast("Any", bucket.peek(0))
        if newest is not None and newest.timestamp > stamp:
            bucket.flush()


class InFile(Kept):
    """In the SQLite file, on a connection that never waits: taking a place costs less than a hop to a thread."""

    _connection: "Light | None" = None
    _file: object = None

    async def hold(self, work: Work[T]) -> T:
        from harvest_mcp.state import sqlite  # noqa: PLC0415 - not at start

        until = anyio.current_time() + sqlite.LIGHT_BUSY_FOR
        while True:
            if self._connection is None or self._file != self.state.identity():
                await anyio.to_thread.run_sync(self._open, limiter=self._one)
            try:
                return self._held(work)
            except Busy:
                if anyio.current_time() > until:
                    raise self.state.busy() from None
            await anyio.sleep(SOON)

    @contextmanager
    def transaction(self) -> Iterator[Open]:
        connection = self._connection
        if connection is None:  # closed meanwhile
            raise Busy
        with self.state.worded():
            try:
                if not connection.begin():
                    raise Busy
                yield connection.execute, self._bucket, self.clock()
                connection.execute("COMMIT")
            except Busy:
                raise
            except BaseException:
                self.close()  # this drops what was not committed
                raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> None:
        """Open the file in a thread, as its tables may have to be created."""
        from pyrate_limiter import SQLiteBucket  # noqa: PLC0415 - brings sqlite3 along

        if self._connection is not None and self._file == self.state.identity():
            return
        self.close()
        with self.state.worded():
            connection = self.state.light()
            SQLiteBucket.init_from_file([self.rate], table=self.table, db_path=self.state.place).conn.close()
        self._bucket, self._tidied = SQLiteBucket([self.rate], connection, self.table), float("-inf")
        self._file, self._connection = self.state.identity(), connection


class Lent:
    """Stands in for a connection pool: the bucket uses the connection and transaction it is lent."""

    closed = False
    held: "Connection[Any]"

    @contextmanager
    def connection(self) -> "Iterator[Connection[Any]]":
        yield self.held
        if self.held.info.transaction_status.name == "INERROR":  # an error makes the bucket give up
            raise Busy


class InPostgres(Kept):
    """In PostgreSQL, with the database's clock, the same for all machines."""

    _bucket: "PostgresBucket | None" = None

    async def hold(self, work: Work[T]) -> T:
        return await anyio.to_thread.run_sync(self._patiently, work, limiter=self._one)

    def _patiently(self, work: Work[T]) -> T:
        for _ in range(TRIES):
            try:
                return self._held(work)
            except Busy:
                time.sleep(PAUSE)
        raise StateError(f"The state store at {self.state.shown} keeps its table of calls to itself.")

    @contextmanager
    def transaction(self) -> Iterator[Open]:
        with self.state.worded(), self.state.open().begin() as connection:
            connection.execute(LOCK, {"account": int.from_bytes(self.digest[:8], signed=True)})
            bucket = self._lent(connection.driver)
            yield connection.execute, bucket, cast("Any", bucket).now() / 1000

    def close(self) -> None:
        """Do nothing: the connections belong to the store."""

    def _lent(self, connection: Any) -> "PostgresBucket":
        from pyrate_limiter import PostgresBucket  # noqa: PLC0415 - only here

        if self._bucket is None:
            lent = Lent()
            lent.held = connection
            self._bucket = PostgresBucket(cast("Any", lent), self.table, [self.rate])
        cast("Any", self._bucket.pool).held = connection
        return self._bucket


class Shared:
    """A book in a store, with one of this process while the store fails, so that reads go on."""

    def __init__(self, kept: Kept, own: Own) -> None:
        self._kept, self._own = kept, own
        self._alone_until, self._told = float("-inf"), False

    async def hold(self, work: Work[T]) -> T:
        # A gate closed while the store failed is opened here, too: the store does not know it.
        if self._own.clock() >= self._alone_until and not self._own.gate.strikes:
            try:
                return await self._kept.hold(work)
            except StateError as error:
                self._fall_back(error)
        return await self._own.hold(work)

    async def aclose(self) -> None:
        await self._kept.aclose()

    def _fall_back(self, error: StateError) -> None:
        self._alone_until = self._own.clock() + ALONE_FOR
        self._own.gate = replace(self._kept.seen, probe_until=0.0)
        if not self._told:
            self._told = True
            log.warning("This process counts its calls alone. %s", error)
