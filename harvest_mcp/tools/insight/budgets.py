"""Each project's budget spent and left, in hours or money, over all time or, if it is monthly, this month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import partial

from harvest_mcp.spec import Record, fields, percent
from harvest_mcp.text.render import count
from harvest_mcp.text.unread import noted
from harvest_mcp.tools.insight.answers import AnswerTable
from harvest_mcp.tools.insight.reading import Books, rounded
from harvest_mcp.tools.reports.question import ALL_TIME, Period
from harvest_mcp.tools.reports.summing import EXACT, ZERO, Result, Sum

HOURS: Mapping[str, str] = {"project": "", "task": "task_assignment", "person": "user_assignment"}
"""Kinds of budgets in hours: the project's own, or the sum of its assignments'."""
MONEY = "project_cost"
COLUMNS = ("project", "project_id", "client", "budget_by", "unit", "budget", "spent", "left", "spent_pct", "why")


@dataclass(frozen=True, slots=True)
class Spent:
    """What projects spent: time, and expenses if a budget includes them."""

    time: Result
    expenses: Result | None

    def hours(self, project: int) -> Decimal:
        """Return all hours of a project."""
        return self.time.groups.get((project,), Sum()).all_units

    def money(self, project: int, *, expenses: bool) -> tuple[Decimal | None, str]:
        """Return the value of a project's billable hours, and why it is unknown if it is."""
        of = self.time.groups.get((project,), Sum())
        if of.unpriced:
            return None, f"{rounded(of.unpriced)} hours have no known rate"
        parts = [of.all_money]
        if expenses and self.expenses:
            parts.append(self.expenses.groups.get((project,), Sum()).all_money)
        if len({currency for part in parts for currency in part}) > 1:
            return None, "it is in several currencies"
        with localcontext(EXACT):
            return sum((value for part in parts for value in part.values()), ZERO), ""


async def budgets(books: Books) -> AnswerTable:
    """Return every active project with a budget, those with the least left first."""
    found = await books.listed("project")
    active = [row for row in found.values() if getattr(row, "active", None) is not False]
    with_budget = [row for row in active if _kind(row)]
    books.goes_by(active, "active", "budget_by", "budget", "cost_budget", "budget_is_monthly", "client_id")
    strange = [row for row in active if _by(row) not in fields(type(row))["budget_by"].choices]
    books.left_out(strange, books.system.resource("project"), "with a budget of a kind not known here")
    monthly = [row.id for row in with_budget if getattr(row, "budget_is_monthly", None)]
    always = [row.id for row in with_budget if row.id not in monthly]
    on = await books.today()
    month = Period(on.replace(day=1), _end(on))
    asked = [(ids, period) for ids, period in ((always, ALL_TIME), (monthly, month)) if ids]
    all_of = books.lists.api.all_of
    sums = (partial(_spent, books, ids, period, found) for ids, period in asked)
    budgeted = (partial(_hours, books, row) for row in with_budget)
    figures = partial(books.both, partial(all_of, *sums), partial(all_of, *budgeted))
    (come, hours), names = await books.both(figures, partial(books.names, "client"))
    spent = {id: each for (ids, _), each in zip(asked, come, strict=True) for id in ids}
    lines = [
        _line(books, row, spent[row.id], budget, names(getattr(row, "client_id", None)))
        for row, budget in zip(with_budget, hours, strict=True)
    ]
    lines.sort(key=lambda line: (line[8] is None, -(line[8] or ZERO), line[0]))
    over = sum(1 for line in lines if isinstance(line[7], Decimal) and line[7] < 0)
    without = count(len(active) - len(with_budget) - len(strange), "active project")
    head = (
        f"{count(len(lines), 'active project')} with a budget, all time up to now; {over} over; {without} without one"
    )
    head += f"; {len(monthly)} monthly, {month}" if monthly else ""
    return AnswerTable(head, COLUMNS, lines)


def _end(on: date) -> date:
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _kind(row: Record) -> str:
    """Return what a budget is counted in; empty without one."""
    by = _by(row)
    return by if by in HOURS or by in (MONEY, "task_fees") else ""


def _by(row: Record) -> str:
    return str(getattr(row, "budget_by", None) or "none")


async def _spent(books: Books, ids: Sequence[int], period: Period, projects: Mapping[int, Record]) -> Spent:
    """Return what these projects spent in a period."""
    only = {"project": tuple(ids)}
    asked = partial(books.summed, books.report(measures_time=True), period, ["project"], only=only)
    counting = tuple(id for id in ids if getattr(projects[id], "cost_budget_include_expenses", None))
    if not counting:
        return Spent((await asked())[0], None)
    report = books.report(measures_time=False)
    beside = partial(books.summed, report, period, ["project"], only={"project": counting})
    (time, _), (expenses, _) = await books.both(asked, beside)
    return Spent(time, expenses)


Line = tuple[str, int, str, str, str, Decimal | None, Decimal | None, Decimal | None, Decimal | None, str]


def _line(books: Books, row: Record, spent: Spent, hours: Decimal | None, client: str) -> Line:
    """Return the state of one project's budget."""
    by, why = _kind(row), ""
    name = books.system.resource("project").name_of(row)
    if by in HOURS:
        unit, used, budget = "hours", spent.hours(row.id), hours
    else:
        unit, budget = "money", getattr(row, "cost_budget", None)
        used_, why = spent.money(row.id, expenses=bool(getattr(row, "cost_budget_include_expenses", None)))
        if by == "task_fees":
            used_, why = None, "fees of tasks are told by Harvest alone"
        if used_ is None:
            return name, row.id, client, by, unit, budget, None, None, None, why
        used = used_
    if budget is None:
        return name, row.id, client, by, unit, None, rounded(used), None, None, "it has no figure"
    with localcontext(EXACT):
        left = budget - used
    pct = percent(used, budget) if budget else None
    return name, row.id, client, by, unit, rounded(budget), rounded(used), rounded(left), pct, why


async def _hours(books: Books, row: Record) -> Decimal | None:
    """Return a project's budget in hours: its own figure, or the total of its tasks or people."""
    if not (assigned := HOURS.get(_kind(row), "")):
        value: Decimal | None = getattr(row, "budget", None)
        return value
    place = books.system.resource(assigned).under({"project_id": row.id})
    rows = (await books.lists.api.scan(place)).every(place.resource.words)
    if lacking := noted(rows, ["budget"]):
        books.doubts.append(f"{lacking} {place.resource.words} of project {row.id}")
    figures = [budget for each in rows if (budget := getattr(each, "budget", None)) is not None]
    with localcontext(EXACT):
        return sum(figures, ZERO) if figures else None
