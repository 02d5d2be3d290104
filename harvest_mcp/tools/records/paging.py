"""Lists the vendor gives page by page: read as few pages as the answer needs, and go on where the last one ended."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass

from harvest_mcp.spec import Cursor, Page, Record
from harvest_mcp.tools.tool import Progress


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a page of an answer ends: in which page of the vendor's, counted from 1, behind how many of its rows.

    `at` is how the vendor's page is asked for; None for the first.
    """

    page: int = 1
    rows: int = 0
    at: Cursor | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The same as words of a cursor."""
        return (str(self.page), str(self.rows), *([self.at] if self.at else ()))

    @classmethod
    def of(cls, parts: Iterable[str]) -> "Bookmark":
        """Where an answer ended, from the words of its cursor.

        Raises:
            ValueError: they are of no such cursor.
        """
        page, rows, *at = parts
        return cls(digits(page), digits(rows), Cursor(".".join(at)) if at else None)


def digits(text: str) -> int:
    """A number of a cursor.

    Raises:
        ValueError: it is none that this server wrote.
    """
    if not (text.isascii() and text.isdigit()):
        raise ValueError
    return int(text)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some rows with the place behind each, the pages read for them, and where to go on; None at the end."""

    rows: list[Record]
    behind: list[Bookmark]
    first: int
    last: int
    of: str
    """How many pages there are, in words."""
    on: Bookmark | None
    note: str = ""
    """What is wanting, where the vendor does not tell all there are."""


async def leaf(
    pages: AsyncIterator[Page[Record]],
    *,
    fits: Callable[[Record], bool],
    start: Bookmark,
    limit: int,
    most: int,
    progress: Progress,
) -> Leaf:
    """At most `limit` rows that fit, from a place on, out of at most `most` pages; `pages` begin with the place's."""
    found: dict[int, tuple[Record, Bookmark]] = {}
    first = last = number = start.page
    at, skip = start.at, start.rows
    async for page in pages:
        if page.missing:
            said = f"; page {number} is not there (404), so there may be more"
            return _leaf(found, (first, last, page.total), None, said)
        last = number
        for index, row in enumerate(page.rows[skip:], skip + 1):
            if len(found) == limit:
                return _leaf(found, (first, last, page.total), Bookmark(number, index - 1, at))
            if fits(row):
                found.setdefault(row.id, (row, Bookmark(number, index, at)))
        if page.alone:
            return _leaf(found, (first, last, page.total), None, ", since the vendor does not say how many")
        if page.next is None:
            break
        at, skip = page.next, 0
        if len(found) == limit or number - first + 1 >= most:
            return _leaf(found, (first, last, page.total), Bookmark(number + 1, 0, at))
        await progress(f"Read page {number} of {page.total}.")
        number += 1
    return _leaf(found, (first, last, str(last)), None)


def _leaf(
    found: Mapping[int, tuple[Record, Bookmark]], read: tuple[int, int, str], on: Bookmark | None, note: str = ""
) -> Leaf:
    return Leaf([row for row, _ in found.values()], [place for _, place in found.values()], *read, on, note)
