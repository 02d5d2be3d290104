"""Timers through the real client, on a clock that is turned: started, stopped, gone on with, and taken back."""

from datetime import date
from decimal import Decimal

import anyio
import pytest

from harvest_mcp.sandbox import ADMIN, MEMBER, Fault, Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.switches import Switches
from tests.conftest import Era
from tests.harvest.test_time import LATEST, NEW, RELAUNCH, at, first, stored
from tests.harvest.ticking import Ticking
from tests.patience import until
from tests.tools.kit import undo

pytestmark = pytest.mark.anyio

HOUR = 3600
NAMED = f'time entry "Website relaunch Design 2018-03-05" ({NEW})'
KNOWN = NAMED.removeprefix("time entry ")
TIMER = f"GET /daily/timer/{NEW}"
SHOW = f"GET /daily/show/{NEW}"


def timers(sandbox: Sandbox) -> list[object]:
    """The entries whose timers run."""
    return [row["id"] for row in sandbox.rows(HOURS, ("timer_started_at", "<>", ""))]


async def test_a_timer_starts_runs_and_stops(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    """18: missing hours in TT-5 start a timer; TT-4 on a running entry stops it."""
    async with at(sandbox, clock, era, login=MEMBER) as talk:
        answer = await talk.ok("start_timer", **RELAUNCH, notes="Header")
        assert talk.wire() == ["GET /daily", "POST /daily/add", SHOW]
        assert b"hours" not in sandbox.seen[-2].body
        assert first(answer) == f"Timer started: {NAMED}. {undo(1)}"
        assert {name: stored(answer)[name] for name in ("hours", "running", "timer_started_at")} == {
            "hours": "0.0", "running": True, "timer_started_at": "2018-03-05T12:00:00Z"
        }  # fmt: skip
        clock.turn(1.25 * HOUR)
        assert first(await talk.ok("get_timesheet")) == (
            f"# Monday 2018-03-05: 1 entry, 1.25 hours; a timer runs on {NEW}"
        )
        answer = await talk.ok("stop_timer")
        assert talk.wire() == ["GET /daily?slim=1", SHOW, TIMER, SHOW]
        assert first(answer) == f"Timer stopped at 1.25 hours: {NAMED}. {undo(2)}"
        clock.turn(HOUR)
        assert stored(await talk.ok("get_time_entry", time_entry_id=NEW))["hours"] == "1.25"


async def test_starting_one_stops_the_other_and_says_which_and_at_what(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    """18: one running timer per user; `hours_for_previously_running_timer`."""
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(1.5 * HOUR)
        answer = await talk.ok("start_timer", project="Website relaunch", task="Research")
        assert first(answer) == (
            f'Timer started: time entry "Website relaunch Research 2018-03-05" ({NEW + 1}). {undo(2)} '
            f"It stopped the timer of {KNOWN} at 1.5 hours."
        )
        assert timers(sandbox) == [NEW + 1]
        clock.turn(0.5 * HOUR)
        answer = await talk.ok("start_timer", time_entry_id=NEW)
        assert talk.wire() == ["GET /daily?slim=1", SHOW, TIMER, SHOW]
        assert first(answer) == (
            f"Timer started: {NAMED}. {undo(3)} "
            f'It stopped the timer of "Website relaunch Research 2018-03-05" ({NEW + 1}) at 0.5 hours.'
        )
        clock.turn(0.25 * HOUR)
        assert stored(await talk.ok("stop_timer"))["hours"] == "1.75"


async def test_a_definite_state_is_brought_about_only_where_it_is_not(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    """18: TT-4 turns either into the other, so an entry is read first."""
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        for again in ({**RELAUNCH}, {"time_entry_id": NEW}):
            assert first(await talk.ok("start_timer", **again)) == f"Already running: {KNOWN}. Nothing was changed."
            assert {call.split("?")[0] for call in talk.wire()} <= {"GET /daily", SHOW}
        await talk.ok("stop_timer")
        assert first(await talk.ok("stop_timer", time_entry_id=NEW)) == (
            f"Already stopped: {KNOWN}. Nothing was changed."
        )
        assert talk.wire() == [SHOW]
        assert await talk.ok("stop_timer") == (
            "No timer runs on the timesheets since Monday 2018-02-19. Nothing was changed."
        )
        report = "GET /people/31/entries?from=20180219&to=20180319"
        assert talk.wire() == ["GET /daily?slim=1", "GET /account/who_am_i", report]


async def test_work_taken_up_again_is_a_new_entry_although_it_was_said_before(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(60)
        await talk.ok("stop_timer")
        assert first(await talk.ok("start_timer", **RELAUNCH)).startswith(
            f'Timer started: time entry "Website relaunch Design 2018-03-05" ({NEW + 1}).'
        )
        assert timers(sandbox) == [NEW + 1]


async def test_a_timer_of_before_midnight_is_found_and_stopped(clock: Ticking, era: Era) -> None:
    """18: an entry stays on the day it was started."""
    with open_account(clock=clock, calls=None, switches=Switches(timezone="Berlin")) as sandbox:
        clock.turn(10.5 * HOUR)  # 23:30 there
        async with at(sandbox, clock, era) as talk:
            await talk.ok("start_timer", **RELAUNCH)
            clock.turn(HOUR)
            for day in ({}, {"day": "today"}):
                assert first(await talk.ok("get_timesheet", **day)) == (
                    "# Tuesday 2018-03-06: 0 entries, 0.00 hours; "
                    f"a timer runs on {KNOWN}, whose hours go to Monday 2018-03-05"
                )
                assert talk.wire()[-1] == f"GET /daily/show/{NEW}"
            assert first(await talk.ok("get_timesheet", day="2018-03-06")) == (
                "# Tuesday 2018-03-06: 0 entries, 0.00 hours"
            )
            assert first(await talk.ok("stop_timer")) == f"Timer stopped at 1.0 hours: {NAMED}. {undo(2)}"
            clock.turn(60)
            assert first(await talk.ok("start_timer", time_entry_id=NEW)) == (
                f"Timer started: {NAMED}. {undo(3)} Its hours go to Monday 2018-03-05, not to today."
            )
            clock.turn(HOUR)
            answer = await talk.ok("start_timer", **RELAUNCH)
            assert talk.wire() == [
                "GET /daily", "POST /daily/add", f"GET /daily/show/{NEW + 1}", "GET /daily/64/2018?slim=1"
            ]  # fmt: skip
            assert first(answer).endswith(f"It stopped the timer of {KNOWN} at 2.0 hours.")
            assert sandbox.rows(HOURS, LATEST)[-1]["spent_at"] == date(2018, 3, 6)


@pytest.mark.parametrize("before", [False, True])
async def test_a_timer_that_was_started_meanwhile_is_not_taken_for_one_of_before_or_of_another_day(
    sandbox: Sandbox, clock: Ticking, era: Era, before: bool
) -> None:
    """18: starting one stops the other and reports its hours, not its name; the timesheet was read before."""
    async with at(sandbox, clock, era) as talk:
        if before:
            await talk.ok("start_timer", **RELAUNCH, notes="Since nine")
            clock.turn(HOUR)
        sandbox.fail(Fault("delay", "3600", method="POST", path="/daily/add", after=3600))
        said, sent = dict[str, str](), len(sandbox.seen)

        async def start(task: str) -> None:
            said[task] = first(await talk.ok("start_timer", project="Website relaunch", task=task, notes="Now"))

        async with anyio.create_task_group() as both:
            both.start_soon(start, "Design")
            await until(lambda: any(call.path == "/daily/add" for call in list(sandbox.seen)[sent:]))
            await start("Research")
            sandbox.calm()
        it = "another timer, of another day or started meanwhile,"
        other = f'the timer of "Website relaunch Research 2018-03-05" ({NEW + before})'
        assert said["Design"].endswith(f"It stopped {it if before else other} at 0.0 hours.")
        assert said["Research"].endswith(" at 1.0 hours." if before else "takes it back.")


async def test_a_stop_is_taken_back_and_says_what_that_cannot_restore(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(HOUR)
        await talk.ok("stop_timer")
        clock.turn(HOUR)
        assert first(await talk.ok("undo_change", change_id=2)) == (
            f"Undid change 2: {NAMED} is changed back. That is change 3. "
            "Not restored: time counted, or not counted, meanwhile."
        )
        assert timers(sandbox) == [NEW]
        clock.turn(HOUR)
        assert stored(await talk.ok("stop_timer"))["hours"] == "2.0"


async def test_a_start_is_taken_back_by_a_delete_unless_it_has_counted_time(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    """27: TT-6 on a running entry removes it with its timer; what was counted is not thrown away by an undo."""
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        assert await talk.ok("undo_change", change_id=1) == (
            f"Undid change 1: deleted time entry {NEW}. That is change 2."
        )
        assert timers(sandbox) == []
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(HOUR)
        assert await talk.error("undo_change", change_id=3) == (
            f"Time entry {NEW + 1} changed since: hours was left as 0.0 and is now 1.0. Nothing was undone. "
            "If list_changes has a later change of it, undo that first; else decide which is right, and"
            " delete the record yourself."
        )


async def test_hours_given_to_a_running_entry_count_on(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(3 * HOUR)
        assert stored(await talk.ok("update_time_entry", time_entry_id=NEW, hours=1))["hours"] == "1.0"
        clock.turn(0.5 * HOUR)
        assert stored(await talk.ok("stop_timer"))["hours"] == "1.5"


async def test_from_when_to_when_is_copied_not_started_again(clock: Ticking, era: Era) -> None:
    """18: timestamp accounts cannot restart: a copy with the same project, task and notes runs instead."""
    with open_account(clock=clock, calls=None, switches=Switches(by_clock=True)) as sandbox:
        async with at(sandbox, clock, era) as talk:
            running = stored(await talk.ok("start_timer", **RELAUNCH, notes="Header"))
            assert (running["started_at"], running.get("ended_at")) == ("7:00am", None)
            clock.turn(HOUR)
            stopped = stored(await talk.ok("stop_timer"))
            assert (stopped["started_at"], stopped["ended_at"], stopped["hours"]) == ("7:00am", "8:00am", "1.0")
            assert await talk.error("undo_change", change_id=2) == (
                "The vendor offers no way to make it running again. Nothing was undone."
            )
            again = stored(await talk.ok("start_timer", time_entry_id=NEW))
            assert TIMER not in talk.wire()
            assert {name: again[name] for name in ("id", "notes", "started_at", "running")} == {
                "id": NEW + 1, "notes": "Header", "started_at": "8:00am", "running": True
            }  # fmt: skip
            assert sandbox.rows(HOURS, LATEST)[-2]["hours"] == Decimal("1.00")


@pytest.mark.parametrize("given", [{}, {"project": "301"}, {"task": "501"}, {"project": 301, "time_entry_id": NEW}])
async def test_a_timer_needs_what_it_runs_on(sandbox: Sandbox, clock: Ticking, given: dict[str, object]) -> None:
    async with at(sandbox, clock) as talk:
        assert (await talk.error("start_timer", **given)).startswith(
            "takes either project and task, or time_entry_id. Nothing was sent."
        )
        assert talk.wire() == []


# What becomes of a call whose answer is lost: settled by looking, and nothing is done twice.


@pytest.mark.parametrize("fault", ["drop", "status", "truncate"])
async def test_a_timer_whose_answer_is_lost_is_looked_for_and_not_turned_again(
    sandbox: Sandbox, clock: Ticking, era: Era, fault: str
) -> None:
    """18: TT-4 is a GET, and a write all the same: a second one would undo the first."""
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        clock.turn(HOUR)
        sandbox.fail(Fault(fault, "500" if fault == "status" else "", path="/daily/timer/*", commit="before", times=1))  # type: ignore[arg-type]  # a word of the table
        answer = await talk.ok("stop_timer")
        assert talk.wire().count(TIMER) == 1
        assert stored(answer)["running"] is False
        assert timers(sandbox) == []


async def test_a_timer_that_was_never_turned_is_in_doubt_and_not_turned_blindly(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        sandbox.fail(Fault("drop", path="/daily/timer/*", commit="never", times=1))
        said = await talk.error("stop_timer")
        assert talk.wire().count(TIMER) == 1
        assert said.endswith("Call get_change(change_id=2) in a minute: it looks again and settles this.")
        assert timers(sandbox) == [NEW]
        sandbox.calm()
        clock.turn(61)
        assert '"outcome":"refused"' in await talk.ok("get_change", change_id=2)
        await talk.ok("stop_timer")
        assert timers(sandbox) == []


async def test_a_redirect_of_a_timer_is_not_followed(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as talk:
        await talk.ok("start_timer", **RELAUNCH)
        sandbox.fail(Fault("redirect", f"/daily/timer/{NEW}", path="/daily/timer/*", commit="never"))
        await talk.error("stop_timer")
        assert talk.wire().count(TIMER) == 1
        assert timers(sandbox) == [NEW]


@pytest.mark.parametrize("tool", ["log_time", "start_timer"])
async def test_an_entry_whose_answer_is_lost_is_found_on_its_day(
    sandbox: Sandbox, clock: Ticking, era: Era, tool: str
) -> None:
    """18: TT-5; the one new entry of the day with everything that was sent is it."""
    more = {"hours": 1, "day": "friday"} if tool == "log_time" else {}
    async with at(sandbox, clock, era) as talk:
        sandbox.fail(Fault("drop", method="POST", commit="before", times=1))
        answer = await talk.ok(tool, **RELAUNCH, **more)
        assert "Harvest's answer was lost, but the change is there." in first(answer)
        assert len([call for call in talk.wire() if call.startswith("POST")]) == 1
        assert stored(answer)["id"] == NEW
    assert sandbox.rows(HOURS, LATEST)[-1]["id"] == NEW


async def test_an_answer_without_its_entry_is_no_reason_to_log_twice(sandbox: Sandbox, clock: Ticking) -> None:
    """18, 29 row 6: whatever the root, a `day_entry` is in it; without one the day is looked at."""
    async with at(sandbox, clock, login=ADMIN) as talk:
        sandbox.fail(Fault("garbage", "201", method="POST", body=b"<add/>", content_type="application/xml", times=1))
        answer = await talk.ok("log_time", **RELAUNCH, hours=1)
        assert stored(answer)["id"] == NEW
    assert sandbox.rows(HOURS, LATEST)[-1]["id"] == NEW


async def test_an_old_account_tells_no_ids_and_a_lost_answer_is_settled_all_the_same(clock: Ticking) -> None:
    """18: `project_id` and `task_id` are `docs` on; what a body cannot tell is not compared."""
    with open_account(profile="classic", clock=clock, calls=None) as sandbox:
        async with at(sandbox, clock) as talk:
            assert "Stored otherwise" not in await talk.ok("log_time", **RELAUNCH, hours=1)
            sandbox.fail(Fault("drop", method="POST", commit="before", times=1))
            answer = await talk.ok("log_time", **RELAUNCH, hours=2)
            assert "answer was lost, but the change is there" in first(answer)
