"""Cells of a table: values converted to what SQLite stores, and back, by the columns of a record."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, TypeAlias, cast

from pydantic import TypeAdapter

from harvest_mcp.sandbox.faults.past import Stored
from harvest_mcp.spec import Child, Field, Part, Record, Scalar, Value, fields

Row: TypeAlias = dict[str, Value]

SQL_TYPE = {int: "INTEGER", bool: "INTEGER"}
KEPT = 1 << 14
"""Converted values to cache per kind: most days, times and amounts of an account stand in many rows."""
FROM_SQL: Mapping[type, Callable[[Any], Value]] = {
    bool: bool,
    Decimal: Decimal,
    date: lambda cell: (datetime if "T" in cell else date).fromisoformat(cell),
    datetime: datetime.fromisoformat,
}
MORE = "*"
"""The column, as JSON, for unknown elements of records that keep them."""


def stored(value: Scalar) -> Stored:
    """Convert a value to what SQLite stores."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        told = value.astimezone(UTC) if value.tzinfo else value
        return told.isoformat(timespec="seconds").replace("+00:00", "Z")
    return value if isinstance(value, int | None) else str(value)


def read(record: type[Record], found: Sequence[Sequence[Stored]]) -> list[Row]:
    """Convert fetched rows, with all columns of the table, to the values of a record."""
    if not found:
        return []
    cells: list[Iterable[Any]] = list(zip(*found, strict=True))
    for place, one in _readers(record):
        cells[place] = map(one, cells[place])
    rows: list[Row] = [dict(zip(columns(record), row, strict=True)) for row in zip(*cells, strict=True)]
    return [row | json.loads(str(row.pop(MORE) or "{}")) for row in rows] if keeps(record) else rows


@cache
def columns(record: type[Record]) -> tuple[str, ...]:
    """Return the names of all columns of a table."""
    return (*fields(record), *((MORE,) if keeps(record) else ()))


@cache
def _readers(record: type[Record]) -> tuple[tuple[int, Callable[[Any], Value]], ...]:
    """Return the converters of those columns that need one, with their positions."""
    found = ((place, _reader(item)) for place, item in enumerate(fields(record).values()))
    return tuple((place, each) for place, each in found if each)


def _reader(item: Field) -> Callable[[Any], Value] | None:
    if item.many:
        return _whole(children(item.type).validate_json)
    return _whole(FROM_SQL[item.type]) if item.type in FROM_SQL else None


def _whole(one: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Make a converter pass NULL and an empty text (a value that was emptied), and cache its results."""
    return lru_cache(KEPT)(lambda cell: cell if cell is None or cell == "" else one(cell))


@cache
def children(kind: type[Part]) -> TypeAdapter[tuple[Child, ...]]:
    """Return the adapter that parses and dumps a list within a row."""
    return TypeAdapter(cast(Any, tuple[kind, ...]))  # type: ignore[valid-type]  # a class at run time


def keeps(record: type[Record]) -> bool:
    """Return whether records of this class keep unknown elements."""
    return record.model_config.get("extra") == "allow"
