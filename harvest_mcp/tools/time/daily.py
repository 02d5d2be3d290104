"""Read one person's timesheet of one day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Protocol, cast

from harvest_mcp.api import Api, Scan
from harvest_mcp.errors import Malformed, NotFound
from harvest_mcp.spec import Part, Record, Resource, Scope
from harvest_mcp.systems.harvest.day_entries import DayEntry
from harvest_mcp.systems.harvest.time_entries import OpenProject, OpenTask, TimeEntry, Timesheet
from harvest_mcp.text.unread import listed
from harvest_mcp.tools.arguments.spellings import said_id
from harvest_mcp.wire.daily import Daily

RUNNING = "running"
"""The column that says whether a timer runs, and the filter for those that do, if there is one."""
Kind = Resource[Record]
Place = Scope[Record]


Open = OpenProject | OpenTask
"""A project and a task that time may be tracked on."""


class ListedByDay(Protocol):
    """A wire with one list of all days; `sheet` makes a timesheet of it, with the projects `open` to the person."""

    @property
    def rows(self) -> str: ...
    @property
    def first(self) -> date: ...
    @property
    def open(self) -> Kind: ...
    @property
    def sheet(self) -> Callable[[date, Sequence[Record], Sequence[Record]], Part]: ...


def entry_of(record: Part) -> TimeEntry:
    """Return a timesheet row as a time entry.

    Raises:
        TypeError: the record is of another kind.
    """
    if not isinstance(record, TimeEntry):
        raise TypeError(f"{type(record).__name__} is no time entry")
    return record


def tracked(record: Part) -> TimeEntry | DayEntry:
    """Return a timesheet or report row as time tracked.

    Raises:
        TypeError: the record is of another kind.
    """
    return record if isinstance(record, DayEntry) else entry_of(record)


def sheet_of(view: Part) -> Timesheet:
    """Return a view as a timesheet.

    Raises:
        TypeError: the view is another.
    """
    if not isinstance(view, Timesheet):
        raise TypeError(f"{type(view).__name__} is no timesheet")
    return view


async def read(api: Api, place: Place, on: date | None = None, *, slim: bool = False) -> Timesheet:
    """Return the timesheet of a day, or of today where its person is.

    Raises:
        Malformed: it is of another day.
        NotFound: this user may not see that person's.
    """
    wire, at = told_by_day(place.resource), replace(place, day=on)
    try:
        if not isinstance(wire, Daily):
            return await _of_list(api, at, wire, slim=slim)
        sheet = sheet_of(await api.ask(wire.sheet(at, slim=slim)))
    except NotFound:
        if not at.person:
            raise
        raise NotFound(
            f"{api.system.title} shows this user no timesheet of that person (404).",
            next="Only administrators see others': leave person out, or check the id.",
        ) from None
    if on is not None and sheet.for_day != on:
        raise Malformed("another-day")
    return sheet


async def _of_list(api: Api, at: Place, wire: ListedByDay, *, slim: bool) -> Timesheet:
    """Return the timesheet as part of the list of all entries; of today and the caller by default.

    Raises:
        Incomplete: the list did not come whole.
    """
    day, person = at.day, at.person
    if day is None or person is None:
        today, me = await api.here()
        day, person = day or today, person or me
    places = [replace(at, day=day, person=person), *([] if slim else [Scope(wire.open, person=at.person)])]
    found = await api.all_of(*(partial(api.scan, each) for each in places))
    for each, of in zip(places, found, strict=True):
        of.every(each.resource.words)
    rows, open_ = found[0].rows, () if slim else found[1].rows
    return sheet_of(wire.sheet(day, rows, open_))


def enough(resource: Kind, given: Mapping[str, Any], *names: str) -> bool:
    """Return whether project and task are given as ids, and reading the open ones for names would cost a call."""
    apart = not isinstance(told_by_day(resource), Daily)
    return apart and all(said_id(str(given.get(name, 0)), name) is not None for name in names)


def told_by_day(resource: Kind) -> Daily | ListedByDay:
    """Return the wire of a resource that has timesheets.

    Raises:
        TypeError: it has none.
    """
    if not resource.wire.day:
        raise TypeError(f"{resource.plural} are not told by the day")
    return cast("Daily | ListedByDay", resource.wire)


def entries(resource: Kind, sheet: Timesheet) -> Sequence[Record]:
    """Return the rows of a timesheet."""
    return getattr(sheet, told_by_day(resource).rows) or ()


def of_one(resource: Kind) -> tuple[str, ...]:
    """Return the list columns without the person, for entries of one person."""
    whose = resource.wire.acting.noun if resource.wire.acting else ""
    return ("id", *(name for name in resource.summary() if name not in ("id", whose)))


def running(resource: Kind, sheet: Timesheet) -> Record | None:
    """Return the entry whose timer runs; a person has at most one (harvest-v1 18)."""
    return next((entry for entry in entries(resource, sheet) if entry_of(entry).running), None)


def running_unread(rows: Sequence[Record]) -> str:
    """Return which of these entries may run, although none is known to: `running of 29009 cannot be read`."""
    ids = [row.id for row in rows if RUNNING in row.unread and not entry_of(row).running]
    return f"{RUNNING} of {listed(ids)} cannot be read" if ids else ""


def unread_timers(found: Scan[Record]) -> str:
    """Return what of a list of running timers is missing or could not be read; empty if nothing is."""
    short = "" if found.whole else f"the list did not come whole, {found.told}"
    return "; ".join(each for each in (short, running_unread(found.rows)) if each)


def yesterday(sheet: Timesheet) -> date:
    return sheet.for_day - timedelta(days=1)


def wanted(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the given arguments of these names."""
    return {name: given[name] for name in names if name in given}
