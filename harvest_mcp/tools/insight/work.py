"""`report_work`: budgets left, unbilled time by age, utilisation, and projects without time."""

from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import partial
from operator import attrgetter

from harvest_mcp.spec import Record, System, percent
from harvest_mcp.text.render import count
from harvest_mcp.tools.insight.answers import AnswerTable
from harvest_mcp.tools.insight.budgets import budgets
from harvest_mcp.tools.insight.reading import WEEKDAYS, Books, rounded, weekdays
from harvest_mcp.tools.insight.tool import answers_tool
from harvest_mcp.tools.reports.question import ALL_TIME, Period
from harvest_mcp.tools.reports.reading import finder
from harvest_mcp.tools.reports.summing import EXACT, ZERO, Sum
from harvest_mcp.tools.reports.tool import currencies
from harvest_mcp.tools.tool import Tool

AGES = ((30, "to_30_days"), (60, "to_60_days"), (90, "to_90_days"))
OLDER = "older"
SECONDS = 3600
Buckets = dict[tuple[int, str, str], dict[str, Decimal]]


def work_tool(system: System) -> Tool:
    """Return the tool."""
    return answers_tool(
        system,
        "report_work",
        "Budget left by project, unbilled by age, utilisation by person, or projects without time.",
        untimed={"budget_left": budgets, "unbilled": _unbilled},
        timed={"utilisation": _utilisation, "without_time": _without_time},
        over="over all time",
    )


async def _unbilled(books: Books) -> AnswerTable:
    """Return what is billable and on no invoice, by client and age in days."""
    on, buckets = await books.today(), Buckets()
    hours, unpriced = dict[int, Decimal](), ZERO
    traits = {"billed": False, "billable": True}
    reports = [(timed, books.report(measures_time=timed)) for timed in (True, False)]
    jobs = (partial(books.summed, report, ALL_TIME, ["client"], traits=traits) for _, report in reports)
    for (timed, report), (result, rows) in zip(reports, await books.lists.api.all_of(*jobs), strict=True):
        client, currency = finder(books.lists, report, "client"), currencies(report, books.lists)
        measured, day, rate = attrgetter(report.measure), attrgetter(report.day), report.rate
        unpriced += result.total.unpriced
        with localcontext(EXACT):
            for row in rows:
                units = measured(row)
                price = getattr(row, rate) if rate else Decimal(1)
                of = client(row) or 0
                if timed:
                    hours[of] = hours.get(of, ZERO) + units
                if price is not None:
                    part = buckets.setdefault((of, currency(row), "time" if timed else "expenses"), {})
                    age = _age(on, day(row))
                    part[age] = part.get(age, ZERO) + units * price
    names = await books.names("client")
    ages = [name for _, name in AGES] + [OLDER]
    lines = [
        (names(of), of, code, what, *(rounded(part.get(age, ZERO)) for age in ages), rounded(sum(part.values(), ZERO)))
        for (of, code, what), part in buckets.items()
    ]
    lines.sort(key=lambda line: (-line[-1], str(line[0])))  # type: ignore[operator]  # the last column is a Decimal
    totals = dict[str, Decimal]()
    for (_of, code, _what), part in buckets.items():
        totals[code] = totals.get(code, ZERO) + sum(part.values(), ZERO)
    told = "; ".join(f"{rounded(total)} {code}" for code, total in sorted(totals.items())) or "nothing"
    head = f"As of {on}: {told} unbilled, of {rounded(sum(hours.values(), ZERO))} hours and expenses"
    head += f"; {rounded(unpriced)} hours have no known rate and are in no amount" if unpriced else ""
    return AnswerTable(head, ("client", "client_id", "currency", "what", *ages, "total"), lines)


def _age(on: date, day: date) -> str:
    days = (on - day).days
    return next((name for most, name in AGES if days <= most), OLDER)


async def _utilisation(books: Books, period: Period) -> AnswerTable:
    """Return each person's hours as a percentage of capacity in the period, and how many are billable."""
    sums = partial(books.summed, books.report(measures_time=True), period, ["person"])
    (result, _), people = await books.both(sums, partial(books.listed, "person"))
    resource = books.system.resource("person")
    books.goes_by([*people.values()], "is_active", "created_at", "weekly_capacity")
    days = weekdays(period)
    lines = list[tuple[str, int, Decimal, Decimal, Decimal | None, Decimal | None, Decimal | None]]()
    for id in sorted({*people, *(int(str(key[0])) for key in result.groups)}):
        row, of = people.get(id), result.groups.get((id,), Sum())
        if not of.all_units and not (row and _works(row, period)):
            continue
        worked, billable = of.all_units, of.units["billed"] + of.units["unbilled"]
        capacity = _capacity(row, days)
        name = resource.name_of(row) if row else f"person {id}"
        pcts = (percent(worked, capacity), percent(billable, capacity)) if capacity else (None, None)
        lines.append((name, id, rounded(worked), rounded(billable), capacity, *pcts))
    lines.sort(key=lambda line: (line[5] is None, -(line[5] or ZERO), line[0]))
    head = f"{period}: {count(days, 'weekday')}; capacity is a fifth of the weekly one for each; billable as of today"
    untold = result.total.units["untold"]
    head += f"; {rounded(untold)} hours do not tell whether they are billable" if untold else ""
    columns = ("person", "person_id", "hours", "billable_hours", "capacity", "worked_pct", "billable_pct")
    return AnswerTable(head, columns, lines)


def _works(row: Record, period: Period) -> bool:
    """Return whether somebody is active, and was by the end of the period."""
    made = getattr(row, "created_at", None)
    there = not isinstance(made, datetime) or made.date() <= period.last
    return bool(getattr(row, "is_active", None)) and there


def _capacity(row: Record | None, days: int) -> Decimal | None:
    """Return a person's capacity in hours over so many weekdays; None if the account does not tell."""
    seconds = getattr(row, "weekly_capacity", None)
    if not seconds:
        return None
    with localcontext(EXACT):
        return rounded(Decimal(seconds) * days / (WEEKDAYS * SECONDS))


async def _without_time(books: Books, period: Period) -> AnswerTable:
    """Return the active projects on which nobody logged time in the period."""
    sums = partial(books.summed, books.report(measures_time=True), period, ["project"])
    lists = partial(books.both, partial(books.listed, "project"), partial(books.names, "client"))
    (result, _), (projects, names) = await books.both(sums, lists)
    used = {key[0] for key in result.groups}
    active = [row for row in projects.values() if getattr(row, "active", None) is not False]
    idle = [row for row in active if row.id not in used]
    books.goes_by(idle, "active")
    resource = books.system.resource("project")
    lines = [
        (
            resource.name_of(row),
            row.id,
            names(getattr(row, "client_id", None)),
            getattr(row, "hint_latest_record_at", None),
        )
        for row in idle
    ]
    lines.sort(key=lambda line: (str(line[3] or ""), line[0]))
    head = f"{period}: {len(idle)} of {count(len(active), 'active project')} without any time"
    return AnswerTable(head, ("project", "project_id", "client", "last_time_told"), lines)
