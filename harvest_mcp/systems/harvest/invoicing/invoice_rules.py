"""Rules of invoices (harvest-v1 22): due dates, taxed lines, and duplicates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from harvest_mcp.spec import Child, Record, Rule, Value

NET = re.compile(r"(?:net[ -]?)?(\d{1,3})(?: days?)?", re.IGNORECASE | re.ASCII)
RECEIPT = re.compile(r"(?:due )?(?:up)?on receipt", re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOST_DAYS = 999


@dataclass(frozen=True, slots=True)
class Due(Rule):
    """Terms in words, `NET 30`, counted from a date in another column; a due date is sent as the terms that lead to it.

    A due date itself is ignored when sent (22, `due-at`), and other words make an invoice due at once.
    """

    column: str
    since: str

    def wants_today(self, values: Mapping[str, Value], record: Record | None) -> bool:
        return bool(DAY.fullmatch(str(values.get(self.column) or ""))) and self._since(values, record) is None

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        text = str(values.get(self.column) or "").strip()
        if not text:
            return values
        if DAY.fullmatch(text):
            since = self._since(values, record) or today
            return {**values, **({self.since: since} if record is None else {}), self.column: self._net(text, since)}
        if RECEIPT.fullmatch(text):
            return {**values, self.column: "upon receipt"}
        if (net := NET.fullmatch(text)) is None:
            raise ValueError(f"{self.column} takes NET 30, upon receipt or a day such as 2026-01-31")
        return {**values, self.column: f"NET {int(net[1])}"}

    def _since(self, values: Mapping[str, Value], record: Record | None) -> date | None:
        since = values.get(self.since) or getattr(record, self.since, None)
        return since if isinstance(since, date) else None

    def _net(self, text: str, since: date | None) -> str:
        try:
            days = (date.fromisoformat(text) - (since or date.min)) // timedelta(days=1)
        except ValueError:
            raise ValueError(f"{self.column} is not a date of the calendar") from None
        if not 0 <= days <= MOST_DAYS:
            raise ValueError(f"{self.column} takes a day from {self.since} on, {since}, within {MOST_DAYS} days")
        return f"NET {days}" if days else "upon receipt"


@dataclass(frozen=True, slots=True)
class Taxed(Rule):
    """Tax rates in percent that apply only to marked lines: `rates` are pairs of a rate and its mark on a line."""

    lines: str
    rates: tuple[tuple[str, str], ...]
    argument: str

    @property
    def takes(self) -> tuple[tuple[str, str], ...]:
        return ((self.argument, "tax every line"),)

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        if self.argument not in asked:
            return values
        marks = {mark: True for rate, mark in self.rates if values.get(rate)}
        marks = marks or {mark: True for rate, mark in self.rates if getattr(record, rate, None)}
        if not marks:
            raise ValueError(f"{self.argument} needs a {self.rates[0][0]}, in percent")
        there = values.get(self.lines, getattr(record, self.lines, None)) or ()
        lines = [each for each in there if isinstance(each, Child)] if isinstance(there, tuple) else []
        return {**values, self.lines: tuple(_marked(each, marks) for each in lines)} if lines else values

    def remarks(self, values: Mapping[str, Value], record: Record, call: str) -> Iterator[str]:
        lines = getattr(record, self.lines) or ()
        for rate, mark in self.rates:
            if values.get(rate) and not any(getattr(line, mark) for line in lines):
                none = "no line is marked for it" if lines else "there is no line yet"
                taxes = call.format(f"{self.argument}=true") + " taxes all." if lines else f"Lines take {mark}=true."
                yield f"The {rate} applies to nothing: {none}. {taxes}"


def _marked(line: Child, marks: Mapping[str, bool]) -> Child:
    """Return a line with these marks, except those it was given explicitly."""
    said = line.model_fields_set if line.id is None else ()
    return line.model_copy(update={name: value for name, value in marks.items() if name not in said})


@dataclass(frozen=True, slots=True)
class Twice(Rule):
    """Two invoices of one owner are duplicates: same text, date and lines, which lists do not tell.

    A text that both lack is equal, if there are lines to compare.
    """

    within: str
    text: str
    day: str
    lines: str

    def resembles(self, values: Mapping[str, Value], other: Record, on: date) -> bool:
        text = _folded(values.get(self.text))
        same = getattr(other, self.within) == values.get(self.within) and text == _folded(getattr(other, self.text))
        return same and bool(text or values.get(self.lines)) and self._near(values.get(self.day), other, on)

    def _near(self, day: Value, other: Record, on: date) -> bool:
        """Return whether the dates match; one left out is the vendor's today, which may be a day off ours."""
        there = getattr(other, self.day)
        if not isinstance(there, date):
            return False
        return there == day if day else abs(there - on) <= timedelta(days=1)

    def repeats(self, values: Mapping[str, Value], other: Record) -> bool:
        return _worth(values.get(self.lines)) == _worth(getattr(other, self.lines))


def _folded(text: object) -> str:
    return " ".join(str(text or "").casefold().split())


def _worth(lines: object) -> list[tuple[str, ...]]:
    """Return the lines by what they say and amount to, in no order."""
    rows = [dict(each) for each in lines if isinstance(each, Child)] if isinstance(lines, tuple) else []
    texts, numbers = ("kind", "description"), ("quantity", "unit_price")
    told = ((*(_folded(row[each]) for each in texts), *(_number(row[each]) for each in numbers)) for row in rows)
    return sorted(told)


def _number(value: Decimal | None) -> str:
    """Return `2.5` for 2.50."""
    return format((value or Decimal(0)).normalize(), "f")
