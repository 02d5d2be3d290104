"""The daily work of a member, whom v2 shows neither clients nor projects nor tasks nor people (harvest-v2 5.2)."""

import pytest

from harvest_mcp.sandbox import MEMBER, Sandbox

from .kit import conversing

pytestmark = pytest.mark.anyio


async def test_a_member_logs_time_by_the_names_of_what_is_open_to_them(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER) as talk:
        said = await talk.ok("log_time", project="Website relaunch", task="Design", hours="1:30", day="yesterday")
        assert 'logged time entry "Website relaunch Design' in said
        assert "GET /v2/users/me/project_assignments" in talk.wire()
        assert not [line for line in talk.wire() if "/v2/projects" in line or "/v2/tasks" in line]
        assert "1 entry, 1.50 hours" in await talk.ok("get_timesheet", day="yesterday")


async def test_a_member_runs_and_stops_a_timer(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER) as talk:
        assert (await talk.ok("start_timer", project="Website relaunch", task="Design")).startswith("Timer started:")
        assert "1 timer runs" in await talk.ok("list_running_timers")
        assert (await talk.ok("stop_timer")).startswith("Timer stopped at")


async def test_a_member_adds_up_their_own_hours(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER, toolsets="all") as talk:
        said = await talk.ok("report_time", person="me", period="last month", group_by=["client", "task"])
        assert [line for line in talk.wire() if "time_entries" not in line] == ["GET /v2/users/me", "GET /v2/company"]
    head, *rows = said.rstrip().splitlines()
    assert "; person 33" in head
    assert "not shown" not in head
    assert {",".join(row.split(",")[1:4]) for row in rows} >= {"SuprCorp,501,Design"}
    assert all(",," not in ",".join(row.split(",")[:5]) for row in rows[1:-1])
    assert rows[-1].startswith("total,")


async def test_a_member_is_told_what_an_administrator_can_open(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER) as talk:
        said = await talk.error("log_time", project="301", task="504", hours=1)
        assert 'refused this (422): "Task is not assigned to the project"' in said


async def test_what_a_member_may_not_see_is_no_empty_list(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER, toolsets="all") as talk:
        for tool in ("list_clients", "list_projects", "list_tasks", "list_people", "list_invoices"):
            assert "(403)" in await talk.error(tool), tool
        assert "this user may not see: clients, contacts" in await talk.ok("search_records", query="jane")
