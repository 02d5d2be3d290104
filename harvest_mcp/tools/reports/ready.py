"""Tools for reports that a vendor adds up itself: read in one call, filtered, sorted, and shown as a table."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

from harvest_mcp.errors import InvalidArguments, NoMatch
from harvest_mcp.spec import ReadyReport, Record, Scope, System, Value
from harvest_mcp.text.render import as_csv, cells, count
from harvest_mcp.text.sheets import Sheet
from harvest_mcp.tools.arguments.dates_and_hours import resolve_dates
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.arguments.value_types import REFERENCES, TRUTH
from harvest_mcp.tools.files.giving import EXPORT, exported
from harvest_mcp.tools.reports.other_lists import Lists
from harvest_mcp.tools.reports.question import Period
from harvest_mcp.tools.reports.summing import EXACT, ZERO, Money
from harvest_mcp.tools.reports.table import figure, money
from harvest_mcp.tools.reports.tool import DAYS, report_period
from harvest_mcp.tools.tool import Answer, Arguments, Call, Hints, Tool


def ready_tool(system: System, report: ReadyReport) -> Tool:
    """Return `report_uninvoiced`: the vendor's own figures."""
    switches = [each for each in report.rows.filters if each.type is bool]
    takes = [
        *(DAYS if report.longest else ()),
        *(Argument(side.name, REFERENCES) for side in report.sides),
        *(Argument(each.name, TRUTH, each.says) for each in switches),
        EXPORT,
    ]

    async def run(call: Call, arguments: Arguments) -> Answer:
        given = await resolve_dates(call, system, arguments)
        where: dict[str, Value] = {each.name: given[each.name] for each in switches if each.name in given}
        period = await _period(call, system, report, given, [each.name for each in takes])
        if period:
            where |= {"since": period.first, "until": period.last}
        lists = Lists(call.api(system))
        sides = [side for side in report.sides if side.name in given]
        ids = await lists.ids({side.noun: given[side.name] for side in sides})
        only = {side.column: ids[side.noun] for side in sides}
        scan = await lists.api.scan(Scope(report.rows), where=where)
        found = scan.every(report.rows.words)
        rows = [row for row in found if all(getattr(row, column) in ids for column, ids in only.items())]
        without = await _without_row(lists, report, only, found)
        limits = (await call.who(system)).limits()
        notes = [f"no row for {', '.join(without)}"] if without else []
        notes += [report.lacks] if report.lacks else []
        notes += [f"this user is {limits}; {report.shows}"] if limits and report.shows else []
        days, full = str(period) if period else "now", _full(report, rows)
        filled = Sheet(report.name, report.columns, [[getattr(row, name) for name in report.columns] for row in full])
        file = await exported(call, given, filled, str(period) if period else "")
        return Answer(_told(report, rows, days, [*notes, *file.notes]), file.attached)

    return Tool(
        name=report.name,
        says=report.says,
        toolset=report.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(report.name, *takes),
        run=run,
    )


async def _period(
    call: Call, system: System, report: ReadyReport, given: Mapping[str, Any], known: Sequence[str]
) -> Period | None:
    """Return the days it covers; None for a report without a period.

    Raises:
        InvalidArguments: more days than the vendor adds up.
    """
    if not report.longest:
        return None
    period = await report_period(call, system, report.name, given, known)
    if (period.last - period.first).days > report.longest:
        why = f"{period} is more than {report.longest} days, the most that {system.title} adds up"
        raise InvalidArguments(report.name, [why], known=known)
    return period


async def _without_row(
    lists: Lists, report: ReadyReport, only: Mapping[str, Sequence[int]], found: Sequence[Record]
) -> list[str]:
    """Return the names of records asked for that have no row; an id among them may be wrong.

    Raises:
        NoMatch: no record has that id.
    """
    named = list[str]()
    for side in report.sides:
        if not (without := {*only.get(side.column, ())} - {getattr(row, side.column) for row in found}):
            continue
        await lists.try_all(side.noun)
        for id in sorted(without):
            if side.noun in lists.read and id not in lists.known(side.noun):
                raise NoMatch(side.noun, str(id), [], matches=0)
            one, noun = lists.known(side.noun).get(id), side.noun
            named.append(f"{noun} {name_and_id(lists.api.system.resource(noun), one) if one else id}")
    return named


def _full(report: ReadyReport, rows: Sequence[Record]) -> list[Record]:
    """Return the rows with a figure, the largest first."""
    full = [row for row in rows if not report.empty or any(getattr(row, name) for name in report.empty)]
    full.sort(
        key=lambda row: (str(getattr(row, report.currency or "id", "")) * bool(report.currency), -_size(report, row))
    )
    return full


def _told(report: ReadyReport, rows: Sequence[Record], days: str, notes: Sequence[str]) -> str:
    """Return the rows with a figure, the number of the others, and totals over all."""
    full = _full(report, rows)
    table, taken = as_csv(report.columns, (cells(row, report.columns) for row in full))
    words = report.rows
    head = [f"{days}: {count(len(full), words.word, words.words)}"]
    head += [f"the first {taken} are shown, sums are of all"] if taken < len(full) else []
    head += [f"{len(rows) - len(full)} more with nothing"] if len(full) < len(rows) else []
    head += [*_sums(report, full), *_unpriced(report, full), *notes]
    return f"# {'; '.join(head)}\n{table}" if full else f"# {'; '.join(head)}"


def _size(report: ReadyReport, row: Record) -> Decimal:
    return Decimal(getattr(row, report.largest) or 0)


def _sums(report: ReadyReport, rows: Sequence[Record]) -> Iterator[str]:
    """Yield the total of each column, and how many rows do not tell it."""
    for name in report.sums if rows else ():
        sums: Money = {}
        with localcontext(EXACT):
            for row in rows:
                unit = str(getattr(row, report.currency) or "of no currency") if name in report.money else ""
                sums[unit] = sums.get(unit, ZERO) + (getattr(row, name) or ZERO)
        told = money(sums) if name in report.money else figure(sums[""])
        untold = sum(getattr(row, name) is None for row in rows)
        yield f"{name} {told}" + (f", without the {untold} that do not tell it" if untold else "")


def _unpriced(report: ReadyReport, rows: Sequence[Record]) -> Iterator[str]:
    """Yield the hours of rows whose amount is that of their expenses alone."""
    if not report.priced:
        return
    told = [[getattr(row, name) or ZERO for name in report.priced] for row in rows]
    without = [hours for hours, amount, expenses in told if hours and amount == expenses]
    if without:
        many = count(len(without), report.rows.word, report.rows.words)
        yield f"{figure(sum(without, ZERO))} of {report.priced[0]}, of {many}, are in no amount"
