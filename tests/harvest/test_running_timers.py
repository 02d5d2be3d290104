"""Timers of days before: found within 14 days by who asks, and everybody's by an administrator in one call."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import ADMIN, MEMBER, Fault, Sandbox
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.store import Row
from tests.conftest import Era
from tests.harvest.test_time import LATEST, NEW, RELAUNCH, at, first, stored, table
from tests.harvest.ticking import Ticking
from tests.tools.kit import undo

pytestmark = pytest.mark.anyio

HOUR, DAY = 3600, 86_400
REPORT = "GET /people/{}/entries?from={}&to={}"
LATE = f'"Website relaunch Design 2018-03-05" ({NEW})'


async def test_a_timer_started_on_monday_is_found_and_stopped_on_wednesday(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    """21: one call tells the entries of a period, and when the timer of one was started."""
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(2 * DAY)
        assert first(await talk.ok("get_timesheet")) == (
            "# Wednesday 2018-03-07: 0 entries, 0.00 hours; "
            f"a timer runs on {LATE}, whose hours go to Monday 2018-03-05"
        )
        assert talk.wire()[-2:] == [REPORT.format(31, "20180221", "20180321"), f"GET /daily/show/{NEW}"]
        assert first(await talk.ok("get_timesheet", week=True)).endswith("Sunday 2018-03-11: 1 entry, 48.00 hours; "
                                                                        f"a timer runs on {NEW}")  # fmt: skip
        assert first(await talk.ok("stop_timer")) == f"Timer stopped at 48.0 hours: time entry {LATE}. {undo(2)}"
        assert talk.wire()[:2] == ["GET /daily?slim=1", REPORT.format(31, "20180221", "20180321")]


@pytest.mark.parametrize(("login", "days", "found"), [(MEMBER, 14, True), (ADMIN, 13, True), (ADMIN, 15, False)])
async def test_a_timer_is_found_within_14_days(
    sandbox: Sandbox, clock: Ticking, login: object, days: int, found: bool
) -> None:
    async with at(sandbox, clock, login=login) as talk:  # type: ignore[arg-type]  # None is nobody
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(days * DAY)
        answer = first(await talk.ok("stop_timer"))
        assert answer.startswith("Timer stopped at") is found
        assert found or answer == "No timer runs on the timesheets since Tuesday 2018-03-06. Nothing was changed."


async def test_a_timer_that_was_set_going_here_on_an_old_entry_is_found(sandbox: Sandbox, clock: Ticking) -> None:
    """The report of the last 14 days does not show it."""
    async with at(sandbox, clock) as talk:
        await talk.ok("log_time", **RELAUNCH, hours=1, day="2018-01-15")
        await talk.ok("start_timer", time_entry_id=NEW)
        assert first(await talk.ok("stop_timer")).startswith("Timer stopped at 1.0 hours: ")


async def test_an_administrator_finds_the_timer_of_somebody_else(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as talk:
        await talk.ok("start_timer", **RELAUNCH, person="Ana Souza")
        clock.turn(5 * DAY)
        assert f"a timer runs on {LATE}" in await talk.ok("get_timesheet", person="34")
        assert talk.wire() == [
            "GET /daily?of_user=34&slim=1", REPORT.format(34, "20180224", "20180324"),
            f"GET /daily/show/{NEW}?of_user=34", "GET /people/34",
        ]  # fmt: skip


@pytest.mark.parametrize("known", [True, False])
async def test_where_reports_are_refused_the_journal_and_then_the_sheets_tell(
    sandbox: Sandbox, clock: Ticking, known: bool
) -> None:
    """29 row 21: whether one's own entries are in reach of a regular user is unclear."""
    if not known:
        saturday = datetime(2018, 3, 3, 12, tzinfo=UTC)
        like = sandbox.rows(HOURS, LATEST)[-1]
        told: Row = {"user_id": 33, "project_id": 301, "task_id": 501, "spent_at": saturday.date(), "hours": Decimal(0)}
        sandbox.put(HOURS, **{**like, **told, "id": NEW, "timer_started_at": saturday})
    sandbox.fail(Fault("status", "404", path="/people/*/entries", times=9))
    async with at(sandbox, clock, login=MEMBER) as talk:
        if known:
            await talk.ok("start_timer", **RELAUNCH)
            clock.turn(3 * DAY)
            assert f"a timer runs on {LATE}" in await talk.ok("get_timesheet")
            assert talk.wire()[-1] == f"GET /daily/show/{NEW}"
        else:
            assert first(await talk.ok("get_timesheet")).endswith("0.00 hours; whether a timer of before yesterday "
                                                                  "runs is not known: stop_timer looks")  # fmt: skip
        assert stored(await talk.ok("stop_timer"))["id"] == NEW
        days = [call for call in talk.wire() if call.startswith("GET /daily/6") and "show" not in call]
        assert len(days) == (0 if known else 2)


async def test_the_timer_that_another_one_stopped_is_named_whatever_its_day(sandbox: Sandbox, clock: Ticking) -> None:
    """18: starting one stops the other and reports its hours, not its name."""
    async with at(sandbox, clock) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(3 * DAY)
        answer = first(await talk.ok("start_timer", project="Website relaunch", task="Research"))
        assert answer.endswith(f"It stopped the timer of {LATE} at 72.0 hours.")


async def test_who_has_a_timer_running_is_one_call_of_an_administrator(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        assert await talk.ok("list_running_timers") == (
            "# No timer runs: looked at the entries since Monday 2018-02-19 of all 11 active people."
        )
        assert len(talk.wire()) == 2 + 11
        await talk.ok("start_timer", **RELAUNCH, person="34", notes="Header")
        clock.turn(2 * DAY)
        await talk.ok("start_timer", project="Website relaunch", task="Research", person="33")
        clock.turn(HOUR)
        answer = await talk.ok("list_running_timers")
        assert (
            first(answer) == "# 2 timers run; looked at the entries since Wednesday 2018-02-21 of all 11 active people."
        )
        assert table(answer) == [
            {"id": str(NEW), "person_id": "34", "person": "Ana Souza", "project": "Website relaunch",
             "task": "Design", "spent_at": "2018-03-05", "hours": "49.00", "timer_started_at": "2018-03-05T12:00:00Z",
             "notes": "Header"},
            {"id": str(NEW + 1), "person_id": "33", "person": "Róisín Byrne", "project": "Website relaunch",
             "task": "Research", "spent_at": "2018-03-07", "hours": "1.00", "timer_started_at": "2018-03-07T12:00:00Z",
             "notes": ""},
        ]  # fmt: skip
        assert len(talk.wire()) == 2 + 11 + 2  # and the two lists of names


async def test_others_are_told_of_their_own_timer_only(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock, login=MEMBER) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(DAY)
        answer = await talk.ok("list_running_timers")
        assert first(answer) == (
            "# 1 timer runs; looked at your own entries since Tuesday 2018-02-20: only administrators see others'."
        )
        assert [row["id"] for row in table(answer)] == [str(NEW)]
        assert [row["project"] for row in table(answer)] == ["Website relaunch"]


async def test_people_who_could_not_be_read_are_not_taken_for_idle(sandbox: Sandbox, clock: Ticking) -> None:
    sandbox.fail(Fault("status", "404", path="/people/35/entries"))
    async with at(sandbox, clock) as talk:
        assert (await talk.error("list_running_timers")).startswith("The entries of person 35 could not be read: ")
        row = b"<day-entry><id>1</id><hours>1.0</hours><timer-started-at>soon</timer-started-at></day-entry>"
        body = b'<day-entries type="array">%b</day-entries>' % row
        sandbox.calm()
        sandbox.fail(Fault("garbage", "200", path="/people/35/entries", body=body))
        (row_of_it,) = table(await talk.ok("list_running_timers"))
        assert (row_of_it["person_id"], row_of_it["timer_started_at"]) == ("35", "unreadable")
