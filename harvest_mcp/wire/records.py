"""From the plain values of a document to records: which column an element fills, and how its text is read."""

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
from harvest_mcp.spec import Child, Field, Part, Record, fields
from harvest_mcp.wire import table
from harvest_mcp.wire.document import Plain, Repeated

P = TypeVar("P", bound=Part)

Reader = Callable[[Plain], Any]
"""Reads one element's value; raises ValueError or ArithmeticError when it is not what it should be."""
ReaderOf = Callable[[Field], Reader]

UNREADABLE = "cannot be read"
TWICE = "comes twice, with different values"

KEPT = 4_096
MANY = 1_000
"""Children that are validated one by one: a call of pydantic's keeps the interpreter to itself until it ends."""
LONGEST_WORD = 1_000
"""Characters of a number, day or truth value, blanks included."""


class Records:
    """How one dialect's elements become records.

    `spell` gives the names a column goes by on the wire, `reader` how its scalar is read. Elements that no column
    knows are passed over, or kept as they are by a record that allows extra ones. A cell that cannot be read costs
    nothing but itself: the record tells it. Only what a record cannot be without must be read, and all of a view.
    """

    def __init__(self, spell: Callable[[str], tuple[str, ...]], reader: ReaderOf) -> None:
        self._spell, self._reader = spell, reader
        self._known: dict[type[Part], dict[str, tuple[str, Reader, Reader]]] = {}

    def read(self, values: Sequence[Plain], record: type[P]) -> list[P]:
        """Return the values of several records.

        Raises:
            Malformed: what must be read cannot be; the code names the column, never the value.
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
        """Return which column an element fills, how it is read, and how where it is a text."""
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
            return self._reader(item)
        if item.table:
            return lambda value: _made(table.read(text(value) or "", item.type, self._reader), item.type)
        return self._children(item.type) if item.many else self._part(item.type)

    def _values_of(self, record: type[P]) -> Callable[[Plain], dict[str, Any] | P]:
        """From an element's children to the columns of this record; to the record itself where a cell is unread."""
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
                if why or (name in values and values[name] != value):  # the same in both spellings is one
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
    """No garbage collection meanwhile: a list makes many objects and no cycles, and looking takes a third of the time.

    Of two threads that come in at once, the first to leave turns it on again; the other is then only slower.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class UnreadableValue(ValueError):
    """What should hold columns holds none."""


def _settled(read: Reader, value: Plain) -> tuple[Any, str]:
    """Return the value that an element told several times, if it is one and can be read; else why there is none."""
    if not isinstance(value, Repeated):
        return None, UNREADABLE
    try:
        first, *others = [read(each) for each in value]
    except (ValueError, ArithmeticError):
        return None, TWICE
    return first, "" if all(other == first for other in others) else TWICE


def _without(record: type[P], values: Mapping[str, Any], unread: Mapping[str, str]) -> P:
    """Return a record that tells which of its cells could not be read.

    Raises:
        Malformed: one must be: who it is, what is added up, or any part of a view.
    """
    for name, why in unread.items():
        if record.model_fields[name].is_required() or not issubclass(record, (Record, Child)):
            raise Malformed("duplicate-element" if why == TWICE else f"value-of-{name}")
    left = {name: value for name, value in values.items() if name not in unread}
    read: P = _adapter(record).validate_python(left)
    read.mark(unread)
    return read


def _made(children: Sequence[Any], record: type[Part]) -> Sequence[Any]:
    """Children as parts, one by one, where there are so many that validating them at once would stall other threads."""
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
    """Reads one scalar: `of_text` what is a text, as nearly all are, and `other` anything else."""

    of_text: Callable[[Any], Any]
    other: Reader

    def __call__(self, value: Plain) -> Any:
        return self.of_text(value) if isinstance(value, str) else self.other(value)


def text(value: Plain) -> str | None:
    """Return a text as it is."""
    if value is None or isinstance(value, str):
        return value
    raise ValueError


def word(value: Plain) -> str:
    """Return a short text without the blanks around it; empty for none."""
    found = text(value) or ""
    if len(found) > LONGEST_WORD:
        raise ValueError
    return found.strip()


def matched(pattern: re.Pattern[str], convert: Callable[[str], Any]) -> Reader:
    """Numbers and dates are matched before they are converted: `1e9999999` is a Decimal of ten megabytes.

    The same few ids, days and amounts come over and over, so what was read last is kept.
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
        if isinstance(value, int | Decimal) and not isinstance(value, bool):  # of a document that has numbers
            return known(format(value, "f" if isinstance(value, Decimal) else "d"))
        return known(word(value))

    return Scalar(known, other)


def truth(words: Mapping[str, bool]) -> Reader:
    """Return a truth value, in whatever case and however padded (harvest-v1 5.2)."""

    @lru_cache(maxsize=KEPT)
    def known(value: str) -> bool | None:
        found = word(value).lower()
        if found and found not in words:
            raise ValueError
        return words.get(found)

    return Scalar(known, lambda value: value if isinstance(value, bool) else known(word(value)))
