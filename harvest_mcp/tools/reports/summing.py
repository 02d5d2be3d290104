"""Add rows up exactly: pure, no I/O."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from operator import attrgetter
from typing import Literal, TypeAlias

from harvest_mcp.spec import Record, Report
from harvest_mcp.tools.reports.question import ReportQuestion

State = Literal["billed", "unbilled", "nonbillable", "untold"]
STATES: tuple[State, ...] = ("billed", "unbilled", "nonbillable", "untold")
"""The billing state of a row; `untold` if the vendor's older bodies do not tell it."""
Key: TypeAlias = "int | str | bool | None"

EXACT = Context(prec=200)
"""Enough digits that no sum or product is ever rounded."""
ZERO = Decimal(0)

Money: TypeAlias = dict[str, Decimal]
"""Amounts by currency, which are never added up."""


@dataclass(slots=True)
class Sum:
    """Totals of some rows: their number, units and money by billing state, and units whose price is unknown."""

    rows: int = 0
    units: dict[State, Decimal] = field(default_factory=lambda: dict.fromkeys(STATES, ZERO))
    money: dict[State, Money] = field(default_factory=lambda: {state: {} for state in STATES})
    unpriced: Decimal = ZERO
    seen: dict[State, int] = field(default_factory=dict)
    """The number of rows by billing state."""

    @property
    def all_units(self) -> Decimal:
        return _added(self.units.values())

    @property
    def all_money(self) -> Money:
        currencies = dict.fromkeys(currency for part in self.money.values() for currency in part)
        return {each: _added(part.get(each, ZERO) for part in self.money.values()) for each in currencies}

    def size(self) -> Decimal:
        """Return the value groups are sorted by; no meaningful total, as it adds up currencies."""
        return self.all_units or _added(self.all_money.values())

    def add(self, other: "Sum") -> None:
        """Add another sum to this one."""
        self.rows += other.rows
        self.unpriced = _added([self.unpriced, other.unpriced])
        for state in STATES:
            self.units[state] = _added([self.units[state], other.units[state]])
            self.seen[state] = self.seen.get(state, 0) + other.seen.get(state, 0)
            for currency, value in other.money[state].items():
                self.money[state][currency] = _added([self.money[state].get(currency, ZERO), value])


@dataclass(frozen=True, slots=True)
class Timers:
    """The timers that run: how many, how much of them is counted, and the total including them if told."""

    count: int = 0
    counted: Decimal = ZERO
    running: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The groups by key, the total, and what must be said of them."""

    groups: dict[tuple[Key, ...], Sum]
    total: Sum
    timers: Timers


Find = Callable[[str], Callable[[Record], int | None]]
"""Returns the id of a side of a row, by the side's name."""


@dataclass(slots=True)
class _Part:
    """Totals of the rows of one group with one billing state and one currency."""

    rows: int = 0
    units: Decimal = ZERO
    money: Decimal = ZERO
    unpriced: Decimal = ZERO


def add_up(asked: ReportQuestion, rows: Iterable[Record], find: Find, currency: Callable[[Record], str]) -> Result:
    """Return every row in its group and in the total; `currency` returns that of a row."""
    report, state, worth = asked.report, _state(asked), _worth(asked.report)
    keys = [_key(asked, name, find) for name in asked.by]
    since = attrgetter(report.timer[0]) if report.timer else None
    parts: defaultdict[tuple[tuple[Key, ...], State, str], _Part] = defaultdict(_Part)
    timed: list[Record] = []
    with localcontext(EXACT):
        for row in rows:
            fate = state(row)
            part = parts[tuple([key(row) for key in keys]), fate, currency(row)]
            units, money = worth(row, fate)
            part.rows += 1
            part.units += units
            if money is None:
                part.unpriced += units
            elif money:
                part.money += money
            if since and since(row) is not None:
                timed.append(row)
        return _result(parts, _timers(report, timed))


def _result(parts: Mapping[tuple[tuple[Key, ...], State, str], _Part], timers: Timers) -> Result:
    groups: dict[tuple[Key, ...], Sum] = {}
    total = Sum()
    for (key, state, currency), part in parts.items():
        for sum_ in (groups.setdefault(key, Sum()), total):
            sum_.rows += part.rows
            sum_.seen[state] = sum_.seen.get(state, 0) + part.rows
            sum_.units[state] += part.units
            sum_.unpriced += part.unpriced
            if part.money:
                sum_.money[state][currency] = sum_.money[state].get(currency, ZERO) + part.money
    return Result(groups, total, timers)


def of_one(result: Result, at: int) -> Result:
    """Return the same grouped by one of its groups alone."""
    groups: dict[tuple[Key, ...], Sum] = {}
    for key, sum_ in result.groups.items():
        groups.setdefault((key[at],), Sum()).add(sum_)
    return Result(groups, result.total, result.timers)


def _worth(report: Report) -> Callable[[Record, State], tuple[Decimal, Decimal | None]]:
    """Return a function for a row's units and money: None if no price is known, which is never guessed."""
    measured = attrgetter(report.measure)
    if not report.unit:
        return lambda row, state: (ZERO, measured(row))
    priced = attrgetter(report.rate)

    def worth(row: Record, state: State) -> tuple[Decimal, Decimal | None]:
        units, rate = measured(row), priced(row)
        if state == "nonbillable":
            return units, ZERO
        return units, None if rate is None else units * rate

    return worth


def _state(asked: ReportQuestion) -> Callable[[Record], State]:
    """Return a function for a row's billing state; billed wins over billable."""
    billed, billable = _trait(asked, asked.report.billed), _trait(asked, asked.report.billable)

    def state(row: Record) -> State:
        if on_invoice := billed(row):
            return "billed"
        if (to_bill := billable(row)) is None or (to_bill and on_invoice is None):
            return "untold"
        return "unbilled" if to_bill else "nonbillable"

    return state


def _trait(asked: ReportQuestion, name: str) -> Callable[[Record], bool | None]:
    """Return a function for a trait of a row: as the row tells, or else as the vendor was asked."""
    trait, wanted = asked.report.trait(name), asked.traits.get(name)
    return lambda row: wanted if (told := trait.of(row)) is None else told


def _key(asked: ReportQuestion, name: str, find: Find) -> Callable[[Record], Key]:
    if name in TIME:
        word, day = TIME[name], attrgetter(asked.report.day)
        return lambda row: word(day(row))
    if any(trait.name == name for trait in asked.report.traits):
        return _trait(asked, name)
    return find(name)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


TIME: Mapping[str, Callable[[date], str]] = {
    "month": lambda day: day.isoformat()[:7],
    "week": _week,
    "day": date.isoformat,
}


def _timers(report: Report, rows: list[Record]) -> Timers:
    if not rows or report.timer is None:
        return Timers()
    told = [getattr(row, report.timer[1]) for row in rows]
    counted = _added(getattr(row, report.measure) or ZERO for row in rows)
    return Timers(len(rows), counted, None if None in told else _added(told))


def _added(values: Iterable[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(values, ZERO)
