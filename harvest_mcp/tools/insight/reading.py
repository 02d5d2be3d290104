"""Read what an answer needs, completely or not at all: invoices, time of a period, and names."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import partial
from typing import Any, TypeVar

from harvest_mcp.errors import CallFailed, Incomplete
from harvest_mcp.spec import Record, Report, Resource, Scope, System, Value
from harvest_mcp.text.render import count
from harvest_mcp.text.unread import listed, noted
from harvest_mcp.tools.arguments.dates_and_hours import today
from harvest_mcp.tools.insight.answers import AnswerTable
from harvest_mcp.tools.reports import periods
from harvest_mcp.tools.reports.other_lists import Lists
from harvest_mcp.tools.reports.question import Period, ReportQuestion
from harvest_mcp.tools.reports.reading import Reading, finder
from harvest_mcp.tools.reports.summing import EXACT, Result, add_up
from harvest_mcp.tools.reports.tool import currencies
from harvest_mcp.tools.tool import Answer, Call

T = TypeVar("T")
U = TypeVar("U")
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Books:
    """One account being read for an answer."""

    call: Call
    system: System
    lists: Lists
    doubts: list[str] = field(default_factory=list)
    """What the totals may lack, for the first line."""

    @classmethod
    def of(cls, call: Call, system: System) -> "Books":
        return cls(call, system, Lists(call.api(system)))

    def goes_by(self, rows: Sequence[Record], *columns: str) -> None:
        """Note the rows in which a column that the answer needs cannot be read."""
        self.doubts.append(noted(rows, columns))

    def left_out(self, rows: Sequence[Record], resource: Resource[Record], why: str, of: str = "counted") -> None:
        """Note rows the answer leaves out: `2 invoices without a due date not counted: 9, 12`."""
        if rows:
            many = count(len(rows), resource.word, resource.words)
            self.doubts.append(f"; {many} {why} not {of}: {listed([row.id for row in rows])}")

    async def answer(self, told: AnswerTable, given: Mapping[str, Any], name: str, *named: str) -> Answer:
        """Return it as text, with whose role it was read by if that hides part of the account."""
        limits = (await self.call.who(self.system)).limits() if self.system.identity else ""
        of = f"; only of what this user sees, {limits}" if limits else ""
        seen = replace(told, head="".join([told.head, *self.doubts, of]))
        return await seen.answer(self.call, given, name, *named)

    async def today(self) -> date:
        """Return the date where the user is; in UTC if the vendor does not tell who that is."""
        if self.system.identity is None:
            return datetime.fromtimestamp(self.call.desk.clock(), UTC).date()
        return await today(self.call, self.system)

    async def period(self, word: str) -> Period:
        """Return the days that words mean as of today."""
        if not periods.relative(word):
            return periods.named(word)
        week_start = (await self.call.who(self.system)).week_start() if self.system.identity else 0
        return periods.meant(word, await self.today(), week_start=week_start)

    async def whole(self, noun: str, where: Mapping[str, Value] | None = None) -> list[Record]:
        """Return every record of a kind, filtered by the vendor.

        Raises:
            Incomplete: not all of them could be read.
        """
        resource = self.system.resource(noun)
        try:
            found = await self.lists.api.scan(Scope(resource), where=where)
        except CallFailed as why:
            raise Incomplete(f"The list of {resource.plural}", why, read="") from None
        return found.every(resource.plural)

    async def both(self, one: Callable[[], Awaitable[T]], other: Callable[[], Awaitable[U]]) -> tuple[T, U]:
        """Return the results of two independent reads."""
        return await self.lists.api.both(one, other)

    async def listed(self, noun: str) -> dict[int, Record]:
        """Return every record of a kind by its id, read once."""
        found = await self.lists.all(noun)
        return {row.id: row for row in found.every(self.system.resource(noun).plural)}

    async def names(self, noun: str) -> Callable[[int | None], str]:
        """Return a function for the name of a record of a kind by its id."""
        resource, known = self.system.resource(noun), await self.listed(noun)
        return lambda one: resource.name_of(known[one]) if one in known else f"{noun} {one}" if one else ""

    def report(self, measures_time: bool) -> Report:
        """Return the report of time, or of expenses."""
        return next(each for each in self.system.reports if bool(each.unit) == measures_time)

    async def summed(
        self,
        report: Report,
        period: Period,
        by: Sequence[str],
        *,
        only: Mapping[str, tuple[int, ...]] | None = None,
        traits: Mapping[str, bool] | None = None,
    ) -> tuple[Result, list[Record]]:
        """Return the rows of a report, and their totals in groups.

        Raises:
            Incomplete: not all of them could be read.
        """
        asked = ReportQuestion(report, period, only or {}, traits or {}, tuple(by))
        rows = await Reading(asked, self.lists, self.call.progress).all()
        await self.lists.try_all("client", "project", *(side.noun for side in report.sides if side.name in by))
        return add_up(asked, rows, partial(finder, self.lists, report), currencies(report, self.lists)), rows


def rounded(value: Decimal, step: Decimal = CENT) -> Decimal:
    """Return a figure with two decimals."""
    with localcontext(EXACT):
        return value.quantize(step, ROUND_HALF_UP)


def weekdays(period: Period) -> int:
    """Return the number of days from Monday to Friday in a period."""
    days = (period.last - period.first).days + 1
    weeks, rest = divmod(days, 7)
    return weeks * WEEKDAYS + sum((period.first + timedelta(days=at)).weekday() < WEEKDAYS for at in range(rest))
