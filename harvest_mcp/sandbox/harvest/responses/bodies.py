"""Rows as the vendor's XML, era by era (harvest-v1 0.2, 5, 11 to 17)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from harvest_mcp.sandbox.harvest.responses import currencies
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Era, Field, Part, Record, Resource, Value, fields
from harvest_mcp.wire import rails, xml
from harvest_mcp.wire.document import Element
from harvest_mcp.wire.rails_wires import root_of, roots_of

INSTANT: Mapping[Era, str] = {"classic": "datetime", "docs": "datetime", "late": "dateTime"}  # harvest-v1 29 row 2
# As documented (harvest-v1 5.1); lxml writes the same with single quotes.
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
# Roots without type="array" (harvest-v1 29 row 1).
BARE_ROOTS = frozenset({("classic", "client")})
# harvest-v1 5.1: the root of a list of invoice messages is in the singular.
SINGULAR_ROOTS = frozenset({"invoice_message"})
# Columns whose null has no `type` (harvest-v1 13, 16, 17: "without type"), and those omitted if null (13: `fee`).
UNTYPED: Mapping[str, frozenset[str]] = {
    "project": frozenset({"hourly_rate"}),
    "user_assignment": frozenset({"estimate"}),
    "task_assignment": frozenset({"estimate"}),
}
ABSENT: Mapping[str, frozenset[str]] = {
    "project": frozenset({"fee"}),
    "day_entry": frozenset({"started_at", "ended_at"}),  # harvest-v1 21: timestamp accounts only
}
# Wrong types that the vendor sends (harvest-v1 5.2, 21).
WRONG: Mapping[tuple[str, str], str] = {("day_entry", "hours_with_timer"): "NilClass"}
# Values that an era words differently (harvest-v1 29 row 18).
WORDS: Mapping[tuple[Era, str], Callable[[str], str]] = {("classic", "currency"): currencies.old_label}


def list_(resource: Resource[Record], rows: Sequence[Row], profile: Era) -> bytes:
    """Return a list as XML; an empty one has another root in classic (harvest-v1 5.1)."""
    if not rows and profile == "classic":
        return document((rails.EMPTY_LIST, [], "array"))
    kind = "" if (profile, resource.noun) in BARE_ROOTS else "array"
    root = rails.spell(root_of(resource) if resource.noun in SINGULAR_ROOTS else roots_of(resource))
    return _around(root, kind, [_listed(resource, tuple(row.items()), _places(row), profile) for row in rows])


def week(resource: Resource[Record], rows: Sequence[Row], days: tuple[date, date], profile: Era) -> bytes:
    """Return a list of one week: two elements with the days of the week, then its rows (harvest-v1 20; appendix C)."""
    named = zip(("for_week_start_day", "for_week_end_day"), days, strict=True)
    told: list[Element] = [(name, rails.show(day), rails.WIRE_TYPE[date]) for name, day in named]
    return document((rails.spell(roots_of(resource)), [*told, *(_row(resource, row, profile) for row in rows)], ""))


def one(resource: Resource[Record], row: Row, profile: Era) -> bytes:
    return document(_row(resource, row, profile))


def view(root: str, part: Part) -> bytes:
    """Return a part and its nested parts as XML; omit elements that are not set."""
    return document((root, list(_parts(part)), ""))


def error(kind: str, message: str) -> bytes:
    return document(("error", [("kind", kind, ""), ("message", message, "")], ""))


def document(root: Element) -> bytes:
    return DECLARATION + xml.nest(root)[len(DECLARATION) :]


def _around(root: str, kind: str, rows: Sequence[bytes]) -> bytes:
    """Return a document around rows that are already serialized."""
    if not rows:
        return document((root, [], kind))
    head, tail = document((root, "|", kind)).rsplit(b"|", 1)
    return head + b"".join(rows) + tail


def _places(row: Row) -> tuple[str, ...]:
    """Return the decimals of a row as texts, since as cache keys 1.0 and 1.00 would be equal."""
    return tuple(str(value) for value in row.values() if isinstance(value, Decimal))


@lru_cache(maxsize=10_000)
def _listed(resource: Resource[Record], row: tuple[tuple[str, Value], ...], places: object, profile: Era) -> bytes:
    """Serialize a row within a list, cached since most rows do not change."""
    return xml.nest(_row(resource, dict(row), profile, listed=True)).partition(b"\n")[2]


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a column stands in a body: its element, the type of a value and of a null, and the words of an era."""

    item: Field
    element: str
    kind: str
    null: str
    absent: bool
    word: Callable[[str], str] | None


@cache
def _shown(resource: Resource[Record], profile: Era, listed: bool) -> tuple[_Shown, ...]:
    """Return the columns of a body in their order; in a list those with a table are left out."""
    untyped, absent = (table.get(resource.noun, frozenset()) for table in (UNTYPED, ABSENT))
    wrong = {name: kind for (noun, name), kind in WRONG.items() if noun == resource.noun}
    shown = []
    for name, item in fields(resource.record).items():
        if profile not in item.eras or item.sent_only or (listed and item.table):
            continue
        kind = wrong.get(name) or ("" if item.table else _kind(item, profile))
        null = "" if name in untyped and item.type is not datetime else kind
        element = rails.spell(item.table or name)
        shown.append(_Shown(item, element, kind, null, name in absent, WORDS.get((profile, name))))
    return tuple(shown)


def _kind(item: Field, profile: Era) -> str:
    return INSTANT[profile] if item.type is datetime else rails.WIRE_TYPE[item.type]


def _row(resource: Resource[Record], row: Row, profile: Era, *, listed: bool = False) -> Element:
    columns = [(each, row[each.item.name]) for each in _shown(resource, profile, listed)]
    children = [_column(each, value) for each, value in columns if value is not None or not each.absent]
    return rails.spell(root_of(resource)), children, ""


def _column(shown: _Shown, value: Value) -> Element:
    if shown.item.table:  # an empty list is an empty element (harvest-v1 22)
        return rails.element(shown.item, value) if value else (shown.element, "", "")
    if value is None:
        return shown.element, None, shown.null
    if isinstance(value, datetime):
        told = value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return shown.element, told, shown.kind
    text = rails.show(value)
    return shown.element, shown.word(text) if shown.word else text, shown.kind


def _parts(part: Part) -> Iterator[Element]:
    for name, item in fields(type(part)).items():
        value = getattr(part, name)
        if name not in part.model_fields_set:
            continue
        if isinstance(value, Part):
            yield rails.spell(name), list(_parts(value)), ""
        elif isinstance(value, datetime):
            yield rails.spell(name), value.isoformat(), "datetime"  # with its offset (harvest-v1 4)
        else:
            yield rails.spell(name), None if value is None else rails.show(value), rails.WIRE_TYPE[item.type]
