"""What a report is asked: the period, whose rows, which kinds of rows, and the grouping."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from harvest_mcp.spec import Report

TIMES = ("month", "week", "day")
MOST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, inclusive."""

    first: date
    last: date

    @property
    def half(self) -> date:
        """The last day of its first half."""
        return self.first + (self.last - self.first) // 2

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.first != self.last else str(self.first)


ALL_TIME = Period(date(1990, 1, 1), date(2100, 12, 31))
"""The longest period in days, longer than any account exists."""


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """The question in ids: `only` rows of one of these, `traits` a row must or must not have, grouped `by`."""

    report: Report
    period: Period
    only: Mapping[str, tuple[int, ...]]
    traits: Mapping[str, bool]
    by: tuple[str, ...]

    def needs(self, *sides: str) -> bool:
        """Return whether one of these sides filters or groups rows."""
        return any(side in self.only or side in self.by for side in sides)

    @property
    def grouped(self) -> list[str]:
        """The sides among the groups."""
        return [side.name for side in self.report.sides if side.name in self.by]


def groups(report: Report) -> tuple[str, ...]:
    """Return everything rows of this report can be grouped by."""
    return (*(side.name for side in report.sides), *TIMES, *(trait.name for trait in report.traits))
