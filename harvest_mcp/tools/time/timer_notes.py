"""What answers say of hours and timers besides the entry itself."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from harvest_mcp.api import Api
from harvest_mcp.changes import Change, Changes
from harvest_mcp.errors import CallFailed, HarvestMcpError, Incomplete, NotFound, NotOpen, Refused
from harvest_mcp.spec import Record, Resource, Scope, System, Value
from harvest_mcp.systems.harvest.time_entries import OpenProject, TimeEntry, Timesheet
from harvest_mcp.text.folding import closest
from harvest_mcp.text.render import as_json, quoted
from harvest_mcp.tools.arguments.dates_and_hours import Worked, spelled
from harvest_mcp.tools.arguments.owners import whose
from harvest_mcp.tools.arguments.references import Called, fitting, name_and_id
from harvest_mcp.tools.arguments.spellings import said_id
from harvest_mcp.tools.time.daily import Open, entries, entry_of, read, running
from harvest_mcp.tools.time.open_projects import lacking, why_closed
from harvest_mcp.tools.time.running_timers import stopped_by
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
Place = Scope[Record]
CLOCK = "{}:{:02}"
MOST_TOLD = 20
LONGEST_DAY = Decimal(24)
SAID = ("spent_at", "project_id", "task_id", "hours", "notes", "started_at", "ended_at")
"""Columns with arguments in every account; others have arguments of their own."""
NOT_ASSIGNED = ("UserNotAssigned", "")
"""The kind of refusal of whoever is not on a project, and of a task that is not: in v1 (6.2), and in v2, which has
none."""


async def open_ids(api: Api, place: Place, sheet: Timesheet | None, *, project: str, task: str) -> tuple[int, int]:
    """Return the ids of a project and its task, by id or by name among those open to this person.

    An id is taken as given: the vendor knows best what is open.

    Raises:
        NotOpen: a name fits none, or several; it names all that is lacking.
    """
    projects = (sheet.projects if sheet else None) or ()
    id = said_id(project, "project")
    try:
        if id is None:
            id = _the_one("project", project, projects, [_of(each) for each in projects])
        if (chosen := said_id(task, "task")) is None:
            tasks = next((each.tasks or () for each in projects if each.id == id), ())
            chosen = _the_one("task", task, tasks, [called(each) for each in tasks])
    except NotOpen as missed:
        if not missed.matches:
            missed.next = await why_closed(api, place, missed, id, task) or missed.next
        raise
    return id, chosen


def _the_one(noun: str, value: str, among: Sequence[Open], told: Sequence[str]) -> int:
    fit = fitting([Called(each.id, each.name or "", _also(each)) for each in among], value, noun=noun)
    if len(fit) == 1:
        return among[fit[0]].id
    near = closest([each.name or "" for each in among], value, most=MOST_TOLD)
    shown = [told[place] for place in dict.fromkeys((*fit, *(near if not fit else ()), *range(len(told) * (not fit))))]
    raise NotOpen(noun, value, shown[:MOST_TOLD], matches=len(fit), more=max(0, len(shown) - MOST_TOLD))


def _also(each: Open) -> tuple[str, ...]:
    """Return the code of a project, if the account tells it here."""
    return (code,) if (code := getattr(each, "code", None)) else ()


def called(each: Open) -> str:
    return f"{quoted(each.name or '')} ({each.id})"


def _of(project: OpenProject) -> str:
    return f"{called(project)} of {quoted(project.client or '')}"


@dataclass(frozen=True, slots=True)
class TimedDay:
    """One person's timesheet of a day, as read before something is written on it."""

    system: System
    place: Place
    sheet: Timesheet
    changes: Changes

    @property
    def at(self) -> Place:
        """The scope of its calls: the person, on its day."""
        return replace(self.place, day=self.sheet.for_day)

    @property
    def running(self) -> Record | None:
        return running(self.place.resource, self.sheet)

    async def said(self, values: Mapping[str, Value]) -> bool:
        """Return whether an equal entry was created from here a moment ago, so that this is no second one."""
        return await self.changes.said(self.at, values) is not None

    async def create(self, values: Mapping[str, Value], *, once: bool = True) -> Change[Record]:
        """Create an entry on it.

        Raises:
            NotFound: the vendor knows no such project, task or person here; the message names all three.
            Refused: the person is not on the project, or the task is not; the message has the calls that change
                that.
        """
        above = max((entry.id for entry in entries(self.place.resource, self.sheet)), default=0)
        try:
            return await self.changes.create(self.at, values, above=above, once=once)
        except NotFound as missing:
            missing.what = f"{missing.what} It was for {', '.join([each async for each in self._named(values)])}."
            look = f"Call get_timesheet(projects=true{_typed(self.place)}) for what is open to them."
            missing.next = await self._lacking(values) or look
            raise
        except Refused as refusal:
            if refusal.kind in NOT_ASSIGNED:
                refusal.next = await self._lacking(values) or refusal.next
            raise

    async def _lacking(self, values: Mapping[str, Value]) -> str:
        on, sheet = {noun: int(str(values[f"{noun}_id"])) for noun in ("project", "task")}, self.sheet
        if not sheet.projects:  # the sheet was read without names
            sheet = await read(self.changes.api, self.place, sheet.for_day)
        return await lacking(self.changes.api, self.place, sheet, **on)

    async def _named(self, values: Mapping[str, Value]) -> AsyncIterator[str]:
        """Yield the names of an entry's references and person, from the timesheet if it has them."""
        projects = self.sheet.projects or ()
        tasks = next((each.tasks or () for each in projects if each.id == values["project_id"]), ())
        on: list[tuple[str, Sequence[Open]]] = [("project_id", projects), ("task_id", tasks)]
        for column, among in on:
            yield await self._called(column.removesuffix("_id"), int(str(values[column])), among)
        for noun, id in self.place.for_whom:
            yield await self._called(noun, id, ())

    async def _called(self, noun: str, id: int, among: Sequence[Open]) -> str:
        if name := next((each.name for each in among if each.id == id), None):
            return f"{noun} {quoted(name)} ({id})"
        other = self.system.resource(noun)
        try:
            return f"{noun} {name_and_id(other, await self.changes.api.get(Scope(other), id))}"
        except CallFailed:
            return f"{noun} {id}"


def as_it_is(done: str, place: Kind, record: Record) -> str:
    return f"{done}: {name_and_id(place, record)}. Nothing was changed.\n{as_json(record)}"


def long_day_note(resource: Kind, sheet: Timesheet, hours: Decimal, of: int | None = None) -> str:
    """Return the sentence for a day that with these hours has more than a day has; they are `of` an entry, or new."""
    others = [row for row in entries(resource, sheet) if row.id != of]
    total = sum((entry_of(row).hours or Decimal() for row in others), hours + Decimal("0.00"))
    if total <= LONGEST_DAY:
        return ""
    least = "at least " if any("hours" in row.unread for row in others) else ""
    return f"{spelled(sheet.for_day)} has {least}{total} hours now, more than a day has."


async def longer_day_note(api: Api, place: Place, before: Record, after: Record | None) -> str:
    """Return that sentence for a changed entry; its day is read if it has more hours of it than before."""
    was, now = entry_of(before), entry_of(after or before)
    if now.spent_at is None or now.hours is None:
        return ""
    if now.spent_at == was.spent_at and now.hours <= (was.hours or Decimal()):
        return ""
    try:
        sheet = await read(api, place, now.spent_at, slim=True)
    except (CallFailed, Incomplete):  # only an extra
        return ""
    return long_day_note(place.resource, sheet, now.hours, now.id)


def rounding_note(given: Mapping[str, Any], on: date | None) -> str:
    """Return what the vendor makes of the given hours: two decimals, and a single day."""
    worked: Worked | None = given.get("hours")
    if worked is None:
        return ""
    said = [worked.kept] if worked.kept else []
    late, since = minutes(worked.ended), minutes(worked.began)
    if late and since and late < since and on:
        after = f"{CLOCK.format(*divmod(late, 60))} of them {'is' if late == 60 else 'are'} after midnight"
        said.append(f"{after}, on {spelled(on + timedelta(days=1))}; all count on {spelled(on)}.")
    return " ".join(said)


def minutes(time: str) -> int | None:
    """Return the minutes since midnight of a time as the vendor writes it, `8:00am`; None for nothing."""
    if not time:
        return None
    hour, minute = time[:-2].split(":")
    return int(hour) % 12 * 60 + int(minute) + (12 * 60 if time.endswith("pm") else 0)


def logged_before(page: TimedDay, values: Mapping[str, Value], given: Mapping[str, Any]) -> list[Record]:
    """Return the entries of this sheet with equal project, task, hours, notes and further columns.

    Without notes nothing is returned, as such entries are often alike.
    """
    notes, worked = _folded(values.get("notes")), cast("Worked | None", given.get("hours"))
    if not notes or worked is None:
        return []
    names = {f"{noun}_id": name for noun, name in _names(page.sheet, values).items()}

    def same(entry: TimeEntry) -> bool:
        on = all(
            getattr(entry, name) == values[name]
            if getattr(entry, name)
            else _folded(getattr(entry, name[:-3])) == called
            for name, called in names.items()
        )
        more = all(getattr(entry, name) == value for name, value in values.items() if name not in SAID)
        return on and more and entry.hours == worked.hours and not entry.running and _folded(entry.notes) == notes

    return [row for row in entries(page.place.resource, page.sheet) if same(entry_of(row))]


def _names(sheet: Timesheet, values: Mapping[str, Value]) -> dict[str, str]:
    """Return an entry's project and task names from its sheet; old accounts tell no ids (harvest-v1 18)."""
    projects = [each for each in sheet.projects or () if each.id == values["project_id"]]
    tasks = [task for each in projects for task in each.tasks or () if task.id == values["task_id"]]
    return {noun: _folded(each[0].name if each else "") for noun, each in (("project", projects), ("task", tasks))}


def _folded(text: object) -> str:
    return " ".join(str(text or "").casefold().split())


def elsewhere(page: TimedDay, now: Record | None) -> str:
    """Return the sentence that a running timer may be on another day's sheet, where it stays (harvest-v1 18)."""
    on = entry_of(now).spent_at if now else None
    return f" Its hours go to {spelled(on)}, not to today." if on and on != page.sheet.for_day else ""


async def stopped_along(call: Call, page: TimedDay, now: Record | None, heard: list[Decimal]) -> str:
    """Return the sentence on the timer that this one stopped, as the vendor says.

    Which entry it was comes from the sheet read before, unless that had more hours already: then somebody stopped it
    and started another meanwhile.
    """
    if not heard:
        return await _stopped_untold(page, now)
    was, hours = page.running, heard[-1]
    if was is None and now is not None:
        was = await stopped_by(call, page.system, page.place, page.sheet, now, hours)
    if was and (entry_of(was).hours or 0) <= hours:
        return f" It stopped the timer of {name_and_id(page.place.resource, was)} at {hours} hours."
    return f" It stopped another timer, of another day or started meanwhile, at {hours} hours."


async def _stopped_untold(page: TimedDay, now: Record | None) -> str:
    """Return which timer of the sheet no longer runs, for a vendor that does not say (harvest-v2 18)."""
    was = page.running
    if was is None or now is None or was.id == now.id:
        return ""
    try:
        told = await page.changes.api.get(page.place, was.id)
    except HarvestMcpError:
        return f" The timer of {name_and_id(page.place.resource, was)} ran before; whether it still does is not known."
    if entry_of(told).running:
        return ""
    return f" It stopped the timer of {name_and_id(page.place.resource, told)} at {entry_of(told).hours} hours."


def stop_effects(place: Place, record: Record | None) -> Iterator[str]:
    """Yield what the journal notes of a timer that is stopped along, for an undo."""
    if record is not None:
        stopped = f"The timer of {name_and_id(place.resource, record)} was stopped by it and stays so;"
        yield f"{stopped} start_timer({place.resource.key}={record.id}{_typed(place)}) starts it."


def _typed(place: Place) -> str:
    """Return further arguments that say for whom a call is, as typed."""
    return "".join(f', {noun}="{id}"' for noun, id in place.for_whom)


async def of_whom(call: Call, system: System, place: Place) -> str:
    """Return for whom it was done, if not for the caller."""
    return f" It is the time{await whose(call.api(system), place)}." if place.for_whom else ""


def insert_note(said: str, more: str) -> str:
    """Insert a sentence before the record."""
    first, line, rest = said.partition("\n")
    return f"{first}{more}{line}{rest}"
