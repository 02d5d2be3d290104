"""What the vendor does by itself, what is there twice, and what is lacking: told with the call that meets it."""

from decimal import Decimal

import pytest

from harvest_mcp.sandbox import MEMBER, Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.switches import Switches
from tests.harvest.test_time import NEW, RELAUNCH, at, first, stored, table
from tests.harvest.ticking import Ticking
from tests.tools.kit import undo, writes

pytestmark = pytest.mark.anyio

BRIEF = {"client": "11072", "subject": "Proofs"}
LINE = {"kind": "Service", "quantity": "2", "unit_price": "50", "description": "Design"}


async def test_a_timesheet_tells_from_when_to_when_where_the_account_keeps_that(clock: Ticking) -> None:
    """18: `started_at` and `ended_at` are there in timestamp accounts only."""
    with open_account(clock=clock, calls=None, switches=Switches(by_clock=True)) as sandbox:
        async with at(sandbox, clock) as talk:
            await talk.ok("log_time", **RELAUNCH, hours="8:00am-9:30am", day="2018-03-05")
            await talk.ok("start_timer", project="Website relaunch", task="Research")
            rows = table(await talk.ok("get_timesheet"))
            assert [(row["started_at"], row["ended_at"]) for row in rows] == [("8:00am", "9:30am"), ("7:00am", "")]


async def test_a_timesheet_has_the_columns_asked_for(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as talk:
        await talk.ok("log_time", **RELAUNCH, hours=1)
        head = (await talk.ok("get_timesheet", fields=["project_id", "hours"])).splitlines()[1]
        assert head == "id,project_id,hours"
        assert (await talk.error("get_timesheet", fields=["colour"])).startswith(
            "fields takes only 'id', 'spent_at', 'user_id', "
        )


async def test_the_same_work_logged_from_another_machine_is_reported(sandbox: Sandbox, clock: Ticking) -> None:
    work = {**RELAUNCH, "hours": "1:30", "notes": "Icons,  second round"}
    async with at(sandbox, clock) as one:
        await one.ok("log_time", **work)
        assert first(await one.ok("log_time", **work)).startswith("On Monday 2018-03-05: already logged time entry")
    async with at(sandbox, clock) as other:
        for same in (work, {**work, "notes": "icons, second ROUND", "project": "301", "task": "501"}):
            assert await other.error("log_time", **same) == (
                f'This time entry may already be there: "Website relaunch Design 2018-03-05" ({NEW}). '
                "Nothing was created. Use or update that one, "
                "or call again with allow_duplicate=true to create another."
            )
            assert writes(other) == []
        for unlike in ({"hours": 2}, {"notes": "Fonts"}, {"task": "Research"}, {"day": "friday"}, {"person": "33"}):
            await other.ok("log_time", **{**work, **unlike})
        await other.ok("log_time", **work, allow_duplicate=True)
        bare = {**RELAUNCH, "hours": 3}
        await other.ok("log_time", **bare)
    async with at(sandbox, clock) as third:
        await third.ok("log_time", **bare)  # two without notes are often alike


async def test_the_same_invoice_made_on_another_machine_is_reported(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as one:
        made = stored(await one.ok("create_invoice", **BRIEF, line_items=[LINE]))
        bare = stored(await one.ok("create_invoice", client="11072", line_items=[LINE]))
    async with at(sandbox, clock) as other:
        again = {**LINE, "quantity": "2.0", "description": "design "}
        for same, twin in (({"subject": "proofs", "line_items": [again]}, made), ({"line_items": [LINE]}, bare)):
            assert (await other.error("create_invoice", client="11072", **same)).startswith(
                f'This invoice may already be there: "{twin["number"]}" ({twin["id"]}). Nothing was created.'
            )
        for unlike in (
            {**BRIEF, "line_items": [{**LINE, "quantity": "3"}]},
            {**BRIEF, "subject": "Prints", "line_items": [LINE]},
            {**BRIEF, "client": "11074", "line_items": [LINE]},
            {**BRIEF, "issued_at": "2018-04-05", "line_items": [LINE]},
        ):
            await other.ok("create_invoice", **unlike)
        await other.ok("create_invoice", **BRIEF, line_items=[LINE], allow_duplicate=True)


async def test_what_is_put_on_a_new_project_by_itself_is_told(sandbox: Sandbox, clock: Ticking) -> None:
    """13: the creator, people with access to all future projects, and the default tasks."""
    async with at(sandbox, clock) as talk:
        assert first(await talk.ok("create_project", client="11072", name="Harbour")).endswith(
            f"{undo(1)} Harvest puts on it by itself: its creator as a manager, everybody with access to all future "
            "projects, and the default tasks."
        )


async def test_going_on_with_a_billed_entry_of_another_day_says_that_it_is_billed(
    sandbox: Sandbox, clock: Ticking
) -> None:
    """18: only reports carry `is_billed`."""
    billed = sandbox.rows(HOURS, ("user_id", "=", 31), ("is_billed", "=", True))[-1]
    async with at(sandbox, clock) as talk:
        answer = first(await talk.ok("start_timer", time_entry_id=billed["id"]))
        assert "It is billed: an invoice that it is on keeps its amount." in answer
        assert f"Its hours go to {billed['spent_at']:%A %Y-%m-%d}, not to today." in answer
        reads = [call for call in talk.wire() if "entries" in call]
        turns = [call for call in talk.wire() if "timer" in call]
        assert talk.wire().index(reads[0]) < talk.wire().index(turns[0])


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("22:00-01:00", "1:00 of them is after midnight, on Tuesday 2018-03-06; all count on Monday 2018-03-05."),
        ("11:30pm-12:20am", "0:20 of them are after midnight, on Tuesday 2018-03-06; all count on Monday 2018-03-05."),
        ("20:00-00:00", ""),
        ("09:00-10:00", ""),
    ],
)
async def test_hours_over_midnight_say_which_are_of_the_next_day(
    sandbox: Sandbox, clock: Ticking, hours: str, told: str
) -> None:
    async with at(sandbox, clock) as talk:
        answer = first(await talk.ok("log_time", **RELAUNCH, hours=hours))
        assert answer.endswith(told)
        assert ("midnight" in answer) is bool(told)
        moved = await talk.ok("update_time_entry", time_entry_id=NEW, hours=hours, notes="Late")
        assert ("midnight" in first(moved)) is bool(told)


async def test_a_person_and_a_task_that_are_both_lacking_are_named_at_once(sandbox: Sandbox, clock: Ticking) -> None:
    """18, 6.2: the vendor says only that something is not open."""
    async with at(sandbox, clock) as talk:
        said = await talk.error("log_time", project="Packaging", task="Flash animation", hours=1, person="42")
        assert "create_user_assignment(project=" in said
        assert "is not on it either; restore_task(task_id=511) and create_task_assignment(project=" in said
        assert writes(talk) == []
        project = said.split("create_user_assignment(project=")[1].split(",")[0]
        by_id = await talk.error("log_time", project=project, task="511", hours=1, person="42")
        assert f"restore_task(task_id=511) and create_user_assignment(project={project}, person=42) and cr" in by_id
        assert f"create_task_assignment(project={project}, task=511) would open it, if that is meant." in by_id
        unknown = await talk.error("log_time", project="Packaging", task="Welding", hours=1, person="42")
        assert 'No task is named exactly "Welding"; it has ' in unknown


async def test_a_user_who_may_not_look_gets_the_vendors_words(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock, login=MEMBER) as talk:
        said = await talk.error("log_time", project="326", task="511", hours=1)
        assert "not assigned to the project" in said


async def test_a_whole_list_of_invoices_names_clients_and_adds_up_by_currency(sandbox: Sandbox, clock: Ticking) -> None:
    """22: `client-name` comes along, late; a sum is over everything or is none."""
    async with at(sandbox, clock) as talk:
        answer = await talk.ok("list_invoices", status="pastdue")
        rows = table(answer)
        due: dict[str, Decimal] = {}
        for row in rows:
            code = row["currency"].rpartition(" - ")[2]
            due[code] = due.get(code, Decimal(0)) + Decimal(row["due_amount"])
        assert len(due) > 1
        told = ", ".join(f"{value} {code}" for code, value in sorted(due.items()))
        assert first(answer).startswith(f"# {len(rows)} invoices; amount ")
        assert first(answer).endswith(f"; due_amount {told}")
        assert all(row["client_name"] for row in rows)
        assert len(talk.wire()) == 1
        assert "due_amount" not in first(await talk.ok("list_invoices", limit=5))
        found = await talk.ok("list_invoices", query="suprcorp")
        assert {row["client_id"] for row in table(found)} == {"11072"}


async def test_contacts_without_an_address_are_one_call(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as talk:
        every = table(await talk.ok("list_contacts", limit=1000))
        without = await talk.ok("list_contacts", empty=["email"], limit=1000)
        assert len(talk.wire()) == 1
        assert table(without) == [row for row in every if not row["email"]]
        assert len(table(without)) > 1
        assert (await talk.error("list_contacts", empty=["mail"])).startswith(
            "empty takes only 'id', 'client_id', 'first_name', "
        )
        assert first(await talk.ok("list_people", empty=["department"])) == "# 0 people"
        assert '; empty=["telephone"] finds people without.' in await talk.error("list_people", query="no phone")


async def test_contacts_are_narrowed_by_several_titles_and_by_when_they_were_made(
    sandbox: Sandbox, clock: Ticking
) -> None:
    async with at(sandbox, clock) as talk:
        every = table(await talk.ok("list_contacts", fields=["title", "created_at"], limit=1000))
        said = table(await talk.ok("list_contacts", title=["chef patissier", "Kiln"], fields=["title", "created_at"]))
        assert [row["title"] for row in said] == ["Chef pâtissier", "Kiln"]
        since = sorted(row["created_at"] for row in every)[len(every) // 2]
        late = table(await talk.ok("list_contacts", created_since=since, fields=["title", "created_at"], limit=1000))
        assert late == [row for row in every if row["created_at"] >= since]
        assert 0 < len(late) < len(every)


async def test_invoices_are_narrowed_by_when_they_are_due(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as talk:
        shown = ["number", "due_at"]
        every = table(await talk.ok("list_invoices", status="open", fields=shown, limit=1000))
        day = sorted(row["due_at"] for row in every)[len(every) // 2]
        early = table(await talk.ok("list_invoices", status="open", due_before=day, fields=shown, limit=1000))
        assert early == [row for row in every if row["due_at"] < day]
        assert 0 < len(early) < len(every)


async def test_a_list_of_rates_says_when_they_count(sandbox: Sandbox, clock: Ticking) -> None:
    """13: the project says by whose rates it is billed."""
    async with at(sandbox, clock) as talk:
        is_now = "; bill_by of the project is "
        for bill_by, task, user in (
            ("Tasks", "each hourly_rate counts", "no hourly_rate here counts, those of list_task_assignments do"),
            ("People", "no hourly_rate here counts, those of list_user_assignments do", "each hourly_rate counts"),
            ("Project", "no hourly_rate here counts", "no hourly_rate here counts"),
        ):
            await talk.call("update_project", project_id=301, bill_by=bill_by)
            said = first(await talk.ok("list_task_assignments", project=301))
            assert said.endswith(f"{is_now}{bill_by}: {task}")
            said = first(await talk.ok("list_user_assignments", project=301))
            assert said.endswith(f"{is_now}{bill_by}: {user}")
