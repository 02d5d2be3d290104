"""Lists: filters, and pages by number and by cursor (harvest-v2 4.5)."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from harvest_mcp.sandbox.harvest_v2.visit import Visit
from harvest_mcp.sandbox.harvest_v2.wire.receive import CREDENTIALS, MOMENT, BadValue, Kind, moment, read
from harvest_mcp.sandbox.harvest_v2.wire.refusal import invalid, unreadable
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.spec import Record, Resource

Paging = Literal["C", "P"]
PAGE_NAMES = ("page", "cursor", "ref", "per_page")


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter and its type. SQL compares its `column` by `sign`, unless `fits` decides about each row.

    `only` returns tests that reduce the rows to read.
    """

    name: str
    kind: Kind
    column: str = ""
    sign: Literal["=", ">=", "<="] = "="
    fits: Callable[[Visit, Row, Any], bool] | None = None
    only: Callable[[Any], list[Test]] | None = None


def since() -> Filter:
    """Return the filter `updated_since`, inclusive."""
    return Filter("updated_since", "dt", "updated_at", ">=")


def active(column: str = "active", *, flip: bool = False) -> Filter:
    return Filter("is_active", "bool", fits=lambda visit, row, wanted: (bool(row[column]) != flip) == wanted)


def days(column: str) -> tuple[Filter, Filter]:
    """Return the filters `from` and `to`, both inclusive and optional."""
    return Filter("from", "date", column, ">="), Filter("to", "date", column, "<=")


def asked(visit: Visit, filters: Sequence[Filter]) -> list[tuple[Filter, Any]]:
    """Return the filters in the query, with their values.

    Raises:
        Refusal: a value of another type: 400 for `updated_since`, else 422.
    """
    found = []
    for each in filters:
        text = visit.call.asked(each.name)
        if not text:
            continue
        found.append((each, _value(each, text)))
    return found


def _value(each: Filter, text: str) -> object:
    if each.kind == "dt":
        if MOMENT.fullmatch(text) is None and re.fullmatch(r"\d{4}-\d\d-\d\d", text) is None:
            raise unreadable(f"{each.name} is not ISO 8601: {text}")
        try:
            return moment(text)
        except BadValue:
            raise unreadable(f"{each.name} is not ISO 8601: {text}") from None
    try:
        return read(each.kind, text)
    except BadValue:
        raise invalid(f"Invalid {each.name}: {text}") from None


def fitting(visit: Visit, table: Resource[Record], filters: Sequence[Filter], where: Sequence[Test] = ()) -> list[Row]:
    """Return the rows of a table that match the query."""
    wanted = asked(visit, filters)
    tests: list[Test] = [(each.column or each.name, each.sign, value) for each, value in wanted if each.fits is None]
    tests += [test for each, value in wanted if each.only for test in each.only(value)]
    looks = [(each.fits, value) for each, value in wanted if each.fits]
    rows = visit.store.rows(table, [*where, *tests])
    return [row for row in rows if all(fits(visit, row, value) for fits, value in looks)] if looks else rows


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of the rows; `number` is None between the first and last page of a cursor list."""

    start: int
    size: int
    total: int
    number: int | None
    by_cursor: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def stop(self) -> int:
        return self.start + self.size


def cut(visit: Visit, rows: Sequence[Row], paging: Paging) -> Slice:
    """Return the page that a call asks for.

    Raises:
        Refusal: `per_page` or `page` is out of range, or the cursor is invalid (422).
    """
    most = visit.settings.page_size
    size = _whole(visit.call.asked("per_page"), "per_page", most, most)
    by_cursor = paging == "C" and visit.settings.cursors
    if by_cursor and (cursor := visit.call.asked("cursor")):
        start = _after(cursor, rows)
        edge = start == 0 or start + size >= len(rows)
        return Slice(start, size, len(rows), start // size + 1 if edge else None, by_cursor)
    number = _whole(visit.call.asked("page"), "page", 1, 10**9)
    return Slice((number - 1) * size, size, len(rows), number, by_cursor)


def _whole(text: str | None, name: str, default: int, most: int) -> int:
    if not text:
        return default
    if re.fullmatch(r"\d{1,10}", text, re.ASCII) is None or not 1 <= int(text) <= most:
        raise invalid(f"{name} must be between 1 and {most}")
    return int(text)


def cursor(where: Literal["after", "before"], row: Row) -> str:
    said = {where: {"id": row["id"], "at": str(row.get("created_at"))}}
    return base64.b64encode(json.dumps(said, separators=(",", ":")).encode()).decode()


def _after(text: str, rows: Sequence[Row]) -> int:
    """Return the position after the cursor's row, or where it would be if the row was deleted."""
    try:
        said = json.loads(base64.b64decode(text, validate=True))
        id, at = int(said["after"]["id"]), str(said["after"].get("at"))
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise invalid("cursor is invalid") from None
    place = next((n for n, row in enumerate(rows) if row["id"] == id), None)
    if place is not None:
        return place + 1
    return next((n for n, row in enumerate(rows) if (str(row.get("created_at")), row["id"]) < (at, id)), len(rows))


def envelope(visit: Visit, key: str, page: list[Any], rows: Sequence[Row], at: Slice) -> Mapping[str, object]:
    """Return a page of a list with its totals and links."""
    more, first = at.stop < at.total, at.start == 0
    number = at.number
    following = number + 1 if number and more else None
    before = number - 1 if number and not first else None
    kept = [(name, value) for name, value in visit.call.query if name not in {*PAGE_NAMES, *CREDENTIALS}]
    where = f"{visit.base}/v2{_path(visit.call.path)}"

    def link(ref: str, **place: object) -> str:
        return f"{where}?{urlencode([*kept, *place.items(), ('per_page', at.size), ('ref', ref)])}"

    links = {
        "first": link("first", page=1),
        "next": _next(rows, at, link) if more else None,
        "previous": None if first else _previous(rows, at, link),
        "last": link("last", page=at.pages),
    }
    return {
        key: page,
        "per_page": at.size,
        "total_pages": at.pages,
        "total_entries": at.total,
        "next_page": following,
        "previous_page": before,
        "page": number,
        "links": links,
    }


def _next(rows: Sequence[Row], at: Slice, link: Callable[..., str]) -> str:
    if at.by_cursor and at.start < at.total:
        return link("next_cursor", cursor=cursor("after", rows[at.stop - 1]))
    return link("next", page=(at.number or 1) + 1)


def _previous(rows: Sequence[Row], at: Slice, link: Callable[..., str]) -> str:
    start = at.start - at.size
    if at.by_cursor and 0 < start < at.total:
        return link("previous_cursor", cursor=cursor("after", rows[start - 1]))
    return link("previous", page=max(1, start // at.size + 1))


def _path(path: str) -> str:
    return re.sub(r"^(/api)?/v2", "", path)
