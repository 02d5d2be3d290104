"""Names of records by kind and id, as read within the last ten minutes."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harvest_mcp.spec import Record, Resource, System, fields

FRESH = 600.0
"""Seconds for which a name is remembered: names change rarely, and what changes them here is noticed."""


@dataclass(slots=True)
class Names:
    """The names one caller has read in one account; a write to a kind forgets those of that kind."""

    system: System
    clock: Callable[[], float] = time.time
    known: dict[str, tuple[float, Mapping[int, str]]] = field(default_factory=dict)
    rows: dict[str, Mapping[int, Record]] = field(default_factory=dict)
    """The records of kinds whose list is not paged."""
    single: dict[tuple[str, int], tuple[float, str]] = field(default_factory=dict)
    """Names of records read one by one, or on a page of a longer list."""
    begun: dict[str, float] = field(default_factory=dict)
    """When the first page of a longer list was read for its names."""
    referred: frozenset[str] = field(init=False)
    """The kinds that references point to."""

    def __post_init__(self) -> None:
        """Find the kinds that references point to."""
        every = (item for each in self.system.resources for item in fields(each.record).values())
        self.referred = frozenset(item.ref for item in every if item.ref)

    def learn(self, resource: Resource[Record], rows: Sequence[Record]) -> None:
        """Remember the names of all records of a kind, if references point to it."""
        if resource.noun in self.referred:
            self.known[resource.noun] = (self.clock(), dict(_named(resource, rows)))
            self.rows[resource.noun] = {} if resource.wire.paged else {row.id: row for row in rows}

    def see(self, resource: Resource[Record], rows: Sequence[Record]) -> None:
        """Remember the names of some records of a kind, if references point to it."""
        if resource.noun in self.referred:
            now = self.clock()
            self._fresh(now)
            self.single |= {(resource.noun, id): (now, name) for id, name in _named(resource, rows)}

    def hide(self, noun: str) -> None:
        """Remember that this caller may not list a kind."""
        self.known[noun] = (self.clock(), {})

    def forget(self, noun: str) -> None:
        """Forget the names of a kind that was written to."""
        self.known.pop(noun, None)
        self.begun.pop(noun, None)
        self.single = {key: told for key, told in self.single.items() if key[0] != noun}

    def keep(self, noun: str, id: int, name: str) -> None:
        """Remember one record's name, and drop those that have expired."""
        now = self.clock()
        self._fresh(now)
        self.single[noun, id] = (now, name)

    def _fresh(self, now: float) -> None:
        self.single = {key: told for key, told in self.single.items() if 0 <= now - told[0] < FRESH}

    def one(self, noun: str, id: int) -> str:
        """Return a record's name; empty if unknown or expired."""
        if name := (self.of(noun) or {}).get(id):
            return name
        at, name = self.single.get((noun, id), (0.0, ""))
        return name if 0 <= self.clock() - at < FRESH else ""

    def of(self, noun: str) -> Mapping[int, str] | None:
        """Return the names of a kind by id; None if unknown or expired."""
        at, names = self.known.get(noun, (0.0, None))
        return names if names is not None and 0 <= self.clock() - at < FRESH else None

    def begin(self, noun: str) -> bool:
        """Return whether the first page of a longer list is to be read for its names; once in a while."""
        if 0 <= self.clock() - self.begun.get(noun, -FRESH) < FRESH:
            return False
        self.begun[noun] = self.clock()
        return True

    def remembered(self, noun: str) -> Mapping[int, str]:
        """Return every remembered name of a kind, from lists and single reads."""
        now = self.clock()
        single = {id: name for (kind, id), (at, name) in self.single.items() if kind == noun and 0 <= now - at < FRESH}
        return {**single, **(self.of(noun) or {})}

    def record(self, noun: str, id: int) -> Record | None:
        """Return a record as its list had it; None if unknown or expired."""
        return self.rows.get(noun, {}).get(id) if self.of(noun) is not None else None


def _named(resource: Resource[Record], rows: Sequence[Record]) -> Iterator[tuple[int, str]]:
    """Yield the ids and names of records, but for those whose name could not be read."""
    for row in rows:
        if row.unread.keys().isdisjoint(resource.label):
            yield row.id, resource.name_of(row)
