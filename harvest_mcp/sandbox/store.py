"""The rows of an account in SQLite: one table per resource, with the columns of its record."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import RLock
from typing import Literal, TypeAlias, cast

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import cells
from harvest_mcp.sandbox.cells import MORE
from harvest_mcp.sandbox.database_file import LAYOUT, MARKS, inspect
from harvest_mcp.sandbox.faults.past import Past, Stored, Trial
from harvest_mcp.spec import Field, Record, Resource, Scalar, System, Value, fields

Row: TypeAlias = cells.Row
Test: TypeAlias = tuple[str, Literal["=", "<>", ">=", "<="], Value]

CHANGED = ("updated_at", "modified_at")
OPENED = 900


def begun(clock: Callable[[], float]) -> int:
    """Return the start of this quarter of an hour, to which accounts in memory are seeded, so that most are copies."""
    return int(clock()) // OPENED * OPENED


class Store:
    """One account's rows; thread-safe. A list within a row is stored as JSON; its children have ids too."""

    def __init__(
        self,
        path: str | None,
        system: System,
        *,
        clock: Callable[[], float],
        fill: "Callable[[Store], None] | None" = None,
        step: int = 1,
        image: bytes | None = None,
    ) -> None:
        """Open the database, or create and `fill` it in one transaction; ids grow by `step`.

        A database in memory may start from an `image`.

        Raises:
            SettingsError: the file is not a sandbox database of this system, has a newer layout, or cannot be opened;
                it is left unchanged.
        """
        self.system, self.step = system, step
        self._clock, self._lock = clock, RLock()
        inspect(path, system)
        try:
            self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise SettingsError(f"The sandbox database {path} cannot be opened: {error}.") from None
        self._db.row_factory = sqlite3.Row
        self.past = Past(self._db.execute, clock)
        try:
            if image:
                self._db.deserialize(image)
            if image and not fill:
                return  # it has every table
            with self.writing():
                if (self._lay_out() or image) and fill:
                    fill(self)
                    self.past.forget()
        except sqlite3.Error as error:
            self._db.close()
            raise SettingsError(f"The sandbox database {path} cannot be used: {error}.") from None

    @property
    def changed(self) -> bool:
        """Whether the database was written to since it was opened."""
        return self._db.total_changes > 0

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Open a transaction: commit at the end or roll back on an exception; a nested one joins the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            count = self.past.count
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                self.past.forget(count)
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def as_it_was(self, seconds: float, *, made_only: bool = False) -> Iterator[Trial]:
        """Show the account as it was so many seconds ago, or only hide rows inserted since; roll back all writes."""
        with self._lock, self.past.restored(self._clock() - seconds, made_only=made_only) as trial:
            yield trial

    @contextmanager
    def forgetting(self) -> Iterator[Trial]:
        """Roll back all writes, but keep the ids they took used up."""
        with self._lock, self.past.forgotten() as trial:
            yield trial

    def near(self, name: str, id: int) -> list[int]:
        """Return up to five other ids of a table, older ones first, if it has this id."""
        sql = (
            f'SELECT id FROM "{name}" WHERE id <> ?1 AND EXISTS (SELECT 1 FROM "{name}" WHERE id = ?1) '  # noqa: S608 - the records' own names
            "ORDER BY id > ?1, ABS(id - ?1) LIMIT 5"
        )
        with self._lock:
            return [row["id"] for row in self._db.execute(sql, [id])]

    def now(self) -> datetime:
        """Return the account's time in whole seconds."""
        return datetime.fromtimestamp(int(self._clock()), UTC)

    def rows(self, resource: Resource[Record], where: Sequence[Test] = (), *, newest_first: bool = False) -> list[Row]:
        """Return the rows that match every `(column, comparison, value)`, by ascending id unless `newest_first`."""
        test = " AND ".join(f'"{column}" {sign} ?' for column, sign, _ in where) or "1"
        order = "DESC" if newest_first else "ASC"
        names = ", ".join(f'"{name}"' for name in cells.columns(resource.record))
        sql = f'SELECT {names} FROM "{resource.plural}" WHERE {test} ORDER BY id {order}'  # noqa: S608 - the records' own names
        with self._lock:
            cursor = self._db.execute(sql, [cells.stored(cast(Scalar, value)) for _, _, value in where])
            cursor.row_factory = None  # `cells.read` knows the columns
            found = cursor.fetchall()
        return cells.read(resource.record, found)

    def count(self, resource: Resource[Record], where: Sequence[Test] = ()) -> int:
        """Return how many rows match, without reading them."""
        test = " AND ".join(f'"{column}" {sign} ?' for column, sign, _ in where) or "1"
        sql = f'SELECT COUNT(*) FROM "{resource.plural}" WHERE {test}'  # noqa: S608 - the records' own names
        with self._lock:
            return int(
                self._db.execute(sql, [cells.stored(cast(Scalar, value)) for _, _, value in where]).fetchone()[0]
            )

    def pour(self, resource: Resource[Record], columns: Sequence[str], rows: Sequence[tuple[Stored, ...]]) -> None:
        """Insert many rows of values that SQLite stores as they are."""
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        sql = f'INSERT INTO "{resource.plural}" ({names}) VALUES ({marks})'  # noqa: S608 - the records' own names
        with self.writing():
            self._db.executemany(sql, rows)

    def image(self) -> bytes:
        """Return the whole database, to start others from."""
        with self._lock:
            return self._db.serialize()

    def get(self, resource: Resource[Record], id: int) -> Row | None:
        return next(iter(self.rows(resource, [("id", "=", id)])), None)

    def raw(self, name: str, id: int) -> Mapping[str, Stored] | None:
        """Return a row of a table with its stored values, not converted."""
        with self._lock:
            row = self._db.execute(f'SELECT * FROM "{name}" WHERE id = ?', [id]).fetchone()  # noqa: S608 - the records' own names
        return dict(row) if row else None

    def insert(self, resource: Resource[Record], values: Mapping[str, Value]) -> int:
        """Insert a row, with the next id and the present time unless given; return its id."""
        columns = fields(resource.record)
        now: Row = {name: self.now() for name in ("created_at", *CHANGED) if name in columns}
        id = values.get("id") or self.next_id(resource.plural)
        row = self._columns(resource, {**now, **values, "id": id}, {})
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        sql = f'INSERT INTO "{resource.plural}" ({names}) VALUES ({marks})'  # noqa: S608 - the records' own names
        made = self._db.execute(sql, list(row.values())).lastrowid or 0
        self.past.made(resource.plural, made)
        return made

    def lay(self, resource: Resource[Record], rows: Sequence[Row]) -> None:
        """Insert many rows at once, all with the same columns in the same order, with ids and times, without lists."""
        names, marks = ", ".join(f'"{name}"' for name in rows[0]), ", ".join("?" * len(rows[0]))
        sql = f'INSERT INTO "{resource.plural}" ({names}) VALUES ({marks})'  # noqa: S608 - the records' own names
        self._db.executemany(sql, [[cells.stored(cast(Scalar, value)) for value in row.values()] for row in rows])

    def update(self, resource: Resource[Record], id: int, values: Mapping[str, Value]) -> None:
        """Update a row and its time of update."""
        columns = fields(resource.record)
        now: Row = {name: self.now() for name in CHANGED if name in columns}
        before = self.get(resource, id) if cells.keeps(resource.record) else None
        known = {name: value for name, value in (before or {}).items() if name not in columns}
        row = self._columns(resource, {**now, **values, "id": id}, known)
        sets = ", ".join(f'"{name}" = ?' for name in row)
        sql = f'UPDATE "{resource.plural}" SET {sets} WHERE id = ?'  # noqa: S608 - the records' own names
        self.past.changing(resource.plural, id)
        self._db.execute(sql, [*row.values(), id])

    def delete(self, resource: Resource[Record], id: int) -> None:
        self.past.changing(resource.plural, id)
        self._db.execute(f'DELETE FROM "{resource.plural}" WHERE id = ?', [id])  # noqa: S608 - the records' own names

    def next_id(self, name: str) -> int:
        """Return the next id under this name; none is ever given twice."""
        id = self._last(name) + self.step
        self._taken(name, id)
        return id

    def _last(self, name: str) -> int:
        last = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [name]).fetchone()
        return last["seq"] if last else 0

    def _taken(self, name: str, id: int) -> None:
        """Mark all ids up to this one as used."""
        if id > self._last(name):
            self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", [name])
            self._db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [name, id])

    def _columns(self, resource: Resource[Record], values: Mapping[str, Value], more: Row) -> dict[str, Stored]:
        """Return the stored values by column; values without a column go into `MORE`, if the record keeps them."""
        columns = fields(resource.record)
        rest = {**more, **{name: value for name, value in values.items() if name not in columns}}
        row = {name: self._stored(columns[name], value) for name, value in values.items() if name in columns}
        if cells.keeps(resource.record):
            return {**row, MORE: json.dumps(rest)}
        return {**row, **{name: cells.stored(cast(Scalar, value)) for name, value in rest.items()}}

    def _stored(self, item: Field, value: Value) -> Stored:
        if not item.many or value is None:
            return cells.stored(cast(Scalar, value))
        element = item.each.element if item.each else item.name
        children = list(cells.children(item.type).validate_python(value))
        self._taken(element, max((child.id or 0 for child in children), default=0))
        children = [child if child.id else child.model_copy(update={"id": self.next_id(element)}) for child in children]
        return cells.children(item.type).dump_json(tuple(children), exclude_none=True).decode()

    def _lay_out(self) -> bool:
        """Create missing tables and columns; return whether the database was empty."""
        known = {row["name"] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for resource in self.system.resources:
            wanted = {name: cells.SQL_TYPE.get(item.type, "TEXT") for name, item in fields(resource.record).items()}
            columns = {**wanted, **({MORE: "TEXT"} if cells.keeps(resource.record) else {})}
            if resource.plural not in known:
                self._create(resource, columns)
                continue
            present = {row["name"] for row in self._db.execute(f'PRAGMA table_info("{resource.plural}")')}
            for name, kind in columns.items():
                if name not in present:
                    self._db.execute(f'ALTER TABLE "{resource.plural}" ADD COLUMN "{name}" {kind}')
        for resource in self.system.resources:
            self._index(resource)
        self._db.execute(f"PRAGMA application_id = {MARKS[self.system.name]}")
        self._db.execute(f"PRAGMA user_version = {LAYOUT}")
        return not known

    def _create(self, resource: Resource[Record], columns: Mapping[str, str]) -> None:
        """Create a table, with AUTOINCREMENT, since no id is ever given twice."""
        others = "".join(f', "{name}" {kind}' for name, kind in columns.items() if name != "id")
        self._db.execute(f'CREATE TABLE "{resource.plural}" (id INTEGER PRIMARY KEY AUTOINCREMENT{others})')

    def _index(self, resource: Resource[Record]) -> None:
        """Index each reference with the days: reports ask for a whole year of hours by project, person and day."""
        columns = fields(resource.record)
        days = "".join(f', "{name}"' for name, item in columns.items() if item.type is date)
        for name in (name for name, item in columns.items() if item.ref):
            index, table = f"{resource.plural}_of_{name}", resource.plural
            self._db.execute(f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" ("{name}"{days})')
