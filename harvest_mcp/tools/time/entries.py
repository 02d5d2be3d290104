"""Time entries: logged, changed, and run by a timer."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from harvest_mcp.api import Api
from harvest_mcp.changes import Change
from harvest_mcp.changes.looking import holds
from harvest_mcp.errors import InvalidArguments, PossibleDuplicate, Unfit
from harvest_mcp.spec import Action, Record, Resource, Scope, System, Value
from harvest_mcp.systems.harvest.time_entries import TimeEntry, Timesheet
from harvest_mcp.tools.arguments.dates_and_hours import HOURS, SAID_SO, Worked, resolve_dates, spelled
from harvest_mcp.tools.arguments.model import STAYS, Argument, column, key, model, owner
from harvest_mcp.tools.arguments.references import check_rules, completed_values, locate, name_and_id
from harvest_mcp.tools.arguments.spellings import said_id
from harvest_mcp.tools.arguments.value_types import ID, LINES_TEXT, REFERENCE, TRUTH, Blank
from harvest_mcp.tools.questions.record_state import report_facts
from harvest_mcp.tools.questions.write_results import changed_along, insist_note, unchanged_answer, write_answer
from harvest_mcp.tools.records.actions import state_of
from harvest_mcp.tools.time.daily import enough, entry_of, read, running, wanted
from harvest_mcp.tools.time.running_timers import timer_now, timers_tool
from harvest_mcp.tools.time.timer_notes import (
    SAID,
    TimedDay,
    as_it_is,
    elsewhere,
    insert_note,
    logged_before,
    long_day_note,
    longer_day_note,
    of_whom,
    open_ids,
    rounding_note,
    stop_effects,
    stopped_along,
)
from harvest_mcp.tools.time.timesheet import sheet_day, timesheet_tool
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
Place = Scope[Record]

ON = [Argument("project", REFERENCE), Argument("task", REFERENCE)]
BOTH, LIKE = ("project", "task"), ("project_id", "task_id", "notes")
SPENT = Argument("hours", HOURS, "1.5, 1:30 or 8:00am-9:30am")
MOST_TWINS = 5
"""The most similar entries to name."""
NOTES = Argument("notes", LINES_TEXT)
EMPTIES = Blank("empties")


def timing_tools(system: System, resource: Kind) -> list[Tool]:
    """Return the tools of a resource with timesheets; none of any other."""
    if not resource.wire.day:
        return []
    (timer,) = (action for action in resource.actions if action.by_name)
    return [
        timesheet_tool(system, resource),
        timers_tool(system, resource),
        _log(system, resource),
        _start(system, resource, timer),
        _stop(system, resource, timer),
        _update(system, resource),
    ]


def _log(system: System, resource: Kind) -> Tool:
    name = "log_time"
    takes = [
        *(replace(each, required=True) for each in (*ON, SPENT)),
        sheet_day(resource, SAID_SO),
        NOTES,
        *besides(resource),
        *owner(resource),
        Argument("allow_duplicate", TRUTH),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = await resolve_dates(call, system, arguments), call.changes(system)
        more = wanted(given, *(each.name for each in besides(resource)))
        check_rules(name, resource, more, None, known=type(arguments).model_fields)
        worked = await hours_given(call, system, given)
        place = await locate(changes.api, resource, given)
        sheet = await read(changes.api, place, given.get("day"), slim=enough(resource, given, *BOTH))
        values = {**await _on(changes.api, place, sheet, given), **worked, **wanted(given, "notes"), **more}
        page, once = TimedDay(system, place, sheet, changes), not given.get("allow_duplicate")
        if once and (twins := logged_before(page, values, given)) and not await page.said(values):
            raise PossibleDuplicate(resource.word, [name_and_id(resource, twin) for twin in twins[:MOST_TWINS]])
        change = await page.create(values, once=once)
        done = f"On {spelled(sheet.for_day)}: {'already logged' if change.before else 'logged'}"
        whose = await of_whom(call, system, place)
        kept_as = rounding_note(given, sheet.for_day) or _started(change, values)
        hours = entry_of(change.record).hours if change.record and not change.before else None
        long = long_day_note(resource, sheet, hours, change.id) if hours else ""
        return insert_note(write_answer(done, system, resource, change, insist_note(change), kept_as, long), whose)

    return Tool(
        name=name,
        says="Log time spent.",
        toolset=resource.toolset,
        hints=Hints(),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was logged.",
    )


def besides(resource: Kind, *, changes: bool = False) -> list[Argument]:
    """Return arguments for further columns of an entry, such as an external reference."""
    others = [item for item in resource.writable() if not item.inner and item.name not in SAID]
    return [column(item, required=False, changes=changes) for item in others]


def _started(change: Change[Record], values: Mapping[str, Value]) -> str:
    """Return the sentence for hours that became a timer, as in accounts that keep start and end times (harvest-v2
    18)."""
    record = change.record
    if record is None or "hours" not in values or not entry_of(record).running:
        return ""
    return (
        "It runs as a timer, without these hours: this account keeps when work began and ended. Undo it, and give hours"
        " as 8:00am-9:30am."
    )


def _start(system: System, resource: Kind, timer: Action) -> Tool:
    name = "start_timer"
    takes = [
        *ON,
        NOTES,
        Argument(resource.key, ID, "or: go on with this one"),
        *owner(resource),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, heard = arguments.given(), list[Decimal]()
        changes = call.changes(system, aside=heard.append)
        place, again = await locate(changes.api, resource, given), resource.key in given
        if again == bool(wanted(given, *BOTH, "notes")) or (not again and len(wanted(given, *BOTH)) < len(BOTH)):
            why = f"takes either project and task, or {resource.key}"
            raise InvalidArguments(name, [why], known=[each.name for each in takes])
        sheet = await read(changes.api, place, slim=again or enough(resource, given, *BOTH))
        page = TimedDay(system, place, sheet, changes.doing(*stop_effects(place, running(resource, sheet))))
        if again:
            said, now = await _resumed(call, page, timer, given[resource.key])
        else:
            on = await _on(changes.api, place, page.sheet, given)
            said, now = await _begun(page, {**on, **wanted(given, "notes")})
        along = await stopped_along(call, page, now, heard)
        return insert_note(said, f"{elsewhere(page, now)}{along}{await of_whom(call, system, place)}")

    return Tool(
        name=name,
        says="Run a timer; stops one that runs.",
        toolset=resource.toolset,
        hints=Hints(),
        arguments=model(name, *takes),
        run=run,
        untouched="No timer was started.",
    )


async def _begun(page: TimedDay, values: Mapping[str, Value]) -> tuple[str, Record | None]:
    """Return a new entry without hours, whose timer runs (harvest-v1 18), unless it runs already."""
    if (now := page.running) and all(getattr(now, name) == value for name, value in values.items()):
        return as_it_is("Already running", page.place.resource, now), now
    change = await page.create(values)
    if change.before and change.record is not None and not entry_of(change.record).running:
        change = await page.create(values, once=False)  # it was stopped since the equal call
    done = "Already running:" if change.before else "Timer started:"
    return write_answer(done, page.system, page.place.resource, change), change.record


async def _resumed(call: Call, page: TimedDay, timer: Action, id: int) -> tuple[str, Record | None]:
    """Return a stopped entry that runs again; if that is impossible, a new one like it (harvest-v1 18)."""
    snapshot = await page.changes.current(page.place, id)
    record = snapshot.record
    if state_of(page.system, page.place.resource, timer, record):
        return as_it_is("Already running", page.place.resource, record), record
    if timer.once and getattr(record, timer.once):
        like = {name: value for name in LIKE if (value := getattr(record, name))}
        return await _begun(page, {"spent_at": page.sheet.for_day, **like})
    # More hours on an entry of another day are a change of it, like any other.
    stands = (
        []
        if entry_of(record).spent_at == page.sheet.for_day
        else await report_facts(call, page.system, page.place.resource, record)
    )
    change = await page.changes.act(page.place, timer, snapshot, wanted=True)
    return write_answer("Timer started:", page.system, page.place.resource, change, *stands), change.record


def _stop(system: System, resource: Kind, timer: Action) -> Tool:
    name = "stop_timer"
    takes = [Argument(resource.key, ID), *owner(resource)]

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = arguments.given(), call.changes(system)
        place = await locate(changes.api, resource, given)
        id = given.get(resource.key)
        if id is None:
            now, where = await timer_now(call, system, place)
            if now is None:
                return f"No timer runs{where}. Nothing was changed."
            id = now.id
        snapshot = await changes.current(place, id)
        if not state_of(system, resource, timer, snapshot.record):
            return as_it_is("Already stopped", place.resource, snapshot.record)
        change = await changes.act(place, timer, snapshot, wanted=False)
        hours = f" {entry_of(change.record).hours} hours:" if change.record else ""
        said = write_answer(f"Timer stopped at{hours}" if hours else "Timer stopped:", system, resource, change)
        return insert_note(said, await of_whom(call, system, place))

    return Tool(
        name=name,
        says="Stop the running timer.",
        toolset=resource.toolset,
        hints=Hints(repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was changed.",
    )


def _update(system: System, resource: Kind) -> Tool:
    name = system.tool("update", resource)
    # What they take is said of log_time.
    fills = [replace(each, blank=STAYS, says="") for each in (*ON, SPENT, sheet_day(resource, SAID_SO))]
    more = besides(resource, changes=True)
    fills += [replace(NOTES, blank=EMPTIES), *more]
    takes = [key(resource), *fills, *owner(resource)]

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = await resolve_dates(call, system, arguments), call.changes(system)
        if not wanted(given, *(each.name for each in fills)):
            raise InvalidArguments.unchanging(name, [each.name for each in takes])
        place = await locate(changes.api, resource, given)
        values: dict[str, Value] = {**await hours_given(call, system, given), **wanted(given, "notes")}
        if "day" in given:
            values["spent_at"] = given["day"]
        snapshot = await changes.current(place, given[resource.key])
        record = snapshot.record
        values |= await _moved(changes.api, place, entry_of(record), wanted(given, *BOTH))
        values |= wanted(given, *(each.name for each in more))
        check_rules(name, resource, values, record, known=type(arguments).model_fields)
        values = dict(completed_values(resource, values, {}, record))
        if holds(record, values):
            return unchanged_answer(resource, record)
        done = await changes.update(place, snapshot, values)
        stands = await report_facts(call, system, place.resource, done.record, values) if done.record else []
        also = f"{''.join(f' {each}' for each in stands)}{await of_whom(call, system, place)}"
        with_it = changed_along(resource, record, done.record, values)
        hours = rounding_note(given, entry_of(done.record or record).spent_at)
        long = await longer_day_note(changes.api, place, record, done.record)
        return insert_note(write_answer("Updated", system, resource, done, with_it, hours, long, before=record), also)

    return Tool(
        name=name,
        says="Change a time entry.",
        toolset=resource.toolset,
        hints=Hints(repeatable=True),
        arguments=model(name, *takes),
        run=run,
        untouched="Nothing was changed.",
    )


async def _moved(api: Api, place: Place, entry: TimeEntry, to: Mapping[str, str]) -> dict[str, Value]:
    """Return the project and task an entry moves to; only names cost a call. Old accounts tell names alone."""
    if not to:
        return {}
    at = {"project": str(entry.project_id or entry.project), "task": str(entry.task_id or entry.task), **to}
    named = any(said_id(value, noun) is None for noun, value in at.items())
    ids = await open_ids(api, place, await read(api, place, entry.spent_at) if named else None, **at)
    return {f"{noun}_id": id for noun, id in zip(BOTH, ids, strict=True) if noun in to}


async def _on(api: Api, place: Place, sheet: Timesheet, given: Mapping[str, Any]) -> dict[str, Value]:
    """Return the day, project and task of a new entry."""
    project, task = await open_ids(api, place, sheet, project=given["project"], task=given["task"])
    return {"spent_at": sheet.for_day, "project_id": project, "task_id": task}


async def hours_given(call: Call, system: System, given: Mapping[str, Any]) -> dict[str, Value]:
    """Return the hours in the form this account keeps; the other form would start a timer (harvest-v1 18).

    Raises:
        Unfit: the account keeps start and end times, and only hours were given.
    """
    if "hours" not in given:
        return {}
    worked = cast(Worked, given["hours"])
    if not (await call.who(system)).by_clock():
        return {"hours": worked.hours}
    if not worked.began:
        raise Unfit("This account keeps when work began and ended.", next="Give hours as 8:00am-9:30am.")
    return {"started_at": worked.began, "ended_at": worked.ended}
