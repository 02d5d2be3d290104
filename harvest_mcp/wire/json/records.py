"""JSON to records and back: names, nested references, and values with another form (harvest-v2 4)."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Field, Part, Value, fields
from harvest_mcp.wire.document import Plain, Repeated
from harvest_mcp.wire.json.codec import DECIMAL
from harvest_mcp.wire.json.rows import AtOnce, at_once, single_cells
from harvest_mcp.wire.json.straight import Straight, straight
from harvest_mcp.wire.records import Reader, Records, matched, text, truth

P = TypeVar("P", bound=Part)
Convert = Callable[[Any], Any]

INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)  # stores hold 64 bits
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
NO_OBJECT: list[Plain] = [[]]
"""Stands for a value that should be an object and is not; no column accepts it."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A column whose name or form on the wire differs: `active` as `is_active`, `client` as `client.name`.

    A dotted `name` is in a nested object and only read; `sent` is its name in a write, dotted too if that nests.
    `receipt.?` is whether there is such an object. `reads` and `sends` convert the value from the wire's form and back.
    """

    column: str
    name: str = ""
    sent: str = ""
    reads: Convert | None = None
    sends: Convert | None = None


def turned(value: bool | None) -> bool | None:
    """Return the opposite: `is_active` for `deactivated`."""
    return None if value is None else not value


def texts(value: Plain) -> str | None:
    """Return a text unchanged, a list of texts or ids joined by commas."""
    if isinstance(value, list) and not isinstance(value, Repeated):
        if all(isinstance(each, str) for each in value):
            return ", ".join(map(str, value))
        if all(isinstance(each, int) and not isinstance(each, bool) for each in value):
            return ",".join(map(str, value))
    return text(value)


def numbers(value: str | None) -> list[int]:
    """Return the ids of such a text as a list."""
    return [int(each) for each in split(value)]


def split(value: str | None) -> list[str]:
    """Return the texts of such a text as a list."""
    return [each.strip() for each in (value or "").split(",") if each.strip()]


READ: dict[type, Reader] = {
    str: texts,
    bool: truth({"true": True, "false": False}),
    int: matched(INTEGER, int),
    Decimal: matched(DECIMAL, Decimal),
    date: matched(DAY, date.fromisoformat),
    datetime: matched(INSTANT, lambda text: datetime.fromisoformat(text).astimezone(UTC)),
}


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The names of one kind of record: which columns are in nested objects, and which have other names."""

    records: Records
    inner: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    children: "tuple[tuple[str, RecordForm], ...]"
    names: Mapping[str, str]
    sends: Mapping[str, Convert]
    many: Callable[[], AtOnce | Straight | None]
    """Returns what creates many records at once; None if that is not possible."""

    def read(self, rows: Sequence[Plain], record: type[P]) -> list[P]:
        """Return the values of several records.

        Raises:
            Malformed: one is no record, or a required value cannot be parsed.
        """
        return self.records.read([self._flat(row) for row in rows], record)

    def _flat(self, row: Plain) -> Plain:
        """Return the values of nested objects, beside the record's own."""
        if not isinstance(row, dict):
            return row
        flat = dict(row)
        for name, kind in self.children:
            if isinstance(rows := flat.get(name), list) and not isinstance(rows, Repeated):
                flat[name] = [kind._flat(each) for each in rows]
        for outer, columns in self.inner:
            if outer not in flat:
                continue
            within = flat.pop(outer)
            for name, key in columns:
                flat[name] = within is not None if key == "?" else _within(within, key)
        return flat

    def write(self, record: type[Part], values: Mapping[str, Value], *, owner: str = "") -> dict[str, object]:
        """Return the given columns as sent, in declared order; the `owner` is left out, as the path has it."""
        return _nested(
            {
                self.names.get(name, name): sent(self.sends.get(name, _same)(values[name]))
                for name, item in fields(record).items()
                if name in values and (item.along or name != owner)
            }
        )


def _nested(flat: Mapping[str, object]) -> dict[str, object]:
    """Return values with dotted names, `receipt.url`, put into objects; null for an object without any."""
    told: dict[str, Any] = {}
    for name, value in flat.items():
        outer, point, key = name.partition(".")
        within = {**(told.get(outer) or {}), **({} if value is None else {key: value})}
        told[outer] = (within or None) if point else value
    return told


def _within(value: Plain, key: str) -> Plain:
    """Return a value of a nested object."""
    if isinstance(value, dict):
        return value.get(key)
    return None if value is None else NO_OBJECT


def _same(value: Any) -> Any:
    return value


def sent(value: object) -> object:
    """Return a value as JSON; an instant in UTC, to the second (harvest-v2 4.2)."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Part):
        return _child(value)
    if isinstance(value, tuple | list):
        return [sent(each) for each in value]
    return value


def _child(part: Part) -> dict[str, object]:
    """Return a child as sent: one with an id exists, and is deleted if nothing else is given."""
    known, id = fields(type(part)), getattr(part, "id", None)
    if part.model_fields_set == {"id"}:
        return {"id": id, "_destroy": True}
    told = {
        name: None if item.ref and value == 0 else sent(value)
        for name, item in known.items()
        if name in part.model_fields_set and not item.server_set and (value := getattr(part, name)) is not None
    }
    return {**({"id": id} if id else {}), **told}


def instant(value: datetime) -> str:
    """Return `2026-01-31T09:00:00Z`."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def form(record: type[Part], spelled: tuple[Spelled, ...]) -> RecordForm:
    """Return the names of this kind; a reference is a nested object: `client_id` is `client.id`."""
    known = fields(record)
    told = {each.column: each for each in spelled}
    for name, item in known.items():
        if item.ref and name.endswith("_id") and name not in told:
            told[name] = Spelled(name, f"{name.removesuffix('_id')}.id")
    names = {column: each.name or column for column, each in told.items()}
    taken = {name for column, name in names.items() if name != column}
    within = {
        name
        for each in known.values()
        if issubclass(each.type, Part)
        for name, item in fields(each.type).items()
        if item.ref and name.endswith("_id")
    }
    inner: dict[str, list[tuple[str, str]]] = {}
    for name in names.values():
        outer, _, key = name.partition(".")
        if key:
            inner.setdefault(outer, []).append((name, key))

    def spell(name: str) -> tuple[str, ...]:
        if name in names:
            return (names[name],)
        if name in within:
            return (f"{name.removesuffix('_id')}.id",)
        return () if name in taken else (name,)

    def reader(item: Field) -> Reader:
        read, reads = READ.get(item.type, texts), (told[item.name].reads if item.name in told else None)
        return read if reads is None else _after(read, reads)

    return RecordForm(
        Records(spell, reader),
        tuple((outer, tuple(columns)) for outer, columns in inner.items()),
        tuple((names.get(name, name), form(item.type, ())) for name, item in known.items() if item.many),
        {column: each.sent or (column if "." in names[column] else names[column]) for column, each in told.items()},
        {column: each.sends for column, each in told.items() if each.sends},
        _at_once(record, names, told.values(), taken | set(inner)),
    )


def _at_once(
    record: type[Part], names: Mapping[str, str], spelled: Iterable[Spelled], taken: Collection[str]
) -> Callable[[], AtOnce | Straight | None]:
    """Return what tells how many rows are made at once, found out when it is asked for; `taken` names are others'."""
    unsent = {name for name in fields(record) if name not in names and name in taken}
    reads = {each.column: each.reads for each in spelled if each.reads}

    def made() -> AtOnce | Straight | None:
        if (found := single_cells(record, names, reads, unsent)) is None:
            return None
        return at_once(found) if found.from_dicts else straight(found)

    return cache(made)


def _after(read: Reader, convert: Convert) -> Reader:
    return lambda value: convert(read(value))


def mapping_of(document: object) -> dict[str, Plain]:
    """Return a document that is an object.

    Raises:
        Malformed: it is a list.
    """
    if not isinstance(document, dict):
        raise Malformed("unexpected-root")
    return document
