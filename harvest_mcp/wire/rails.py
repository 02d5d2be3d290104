"""Harvest v1's dialect: dashed names, `type` and `nil` attributes, lists by their children (harvest-v1 5)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Part, Record, Resource, Scalar, fields
from harvest_mcp.wire import xml
from harvest_mcp.wire.xml import Document, Plain

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Part)

# Both on every call, GET included; leaving them out is the usual cause of odd errors (harvest-v1 2).
HEADERS = {"Accept": "application/xml", "Content-Type": "application/xml"}
EMPTY_LIST = "nil-classes"

# ASCII: `int` would also read the digits of every other script.
INTEGER = re.compile(r"-?\d{1,15}", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
LONGEST_WORD = 1_000  # of a number, day or truth value, blanks included
TRUTH = {"true": True, "1": True, "false": False, "0": False}

WIRE_TYPE = {int: "integer", bool: "boolean", Decimal: "decimal", date: "date", datetime: "datetime", str: ""}


def path(resource: Resource[Record], id: int | None = None) -> str:
    return resource.path if id is None else f"{resource.path}/{id}"


def spell(name: str) -> str:
    """`client_id` as the wire has it: `client-id`."""
    return name.replace("_", "-")


def show(value: Scalar) -> str:
    """A value as text of the wire; an instant in the documented UTC form, to the minute (harvest-v1 8.1)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def encode(resource: Resource[Record], values: Mapping[str, Scalar]) -> bytes:
    """A body for create or update: the given columns only, in declared order, null as `nil="true"`."""
    known = fields(resource.record)
    return xml.write(
        spell(resource.noun),
        [
            (spell(name), None if values[name] is None else show(values[name]), WIRE_TYPE[known[name].type])
            for name in known
            if name in values
        ],
    )


def rows(document: Document, resource: Resource[R]) -> list[R]:
    """The records of a list: children with children of their own, whatever the root is called (harvest-v1 5.1).

    Raises:
        Malformed: the document is no list, or a value does not fit its column.
    """
    singular = (resource.noun, spell(resource.noun))
    alone = document.root in singular  # then it holds records of its own name, or it is one itself
    found = [value for name, value in document.children if name in singular or (isinstance(value, dict) and not alone)]
    named = document.root in (resource.plural, spell(resource.plural), EMPTY_LIST)
    empty = document.array and not document.children
    if not (named or empty or (found and document.root != "error")):
        raise Malformed("unexpected-root")
    if document.text.strip():
        raise Malformed("unexpected-text")
    return _validated(found, resource.record)


def row(document: Document, noun: str, record: type[P]) -> P:
    """The one record, or part, of a document whose root is `noun`.

    Raises:
        Malformed: the root is another, or a value does not fit its column.
    """
    if document.root not in (noun, spell(noun)):
        raise Malformed("unexpected-root")
    return _validated([document.value()], record)[0]


def error_text(body: bytes) -> str:
    """What an error body says: the first `message`, else the first `error`, else nothing (harvest-v1 6.2)."""
    try:
        document = xml.read(body)
    except Malformed:
        return ""
    texts = dict(reversed(_leaves(document.children)))
    return texts.get("message") or texts.get("error") or (document.text if not document.children else "")


def _leaves(children: Sequence[tuple[str, Plain]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in children:
        if isinstance(value, dict):
            found += _leaves(list(value.items()))
        elif isinstance(value, str):
            found.append((name, value))
    return found


def _validated(values: Sequence[Plain], record: type[P]) -> list[P]:
    readers, validate = _readers(record), _adapter(record).validator.validate_python
    try:
        return [validate(_values(value, readers)) for value in values]
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
        raise Malformed(f"missing-{where}") from None


@cache
def _adapter(record: type[P]) -> TypeAdapter[P]:
    return TypeAdapter(record)


Reader = Callable[[Plain], Any]


@cache
def _readers(record: type[Part]) -> dict[str, tuple[str, Reader]]:
    """Which column an element fills, and how its text is read; both spellings, dashed and underscored."""
    readers: dict[str, tuple[str, Reader]] = {}
    for name, item in fields(record).items():
        read = _nested(item.type) if issubclass(item.type, Part) else READ[item.type]
        readers[name] = readers[spell(name)] = (name, read)
    return readers


def _values(mapping: Plain, readers: dict[str, tuple[str, Reader]]) -> dict[str, Any]:
    if not isinstance(mapping, dict):
        raise Malformed("not-a-record")
    values: dict[str, Any] = {}
    for element, text in mapping.items():
        if (known := readers.get(element)) is None:
            continue
        name, read = known
        if name in values:
            raise Malformed("duplicate-element")
        try:
            values[name] = read(text)
        except (ValueError, ArithmeticError):
            raise Malformed(f"value-of-{name}") from None
    return values


def _nested(record: type[Part]) -> Reader:
    def read(value: Plain) -> Any:
        blank = value is None or (isinstance(value, str) and not value.strip())
        return None if blank else _values(value, _readers(record))

    return read


def _text(value: Plain) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise ValueError


def _word(value: Plain) -> str:
    text = _text(value) or ""
    if len(text) > LONGEST_WORD:
        raise ValueError
    return text.strip()


def _matched(pattern: re.Pattern[str], convert: Callable[[str], Any]) -> Reader:
    """Numbers and dates are matched before they are converted: `1e9999999` is a Decimal of ten megabytes."""

    def read(value: Plain) -> Any:
        if isinstance(value, str) and pattern.fullmatch(value):
            return convert(value)
        text = _word(value)
        if not text:
            return None
        if pattern.fullmatch(text) is None:
            raise ValueError
        return convert(text)

    return read


def _truth(value: Plain) -> bool | None:
    text = _word(value).lower()  # one documented sample pads it with line breaks (harvest-v1 5.2)
    if text and text not in TRUTH:
        raise ValueError
    return TRUTH.get(text)


READ: dict[type, Reader] = {
    str: _text,
    bool: _truth,
    int: _matched(INTEGER, int),
    Decimal: _matched(DECIMAL, Decimal),
    date: _matched(DAY, date.fromisoformat),
    datetime: _matched(INSTANT, lambda text: datetime.fromisoformat(text).astimezone(UTC)),
}
