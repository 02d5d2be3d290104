"""The rules of time entries: two modes of tracking, one timer per person, locks (harvest-v2 4.3, 18, 29.2)."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from harvest_mcp.sandbox.harvest_v2.rules import locks, rates
from harvest_mcp.sandbox.harvest_v2.rules.common import must_exist
from harvest_mcp.sandbox.harvest_v2.rules.locks import CENT
from harvest_mcp.sandbox.harvest_v2.shapes import nested
from harvest_mcp.sandbox.harvest_v2.shapes.tracked import REFERENCE
from harvest_mcp.sandbox.harvest_v2.tables import ENTRIES, PEOPLE, PROJECTS, TASKS
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number, of, zone
from harvest_mcp.sandbox.harvest_v2.wire.receive import BadValue, read
from harvest_mcp.sandbox.harvest_v2.wire.refusal import blocked, forbidden, invalid
from harvest_mcp.sandbox.store import Row

TIMES = ("started_at", "ended_at")
NEEDED = (
    ("project_id", ("Project can't be blank",)),
    ("task_id", ("Task can't be blank",)),
    ("spent_at", ("Spent date can't be blank", "Spent date is not a valid date")),
)
NOTES_NEEDED = "Notes can't be blank"


def entry(visit: Visit, given: Row, before: Row) -> Row:
    """Return the columns to write of an entry, or refuse it with all problems in one message."""
    after = {**before, **given}
    problems = [text for column, texts in NEEDED if after.get(column) is None for text in texts]
    if visit.settings.notes_required and not after.get("notes"):
        problems.append(NOTES_NEEDED)
    if problems:
        raise invalid(*problems)
    if before:
        return _changed(visit, given, before)
    return _fresh(visit, given)


def _fresh(visit: Visit, given: Row) -> Row:
    person = _whose(visit, given)
    given["user_id"] = person["id"]
    _may_track(visit, given)
    booked = _booked(visit, given)
    clocked = {name: _kept(given.get(name)) for name in TIMES}
    row: Row = {
        **{name: value for name, value in given.items() if name not in (*TIMES, "external_reference")},
        **_reference(given),
        **{"is_billed": False, "is_closed": False, "adjustment_record": False},
    }
    if booked is not None:
        return {**row, **clocked, "hours": booked}
    stop_other(visit, number(person["id"]), 0)
    return {**row, **clocked, **_started(visit, person, given)}


def _whose(visit: Visit, given: Row) -> Row:
    """Return the caller, or another person the caller may track time for."""
    if given.get("user_id") is None or given["user_id"] == visit.caller.id:
        return visit.caller.person
    person = must_exist(visit, PEOPLE, given["user_id"], "User")
    if not visit.caller.administrator:
        theirs = given.get("project_id") in visit.managed or person["id"] in visit.teammates
        if not (visit.caller.has("time_and_expenses_manager") and theirs):
            raise forbidden()
    if not person["is_active"]:
        raise invalid("User is archived")
    return person


def _may_track(visit: Visit, row: Row) -> None:
    """Refuse unless person and task are assigned to the project and none is archived."""
    project = must_exist(visit, PROJECTS, row["project_id"], "Project")
    task = must_exist(visit, TASKS, row["task_id"], "Task")
    archived = (("Project", not project["active"]), ("Task", task["deactivated"]))
    problems = [f"{word} is archived" for word, gone in archived if gone]
    on, doing = nested.USER_ASSIGNMENT(visit, row), nested.TASK_ASSIGNMENT(visit, row)
    if on is None or on["deactivated"]:
        problems.append("User is not assigned to the project")
    if doing is None or doing["deactivated"]:
        problems.append("Task is not assigned to the project")
    if problems:
        raise invalid(*problems)


def _booked(visit: Visit, given: Row) -> Decimal | None:
    """Return the hours, or None to start a timer; tracking by start and end, `hours` alone starts one."""
    begun, ended = (cast("int | None", given.get(name)) for name in TIMES)
    if begun is not None and ended is not None:
        return _between(begun, ended)
    hours = given.get("hours")
    if visit.by_clock or hours is None or begun is not None:
        return None
    return of(Decimal, hours).quantize(CENT, ROUND_HALF_UP)


def _between(begun: int, ended: int) -> Decimal:
    """Return the hours between two times of day; an end before the start is after midnight."""
    return (Decimal((ended - begun) % 1440) / 60).quantize(CENT, ROUND_HALF_UP)


def _started(visit: Visit, person: Row, given: Row) -> Row:
    """Return the columns of a timer running since now, or since a past time on the entry's day."""
    at, begun = visit.now, cast("int | None", given.get("started_at"))
    if begun is not None:
        day = of(date, given["spent_at"])
        since = datetime(day.year, day.month, day.day, tzinfo=zone(person)) + timedelta(minutes=begun)
        at = min(since.astimezone(UTC), at)
    shown = _clock(at.astimezone(zone(person))) if begun is None else _kept(begun)
    clock: Row = {"started_at": shown, "ended_at": None} if visit.by_clock or begun is not None else {}
    return {"hours": Decimal(0), "timer_started_at": at, **clock}


def _changed(visit: Visit, given: Row, before: Row) -> Row:
    unlocked(visit, before)
    after = {**before, **given}
    if any(after[name] != before[name] for name in ("project_id", "task_id")):
        _may_track(visit, after)
    row: Row = {name: value for name, value in given.items() if name not in (*TIMES, "external_reference", "user_id")}
    row |= _reference(given)
    if set(TIMES) & given.keys():
        begun, ended = (_minutes(given[name] if name in given else before[name]) for name in TIMES)
        row |= {name: _kept(given[name]) for name in TIMES if name in given}
        if begun is not None and ended is not None:
            row |= {"hours": _between(begun, ended), "timer_started_at": None}
            return row
    if "hours" in row:
        if row["hours"] is None:
            raise invalid("Hours can't be blank")
        row["hours"] = of(Decimal, row["hours"]).quantize(CENT, ROUND_HALF_UP)
        if before["timer_started_at"]:
            row["timer_started_at"] = visit.now
    return row


def entry_made(visit: Visit, id: int, given: Row, before: Row) -> None:
    """Store the rates of the day with the entry, again if its project, task or day changes."""
    if before and not {"project_id", "task_id", "spent_at"} & given.keys():
        return
    row = {**visit.row(ENTRIES, id), "billable_rate": None, "cost_rate": None}
    kept = {"billable_rate": rates.billable_rate(visit, row), "cost_rate": rates.cost_rate(visit, row)}
    visit.store.update(ENTRIES, id, kept)


def entry_deleted(visit: Visit, row: Row) -> None:
    """Refuse to delete entries of an archived project or task, and locked ones except by an administrator."""
    project, task = visit.rows(PROJECTS).get(number(row["project_id"])), visit.rows(TASKS).get(number(row["task_id"]))
    if (project and not project["active"]) or (task and task["deactivated"]):
        raise blocked("This time entry is not removable. Its project or task is archived.")
    unlocked(visit, row)


def unlocked(visit: Visit, row: Row) -> None:
    """Refuse to change locked entries, except by administrators on active projects."""
    project = visit.rows(PROJECTS).get(number(row["project_id"]))
    reason = locks.of_entry(visit, row)
    if reason and (not visit.caller.administrator or (project and not project["active"])):
        raise invalid(f"This time entry is locked: {reason}")


def stop(visit: Visit, row: Row) -> None:
    """18: stop the timer of an entry; refuse without a running one."""
    if row["timer_started_at"] is None:
        raise invalid("This time entry is not running.")
    _stop(visit, row)


def restart(visit: Visit, row: Row) -> int:
    """18: restart a stopped timer, in a new entry if time is tracked by start and end; return the entry's id."""
    if row["timer_started_at"] is not None:
        raise invalid("This time entry is already running.")
    unlocked(visit, row)
    _may_track(visit, row)
    person = visit.row(PEOPLE, row["user_id"])
    stop_other(visit, number(row["user_id"]), number(row["id"]))
    if not visit.by_clock:
        visit.store.update(ENTRIES, number(row["id"]), {"timer_started_at": visit.now})
        return number(row["id"])
    like = {name: row[name] for name in ("user_id", "project_id", "task_id", "notes")}
    flags: Row = {"is_billed": False, "is_closed": False, "adjustment_record": False}
    fresh: Row = {**like, **flags, "spent_at": visit.today(person)}
    return visit.store.insert(ENTRIES, {**fresh, **_started(visit, person, {})})


def stop_other(visit: Visit, person: int, id: int) -> None:
    """Stop the person's other running timers."""
    for row in visit.store.rows(ENTRIES, [("user_id", "=", person), ("timer_started_at", "<>", ""), ("id", "<>", id)]):
        _stop(visit, row)


def _stop(visit: Visit, row: Row) -> None:
    person = visit.row(PEOPLE, row["user_id"])
    ended: Row = {"ended_at": _clock(visit.now.astimezone(zone(person)))} if row["started_at"] else {}
    visit.store.update(
        ENTRIES, number(row["id"]), {"hours": locks.hours(visit, row), "timer_started_at": None, **ended}
    )


def _reference(given: Row) -> Row:
    """Return the columns of an external reference; null clears them."""
    if "external_reference" not in given:
        return {}
    said = cast("object", given["external_reference"]) or {}
    if not isinstance(said, dict):
        raise invalid("External reference is invalid")
    return {f"ref_{name}": None if said.get(name) is None else str(said[name]) for name in REFERENCE}


NO_REFERENCE: Row = {f"ref_{name}": None for name in REFERENCE}


def _minutes(value: object) -> int | None:
    try:
        return value if isinstance(value, int) else of(int, read("clock", value)) if value else None
    except BadValue:
        return None


def _kept(value: object) -> str | None:
    """Format minutes since midnight as v1 stores them: `8:00am`."""
    if not isinstance(value, int):
        return None
    return f"{(value // 60 - 1) % 12 + 1}:{value % 60:02}{'pm' if value >= 720 else 'am'}"


def _clock(at: datetime) -> str:
    return str(_kept(at.hour * 60 + at.minute))
