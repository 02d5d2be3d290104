"""The result of reading a list: its rows, how complete they are, and which rows pass a filter."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any, Generic, TypeVar

from harvest_mcp.errors import Incomplete, Malformed
from harvest_mcp.spec import Cursor, Filter, Page, Record, Value
from harvest_mcp.text.folding import fold

R = TypeVar("R", bound=Record)
ID: Callable[[Record], int] = attrgetter("id")


@dataclass(frozen=True, slots=True)
class Scan(Generic[R]):
    """Records by ascending id, and how many pages were read.

    `part` says in words which part of the list this is, if not all of it; `days` are the first and last day it covers.
    """

    rows: list[R]
    read: int = 1
    next: Cursor | None = None
    """The page at which reading stopped."""
    total: str = "1"
    """The number of pages, in words."""
    part: str = ""
    days: tuple[date, date] | None = None
    highest: int = 0
    """The highest id received, including rows that a filter dropped; 0 if there were none."""
    newest: bool = True
    """Whether the newest records are included: all pages were read, or the last one of a list ordered by id."""
    cut: bool = False
    """Whether some of it is missing: a page, or rows that the vendor counts."""

    @property
    def told(self) -> str:
        """Which pages, or which part, were read."""
        if self.part:
            return self.part
        pages = "page 1" if self.read == 1 else f"pages 1 to {self.read}"
        return f"only {pages} of {self.total} read"

    @property
    def whole(self) -> bool:
        """Whether every page was read and the list is not partial."""
        return self.next is None and not self.part

    def every(self, words: str) -> list[R]:
        """Return the rows of a whole list; `words` names it.

        Raises:
            Incomplete: not all came.
        """
        if not self.whole:
            raise Incomplete.behind(words, read=self.told, cut=self.cut)
        return self.rows


def by_id(found: Mapping[int, R]) -> list[R]:
    ids = sorted(found)
    return [*found.values()] if ids == [*found] else [*map(found.__getitem__, ids)]


def at_odds(page: Page[R]) -> Page[R]:
    """Return a page, `short` if two different rows of it have one id, as only one of them is kept."""
    found = dict(zip(map(ID, page.rows), page.rows, strict=True))
    if page.short or len(found) == len(page.rows):
        return page
    twice = next((row.id for row in page.rows if row != found[row.id]), None)
    return page if twice is None else replace(page, short=f"two different rows have the id {twice}")


def behind(rows: Sequence[R], id: int) -> Sequence[R]:
    """Return the rows with a higher id, of rows by ascending id."""
    return rows[bisect_right(rows, id, key=ID) :] if id else rows


def one_way(ids: Sequence[int]) -> bool:
    """Return whether these ids only rise or only fall."""
    ordered = sorted(ids)
    return list(ids) in (ordered, ordered[::-1])


def _any(told: Any, wanted: Any) -> bool:
    """Return whether one of the wanted texts is contained."""
    return any(fold(each) in fold(told or "") for each in wanted)


COMPARES: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda told, wanted: bool(told == wanted),
    "from": lambda told, wanted: told is None or bool(told >= wanted),  # some eras leave dates out: unknown is not "no"
    "before": lambda told, wanted: told is not None and bool(told < wanted),
    "any": _any,
}


def tells(record: type[Record], known: Filter, value: Value) -> bool:
    """Return whether rows have the column a filter narrows by, so that each row must be checked."""
    if known.column or value is None:
        return True
    return bool(known.ref) and (f"{known.ref}_id" in record.model_fields or record.model_config.get("extra") == "allow")


def is_of(row: Record, known: Filter, value: Value) -> bool:
    """Return whether a row passes a filter; one whose column could not be parsed does.

    Raises:
        Malformed: the vendor applies the filter to a column that this row lacks.
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
