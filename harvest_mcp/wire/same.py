"""Whether an answer is about what was asked: a mixed cache, a redirect or a stray byte may bring somebody else's."""

import re
from collections.abc import Sequence
from datetime import date

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Filter, Part, Record, Resource, Value

WITHIN = re.compile(r"/(\d+)/")
"""The id of whose it is, in a path that says so."""


def record(resource: Resource[Record], id: int | str, found: Record) -> None:
    """Check one record by the id, or the handle, that it was asked for by, and by whose it is.

    Raises:
        Malformed: it is another.
    """
    told = found.id if isinstance(id, int) else getattr(found, resource.named_by.address or "id")
    if str(told).casefold() != str(id).casefold():
        raise Malformed("another-record")
    _owned(resource, [found])


def place(
    resource: Resource[Record],
    where: Sequence[tuple[Filter, Value]],
    rows: Sequence[Record],
    days: tuple[date, date] | None,
) -> None:
    """Check a list by whose it is, and by the week that it says it is of.

    Raises:
        Malformed: it is another.
    """
    _owned(resource, rows)
    for given, value in where:
        column = f"{given.ref}_id"
        if given.path and column in resource.record.model_fields:
            _all(rows, column, value)
        weekly = resource.week is not None and given.name == resource.week.day
        if weekly and days and isinstance(value, date) and not days[0] <= value <= days[1]:
            raise Malformed("another-week")


def day(resource: Resource[Record], sheet: Part) -> None:
    """Check a timesheet by the day in its address.

    Raises:
        Malformed: it is another day's.
    """
    daily = resource.daily
    if daily and resource.path != daily.view.path and daily.at(getattr(sheet, "for_day")) != resource.path:  # noqa: B009
        raise Malformed("another-day")


def _owned(resource: Resource[Record], rows: Sequence[Record]) -> None:
    if resource.owner and (id := WITHIN.search(resource.path)):
        _all(rows, resource.owner, int(id[1]))


def _all(rows: Sequence[Record], column: str, value: Value) -> None:
    """What a row does not tell is as it was asked for; strangers among the right rows are the caller's to leave out."""
    told = {getattr(row, column) for row in rows} - {None}
    if told and value not in told:
        raise Malformed("another-list")
