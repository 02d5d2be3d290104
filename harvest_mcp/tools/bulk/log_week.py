"""`log_week`: the hours of a week in one call, all checked before the first is sent, undone as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import Field as Bound
from pydantic_core import to_jsonable_python

from harvest_mcp.changes import ChangeSetDraft, Step
from harvest_mcp.errors import HarvestMcpError, InvalidArguments
from harvest_mcp.spec import Record, Resource, Scope, System, Value
from harvest_mcp.text.render import count
from harvest_mcp.tools.arguments.dates_and_hours import HOURS, SAID_SO, Worked, resolve_dates, spelled
from harvest_mcp.tools.arguments.model import Argument, model, owner
from harvest_mcp.tools.arguments.owners import whose
from harvest_mcp.tools.arguments.references import check_rules, locate, name_and_id
from harvest_mcp.tools.arguments.value_types import LINES_TEXT, REFERENCE, Taken
from harvest_mcp.tools.bulk.carrying import Carrying, told
from harvest_mcp.tools.bulk.naming import BULK
from harvest_mcp.tools.questions.write_results import surprises
from harvest_mcp.tools.time.daily import read, wanted
from harvest_mcp.tools.time.entries import besides, hours_given
from harvest_mcp.tools.time.timer_notes import (
    LONGEST_DAY,
    TimedDay,
    logged_before,
    long_day_note,
    open_ids,
    rounding_note,
)
from harvest_mcp.tools.time.timesheet import sheet_day
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
Place = Scope[Record]
NAME = "log_week"
MOST = 100
"""The most entries of one call."""


def week_tool(system: System, resource: Kind) -> Tool:
    """Return the tool."""
    cells = [
        Argument("project", REFERENCE, required=True),
        Argument("task", REFERENCE, required=True),
        sheet_day(resource, SAID_SO),
        Argument("hours", HOURS, "1.5 or 1:30", required=True),
        Argument("notes", LINES_TEXT),
        *besides(resource),
    ]
    rows: Any = Annotated[
        list[model("entry", *cells)],  # type: ignore[misc]  # made at run time
        Bound(min_length=1, max_length=MOST),
        Taken("children"),
    ]
    takes = [Argument("entries", rows, required=True), *owner(resource)]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        week = CheckedEntries(call, system, await locate(call.api(system), resource, given))
        for row, entry in enumerate(given["entries"], 1):
            await week.add(row, entry)
        if week.problems:
            raise InvalidArguments(NAME, week.problems, known=list(type(arguments).model_fields))
        return await week.logged()

    return Tool(
        name=NAME,
        says="Log the time of several days at once; all is checked before the first is sent.",
        toolset=BULK,
        hints=Hints(),
        arguments=model(NAME, *takes),
        run=run,
        untouched="Nothing was logged.",
    )


@dataclass(slots=True)
class CheckedEntries:
    """Entries being checked: the timesheets of their days, and what is wrong with them."""

    call: Call
    system: System
    place: Place
    days: dict[date | None, TimedDay] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    """Entries that are logged already."""
    asked: dict[date, Decimal] = field(default_factory=dict)
    """Hours of each day in all entries given."""
    hours: dict[int, Decimal] = field(default_factory=dict)
    """Hours of each entry to be logged."""
    read: list[str] = field(default_factory=list)
    """Sentences on hours that were not kept exactly as written."""

    async def add(self, row: int, entry: Arguments) -> None:
        """Check one entry; note what would be sent, or what is wrong."""
        try:
            given = await resolve_dates(self.call, self.system, entry)
            page = await self._page(given.get("day"))
            values = await self._values(page, given)
        except HarvestMcpError as wrong:
            self.problems.append(f"entry {row}: {wrong.what} {wrong.next}".strip().rstrip("."))
            return
        day = page.sheet.for_day
        worked = cast(Worked, given["hours"])  # an account that keeps start and end times is sent only these
        self.asked[day] = self.asked.get(day, Decimal()) + worked.hours
        if self.asked[day] > LONGEST_DAY:
            self.problems.append(f"entry {row}: {spelled(day)} would have {self.asked[day]} hours")
        if twins := logged_before(page, values, given):
            self.there.append(f"entry {row} as {name_and_id(self.place.resource, twins[0])}")
            return
        notes = [rounding_note(given, day), *self._surprises(values)]
        self.read += [each for each in notes if each and each not in self.read]
        step = Step(
            verb="create",
            noun=self.place.resource.noun,
            row=row,
            values=to_jsonable_python(dict(values)),
            acted=self.place.acted,
            says=f"{spelled(day)}: {given['project']}, {given['task']}",
        )
        if any(other.values == step.values for other in self.steps):
            self.problems.append(f"entry {row} says the same as one before it")
        self.steps.append(step)
        self.hours[row] = worked.hours

    def _surprises(self, values: Mapping[str, Value]) -> Iterator[str]:
        now = datetime.fromtimestamp(self.call.desk.clock(), UTC)
        record = self.place.resource.record.model_validate({"id": 0, **values, "updated_at": now})
        return surprises(self.place.resource, record, values)

    async def _page(self, day: date | None) -> TimedDay:
        """Return the timesheet of a day, read once."""
        if day not in self.days:
            changes = self.call.changes(self.system)
            self.days[day] = TimedDay(self.system, self.place, await read(changes.api, self.place, day), changes)
        return self.days[day]

    async def _values(self, page: TimedDay, given: Mapping[str, Any]) -> Mapping[str, Value]:
        on = await open_ids(page.changes.api, self.place, page.sheet, project=given["project"], task=given["task"])
        time = await hours_given(self.call, self.system, given)
        ids = dict(zip(("project_id", "task_id"), on, strict=True))
        more = wanted(given, "notes", *(each.name for each in besides(self.place.resource)))
        check_rules(NAME, self.place.resource, more, None, known=given)
        return {"spent_at": page.sheet.for_day, **ids, **time, **more}

    async def logged(self) -> str:
        """Send every entry, and report on each."""
        there = f" Logged already: {'; '.join(self.there)}." if self.there else ""
        of = await whose(self.call.api(self.system), self.place)
        if not self.steps:
            return f"Nothing to log{of}.{there}"
        days = ", ".join(f"{spelled(day)} {hours}" for day, hours in sorted(self._by_day(self.steps).items()))
        says = f"Log {count(len(self.steps), 'entry', 'entries')}{of}: {days}."
        draft = ChangeSetDraft(tool=NAME, says=says, steps=self.steps, stage="begun")
        batch = await self.call.journal(self.system).plan(draft)
        carrying = Carrying(self.call, self.system, batch)
        outcomes = await carrying.all()
        answer = told(batch, outcomes, carrying.stopped, f"{NAME} with the same entries")
        first, _, rest = answer.partition("\n")
        long = self._long_days([each.step for each in outcomes if each.done and not each.earlier])
        return f"{first}. {' '.join((says, *self.read, *long))}{there}\n{rest}"

    def _by_day(self, steps: Sequence[Step]) -> dict[date, Decimal]:
        """Return the hours of each day in these steps."""
        sums = dict[date, Decimal]()
        for step in steps:
            day = date.fromisoformat(str(step.values["spent_at"]))
            sums[day] = sums.get(day, Decimal()) + self.hours[step.row or 0]
        return sums

    def _long_days(self, done: Sequence[Step]) -> list[str]:
        """Return a sentence for each day that now has more hours than a day has."""
        sheets = {page.sheet.for_day: page.sheet for page in self.days.values()}
        sums = sorted(self._by_day(done).items())
        return [note for day, more in sums if (note := long_day_note(self.place.resource, sheets[day], more))]


def day_kinds(system: System) -> Sequence[Kind]:
    """Return the kinds of records with timesheets; none in a system without."""
    return [each for each in system.resources if each.wire.day]
