"""What the journal holds: a write as it was meant, what became of it, and which ones to look for."""

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
"""Why an accepted write does not show: the account is read as it was before, or cannot be read."""
Standing = Literal["new", "said", "busy", "hangs"]
"""What an entry is to a deed: its own, the same said before, another write to the record that is under way, or one to
what hangs on it."""

BESIDE = "(beside)"
"""Under what name the journal keeps that; no column has it."""
SENT = "(sent)"
"""Under what name the journal keeps how often a create was sent; only where it was more than once."""
ABANDONED = 300.0
"""Seconds after which nobody is at an intended write any more, whatever became of its process."""


@dataclass(frozen=True, slots=True)
class Hangs:
    """What goes with a record: noun and column of each kind, and up to which count of the store that was read."""

    by: tuple[tuple[str, str], ...]
    since: int

    def on(self, record: int | None, entry: "Entry") -> bool:
        """Return whether a change is of what hangs on this record, before it or since."""
        columns = [column for noun, column in self.by if noun == entry.noun]
        return any(record in ((entry.before or {}).get(column), entry.sent.get(column)) for column in columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A write about to be sent. `before` and `sent` are columns as JSON has them.

    `read` is the last change of the record that was known when `before` was read.
    `beside` is what it does to other records, in words: what goes with a delete, what a timer stops.
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
    """The batch it is a part of, and which of its steps this is."""
    lag: float = 0.0
    """Seconds that the list a create was compared with may be behind."""
    once: bool = False
    """Whether an equal one of the last ten minutes is the same one."""
    beside: tuple[str, ...] | None = None
    firm: bool = False
    """Whether what is sent was made of the record as it was read, and may not go over another's write."""
    hangs: Hangs | None = None
    """What is lost with the record, and must not have been changed since it was read."""
    under: tuple[tuple[str, int], ...] = ()
    """The records it hangs on, which nobody may be deleting."""

    @property
    def image(self) -> Values | None:
        """All that was before, as it is kept."""
        return self.before if self.beside is None else {**(self.before or {}), BESIDE: list(self.beside)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change as the journal has it; `at` and `settled_at` in seconds since 1970, UTC, for people.

    `age` is how many seconds ago it last changed when it was read here, on the store's clock; `tries` how often this
    process sent it.
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
        """Return an entry out of its row.

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
        """What it did to other records, in words; None where nobody kept that."""
        return tuple(self.before[BESIDE]) if self.before and BESIDE in self.before else None

    def under_way(self) -> bool:
        """Return whether somebody may still have been carrying it out when it was read here."""
        return self.outcome == "intended" and self.age < ABANDONED and not self._orphaned()

    def unsettled(self) -> bool:
        """Return whether its outcome is open, and nobody but a look will settle it."""
        return self.outcome in OPEN and not self.under_way()

    def _orphaned(self) -> bool:
        """Return whether the process that meant to carry it out is gone; False for one of another machine.

        False on Windows too: to ask there is to send a Ctrl-C.
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
    """Which entries to find; what is None or empty does not narrow. `since` in seconds since 1970."""

    id: int | None = None
    since: float | None = None
    tool: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    noun: str | None = None
    record: int | None = None
    verb: str | None = None
    part_of: int | None = None
    alone: bool = False
    """Whether the parts of a greater change are left out."""
    principal: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[R_co]):
    """A record as it was read; `read_at` is the last change of it that the journal knew then, 0 for none.

    Whoever changes the record afterwards gets a higher id, on whatever machine and by whatever clock.
    """

    record: R_co
    read_at: int


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that were looked for, newest first, and what is wrong with those that cannot be read."""

    entries: Sequence[Entry] = ()
    damaged: Sequence[Damaged] = ()


@dataclass(frozen=True, slots=True)
class Change(Generic[R_co]):
    """A write that the vendor took: the record as it now stands, or None when it is gone or does not show.

    `entry` is its id in the journal. `settled` means that the answer was lost and a look found the write done;
    `before` that an equal create had made this record already, `ago` seconds ago; `differs` names columns stored
    otherwise than sent; `unnoted` says why the journal does not know yet that it was carried out; `unseen` says why
    nothing proves yet that it was: reads are `late`, or `failed`. `doubles` are the ids of equal records that a create
    made, which was sent again.
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
        """The record as this change left it, for a write that follows at once."""
        return None if self.record is None else Snapshot(self.record, self.entry)
