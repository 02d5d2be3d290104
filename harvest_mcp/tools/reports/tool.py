"""The tool of a report: from its arguments to rows, totals and the answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from anyio import to_thread

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Record, Report, Side, System
from harvest_mcp.text.apart import restoring
from harvest_mcp.text.render import count, quoted
from harvest_mcp.tools.arguments.dates_and_hours import SPOKEN_DAY, resolve_dates, today
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.arguments.value_types import REFERENCES, TRUTH, several
from harvest_mcp.tools.files.giving import EXPORT, exported
from harvest_mcp.tools.reports import periods
from harvest_mcp.tools.reports.chart import draw
from harvest_mcp.tools.reports.other_lists import Lists
from harvest_mcp.tools.reports.picture import MOST_TIMES, legible, pictures
from harvest_mcp.tools.reports.question import MOST_GROUPS, Period, ReportQuestion, groups
from harvest_mcp.tools.reports.reading import Reading, finder
from harvest_mcp.tools.reports.summing import Result, add_up
from harvest_mcp.tools.reports.table import Names, figure, sheet, text
from harvest_mcp.tools.tool import Answer, Arguments, Attached, Call, Hints, Tool

MOST_WITHOUT = 10


def report_tool(system: System, report: Report) -> Tool:
    """Return `report_time`: the rows of a period added up, in groups."""

    async def run(call: Call, arguments: Arguments) -> str | Answer:
        given = await resolve_dates(call, system, arguments)
        lists = Lists(call.api(system))
        asked = await _asked(call, system, report, given, lists)
        rows = await Reading(asked, lists, call.progress).all()
        await lists.try_all(*_named(asked, rows))
        result = add_up(asked, rows, partial(finder, lists, report), currencies(report, lists))
        names, notes = _names(asked, rows, lists), list(_notes(asked, result, lists))
        drawn = await _drawn(asked, result, names, notes) if given.get("chart") else ()
        file = await exported(call, given, sheet(asked, result, names), str(asked.period))
        notes += file.notes
        return Answer(text(asked, result, names, notes), (*drawn, *file.attached))

    return Tool(
        name=report.name,
        says=report.says,
        toolset=report.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(report.name, *_takes(report)),
        run=run,
    )


DAYS = (
    Argument("period", periods.PERIOD, "e.g. last month, this week, 2026-03"),
    Argument("since", SPOKEN_DAY, "or since and until; e.g. 2026-01-31, yesterday"),
    Argument("until", SPOKEN_DAY, "included"),
)
"""The arguments for a report's period."""


def _takes(report: Report) -> list[Argument]:
    return [
        *DAYS,
        *(Argument(side.name, REFERENCES) for side in report.sides),
        *(Argument(trait.name, TRUTH) for trait in report.traits),
        Argument("group_by", several(groups(report)), "one or two"),
        Argument("chart", TRUTH, "a picture too"),
        EXPORT,
    ]


async def _asked(call: Call, system: System, report: Report, given: Mapping[str, Any], lists: Lists) -> ReportQuestion:
    """Return the question in ids and days.

    Raises:
        InvalidArguments: there is no period, or two, or a group too many.
        NoMatch: a name fits no record, or several.
    """
    by = tuple(dict.fromkeys(given.get("group_by", ())))
    if len(by) > MOST_GROUPS:
        raise InvalidArguments(report.name, ["group_by takes one or two"], known=_names_of(report))
    period = await report_period(call, system, report.name, given, _names_of(report))
    sides = [side for side in report.sides if side.name in given]
    ids = await lists.ids({side.noun: given[side.name] for side in sides})
    only = {side.name: ids[side.noun] for side in sides}
    return ReportQuestion(
        report, period, only, {each.name: given[each.name] for each in report.traits if each.name in given}, by
    )


async def report_period(
    call: Call, system: System, name: str, given: Mapping[str, Any], taken: Sequence[str]
) -> Period:
    """Return the days a report covers, to today without `until`; `taken` are all of its arguments.

    Raises:
        InvalidArguments: there is no period, or two.
    """
    first, last = given.get("since"), given.get("until")
    if ("period" in given) == bool(first or last) or (last and not first):
        raise InvalidArguments(name, ["takes either period, or since and until"], known=taken)
    if first is None:
        word = given["period"]
        if not periods.relative(word):
            return periods.named(word)
        now = await today(call, system)
        return periods.meant(word, now, week_start=(await call.who(system)).week_start())
    last = last or await today(call, system)
    if first > last:
        raise InvalidArguments(name, [f"since is {first}, and until is before it, {last}"], known=taken)
    return Period(first, last)


def _names_of(report: Report) -> list[str]:
    return [argument.name for argument in _takes(report)]


async def _drawn(asked: ReportQuestion, result: Result, names: Names, notes: list[str]) -> tuple[Attached, ...]:
    """Return the charts; if the extra for drawing is missing, the table says so."""
    told, added = legible(asked, result)
    wanted = pictures(told, added, names)
    if not wanted:
        notes.append(f"no picture of more than {MOST_TIMES} bars: group by a longer time")
    elif told.by != asked.by:
        notes.append(f"the picture is by {told.by[0]} alone, since {len(result.groups)} bars are too many")
    try:
        drawn = [await to_thread.run_sync(draw, picture) for picture in wanted]
    except ImportError:
        notes.append("no picture: install the extra harvest-mcp[charts] where this server runs")
        return ()
    if not asked.report.unit and (left := len(result.total.all_money) - len(wanted)) > 0:
        notes.append(f"pictures of {len(wanted)} currencies, {left} more are only in the table")
    name = f"{asked.report.name}-{asked.period.first}-{asked.period.last}"
    return tuple(Attached(f"{name}-{at}.png", "image/png", data) for at, data in enumerate(drawn, 1))


def _named(asked: ReportQuestion, rows: Sequence[Record]) -> Iterator[str]:
    """Yield the nouns whose lists hold the names of groups, and the currencies."""
    report, sides = asked.report, [asked.report.side(name) for name in asked.grouped] if rows else []
    sides = [side for side in sides if not side.named or _missable(asked, side)]
    if not report.coded and any(getattr(row, report.rate or report.measure) is not None for row in rows):
        sides.append(report.side(report.currency[0]))
    for side in sides:
        yield from (report.side(name).noun for name in (side.through, side.name) if name)


def _missable(asked: ReportQuestion, side: Side) -> bool:
    """Return whether records of a side without any row are reported."""
    return side.missed and side.name in asked.by and not asked.only and not asked.traits


def currencies(report: Report, lists: Lists) -> Callable[[Record], str]:
    """Return a function for the currency of a row; an unknown one is named after its record and added to no other."""
    side = report.side(report.currency[0])
    if report.coded:
        coded, id_of = attrgetter(report.coded), attrgetter(side.column)
        return lambda row: coded(row) or _of(side.noun, id_of(row))
    of, whose = lists.known(side.noun), finder(lists, report, side.name)
    nearest = report.side(side.through or side.name)
    near = attrgetter(nearest.column)
    codes: dict[int | None, str] = {}

    def currency(row: Record) -> str:
        if (id := near(row)) not in codes:
            label = getattr(of.get(whose(row) or 0), report.currency[1], None)
            codes[id] = code(label) if label else _of(nearest.noun, id)
        return codes[id]

    return currency


def _of(noun: str, id: int | None) -> str:
    return f"of {noun} {id}" if id else f"of no {noun}"


def code(label: str) -> str:
    """Return `EUR` for `Euro - EUR`: labels changed over the years, codes did not (harvest-v1 29 row 18)."""
    return quoted(label.rpartition(" - ")[2], most=20)[1:-1]


def _names(asked: ReportQuestion, rows: Sequence[Record], lists: Lists) -> Names:
    """Return the name of every record that was read, or told by a row, by side."""
    names: dict[str, dict[int, str]] = {}
    for side in asked.report.sides:
        owner = lists.api.system.resource(side.noun)
        names[side.name] = {id: owner.name_of(row) for id, row in lists.known(side.noun).items()}
        if side.named and side.name in asked.by:
            told = ((getattr(row, side.column), getattr(row, side.named)) for row in rows)
            names[side.name] |= {id: name for id, name in told if id and name}
    return names


def _notes(asked: ReportQuestion, result: Result, lists: Lists) -> Iterator[str]:
    """Yield what a reader must know of the figures."""
    report, total, timers = asked.report, result.total, result.timers
    rows = report.rows.words
    if timers.count:
        on = "" if timers.running is None else f", {figure(timers.running)} with what runs"
        counted = f"{figure(timers.counted)} booked {report.unit}"
        yield f"{count(timers.count, 'running timer')} counted with {counted}{on}"
    if total.unpriced:
        yield f"{figure(total.unpriced)} {report.unit} have no known rate and are in no amount"
    if untold := total.seen.get("untold"):
        yield f"{untold} {rows} do not tell whether they are billable or billed; with billable=true or false they do"
    yield from _without(asked, result, lists)
    if "week" in asked.by:
        yield "weeks begin on Monday (ISO)"
    if lists.hidden:
        yield f"not shown to this user: {', '.join(lists.api.system.resource(noun).plural for noun in lists.hidden)}"


def _without(asked: ReportQuestion, result: Result, lists: Lists) -> Iterator[str]:
    """Yield records without any row, of unfiltered sides whose list was read anyway."""
    for side in asked.report.sides:
        if not _missable(asked, side) or side.noun not in lists.read:
            continue
        owner, at = lists.api.system.resource(side.noun), asked.by.index(side.name)
        there = {key[at] for key in result.groups}
        rows = [row for row in lists.read[side.noun].rows if row.id not in there and restoring(owner, row) is None]
        rows = [row for row in rows if not _came_after(row, asked.period)]
        if rows:
            more = f" and {len(rows) - MOST_WITHOUT} more" if len(rows) > MOST_WITHOUT else ""
            yield f"no {asked.report.unit}: {', '.join(name_and_id(owner, row) for row in rows[:MOST_WITHOUT])}{more}"


def _came_after(row: Record, period: Period) -> bool:
    """Return whether it was created after the period."""
    made = getattr(row, "created_at", None)
    return isinstance(made, datetime) and made.date() > period.last
