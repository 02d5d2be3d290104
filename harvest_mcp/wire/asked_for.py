"""Whether an answer is about what was asked: a mixed cache, a redirect or a stray byte may bring somebody else's."""

from collections.abc import Sequence
from datetime import date

from harvest_mcp.errors import Malformed, NotFound
from harvest_mcp.spec import Filter, Record, Scope, Value


class NotListed(NotFound):
    """The list came, and the record that was asked for is not in it."""


def record(scope: Scope[Record], id: int | str, found: Record) -> None:
    """Check one record by the id, or the handle, that it was asked for by, and by whose it is.

    Raises:
        Malformed: it is another.
    """
    told = found.id if isinstance(id, int) else getattr(found, scope.resource.named_by.address or "id")
    if str(told).casefold() != str(id).casefold():
        raise Malformed("another-record")
    _owned(scope, [found])


def place(scope: Scope[Record], where: Sequence[tuple[Filter, Value]], rows: Sequence[Record]) -> None:
    """Check a list by whose it is.

    Raises:
        Malformed: it is another.
    """
    _owned(scope, rows)
    for given, value in where:
        column = f"{given.ref}_id"
        if given.path and column in scope.resource.record.model_fields:
            _all(rows, column, value)


def week(day: date, days: tuple[date, date] | None) -> None:
    """Check a week's list by the day it was asked for by, and the days that it says it is of.

    Raises:
        Malformed: it is another.
    """
    if days and not days[0] <= day <= days[1]:
        raise Malformed("another-week")


def _owned(scope: Scope[Record], rows: Sequence[Record]) -> None:
    if scope.parent:
        _all(rows, scope.resource.owner, scope.parent)


def _all(rows: Sequence[Record], column: str, value: Value) -> None:
    """Check that the rows are of the place asked for; what a row does not tell is taken as right."""
    told = {getattr(row, column) for row in rows} - {None}
    if told and value not in told:
        raise Malformed("another-list")
