"""Rows added up, exactly: pure, no I/O."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Literal, TypeAlias

from harvest_mcp.spec import Record, Report
from harvest_mcp.tools.reports.question import Asked

State = Literal["billed", "unbilled", "nonbillable"]
STATES: tuple[State, ...] = ("billed", "unbilled", "nonbillable")
Key: TypeAlias = "int | str | bool | None"

EXACT = Context(prec=200)
"""Enough digits that no sum or product of what the wire can carry is ever rounded."""
ZERO = Decimal(0)

Money: TypeAlias = dict[str, Decimal]
"""By currency, which are never added to each other."""


@dataclass(slots=True)
class Sum:
    """What some rows come to: their number, units and money by what became of them, units whose price is not known."""

    rows: int = 0
    units: dict[State, Decimal] = field(default_factory=lambda: dict.fromkeys(STATES, ZERO))
    money: dict[State, Money] = field(default_factory=lambda: {state: {} for state in STATES})
    unpriced: Decimal = ZERO

    @property
    def all_units(self) -> Decimal:
        return _added(self.units.values())

    @property
    def all_money(self) -> Money:
        currencies = dict.fromkeys(currency for part in self.money.values() for currency in part)
        return {each: _added(part.get(each, ZERO) for part in self.money.values()) for each in currencies}

    def size(self) -> Decimal:
        """What groups are put in order by, and nothing else: sums of several currencies mean nothing."""
        return self.all_units or _added(self.all_money.values())


@dataclass(frozen=True, slots=True)
class Timers:
    """The timers that run: how many, what of theirs is counted, and what it would be with them where that is told."""

    count: int = 0
    counted: Decimal = ZERO
    running: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The groups with their keys, everything together, and what must be said of it."""

    groups: dict[tuple[Key, ...], Sum]
    total: Sum
    timers: Timers
    untold: int
    """Rows that do not say whether they are billable."""


Find = Callable[[str], Callable[[Record], int | None]]
"""What gives the id of one side, by its name, of a row."""


def add_up(asked: Asked, rows: Iterable[Record], find: Find, currency: Callable[[Record], str]) -> Result:
    """Every row in its group and in the total; `currency` is that of a row."""
    keys = [_key(asked.report, name, find) for name in asked.by]
    groups: dict[tuple[Key, ...], Sum] = {}
    total, untold, timed = Sum(), 0, []
    with localcontext(EXACT):
        for row in rows:
            state, units, money = _worth(asked.report, row)
            untold += _trait(asked.report, asked.report.billable, row) is None
            label = currency(row) if money else ""
            place = groups.setdefault(tuple(key(row) for key in keys), Sum())
            for each in (place, total):
                _into(each, state, units, money, label)
            if asked.report.timer and getattr(row, asked.report.timer[0]) is not None:
                timed.append(row)
        return Result(groups, total, _timers(asked.report, timed), untold)


def _into(sum_: Sum, state: State, units: Decimal, money: Decimal | None, currency: str) -> None:
    sum_.rows += 1
    sum_.units[state] += units
    if money is None:
        sum_.unpriced += units
    elif currency:
        part = sum_.money[state]
        part[currency] = part.get(currency, ZERO) + money


def _worth(report: Report, row: Record) -> tuple[State, Decimal, Decimal | None]:
    """What became of a row, its units, and its money: None where no price is known, which is never guessed."""
    state = _state(report, row)
    measure: Decimal = getattr(row, report.measure) or ZERO
    if not report.unit:
        return state, ZERO, measure
    if state == "nonbillable":
        return state, measure, ZERO
    rate: Decimal | None = getattr(row, report.rate)
    return state, measure, None if rate is None else measure * rate


def _state(report: Report, row: Record) -> State:
    """Billed counts before billable: what is on an invoice is billed. Not told to be unbillable: still to be billed."""
    if _trait(report, report.billed, row):
        return "billed"
    return "nonbillable" if _trait(report, report.billable, row) is False else "unbilled"


def _trait(report: Report, name: str, row: Record) -> bool | None:
    told: bool | None = getattr(row, report.trait(name).column)
    return told


def _key(report: Report, name: str, find: Find) -> Callable[[Record], Key]:
    if name in TIME:
        return lambda row: TIME[name](getattr(row, report.day))
    if any(trait.name == name for trait in report.traits):
        return lambda row: _trait(report, name, row)
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
