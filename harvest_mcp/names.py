"""What records are called, by kind and id, as reads told within the last ten minutes."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from harvest_mcp.spec import Record, Resource, System, fields

FRESH = 600.0
"""Seconds for which a name is remembered: names change rarely, and what changes them here is noticed."""


@dataclass(slots=True)
class Names:
    """The names one caller has seen in one account; a write to a kind forgets those of that kind."""

    system: System
    clock: Callable[[], float] = time.time
    known: dict[str, tuple[float, Mapping[int, str]]] = field(default_factory=dict)
    rows: dict[str, Mapping[int, Record]] = field(default_factory=dict)
    """The records themselves, of kinds whose list is short enough to come at once."""
    single: dict[tuple[str, int], tuple[float, str]] = field(default_factory=dict)
    """Names of records that were read alone."""
    referred: frozenset[str] = field(init=False)
    """The kinds that anything refers to."""

    def __post_init__(self) -> None:
        """Look which they are."""
        every = (item for each in self.system.resources for item in fields(each.record).values())
        self.referred = frozenset(item.ref for item in every if item.ref)

    def learn(self, resource: Resource[Record], rows: Sequence[Record]) -> None:
        """Keep what all records of a kind are called, if anything refers to them."""
        if resource.noun in self.referred:
            self.known[resource.noun] = (self.clock(), {row.id: resource.name_of(row) for row in rows})
            self.rows[resource.noun] = {} if resource.wire.paged else {row.id: row for row in rows}

    def hide(self, noun: str) -> None:
        """Keep that this caller may not see any."""
        self.known[noun] = (self.clock(), {})

    def forget(self, noun: str) -> None:
        """Drop the names of a kind that was written to."""
        self.known.pop(noun, None)
        self.single = {key: told for key, told in self.single.items() if key[0] != noun}

    def keep(self, noun: str, id: int, name: str) -> None:
        """Keep what one record is called, and drop what was kept too long."""
        now = self.clock()
        self.single = {key: told for key, told in self.single.items() if 0 <= now - told[0] < FRESH}
        self.single[noun, id] = (now, name)

    def one(self, noun: str, id: int) -> str:
        """Return what this record is called; empty where that is not known, or no longer."""
        if name := (self.of(noun) or {}).get(id):
            return name
        at, name = self.single.get((noun, id), (0.0, ""))
        return name if 0 <= self.clock() - at < FRESH else ""

    def of(self, noun: str) -> Mapping[int, str] | None:
        """Return the names of a kind by id; None where they are not known, or no longer."""
        at, names = self.known.get(noun, (0.0, None))
        return names if names is not None and 0 <= self.clock() - at < FRESH else None

    def remembered(self, noun: str) -> Mapping[int, str]:
        """Return every name of a kind that is remembered, of the whole list or of single records."""
        now = self.clock()
        single = {id: name for (kind, id), (at, name) in self.single.items() if kind == noun and 0 <= now - at < FRESH}
        return {**single, **(self.of(noun) or {})}

    def record(self, noun: str, id: int) -> Record | None:
        """Return a record as its list told it; None where that was not seen, or not lately."""
        return self.rows.get(noun, {}).get(id) if self.of(noun) is not None else None
