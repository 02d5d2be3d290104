"""Journal entries: an intended write, its outcome, and the filter to find entries by."""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Self, TypeVar

from harvest_mcp.errors import Damaged
from harvest_mcp.spec import Record
from harvest_mcp.state.clock import Moment
from harvest_mcp.state.rows import DONE, OPEN, Outcome, Row, values

__all__ = [
    "BESIDE", "DONE", "OPEN", "Change", "Deed", "Entry", "Found", "Hangs", "Outcome", "Snapshot", "Standing", "Unseen",
    "Wanted",
]  # fmt: skip

R_co = TypeVar("R_co", bound=Record, covariant=True)

Values = Mapping[str, Any]

Unseen = Literal["late", "failed"]
"""Why an accepted write is not visible yet: the account reads as before, or could not be read."""
Standing = Literal["new", "said", "busy", "hangs"]
"""What an entry means for a new write: its own; an equal create lately; another write to the record under way; or one
to something that would be deleted along."""

BESIDE = "(beside)"
"""The key of `beside` within an image; not a valid column name."""
SENT = "(sent)"
"""The key within an image for how often a create was sent; only if more than once."""
ABANDONED = 300.0
"""Seconds after which an intended write is taken as abandoned, whatever became of its process."""


@dataclass(frozen=True, slots=True)
class Hangs:
    """What is deleted along with a record: noun and column of each kind, and the store's count when it was read."""

    by: tuple[tuple[str, str], ...]
    since: int

    def on(self, record: int | None, entry: "Entry") -> bool:
        """Return whether a change concerns what would be deleted along, before or after it was read."""
        columns = [column for noun, column in self.by if noun == entry.noun]
        return any(record in ((entry.before or {}).get(column), entry.sent.get(column)) for column in columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A write about to be sent, with `before` and `sent` as JSON columns.

    `read` is the last change of the record known when `before` was read. `beside` lists its effects on other records,
    in words: what a delete takes along, a timer it stops.
    """

    tool: str
    verb: str
    noun: str
    record: int | None = None
    before: Values | None = None
    sent: Values
    read: int | None = None
    undoes: int | None = None
    part: tuple[int, int] | None = None
    """Its batch and the number of the step."""
    lag: float = 0.0
    """Seconds by which the list that a create was checked against may be out of date."""
    once: bool = False
    """Whether an equal create of the last ten minutes counts as this one."""
    beside: tuple[str, ...] | None = None
    firm: bool = False
    """Whether the values were computed from the record as read, so that no write in between may be overwritten."""
    hangs: Hangs | None = None
    """What is deleted along, which must not have changed since it was read."""
    under: tuple[tuple[str, int], ...] = ()
    """The records it refers to, which must not be under deletion."""

    @property
    def image(self) -> Values | None:
        """Everything known before the write, as it is stored."""
        return self.before if self.beside is None else {**(self.before or {}), BESIDE: list(self.beside)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change in the journal; `at` and `settled_at` are seconds since 1970, for people.

    `age` is how many seconds before this read it last changed, by the store's clock; `tries` how often this process
    sent it.
    """

    id: int
    at: float
    settled_at: float | None
    principal: str
    system: str
    account: str
    tool: str
    verb: str
    noun: str
    record: int | None
    before: Values | None
    sent: Values
    after: Values | None
    outcome: Outcome
    undoes: int | None
    holder: str
    part_of: int | None = None
    step: int | None = None
    age: float = 0.0
    tries: int = 1

    @property
    def sent_times(self) -> int:
        """Return how often its request was sent, as far as this process or the journal knows."""
        kept: int = (self.before or {}).get(SENT, 1)
        return max(self.tries, kept)

    @classmethod
    def of(cls, row: Row, now: Moment) -> Self:
        """Return an entry from its row.

        Raises:
            Damaged: it cannot be read.
        """
        found = values(row)
        clock, stamp = found.pop("clock"), found.pop("stamp")
        entry = cls(**found, age=now.age(clock, stamp, found["settled_at"] or found["at"]))
        before = entry.before or {}
        if not isinstance(before.get(BESIDE, []), list) or not all(
            isinstance(before.get(name, 0), int) for name in ("above", SENT)
        ):
            raise Damaged(entry.id, "before")
        return entry

    @property
    def beside(self) -> tuple[str, ...] | None:
        """Its effects on other records, in words; None if they were not recorded."""
        return tuple(self.before[BESIDE]) if self.before and BESIDE in self.before else None

    def under_way(self) -> bool:
        """Return whether a process may still have been carrying it out when this was read."""
        return self.outcome == "intended" and self.age < ABANDONED and not self._orphaned()

    def unsettled(self) -> bool:
        """Return whether its outcome is open and no process is working on it any more."""
        return self.outcome in OPEN and not self.under_way()

    def _orphaned(self) -> bool:
        """Return whether the process that meant to carry it out is gone; False if that ran on another machine.

        False on Windows too, where asking would send a Ctrl-C.
        """
        host, _, pid = self.holder.rpartition(":")
        if host != socket.gethostname() or not hasattr(os, "geteuid"):
            return False
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries to find; None or empty does not narrow. `since` is in seconds since 1970."""

    id: int | None = None
    since: float | None = None
    tool: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    noun: str | None = None
    record: int | None = None
    verb: str | None = None
    part_of: int | None = None
    alone: bool = False
    """Whether steps of batches are excluded."""
    principal: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[R_co]):
    """A record and the last change of it that the journal knew when it was read, 0 for none.

    Any later change has a higher id, whatever machine and clock it comes from.
    """

    record: R_co
    read_at: int


@dataclass(frozen=True, slots=True)
class Found:
    """Entries found, newest first, and messages about those that cannot be read."""

    entries: Sequence[Entry] = ()
    damaged: Sequence[Damaged] = ()


@dataclass(frozen=True, slots=True)
class Change(Generic[R_co]):
    """A write that the vendor accepted: the record as it is now, or None if it is gone or not visible yet.

    `entry` is its journal id. `settled`: the response was lost, and reading the account showed it done. `before`: an
    equal create made this record already, `ago` seconds ago. `differs` names columns stored otherwise than sent.
    `unnoted` says why the journal lacks the outcome. `unseen`: why no read shows it yet, `late` or `failed`. `doubles`
    are ids of duplicates made by a create that was sent again.
    """

    id: int
    record: R_co | None
    entry: int
    settled: bool = False
    before: bool = False
    ago: float = 0.0
    differs: tuple[str, ...] = ()
    unnoted: str = ""
    unseen: Unseen | None = None
    doubles: tuple[int, ...] = ()

    @property
    def snapshot(self) -> "Snapshot[R_co] | None":
        """The record after this change, for another write right behind it."""
        return None if self.record is None else Snapshot(self.record, self.entry)
