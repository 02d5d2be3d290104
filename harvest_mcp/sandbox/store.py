"""The rows of the sandbox in SQLite: one table per resource, its columns read off the record."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import RLock
from typing import Literal, TypeAlias

from harvest_mcp.errors import SettingsError
from harvest_mcp.spec import Field, Record, Resource, Scalar, fields
from harvest_mcp.systems.harvest import HARVEST

Row: TypeAlias = dict[str, Scalar]
Test: TypeAlias = tuple[str, Literal["=", "<>", ">="], Scalar]
Stored: TypeAlias = str | int | None

MAGIC = b"SQLite format 3\x00"
OURS = 0x48765331  # "HvS1", in the file's header as its application id
LAYOUT = 1

SQL_TYPE = {int: "INTEGER", bool: "INTEGER"}
FROM_SQL: Mapping[type, Callable[[Stored], Scalar]] = {
    bool: bool,
    Decimal: lambda stored: Decimal(str(stored)),
    date: lambda stored: date.fromisoformat(str(stored)),
    datetime: lambda stored: datetime.fromisoformat(str(stored)),
}


class Store:
    """One account's rows; safe to use from several threads."""

    def __init__(
        self, path: str | None, *, clock: Callable[[], float], fill: "Callable[[Store], None] | None" = None
    ) -> None:
        """Open the database, or make and `fill` it in one go.

        Raises:
            SettingsError: the file is not a sandbox's, is of a newer layout, or cannot be opened; it is left as it was.
        """
        self._clock, self._lock = clock, RLock()
        _inspect(path)
        try:
            self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise SettingsError(f"The sandbox database {path} cannot be opened: {error}.") from None
        self._db.row_factory = sqlite3.Row
        try:
            with self.writing():
                if self._lay_out() and fill:
                    fill(self)
        except sqlite3.Error as error:
            self._db.close()
            raise SettingsError(f"The sandbox database {path} cannot be used: {error}.") from None

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write: all of it is committed at the end, or nothing is; within another it is part of that."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def now(self) -> datetime:
        """The account's clock in whole seconds."""
        return datetime.fromtimestamp(int(self._clock()), UTC)

    def rows(self, resource: Resource[Record], where: Sequence[Test] = (), *, newest_first: bool = False) -> list[Row]:
        """The rows that fit every `(column, comparison, value)`, by ascending id unless told otherwise."""
        test = " AND ".join(f'"{column}" {sign} ?' for column, sign, _ in where) or "1"
        order = "DESC" if newest_first else "ASC"
        sql = f'SELECT * FROM "{resource.plural}" WHERE {test} ORDER BY id {order}'  # noqa: S608 - the records' own names
        with self._lock:
            found = self._db.execute(sql, [_stored(value) for _, _, value in where]).fetchall()
        columns = fields(resource.record)
        return [{name: _read(item, row[name]) for name, item in columns.items()} for row in found]

    def get(self, resource: Resource[Record], id: int) -> Row | None:
        return next(iter(self.rows(resource, [("id", "=", id)])), None)

    def insert(self, resource: Resource[Record], values: Mapping[str, Scalar]) -> int:
        """Add a row, with the next id and the time unless they are given; returns its id."""
        columns = fields(resource.record)
        now: Row = {name: self.now() for name in ("created_at", "updated_at") if name in columns}
        row = {**now, **values}
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        sql = f'INSERT INTO "{resource.plural}" ({names}) VALUES ({marks})'  # noqa: S608 - the records' own names
        return self._db.execute(sql, [_stored(value) for value in row.values()]).lastrowid or 0

    def update(self, resource: Resource[Record], id: int, values: Mapping[str, Scalar]) -> None:
        """Change a row and its time of update."""
        now: Row = {"updated_at": self.now()} if "updated_at" in fields(resource.record) else {}
        row = {**now, **values, "id": id}
        sets = ", ".join(f'"{name}" = ?' for name in row)
        sql = f'UPDATE "{resource.plural}" SET {sets} WHERE id = ?'  # noqa: S608 - the records' own names
        self._db.execute(sql, [*(_stored(value) for value in row.values()), id])

    def delete(self, resource: Resource[Record], id: int) -> None:
        self._db.execute(f'DELETE FROM "{resource.plural}" WHERE id = ?', [id])  # noqa: S608 - the records' own names

    def _lay_out(self) -> bool:
        """Make what is missing, every table and every column a record has gained since; whether all of it was."""
        known = {row["name"] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for resource in HARVEST.resources:
            self._db.execute(
                f'CREATE TABLE IF NOT EXISTS "{resource.plural}" (id INTEGER PRIMARY KEY AUTOINCREMENT)'
            )  # AUTOINCREMENT: an id is never given twice
            present = {row["name"] for row in self._db.execute(f'PRAGMA table_info("{resource.plural}")')}
            for name, item in fields(resource.record).items():
                if name not in present:
                    kind = SQL_TYPE.get(item.type, "TEXT")
                    self._db.execute(f'ALTER TABLE "{resource.plural}" ADD COLUMN "{name}" {kind}')
        self._db.execute(f"PRAGMA application_id = {OURS}")
        self._db.execute(f"PRAGMA user_version = {LAYOUT}")
        return not known


def _stored(value: Scalar) -> Stored:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value if isinstance(value, int | None) else str(value)


def _read(item: Field, stored: Stored) -> Scalar:
    return FROM_SQL[item.type](stored) if stored is not None and item.type in FROM_SQL else stored


def _inspect(path: str | None) -> None:
    """Look at the first bytes of a file before SQLite may touch it; an empty or absent file is a new one."""
    if path is None:
        return
    if not Path(path).parent.is_dir():
        raise SettingsError(f"The folder of the sandbox database {path} does not exist.")
    try:
        with Path(path).open("rb") as stream:
            head = stream.read(100)
    except FileNotFoundError:
        return
    except OSError as error:
        raise SettingsError(f"The sandbox database {path} cannot be read: {error.strerror}.") from None
    if not head:
        return
    if not head.startswith(MAGIC) or int.from_bytes(head[68:72]) != OURS:  # offsets: sqlite.org/fileformat.html 1.3
        raise SettingsError(f"{path} is not a sandbox database; it was left as it is.")
    if int.from_bytes(head[60:64]) > LAYOUT:
        raise SettingsError(f"The sandbox database {path} was made by a newer version; it was left as it is.")
