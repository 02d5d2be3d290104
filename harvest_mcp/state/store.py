"""Open the state store when first needed, check who may write to it, and explain its errors."""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_thread

from harvest_mcp.config.secret import StatePlace
from harvest_mcp.errors import Damaged, Outdated, StateError, Withheld
from harvest_mcp.state.words import MEND, why

if TYPE_CHECKING:
    from harvest_mcp.state.health import Health
    from harvest_mcp.state.postgresql import PostgresqlStore
    from harvest_mcp.state.sqlite import Light, SqliteStore
    from harvest_mcp.state.transaction import Transaction

    Store = SqliteStore | PostgresqlStore

log = logging.getLogger("harvest_mcp.state")

T = TypeVar("T")
SAID_AGAIN = 60.0
"""Seconds until the log is told the same again."""


def default_place() -> str:
    """Return the user's own state file, in their system's usual folder; `~/…` if they have no home."""
    import platformdirs  # noqa: PLC0415 - not at start

    try:
        return str(platformdirs.user_state_path("harvest-mcp") / "state.db")
    except RuntimeError:
        return "~/harvest-mcp/state.db"


class State:
    """One store. `place` is a file path or a `postgresql://` URL; nothing is opened before it is needed."""

    def __init__(
        self,
        place: str | StatePlace,
        *,
        folder: TemporaryDirectory[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder` is deleted when the store is closed, `clock` must be shared by all processes of a machine."""
        self.clock = clock
        self._place, self._folder = place if isinstance(place, StatePlace) else StatePlace(place), folder
        self._store: Store | None = None
        self._file: tuple[int, int] | None = None
        self._lock, self._worded = threading.Lock(), AsStateErrors(self)
        self._withheld, self._logged = False, ("", 0.0)
        self.owed: dict[int, Callable[[Any], object]] = {}
        """Outcomes by change that could not be committed when due; the journal commits them later."""
        self.lasts = folder is None
        """Whether it survives this process."""
        self.begun: dict[int, dict[str, Any]] = {}
        """This process's changes under way, to be noted again if the file is lost."""
        self.late: dict[str, float] = {}
        """When this process last saw late reads of an account, on `clock`."""
        self.highest: dict[str, int] = {}
        """The highest numbers this process has seen, above which a lost or restored file continues."""

    def withhold(self) -> None:
        """Tell callers, who are at other machines, only that the store cannot be used; the log has the rest."""
        self._withheld = True

    @property
    def place(self) -> str:
        """The place with its credentials, for connecting only."""
        return self._place.reveal()

    @property
    def remote(self) -> bool:
        return self._place.remote

    @property
    def shown(self) -> str:
        """The place without credentials."""
        return str(self._place)

    def exists(self) -> bool:
        """Return whether there is anything to read; a store never written to is empty, not an error."""
        try:
            return self.remote or bool(os.stat(self.place))
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:  # unusable either way; using it says why
            return True

    async def run(self, work: Callable[["Transaction"], T]) -> T:
        """Run some work in one transaction, off the event loop, and commit it.

        Raises:
            StateError: the store cannot be used; nothing of the work remains.
        """
        return await anyio.to_thread.run_sync(self.do, work)

    async def read(self, query: Callable[["Transaction"], T]) -> T:
        """Do one query; on the event loop where a file is open, as that takes less than the hop to a thread.

        Raises:
            StateError: the store cannot be used.
        """
        store = self._store
        if store is None or self._file != self.identity():
            return await self.run(query)
        self.trusted()
        try:
            return await anyio.to_thread.run_sync(store.read, query) if self.remote else store.read(query)
        except Exception as error:
            if not _of_a_store(error):
                raise
        return await self.run(query)  # it waits for another process, and says what is wrong

    def do(self, work: Callable[["Transaction"], T]) -> T:
        """Do the same in this thread; repeated once if another process wrote at the same moment."""
        with self.worded():
            try:
                with self.open().begin() as connection:
                    return work(connection)
            except Exception as error:
                if not _clash(error):
                    raise
            with self.open().begin() as connection:
                return work(connection)

    def open(self) -> "Store":
        """Return the store, created first if need be.

        Raises:
            StateError: it cannot be used.
        """
        with self._lock, self.worded():
            self.trusted()
            if self._store is not None and self._file != self.identity():
                self._dispose()
            if self._store is None:
                self._store, self._file = self._opened()
            return self._store

    def light(self) -> "Light":
        """Open a SQLite connection for the caller alone, for data that a power loss may take.

        Raises:
            StateError: the store cannot be used.
        """
        from harvest_mcp.state import sqlite  # noqa: PLC0415 - not at start

        with self.worded():
            if not sqlite.laid_out(self.place):
                self.open()
            return sqlite.light(self.place)

    def shrink(self) -> None:
        """Free the room of deleted rows.

        Raises:
            StateError: the store cannot be used.
        """
        with self.worded():
            self.open().shrink()

    def examine(self) -> "Health":
        """Examine an existing store.

        Raises:
            StateError: it cannot be written to.
        """
        from harvest_mcp.state.health import examine  # noqa: PLC0415 - not at start

        return self.do(lambda connection: examine(connection, self.shown))

    def trusted(self) -> None:
        """Check that nobody else can replace, read or write the file.

        Raises:
            StateError: somebody can, or the path leads to no file.
        """
        if not self.remote:
            from harvest_mcp.state.trust import trusted  # noqa: PLC0415 - not at start

            with self.worded():
                trusted(self.place)

    def close(self) -> None:
        with self._lock:
            self._dispose()
            if self._folder is not None:
                self._folder.cleanup()

    def _dispose(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def identity(self) -> tuple[int, int] | None:
        """Return which file it is now; writes into a deleted one would be lost."""
        from harvest_mcp.state import sqlite  # noqa: PLC0415 - not at start

        with suppress(OSError):
            return None if self.remote else sqlite.identity(self.place)
        return None

    def _opened(self) -> "tuple[Store, tuple[int, int] | None]":
        from harvest_mcp.state import health, layout, postgresql, sqlite  # noqa: PLC0415 - not at start

        if not self.remote:
            sqlite.make(self.place, parents=self.place == default_place())
        store: Store = postgresql.PostgresqlStore(self.place) if self.remote else sqlite.SqliteStore(self.place)
        try:
            with store.begin(laid_out=False) as connection:
                layout.lay_out(connection, self.shown)
                health.mend_indices(connection)
        except BaseException:
            store.close()
            raise
        return store, self.identity()

    def busy(self) -> StateError:
        """Return the error for a store that another process holds for too long."""
        return self.unusable(TimeoutError(errno.ETIMEDOUT, "another process keeps it busy"))

    def unusable(self, error: Exception) -> StateError:
        """Return the `StateError` for an error of a database or the file system."""
        return self.told(StateError(f"The state store at {self.shown} cannot be used: {why(error)}.", next=MEND))

    def told(self, error: StateError) -> StateError:
        """Return the error to raise: without details of this machine if callers are elsewhere."""
        if not self._withheld or isinstance(error, Damaged | Outdated | Withheld):
            return error
        said, now = str(error), self.clock()
        before, at = self._logged
        if said != before or now - at > SAID_AGAIN:
            self._logged = said, now
            log.error("%s", said)
        return Withheld()

    def worded(self) -> "AsStateErrors":
        """Turn errors of the database or the file system into `StateError`."""
        return self._worded


class AsStateErrors:
    """Turns errors of one store into `StateError`; made once, as it is entered several times with each transaction."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raise what the store raised as a `StateError`."""
        if isinstance(error, StateError):
            raise self._state.told(error) from None
        if isinstance(error, Exception) and _of_a_store(error):
            raise self._state.unusable(error) from None


def _clash(error: Exception) -> bool:
    """Return whether another process wrote the same at this very moment, and won."""
    return any(base.__name__ == "IntegrityError" for base in type(error).__mro__)


def _of_a_store(error: Exception) -> bool:
    """Return whether it comes from a database or the file system, by the error's name: neither driver is imported for
    this."""
    if isinstance(error, (OSError, UnicodeDecodeError)):  # the latter from a file whose table names are damaged
        return True
    return any(base.__module__ in STORES for base in type(error).__mro__)


STORES = ("sqlite3", "psycopg", "psycopg.errors")
