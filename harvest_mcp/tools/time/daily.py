"""A person's timesheet of one day, as it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, cast

from harvest_mcp.api import Api
from harvest_mcp.errors import Malformed, NotFound
from harvest_mcp.spec import Record, Resource, Scope
from harvest_mcp.wire.daily import Daily

Kind = Resource[Record]
Place = Scope[Record]


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
    @property
    def notes(self) -> str | None: ...


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


async def read(api: Api, place: Place, on: date | None = None, *, slim: bool = False) -> Sheet:
    """The timesheet of a day, or of today where its person is.

    Raises:
        Malformed: it is another day's.
        NotFound: this user may not see that person's.
    """
    at = replace(place, day=on)
    try:
        sheet = cast(Sheet, await api.ask(told_by_day(place.resource).sheet(at, slim=slim)))
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
    """The wire of a resource that has timesheets.

    Raises:
        TypeError: it has none.
    """
    if not isinstance(resource.wire, Daily):
        raise TypeError(f"{resource.plural} are not told by the day")
    return resource.wire


def entries(resource: Kind, sheet: Sheet) -> Sequence[Record]:
    """The rows of a timesheet."""
    return getattr(sheet, told_by_day(resource).rows) or ()


def running(resource: Kind, sheet: Sheet) -> Record | None:
    """The entry whose timer runs; a person has at most one (harvest-v1 18)."""
    return next((entry for entry in entries(resource, sheet) if cast(Entry, entry).running), None)


def yesterday(sheet: Sheet) -> date:
    return sheet.for_day - timedelta(days=1)


def wanted(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the given that have these names."""
    return {name: given[name] for name in names if name in given}
