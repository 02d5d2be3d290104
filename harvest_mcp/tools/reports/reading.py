"""Read all rows of a report, or fail: along which road, in which slices, and what is read besides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, partial
from operator import attrgetter
from typing import Any

from pydantic import create_model

from harvest_mcp.api import Scan
from harvest_mcp.errors import CallFailed, Forbidden, HarvestMcpError, Incomplete, Malformed, NoMatch, NotFound
from harvest_mcp.oversize import too_large
from harvest_mcp.spec import Record, Report, Resource, Road, Scope, Value
from harvest_mcp.text.render import count
from harvest_mcp.tools.reports.other_lists import Lists
from harvest_mcp.tools.reports.question import Period, ReportQuestion
from harvest_mcp.tools.tool import Progress

FIRST_SLICE = 366
"""Days of the first slice; its number of rows decides the next."""
FEW = 10
"""A road with at most so many records is taken without looking for a shorter one, which costs a list."""
ROWS = 5_000
"""The rows a slice should have. With 20 attributes each, 7,500 exceed the limit of a document (`wire.xml`)."""


@dataclass(slots=True)
class Reading:
    """One report being read: every row once, and none of another day or kind than asked for."""

    asked: ReportQuestion
    lists: Lists
    progress: Progress
    rows: dict[int, Record] = field(default_factory=dict)
    whole: bool = False
    """Whether rows are kept with all columns, not only those counted."""
    seen: set[int] = field(default_factory=set)
    read: int = 0
    """Records whose rows were all read."""

    async def all(self) -> list[Record]:
        """Return every row, by the road that takes the fewest calls.

        Raises:
            Incomplete: something could not be read.
        """
        report = self.asked.report
        through = (each.through for each in report.sides if each.name in (*self.asked.only, *self.asked.by))
        needed = dict.fromkeys(report.side(name).noun for name in through if name)
        await self.lists.api.all_of(*(partial(self._needed, noun) for noun in needed))
        try:
            return await self._along(*await self._way(report.roads))
        except NotFound:  # an undocumented road that this account lacks
            return await self._along(*await self._way([road for road in report.roads if road.known]))

    async def _along(self, road: Road, ids: Sequence[int]) -> list[Record]:
        """Return the rows below each of these records.

        Raises:
            NotFound: this road does not exist.
        """
        self.rows.clear()
        self.read = 0

        async def of(at: int, id: int) -> dict[int, Record]:
            try:
                return await self._under(road, id, of=len(ids))
            except CallFailed as why:
                if isinstance(why, NotFound) and not road.known:
                    raise
                raise await self._incomplete(road, id, why, f"{at} of {len(ids)} read" * (len(ids) > 1)) from None

        for found in await self.lists.api.all_of(*(partial(of, at, id) for at, id in enumerate(ids))):
            self.rows.update(found)
        await self._are_there(road)
        return list(self.rows.values())

    async def _are_there(self, road: Road) -> None:
        """Check an id without rows that the vendor was not asked for: it may be wrong.

        Raises:
            NoMatch: no record has that id.
        """
        for side in self.asked.report.sides:
            ids = self.asked.only.get(side.name, ())
            if not ids or side.name == road.side or (side.column in road.asks and len(ids) == 1):
                continue
            of = finder(self.lists, self.asked.report, side.name)
            if not (without := set(ids) - {of(row) for row in self.rows.values()}):
                continue
            await self.lists.try_all(side.noun)
            if side.noun not in self.lists.read or not self.lists.read[side.noun].whole:
                continue
            for id in sorted(without):
                if id not in self.lists.known(side.noun):
                    raise NoMatch(side.noun, str(id), [], matches=0)

    async def _way(self, roads: Sequence[Road]) -> tuple[Road, Sequence[int]]:
        """Return the fewest records named; else those of a named owner (projects of a client); else the shorter
        list."""
        report, only = self.asked.report, self.asked.only
        if named := [(road, only[road.side]) for road in roads if road.by and road.side in only]:
            return min(named, key=lambda way: len(way[1]))
        if whole := next((road for road in roads if not road.by), None):
            return whole, [0]
        known = [road for road in roads if road.known]
        for side in report.sides:
            for road in known:
                if side.through == road.side and side.name in only:
                    own = await self._own(road, side.column, only[side.name])
                    return await self._shorter(road, own, [each for each in known if each is not road])
        nouns = [report.side(road.side).noun for road in known]
        found = await self.lists.api.all_of(*(partial(self._needed, noun) for noun in nouns))
        lists = [[row.id for row in each.rows] for each in found]
        return min(zip(known, lists, strict=True), key=lambda way: len(way[1]))

    async def _own(self, road: Road, column: str, ids: Sequence[int]) -> list[int]:
        found = await self._needed(self.asked.report.side(road.side).noun)
        return [row.id for row in found.rows if getattr(row, column) in ids]

    async def _shorter(self, road: Road, own: list[int], others: Sequence[Road]) -> tuple[Road, Sequence[int]]:
        """Return this road, or another complete one whose list is shorter by more than it costs to read."""
        if len(own) <= FEW:
            return road, own
        for other in others:
            noun = self.asked.report.side(other.side).noun
            await self.lists.try_all(noun)
            if noun in self.lists.read and self.lists.read[noun].whole:
                ids = [row.id for row in self.lists.read[noun].rows]
                road, own = (other, ids) if len(ids) < len(own) else (road, own)
        return road, own

    async def _needed(self, noun: str) -> Scan[Record]:
        """Return a whole list that is needed to be complete."""
        plural = self.lists.api.system.resource(noun).plural
        try:
            found = await self.lists.all(noun)
        except CallFailed as why:
            if isinstance(why, (NotFound, Forbidden)) and (limited := await self._limited()):
                raise limited from None
            raise Incomplete(f"The list of {plural}", why, read="") from None
        found.every(plural)
        return found

    async def _under(self, road: Road, id: int, *, of: int) -> dict[int, Record]:
        """Return the rows below one record of `of`, slice after slice: each begins the day after the last ended."""
        report, period = self.asked.report, self.asked.period
        rows: dict[int, Record] = {}
        first, days = period.first, FIRST_SLICE
        while True:
            last = _later(first, days - 1, period.last)
            under: dict[str, Value] = {road.by: id} if road.by else {}
            where = {**under, "since": first, "until": last, **self._narrowed(road)}
            of_report = report.rows if self.whole else counted(report, self.asked.by)
            try:
                found = await self.lists.api.scan(Scope(of_report), where=where)
            except Malformed as broken:
                if not too_large(broken) or first == last:
                    raise
                days = (last - first).days // 2 + 1  # split if there are this many
                continue
            if found.cut or found.next:
                raise Malformed("short-list")
            new = self._taken(found, Period(first, last), road)
            self.seen, self.read = self.seen | new.keys(), self.read + (last == period.last)
            rows.update(new)
            if of > 1 or last < period.last:
                ended = self.read + (last < period.last)
                place = f"{ended} of {self._whose(road, of)}, " if of > 1 else ""
                await self.progress(f"Read {place}up to {last}: {len(self.seen)} rows so far.")
            if last == period.last:
                return rows
            days = max(1, days * ROWS // max(len(found.rows), 1))
            first = last + timedelta(days=1)

    def _narrowed(self, road: Road) -> dict[str, Value]:
        """Return the filters that the vendor applies on this road."""
        report, where = self.asked.report, dict[str, Value]()
        for side in report.sides:
            ids = self.asked.only.get(side.name, ())
            if not side.through and side.column in road.asks and len(ids) == 1 and side.name != road.side:
                (where[side.column],) = ids
        for trait in report.traits:
            if (wanted := self.asked.traits.get(trait.name)) is not None:
                name = trait.yes if wanted else trait.no
                if name in road.asks:
                    where[name] = wanted if trait.yes == trait.no else True
        return where

    def _taken(self, found: Scan[Record], period: Period, road: Road) -> dict[int, Record]:
        """Return the rows of this period that match the question, once each, whatever the vendor filtered."""
        rows: dict[int, Record] = {}
        report, narrowed = self.asked.report, bool(self.asked.traits or self.asked.only)
        for row in found.rows:
            day: date | None = getattr(row, report.day)
            if day is None or getattr(row, report.measure) is None:
                raise Malformed(f"missing-{report.day if day is None else report.measure}")
            if period.first <= day <= period.last and (not narrowed or self._fits(row, road)):
                rows[row.id] = row
        return rows

    def _fits(self, row: Record, road: Road) -> bool:
        """Return whether a row matches; one that lacks a column only it could tell is a malformed answer."""
        report = self.asked.report
        for name, wanted in self.asked.traits.items():
            trait = report.trait(name)
            told = trait.of(row)
            if told is None and (trait.yes if wanted else trait.no) not in road.asks:
                raise Malformed(f"missing-{trait.columns[0]}")
            if told is not None and told != wanted:
                return False
        for name, ids in self.asked.only.items():
            if (own := finder(self.lists, report, name)(row)) is None:
                raise Malformed(f"unknown-{report.side(name).noun}")
            if own not in ids:
                return False
        return True

    async def _incomplete(self, road: Road, id: int, why: CallFailed, read: str) -> HarvestMcpError:
        if isinstance(why, (NotFound, Forbidden)) and (limited := await self._limited()):
            return limited
        rows = self.asked.report.rows.words
        of = f" of {self.asked.report.side(road.side).noun} {id}" if road.by else ""
        whose = f"The {rows}{of}, {self.asked.period}"
        return Incomplete(whose, why, read=read)

    async def _limited(self) -> HarvestMcpError | None:
        """Return the message for a user whose role has no reports (harvest-v1 7; 29 row 21)."""
        who = await self.lists.api.who()
        if not who.limits():
            return None
        report = self.asked.report.name
        system = self.lists.api.system
        return Forbidden(
            f"{system.title} gives reports to administrators, and this user is {who.limits()}.",
            next=f"Your own: {system.identity.name if system.identity else 'the account'} tells your id, "
            f'then {report}(person="ID", …).',
        )

    def _whose(self, road: Road, number: int) -> str:
        owner = self.lists.api.system.resource(self.asked.report.side(road.side).noun)
        return count(number, owner.word, owner.words)


@cache
def counted(report: Report, by: tuple[str, ...]) -> Resource[Record]:
    """Return the rows reduced to the columns counted: half the time of reading a year goes into the others."""
    needed = report.columns(by)
    columns: dict[str, Any] = {
        name: (info.annotation, info) for name, info in report.rows.record.model_fields.items() if name in needed
    }
    return replace(report.rows, record=create_model(report.rows.record.__name__, __base__=Record, **columns))


def finder(lists: Lists, report: Report, name: str) -> Callable[[Record], int | None]:
    """Return a function for the id of one side of a row: its own column's, or that of another side's record."""
    side = report.side(name)
    if not side.through:
        return attrgetter(side.column)
    own, known = attrgetter(report.side(side.through).column), lists.known(report.side(side.through).noun)
    return lambda row: getattr(known.get(own(row)), side.column, None)


def _later(first: date, days: int, most: date) -> date:
    """Return the day so many days later, but not after `most`."""
    return most if days >= (most - first).days else first + timedelta(days=days)
