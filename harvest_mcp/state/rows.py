"""Rows of the journal as they are stored, each read by itself: a damaged one is named, and the others are told."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from harvest_mcp.errors import Damaged

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

OUTCOMES = ("intended", "accepted", "applied", "no effect", "refused", "in doubt", "undone")
LAST_SECOND = 253_402_300_799
"""Of the year 9999."""
WALKS = ("SELECT id FROM changes NOT INDEXED", "SELECT id FROM changes INDEXED BY changes_by_time ORDER BY at")
Row = Mapping[Any, Any]


def _text(value: object) -> bool:
    """Whether it is a text; bytes that are none were read as lone surrogates."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _seconds(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value <= LAST_SECOND


def _or_none(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or fits(value)


FITS: Mapping[str, Callable[[object], bool]] = {
    "id": _whole,
    "at": _seconds,
    "settled_at": _or_none(_seconds),
    "principal": _text,
    "system": _text,
    "account": _text,
    "tool": _text,
    "verb": _text,
    "noun": _text,
    "record": _or_none(_whole),
    "outcome": lambda value: value in OUTCOMES,
    "undoes": _or_none(_whole),
    "holder": _text,
    "clock": _or_none(_text),
    "stamp": _or_none(_seconds),
}
"""What a value of each column must be; SQLite keeps what it is given, whatever the column's type."""
IMAGES = ("before", "sent", "after")
"""The columns with a record's values, as JSON."""


def raw() -> "Select[Any]":
    """Select all that an entry is made of, with JSON as the text it is stored as."""
    from sqlalchemy import Text, cast, select  # noqa: PLC0415 - not at start

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    images = (cast(changes.c[name], Text).label(name) for name in IMAGES)
    return select(*(changes.c[name] for name in FITS), *images)


def values(row: Row) -> dict[str, Any]:
    """One row's values.

    Raises:
        Damaged: one of them is not what it must be.
    """
    id = row["id"] if _whole(row["id"]) else None
    for name, fits in FITS.items():
        if not fits(row[name]):
            raise Damaged(id, name)
    found = {name: row[name] for name in FITS} | {name: _image(id, name, row[name]) for name in IMAGES}
    if found["sent"] is None:
        raise Damaged(id, "sent")
    if found["record"] is None and (found["verb"] != "create" or found["outcome"] in ("applied", "undone")):
        raise Damaged(id, "record")
    return found


def _image(id: int | None, name: str, stored: object) -> dict[str, Any] | None:
    if stored is None:
        return None
    if not isinstance(stored, str) or not _text(stored):
        raise Damaged(id, name)
    try:
        image = json.loads(stored)
    except (ValueError, RecursionError):
        raise Damaged(id, name) from None
    if image is not None and not isinstance(image, dict):
        raise Damaged(id, name)
    return image


def salvaged(connection: "Connection", query: "Select[Any]", limit: int) -> Iterator[Row | int]:
    """Rows of a SQLite file that is damaged, newest first, each by itself; of one that cannot be read, its id.

    The ids are those of the table, as far as it can be walked, and of an index, which lies in other pages.
    """
    from sqlalchemy import select  # noqa: PLC0415 - not at start
    from sqlalchemy.exc import DatabaseError  # noqa: PLC0415 - same

    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - same

    ids = set[int]()
    for walk in WALKS:
        with suppress(DatabaseError):
            ids.update(row[0] for row in connection.exec_driver_sql(walk) if _whole(row[0]))
    taken = 0
    for id in sorted(ids, reverse=True):
        if taken == limit:
            return
        try:
            row = connection.execute(query.where(changes.c.id == id)).mappings().first()
        except DatabaseError:
            yield id
            continue
        if row is not None:
            taken += 1
            yield row
        elif connection.execute(select(changes.c.id).where(changes.c.id == id)).first() is None:
            yield id


def uneven(connection: "Connection") -> bool:
    """Whether a SQLite file has another number of changes by its table than by an index: damage that fails nothing."""
    if connection.dialect.name != "sqlite":
        return False
    counts = {connection.exec_driver_sql(f"SELECT count(*) FROM ({walk})").scalar() for walk in WALKS}  # noqa: S608 - ours
    return len(counts) > 1


def damaged(connection: "Connection") -> tuple[int, ...]:
    """The ids of all rows that cannot be read; of one whose id is damaged too, 0."""
    from harvest_mcp.state.schema import changes  # noqa: PLC0415 - not at start

    found = list[int]()
    for row in connection.execute(raw().order_by(changes.c.id)).mappings():
        try:
            values(row)
        except Damaged as error:
            found.append(error.change or 0)
    return tuple(found)
