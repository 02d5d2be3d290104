"""The daily API: TT-1 to TT-7, with its own paths, names and bodies (harvest-v1 18)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import cast
from zoneinfo import ZoneInfo

from harvest_mcp.errors import Malformed
from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.harvest import spelled_days
from harvest_mcp.sandbox.harvest.requests import Route, Visit, route
from harvest_mcp.sandbox.harvest.responses import bodies, currencies
from harvest_mcp.sandbox.harvest.rules import Refusal, found, invalid
from harvest_mcp.sandbox.harvest.rules.timesheet_rules import SheetRules, total
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Value, fields
from harvest_mcp.systems.harvest import CLIENTS, PEOPLE, PROJECTS, TASKS, TIME_ENTRIES
from harvest_mcp.systems.harvest.timezones import ZONES
from harvest_mcp.wire import rails, xml
from harvest_mcp.wire.document import Element, Plain
from harvest_mcp.wire.rails_wires import root_of

# The `type` attributes of the elements of an entry; all others have none (harvest-v1 5.2, 18).
TYPES: Mapping[str, str] = {
    "id": "integer",
    "spent_at": "date",
    "user_id": "integer",
    "hours": "float",
    "hours_without_timer": "float",
}
INSTANTS = ("timer_started_at", "created_at", "updated_at")
# Documented only from `docs` on, but sent in classic too.
ALL_ALONG = frozenset({"user_id", "project_id", "task_id", "created_at", "updated_at"})
WRITABLE = ("project_id", "task_id", "spent_at", "hours", "notes", "started_at", "ended_at")
HOURS = re.compile(r"-?\d{1,6}(\.\d{1,20})?", re.ASCII)
PREVIOUS = "hours_for_previously_running_timer"


def _day(visit: Visit) -> HttpAnswer:
    """TT-1, TT-2: list the entries of a day, with the projects to track on."""
    sheet = _sheet(visit)
    day = _of_year(visit.day, visit.year) if visit.year else sheet.today()
    listed = "array" if visit.profile == "late" else ""
    entries = [_entry(visit, sheet, row) for row in sheet.rows(day)]
    children: list[Element] = [("for_day", f"{day:%a, %d %b} {day.year:04}", "date"), ("day_entries", entries, listed)]
    reads_only = not found(visit.store, PEOPLE, sheet.person)["is_active"]
    if (open_ := sheet.open()) and not reads_only and visit.call.asked("slim") != "1":
        children.append(("projects", [_project(visit, *each) for each in open_], listed))
    return HttpAnswer(200, body=bodies.document(("daily", children, "")))


def _show(visit: Visit) -> HttpAnswer:
    """TT-3: get an entry."""
    sheet = _sheet(visit)
    return _told(visit, sheet, "timer", visit.id)


def _toggle(visit: Visit) -> HttpAnswer:
    """TT-4: start or stop the timer of an entry, with a GET."""
    sheet = _sheet(visit)
    id, stopped = sheet.toggle(visit.id)
    return _told(visit, sheet, "timer", id, stopped)


def _add(visit: Visit) -> HttpAnswer:
    """TT-5: create an entry: 201 with a body, no Location; the documentation has another root (29 row 6)."""
    given = _given(visit.call.body)
    sheet = _sheet(visit, given.pop("of_user", None))
    id, stopped = sheet.add(given)
    return _told(visit, sheet, "add", id, stopped, status=201)


def _delete(visit: Visit) -> HttpAnswer:
    """TT-6: delete an entry."""
    _sheet(visit).remove(visit.id)
    return HttpAnswer(200, content_type="")


def _update(visit: Visit) -> HttpAnswer:
    """TT-7: update an entry, with POST or PUT (29 row 7)."""
    given = _given(visit.call.body)
    sheet = _sheet(visit, given.pop("of_user", None))
    sheet.change(visit.id, given)
    return _told(visit, sheet, "timer", visit.id)


ROUTES: Sequence[Route] = (
    route("GET", "/daily", _day),
    route("GET", "/daily/{day}/{year}", _day),
    route("GET", "/daily/show/{id}", _show),
    route("GET", "/daily/timer/{id}", _toggle),
    route("POST", "/daily/add", _add),
    route("DELETE", "/daily/delete/{id}", _delete),
    route("POST", "/daily/update/{id}", _update),
    route("PUT", "/daily/update/{id}", _update),
)


def _sheet(visit: Visit, of_user: Value = None) -> SheetRules:
    """Return the timesheet of the caller, or of the `of_user` an administrator names (harvest-v1 7, 18)."""
    asked, administrator = visit.call.asked("of_user") or of_user, visit.login.role == "administrator"
    person = visit.login.id
    if asked is not None:
        person = int(str(asked)) if re.fullmatch(r"\d{1,15}", str(asked), re.ASCII) else 0
        if not administrator or visit.store.get(PEOPLE, person) is None:
            raise Refusal(404, "NotFound", "There is no such timesheet here for this user.", hint=False)
    zone = ZoneInfo(ZONES[visit.switches.timezone])
    own = person == visit.login.id
    return SheetRules(visit.store, person, zone, visit.switches.by_clock, administrator, own)


def _of_year(day: int, year: int) -> date:
    """Return the date of a day of a year; 404 for day 366 of a common year."""
    if 1000 <= year <= 9999 and 1 <= day <= 366:
        there = date(year, 1, 1) + timedelta(days=day - 1) if (year, day) < (9999, 366) else None
        if there is not None and there.year == year:
            return there
    raise Refusal(404, "NotFound", "There is no such day.", hint=False)


def _given(body: bytes) -> Row:
    """Return the values of a request, whose element names have dashes or underscores (harvest-v1 5.4)."""
    try:
        document = xml.read(body)
    except Malformed as error:
        raise invalid(f"The body is not an XML document this account reads ({error.code}).") from None
    if document.root != "request":
        raise invalid("The root of the body must be request.")
    elements = {name.replace("-", "_"): value for name, value in document.children}
    return {name: _value(name, elements[name]) for name in (*WRITABLE, "of_user") if name in elements}


def _value(name: str, value: Plain) -> Value:
    text = value.strip() if isinstance(value, str) else ""
    if name in ("notes", "started_at", "ended_at"):
        return value if isinstance(value, str) else ""
    if name == "spent_at":
        return _date(text)
    if name == "hours":
        if text and HOURS.fullmatch(text) is None:
            raise invalid("hours must be a number such as 1.5.")  # 30: the colon form is refused
        return Decimal(text).quantize(Decimal("0.01")) if text else None
    return int(text) if re.fullmatch(r"\d{1,15}", text, re.ASCII) else None


def _date(text: str) -> date:
    if (day := spelled_days.day(text)) is None:
        raise invalid("spent_at must be a day such as 2009-12-28.")
    return day


def _told(
    visit: Visit, sheet: SheetRules, root: str, id: int, stopped: Decimal | None = None, *, status: int = 200
) -> HttpAnswer:
    children = [_entry(visit, sheet, sheet.row(id))]
    if stopped is not None:
        children.append((PREVIOUS, _float(stopped), "float"))
    return HttpAnswer(status, body=bodies.document((root, children, "")))


def _entry(visit: Visit, sheet: SheetRules, row: Row) -> Element:
    names = _names(visit, row)
    shown: dict[str, Value] = {**row, **names, "notes": row["notes"] or ""}
    shown |= {"hours": total(row, visit.store.now()), "hours_without_timer": row["hours"] or Decimal(0)}
    absent = set() if sheet.by_clock else {"started_at", "ended_at"}
    absent |= {"running"} | ({"timer_started_at"} if row["timer_started_at"] is None else set())
    known = fields(TIME_ENTRIES.record).values()
    columns = [each.name for each in known if visit.profile in each.eras or each.name in ALL_ALONG]
    return (
        root_of(TIME_ENTRIES),
        [_element(name, shown[name]) for name in columns if name not in absent],
        "",
    )


def _names(visit: Visit, row: Row) -> Row:
    """Return the names of project, client and task."""
    project = found(visit.store, PROJECTS, int(str(row["project_id"])))
    client = found(visit.store, CLIENTS, int(str(project["client_id"])))
    task = found(visit.store, TASKS, int(str(row["task_id"])))
    return {"project": project["name"], "client": client["name"], "task": task["name"]}


def _element(name: str, value: Value) -> Element:
    if name in INSTANTS:
        at = cast("datetime | None", value)
        return name, format_datetime(at) if at else None, "datetime"  # harvest-v1 appendix C
    if TYPES.get(name) == "float":
        return name, _float(cast(Decimal, value)), "float"
    return name, "" if value is None else rails.show(value), TYPES.get(name, "")


def _float(value: Decimal) -> str:
    """Format a number as a float: `0.0`, `1.25`."""
    return str(float(value))


def _project(visit: Visit, project: Row, tasks: Sequence[Row]) -> Element:
    """Return a project to track on, with the elements of the era (harvest-v1 18)."""
    client = found(visit.store, CLIENTS, int(str(project["client_id"])))
    children: list[Element] = [
        ("name", str(project["name"]), ""),
        ("code", str(project["code"] or ""), ""),
        ("client", str(client["name"]), ""),
        ("id", str(project["id"]), "integer"),
    ]
    if visit.profile != "classic":
        children.append(("billable", rails.show(bool(project["billable"])), "boolean"))
    if visit.profile == "late":
        children += [
            ("client_id", str(client["id"]), "integer"),
            ("client_currency", str(client["currency"]), ""),
            ("client_currency_symbol", str(client["currency_symbol"] or currencies.symbol("USD")), ""),
        ]
    listed = "array" if visit.profile == "late" else ""
    return "project", [*children, ("tasks", [_task(each) for each in tasks], listed)], ""


def _task(task: Row) -> Element:
    billable = rails.show(bool(task["billable"]))
    return (
        "task",
        [("name", str(task["name"]), ""), ("id", str(task["id"]), "integer"), ("billable", billable, "boolean")],
        "",
    )
