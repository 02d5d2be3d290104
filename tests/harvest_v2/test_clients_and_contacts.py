"""Clients and contacts over v2, end to end: the same tools, arguments and answers as over v1, other bodies."""

import json
from typing import Any

import pytest

from harvest_mcp.sandbox import ADMIN, MEMBER, Fault, Sandbox
from harvest_mcp.sandbox.harvest_v2 import over_v1
from harvest_mcp.sandbox.harvest_v2.tables import CLIENTS, CONTACTS
from harvest_mcp.systems.harvest.clients import CLIENTS as V1
from harvest_mcp.systems.harvest.v2.clients import CLIENTS as V2

from ..conftest import Talk, talking
from .kit import ACME, JANE, SUPRCORP, conversing

pytestmark = pytest.mark.anyio
SHARED = [name for name in V1.summary() if name in V2.summary()]
"""The columns of lists of clients that both APIs have."""


def bodies(talk: Talk) -> list[Any]:
    """What the last tool call sent, as values."""
    return [json.loads(seen.body) for seen in talk.sandbox.seen[talk.seen_before :] if seen.body]


def record(answer: str) -> dict[str, Any]:
    """The record of an answer."""
    found: dict[str, Any] = json.loads(answer.rstrip().splitlines()[-1])
    return found


def row(sandbox: Sandbox, table: Any, id: int) -> dict[str, Any]:
    """A row as the account keeps it."""
    return next(dict(each) for each in sandbox.rows(table) if each["id"] == id)


async def test_every_call_says_who_calls_and_for_which_account(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        await talk.ok("list_clients")
        (seen,) = sandbox.seen
    assert (seen.method, seen.path, seen.query, seen.body) == ("GET", "/v2/clients", (), b"")


async def test_the_same_question_has_the_same_answer_over_both(sandbox: Sandbox) -> None:
    first = over_v1(sandbox)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("list_clients", {"fields": SHARED}),
        ("list_clients", {"active": False, "fields": SHARED}),
        ("list_contacts", {"client": "SuprCorp"}),
        ("list_contacts", {"client": "SuprCorp", "fields": ["email"], "query": "smith"}),
        ("search_records", {"query": "Jane at supr", "kinds": ["clients", "contacts"]}),
        ("list_clients", {"updated_since": "2026-01-31T09:00Z", "limit": 3, "fields": ["name"]}),
    ]
    async with conversing(sandbox) as over_v2, talking(first) as v1:
        for tool, arguments in calls:
            assert await over_v2.ok(tool, **arguments) == await v1.ok(tool, **arguments), (tool, arguments)


async def test_a_client_is_told_in_the_words_of_v1(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        told = record(await talk.ok("get_client", client_id=ACME))
        assert talk.wire() == [f"GET /v2/clients/{ACME}"]
    assert {name: told[name] for name in ("id", "name", "active", "details", "currency")} == {
        "id": ACME,
        "name": "Acme",
        "active": True,
        "details": "1 Desert Road\nTucson, AZ 85701\nUSA",
        "currency": "United States Dollar - USD",
    }


async def test_a_create_says_its_fields_at_the_top_in_the_words_of_v2(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        said = await talk.ok("create_client", name="Neu GmbH", details="Street 1\nTown", currency="eur")
        new = record(said)["id"]
        assert bodies(talk) == [{"name": "Neu GmbH", "currency": "EUR", "address": "Street 1\nTown"}]
        assert talk.wire() == ["GET /v2/clients", "POST /v2/clients", f"GET /v2/clients/{new}"]
    assert said.startswith(f'Created client "Neu GmbH" ({new}). undo_change(change_id=1) takes it back.')
    assert record(said)["currency"] == "Euro - EUR"


async def test_an_update_is_a_patch_of_the_fields_given_and_undone(sandbox: Sandbox) -> None:
    before = row(sandbox, CONTACTS, JANE)
    async with conversing(sandbox) as talk:
        said = await talk.ok("update_contact", contact_id=JANE, email="jane@new.example", title="")
        assert bodies(talk) == [{"email": "jane@new.example", "title": ""}]
        assert talk.wire() == [f"GET /v2/contacts/{JANE}", f"PATCH /v2/contacts/{JANE}", f"GET /v2/contacts/{JANE}"]
        assert said.startswith('Updated contact "Jane Doe" (9). undo_change(change_id=1) takes it back.')
        await talk.ok("undo_change", change_id=1)
    after = row(sandbox, CONTACTS, JANE)
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


async def test_a_contact_may_be_without_a_last_name_and_get_the_invoices(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        said = await talk.ok("create_contact", client="SuprCorp", first_name="Maya", invoice_recipient_status="cc")
        assert bodies(talk) == [{"client_id": SUPRCORP, "first_name": "Maya", "invoice_recipient_status": "cc"}]
    assert said.startswith('Created contact "Maya"')


async def test_archiving_says_what_is_wanted_and_an_undo_brings_it_back(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        said = await talk.ok("toggle_client", client_id=ACME, active=False)
        assert said.startswith('Now archived: client "Acme" (11073).')
        assert bodies(talk) == [{"is_active": False}]
        assert row(sandbox, CLIENTS, ACME)["active"] == 0
        await talk.ok("undo_change", change_id=1)
        assert bodies(talk) == [{"is_active": True}]
    assert row(sandbox, CLIENTS, ACME)["active"] == 1


async def test_a_delete_asks_with_what_goes_along_and_is_undone(sandbox: Sandbox) -> None:
    async with conversing(sandbox, reply="yes") as talk:
        said = await talk.ok("delete_client", client_id=ACME)
        assert said.startswith('Deleted client "Acme" (11073) and its 3 contacts.')
        assert ACME not in [each["id"] for each in sandbox.rows(CLIENTS)]
        again = await talk.ok("undo_change", change_id=1)
        assert '"Acme"' in again
    assert talk.asked[0].startswith('Delete client "Acme" (11073), details "1 Desert Road"? 3 contacts go with it.')
    assert [each["name"] for each in sandbox.rows(CLIENTS)].count("Acme") == 1


@pytest.mark.parametrize("reply", ["decline", "unticked", None])
async def test_nothing_is_deleted_without_a_person(sandbox: Sandbox, reply: Any) -> None:
    async with conversing(sandbox, reply=reply) as talk:
        assert "Nothing was deleted." in await talk.error("delete_contact", contact_id=JANE)
        assert not [line for line in talk.wire() if line.startswith("DELETE")]


async def test_a_refused_delete_names_the_way_to_archive(sandbox: Sandbox) -> None:
    async with conversing(sandbox, reply="yes") as talk:
        said = await talk.error("delete_client", client_id=SUPRCORP)
    assert said == (
        'Harvest refused this (422): "This client is not removable. It still has projects and/or invoices." '
        "(Harvest's words). Nothing was deleted. "
        "To have it archived instead, call archive_client(client_id=11072)."
    )


LOST = [
    Fault("drop", method="POST", commit="before"),
    Fault("drop", method="POST"),
    Fault("status", "502 html", method="POST", commit="before"),
    Fault("status", "502 empty", method="POST"),
    Fault("truncate", method="POST"),
    Fault("html", method="POST", commit="before"),
    Fault("garbage", "201", method="POST", commit="before", body=b"[]"),
    Fault("other-location", method="POST"),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: f"{fault.name} {fault.value} {fault.commit}")
async def test_a_create_that_is_answered_oddly_happens_once_at_most_and_is_told_as_it_is(
    sandbox: Sandbox, fault: Fault
) -> None:
    sandbox.fail(fault)
    async with conversing(sandbox) as talk:
        first = await talk.call("create_client", name="Once GmbH")
        sandbox.calm()
        there = [each["name"] for each in sandbox.rows(CLIENTS)].count("Once GmbH")
        assert there == (0 if first.is_error else 1), first.text
        await talk.call("create_client", name="Once GmbH")
    assert [each["name"] for each in sandbox.rows(CLIENTS)].count("Once GmbH") <= 1


async def test_a_member_is_told_what_this_user_may_not_see(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MEMBER) as talk:
        said = await talk.error("list_clients")
        told = json.loads(await talk.ok("who_am_i"))
    assert said.startswith("Harvest does not let this user do that (403).")
    assert (told["user"]["email"], told["user"]["access_roles"]) == (MEMBER.email, "member")


async def test_who_am_i_tells_user_and_company(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        told = json.loads(await talk.ok("who_am_i"))
        assert talk.wire() == ["GET /v2/users/me", "GET /v2/company"]
    assert (told["user"]["email"], told["user"]["access_roles"]) == (ADMIN.email, "administrator")
    assert (told["company"]["name"], told["company"]["wants_timestamp_timers"]) == ("Kestrel Studio", False)


async def test_a_list_of_a_hundred_clients_is_small(sandbox: Sandbox) -> None:
    for number in range(len(sandbox.rows(CLIENTS)), 100):
        sandbox.put(CLIENTS, name=f"Client {number:03}", active=True)
    async with conversing(sandbox) as talk:
        said = await talk.ok("list_clients", limit=100)
    assert said.startswith("# 100 clients")
    assert len(said.encode()) <= 3_600
