"""The list of time entries over v2: whose it is, how it is narrowed, and what it is not part of (harvest-v2 18)."""

import json
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import MEMBER, Sandbox, open_account
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.tables import ENTRIES, PROJECTS, TASK_ASSIGNMENTS
from harvest_mcp.sandbox.store import Row

from ..conftest import talking
from .kit import conversing

pytestmark = pytest.mark.anyio
REFERENCE: Row = {"ref_id": "88", "ref_group_id": "4", "ref_permalink": "https://tracker.example/88"}


async def test_entries_of_everybody_are_told_with_whose_they_are(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="reports") as talk:
        said = await talk.ok("list_time_entries", since="2026-01-12", until="2026-01-12")
        wire = talk.wire()
    head, columns, *rows = said.splitlines()
    there = sandbox.rows(ENTRIES, ("spent_at", "=", "2026-01-12"))
    assert wire == ["GET /v2/time_entries?from=2026-01-12&to=2026-01-12"]
    assert (head, len(rows)) == (f"# {len(there)} time entries", len(there))
    assert columns == "id,spent_at,client,project,task,hours,notes,running,person"
    assert len({row.rpartition(",")[2] for row in rows}) > 1


async def test_days_that_end_before_they_begin_are_refused_and_not_told_as_empty(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="reports") as talk:
        said = await talk.error("list_time_entries", since="2026-01-12", until="2026-01-11")
        assert said.startswith("since is 2026-01-12, and until is before it, 2026-01-11. Nothing was sent.")
        assert talk.wire() == []


async def test_entries_are_narrowed_by_the_vendor_and_held_against_it(sandbox: Sandbox) -> None:
    projects = {row["id"] for row in sandbox.rows(PROJECTS) if row["client_id"] == 11072}
    async with conversing(sandbox, toolsets="reports") as talk:
        said = await talk.ok(
            "list_time_entries",
            client="id 11072",
            task="501",
            person="33",
            is_billed=False,
            since="2025-11-01",
            fields=["hours", "project_id"],
            limit=1000,
        )
        wire = talk.wire()
        running = await talk.ok("list_time_entries", running=True)
        updated = await talk.ok("list_time_entries", updated_since="2999-01-01")
    assert wire[0] == ("GET /v2/time_entries?user_id=33&client_id=11072&task_id=501&from=2025-11-01&is_billed=false")
    rows = [row.split(",") for row in said.splitlines()[2:]]
    there = {
        row["id"]: row
        for row in sandbox.rows(
            ENTRIES,
            ("user_id", "=", 33),
            ("task_id", "=", 501),
            ("is_billed", "=", False),
            ("spent_at", ">=", "2025-11-01"),
        )
        if row["project_id"] in projects
    }
    assert {int(row[0]): Decimal(row[1]) for row in rows} == {
        id: Decimal(str(row["hours"])) for id, row in there.items()
    }
    assert running.startswith("# 0 time entries")
    assert updated.startswith("# 0 time entries")


async def test_lists_are_narrowed_by_all_that_v2_narrows_by(sandbox: Sandbox) -> None:
    narrow = {"client": "11072", "approval_status": "submitted"}
    async with conversing(sandbox, toolsets="reports,expenses,invoices") as talk:
        for tool, given, wire in (
            ("list_time_entries", narrow, "time_entries?client_id=11072&approval_status=submitted"),
            ("list_expenses", narrow, "expenses?client_id=11072&approval_status=submitted"),
            ("list_invoices", {"project": "301"}, "invoices?project_id=301"),
        ):
            assert (await talk.ok(tool, **given)).startswith("# ")
            assert talk.wire()[0] == f"GET /v2/{wire}"


async def test_a_member_lists_their_own_entries(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER, toolsets="reports") as talk:
        said = await talk.ok("list_time_entries", fields=["user_id"], since="2026-01-01", limit=1000)
    assert {row.split(",")[1] for row in said.splitlines()[2:]} == {str(MEMBER.id)}


async def test_a_search_reads_no_time_entries_and_says_who_lists_them(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="all") as talk:
        said = await talk.ok("search_records", query="zzyzx nowhere")
        assert not [line for line in talk.wire() if "time_entries" in line]
    assert "time entries (list_time_entries)" in said


async def test_what_a_ticket_elsewhere_says_is_shown_and_found(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="time,reports") as talk:
        id = json.loads(
            (await talk.ok("log_time", project="301", task="501", hours=1, day="2026-02-27")).splitlines()[-1]
        )["id"]
        sandbox.store.update(ENTRIES, id, REFERENCE)
        told = json.loads(await talk.ok("get_time_entry", time_entry_id=id))
        found = await talk.ok("list_time_entries", reference_id="88", fields=["reference_link"])
        assert "external_reference_id=88" in talk.wire()[0]
    assert (told["reference_id"], told["reference_link"]) == ("88", "https://tracker.example/88")
    assert found.splitlines()[1:] == ["id,reference_link", f"{id},https://tracker.example/88"]


async def test_a_ticket_is_named_with_the_time_changed_as_one_and_taken_off(sandbox: Sandbox) -> None:
    link, logged = "https://tracker.example/88", {"project": "301", "task": "501", "hours": 1, "day": "2026-02-27"}
    ticket = {"reference_id": "88", "reference_group_id": "4", "reference_link": link}
    async with conversing(sandbox, toolsets="time", reply="yes") as talk:
        made = json.loads((await talk.ok("log_time", **logged, **ticket)).splitlines()[-1])
        before = sandbox.store.get(ENTRIES, made["id"]) or {}
        assert {name: before[name] for name in REFERENCE} == REFERENCE
        assert made["reference_service"] == "tracker.example"
        sandbox.store.update(ENTRIES, made["id"], {"ref_account_id": "7"})  # what integrates said it

        await talk.ok("update_time_entry", time_entry_id=made["id"], reference_id="89", notes="x")
        whole = {"id": "89", "group_id": "4", "account_id": "7", "permalink": link}
        (sent,) = [json.loads(call.body) for call in sandbox.seen[talk.seen_before :] if call.method == "PATCH"]
        assert sent == {"notes": "x", "external_reference": whole}
        await talk.ok("undo_change", change_id=2)

        await talk.ok("update_time_entry", time_entry_id=made["id"], reference_id="")
        assert f"DELETE /v2/time_entries/{made['id']}/external_reference" in talk.wire()
        gone = {
            name: value
            for name, value in (sandbox.store.get(ENTRIES, made["id"]) or {}).items()
            if name.startswith("ref_")
        }
        assert {*gone.values()} == {None}
        await talk.ok("undo_change", change_id=4)
        after = sandbox.store.get(ENTRIES, made["id"]) or {}
        assert {name: after[name] for name in after if name.startswith("ref_") or name == "notes"} == {
            **REFERENCE,
            "ref_account_id": "7",
            "notes": None,
        }


async def test_the_same_work_on_another_ticket_is_no_second_one(sandbox: Sandbox) -> None:
    on = {"project": "Website relaunch", "task": "Design", "hours": 1, "day": "2026-02-27", "notes": "Fix"}
    async with conversing(sandbox, toolsets="time,bulk") as talk:
        await talk.ok("log_time", **on, reference_id="88")
        week = await talk.ok("log_week", entries=[{**on, "reference_id": "88"}, {**on, "reference_id": "89"}])
    assert week.startswith("# 1 of 1 change done;")
    assert "Logged already: entry 1 as" in week.partition("\n")[0]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "tracker.example/88", "https://", "http://a b.example/"])
async def test_a_link_that_is_no_web_address_is_refused(sandbox: Sandbox, link: str) -> None:
    async with conversing(sandbox, toolsets="time") as talk:
        said = await talk.error("log_time", project="301", task="501", hours=1, day="2026-02-27", reference_link=link)
        assert "reference_link takes a web address" in said
        assert [line for line in talk.wire() if line.startswith("POST")] == []


async def test_a_start_says_which_timer_it_stopped_though_the_vendor_does_not(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="time") as talk:
        first = await talk.ok("start_timer", project="301", task="501")
        assert "It stopped" not in first
        known = first.partition("time entry ")[2].partition(".")[0]
        second = await talk.ok("start_timer", project="301", task="506")
        assert second.partition("\n")[0].endswith(f" It stopped the timer of {known} at 0.0 hours.")


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_a_call_that_is_proposed_to_open_a_project_is_accepted(api: str) -> None:
    """Person 37 and task 511 are archived, and neither is on a project."""
    with open_account() if api == "v1" else open_harvest_v2() as studio:
        async with (talking if api == "v1" else conversing)(studio, toolsets="default,people,projects") as talk:
            on = {"project": "301", "task": "511", "person": "37", "hours": 1, "day": "2018-03-01"}
            said = await talk.error("log_time", **on)
            calls = ["restore_person(person_id=37)", "restore_task(task_id=511)"]
            calls += ["create_user_assignment(project=301, person=37)", "create_task_assignment(project=301, task=511)"]
            assert f"{' and '.join(calls)} would open it, if that is meant." in said
            named = await talk.error("log_time", **{**on, "project": "Website relaunch"})
            assert "This person is archived; restore_person(person_id=37) restores them, on no project." in named
            for tool, given in (call.removesuffix(")").split("(") for call in calls):
                await talk.ok(tool, **dict(each.split("=") for each in given.split(", ")))
            await talk.ok("log_time", **on)
            (row,) = studio.rows(TASK_ASSIGNMENTS, ("task_id", "=", 511), ("project_id", "=", 301))
            await talk.ok("update_task_assignment", project="301", task_assignment_id=row["id"], deactivated=True)
            said = await talk.error("log_time", **{**on, "hours": 2})
            way = f"update_task_assignment(project=301, task_assignment_id={row['id']}, deactivated=false)"
            assert f" {way} would open it, if that is meant." in said
