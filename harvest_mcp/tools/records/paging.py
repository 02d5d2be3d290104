"""Lists the vendor gives page by page: read as few pages as the answer needs, and go on where the last one ended."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.spec import Record
from harvest_mcp.tools.tool import Progress
from harvest_mcp.wire.exchange import Page

Place = tuple[int, int]
"""A page, from 1, and how many of its rows were dealt with."""
BEGINNING: Place = (1, 0)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some rows with the place behind each, the pages read for them, and where to go on; None at the end."""

    rows: list[Record]
    behind: list[Place]
    first: int
    last: int
    of: str
    """How many pages there are, in words."""
    on: Place | None
    note: str = ""
    """What is wanting, where the vendor does not tell all there are."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which rows are wanted, how many, and when enough of them are there.

    `weigh` says how many characters of an answer a row takes, of which `room` fit; behind the page of a `hit` nobody
    looks.
    """

    sift: Callable[[Sequence[Record]], Awaitable[Sequence[bool]]]
    limit: int
    weigh: Callable[[Record], int]
    room: int
    hit: Callable[[Record], bool]


async def leaf(
    pages: AsyncIterator[Page[Record]], wanted: Criteria, *, start: Place, most: int, progress: Progress
) -> Leaf:
    """Rows that are wanted, from a place on, out of at most `most` pages; `pages` begin with the place's."""
    found: dict[int, tuple[Record, Place]] = {}
    first = last = start[0]
    weight, enough = 0, False
    async for page in pages:
        if page.missing:
            said = f"; page {page.number} is not there (404), so there may be more"
            return _leaf(found, (first, last, page.total), None, said)
        last = page.number
        skip = start[1] if page.number == first else 0
        rows = page.rows[skip:]
        for index, (row, fits) in enumerate(zip(rows, await wanted.sift(rows), strict=True), skip + 1):
            if len(found) == wanted.limit:
                return _leaf(found, (first, last, page.total), (page.number, index - 1))
            if fits and row.id not in found:
                found[row.id] = (row, (page.number, index))
                weight, enough = weight + wanted.weigh(row), enough or wanted.hit(row)
        if page.alone:
            return _leaf(found, (first, last, page.total), None, ", since the vendor does not say how many")
        if page.number >= page.of:
            break
        full = len(found) == wanted.limit or weight > wanted.room
        if full or enough or page.number - first + 1 >= most:
            return _leaf(found, (first, last, page.total), (page.number + 1, 0))
        await progress(f"Read page {page.number} of {page.total}.")
    return _leaf(found, (first, last, str(last)), None)


def _leaf(
    found: Mapping[int, tuple[Record, Place]], read: tuple[int, int, str], on: Place | None, note: str = ""
) -> Leaf:
    return Leaf([row for row, _ in found.values()], [place for _, place in found.values()], *read, on, note)
