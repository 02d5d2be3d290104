"""Rows added up, exactly: pure, no I/O."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Literal, TypeAlias

from harvest_mcp.spec import Record, Report
from harvest_mcp.tools.reports.question import Asked

State = Literal["billed", "unbilled", "nonbillable", "untold"]
STATES: tuple[State, ...] = ("billed", "unbilled", "nonbillable", "untold")
"""What became of a row; of an untold one the vendor's older bodies do not say it."""
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
    seen: dict[State, int] = field(default_factory=dict)
    """Rows by what became of them."""

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


Find = Callable[[str], Callable[[Record], int | None]]
"""What gives the id of one side, by its name, of a row."""


def add_up(asked: Asked, rows: Iterable[Record], find: Find, currency: Callable[[Record], str]) -> Result:
    """Every row in its group and in the total; `currency` is that of a row."""
    keys = [_key(asked, name, find) for name in asked.by]
    groups: dict[tuple[Key, ...], Sum] = {}
    total, timed = Sum(), []
    with localcontext(EXACT):
        for row in rows:
            state, units, money = _worth(asked, row)
            label = currency(row) if money else ""
            place = groups.setdefault(tuple(key(row) for key in keys), Sum())
            for each in (place, total):
                _into(each, state, units, money, label)
            if asked.report.timer and getattr(row, asked.report.timer[0]) is not None:
                timed.append(row)
        return Result(groups, total, _timers(asked.report, timed))


def _into(sum_: Sum, state: State, units: Decimal, money: Decimal | None, currency: str) -> None:
    sum_.rows += 1
    sum_.seen[state] = sum_.seen.get(state, 0) + 1
    sum_.units[state] += units
    if money is None:
        sum_.unpriced += units
    elif currency:
        part = sum_.money[state]
        part[currency] = part.get(currency, ZERO) + money


def _worth(asked: Asked, row: Record) -> tuple[State, Decimal, Decimal | None]:
    """What became of a row, its units, and its money: None where no price is known, which is never guessed."""
    report, state = asked.report, _state(asked, row)
    measure: Decimal = getattr(row, report.measure) or ZERO
    if not report.unit:
        return state, ZERO, measure
    if state == "nonbillable":
        return state, measure, ZERO
    rate: Decimal | None = getattr(row, report.rate)
    return state, measure, None if rate is None else measure * rate


def _state(asked: Asked, row: Record) -> State:
    """Billed counts before billable: what is on an invoice is billed. Nothing is guessed."""
    billed = _trait(asked, asked.report.billed, row)
    if billed:
        return "billed"
    billable = _trait(asked, asked.report.billable, row)
    if billable is None or (billable and billed is None):
        return "untold"
    return "unbilled" if billable else "nonbillable"


def _trait(asked: Asked, name: str, row: Record) -> bool | None:
    """What a row says, or what the vendor was asked for."""
    told = asked.report.trait(name).of(row)
    return asked.traits.get(name) if told is None else told


def _key(asked: Asked, name: str, find: Find) -> Callable[[Record], Key]:
    if name in TIME:
        return lambda row: TIME[name](getattr(row, asked.report.day))
    if any(trait.name == name for trait in asked.report.traits):
        return lambda row: _trait(asked, name, row)
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
