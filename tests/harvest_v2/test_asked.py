"""What sets something off over v2, or takes more along than v1, is asked first in its own words (harvest-v2 29)."""

import json

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2.tables import PEOPLE, PROJECTS, USER_ASSIGNMENTS

from .kit import conversing

pytestmark = pytest.mark.anyio

ASKED: dict[str, tuple[dict[str, object], str]] = {
    "create_person": (
        {"email": "n@k.example", "first_name": "N", "last_name": "O"},
        "Harvest mails an invitation with a password link to n@k.example, which nothing takes back.",
    ),
    "send_invoice": (
        {"invoice": "id 7004", "recipients": "a@b.example"},
        "Harvest mails it to a@b.example, which nothing takes back.",
    ),
    "send_estimate": (
        {"estimate": "id 3001", "recipients": "a@b.example"},
        "Harvest mails it to a@b.example, which nothing takes back.",
    ),
    "create_invoice_payment": (
        {"invoice": "id 7004", "amount": "10", "paid_at": "2026-03-01"},
        "Harvest changes what the client owes.",
    ),
    "create_cost_rate": (
        {"person": "33", "amount": "40"},
        'Add cost rate "40" of person "Róisín Byrne"? Harvest replaces every rate that begins later',
    ),
    "delete_project": ({"project_id": 303}, "archive_project keeps all of it."),
    "delete_person": ({"person_id": 33}, "If it has hours or expenses, Harvest will probably refuse."),
    "update_person": (
        {"person_id": 33, "access_roles": "administrator"},
        'access_roles: "member" becomes "administrator".',
    ),
    "update_team": (
        {"team_id": 32, "teammate_ids": ["33"]},
        'teammate_ids: nothing becomes "Róisín Byrne" (33).',
    ),
}


@pytest.mark.parametrize("tool", ASKED)
async def test_it_is_asked_and_nothing_is_sent_at_a_no(sandbox: Sandbox, tool: str) -> None:
    arguments, says = ASKED[tool]
    async with conversing(sandbox, toolsets="all", reply="decline") as talk:
        await talk.error(tool, **arguments)
    assert says in talk.asked[0]
    assert not [seen for seen in sandbox.seen if seen.method != "GET"]


async def test_a_payment_and_an_event_mail_nothing(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="all", reply="yes") as talk:
        await talk.ok("create_invoice_payment", invoice="id 7004", amount="10", paid_at="2026-03-01")
        await talk.ok("close_invoice", invoice_id=7004)
    sent = [json.loads(seen.body) for seen in sandbox.seen if seen.method == "POST"]
    assert [each.get("send_thank_you", each.get("event_type")) for each in sent] == [False, "close"]


async def test_who_is_archived_leaves_the_projects_which_no_undo_puts_back(sandbox: Sandbox) -> None:
    def on() -> set[object]:
        rows = sandbox.rows(USER_ASSIGNMENTS)
        return {row["project_id"] for row in rows if row["user_id"] == 33 and not row["deactivated"]}

    assert on()
    async with conversing(sandbox, toolsets="all") as talk:
        said = await talk.ok("archive_person", person_id=33)
        undone = await talk.ok("undo_change", change_id=1)
    assert "undo_change(change_id=1) takes it back, but not the projects they were on." in said
    assert "Not restored: the projects they were on." in undone
    assert (on(), [row["is_active"] for row in sandbox.rows(PEOPLE) if row["id"] == 33]) == (set(), [True])


async def test_a_preview_mails_and_keeps_nothing(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="invoices") as talk:
        told = json.loads(await talk.ok("preview_invoice_message", invoice="1004", thank_you=True))
        assert [line.split()[0] for line in talk.wire()] == ["GET"] * len(talk.wire())
    assert (told["invoice_id"], told["thank_you"]) == (7004, True)
    assert told["subject"]


async def test_a_team_is_set_by_names_and_emptied(sandbox: Sandbox) -> None:
    async with conversing(sandbox, toolsets="people", reply="yes") as talk:
        said = await talk.ok("update_team", team_id=32, teammate_ids=["Ana Souza", "Róisín Byrne"])
        assert json.loads(said.splitlines()[-1])["teammates"] == "Ana Souza, Róisín Byrne"
        assert "undo_change(change_id=1) takes it back." in said
        await talk.ok("update_team", team_id=32, teammate_ids="")
        assert json.loads(await talk.ok("get_team", team_id=32)) == {"id": 32, "manager_id": 32}
        assert "must be a manager" in await talk.error("get_team", team_id=33)
        named = await talk.ok("update_team", team_id="Miguel Ortiz", teammate_ids=["Ana Souza"])
        assert "(32)" in named.splitlines()[0]
        assert json.loads(await talk.ok("get_team", team_id="Miguel Ortiz"))["teammates"] == "Ana Souza"
        assert (await talk.error("get_team", team_id="Nobody")).startswith("No person named exactly 'Nobody'.")


RIGHTS = {
    "king": "access_roles has no king; it takes member, manager or administrator, and of a manager project_creator, ",
    "manager, member": "access_roles takes exactly one of member, manager and administrator",
    "": "access_roles takes exactly one of member, manager and administrator",
    "member, project_creator": "project_creator goes only with manager",
    "manager, people_manager": "people_manager is set by update_team alone, and stays where it is left out",
}


@pytest.mark.parametrize("said", RIGHTS)
async def test_rights_and_zones_that_there_are_not_are_refused_before_anybody_is_asked(
    sandbox: Sandbox, said: str
) -> None:
    async with conversing(sandbox, toolsets="people", reply="yes") as talk:
        refused = await talk.error("update_person", person_id=33, access_roles=said)
        zone = await talk.error("update_person", person_id=33, timezone="Europe/Dublin")
        assert talk.asked == []
        await talk.ok("update_person", person_id=33, access_roles="Manager,project_creator", timezone="Lisbon")
    assert refused.startswith(RIGHTS[said])
    assert zone.startswith("timezone takes a name that Harvest has for a zone, here Dublin.")
    assert not [seen for seen in sandbox.seen if seen.method not in ("GET", "PATCH")]


async def test_a_list_of_a_hundred_clients_is_short(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        said = await talk.ok("list_clients", limit=100)
    rows = len(said.splitlines()) - 2
    assert rows > 40
    assert len(said.encode()) * 100 / rows <= 3_600
    assert len(sandbox.rows(PROJECTS)) > 0
