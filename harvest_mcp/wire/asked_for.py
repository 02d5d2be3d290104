"""Check that a response is about what was asked: a faulty cache, a redirect or a stray byte may bring another."""

from collections.abc import Sequence
from datetime import date

from harvest_mcp.errors import Malformed, NotFound
from harvest_mcp.spec import Filter, Record, Scope, Value


class NotListed(NotFound):
    """The list was read, and the record asked for is not in it."""


def record(scope: Scope[Record], id: int | str, found: Record) -> None:
    """Check a record against the id or address it was asked for by, and its owner.

    Raises:
        Malformed: it is another.
    """
    told = found.id if isinstance(id, int) else getattr(found, scope.resource.named_by.address or "id")
    if str(told).casefold() != str(id).casefold():
        raise Malformed("another-record")
    _owned(scope, [found])


def place(scope: Scope[Record], where: Sequence[tuple[Filter, Value]], rows: Sequence[Record]) -> None:
    """Check that a list's rows are of the owner, and of the records whose paths were asked.

    Raises:
        Malformed: they say that they are of others.
    """
    _owned(scope, rows)
    for given, value in where:
        column = f"{given.ref}_id"
        if given.path and column in scope.resource.record.model_fields:
            _all(rows, column, value)


def week(day: date, days: tuple[date, date] | None) -> None:
    """Check a week's list against the day asked for and the days it says it covers.

    Raises:
        Malformed: it is another.
    """
    if days and not days[0] <= day <= days[1]:
        raise Malformed("another-week")


def _owned(scope: Scope[Record], rows: Sequence[Record]) -> None:
    if scope.parent:
        _all(rows, scope.resource.owner, scope.parent)


def _all(rows: Sequence[Record], column: str, value: Value) -> None:
    """Check that rows are of the scope asked for; a row that does not tell passes."""
    told = {getattr(row, column) for row in rows} - {None}
    if told and value not in told:
        raise Malformed("another-list")
