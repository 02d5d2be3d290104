"""Reading and changing a record by its exact name; what cannot be taken back keeps to the id."""

import json

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import CONTACTS, PROJECTS
from tests.conftest import Era, talking
from tests.incwo.kit import OEUVRARD, at, first
from tests.tools.kit import ACME, BLUEPEAK, SUPRCORP, writes

pytestmark = pytest.mark.anyio

NOT_WHOLE = "takes a whole number such as 9. Nothing was sent."


@pytest.mark.parametrize(
    ("tool", "given", "id"),
    [
        ("get_client", {"client_id": "SuprCorp"}, SUPRCORP),
        ("get_client", {"client_id": "SuprCorp (11072)"}, SUPRCORP),
        ("get_project", {"project_id": "SC-01"}, 301),
        ("get_contact", {"contact_id": "Wile Coyne"}, 17),
        ("get_contact", {"contact_id": "id 9"}, 9),
        ("get_client", {"client_id": "#11072"}, SUPRCORP),
        ("get_client", {"client_id": "Client 11072"}, SUPRCORP),
        ("get_person", {"person_id": "me"}, 31),
    ],
)
async def test_a_record_is_read_by_its_exact_name(
    sandbox: Sandbox, era: Era, tool: str, given: dict[str, str], id: int
) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        assert json.loads(await talk.ok(tool, **given))["id"] == id


@pytest.mark.parametrize("id", [ACME, str(ACME), float(ACME)])
async def test_an_id_costs_no_call_more(sandbox: Sandbox, era: Era, id: object) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("get_client", client_id=id)
        assert talk.wire() == ["GET /clients/11073"]


ID = ("client_id", ACME)
PASTED = [
    *((" 11073 ", *ID), ("ID 11073", *ID), ("id: 11073", *ID), ("client id 11073", *ID), ("client_id: #11073", *ID)),
    *((f"{head}7001", "invoice_id", 7001) for head in (" ", "ID ", "id: #", "invoice id ")),
]


@pytest.mark.parametrize(("said", "argument", "id"), PASTED)
async def test_an_id_is_taken_as_it_is_pasted(sandbox: Sandbox, said: str, argument: str, id: int) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        noun = argument.removesuffix("_id")
        await talk.ok(f"get_{noun}", **{argument: said})
        assert talk.wire() == [f"GET /{noun}s/{id}"]
        await talk.ok("list_contacts", client=said.replace("invoice ", "").replace("7001", "11073"))
        assert talk.wire()[0] == "GET /clients/11073/contacts"


@pytest.mark.parametrize("said", ["#28984", "time entry 28984", "Time_entry #28984", "time entry: 28984"])
async def test_where_no_name_is_taken_the_noun_and_a_sign_stand_before_an_id(sandbox: Sandbox, said: str) -> None:
    async with talking(sandbox) as talk:
        await talk.call("get_time_entry", time_entry_id=said)
        assert talk.wire() == ["GET /daily/show/28984"]


async def test_a_name_like_an_id_goes_before_the_id(sandbox: Sandbox) -> None:
    sandbox.put(PROJECTS, client_id=ACME, name="Project 301", active=True)
    async with talking(sandbox) as talk:
        assert json.loads(await talk.ok("get_project", project_id="project 301"))["name"] == "Project 301"
        assert json.loads(await talk.ok("get_project", project_id="#301"))["name"] == "Website relaunch"
        assert 'logged time entry "Website relaunch' in await talk.ok(
            "log_time", project="#301", task="task 501", hours=1
        )


async def test_a_record_is_changed_by_its_exact_name(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert first(await talk.ok("update_project", project_id="Website relaunch", code="SC-02")) == (
            'Updated project "Website relaunch" (301). undo_change(change_id=1) takes it back.'
        )
        assert [call[1] for call in writes(talk)] == ["/projects/301"]
        assert (await talk.ok("toggle_client", client_id="Acme", active=False)).startswith("Now archived: ")


async def test_the_same_in_incwo(era: Era) -> None:
    async with at(era=era) as talk:
        assert json.loads(await talk.ok("get_incwo_firm", firm_id="charpentes œuvrard & fils"))["id"] == OEUVRARD
        said = await talk.ok("update_incwo_contact", contact_id="Anne Dupont", job_title="Gérante")
        assert first(said).startswith('Updated contact "Anne Dupont" (880005).')


async def test_what_fits_none_or_several_is_refused_with_the_ids(sandbox: Sandbox, era: Era) -> None:
    twins = [
        sandbox.put(CONTACTS, client_id=client, first_name="Anna", last_name="Schmitt") for client in (ACME, BLUEPEAK)
    ]
    async with talking(sandbox, era=era) as talk:
        said = await talk.error("update_contact", contact_id="Anna Schmitt", title="Buyer")
        assert said.startswith("2 contacts named exactly 'Anna Schmitt'. Nothing was changed. ")
        assert all(f'"Anna Schmitt" ({id})' in said for id in twins)
        said = await talk.error("update_client", client_id="SuprCor", name="X")
        assert said.startswith("No client named exactly 'SuprCor'. Nothing was changed. ")
        assert '"SuprCorp" (11072)' in said
        said = await talk.error("update_contact", contact_id="Wile", title="Boss")  # one name of two is not exact
        assert said.startswith("No contact named exactly 'Wile'. Nothing was changed. ")
        assert '"Wile Coyne" (17)' in said
        assert writes(talk) == []


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("delete_client", {"client_id": "Acme"}),
        ("update_person", {"person_id": "Ana Souza", "department": "Sales"}),
        ("update_invoice", {"invoice_id": "number 1054", "subject": "X"}),
        ("get_time_entry", {"time_entry_id": "Packaging"}),
        ("get_time_entry", {"time_entry_id": "project 301"}),
        ("get_time_entry", {"time_entry_id": "timeentry301"}),
        ("get_time_entry", {"time_entry_id": "#301, #302"}),
        ("get_time_entry", {"time_entry_id": "# -301"}),
        ("get_time_entry", {"time_entry_id": "id 0"}),
        ("update_invoice", {"invoice_id": "#1054", "subject": "X"}),
        ("update_invoice", {"invoice_id": "invoice 1054", "subject": "X"}),
        ("get_client", {"client_id": "9 OR 1=1"}),
        ("get_client", {"client_id": "1e3"}),
    ],
)
async def test_what_asks_a_person_and_what_has_no_name_keep_to_the_id(
    sandbox: Sandbox, tool: str, given: dict[str, str]
) -> None:
    async with talking(sandbox, reply="yes", toolsets="all") as talk:
        assert f"{next(iter(given))} {NOT_WHOLE}" in await talk.error(tool, **given)
        assert talk.wire() == []


async def test_the_schema_of_an_id_stays_a_whole_number(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        tools = {each.name: each.input_schema for each in (await talk.client.list_tools()).tools}
        assert tools["update_client"]["properties"]["client_id"] == {"type": "integer"}
