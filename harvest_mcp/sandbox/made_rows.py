"""Rows generated from the columns: the defaults of new ones, and a few of each resource without a seed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from harvest_mcp.sandbox.store import CHANGED, Row, Store
from harvest_mcp.spec import Child, Field, Part, Record, Resource, Value, fields

ROWS, CHILDREN = 3, 2
STAMPS = frozenset({"created_at", *CHANGED})
EXAMPLE = re.compile(r"e\.g\. ([^,;]+)")


def start_values(resource: Resource[Record]) -> Row:
    """Return the default values of a new record."""
    return dict(_starts(resource.record))


@cache
def _starts(record: type[Record]) -> Mapping[str, Value]:
    return {name: item.starts for name, item in fields(record).items() if item.starts is not None}


def fill(store: Store, resources: Sequence[Resource[Record]]) -> None:
    """Insert rows of every resource with verbs that has none yet, those that others refer to first."""
    bare = [each for each in resources if each.verbs and not store.count(each)]
    while bare:
        waiting = {each.noun for each in bare}
        free = [each for each in bare if not waiting & (_nouns(each) - {each.noun})] or bare[:1]
        for resource in free:
            for place in range(_count(resource)):
                store.insert(resource, start_values(resource) | Making(store, resource, place).row())
        bare = [each for each in bare if each not in free]


def _count(resource: Resource[Record]) -> int:
    """Return how many rows to insert: three, or two in each state of an action."""
    words = (fields(resource.record)[action.flips].choices for action in resource.actions)
    return max([ROWS, *(2 * len(each) for each in words)])


def _nouns(resource: Resource[Record]) -> set[str]:
    return {item.ref for item in fields(resource.record).values() if item.ref}


class Making:
    """Generates one row of a resource; `place` is its position among the generated ones."""

    def __init__(self, store: Store, resource: Resource[Record], place: int) -> None:
        self.store, self.resource, self.place = store, resource, place

    def row(self) -> Row:
        """Return its values; the store sets its id and its times of creation and update."""
        return dict(self._values(self.resource.record, self.place, self.resource.word))

    def _values(self, record: type[Part], place: int, word: str) -> Iterator[tuple[str, Value]]:
        for name, item in fields(record).items():
            if name != "id" and name not in STAMPS and not item.sent_only:
                value = self._many(item) if item.many else self._one(item, place, word)
                if value is not None:
                    yield name, value

    def _many(self, item: Field) -> tuple[Part, ...] | None:
        """Return the children of a list; those of a table have their positions as ids."""
        if not issubclass(item.type, Child):
            return None
        word = item.each.word if item.each else item.name
        rows = [dict(self._values(item.type, place, word)) for place in range(CHILDREN)]
        places = [{"id": place} if item.table else {} for place in range(1, CHILDREN + 1)]
        return tuple(item.type.model_validate(row | id) for row, id in zip(rows, places, strict=True))

    def _one(self, item: Field, place: int, word: str) -> Value:
        words = item.choices or tuple(code for code, _ in item.codes)
        if words:
            return words[place % len(words)]
        if item.ref:
            return self._reference(item.ref, place)
        if item.starts is not None or (item.server_set and not item.summary) or item.refs or item.mails or item.labels:
            return None
        return self._plain(item, place, word)

    def _reference(self, noun: str, place: int) -> int | None:
        known = {each.noun: each for each in self.store.system.resources}
        rows = self.store.rows(known[noun]) if noun in known else []
        return int(str(rows[place % len(rows)]["id"])) if rows else None

    def _plain(self, item: Field, place: int, word: str) -> Value:
        if item.type is str:
            return _text(item, place, word)
        make = next((make for kind, make in MADE.items() if issubclass(item.type, kind)), None)
        return make(item, place, self.store.now()) if make else None


def _text(item: Field, place: int, word: str) -> str | None:
    """Return an example of the column, or the noun with a number; None if neither required nor in summaries."""
    if item.mail:
        return f"{word.replace(' ', '')}{place + 1}@example.com"
    told = EXAMPLE.match(item.says)
    if told and place == 0:
        return told[1].strip()
    return f"{word.capitalize()} {place + 1}" if item.required or item.summary else None


MADE: Mapping[type, Callable[[Field, int, datetime], Value]] = {
    bool: lambda item, place, now: place % 2 == 0,
    int: lambda item, place, now: (item.between.least if item.between else 1) + place,
    Decimal: lambda item, place, now: Decimal(f"{100 * (place + 1)}.00"),
    datetime: lambda item, place, now: now - timedelta(days=place),
    date: lambda item, place, now: now.date() + timedelta(days=place if item.ahead else -place),
}
"""Makes a value for each type of column; the first match counts, since bool is a subclass of int."""
