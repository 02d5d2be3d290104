"""Paged lists: read as few of the vendor's pages as the answer needs, and continue where the last answer ended."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.spec import Cursor, Page, Record
from harvest_mcp.tools.records.cursors import digits
from harvest_mcp.tools.tool import Progress


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The end of an answer: the vendor's page, counted from 1, and how many of its rows were used.

    `at` is the cursor of that page; None for the first.
    """

    page: int = 1
    rows: int = 0
    at: Cursor | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The same as parts of a cursor."""
        return (str(self.page), str(self.rows), *([self.at] if self.at else ()))

    @classmethod
    def of(cls, parts: Sequence[str]) -> "Bookmark":
        """Return the position in a cursor's parts.

        Raises:
            ValueError: they are of another kind of cursor.
        """
        page, rows, *at = parts
        return cls(digits(page), digits(rows), Cursor(".".join(at)) if at else None)


@dataclass(frozen=True, slots=True)
class RowsRead:
    """Rows with the position after each, the pages read, and where to continue; None at the end."""

    rows: list[Record]
    behind: list[Bookmark]
    first: int
    last: int
    of: str
    """The number of pages, in words."""
    on: Bookmark | None
    note: str = ""
    """What is missing, if the vendor does not tell all rows."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which rows are wanted, and when there are enough.

    `weigh` returns how many characters of the answer a row takes, of which `room` fit; no page after that of a `hit` is
    read.
    """

    sift: Callable[[Sequence[Record]], Awaitable[Sequence[bool]]]
    limit: int
    weigh: Callable[[Record], int]
    room: int
    hit: Callable[[Record], bool]


async def read_on(
    pages: AsyncIterator[Page[Record]], wanted: Criteria, *, start: Bookmark, most: int, progress: Progress
) -> RowsRead:
    """Return the wanted rows from a position on, reading at most `most` pages; `pages` start with the position's."""
    found: dict[int, tuple[Record, Bookmark]] = {}
    first = last = number = start.page
    at, skip = start.at, start.rows
    weight, enough, note = 0, False, ""
    async for page in pages:
        if page.missing:
            said = f"; page {number} is not there (404), so there may be more"
            return _read(found, (first, last, page.total), None, f"{note}{said}")
        last = number
        rows = page.rows[skip:]
        for index, (row, fits) in enumerate(zip(rows, await wanted.sift(rows), strict=True), skip + 1):
            if len(found) == wanted.limit:
                return _read(found, (first, last, page.total), Bookmark(number, index - 1, at), note)
            if fits and row.id not in found:
                found[row.id] = (row, Bookmark(number, index, at))
                weight, enough = weight + wanted.weigh(row), enough or wanted.hit(row)
        if page.alone:
            return _read(found, (first, last, page.total), None, ", since the vendor does not say how many")
        note = f"; {page.short}, so there may be more" if page.short else note
        if page.next is None:
            break
        at, skip = page.next, 0
        full = len(found) == wanted.limit or weight > wanted.room
        if full or enough or number - first + 1 >= most:
            return _read(found, (first, last, page.total), Bookmark(number + 1, 0, at), note)
        await progress(f"Read page {number} of {page.total}.")
        number += 1
    return _read(found, (first, last, str(last)), None, note)


def _read(
    found: Mapping[int, tuple[Record, Bookmark]], read: tuple[int, int, str], on: Bookmark | None, note: str = ""
) -> RowsRead:
    return RowsRead([row for row, _ in found.values()], [place for _, place in found.values()], *read, on, note)
