"""Time as it is written down: logged, changed, and run by a timer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from harvest_mcp.api import Api
from harvest_mcp.changes import Change, Changes
from harvest_mcp.changes.looking import holds
from harvest_mcp.errors import InvalidArguments, Unfit
from harvest_mcp.spec import Action, Record, Resource, System, Value
from harvest_mcp.tools.arguments import Argument, Arguments, key, model, owner
from harvest_mcp.tools.days import HOURS, Worked, dated, spelled
from harvest_mcp.tools.kinds import ID, LINES_TEXT, REFERENCE, TRUTH
from harvest_mcp.tools.owning import whose
from harvest_mcp.tools.references import known, placed
from harvest_mcp.tools.render import as_json
from harvest_mcp.tools.reported import pointed_out
from harvest_mcp.tools.spoken import SAID_SO
from harvest_mcp.tools.timesheets import (
    Entry,
    Sheet,
    entries,
    number,
    opened,
    read,
    running,
    sheet_day,
    timesheet_tool,
    wanted,
    yesterday,
)
from harvest_mcp.tools.tool import Call, Hints, Tool
from harvest_mcp.tools.written import insisting, so_already, told

Kind = Resource[Record]

ON = [Argument("project", REFERENCE), Argument("task", REFERENCE)]
BOTH, LIKE = ("project", "task"), ("project_id", "task_id", "notes")
SPENT = Argument("hours", HOURS, "1.5, 1:30 or 8:00am-9:30am")
NOTES = Argument("notes", LINES_TEXT)


@dataclass(frozen=True, slots=True)
class Page:
    """One person's timesheet of a day, as it reads before something is written on it."""

    system: System
    place: Kind
    sheet: Sheet
    changes: Changes

    @property
    def running(self) -> Record | None:
        return running(self.place, self.sheet)

    async def create(self, values: Mapping[str, Value], *, once: bool = True) -> Change[Record]:
        above = max((entry.id for entry in entries(self.place, self.sheet)), default=0)
        return await self.changes.create(self.place.under(values), values, above=above, once=once)


def timing_tools(system: System, resource: Kind) -> list[Tool]:
    """The tools of a resource that is told by the day."""
    (timer,) = (action for action in resource.actions if action.by_name)
    return [
        timesheet_tool(system, resource),
        _log(system, resource),
        _start(system, resource, timer),
        _stop(system, resource, timer),
        _update(system, resource),
    ]


def _log(system: System, resource: Kind) -> Tool:
    name = "log_time"
    takes = [
        *(replace(each, required=True) for each in (*ON, SPENT)),
        sheet_day(resource, f"{SAID_SO}; default today"),
        NOTES,
        *owner(resource),
        Argument("allow_duplicate", TRUTH),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = await dated(call, system, arguments), call.changes(system)
        spent = await _spent(call, system, given)
        place = await placed(changes.api, resource, given)
        sheet = await read(changes.api, place, given.get("day"))
        values = {**_on(sheet, given), **spent, **wanted(given, "notes")}
        page = Page(system, place, sheet, changes)
        change = await page.create(values, once=not given.get("allow_duplicate"))
        done = f"On {spelled(sheet.for_day)}: {'already logged' if change.before else 'logged'}"
        more = await _for(call, system, place)
        return _with(told(done, system, resource, change, insisting(change), _rounded(given)), more)

    return Tool(
        name=name,
        says="Write down time spent.",
        toolset=resource.toolset,
        hints=Hints(),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was logged.",
    )


def _start(system: System, resource: Kind, timer: Action) -> Tool:
    name = "start_timer"
    takes = [
        *ON,
        NOTES,
        Argument(resource.key, ID, "instead: go on with this one"),
        *owner(resource),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, heard = arguments.given(), list[Decimal]()
        changes = call.changes(system, aside=heard.append)
        place, again = await placed(changes.api, resource, given), resource.key in given
        if again == bool(wanted(given, *BOTH, "notes")) or (not again and len(wanted(given, *BOTH)) < len(BOTH)):
            why = f"takes either project and task, or {resource.key}"
            raise InvalidArguments(name, [why], known=[each.name for each in takes])
        sheet = await read(changes.api, place, slim=again)
        page = Page(system, place, sheet, changes.doing(*_stops(place, running(place, sheet))))
        if again:
            said = await _resumed(page, timer, given[resource.key])
        else:
            said = await _begun(page, {**_on(page.sheet, given), **wanted(given, "notes")})
        return _with(said, f"{_stopped(page, heard)}{await _for(call, system, place)}")

    return Tool(
        name=name,
        says="Run a timer; one that runs is stopped by it.",
        toolset=resource.toolset,
        hints=Hints(),
        arguments=model(name, *takes),
        run=run,
        untouched="No timer was started.",
    )


async def _begun(page: Page, values: Mapping[str, Value]) -> str:
    """A new entry without hours, which runs (harvest-v1 18), unless it runs already."""
    if (now := page.running) and all(getattr(now, name) == value for name, value in values.items()):
        return _as_it_is("Already running", page.place, now)
    change = await page.create(values)
    if change.before and change.record is not None and not cast(Entry, change.record).running:
        change = await page.create(values, once=False)  # it was stopped since it was said before
    return told("Already running:" if change.before else "Timer started:", page.system, page.place, change)


async def _resumed(page: Page, timer: Action, id: int) -> str:
    """A stopped entry that runs again; where that is not to be had, a new one like it (harvest-v1 18)."""
    record = await page.changes.current(page.place, id)
    if getattr(record, timer.flips):
        return _as_it_is("Already running", page.place, record)
    if timer.once and getattr(record, timer.once):
        like = {name: value for name in LIKE if (value := getattr(record, name))}
        return await _begun(page, {"spent_at": page.sheet.for_day, **like})
    change = await page.changes.act(page.place, timer, record, wanted=True)
    return told("Timer started:", page.system, page.place, change)


def _as_it_is(done: str, place: Kind, record: Record) -> str:
    return f"{done}: {known(place, record)}. Nothing was changed.\n{as_json(record)}"


def _stop(system: System, resource: Kind, timer: Action) -> Tool:
    name = "stop_timer"
    takes = [Argument(resource.key, ID, "default: the one that runs"), *owner(resource)]

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = arguments.given(), call.changes(system)
        place = await placed(changes.api, resource, given)
        id = given.get(resource.key)
        if id is None:
            sheet = await read(changes.api, place, slim=True)
            # One that was started before midnight is on the sheet of its day.
            now = running(place, sheet) or running(place, await read(changes.api, place, yesterday(sheet), slim=True))
            if now is None:
                since = spelled(yesterday(sheet))
                return f"No timer runs on the timesheets since {since}. Nothing was changed."
            id = now.id
        record = await changes.current(place, id)
        if not getattr(record, timer.flips):
            return _as_it_is("Already stopped", place, record)
        change = await changes.act(place, timer, record, wanted=False)
        hours = f" {cast(Entry, change.record).hours} hours:" if change.record else ""
        said = told(f"Timer stopped at{hours}" if hours else "Timer stopped:", system, resource, change)
        return _with(said, await _for(call, system, place))

    return Tool(
        name=name,
        says="Stop a timer.",
        toolset=resource.toolset,
        hints=Hints(repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was changed.",
    )


def _update(system: System, resource: Kind) -> Tool:
    name = system.tool("update", resource)
    fills = [*ON, SPENT, sheet_day(resource, SAID_SO), NOTES]
    takes = [key(resource), *fills, *owner(resource)]

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = await dated(call, system, arguments), call.changes(system)
        if not wanted(given, *(each.name for each in fills)):
            raise InvalidArguments(name, ["no field to change was given"], known=[each.name for each in takes])
        place = await placed(changes.api, resource, given)
        values: dict[str, Value] = {**await _spent(call, system, given), **wanted(given, "notes")}
        if "day" in given:
            values["spent_at"] = given["day"]
        record = await changes.current(place, given[resource.key])
        values |= await _moved(changes.api, place, cast(Entry, record), wanted(given, *BOTH))
        if holds(record, values):
            return so_already(resource, record)
        done = await changes.update(place, record, values)
        stands = await pointed_out(call, system, place, values, done.record)
        more = f"{stands}{await _for(call, system, place)}"
        return _with(told("Updated", system, resource, done, _rounded(given)), more)

    return Tool(
        name=name,
        says="Change fields of a time entry.",
        toolset=resource.toolset,
        hints=Hints(repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was changed.",
    )


async def _moved(api: Api, place: Kind, entry: Entry, to: Mapping[str, str]) -> dict[str, Value]:
    """The project and task an entry goes to; only a name costs a call. Old accounts tell names alone."""
    if not to:
        return {}
    at = {"project": str(entry.project_id or entry.project), "task": str(entry.task_id or entry.task), **to}
    named = any(number(value) is None for value in at.values())
    ids = opened(await read(api, place, entry.spent_at) if named else None, **at)
    return {f"{noun}_id": id for noun, id in zip(BOTH, ids, strict=True) if noun in to}


def _on(sheet: Sheet, given: Mapping[str, Any]) -> dict[str, Value]:
    """The day, project and task of a new entry."""
    project, task = opened(sheet, given["project"], given["task"])
    return {"spent_at": sheet.for_day, "project_id": project, "task_id": task}


async def _spent(call: Call, system: System, given: Mapping[str, Any]) -> dict[str, Value]:
    """What was given as hours, in the form this account keeps; the other form would start a timer (harvest-v1 18).

    Raises:
        Unfit: it keeps from when to when, and only hours were given.
    """
    if "hours" not in given:
        return {}
    worked = cast(Worked, given["hours"])
    if not (await call.who(system)).by_clock():
        return {"hours": worked.hours}
    if not worked.began:
        raise Unfit("This account keeps when work began and ended.", next="Give hours as 8:00am-9:30am.")
    return {"started_at": worked.began, "ended_at": worked.ended}


def _rounded(given: Mapping[str, Any]) -> str:
    return f"{worked.said} is kept as {worked.hours} hours." if (worked := given.get("hours")) and worked.said else ""


def _stopped(page: Page, heard: list[Decimal]) -> str:
    """What was stopped by the way, as the vendor says; which one it was is known from the timesheet before, unless that
    has counted more hours already: then somebody stopped it, and started another, meanwhile.
    """
    if not heard:
        return ""
    if (now := page.running) and (cast(Entry, now).hours or 0) <= heard[-1]:
        return f" It stopped the timer of {known(page.place, now)} at {heard[-1]} hours."
    return f" It stopped another timer, of another day or started meanwhile, at {heard[-1]} hours."


def _stops(place: Kind, record: Record | None) -> Iterator[str]:
    """What the journal keeps of a timer that is stopped by the way, for whoever takes that back."""
    if record is not None:
        person = f', {place.acting.noun}="{place.whose}"' if place.acting and place.whose else ""
        stopped = f"The timer of {known(place, record)} was stopped by it and stays so;"
        yield f"{stopped} start_timer({place.key}={record.id}{person}) starts it."


async def _for(call: Call, system: System, place: Kind) -> str:
    """For whom it was done, where that is not the caller."""
    return f" It is the time{of}." if (of := await whose(call, system, place)) else ""


def _with(said: str, more: str) -> str:
    """A sentence more, before the record."""
    first, line, rest = said.partition("\n")
    return f"{first}{more}{line}{rest}"
