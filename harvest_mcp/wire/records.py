"""Plain values of a document to records: which column an element fills, and how its text is parsed."""

import gc
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Child, Field, Part, Record, fields, money
from harvest_mcp.wire import table
from harvest_mcp.wire.document import Plain, Repeated

P = TypeVar("P", bound=Part)

Reader = Callable[[Plain], Any]
"""Parses one element's value; raises ValueError or ArithmeticError if it is invalid."""
ReaderOf = Callable[[Field], Reader]

UNREADABLE = "cannot be read"
TWICE = "comes twice, with different values"

KEPT = 4_096
MANY = 1_000
"""From so many children on, they are validated one by one, as a call of pydantic blocks other threads."""
LONGEST_WORD = 1_000
"""The most characters of a number, date or boolean, blanks included."""


class Records:
    """How one dialect's elements become records.

    `spell` returns a column's names on the wire, `reader` the parser of its scalars. Unknown elements are ignored, or
    kept by records that allow extra ones. A value that cannot be parsed is marked unread; only required ones, and all
    of a view, must be parsed.
    """

    def __init__(self, spell: Callable[[str], tuple[str, ...]], reader: ReaderOf) -> None:
        self._spell, self._reader = spell, reader
        self._known: dict[type[Part], dict[str, tuple[str, Reader, Reader]]] = {}

    def read(self, values: Sequence[Plain], record: type[P]) -> list[P]:
        """Return the values of several records.

        Raises:
            Malformed: a required value cannot be parsed; the code names the column, never the value.
        """
        validate, values_of = _adapter(record).validator.validate_python, self._values_of(record)
        try:
            return [validate(values_of(value)) for value in values]
        except UnreadableValue:
            raise Malformed("not-a-record") from None
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"])
            raise Malformed(f"missing-{where}") from None

    def _columns(self, record: type[Part]) -> dict[str, tuple[str, Reader, Reader]]:
        """Return the column of each element name, its parser, and its parser for text."""
        if (known := self._known.get(record)) is None:
            known = self._known[record] = {
                spelling: (name, read := self._of(item), read.of_text if isinstance(read, Scalar) else read)
                for name, item in fields(record).items()
                for called in (item.table or name, item.also)
                for spelling in (self._spell(called) if called else ())
            }
        return known

    def _of(self, item: Field) -> Reader:
        if not issubclass(item.type, Part):
            return self._scalar(item)
        if item.table:
            return lambda value: _made(table.read(text(value) or "", item.type, self._scalar), item.type)
        return self._children(item.type) if item.many else self._part(item.type)

    def _scalar(self, item: Field) -> Reader:
        read = self._reader(item)
        if item.money:
            return Scalar(lambda value: money(read(value)), lambda value: money(read(value)))
        return _identifying(read) if item.identifies else read

    def _values_of(self, record: type[P]) -> Callable[[Plain], dict[str, Any] | P]:
        """Turn an element's children into column values, or into the record itself if a value is unread."""
        columns, keeps = self._columns(record), record.model_config.get("extra") == "allow"

        def values_of(mapping: Plain) -> dict[str, Any] | P:
            if not isinstance(mapping, dict):
                raise UnreadableValue
            values: dict[str, Any] = {}
            unread: dict[str, str] = {}
            for element, text in mapping.items():
                if (known := columns.get(element)) is None:
                    if keeps:
                        values[element] = text
                    continue
                name, read, of_text = known
                try:
                    value, why = (of_text if type(text) is str else read)(text), ""
                except (ValueError, ArithmeticError):
                    value, why = _settled(read, text)
                if why or (name in values and values[name] != value):  # equal values in both spellings count once
                    unread[name] = why or TWICE
                values[name] = value
            return _without(record, values, unread) if unread else values

        return values_of

    def _part(self, record: type[Part]) -> Reader:
        return lambda value: None if _blank(value) else self._values_of(record)(value)

    def _children(self, record: type[Part]) -> Reader:
        def read(value: Plain) -> Any:
            if _blank(value):
                return ()
            if not isinstance(value, list):
                raise ValueError
            return _made([*map(self._values_of(record), value)], record)

        return read


@contextmanager
def uncollected() -> Iterator[None]:
    """Suspend garbage collection: a list creates many objects and no cycles, and collecting takes a third of the time.

    If two threads overlap, the first to leave turns it on again; the other is then only slower.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _identifying(read: Reader) -> Reader:
    """Parse an id; none is negative."""

    def known(value: Plain) -> Any:
        id = read(value)
        if id is not None and id < 0:
            raise ValueError
        return id

    return known


class UnreadableValue(ValueError):
    """Raised for an element that should have children and has none."""


def _settled(read: Reader, value: Plain) -> tuple[Any, str]:
    """Return the value of a repeated element, if its values agree and can be parsed; else the reason."""
    if not isinstance(value, Repeated):
        return None, UNREADABLE
    try:
        first, *others = [read(each) for each in value]
    except (ValueError, ArithmeticError):
        return None, TWICE
    return first, "" if all(other == first for other in others) else TWICE


def _without(record: type[P], values: Mapping[str, Any], unread: Mapping[str, str]) -> P:
    """Return a record that marks which values could not be parsed.

    Raises:
        Malformed: one must be: an id, a total, or any part of a view.
    """
    for name, why in unread.items():
        if record.model_fields[name].is_required() or not issubclass(record, (Record, Child)):
            raise Malformed("duplicate-element" if why == TWICE else f"value-of-{name}")
    left = {name: value for name, value in values.items() if name not in unread}
    read: P = _adapter(record).validate_python(left)
    read.mark(unread)
    return read


def _made(children: Sequence[Any], record: type[Part]) -> Sequence[Any]:
    """Return children as parts, one by one if they are so many that validating them at once would block other
    threads."""
    if len(children) < MANY:
        return children
    validate = _adapter(record).validator.validate_python
    return [validate(child) for child in children]


@cache
def _adapter(record: type[P]) -> TypeAdapter[P]:
    return TypeAdapter(record)


def _blank(value: Plain) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True, slots=True)
class Scalar:
    """Parses one scalar: `of_text` takes text, as nearly all are, and `other` anything else."""

    of_text: Callable[[Any], Any]
    other: Reader

    def __call__(self, value: Plain) -> Any:
        return self.of_text(value) if isinstance(value, str) else self.other(value)


def text(value: Plain) -> str | None:
    """Return a text unchanged."""
    if value is None or isinstance(value, str):
        return value
    raise ValueError


def word(value: Plain) -> str:
    """Return a short text without surrounding blanks; empty for none."""
    found = text(value) or ""
    if len(found) > LONGEST_WORD:
        raise ValueError
    return found.strip()


def matched(pattern: re.Pattern[str], convert: Callable[[str], Any]) -> Reader:
    """Return a parser that matches before it converts: `1e9999999` is a Decimal of ten megabytes.

    Recent values are cached, since the same ids, dates and amounts recur.
    """

    @lru_cache(maxsize=KEPT)
    def known(value: str) -> Any:
        found = value if pattern.fullmatch(value) else word(value)
        if not found:
            return None
        if pattern.fullmatch(found) is None:
            raise ValueError
        return convert(found)

    def other(value: Plain) -> Any:
        if value is None:
            return None
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):  # from a document with typed numbers
            return known(format(value, "f" if isinstance(value, Decimal) else "d"))
        return known(word(value))

    return Scalar(known, other)


def truth(words: Mapping[str, bool]) -> Reader:
    """Return a parser of booleans, in any case and with blanks (harvest-v1 5.2)."""

    @lru_cache(maxsize=KEPT)
    def known(value: str) -> bool | None:
        found = word(value).lower()
        if found and found not in words:
            raise ValueError
        return words.get(found)

    return Scalar(known, lambda value: value if isinstance(value, bool) else known(word(value)))
