"""What time may be tracked on, by its names; and what is said of what is not open."""

import pytest

from harvest_mcp.sandbox import MEMBER, Sandbox
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.systems.harvest import PROJECTS, USER_ASSIGNMENTS
from tests.conftest import Era
from tests.harvest.test_time import LATEST, NEW, RELAUNCH, at, first
from tests.harvest.ticking import Ticking

pytestmark = pytest.mark.anyio


async def test_what_may_be_tracked_on_is_told_when_asked_for(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    """7: regular users learn their projects and tasks from `GET /daily`."""
    async with at(sandbox, clock, era, login=MEMBER) as talk:
        lines = (await talk.ok("get_timesheet", projects=True)).splitlines()
        report = "GET /people/33/entries?from=20180219&to=20180319"
        assert talk.wire() == ["GET /daily", "GET /account/who_am_i", report]
        assert lines[:4] == [
            "# Monday 2018-03-05: 0 entries, 0.00 hours",
            "# 10 tasks to track on",
            "project_id,project,client,task_id,task",
            "301,Website relaunch,SuprCorp,501,Design",
        ]
        assert (await talk.error("list_projects")).startswith("Harvest shows this user no projects (404).")


async def test_a_name_that_is_not_open_is_answered_with_those_that_are(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era, login=MEMBER) as talk:
        assert await talk.error("log_time", project="Website", task="Design", hours=1) == (
            "No project named exactly 'Website' to track time on. Nothing was sent. Pass an id or exact name of these: "
            '"Website relaunch" (301) of "SuprCorp"; '
            '"Exhibition “Tides & Trade”" (319) of "Harrowgate Museum Trust".'
        )
        assert await talk.error("log_time", project="301", task="Travel", hours=1) == (
            "No task named exactly 'Travel' to track time on. Nothing was sent. Pass an id or exact name of these: "
            '"Design" (501); "Project Management" (502); "Development" (503); "Research" (506).'
        )
        assert [call.method for call in sandbox.seen if call.method != "GET"] == []


async def test_a_name_that_two_projects_have_is_answered_with_both(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    with sandbox.store.writing():
        sandbox.store.update(PROJECTS, 320, {"name": "Website relaunch"})
    async with at(sandbox, clock, era) as talk:
        assert await talk.error("log_time", **RELAUNCH, hours=1) == (
            "2 projects named exactly 'Website relaunch' to track time on. Nothing was sent. "
            'Pass an id or exact name of these: "Website relaunch" (301) of "SuprCorp"; '
            '"Website relaunch" (320) of "Harrowgate Museum Trust".'
        )


async def test_a_person_on_no_project_is_told_so(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    """18: `projects` is absent for users without projects."""
    async with at(sandbox, clock, era) as talk:
        assert await talk.error("log_time", **RELAUNCH, hours=1, person="Ivy Nakagawa") == (
            "No project named exactly 'Website relaunch' to track time on. Nothing was sent. "
            '"Website relaunch" (301) is there, but not on this timesheet; '
            "create_user_assignment(project=301, person=42) puts it there, if that is meant."
        )
        assert await talk.error("log_time", project="Nowhere", task="Design", hours=1, person="42") == (
            "No project named exactly 'Nowhere' to track time on. Nothing was sent. "
            "The timesheet offers no project: it is read-only, or nobody put this person on one. "
            'create_user_assignment(project="ID", person=42) does that.'
        )
        assert (await talk.ok("get_timesheet", person="42", projects=True)).splitlines()[1] == (
            "# nothing to track on: the sheet is read-only, or nobody put this person on a project"
        )


async def test_what_keeps_a_name_from_being_open_is_said_with_the_call_that_opens_it(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        assert await talk.error("start_timer", project="quay signage", task="Design") == (
            "No project named exactly 'quay signage' to track time on. Nothing was sent. "
            '"Quay signage" (305) is archived; restore_project(project_id=305) restores it.'
        )
        assert await talk.error("log_time", project="Website relaunch", task="Photography", hours=1) == (
            "No task named exactly 'Photography' to track time on. Nothing was sent. "
            '"Photography" (505) is there, but not on this timesheet; '
            "create_task_assignment(project=301, task=505) puts it there, if that is meant."
        )
        assert [call.method for call in sandbox.seen if call.method != "GET"] == []


async def test_a_name_to_track_on_may_differ_in_case(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    async with at(sandbox, clock, era) as talk:
        said = await talk.ok("log_time", project="website RELAUNCH", task="design", hours=1)
        assert first(said).startswith('On Monday 2018-03-05: logged time entry "Website relaunch Design 2018-03-05"')


async def test_what_is_not_open_to_somebody_is_the_vendors_refusal(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    """18, 6.2: `UserNotAssigned`."""
    async with at(sandbox, clock, era, login=MEMBER) as talk:
        assert await talk.error("log_time", project=303, task=501, hours=1) == (
            'Harvest refused this (400): "The time entry cannot be created because the user is not assigned to the '
            "project or its task.\" (Harvest's words). Nothing was logged."
        )
    assert sandbox.rows(HOURS, LATEST)[-1]["id"] == NEW - 1


async def test_an_archived_assignment_closes_a_project(sandbox: Sandbox, clock: Ticking) -> None:
    """16, 18: what is not open to somebody is not on the sheet."""
    with sandbox.store.writing():
        for row in sandbox.rows(USER_ASSIGNMENTS):
            if (row["project_id"], row["user_id"]) == (301, 31):
                sandbox.store.update(USER_ASSIGNMENTS, int(str(row["id"])), {"deactivated": True})
    async with at(sandbox, clock) as talk:
        assert "No project named exactly 'Website relaunch'" in await talk.error("log_time", **RELAUNCH, hours=1)
