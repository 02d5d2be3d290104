"""One change of many records that a query names: planned, agreed to, undone as one."""

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from tests.bulk.kit import plan_of, table
from tests.conftest import talking
from tests.harvest_v2.kit import conversing
from tests.incwo.kit import ANNE, JEAN, at

pytestmark = pytest.mark.anyio
SETS = "crm,bulk,projects"


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_all_of_a_client_are_changed_after_one_yes_and_changed_back_as_one(api: str) -> None:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened = talking if api == "v1" else conversing
        async with opened(sandbox, toolsets=SETS, reply="yes") as talk:
            before = await talk.ok("list_contacts", client="SuprCorp")
            answer = await talk.ok("update_many", kind="contacts", of="SuprCorp", set=["title=Buyer"])
            plan = plan_of(answer)
            says = f'# Plan {plan}: update_many(plan="{plan}") asks a person and carries it out.'
            assert answer.startswith(f"{says} 8 contacts found, 8 changes\n")
            first = table(answer)[0]
            assert (first["id"], first["before"], first["after"]) == ("9", "President", "Buyer")
            done = await talk.ok("update_many", plan=plan)
            assert [row["outcome"] for row in table(done)] == ["done"] * 8
            assert len(talk.asked) == 1
            assert talk.asked[0].startswith('Change 8 contacts: "title=Buyer"? contact "Jane Doe" (9), contact "John')
            change = int(done.partition("change_id=")[2].partition(")")[0])
            assert (await talk.ok("undo_change", change_id=change)).startswith("# Undid 8 of 8 changes")
            assert await talk.ok("list_contacts", client="SuprCorp") == before


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_a_plan_says_what_its_rates_leave_alone_and_where_they_do_not_count(api: str) -> None:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened = talking if api == "v1" else conversing
        async with opened(sandbox, toolsets=SETS, reply="decline") as talk:
            rates = await talk.ok("update_many", kind="tasks", records=["Design"], set=["default_hourly_rate=99"])
            assert [(row["before"], row["after"]) for row in table(rates)] == [("80.00", "99.00")]
            keeps = "Projects that have the task keep their rate; update_task_assignment changes one."
            assert rates.partition("\n")[0].endswith(f" 1 task found, 1 change. {keeps}")
            await talk.error("update_many", plan=plan_of(rates))
            assert f'"default_hourly_rate=99"? task "Design" (501). {keeps}' in talk.asked[0]
            bills = await talk.ok("update_many", kind="projects", records=["Trail app"], set=["hourly_rate=99"])
            assert bills.partition("\n")[0].endswith(
                ' 1 change. Of "Trail app" (310): Its bill_by is Tasks: hourly_rate counts only with'
                ' update_project(project_id=310, bill_by="Project").'
            )


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_what_many_are_moved_to_is_looked_up_once_and_named_in_the_question(api: str) -> None:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened = talking if api == "v1" else conversing
        async with opened(sandbox, toolsets=SETS, reply="decline") as talk:
            plan = plan_of(await talk.ok("update_many", kind="contacts", query="smith", set=["client=acme inc"]))
            assert sum("/clients" in call for call in talk.wire()) == 2, "by the query, and by the name"
            await talk.error("update_many", plan=plan)
            assert talk.asked[0].startswith('Change 5 contacts: "client=Acme (11073)"? contact "John Smith" (10), ')


async def test_a_query_archives_what_it_finds_and_an_undo_restores_it(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        answer = await talk.ok("update_many", kind="clients", query="Acme", set=["active=false"])
        assert [(row["id"], row["after"]) for row in table(answer)] == [("11073", "false")]
        done = await talk.ok("update_many", plan=plan_of(answer))
        assert "false" in await talk.ok("list_clients", query="Acme", fields=["active"])
        change = int(done.partition("change_id=")[2].partition(")")[0])
        await talk.ok("undo_change", change_id=change)
        assert "true" in await talk.ok("list_clients", query="Acme", fields=["active"])


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize(
    ("kind", "record", "said", "column"),
    [
        ("clients", "Acme", "is_active=false", "active"),
        ("tasks", "Design", "is_active=false", "deactivated"),
        ("clients", "Acme", "address=1 Quay Street", "details"),
    ],
)
async def test_a_column_goes_by_either_apis_name(api: str, kind: str, record: str, said: str, column: str) -> None:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened = talking if api == "v1" else conversing
        async with opened(sandbox, toolsets=SETS) as talk:
            if (api, column) == ("v1", "deactivated"):  # v1 deletes, where v2 archives
                told = await talk.error("update_many", kind=kind, records=[record], set=[said])
                assert told.startswith("is_active is no argument of this tool")
                return
            planned = await talk.ok("update_many", kind=kind, records=[record], set=[said])
            (row,) = table(planned)
            asked, _, after = said.partition("=")
            assert (row["column"], row["after"]) == (asked, after)
            assert column == "active" or column not in planned
            if column == "deactivated":
                assert 'task: "is_active=false"? ' in await talk.error("update_many", plan=plan_of(planned))
                refused = await talk.error("update_many", kind=kind, records=[record], set=["is_active=maybe"])
                assert refused.startswith("is_active takes true or false, not 'maybe'")
            twice = [said, f"{column}=x"]
            refused = await talk.error("update_many", kind=kind, records=[record], set=twice)
            assert refused.startswith(f"set has more than one value for {asked} and {column}.")


async def test_an_argument_by_the_vendors_name_is_told_what_it_is_called_here(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        refused = await talk.error("create_client", name="New", address="1 Quay Street")
        assert refused.startswith("address is no argument of this tool (did you mean details?). Nothing was sent.")


async def test_a_record_that_changed_since_it_was_planned_stops_the_plan(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        plan = plan_of(await talk.ok("update_many", kind="contacts", records=[9, 10], set=["title=Buyer"]))
        await talk.ok("update_contact", contact_id=9, title="Owner")
        assert await talk.error("update_many", plan=plan) == (
            'This plan fits the account no more: contact "Jane Doe" (9) has another title by now. Nothing was changed.'
            " Call without plan to make a new one."
        )
        await talk.ok("create_client", name="Zeta")
        plan = plan_of(await talk.ok("update_many", kind="clients", records=["Zeta"], set=["archived=true"]))
        await talk.ok("toggle_client", client_id="Zeta")
        assert " is archived by now." in await talk.error("update_many", plan=plan)


async def test_what_is_wrong_in_a_value_is_said_as_the_update_says_it(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        assert (await talk.error("update_many", kind="contacts", records=[9], set=["colour=red"])).startswith(
            "colour is no argument of this tool. Nothing was sent. update_contact takes: contact_id,"
        )
        assert (await talk.error("update_many", kind="contacts", records=[9], set=["title"])).startswith(
            "set takes column=value, not 'title'."
        )
        assert await talk.ok("update_many", kind="contacts", records=[9], set=["title=President"]) == (
            "# Nothing to change: 1 contact found, all as they would be"
        )


async def test_a_new_town_for_those_of_a_firm_changes_their_addresses() -> None:
    async with at(toolsets="all", reply="yes") as talk:
        answer = await talk.ok(
            "update_incwo_many", kind="contacts", records=[ANNE, JEAN], set=["contact_addresses.city=Nantes"]
        )
        done = await talk.ok("update_incwo_many", plan=plan_of(answer))
        assert [(row["id"], row["outcome"]) for row in table(done)] == [(str(ANNE), "done")]
        told = await talk.ok("get_incwo_contact", contact_id=ANNE)
        assert '"city":"Nantes"' in told
        assert "1 rue d'Austerlitz" in told


async def test_what_is_named_is_meant_though_it_is_archived_and_what_a_query_leaves_out_is_told(
    sandbox: Sandbox,
) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        named = await talk.ok("update_many", kind="projects", records=["301", "Brand guidelines"], set=["notes=x"])
        assert [row["id"] for row in table(named)] == ["301", "302"]
        found = await talk.ok("update_many", kind="tasks", query="flash", set=["billable_by_default=false"])
        assert found == "# Nothing to change: 0 tasks found; 1 archived left out, archived=true takes it too"
        whole = await talk.ok(
            "update_many", kind="tasks", query="flash", set=["billable_by_default=false"], archived=True
        )
        assert [row["id"] for row in table(whole)] == ["511"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["name="], "name cannot be emptied. Nothing was sent. update_client takes: client_id,"),
        (["active=maybe"], "active takes true or false, not 'maybe'. Nothing was sent. update_many takes:"),
        (["details=a", "details=b"], "set has more than one value for details. Nothing was sent. update_many takes:"),
    ],
)
async def test_what_cannot_be_set_is_refused_and_never_told_as_being_so_already(
    said: list[str], why: str, sandbox: Sandbox
) -> None:
    async with talking(sandbox, toolsets=SETS) as talk:
        assert (await talk.error("update_many", kind="clients", records=["Acme"], set=said)).startswith(why)


async def test_a_plan_goes_without_what_it_could_not_follow(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets=SETS, reply="yes") as talk:
        plan = plan_of(await talk.ok("update_many", kind="contacts", records=[9], set=["title=Buyer"]))
        refused = await talk.error("update_many", kind="contacts", plan=plan, set=["title=Owner"])
        assert refused.startswith("plan goes alone, without set. Nothing was sent.")
        assert talk.asked == []
        assert (await talk.ok("update_many", kind="contacts", plan=plan)).startswith("# 1 of 1 change done;")
