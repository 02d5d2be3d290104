"""A person's timesheet of one day, as it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from harvest_mcp.api import Api
from harvest_mcp.errors import Malformed, NotFound
from harvest_mcp.spec import Part, Record, Resource, Scope
from harvest_mcp.systems.harvest.day_entries import DayEntry
from harvest_mcp.systems.harvest.time_entries import OpenProject, OpenTask, TimeEntry, Timesheet
from harvest_mcp.wire.daily import Daily

Kind = Resource[Record]
Place = Scope[Record]


Open = OpenProject | OpenTask
"""Something that time may be tracked on."""


def entry_of(record: Part) -> TimeEntry:
    """Return a row of a timesheet as the time entry it is.

    Raises:
        TypeError: it is a record of another kind.
    """
    if not isinstance(record, TimeEntry):
        raise TypeError(f"{type(record).__name__} is no time entry")
    return record


def tracked(record: Part) -> TimeEntry | DayEntry:
    """Return a row of a timesheet, or of a report, as the time it is.

    Raises:
        TypeError: it is a record of another kind.
    """
    return record if isinstance(record, DayEntry) else entry_of(record)


def sheet_of(view: Part) -> Timesheet:
    """Return a view as the timesheet it is.

    Raises:
        TypeError: it is another view.
    """
    if not isinstance(view, Timesheet):
        raise TypeError(f"{type(view).__name__} is no timesheet")
    return view


async def read(api: Api, place: Place, on: date | None = None, *, slim: bool = False) -> Timesheet:
    """Return the timesheet of a day, or of today where its person is.

    Raises:
        Malformed: it is another day's.
        NotFound: this user may not see that person's.
    """
    at = replace(place, day=on)
    try:
        sheet = sheet_of(await api.ask(told_by_day(place.resource).sheet(at, slim=slim)))
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


def told_by_day(resource: Kind) -> Daily:
    """Return the wire of a resource that has timesheets.

    Raises:
        TypeError: it has none.
    """
    if not isinstance(resource.wire, Daily):
        raise TypeError(f"{resource.plural} are not told by the day")
    return resource.wire


def entries(resource: Kind, sheet: Timesheet) -> Sequence[Record]:
    """Return the rows of a timesheet."""
    return getattr(sheet, told_by_day(resource).rows) or ()


def running(resource: Kind, sheet: Timesheet) -> Record | None:
    """Return the entry whose timer runs; a person has at most one (harvest-v1 18)."""
    return next((entry for entry in entries(resource, sheet) if entry_of(entry).running), None)


def yesterday(sheet: Timesheet) -> date:
    return sheet.for_day - timedelta(days=1)


def wanted(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return those of the given that have these names."""
    return {name: given[name] for name in names if name in given}
