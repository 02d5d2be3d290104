"""Timesheets: a day or a week of one person, and what more they may track time on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator

from harvest_mcp.spec import Record, Resource, Scope, System
from harvest_mcp.systems.harvest.time_entries import Timesheet
from harvest_mcp.text.render import as_csv, cells, count
from harvest_mcp.tools.address import RecordAddress
from harvest_mcp.tools.arguments.dates_and_hours import (
    SAID_SO,
    SPOKEN_DAY,
    SPOKEN_WEEK,
    Spoken,
    resolve_dates,
    spelled,
    today,
)
from harvest_mcp.tools.arguments.model import Argument, model, owner
from harvest_mcp.tools.arguments.owners import whose
from harvest_mcp.tools.arguments.references import locate, name_and_id
from harvest_mcp.tools.arguments.spellings import problem
from harvest_mcp.tools.arguments.value_types import TRUTH
from harvest_mcp.tools.records.columns import columns_of
from harvest_mcp.tools.time.daily import entries, entry_of, of_one, read, running, running_unread, told_by_day
from harvest_mcp.tools.time.running_timers import FoundTimer, timer_of_before
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
WEEK = 7
CLOCKED = ("started_at", "ended_at")
LOCKED = "is_locked"


def sheet_day(resource: Kind, says: str) -> Argument:
    """Return the argument for a day that may have a timesheet."""
    first = _first(resource)

    def check(given: date | Spoken) -> date | Spoken:
        if isinstance(given, date) and given < first:
            raise problem(f"must be at least {first}")
        return given

    return Argument("day", Annotated[SPOKEN_DAY, AfterValidator(check)], says)


def _first(resource: Kind) -> date:
    return told_by_day(resource).first


def timesheet_tool(system: System, resource: Kind) -> Tool:
    """Return `get_timesheet`: entries and exact totals."""
    name = "get_timesheet"
    day = sheet_day(resource, f"{SAID_SO}; default today")
    takes = [
        replace(day, type=Annotated[day.type, SPOKEN_WEEK]),
        Argument("week", TRUTH),
        Argument("projects", TRUTH, "also what to track on"),
        Argument("fields", columns_of(resource)),
        *owner(resource),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = await resolve_dates(call, system, arguments), call.api(system)
        said = arguments.given().get("day")
        by_number = isinstance(said, Spoken) and said.week is not None
        given["week"] = given.get("week") or (isinstance(said, Spoken) and said.whole)
        place = await locate(api, resource, given)
        on = given.get("day")
        slim = not given.get("projects")
        if given.get("week"):
            start = 0 if by_number else (await call.who(system)).week_start()  # weeks have numbers from Monday on
            days = _week(on or await today(call, system), start, _first(resource))
            sheets, late = await _week_of(call, system, place, days, slim=slim, late=_from_today(given, arguments))
        else:
            sheets, late = [await read(api, place, on, slim=slim)], FoundTimer()
            if _from_today(given, arguments) and not running(place.resource, sheets[0]):
                late = await timer_of_before(call, system, place, sheets[0].for_day, thorough=False)
        of = await whose(api, place)
        told = _told(resource, sheets, late, _columns(resource, sheets, given.get("fields")), of)
        return told if slim else f"{told}\n{_offered(sheets[-1])}"

    return Tool(
        name=name,
        says="Time of a day or week, with totals.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
        address=RecordAddress(
            system, "timesheet", "week", _of_week, "The week of a timesheet, such as 2026-W48, or of a day."
        ),
    )


async def _week_of(
    call: Call, system: System, place: Scope[Record], days: Sequence[date], *, slim: bool, late: bool
) -> tuple[list[Timesheet], FoundTimer]:
    """Return the sheets of these days, and an earlier timer if that is wanted and none runs on these.

    It is looked for while the other days are read, once today's sheet has none: a timer is mostly on today's.
    """
    api, now = call.api(system), await today(call, system) if late else None

    async def said(done: int) -> None:
        await call.progress(f"day {done + 1} of {len(days)}")

    async def of(day: date) -> tuple[Timesheet, FoundTimer]:
        sheet = await read(api, place, day, slim=slim or day != days[-1])
        if day != now or running(place.resource, sheet):
            return sheet, FoundTimer()
        return sheet, await timer_of_before(call, system, place, day, thorough=False)

    in_order = sorted(days, key=lambda day: day != now)
    found = dict(zip(in_order, await api.all_of(*(partial(of, day) for day in in_order), done=said), strict=True))
    sheets = [found[day][0] for day in days]
    if now not in found or any(running(place.resource, sheet) for sheet in sheets):
        return sheets, FoundTimer()
    return sheets, found[now][1]


def _of_week(said: str) -> Mapping[str, Any]:
    """Return the arguments for a week, given as `2026-W48` or as a day."""
    return {"day": said, "week": True}


def _from_today(given: Mapping[str, Any], arguments: Arguments) -> bool:
    """Return whether today's sheet is among these, and nobody asked for another day."""
    asked = arguments.given().get("day")
    return "day" not in given or (
        isinstance(asked, Spoken) and asked.word == "today" and not asked.weeks and not asked.week
    )


def _week(on: date, start: int, earliest: date) -> list[date]:
    first = on.toordinal() - (on.weekday() - start) % WEEK
    there = range(max(first, earliest.toordinal()), min(first + WEEK, date.max.toordinal() + 1))
    return [date.fromordinal(each) for each in there]


def _columns(resource: Kind, sheets: Sequence[Timesheet], asked: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns asked for; by default those of lists, times if the account keeps them, and locks if any."""
    if asked:
        return tuple(dict.fromkeys(("id", *asked)))
    rows = [entry for sheet in sheets for entry in entries(resource, sheet)]
    kept = [name for name in (*CLOCKED, LOCKED) if any(getattr(row, name, None) for row in rows)]
    return (*of_one(resource), *kept)


def _told(resource: Kind, sheets: Sequence[Timesheet], late: FoundTimer, columns: tuple[str, ...], of: str) -> str:
    """Return every row and exact totals, since all days were read; `late` runs on another sheet, `of` says whose they
    are."""
    rows = [entry for sheet in sheets for entry in entries(resource, sheet)]
    days = [spelled(sheet.for_day) for sheet in (sheets[0], sheets[-1])]
    head = f"# {days[0]}" if len(sheets) == 1 else f"# {days[0]} to {days[1]}"
    head += f"{of}: {count(len(rows), 'entry', 'entries')}, {_hours(rows)} hours"
    table, taken = as_csv(columns, (cells(row, columns) for row in rows)) if rows else ("", 0)
    if taken < len(rows):
        head += f"; the first {taken} are shown, the total is of all"
    if timers := [entry_of(row).id for row in rows if entry_of(row).running]:
        head += f"; a timer runs on {', '.join(map(str, timers))}"
    elif doubt := running_unread(rows):
        head += f"; {doubt}"
    if late.record and (on := entry_of(late.record).spent_at):
        head += f"; a timer runs on {name_and_id(resource, late.record)}, whose hours go to {spelled(on)}"
    elif late.doubt and late.doubt not in head:
        head += f"; whether a timer runs on another day is not known: {late.doubt}"
    elif not late.looked:
        head += "; whether a timer of before yesterday runs is not known: stop_timer looks"
    each = [f"{spelled(sheet.for_day)}: {_hours(entries(resource, sheet))}" for sheet in sheets if len(sheets) > 1]
    return "\n".join(part for part in (head, "; ".join(each), table.rstrip("\n")) if part)


def _hours(rows: Sequence[Record]) -> str:
    """Return the total, and whether some hours could not be read."""
    told = format(sum((entry_of(row).hours or Decimal(0) for row in rows), Decimal("0.00")), "f")
    return f"at least {told}" if any("hours" in row.unread for row in rows) else told


def _offered(sheet: Timesheet) -> str:
    pairs = [(project, task) for project in sheet.projects or () for task in project.tasks or ()]
    if not pairs:
        return "# nothing to track on: the sheet is read-only, or nobody put this person on a project"
    columns = ("project_id", "project", "client", "task_id", "task")
    table, taken = as_csv(columns, ((one.id, one.name, one.client, two.id, two.name) for one, two in pairs))
    cut = f"; the first {taken}" if taken < len(pairs) else ""
    return f"# {count(len(pairs), 'task')} to track on{cut}\n{table.rstrip()}"
