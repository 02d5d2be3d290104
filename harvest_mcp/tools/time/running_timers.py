"""Timers that run on the sheets of other days, one's own or everybody's, in the fewest calls.

A timer is on the sheet of the day it was started (harvest-v1 18), and each sheet costs a call. The report of a person
tells all entries of a period at once, and when their timers were started (21). Where reports are refused, the journal
knows the timers that were started from here, and the sheets know the others, one by one.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

from harvest_mcp.api import Api
from harvest_mcp.changes import Wanted
from harvest_mcp.errors import CallFailed, Forbidden, HarvestMcpError, Incomplete, NotFound
from harvest_mcp.spec import BilledBy, Record, Resource, Scope, System, Value
from harvest_mcp.systems.harvest.time_entries import Timesheet
from harvest_mcp.text.apart import restoring
from harvest_mcp.text.render import as_csv, cells, count
from harvest_mcp.tools.arguments.dates_and_hours import spelled
from harvest_mcp.tools.arguments.model import model
from harvest_mcp.tools.arguments.spellings import as_id
from harvest_mcp.tools.time.daily import (
    RUNNING,
    entries,
    entry_of,
    of_one,
    read,
    running,
    tracked,
    unread_timers,
    yesterday,
)
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
Place = Scope[Record]
LOOKED = timedelta(days=14)
"""How many days from today to look for a timer."""
MOST_TRIED = 3
"""The most timers of the journal to check; a person has at most one."""
WHOSE = "user_id"
"""The column of a row's person."""
AT_ONCE = timedelta(seconds=5)
"""The most time between two changes of one call."""


@dataclass(frozen=True, slots=True)
class FoundTimer:
    """An entry whose timer runs, and whether all 14 days were searched; `doubt` says what could not be read."""

    record: Record | None = None
    looked: bool = True
    doubt: str = ""


async def timer_of_before(call: Call, system: System, place: Place, day: date, *, thorough: bool) -> FoundTimer:
    """Return the timer that runs on another sheet than that of `day`, which is today.

    `thorough` reads as many sheets as needed if reports are refused; otherwise only the day before.
    """
    api = call.api(system)
    if _told(place.resource):
        return await _running(call, system, place)
    rows = await _of_person(call, system, place, day)
    if row := next((row for row in rows or () if _timed(place.resource, row)), None):
        return FoundTimer(await api.get(place, row.id))
    # Of an entry from before those days, too, only the journal tells.
    async for id in _begun_here(call, system, place):
        try:
            if entry_of(record := await api.get(place, id)).running:
                return FoundTimer(record)
        except NotFound:
            continue
    if rows is not None:
        return FoundTimer()
    for back in range(1, LOOKED.days + 1 if thorough else 2):
        if (now := running(place.resource, await read(api, place, day - timedelta(days=back), slim=True))) is not None:
            return FoundTimer(now)
    return FoundTimer(looked=thorough)


async def timer_now(call: Call, system: System, place: Place) -> tuple[Record | None, str]:
    """Return the running timer, and where it was looked for, to follow `No timer runs`.

    Raises:
        HarvestMcpError: none is in what could be read.
    """
    if _told(place.resource):
        found = await _running(call, system, place)
        if found.doubt:
            raise HarvestMcpError(
                f"Whether a timer runs is not known: {found.doubt}.",
                next=f"Try once more in a minute, or pass {place.resource.key}.",
            )
        return found.record, ""
    now = running(place.resource, sheet := await read(call.api(system), place, slim=True))
    now = now or (await timer_of_before(call, system, place, sheet.for_day, thorough=True)).record
    return now, f" on the timesheets since {spelled(sheet.for_day - LOOKED)}"


def _told(resource: Kind) -> bool:
    """Return whether the vendor tells which entries run, on whatever day."""
    return any(each.name == RUNNING for each in resource.filters)


async def _running(call: Call, system: System, place: Place) -> FoundTimer:
    person = place.person or as_id((await call.who(system)).me())
    found = await call.api(system).scan(replace(place, person=person), where={RUNNING: True})
    now = next((row for row in found.rows if entry_of(row).running), None)
    return FoundTimer(now, doubt="" if now else unread_timers(found))


async def stopped_by(
    call: Call, system: System, place: Place, sheet: Timesheet, started: Record, hours: Decimal
) -> Record | None:
    """Return the entry of another day whose timer this start stopped at these hours: both changed at once."""
    api = call.api(system)

    def stopped(rows: Sequence[Record]) -> list[Record]:
        return [row for row in rows if row.id != started.id and _at_once(row, started, hours)]

    try:
        fit = stopped(entries(place.resource, await read(api, place, yesterday(sheet), slim=True)))
        if fit:
            return fit[0] if len(fit) == 1 and not entry_of(fit[0]).running else None
        fit = stopped(await _of_person(call, system, place, sheet.for_day) or ())
        return await api.get(place, fit[0].id) if len(fit) == 1 and not _timed(place.resource, fit[0]) else None
    except (CallFailed, Incomplete):
        return None


def _at_once(row: Record, started: Record, hours: Decimal) -> bool:
    one, other = tracked(row), tracked(started)
    if one.updated_at is None or other.updated_at is None or one.hours != hours:
        return False
    return abs(one.updated_at - other.updated_at) <= AT_ONCE


async def _of_person(call: Call, system: System, place: Place, day: date) -> Sequence[Record] | None:
    """Return this person's entries around a day; None if this user may not have the report."""
    person = place.person or as_id((await call.who(system)).me())
    if person is None:
        return None
    try:
        return await _rows(call.api(system), _reported(place.resource), person, day)
    except (NotFound, Forbidden):
        return None


async def _rows(api: Api, reported: BilledBy, person: int, day: date) -> Sequence[Record]:
    where: dict[str, Value] = {reported.person: person, "since": day - LOOKED, "until": day + LOOKED}
    rows = api.system.rows(reported.rows)
    return (await api.scan(Scope(rows), where=where)).every(rows.words)


def _reported(place: Kind) -> BilledBy:
    """Return the report that tells of timers; every resource with timers has one."""
    reported = place.rule(BilledBy)
    assert reported is not None  # noqa: S101 - see above
    return reported


def _timed(place: Kind, row: Record) -> bool:
    """Return whether a report's row says since when its timer runs, readable or not."""
    timer = _reported(place).timer
    return getattr(row, timer) is not None or timer in row.unread


async def _begun_here(call: Call, system: System, place: Place) -> AsyncIterator[int]:
    """Yield ids of this person's entries whose timers ran when last written from here, the latest first."""
    since = call.desk.clock() - LOOKED.total_seconds()
    seen = set[int]()
    for entry in await call.journal(system).find(Wanted(noun=place.resource.noun, since=since, outcomes=("applied",))):
        person = place.resource.under(entry.sent).person
        if entry.record is None or entry.record in seen or person != place.person:
            continue
        seen.add(entry.record)
        if (entry.after or {}).get("running"):
            yield entry.record
        if len(seen) >= MOST_TRIED:
            return


def timers_tool(system: System, resource: Kind) -> Tool:
    """Return `list_running_timers`: everybody's for an administrator, one's own for others."""
    name = "list_running_timers"

    async def run(call: Call, arguments: Arguments) -> str:
        if _told(resource):
            return await _seen(call, system, resource)
        who, day = await call.who(system), _today(call)
        since = f"since {spelled(day - LOOKED)}"
        if who.limits():
            return await _own(call, system, resource, day, since)
        people = system.resource(_reported(resource).person)
        everybody = (await call.api(system).scan(Scope(people))).every(people.words)
        active = [row for row in everybody if restoring(people, row) is None]
        timed = await _of_all(call, system, resource, active, day)
        looked = f"looked at the entries {since} of all {count(len(active), 'active person', 'active people')}"
        return await _table(call, system, resource, timed, {row.id: people.name_of(row) for row in active}, looked)

    return Tool(
        name=name,
        says="Whose timers run now.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name),
        run=run,
    )


async def _seen(call: Call, system: System, resource: Kind) -> str:
    """Return a row for each visible timer, the oldest first, from a list that tells names too."""
    timer = _reported(resource).timer
    found = await call.api(system).scan(Scope(resource), where={RUNNING: True})
    rows = sorted((row for row in found.rows if entry_of(row).running), key=lambda row: str(getattr(row, timer)))
    looked = "looked at all entries that this user may see"
    if doubt := unread_timers(found):
        looked = f"looked at the entries that this user may see, but {doubt}: there may be {'more' if rows else 'some'}"
    if not rows:
        return f"# {'No timer was found' if doubt else 'No timer runs'}: {looked}."
    columns = ("id", WHOSE, "person", "project", "task", "spent_at", "hours", timer, "notes")
    header = tuple("person_id" if name == WHOSE else name for name in columns)
    table, taken = as_csv(header, (cells(row, columns) for row in rows))
    return f"# {_many(len(rows), taken)}; {looked}.\n{table}"


def _many(rows: int, taken: int) -> str:
    cut = f"; the first {taken} are shown" if taken < rows else ""
    return f"{'1 timer runs' if rows == 1 else f'{rows} timers run'}{cut}"


def _today(call: Call) -> date:
    """Return the date somewhere on earth; one day more or less does not matter here."""
    return datetime.fromtimestamp(call.desk.clock(), UTC).date()


async def _own(call: Call, system: System, resource: Kind, day: date, since: str) -> str:
    now, _ = await timer_now(call, system, Scope(resource))
    looked = f"looked at your own entries {since}: only administrators see others'."
    if now is None:
        return f"# No timer runs: {looked}"
    columns = (*of_one(resource), _reported(resource).timer)
    return f"# 1 timer runs; {looked}\n{as_csv(columns, [cells(now, columns)])[0]}"


async def _of_all(
    call: Call, system: System, resource: Kind, people: Sequence[Record], day: date
) -> list[tuple[int, Record]]:
    """Return the running rows and whose they are.

    Raises:
        Incomplete: somebody's could not be read.
    """
    api = call.api(system)

    async def told(done: int) -> None:
        await call.progress(f"{done} of {len(people)} people read.")

    async def of(at: int, person: int) -> list[tuple[int, Record]]:
        try:
            rows = await _rows(api, _reported(resource), person, day)
        except CallFailed as why:
            raise Incomplete(f"The entries of person {person}", why, read=f"{at} of {len(people)} read") from None
        return [(person, row) for row in rows if _timed(resource, row)]

    found = await api.all_of(*(partial(of, at, person.id) for at, person in enumerate(people)), done=told)
    return [each for some in found for each in some]


async def _table(
    call: Call,
    system: System,
    resource: Kind,
    timed: Sequence[tuple[int, Record]],
    people: Mapping[int, str],
    looked: str,
) -> str:
    """Return a row for each timer, the oldest first; names of projects and tasks cost a list each, if a timer runs."""
    if not timed:
        return f"# No timer runs: {looked}."
    reported, api = _reported(resource), call.api(system)
    others = [system.resource(noun) for noun in ("project", "task")]
    lists = await api.all_of(*(partial(api.scan, Scope(other)) for other in others))
    on = {
        other.noun: {row.id: other.name_of(row) for row in found.rows}
        for other, found in zip(others, lists, strict=True)
    }
    columns = ("id", "person_id", "person", *on, "spent_at", "hours", reported.timer, "notes")
    rows = []
    for person, row in sorted(timed, key=lambda each: str(getattr(each[1], reported.timer))):
        entry, counted = tracked(row), getattr(row, reported.counted)
        named = (on["project"].get(entry.project_id or 0), on["task"].get(entry.task_id or 0))
        hours = entry.hours if counted is None else counted
        started, notes = cells(row, (reported.timer, "notes"))
        rows.append((row.id, person, people[person], *named, entry.spent_at, hours, started, notes))
    table, taken = as_csv(columns, rows)
    return f"# {_many(len(rows), taken)}; {looked}.\n{table}"
