"""Remembers rows as they were before each write, so that an account can be shown as it was a while ago."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Stored = str | int | None

MOST = 10_000
"""The most writes to remember."""


@dataclass(frozen=True, slots=True)
class Before:
    """A row as stored before a write, and the time of the write; `row` is None if the write inserted it."""

    at: float
    table: str
    id: int
    row: Mapping[str, Stored] | None


@dataclass(slots=True)
class Trial:
    """Whether anything was written in a transaction that is rolled back."""

    wrote: bool = False


class Past:
    """The last writes to a database, accessed through its `execute`; the caller holds the lock."""

    def __init__(self, execute: Callable[..., Any], clock: Callable[[], float]) -> None:
        self._execute, self._clock = execute, clock
        self._log: deque[Before] = deque(maxlen=MOST)
        self.count = 0

    def made(self, table: str, id: int) -> None:
        """Remember that a row did not exist."""
        self._note(Before(self._clock(), table, id, None))

    def changing(self, table: str, id: int) -> None:
        """Remember a row as it is now; ignore a missing row, since nothing will be written."""
        if row := self._execute(f'SELECT * FROM "{table}" WHERE id = ?', [id]).fetchone():  # noqa: S608 - the records' own names
            self._note(Before(self._clock(), table, id, dict(row)))

    def forget(self, to: int = 0) -> None:
        """Forget the writes after the first `to`, since they were rolled back or belong to the seed."""
        for _ in range(min(self.count - to, len(self._log))):
            self._log.pop()
        self.count = to

    def since(self, count: int) -> list[Before]:
        """Return the writes after the first `count`, oldest first."""
        return list(self._log)[-(self.count - count) :] if self.count > count else []

    def made_since(self, count: int) -> list[tuple[str, int]]:
        """Return table and id of the rows inserted after the first `count` writes, oldest first."""
        return [(each.table, each.id) for each in self.since(count) if each.row is None]

    @contextmanager
    def restored(self, moment: float, *, made_only: bool) -> Iterator[Trial]:
        """Show the account as it was at a moment, or only hide rows inserted since; roll back all writes."""
        with self._trial() as trial:
            first: dict[tuple[str, int], Before] = {}
            for each in self._since(moment):
                first[each.table, each.id] = each
            for each in first.values():
                if each.row is None or not made_only:
                    self._put_back(each)
            yield trial

    @contextmanager
    def forgotten(self) -> Iterator[Trial]:
        """Roll back all writes, but keep the ids they took used up."""
        with self._trial() as trial:
            yield trial
            given = self._execute("SELECT name, seq FROM sqlite_sequence").fetchall()
        self._execute("DELETE FROM sqlite_sequence")
        for row in given:
            self._execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", tuple(row))

    @contextmanager
    def _trial(self) -> Iterator[Trial]:
        trial, count = Trial(), self.count
        self._execute("BEGIN IMMEDIATE")
        try:
            yield trial
        finally:
            self._execute("ROLLBACK")
            trial.wrote = self.count > count
            self.forget(count)

    def _since(self, moment: float) -> Iterator[Before]:
        """Yield the writes after a moment, newest first."""
        for each in reversed(self._log):
            if each.at <= moment:
                return
            yield each

    def _put_back(self, before: Before) -> None:
        self._execute(f'DELETE FROM "{before.table}" WHERE id = ?', [before.id])  # noqa: S608 - the records' own names
        if before.row is not None:
            names, marks = ", ".join(f'"{name}"' for name in before.row), ", ".join("?" * len(before.row))
            sql = f'INSERT INTO "{before.table}" ({names}) VALUES ({marks})'  # noqa: S608 - the records' own names
            self._execute(sql, list(before.row.values()))

    def _note(self, before: Before) -> None:
        self._log.append(before)
        self.count += 1
