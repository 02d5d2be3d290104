"""Bodies of Harvest v1: dashed names, `type` and `nil` attributes, lists by their children (harvest-v1 5)."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TypeVar
from urllib.parse import urlsplit

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Field, Part, Record, Value, fields
from harvest_mcp.wire import table, xml
from harvest_mcp.wire.document import Document, Plain, readable
from harvest_mcp.wire.records import Reader, Records, matched, text, truth

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)

# Both on every call, GET included; leaving them out is the usual cause of odd errors (harvest-v1 2).
HEADERS: Mapping[str, str] = {"Accept": "application/xml", "Content-Type": "application/xml"}
FORBIDS: frozenset[int] = frozenset()  # a missing right answers 404 (harvest-v1 6.1)
EMPTY_LIST = "nil-classes"
WEEK = ("for_week_start_day", "for_week_end_day")

# ASCII: `int` would also read the digits of every other script.
INTEGER = re.compile(r"-?\d{1,15}", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
# `Wed, 18 Oct 2006` and `Mon, 05 Mar 2018 10:15:00 +0000`, beside the usual form (harvest-v1 5.2).
IN_WORDS = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}"
WORDED_DAY = re.compile(rf"{DAY.pattern}|{IN_WORDS}", re.ASCII)
WORDED_INSTANT = re.compile(rf"{INSTANT.pattern}|{IN_WORDS} \d\d:\d\d:\d\d [+-]\d{{4}}", re.ASCII)
TRUTH = {"true": True, "1": True, "false": False, "0": False}

WIRE_TYPE = {int: "integer", bool: "boolean", Decimal: "decimal", date: "date", datetime: "datetime", str: ""}


def spell(name: str) -> str:
    """Return the wire's name of a column: `client-id` for `client_id`."""
    return name.replace("_", "-")


def show(value: Value) -> str:
    """Return a value as text for the wire; an instant in the documented UTC form, to the minute (harvest-v1 8.1)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def encode(root: str, record: type[Part], values: Mapping[str, Value], *, owner: str = "") -> bytes:
    """Write the body of a create or update: the given columns in declared order, null as `nil="true"`.

    The `owner` is left out, as the path has it, unless its column must be sent.
    """
    named = [item for name, item in fields(record).items() if name in values and (item.along or name != owner)]
    return xml.write(root, [element(item, values[item.name], sent=True) for item in named])


def encode_plain(root: str, record: type[Part], values: Mapping[str, Value]) -> bytes:
    """Write a body with unchanged names, with underscores (harvest-v1 18)."""
    named = [item for name, item in fields(record).items() if name in values]
    return xml.write(root, [(item.name, *element(item, values[item.name])[1:]) for item in named])


def encode_reference(root: str, id: Value) -> bytes:
    """Write a body that only names another record, by its id (harvest-v1 16, 17)."""
    return xml.write(root, [("id", show(id), WIRE_TYPE[int])])


def element(item: Field, value: Value, *, sent: bool = False) -> tuple[str, str | None, str]:
    """Return a column as written: name, text (None for nil), type."""
    if item.table:
        rows = value if isinstance(value, tuple) else ()
        return spell(item.table), table.write(rows, item.type, show, sent=sent), ""
    if isinstance(value, datetime):
        return (
            spell(item.name),
            value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            WIRE_TYPE[datetime],
        )
    return spell(item.name), None if value is None else show(value), WIRE_TYPE[item.type]


def rows(document: Document, record: type[R], one: str, many: str, *, nested: bool = False) -> list[R]:
    """Return the records of a list: children that have children, whatever the root is called (harvest-v1 5.1).

    `one` and `many` are the element names of a record and a list. `nested` rows may also be in lists of their own.

    Raises:
        Malformed: it is no list, or a value does not fit its column.
    """
    singular = (one, spell(one))
    alone = document.root in singular  # then it contains records of its own name, or is one itself
    found = [value for name, value in document.children if name in singular or (isinstance(value, dict) and not alone)]
    if nested:
        found += [row for _, value in document.children if isinstance(value, list) for row in value]
    named = document.root in (many, spell(many), EMPTY_LIST)
    empty = document.array and not document.children
    if not (named or empty or (found and document.root != "error")):
        raise Malformed("unexpected-root")
    if document.text.strip():
        raise Malformed("unexpected-text")
    return RECORDS.read(found, record)


def row(document: Document, noun: str, record: type[P]) -> P:
    """Return the record, or part, of a document whose root is `noun`.

    Raises:
        Malformed: the root is another, or a value does not fit its column.
    """
    if document.root not in (noun, spell(noun)):
        raise Malformed("unexpected-root")
    return RECORDS.read([document.value()], record)[0]


@cache
def lists(record: type[Part]) -> frozenset[str] | None:
    """Return the elements that are lists without `type="array"` (harvest-v1 5.1, 18). A table is one text (22)."""
    known = fields(record).values()
    inner = [lists(item.type) or frozenset() for item in known if issubclass(item.type, Part)]
    outer = [(item.name, spell(item.name)) for item in known if item.many and not item.table]
    return frozenset(name for names in outer for name in names).union(*inner) or None


def days(document: Document) -> tuple[date, date] | None:
    """Return the week a list says it covers, in two elements with underscores (harvest-v1 5.1, 20)."""
    told = dict(reversed(document.children))
    try:
        first, last = (READ[date](told.get(name)) for name in WEEK)
    except ValueError:
        raise Malformed("value-of-week") from None
    return (first, last) if first and last else None


def created(headers: Mapping[str, str]) -> int | None:
    """Return the last number in the path of `Location`; None without one (harvest-v1 6.4)."""
    try:
        numbers: list[str] = re.findall(r"[0-9]+", urlsplit(headers.get("location", "")).path)
    except ValueError:
        return None
    return int(numbers[-1]) if numbers and len(numbers[-1]) <= 15 else None


def aside(body: bytes, name: str) -> Decimal | None:
    """Return a number that a response has beside its record (harvest-v1 18)."""
    try:
        found = dict(xml.read(body).children).get(name)
        return RECORDS.read([{"told": found}], Aside)[0].told
    except Malformed:
        return None


class Aside(Part):
    told: Decimal | None = None


def error_text(body: bytes) -> str:
    """Return the message of an error body: the first `message`, else the first `error`, else nothing (harvest-v1
    6.2)."""
    if (document := readable(xml, body)) is None:
        return ""
    texts = dict(reversed(_leaves(document.children)))
    return texts.get("message") or texts.get("error") or (document.text if not document.children else "")


def error_kind(body: bytes) -> str:
    """Return an error body's word for its kind, such as `UserNotAssigned` (harvest-v1 6.2)."""
    document = readable(xml, body)
    return dict(reversed(_leaves(document.children))).get("kind", "") if document else ""


def _leaves(children: Sequence[tuple[str, Plain]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in children:
        if isinstance(value, dict):
            found += _leaves(list(value.items()))
        elif isinstance(value, str):
            found.append((name, value))
    return found


READ: dict[type, Reader] = {
    str: text,
    bool: truth(TRUTH),
    int: matched(INTEGER, int),
    Decimal: matched(DECIMAL, Decimal),
    date: matched(DAY, date.fromisoformat),
    datetime: matched(INSTANT, lambda text: datetime.fromisoformat(text).astimezone(UTC)),
}
READ_WORDED: dict[type, Reader] = {
    date: matched(WORDED_DAY, lambda text: _instant(text if text[4] == "-" else f"{text} 00:00").date()),
    datetime: matched(WORDED_INSTANT, lambda text: _instant(text).astimezone(UTC)),
}


def _instant(text: str) -> datetime:
    """Return an instant with its zone: the e-mail date parser leaves `-0000`, which is UTC, without one."""
    found = datetime.fromisoformat(text) if text[4] == "-" else parsedate_to_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


RECORDS = Records(
    lambda name: (name, spell(name)), lambda item: READ_WORDED[item.type] if item.worded else READ[item.type]
)
"""Both spellings are read, dashed and underscored."""
