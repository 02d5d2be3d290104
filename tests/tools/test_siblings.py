"""Further inputs of each kind that went wrong once, in other tools and in the other system."""

from typing import Any

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.incwo import INCWO
from tests.conftest import talking
from tests.incwo import kit as incwo
from tests.tools.kit import account, writes

pytestmark = pytest.mark.anyio

INNER = "<seen>x</seen><seen>y</seen><name>A</name><name>A</name>"


def answering(path: str, body: str) -> Fault:
    return Fault("garbage", "200", method="GET", path=path, body=body.encode(), times=None)


def head(said: str) -> str:
    return said.partition("\n")[0]


KINDS = {
    "list_projects": ("/projects", "project"),
    "list_tasks": ("/tasks", "task"),
    "list_people": ("/people", "user"),
    "list_contacts": ("/contacts", "contact"),
    "list_expense_categories": ("/expense_categories", "expense-category"),
    "list_invoice_item_categories": ("/invoice_item_categories", "invoice-item-category"),
}


def rows(tool: str, *inner: str) -> Fault:
    """A list of records with ids from 7, in the place of the account's."""
    path, root = KINDS[tool]
    told = "".join(f"<{root}><id>{id}</id>{each}</{root}>" for id, each in enumerate(inner, 7))
    return answering(path, f'<all type="array">{told}</all>'.replace("all", path[1:].replace("_", "-")))


@pytest.mark.parametrize("tool", KINDS)
async def test_what_is_not_read_is_passed_over_in_every_list(sandbox: Sandbox, tool: str) -> None:
    async with talking(sandbox, account=account(), toolsets="all") as talk:
        talk.sandbox.fail(rows(tool, f"{INNER}<ims><im>1</im><im>2</im></ims>", ""))
        said = await talk.ok(tool)
        assert head(said).startswith("# 2 ")
        assert "unreadable" not in said
        assert said.splitlines()[2].startswith("7,")


@pytest.mark.parametrize(
    ("tool", "cell", "text"),
    [
        ("list_projects", "starts_on", "soon"),
        ("list_tasks", "default_hourly_rate", "much"),
        ("list_people", "is_admin", "so so"),
        ("list_contacts", "client_id", "none"),
        ("list_expense_categories", "unit_price", "1.0.0"),
    ],
)
async def test_a_cell_that_cannot_be_read_costs_itself_alone_in_every_list(
    sandbox: Sandbox, tool: str, cell: str, text: str
) -> None:
    element = cell.replace("_", "-")
    async with talking(sandbox, account=account(), toolsets="all") as talk:
        talk.sandbox.fail(rows(tool, f"<{element}>{text}</{element}>", ""))
        said = await talk.ok(tool, fields=[cell])
        assert head(said).startswith(f"# 2 {tool.removeprefix('list_').replace('_', ' ')}; unreadable: {cell} of 7")
        assert said.splitlines()[2].startswith("7,unreadable")


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("45 days", "NET 45"),
        ("net45", "NET 45"),
        ("Net 14 days", "NET 14"),
        ("2018/04/13", "NET 45"),
        ("13 April 2018", "NET 45"),
        ("April 13, 2018", "NET 45"),
        ("2018-04-13T00:00:00Z", "NET 45"),
    ],
)
async def test_terms_are_understood_however_they_are_written(sandbox: Sandbox, said: str, sent: str) -> None:
    async with talking(sandbox, toolsets="invoices") as talk:
        await talk.ok("update_invoice", invoice_id=7060, issued_at="2018-02-27")
        await talk.ok("update_invoice", invoice_id=7060, due_at_human_format=said)
        assert f"<due-at-human-format>{sent}</due-at-human-format>" in writes(talk)[0][2].decode()


@pytest.mark.parametrize(
    ("tool", "given", "code"),
    [
        ("create_incwo_product", {"name": "Vis", "vat_id": "20"}, "607"),
        ("create_incwo_product", {"name": "Vis", "vat_id": "5.5 %"}, "223"),
        ("create_incwo_product", {"name": "Vis", "vat_id": "20,0"}, "607"),
        ("create_incwo_product", {"name": "Vis", "vat_id": "2,10 %"}, "222"),
        ("create_incwo_purchase_bill", {"title": "Papier", "bill_reference": "F1", "vat_value_id": "20"}, "607"),
    ],
)
async def test_a_rate_is_a_rate_in_every_tool_that_takes_one(tool: str, given: dict[str, Any], code: str) -> None:
    async with incwo.at(toolsets="all", reply="yes") as talk:
        await talk.ok(tool, **given)
        assert dict(incwo.sent(talk)).get("vat_id", dict(incwo.sent(talk)).get("vat_value_id")) == code


@pytest.mark.parametrize(
    ("tool", "given", "found"),
    [
        ("list_people", {"query": "Souza"}, "Ana,Souza"),
        ("list_people", {"query": "ANA@KESTREL.EXAMPLE"}, "Ana,Souza"),
        ("list_projects", {"query": "backerei gross"}, "Packaging"),
        ("list_contacts", {"query": "cafe zoe herault"}, "Hérault"),
        ("list_clients", {"query": "penrose"}, "Penrose Dairy"),
        ("list_tasks", {"query": "ILLUSTRATION"}, "Illustration"),
    ],
)
async def test_a_query_finds_what_is_there_in_every_list(
    sandbox: Sandbox, tool: str, given: dict[str, str], found: str
) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        said = await talk.ok(tool, **given)
        assert not head(said).startswith("# 0 ")
        assert found in said


@pytest.mark.parametrize(
    ("tool", "query"),
    [
        ("list_incwo_firms", "menuiserie lacaze"),
        ("list_incwo_contacts", "Anne Dupont Lacaze"),
        ("list_incwo_leads", "ete Dupont"),
        ("list_incwo_proposals", "Lacaze"),
        ("list_incwo_invoices", "acompte fourviere"),
    ],
)
async def test_a_query_finds_what_is_there_in_every_list_of_incwo(tool: str, query: str) -> None:
    async with incwo.at(toolsets="all") as talk:
        assert not head(await talk.ok(tool, query=query)).startswith("# 0 ")


@pytest.mark.parametrize(
    ("there", "again"),
    [
        ("Müller Möbel", "Muller Mobel GmbH"),
        ("Łódź Print", "Lodz Print Sp. z o.o."),
        ("Straße & Söhne", "Strasse & Sohne."),
        ("D’Arcy “Fine” Foods", 'D\'Arcy "Fine" Foods Ltd'),
        ("Ægir Seafood ehf", "Aegir  Seafood ehf."),
        ("Nordlys Bokhandel", "Nordlys Bokhandel AS"),
    ],
)
async def test_one_name_written_two_ways_is_reported(sandbox: Sandbox, there: str, again: str) -> None:
    async with talking(sandbox) as talk:
        await talk.ok("create_client", name=there)
        said = await talk.error("create_client", name=again)
        assert there in said
        assert "allow_duplicate=true" in said
        assert (await talk.call("create_client", name="Quite Another House")).is_error is False


@pytest.mark.parametrize(
    ("noun", "id", "column", "value"),
    [
        ("firm", 500005, "accounting_ref", "4110000"),
        ("contact", 880005, "accounting_ref", "411A"),
        ("contact", 880005, "keywords", "bois"),
        ("project", 300_005, "accounting_ref", "P-12"),
        ("product", 640005, "accounting_ref", "701"),
    ],
)
async def test_what_an_undo_does_not_bring_back_is_named_of_every_kind(
    noun: str, id: int, column: str, value: str
) -> None:
    async with incwo.at(toolsets="all", reply="yes") as talk:
        resource = next(each for each in INCWO.resources if each.noun == noun)
        talk.sandbox.store.update(resource, id, {column: value})
        await talk.ok(f"delete_incwo_{noun}", **{f"{noun}_id": id})
        assert f'its {column} "{value}"' in talk.asked[0]
        assert f"{column} '{value}'" in head(await talk.ok("undo_change", change_id=1))


@pytest.mark.parametrize(
    ("tool", "plain", "other"),
    [
        ("list_contacts", {"limit": 3}, {"limit": "3", "query": "", "client": None}),
        ("list_invoices", {"status": "open"}, {"status": "open", "due_before": None, "limit": ""}),
        ("search_records", {"query": "suprcorp", "kinds": ["clients"]}, {"query": "suprcorp", "kinds": "clients"}),
        ("list_contacts", {"title": ["Kiln"]}, {"title": "Kiln", "fields": []}),
        ("list_contacts", {"empty": ["email"]}, {"empty": "email", "cursor": ""}),
        ("list_projects", {"client": "11072"}, {"client": 11072.0, "active": None}),
    ],
)
async def test_one_meaning_is_taken_in_every_form(
    sandbox: Sandbox, tool: str, plain: dict[str, Any], other: dict[str, Any]
) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        assert await talk.ok(tool, **plain) == await talk.ok(tool, **other)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("create_contact", {"client": "11072", "first_name": "Bo", "last_name": "Li"}),
        ("update_contact", {"contact_id": 9}),
        ("create_person", {"first_name": "Bo", "last_name": "Li"}),
        ("update_person", {"person_id": 34}),
    ],
)
@pytest.mark.parametrize("written", ["mailto:bo@x.example", "Bo Li <bo@x.example>", "<mailto:bo@x.example>"])
async def test_an_address_is_taken_out_in_every_tool(
    sandbox: Sandbox, tool: str, given: dict[str, Any], written: str
) -> None:
    async with talking(sandbox, toolsets="all", reply="yes") as talk:
        assert "email is taken as bo@x.example." in await talk.ok(tool, **given, email=written)
        assert b"<email>bo@x.example</email>" in writes(talk)[0][2]
