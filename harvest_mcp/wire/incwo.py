"""Bodies of incwo: underscores, no types, French dates, a pagination block, success markers (incwo 4 to 9)."""

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from harvest_mcp.errors import Malformed, Refused
from harvest_mcp.spec import Field, Part, Record, Scalar, Value, fields
from harvest_mcp.wire import xml
from harvest_mcp.wire.document import Document, Element, Plain, readable
from harvest_mcp.wire.records import Reader, Records, matched, text, truth, word

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)

HEADERS: Mapping[str, str] = {"Accept": "application/xml", "Content-Type": "application/xml"}  # incwo 2
FORBIDS: frozenset[int] = frozenset({403})
"""Statuses that mean this user lacks the right (incwo 9)."""

INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)  # ids need 64 bits
DECIMAL = re.compile(r"-?\d{1,30}(?:\.\d{1,80})?", re.ASCII)  # division residue of about 64 digits
INSTANT = re.compile(r"(\d\d)-(\d\d)-(\d{4})(?:-(\d\d)-(\d\d))?", re.ASCII)  # either form on any date (incwo 15, row 9)
TRUTH = {"true": True, "1": True, "false": False, "0": False}
NOBODY = frozenset({"0", "-1"})
"""Values of an empty reference (incwo 4.1)."""
UNKNOWN = re.compile(r"unknown \w+ \((-?\d{1,18})\)", re.ASCII)
"""How a code without a word is shown: `unknown state (620105)`."""
MARKERS = ("saved", "updated")
PAGINATION = "pagination"


@cache
def zone() -> tzinfo:
    """Return France's time zone, which every date with a time is in (incwo 4.1). Values read stay without it (incwo
    16)."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - not at start

    return ZoneInfo("Europe/Paris")


def show(value: Value) -> str:
    """Return a value as text for the wire."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        wall = value.astimezone(zone()) if value.tzinfo else value
        return f"{show(wall.date())}-{wall:%H-%M}"
    if isinstance(value, date):
        return f"{value:%d-%m}-{value.year:04}"  # %Y alone has no leading zeros on Linux
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def encode(root: str, record: type[Part], values: Mapping[str, Value]) -> bytes:
    """Write a body: the given columns only, in declared order; an empty element empties (incwo 4.2, 7).

    A child is sent with its id if it has one; the server decides what that means (incwo 8).
    """
    return xml.nest((root, list(_elements(record, values)), ""))


def _elements(record: type[Part], values: Mapping[str, Value]) -> list[Element]:
    return [_element(item, values[name]) for name, item in fields(record).items() if name in values]


def _element(item: Field, value: Value) -> Element:
    if item.many:
        children = value if isinstance(value, tuple) else ()
        return item.name, [_child(item, child) for child in children], ""
    if value is None:
        return item.name, "0" if item.ref else "", ""
    if item.coded:
        own = UNKNOWN.fullmatch(str(value))
        value = {known: code for code, known in item.codes}.get(str(value), own[1] if own else value)
    return item.name, show(value), ""


def _child(item: Field, child: Part) -> Element:
    """Return the given values of a child; an existing one keeps what it was read with."""
    sent = {
        name: getattr(child, name)
        for name, column in fields(type(child)).items()
        if getattr(child, name) is not None and (name == "id" or not column.server_set)
    }
    return item.each.element if item.each else item.name, _elements(type(child), sent), ""


def lists(record: type[Part]) -> frozenset[str] | None:
    """Return the elements that contain children of one kind (incwo 4)."""
    return frozenset(name for name, item in fields(record).items() if item.many)


def rows(document: Document, record: type[R], one: str, many: str) -> list[R]:
    """Return the records of one page; `one` and `many` are the element names of a record and a list.

    Raises:
        Malformed: it is no such list, has another number of rows than it says, or a value does not fit.
    """
    if document.root != many:
        raise Malformed("unexpected-root")
    if document.text.strip():
        raise Malformed("unexpected-text")
    if said := " ".join(_errors(document.root, [each for each in document.children if each[0] == "errors"])):
        raise Refused("incwo did not give the whole list.", hint=said)
    found = [value for name, value in document.children if name == one]
    if (count := _pagination(document).get("current_page_items_count")) is not None and count != len(found):
        raise Malformed("rows-missing")
    return RECORDS.read(found, record)


def pages(document: Document) -> tuple[int, int]:
    """Return the page's number and the number of pages; 0 if a list with rows does not say (incwo 5, 16)."""
    told = _pagination(document)
    rows = any(name != PAGINATION for name, _ in document.children)
    return told.get("current_page", 1), max(1, told["total_pages"]) if "total_pages" in told else 1 - rows


def _pagination(document: Document) -> dict[str, int]:
    """Return the block's numbers; it is found by name, wherever it is."""
    block = next((value for name, value in document.children if name == PAGINATION), None)
    found = block.items() if isinstance(block, dict) else ()
    try:
        return {name: number for name, value in found if (number := _integer(value)) is not None}
    except ValueError:
        raise Malformed("pagination") from None


def row(document: Document, noun: str, record: type[P]) -> P:
    """Return the record, or part, of a document whose root is `noun`, without the success markers.

    Raises:
        Malformed: the root is another, or a value does not fit its column.
    """
    if document.root != noun:
        raise Malformed("unexpected-root")
    values = document.value()
    assert isinstance(values, dict)  # noqa: S101 - the value of a root is a mapping
    return RECORDS.read([{name: value for name, value in values.items() if name not in MARKERS}], record)[0]


def created(body: bytes, root: str, record: type[Part]) -> int | None:
    """Return the new record's id from the response, which has the record (incwo 7); None if it is empty.

    Raises:
        Refused: the marker says that it was not saved.
        Malformed: it is no such response.
    """
    id = _id(_accepted(body, root, record))
    return id if id and id > 0 else None


def accepted(body: bytes, root: str, record: type[Part], id: int) -> None:
    """Check that the response to a write, if it has a body, is the object without a failure marker (incwo 9).

    Raises:
        Refused: the marker says that it was not saved.
        Malformed: it is no such response.
    """
    if _id(_accepted(body, root, record)) not in (None, id):
        raise Malformed("another-record")


def _id(values: Mapping[str, Plain]) -> int | None:
    try:
        id: int | None = _integer(values.get("id"))
    except ValueError:
        raise Malformed("value-of-id") from None
    return id


def _accepted(body: bytes, root: str, record: type[Part]) -> Mapping[str, Plain]:
    if not body.strip():
        return {}
    document = xml.read(body, lists=lists(record))
    values = dict(document.children)
    if document.root != root and "errors" not in values and document.root != "errors":
        raise Malformed("unexpected-root")
    for marker in MARKERS:
        if marker in values and word(values[marker]).lower() != "true":
            said = error_text(body)
            if marker == "saved" and document.root == root and _id(values):  # nothing has an id that was not saved
                raise Malformed("saved-or-not")
            raise Refused(f"incwo did not save this ({marker} is not true).", hint=said)
    if document.root != root:
        raise Malformed("unexpected-root")
    return values


def error_text(body: bytes) -> str:
    """Return the message of an error body: every `error` of `errors`, else its text, else nothing (incwo 9)."""
    if (document := readable(xml, body)) is None:
        return ""
    return " ".join(_errors(document.root, document.children)) or (document.text if not document.children else "")


def _errors(name: str, children: Any) -> list[str]:
    found: list[str] = []
    for child, value in children:
        if child == "error" and isinstance(value, str):
            found.append(value.strip())
        elif isinstance(value, dict):
            found += _errors(child, value.items())
    return found


def _moment(found: str) -> datetime:
    """Return a time on France's clock without a zone: an offset would be our invention (incwo 16)."""
    match = INSTANT.fullmatch(found)
    assert match  # noqa: S101 - `matched` checked it
    day, month, year, hour, minute = (int(part or 0) for part in match.groups())
    return datetime(year, month, day, hour, minute)


def _day(found: str) -> date:
    """Return a date, with its time if there is one; midnight is none, as `validity_date` always has it (incwo 4.1)."""
    moment = _moment(found)
    return moment if moment.hour or moment.minute else moment.date()


def _code(words: Mapping[str, str], what: str) -> Reader:
    def read(value: Plain) -> str | None:
        found = word(value)
        if (known := words.get(found)) is not None:
            return known
        return f"unknown {what} ({found})" if INTEGER.fullmatch(found) else found or None

    return read


def _nobody(read: Reader) -> Reader:
    return lambda value: None if word(value) in NOBODY else read(value)


READ: dict[type, Reader] = {
    str: text,
    bool: truth(TRUTH),
    int: matched(INTEGER, int),
    Decimal: matched(DECIMAL, Decimal),
    date: matched(INSTANT, _day),
    datetime: matched(INSTANT, _moment),
}
_integer: Reader = READ[int]


def _reader(item: Field) -> Reader:
    if item.coded:
        return _code(dict(item.codes), item.coded)
    return _nobody(READ[item.type]) if item.ref else READ[item.type]


RECORDS = Records(lambda name: (name,), _reader)


def scalar(item: Field, value: Plain) -> Scalar:
    """Return the value of one element by its column.

    Raises:
        ValueError: it is not valid for it.
    """
    read: Scalar = _reader(item)(value)
    return read
