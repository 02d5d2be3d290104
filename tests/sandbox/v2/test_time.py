"""Time: both modes of tracking, one timer a person, locks, references (harvest-v2 4.3, 18, 29.2)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import ADMIN, MEMBER, Sandbox

from .conftest import Open
from .kit import ADA, DESIGN, LOGO, MANAGEMENT, ROISIN, TODAY, WEBSITE, Clock, caller, ok, refused

pytestmark = pytest.mark.anyio
ENTRY = {"project_id": LOGO, "task_id": DESIGN, "spent_date": TODAY}
BLANK = "Project can't be blank, Task can't be blank, Spent date can't be blank, Spent date is not a valid date"


def times(row: Any) -> tuple[Decimal, str | None, str | None, bool]:
    return row["hours"], row["started_time"], row["ended_time"], row["is_running"]


async def test_nothing_given_is_told_in_the_recorded_words(http: httpx.AsyncClient) -> None:
    assert refused(await http.post("/time_entries", json={})) == BLANK


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"project_id": 1}, "Project must exist"),
    ({"task_id": 1}, "Task must exist"),
    ({"task_id": MANAGEMENT}, "Task is not assigned to the project"),
    ({"project_id": 310, "task_id": 511}, "Task is archived, Task is not assigned to the project"),
    ({"user_id": ROISIN}, "User is not assigned to the project"),
    ({"user_id": 37}, "User is archived"),
    ({"user_id": 1}, "User must exist"),
    ({"hours": "much"}, "Hours is invalid"),
    ({"started_time": "25:00"}, "Started time is invalid"),
    ({"external_reference": "88"}, "External reference is invalid"),
]


@pytest.mark.parametrize(("body", "words"), REFUSALS)
async def test_time_that_does_not_fit_is_refused(http: httpx.AsyncClient, body: dict[str, Any], words: str) -> None:
    assert refused(await http.post("/time_entries", json={**ENTRY, "hours": 1, **body})) == words


async def test_a_duration_is_booked_or_left_out_to_start_a_timer(http: httpx.AsyncClient, clock: Clock) -> None:
    booked = ok(await http.post("/time_entries", json={**ENTRY, "hours": "0.256"}), 201)
    assert times(booked) == (Decimal("0.26"), None, None, False)
    running = ok(await http.post("/time_entries", json=ENTRY), 201)
    assert times(running) == (Decimal(0), None, None, True)
    assert running["timer_started_at"] == f"{TODAY}T09:00:00Z"
    clock.turn(5400)
    told = ok(await http.get(f"/time_entries/{running['id']}"))
    assert (told["hours"], told["hours_without_timer"]) == (Decimal("1.5"), Decimal(0))
    stopped = ok(await http.patch(f"/time_entries/{running['id']}/stop"))
    assert (times(stopped), stopped["timer_started_at"]) == ((Decimal("1.5"), None, None, False), None)


async def test_start_and_end_are_taken_by_a_duration_account_too(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/time_entries", json={**ENTRY, "started_time": "8:00am", "ended_time": "09:30"}), 201)
    assert times(made) == (Decimal("1.5"), None, None, False)


async def test_one_timer_runs_for_a_person(http: httpx.AsyncClient, clock: Clock) -> None:
    first = ok(await http.post("/time_entries", json=ENTRY), 201)["id"]
    clock.turn(3600)
    second = ok(await http.post("/time_entries", json={**ENTRY, "project_id": WEBSITE}), 201)["id"]
    assert times(ok(await http.get(f"/time_entries/{first}"))) == (Decimal(1), None, None, False)
    ok(await http.patch(f"/time_entries/{first}/restart"))
    running = ok(await http.get("/time_entries?is_running=true"))["time_entries"]
    assert [row["id"] for row in running] == [first]
    assert ok(await http.get(f"/time_entries/{second}"))["is_running"] is False
    other = {"user_id": 34, **ENTRY}
    ok(await http.post("/time_entries", json=other), 201)
    assert ok(await http.get("/time_entries?is_running=true&from=2026-03-01"))["total_entries"] == 2


async def test_restart_and_stop_fit_their_state_only(http: httpx.AsyncClient) -> None:
    booked = ok(await http.post("/time_entries", json={**ENTRY, "hours": 1}), 201)["id"]
    assert refused(await http.patch(f"/time_entries/{booked}/stop")) == "This time entry is not running."
    again = ok(await http.patch(f"/time_entries/{booked}/restart"))
    assert (again["id"], again["is_running"], again["hours_without_timer"]) == (booked, True, Decimal(1))
    assert refused(await http.patch(f"/time_entries/{booked}/restart")) == "This time entry is already running."


async def test_in_a_clock_account_hours_alone_start_a_timer(opened: Open, clock: Clock) -> None:
    async with caller(opened(by_clock=True)) as http:
        made = ok(await http.post("/time_entries", json={**ENTRY, "hours": 1.5}), 201)
        assert times(made) == (Decimal(0), "04:00", None, True)
        clock.turn(600)
        stopped = ok(await http.patch(f"/time_entries/{made['id']}/stop"))
        assert times(stopped) == (Decimal("0.17"), "04:00", "04:10", False)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("10:00", "9:00am", "23"), ("8:00am", "8:00am", "0"), ("11:30pm", "00:15", "0.75"), ("12:00am", "12:00pm", "12")],
)
async def test_reversed_times_are_counted_past_midnight(opened: Open, start: str, end: str, hours: str) -> None:
    async with caller(opened(by_clock=True)) as http:
        body = {**ENTRY, "started_time": start, "ended_time": end, "hours": 4}
        assert ok(await http.post("/time_entries", json=body), 201)["hours"] == Decimal(hours)


async def test_a_start_alone_runs_since_then(opened: Open) -> None:
    async with caller(opened(by_clock=True)) as http:
        made = ok(await http.post("/time_entries", json={**ENTRY, "started_time": "03:30"}), 201)
        assert times(made) == (Decimal("0.5"), "03:30", None, True)


async def test_in_a_clock_account_restart_makes_a_new_entry(opened: Open, clock: Clock) -> None:
    async with caller(opened(by_clock=True)) as http:
        body = {**ENTRY, "spent_date": "2026-02-27", "started_time": "8:00", "ended_time": "9:00", "notes": "Logo"}
        old = ok(await http.post("/time_entries", json=body), 201)
        running = ok(await http.post("/time_entries", json={**ENTRY, "hours": 1}), 201)
        clock.turn(60)
        new = ok(await http.patch(f"/time_entries/{old['id']}/restart"))
        assert new["id"] > running["id"]
        assert (times(new), new["notes"], new["spent_date"]) == ((Decimal(0), "04:01", None, True), "Logo", TODAY)
        assert ok(await http.get(f"/time_entries/{old['id']}")) == old
        assert ok(await http.get(f"/time_entries/{running['id']}"))["is_running"] is False


async def test_a_patch_of_one_time_counts_against_the_other(opened: Open) -> None:
    async with caller(opened(by_clock=True)) as http:
        made = ok(await http.post("/time_entries", json={**ENTRY, "started_time": "8:00", "ended_time": "9:00"}), 201)
        path = f"/time_entries/{made['id']}"
        assert times(ok(await http.patch(path, json={"ended_time": "10:30"}))) == (
            Decimal("2.5"),
            "08:00",
            "10:30",
            False,
        )
        told = ok(await http.patch(path, json={"hours": 4}))
        assert times(told) == (Decimal(4), "08:00", "10:30", False)


async def test_the_day_of_a_timer_is_the_persons(opened: Open, clock: Clock) -> None:
    clock.turn(-6 * 3600)
    sandbox = opened(by_clock=True)
    async with caller(sandbox, MEMBER) as member, caller(sandbox, ADMIN) as admin:
        body = {
            "project_id": 319,
            "task_id": DESIGN,
            "spent_date": "2026-02-27",
            "started_time": "8:00",
            "ended_time": "9:00",
        }
        old = ok(await member.post("/time_entries", json=body), 201)["id"]
        assert ok(await member.patch(f"/time_entries/{old}/restart"))["spent_date"] == TODAY
        old = ok(await admin.post("/time_entries", json=body), 201)["id"]
        assert ok(await admin.patch(f"/time_entries/{old}/restart"))["spent_date"] == "2026-03-01"


async def test_a_patch_changes_what_is_sent_and_keeps_the_rest(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/time_entries", json={**ENTRY, "hours": 1, "notes": " first \n"}), 201)
    told = ok(await http.patch(f"/time_entries/{made['id']}", json={"hours": 2, "user_id": 34}))
    assert told == {**made, "hours": Decimal(2), "hours_without_timer": Decimal(2), "rounded_hours": Decimal(2)}
    assert ok(await http.patch(f"/time_entries/{made['id']}", json={"notes": None}))["notes"] is None
    moved = ok(await http.patch(f"/time_entries/{made['id']}", json={"project_id": WEBSITE, "task_id": MANAGEMENT}))
    assert (moved["project"]["id"], moved["task"]["id"], moved["billable_rate"]) == (WEBSITE, MANAGEMENT, Decimal(95))


async def test_an_external_reference_is_text_and_can_be_taken_away(http: httpx.AsyncClient) -> None:
    link = {"id": 88, "group_id": "4", "permalink": "https://tracker.example/88"}
    made = ok(await http.post("/time_entries", json={**ENTRY, "hours": "0.25", "external_reference": link}), 201)
    icon = "https://proxy.harvestfiles.com/production_harvestapp_public/uploads/platform_icons/tracker.example.png"
    assert made["external_reference"] == {
        **{"id": "88", "group_id": "4", "account_id": None, "permalink": "https://tracker.example/88"},
        **{"service": "tracker.example", "service_icon_url": icon},
    }
    found = ok(await http.get("/time_entries?external_reference_id=88"))["time_entries"]
    assert [row["id"] for row in found] == [made["id"]]
    told = ok(await http.delete(f"/time_entries/{made['id']}/external_reference"))
    assert told == {**made, "external_reference": None}


async def one(http: httpx.AsyncClient, query: str) -> Any:
    return ok(await http.get(f"/time_entries?per_page=1&{query}"))["time_entries"][0]


async def test_locks_say_why(http: httpx.AsyncClient) -> None:
    for query, reason in (
        ("to=2025-11-01&is_billed=true", "Item Invoiced and Approved and Locked for this Time Period"),
        ("from=2025-12-25&to=2026-01-15", "Item Approved and Locked for this Time Period"),
    ):
        row = await one(http, query)
        assert (row["is_locked"], row["locked_reason"], row["approval_status"]) == (True, reason, "approved")
    assert (await one(http, "from=2026-02-20"))["locked_reason"] is None


async def test_only_administrators_change_what_is_locked(http: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    row = await one(member, "to=2026-01-15&project_id=319")
    path = f"/time_entries/{row['id']}"
    words = f"This time entry is locked: {row['locked_reason']}"
    assert refused(await member.patch(path, json={"notes": "x"})) == words
    assert refused(await member.delete(path)) == words
    assert refused(await member.patch(f"{path}/restart")) == words
    assert ok(await http.patch(path, json={"notes": "x"}))["notes"] == "x"
    assert ok(await http.delete(path))["id"] == row["id"]


async def test_notes_may_be_required(opened: Open) -> None:
    async with caller(opened(notes_required=True)) as http:
        assert ok(await http.get("/company"))["day_entry_notes_required"] is True
        assert refused(await http.post("/time_entries", json={**ENTRY, "hours": 1})) == "Notes can't be blank"
        ok(await http.post("/time_entries", json={**ENTRY, "hours": 1, "notes": "Logo"}), 201)


async def test_an_entry_that_is_deleted_is_gone_with_its_timer(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/time_entries", json=ENTRY), 201)
    assert ok(await http.delete(f"/time_entries/{made['id']}")) == made
    assert ok(await http.get("/time_entries?is_running=true"))["total_entries"] == 0
    assert made["user"]["id"] == ADA
    following = ok(await http.post("/time_entries", json={**ENTRY, "hours": 1}), 201)
    assert following["id"] == made["id"] + 1


async def test_hours_are_rounded_up_where_the_account_rounds(opened: Open) -> None:
    async with caller(opened(rounding=15)) as http:
        made = ok(await http.post("/time_entries", json={**ENTRY, "hours": "1.3"}), 201)
        assert (made["hours"], made["rounded_hours"]) == (Decimal("1.3"), Decimal("1.5"))
        report = ok(await http.get(f"/reports/time/projects?from={TODAY}&to={TODAY}"))["results"]
        assert [(row["project_id"], row["total_hours"]) for row in report] == [(LOGO, Decimal("1.5"))]


async def test_hours_of_an_entry_cannot_be_emptied(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/time_entries", json={**ENTRY, "hours": 1}), 201)
    assert refused(await http.patch(f"/time_entries/{made['id']}", json={"hours": None})) == "Hours can't be blank"
    assert refused(await http.patch(f"/time_entries/{made['id']}", json={"task_id": None})) == "Task can't be blank"
