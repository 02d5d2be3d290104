"""Rows read out of a list: how much of it they are, and which of them a filter leaves."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Generic, TypeVar

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Cursor, Filter, Record, Value
from harvest_mcp.text.folding import fold

R = TypeVar("R", bound=Record)
ID: Callable[[Record], int] = attrgetter("id")


@dataclass(frozen=True, slots=True)
class Scan(Generic[R]):
    """Records by ascending id, out of so many pages read.

    `part` says which part of all this is, where the vendor gives no more; `days` the first and the last it is of.
    """

    rows: list[R]
    read: int = 1
    next: Cursor | None = None
    """Where the list goes on."""
    total: str = "1"
    """How many pages there are, in words."""
    part: str = ""
    days: tuple[date, date] | None = None
    highest: int = 0
    """The highest id seen, of rows that were narrowed away too; 0 when there is none."""
    newest: bool = True
    """Whether the newest are among them: all were read, or the last page too of a list in the order of its ids."""
    cut: bool = False
    """Whether a page of it was missing."""

    @property
    def told(self) -> str:
        """Which pages were read, or which part."""
        if self.part:
            return self.part
        pages = "page 1" if self.read == 1 else f"pages 1 to {self.read}"
        return f"only {pages} of {self.total} read"

    @property
    def whole(self) -> bool:
        """Whether every page was read, and that is all there is."""
        return self.next is None and not self.part


def by_id(found: Mapping[int, R]) -> list[R]:
    ids = sorted(found)
    return [*found.values()] if ids == [*found] else [*map(found.__getitem__, ids)]


def behind(rows: Sequence[R], id: int) -> Sequence[R]:
    """Return those with a higher id, of rows by ascending id."""
    return rows[bisect_right(rows, id, key=ID) :] if id else rows


def one_way(ids: Sequence[int]) -> bool:
    """Return whether these come in the order of the ids, whichever."""
    ordered = sorted(ids)
    return list(ids) in (ordered, ordered[::-1])


def _any(told: Any, wanted: Any) -> bool:
    """Return whether one of the texts wanted is in it."""
    return any(fold(each) in fold(told or "") for each in wanted)


COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda told, wanted: bool(told == wanted),
    "from": lambda told, wanted: told is None or bool(told >= wanted),  # some eras do not tell when: that is no "no"
    "before": lambda told, wanted: told is not None and bool(told < wanted),
    "any": _any,
}


def tells(record: type[Record], known: Filter, value: Value) -> bool:
    """Return whether such rows say what a filter narrows by, so that each is to be looked at."""
    if known.column or value is None:
        return True
    return bool(known.ref) and (f"{known.ref}_id" in record.model_fields or record.model_config.get("extra") == "allow")


def is_of(row: Record, known: Filter, value: Value) -> bool:
    """Return whether a filter leaves this row, whatever the vendor made of it; one whose cell cannot be read stays.

    Raises:
        Malformed: the vendor narrows the list by a column that this row does not tell.
    """
    column = known.column or (f"{known.ref}_id" if known.ref else "")
    if column in row.unread:
        return True
    if known.column:
        return COMPARES[known.compares](getattr(row, column), value)
    told = getattr(row, column, value) if known.ref else value
    if told is None and known.query:
        raise Malformed(f"missing-{column}")
    return told in (None, value)
