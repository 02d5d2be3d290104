"""`report_incwo_work`: projects' time budgets left, and projects without time, from monthly timesheets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Part, Record, Scope, System, percent
from harvest_mcp.text.render import count
from harvest_mcp.tools.bulk.naming import tool_name
from harvest_mcp.tools.insight.answers import AnswerTable
from harvest_mcp.tools.insight.invoices import day_of
from harvest_mcp.tools.insight.reading import Books, rounded
from harvest_mcp.tools.insight.tool import answers_tool
from harvest_mcp.tools.reports.question import Period
from harvest_mcp.tools.reports.summing import EXACT, ZERO
from harvest_mcp.tools.tool import Tool

SHEET, LINES = "timesheet", "timesheet_lines"
UNITS: Mapping[str, str] = {"hours": "budget_hours", "half_days": "budget_halfdays"}
"""Units of a sheet, each with the budget column it counts against; they are never converted."""
WHOLE = 100


@dataclass(slots=True)
class Tracked:
    """Time on projects, by project and unit, from all timesheets this login may see."""

    sums: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    sheets: int = 0

    @classmethod
    async def of(cls, books: Books, period: Period | None = None) -> "Tracked":
        """Return all tracked time, or that on the days of a period.

        Raises:
            Malformed: a sheet lacks its month or unit, or a line its time, so that no total is right.
        """
        found = cls()
        for sheet in await books.whole(SHEET):
            month, unit = day_of(sheet, "period"), str(getattr(sheet, "unit", None))
            for line in await _lines(books, sheet):
                if not (project := int(getattr(line, "project_id", None) or 0)):
                    continue
                spent, day = getattr(line, "duration", None), getattr(line, "day", None)
                if month is None or unit not in UNITS or not isinstance(spent, Decimal):
                    raise Malformed("missing-duration")
                if period is None or _within(month, day, period):
                    with localcontext(EXACT):
                        found.sums[project, unit] = found.sums.get((project, unit), ZERO) + spent
            found.sheets += 1
        return found


async def _lines(books: Books, sheet: Record) -> tuple[Part, ...]:
    """Return the lines of a sheet; list rows may come without them (incwo 5)."""
    if getattr(sheet, LINES) is None:
        sheet = await books.lists.api.get(Scope(books.system.resource(SHEET)), sheet.id)
    return getattr(sheet, LINES) or ()


def _within(month: date, day: int | None, period: Period) -> bool:
    """Return whether a line's day is in a period.

    Raises:
        Malformed: it tells no day of its month.
    """
    try:
        on = month.replace(day=day or 0)
    except ValueError:
        raise Malformed("missing-day") from None
    return period.first <= on <= period.last


def month_sheets_tool(system: System) -> Tool:
    """Return the tool."""
    return answers_tool(
        system,
        tool_name(system, "report", "work"),
        "Time left of projects' budgets, or projects without time, by incwo's timesheets.",
        untimed={"budget_left": _budget_left},
        timed={"without_time": _without_time},
        over="over all time",
    )


async def _budget_left(books: Books) -> AnswerTable:
    """Return every active project with a time budget, those with the least left first."""
    active, tracked = await _active(books), await Tracked.of(books)
    books.goes_by(active, *UNITS.values())
    name_of, lines = books.system.resource("project").name_of, list[tuple[Any, ...]]()
    for row in active:
        told = [_unit(row, tracked, unit, column) for unit, column in UNITS.items()]
        if shares := [pct for *_, pct in told if pct is not None]:
            lines.append((max(shares), name_of(row), row.id, *(each for figures in told for each in figures)))
    lines.sort(key=lambda line: (-line[0], line[1]))
    over = sum(line[0] > WHOLE for line in lines)
    head = f"{count(len(lines), 'active project')} with a budget of time, {count(tracked.sheets, 'timesheet')}"
    head += f" that this login sees, all time; {over} over; {len(active) - len(lines)} without one; half-days count"
    columns = tuple(f"{what}_{unit}" for unit in UNITS for what in ("budget", "spent", "left", "pct"))
    rows = [line[1:] for line in lines]
    return AnswerTable(
        f"{head} against half-days alone, hours against hours", ("project", "project_id", *columns), rows
    )


Figures = tuple[Decimal | None, Decimal, Decimal | None, Decimal | None]


def _unit(row: Record, tracked: Tracked, unit: str, column: str) -> Figures:
    """Return the budget in one unit, what is spent and left of it, and the percentage."""
    budget, spent = getattr(row, column, None), tracked.sums.get((row.id, unit), ZERO)
    if not isinstance(budget, Decimal) or not budget:
        return None, rounded(spent), None, None
    with localcontext(EXACT):
        left = budget - spent
    return rounded(budget), rounded(spent), rounded(left), percent(spent, budget)


async def _without_time(books: Books, period: Period) -> AnswerTable:
    """Return the active projects on which no sheet has time in the period."""
    active, tracked = await _active(books), await Tracked.of(books, period)
    used = {project for project, _ in tracked.sums}
    resource = books.system.resource("project")
    lines = sorted((resource.name_of(row), row.id) for row in active if row.id not in used)
    head = f"{period}: {len(lines)} of {count(len(active), 'active project')} without any time on the"
    return AnswerTable(
        f"{head} {count(tracked.sheets, 'timesheet')} that this login sees", ("project", "project_id"), lines
    )


async def _active(books: Books) -> list[Record]:
    return [row for row in await books.whole("project") if getattr(row, "status_id", None) == "active"]
