"""CC-1 to CC-6: harvest-v1 12."""

from datetime import timedelta

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS

from .kit import NOW, Clock, error, ids

pytestmark = pytest.mark.anyio
JANE, SUPRCORP = 9, 11072
NEW = "<contact><client-id>11073</client-id><first-name>Ann</first-name><last-name>Lee</last-name></contact>"


async def test_a_list_holds_the_contacts_of_archived_clients_too(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    archived = {row["id"] for row in sandbox.rows(CLIENTS) if not row["active"]}
    rows = sandbox.rows(CONTACTS)
    assert ids((await http.get("/contacts")).content) == [row["id"] for row in rows]
    assert archived & {row["client_id"] for row in rows}


async def test_a_clients_contacts_are_listed_under_it(http: httpx.AsyncClient) -> None:
    assert ids((await http.get("/clients/11073/contacts")).content) == [17, 18, 19]


async def test_the_contacts_of_an_unknown_client_are_not_found(http: httpx.AsyncClient) -> None:
    answer = await http.get("/clients/5/contacts")
    assert (answer.status_code, error(answer.content)) == (404, ("NotFound", "There is no client 5."))


async def test_a_contact_needs_only_an_owner_and_two_names(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await http.post("/contacts", content=NEW)
    assert (answer.status_code, answer.content) == (201, b"")
    row = sandbox.rows(CONTACTS)[-1]
    assert answer.headers["location"] == f"/contacts/{row['id']}"
    assert row == {
        "id": 158,
        "client_id": 11073,
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "",
        "phone_office": "",
        "phone_mobile": "",
        "fax": "",
        "title": "",
        "created_at": NOW,
        "updated_at": NOW,
    }


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (NEW.replace("Ann", ""), "first-name is required."),
        (NEW.replace("<last-name>Lee</last-name>", ""), "last-name is required."),
        (NEW.replace("<client-id>11073</client-id>", ""), "client-id is required."),
        (NEW.replace("11073", "5"), "There is no client with the client-id given."),
        (NEW.replace("11073", "SuprCorp"), "client-id is not what it should be."),
    ],
)
async def test_a_create_that_breaks_a_rule_is_refused_with_a_hint(
    http: httpx.AsyncClient, sandbox: Sandbox, body: str, hint: str
) -> None:
    before = sandbox.rows(CONTACTS)
    answer = await http.post("/contacts", content=body)
    assert (answer.status_code, answer.headers["hint"], error(answer.content)) == (400, hint, ("Invalid", hint))
    assert sandbox.rows(CONTACTS) == before


async def test_creation_is_never_nested_under_the_client(http: httpx.AsyncClient) -> None:
    assert (await http.post("/clients/11073/contacts", content=NEW)).status_code == 404


async def test_an_update_changes_what_is_given_and_null_is_empty(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    before = sandbox.rows(CONTACTS)[0]
    clock.turn(60)
    body = '<contact><email>jane@new.example</email><fax nil="true"/><client_id>11073</client_id></contact>'
    answer = await http.put(f"/contacts/{JANE}", content=body)
    assert (answer.status_code, answer.content, answer.headers["location"]) == (200, b"", f"/contacts/{JANE}")
    assert sandbox.rows(CONTACTS)[0] == {
        **before,
        "client_id": 11073,
        "email": "jane@new.example",
        "fax": "",
        "updated_at": NOW + timedelta(minutes=1),
    }


async def test_an_update_may_not_empty_what_a_create_requires(http: httpx.AsyncClient) -> None:
    answer = await http.put(f"/contacts/{JANE}", content="<contact><last-name/></contact>")
    assert (answer.status_code, answer.headers["hint"]) == (400, "last-name is required.")


async def test_a_contact_can_always_be_deleted(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await http.delete(f"/contacts/{JANE}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert sandbox.rows(CONTACTS)[0]["id"] == 10
    assert (await http.get(f"/contacts/{JANE}")).status_code == 404
    assert (await http.delete(f"/contacts/{JANE}")).status_code == 404
