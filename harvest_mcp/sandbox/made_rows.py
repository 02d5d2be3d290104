"""Rows made from the columns: what a new one starts with, and a few of each kind that no seed is written for."""

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
    """Return what the columns say that a new record starts with."""
    return dict(_starts(resource.record))


@cache
def _starts(record: type[Record]) -> Mapping[str, Value]:
    return {name: item.starts for name, item in fields(record).items() if item.starts is not None}


def fill(store: Store, resources: Sequence[Resource[Record]]) -> None:
    """Lay down rows of every resource that can be called and has none yet, those that others refer to first."""
    bare = [each for each in resources if each.verbs and not store.count(each)]
    while bare:
        waiting = {each.noun for each in bare}
        free = [each for each in bare if not waiting & (_nouns(each) - {each.noun})] or bare[:1]
        for resource in free:
            for place in range(_count(resource)):
                store.insert(resource, start_values(resource) | Making(store, resource, place).row())
        bare = [each for each in bare if each not in free]


def _count(resource: Resource[Record]) -> int:
    """Three, or two in each state that an action may leave or lead to."""
    words = (fields(resource.record)[action.flips].choices for action in resource.actions)
    return max([ROWS, *(2 * len(each) for each in words)])


def _nouns(resource: Resource[Record]) -> set[str]:
    return {item.ref for item in fields(resource.record).values() if item.ref}


class Making:
    """One row of a resource, at its place among those that are made."""

    def __init__(self, store: Store, resource: Resource[Record], place: int) -> None:
        self.store, self.resource, self.place = store, resource, place

    def row(self) -> Row:
        """Return its columns; the store gives it its id and its stamps."""
        return dict(self._values(self.resource.record, self.place, self.resource.word))

    def _values(self, record: type[Part], place: int, word: str) -> Iterator[tuple[str, Value]]:
        for name, item in fields(record).items():
            if name != "id" and name not in STAMPS and not item.sent_only:
                value = self._many(item) if item.many else self._one(item, place, word)
                if value is not None:
                    yield name, value

    def _many(self, item: Field) -> tuple[Part, ...] | None:
        """Return the children of a list; those of a table are known by their places."""
        if not issubclass(item.type, Child):
            return None
        noun = item.each.noun if item.each else item.name
        rows = [dict(self._values(item.type, place, noun)) for place in range(CHILDREN)]
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
    """Return an example that the column gives of itself, or the noun with a number; nothing where nobody looks at
    it."""
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
"""A value of each kind of column; the first that fits counts, since a truth value is a number too."""
