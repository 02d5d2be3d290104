"""Timesheets: a day or a week of one person's, and what more may be tracked on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Protocol, cast

from pydantic import AfterValidator

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed, Malformed, NotFound
from harvest_mcp.spec import Record, Resource, System
from harvest_mcp.tools.arguments import Argument, Arguments, model, owner
from harvest_mcp.tools.days import dated, spelled, today
from harvest_mcp.tools.kinds import TRUTH, problem
from harvest_mcp.tools.references import known, placed
from harvest_mcp.tools.render import as_csv, cells, count
from harvest_mcp.tools.spoken import SAID_SO, SPOKEN_DAY, Spoken
from harvest_mcp.tools.tool import Call, Hints, Tool

Kind = Resource[Record]
WEEK = 7
AT_ONCE = timedelta(seconds=5)
"""Between what one call changes."""


class Entry(Protocol):
    """What a row of a timesheet says."""

    @property
    def id(self) -> int: ...
    @property
    def hours(self) -> Decimal | None: ...
    @property
    def running(self) -> bool | None: ...
    @property
    def spent_at(self) -> date | None: ...
    @property
    def updated_at(self) -> datetime | None: ...
    @property
    def project_id(self) -> int | None: ...
    @property
    def task_id(self) -> int | None: ...
    @property
    def project(self) -> str | None: ...
    @property
    def task(self) -> str | None: ...


class Open(Protocol):
    """Something that time may be tracked on."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str | None: ...


class Project(Open, Protocol):
    """A project, with its tasks."""

    @property
    def client(self) -> str | None: ...
    @property
    def tasks(self) -> Sequence[Open] | None: ...


class Sheet(Protocol):
    """A day of one person."""

    @property
    def for_day(self) -> date: ...
    @property
    def projects(self) -> Sequence[Project] | None: ...


def sheet_day(resource: Kind, says: str) -> Argument:
    """The argument that names a day of which there may be a timesheet."""
    first = _first(resource)

    def check(given: date | Spoken) -> date | Spoken:
        if isinstance(given, date) and given < first:
            raise problem(f"starts at {first}")
        return given

    return Argument("day", Annotated[SPOKEN_DAY, AfterValidator(check)], says)


def _first(resource: Kind) -> date:
    return resource.daily.first if resource.daily else date.min


def timesheet_tool(system: System, resource: Kind) -> Tool:
    """`get_timesheet`: entries and exact totals."""
    name = "get_timesheet"
    takes = [
        sheet_day(resource, f"{SAID_SO}; default today"),
        Argument("week", TRUTH, "all of that week"),
        Argument("projects", TRUTH, "also what may be tracked on"),
        *owner(resource),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = await dated(call, system, arguments), call.api(system)
        place = await placed(api, resource, given)
        on = given.get("day")
        slim = not given.get("projects")
        if given.get("week"):
            start = (await call.who(system)).week_start()
            days = _week(on or await today(call, system), start, _first(resource))
            sheets = []
            for number, each in enumerate(days, 1):
                await call.progress(f"day {number} of {len(days)}")
                sheets.append(await read(api, place, each, slim=slim or number < len(days)))
        else:
            sheets = [await read(api, place, on, slim=slim)]
        late = await _since_yesterday(api, place, sheets[0]) if _begins_today(arguments, sheets) else None
        told = _told(resource, sheets, late)
        return told if slim else f"{told}\n{_offered(sheets[-1])}"

    return Tool(
        name=name,
        says="Time entries of a day or week, with totals.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )


async def read(api: Api, place: Kind, on: date | None = None, *, slim: bool = False) -> Sheet:
    """The timesheet of a day, or of today where its person is.

    Raises:
        Malformed: it is another day's.
        NotFound: this user may not see that person's.
    """
    assert place.daily is not None  # noqa: S101 - only resources told by the day come here
    at = place.under({place.daily.column: on})
    view = replace(place.daily.view, path=at.path, query=(*at.query, *(place.daily.slim if slim else ())))
    try:
        sheet = cast(Sheet, await api.view(view))
    except NotFound:
        if not at.query:
            raise
        raise NotFound(
            f"{api.system.title} shows this user no timesheet of that person (404).",
            next="Only administrators see others': leave person out, or check the id.",
        ) from None
    if on is not None and sheet.for_day != on:
        raise Malformed("another-day")
    return sheet


def entries(place: Kind, sheet: Sheet) -> Sequence[Record]:
    """The rows of a timesheet."""
    assert place.daily is not None  # noqa: S101 - as above
    return getattr(sheet, place.daily.rows) or ()


def running(place: Kind, sheet: Sheet) -> Record | None:
    """The entry whose timer runs; a person has at most one (harvest-v1 18)."""
    return next((entry for entry in entries(place, sheet) if cast(Entry, entry).running), None)


def _begins_today(arguments: Arguments, sheets: Sequence[Sheet]) -> bool:
    """Whether today's sheet is the first of these, and nobody asked for another day."""
    asked = arguments.given().get("day")
    return len(sheets) == 1 and (asked is None or (isinstance(asked, Spoken) and asked.word == "today"))


async def _since_yesterday(api: Api, place: Kind, sheet: Sheet) -> Record | None:
    """The timer that was started before midnight, and is on the sheet of its day: looked for where today's has none."""
    if running(place, sheet):
        return None
    return running(place, await read(api, place, yesterday(sheet), slim=True))


async def stopped(api: Api, place: Kind, sheet: Sheet, started: Entry, hours: Decimal) -> Record | None:
    """The entry of the day before whose timer the start of another stopped at these hours: both changed at once."""
    try:
        before = entries(place, await read(api, place, yesterday(sheet), slim=True))
    except CallFailed:
        return None
    rows = [cast(Entry, row) for row in before]
    fit = [row for row in rows if row.hours == hours and not row.running and _at_once(row, started)]
    return cast(Record, fit[0]) if len(fit) == 1 else None


def _at_once(one: Entry, other: Entry) -> bool:
    if one.updated_at is None or other.updated_at is None:
        return False
    return abs(one.updated_at - other.updated_at) <= AT_ONCE


def _week(on: date, start: int, earliest: date) -> list[date]:
    first = on.toordinal() - (on.weekday() - start) % WEEK
    there = range(max(first, earliest.toordinal()), min(first + WEEK, date.max.toordinal() + 1))
    return [date.fromordinal(each) for each in there]


def _told(resource: Kind, sheets: Sequence[Sheet], late: Record | None) -> str:
    """Every row, and totals that are exact, since all of the days were read; `late` runs on a sheet of before."""
    rows = [entry for sheet in sheets for entry in entries(resource, sheet)]
    days = [spelled(sheet.for_day) for sheet in (sheets[0], sheets[-1])]
    head = f"# {days[0]}" if len(sheets) == 1 else f"# {days[0]} to {days[1]}"
    head += f": {count(len(rows), 'entry', 'entries')}, {_hours(rows)} hours"
    columns = ("id", *(name for name in resource.summary() if name != "id"))
    table, taken = as_csv(columns, (cells(row, columns) for row in rows)) if rows else ("", 0)
    if taken < len(rows):
        head += f"; the first {taken} are shown, the total is of all"
    if timers := [cast(Entry, row).id for row in rows if cast(Entry, row).running]:
        head += f"; a timer runs on {', '.join(map(str, timers))}"
    if late and (on := cast(Entry, late).spent_at):
        head += f"; a timer runs on {known(resource, late)}, whose hours go to {spelled(on)}"
    each = [f"{spelled(sheet.for_day)}: {_hours(entries(resource, sheet))}" for sheet in sheets if len(sheets) > 1]
    return "\n".join(part for part in (head, "; ".join(each), table.rstrip("\n")) if part)


def _hours(rows: Sequence[Record]) -> str:
    """Their sum; what cannot be read adds to it, nobody knows how much."""
    told = format(sum((cast(Entry, row).hours or Decimal(0) for row in rows), Decimal("0.00")), "f")
    return f"at least {told}" if any("hours" in row.unread for row in rows) else told


def _offered(sheet: Sheet) -> str:
    pairs = [(project, task) for project in sheet.projects or () for task in project.tasks or ()]
    if not pairs:
        return "# nothing to track on: the sheet is read-only, or nobody put this person on a project"
    columns = ("project_id", "project", "client", "task_id", "task")
    table, taken = as_csv(columns, ((one.id, one.name, one.client, two.id, two.name) for one, two in pairs))
    cut = f"; the first {taken}" if taken < len(pairs) else ""
    return f"# {count(len(pairs), 'task')} to track on{cut}\n{table.rstrip()}"


def yesterday(sheet: Sheet) -> date:
    return sheet.for_day - timedelta(days=1)


def wanted(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the given that have these names."""
    return {name: given[name] for name in names if name in given}
