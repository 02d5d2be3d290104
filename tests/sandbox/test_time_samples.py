"""Bodies of the daily API by the tables of harvest-v1 18: read, and reproduced."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.switches import Switches
from harvest_mcp.spec import Era, Part, Scope
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import (
    CLIENTS,
    HARVEST,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    TIME_ENTRIES,
    TIMESHEET,
    USER_ASSIGNMENTS,
)
from harvest_mcp.systems.harvest.time_entries import DailyEntry, DailySheet, OpenProject, OpenTask

from .kit import HEADERS, Clock, caller, shape
from .test_samples import names, sample, without

DAY, STARTED = date(2018, 3, 5), datetime(2018, 3, 5, 10, 15, tzinfo=UTC)
OLD = DailyEntry(
    id=9007,
    spent_at=DAY,
    client="Kestrel & Sons",
    project="Harbour map",
    task="Drafting",
    hours=Decimal("2.06"),
    notes="Sheet 4",
)
BEGUN = OLD.model_copy(
    update={
        "user_id": 31,
        "project_id": 220,
        "task_id": 12,
        "hours": Decimal("0.0"),
        "hours_without_timer": Decimal("0.0"),
        "timer_started_at": STARTED,
        "running": True,
    }
)
ONE = BEGUN.model_copy(
    update={
        "hours": Decimal("2.06"),
        "hours_without_timer": Decimal("2.06"),
        "timer_started_at": None,
        "running": False,
        "created_at": datetime(2018, 3, 1, 8, tzinfo=UTC),
        "updated_at": datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC),
    }
)
CLASSIC = OLD.model_copy(
    update={name: getattr(ONE, name) for name in ("user_id", "project_id", "task_id", "created_at", "updated_at")}
)
RUNNING = ONE.model_copy(update={"hours": Decimal("3.81"), "timer_started_at": STARTED, "running": True})
HALF = Decimal("1.5")
BY_CLOCK = ONE.model_copy(
    update={"hours": HALF, "hours_without_timer": HALF, "started_at": "8:00am", "ended_at": "9:30am"}
)
OPEN = OpenProject(
    name="Harbour map",
    code="HA-0001",
    client="Kestrel & Sons",
    id=220,
    billable=True,
    tasks=(OpenTask(name="Drafting", id=12, billable=True),),
)
LATE_OPEN = OPEN.model_copy(update={"client_id": 4101, "client_currency": "Euro - EUR", "client_currency_symbol": "€"})

SHOW, SHEET = "/daily/show/9007", "/daily/64/2018"
Case = tuple[str, Era, str, Part, set[str]]
READ: list[Case] = [
    ("time_entries/classic-one", "classic", SHOW, CLASSIC, set()),
    ("time_entries/docs-one", "docs", SHOW, ONE, set()),
    ("time_entries/late-one", "late", SHOW, ONE, set()),
    ("time_entries/late-running", "late", SHOW, RUNNING, set()),
    ("time_entries/late-by-clock", "late", SHOW, BY_CLOCK, set()),
    ("time_entries/docs-sheet", "docs", SHEET, DailySheet(for_day=DAY, day_entries=(ONE,), projects=(OPEN,)), set()),
    (
        "time_entries/late-sheet",
        "late",
        SHEET,
        DailySheet(for_day=DAY, day_entries=(ONE,), projects=(LATE_OPEN,)),
        set(),
    ),
    ("time_entries/late-slim", "late", f"{SHEET}?slim=1", DailySheet(for_day=DAY, day_entries=()), set()),
    ("time_entries/late-started", "late", "/daily/add", BEGUN, {"created_at", "updated_at"}),
]
every_body = pytest.mark.parametrize(
    ("name", "profile", "path", "record", "more"), READ, ids=[case[0] for case in READ]
)


def filled(profile: Era, record: Part) -> Sandbox:
    """An account that holds what a sample shows, at 12:00 UTC; the timer of the last one is started at 10:15."""
    clock = Clock()
    if record is BEGUN:
        clock.turn(-105 * 60)
    sandbox = open_account(
        profile=profile, clock=clock, seeded=False, switches=Switches(timezone="London", by_clock=record is BY_CLOCK)
    )
    sandbox.put(CLIENTS, id=4101, name="Kestrel & Sons", active=True, currency="Euro - EUR", currency_symbol="€")
    sandbox.put(PROJECTS, id=220, client_id=4101, name="Harbour map", code="HA-0001", active=True, billable=True)
    sandbox.put(TASKS, id=12, name="Drafting", deactivated=False)
    sandbox.put(PEOPLE, id=31, is_active=True)
    sandbox.put(USER_ASSIGNMENTS, project_id=220, user_id=31, deactivated=False)
    sandbox.put(TASK_ASSIGNMENTS, project_id=220, task_id=12, deactivated=False, billable=True)
    rows = record.day_entries or () if isinstance(record, DailySheet) else (record,)
    for row in rows:
        values = {**ONE.model_dump(), **row.model_dump(exclude_unset=True)}
        values["hours"] = values["hours_without_timer"]
        kept = {name: values[name] for name in values if name in HOURS.record.model_fields}
        if record is BEGUN:  # it is what stopped
            began = datetime(2018, 3, 5, 9, tzinfo=UTC)
            kept |= {"id": 9006, "hours": Decimal(0), "timer_started_at": began}
        sandbox.put(HOURS, **kept)
    return sandbox


@every_body
def test_the_client_reads_a_documented_body_to_exactly_its_values(
    name: str, profile: Era, path: str, record: Part, more: set[str]
) -> None:
    answer = Response(201, {}, sample(name))
    if isinstance(record, DailySheet):
        assert HARVEST.dialect.view(replace(TIMESHEET, path=SHEET)).read(answer) == record
        place = TIME_ENTRIES.under({"spent_at": "2018-03-05"})
        listed = place.resource.wire.list(place)
        assert listed.request.path == SHEET
        assert list(listed.read(answer).rows) == list(record.day_entries or ())
        return
    assert TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 9007).read(answer) == record
    assert TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 9007).request.path == SHOW
    created = TIME_ENTRIES.wire.create(Scope(TIME_ENTRIES), {})
    assert created.read(answer) == 9007
    assert created.aside is not None
    assert created.aside(answer) == (Decimal("1.25") if record is BEGUN else None)


@every_body
@pytest.mark.anyio
async def test_the_sandbox_reproduces_a_documented_body_element_for_element(
    name: str, profile: Era, path: str, record: Part, more: set[str]
) -> None:
    with filled(profile, record) as sandbox:
        async with caller(sandbox) as http:
            if record is BEGUN:
                body = b"<request><project_id>220</project_id><task_id>12</task_id><notes>Sheet 4</notes></request>"
                content = (await http.post(path, content=body, headers=HEADERS)).content
            else:
                content = (await http.get(path)).content
    assert without(shape(content), more) == shape(sample(name))
    assert names(shape(content)) - names(shape(sample(name))) == more
