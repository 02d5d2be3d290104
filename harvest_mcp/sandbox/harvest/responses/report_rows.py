"""The rows of reports: hours and expenses of a project, a person or a client in a period (harvest-v1 21)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from harvest_mcp.sandbox.asgi import HttpCall
from harvest_mcp.sandbox.harvest import rules
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.logins import Login
from harvest_mcp.sandbox.harvest.rules import Refusal
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Record, Report, Resource, Road, Value, fields
from harvest_mcp.systems.harvest import (
    DAY_ENTRIES,
    EXPENSES,
    HARVEST,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    USER_ASSIGNMENTS,
)

CENT = Decimal("0.01")
# The column that a parameter filters, and the value for each word; other words are ignored (harvest-v1 21).
WORDS: Mapping[str, tuple[str, Mapping[str, bool]]] = {
    "billable": ("billable", {"yes": True, "no": False}),
    "is_closed": ("is_closed", {"yes": True, "no": False}),
    "only_billed": ("is_billed", {"yes": True}),
    "only_unbilled": ("is_billed", {"yes": False}),
}
# Parameters that are ids: an unknown id is an error and not an empty list (harvest-v1 21).
IDS: Mapping[str, Resource[Record]] = {"user_id": PEOPLE, "project_id": PROJECTS}
# Which row has the rate of an hour, by how the project is billed, and the columns that identify it: `(its column, the
# entry's)`. Hours that are not billable, or of projects billed by none, have no rate (harvest-v1 13, 16, 17).
RATES: Mapping[str, tuple[Resource[Record], tuple[tuple[str, str], ...]]] = {
    "Tasks": (TASK_ASSIGNMENTS, (("project_id", "project_id"), ("task_id", "task_id"))),
    "People": (USER_ASSIGNMENTS, (("project_id", "project_id"), ("user_id", "user_id"))),
    "Project": (PROJECTS, (("id", "project_id"),)),
}


def allow(road: Road, id: int, call: HttpCall, login: Login) -> None:
    """Allow reports for administrators, and for everybody about themselves (harvest-v1 7; 29 row 21).

    Raises:
        Refusal: 404 for everybody else.
    """
    own = id if road.side == "person" else _number(call.asked("user_id") or "") if "user_id" in road.asks else 0
    if login.role != "administrator" and login.id != own:
        raise Refusal(404, "NotFound", "There is no report here for this user.", hint=False)


def under(store: Store, report: Report, road: Road, id: int, call: HttpCall, since: Sequence[Test]) -> list[Row]:
    """RE-1 to RE-5: return the rows of a period that belong to one record, filtered by the query.

    Raises:
        Refusal: 404 for an unknown id, 400 without a period.
    """
    asked = {name: word for name in road.asks if (word := call.asked(report.filter(name).query or "")) is not None}
    rules.found(store, HARVEST.resource(report.side(road.side).noun), id)
    where: list[Test] = [*since, *_period(report, call), *_named(store, asked)]
    table, shown = SOURCES[report.rows.noun]
    found = [row for place in _places(store, report, road, id) for row in store.rows(table, [*where, place])]
    rows = shown(store, found)
    return [row for row in sorted(rows, key=lambda row: int(str(row["id"]))) if _fits(row, asked)]


def _places(store: Store, report: Report, road: Road, id: int) -> list[Test]:
    """Return the tests for the rows of a record: by a column of its own, or through records that belong to it."""
    side = report.side(road.side)
    if not side.through:
        return [(side.column, "=", id)]
    through = report.side(side.through)
    own = store.rows(HARVEST.resource(through.noun), [(side.column, "=", id)])
    return [(through.column, "=", row["id"]) for row in own]


def _period(report: Report, call: HttpCall) -> Iterator[Test]:
    yield report.day, ">=", _day(call, "from")
    yield report.day, "<=", _day(call, "to")  # both days included


def _day(call: HttpCall, name: str) -> date:
    text = call.asked(name) or ""
    try:
        if len(text) == 8 and text.isascii() and text.isdigit():
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise rules.invalid(f"{name} must be a day such as 20180131.")


def _named(store: Store, asked: Mapping[str, str]) -> Iterator[Test]:
    for name in IDS.keys() & asked.keys():
        rules.found(store, IDS[name], _number(asked[name]))
        yield name, "=", _number(asked[name])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def _fits(row: Row, asked: Mapping[str, str]) -> bool:
    told = [(*WORDS[name], word) for name, word in asked.items() if name in WORDS]
    return all(row[column] == words[word] for column, words, word in told if word in words)


def _day_entries(store: Store, found: list[Row]) -> list[Row]:
    """Return recorded hours, with the columns that late bodies add: whether billable, and the rates."""
    if not found:
        return []
    tables = {kind.noun: store.rows(kind) for kind in (PROJECTS, TASK_ASSIGNMENTS, USER_ASSIGNMENTS, PEOPLE)}
    projects = {row["id"]: row for row in tables["project"]}
    costs = {row["id"]: row["cost_rate"] for row in tables["person"]}
    on = {(row["project_id"], row["task_id"]): row["billable"] for row in tables["task_assignment"]}
    prices = {
        bill_by: {tuple(row[own] for own, _ in places): row["hourly_rate"] for row in tables[kind.noun]}
        for bill_by, (kind, places) in RATES.items()
    }
    names, now, rows = tuple(fields(DAY_ENTRIES.record)), store.now(), []
    for row in found:
        project = projects.get(row["project_id"], {})
        bill_by = str(project.get("bill_by"))
        billable = bool(project.get("billable")) and bool(on.get((row["project_id"], row["task_id"])))
        places = RATES[bill_by][1] if billable and bill_by in RATES else ()
        rate = prices[bill_by].get(tuple(row[column] for _, column in places)) if places else None
        rows.append(
            {name: row.get(name) for name in names}
            | {"billable": billable, "billable_rate": rate, "cost_rate": costs.get(row["user_id"])}
            | {"hours_with_timer": _running(row, now)}
        )
    return rows


def _running(row: Row, now: datetime) -> Value:
    """Return the hours with a running timer, to two decimals; an empty text without one (harvest-v1 21)."""
    if not isinstance(since := row["timer_started_at"], datetime):
        return ""
    runs = Decimal(int((now - since).total_seconds())) / 3600
    return (Decimal(str(row["hours"])) + runs).quantize(CENT, ROUND_HALF_UP)


def _expenses(store: Store, found: list[Row]) -> list[Row]:
    return found


# By noun of a report's rows: the table, and how its rows are shown.
SOURCES: Mapping[str, tuple[Resource[Record], Callable[[Store, list[Row]], list[Row]]]] = {
    "day_entry": (HOURS, _day_entries),
    "expense": (EXPENSES, _expenses),
}
