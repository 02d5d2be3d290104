"""CL-1 to CL-6: harvest-v1 11."""

from datetime import timedelta

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS

from .kit import NOW, Clock, error, ids, leaves

pytestmark = pytest.mark.anyio
SUPRCORP, ACME = 11072, 11073
NEXT = 11113


async def test_a_list_holds_active_and_archived_clients_by_ascending_id(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    answer = await http.get("/clients")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml; charset=utf-8")
    assert ids(answer.content) == list(range(SUPRCORP, NEXT))
    assert {row["active"] for row in sandbox.rows(CLIENTS)} == {True, False}


async def test_a_client_is_created_active_with_the_accounts_currency(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await http.post("/clients", content="<client><name>Fox &amp; Hare</name></client>")
    assert (answer.status_code, answer.content, answer.headers["location"]) == (201, b"", f"/clients/{NEXT}")
    assert sandbox.rows(CLIENTS)[-1] == {
        "id": NEXT,
        "name": "Fox & Hare",
        "active": True,
        "details": "",
        "currency": "United States Dollar - USD",
        "currency_symbol": "$",
        "highrise_id": None,
        "cache_version": 0,
        "created_at": NOW,
        "updated_at": NOW,
        "default_invoice_timeframe": None,
        "last_invoice_kind": None,
        "statement_key": "fcdd0fccfd09d67774bf0098f3b8681b",
        "address": None,
    }


async def test_a_create_may_say_that_the_client_is_archived(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await http.post("/clients", content="<client><name>Old</name><active>false</active></client>")
    assert sandbox.rows(CLIENTS)[-1]["active"] is False


async def test_a_create_takes_dashed_and_underscored_names_and_no_types(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    body = "<client><name>Euro</name><currency>Euro - EUR</currency><currency_symbol>EUR</currency_symbol></client>"
    assert (await http.post("/clients", content=body)).status_code == 201
    dashed = body.replace("Euro<", "Other<").replace("_", "-")
    assert (await http.post("/clients", content=dashed)).status_code == 201
    assert [row["currency_symbol"] for row in sandbox.rows(CLIENTS)[-2:]] == ["EUR", "EUR"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("<client><details>x</details></client>", "name is required."),
        ("<client><name>  </name></client>", "name is required."),
        ('<client><name nil="true"/></client>', "name is required."),
        ("<client><name>SuprCorp</name></client>", "Another client has this name already."),
        (
            "<client><name>X</name><currency>Gold</currency></client>",
            'currency must be one of the account\'s, such as "United States Dollar - USD".',
        ),
        ("<client><name>X</name><active>perhaps</active></client>", "active is not what it should be."),
        ("<client><name><b>X</b></name></client>", "name is not what it should be."),
        ("<contact><name>X</name></contact>", "The root of the body must be client."),
        ("", "The body is not an XML document this account reads (empty)."),
        ("name=X", "The body is not an XML document this account reads (not-xml)."),
        (
            "<!DOCTYPE client><client><name>X</name></client>",
            "The body is not an XML document this account reads (doctype).",
        ),
    ],
)
async def test_a_create_that_breaks_a_rule_is_refused_with_a_hint(
    http: httpx.AsyncClient, sandbox: Sandbox, body: str, hint: str
) -> None:
    before = sandbox.rows(CLIENTS)
    answer = await http.post("/clients", content=body)
    assert (answer.status_code, answer.headers["hint"], error(answer.content)) == (400, hint, ("Invalid", hint))
    assert sandbox.rows(CLIENTS) == before


async def test_names_that_differ_only_in_case_are_different_names(http: httpx.AsyncClient) -> None:
    assert (await http.post("/clients", content="<client><name>SUPRCORP</name></client>")).status_code == 201


async def test_an_update_changes_what_is_given_and_keeps_the_rest(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    before = sandbox.rows(CLIENTS)[0]
    clock.turn(90.7)
    answer = await http.put(f"/clients/{SUPRCORP}", content="<client><details>1 New St.\nOslo</details></client>")
    assert (answer.status_code, answer.content, answer.headers["location"]) == (200, b"", f"/clients/{SUPRCORP}")
    assert sandbox.rows(CLIENTS)[0] == {
        **before,
        "details": "1 New St.\nOslo",
        "address": "1 New St.\nOslo",
        "cache_version": int(str(before["cache_version"])) + 1,
        "updated_at": NOW + timedelta(seconds=90),
    }


async def test_an_update_passes_over_what_is_read_only(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    before = sandbox.rows(CLIENTS)[0]
    body = (
        "<client><id>1</id><active>false</active><cache-version>99</cache-version><statement-key>x</statement-key>"
        "<address>elsewhere</address><created-at>2001-01-01T00:00:00Z</created-at><unheard-of>x</unheard-of></client>"
    )
    assert (await http.put(f"/clients/{SUPRCORP}", content=body)).status_code == 200
    after = sandbox.rows(CLIENTS)[0]
    assert {name: after[name] for name in before if after[name] != before[name]} == {
        "cache_version": int(str(before["cache_version"])) + 1,
        "updated_at": NOW,
    }


async def test_the_symbol_follows_the_currency(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    await http.put(f"/clients/{ACME}", content="<client><currency>British Pound - GBP</currency></client>")
    row = sandbox.rows(CLIENTS)[1]
    assert (row["currency"], row["currency_symbol"]) == ("British Pound - GBP", "£")
    await http.put(f"/clients/{ACME}", content='<client><currency nil="true"/></client>')
    row = sandbox.rows(CLIENTS)[1]
    assert (row["currency"], row["currency_symbol"]) == ("United States Dollar - USD", "$")


@pytest.mark.parametrize("name", ["", "SuprCorp"])
async def test_an_update_may_neither_empty_a_name_nor_take_anothers(
    http: httpx.AsyncClient, sandbox: Sandbox, name: str
) -> None:
    before = sandbox.rows(CLIENTS)
    answer = await http.put(f"/clients/{ACME}", content=f"<client><name>{name}</name></client>")
    assert (answer.status_code, error(answer.content)[0]) == (400, "Invalid")
    assert sandbox.rows(CLIENTS) == before


async def test_an_update_may_repeat_the_name(http: httpx.AsyncClient) -> None:
    assert (await http.put(f"/clients/{ACME}", content="<client><name>Acme</name></client>")).status_code == 200


async def test_a_toggle_archives_and_restores(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    states = []
    for _ in range(2):
        answer = await http.post(f"/clients/{ACME}/toggle")
        assert (answer.status_code, answer.content, answer.headers["location"]) == (200, b"", f"/clients/{ACME}")
        states.append(sandbox.rows(CLIENTS)[1]["active"])
    assert states == [False, True]


async def test_active_projects_keep_a_client_from_being_archived(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await http.post(f"/clients/{SUPRCORP}/toggle")
    assert (answer.status_code, answer.headers["hint"]) == (400, "This client has 2 active projects.")
    assert error(answer.content) == ("NotAllowed", "This client has 2 active projects.")
    assert sandbox.rows(CLIENTS)[0]["active"] is True


async def test_archived_projects_do_not_keep_a_client_from_being_archived(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    atelier = next(row for row in sandbox.rows(CLIENTS) if row["name"] == "Atelier Lumière")
    assert (await http.post(f"/clients/{atelier['id']}/toggle")).status_code == 200


async def test_a_client_with_active_projects_can_be_restored(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    with sandbox.store.writing():
        sandbox.store.update(CLIENTS, SUPRCORP, {"active": False})
    assert (await http.post(f"/clients/{SUPRCORP}/toggle")).status_code == 200
    assert sandbox.rows(CLIENTS)[0]["active"] is True


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("SuprCorp", "This client has 3 projects."),
        ("Atelier Lumière", "This client has 1 project."),
        ("Penrose Dairy", "This client has 1 invoice."),
    ],
)
async def test_projects_and_invoices_keep_a_client_from_being_deleted(
    http: httpx.AsyncClient, sandbox: Sandbox, name: str, hint: str
) -> None:
    before = sandbox.rows(CLIENTS)
    id = next(row["id"] for row in before if row["name"] == name)
    answer = await http.delete(f"/clients/{id}")
    assert (answer.status_code, answer.headers["hint"]) == (400, hint)
    assert error(answer.content) == ("NotRemovable", hint)
    assert sandbox.rows(CLIENTS) == before


async def test_a_deleted_client_takes_its_contacts_along_and_its_id_is_never_given_again(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    contacts = sandbox.rows(CONTACTS)
    created = (await http.post("/clients", content="<client><name>Short-lived</name></client>")).headers["location"]
    for path in (f"/clients/{ACME}", created):
        answer = await http.delete(path)
        assert (answer.status_code, answer.content, answer.headers.get("location")) == (200, b"", None)
    assert ACME not in {row["id"] for row in sandbox.rows(CLIENTS)}
    assert sandbox.rows(CONTACTS) == [row for row in contacts if row["client_id"] != ACME]
    again = await http.post("/clients", content="<client><name>Short-lived</name></client>")
    assert again.headers["location"] == f"/clients/{NEXT + 1}"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/clients/5"), ("PUT", "/clients/5"), ("POST", "/clients/5/toggle"), ("DELETE", "/clients/5")],
)
async def test_an_unknown_client_is_not_found(http: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path, content="<client/>" if method == "PUT" else None)
    assert (answer.status_code, error(answer.content)) == (404, ("NotFound", "There is no client 5."))
    assert "hint" not in answer.headers


async def test_text_survives_the_round_trip(http: httpx.AsyncClient) -> None:
    name, details = "Ünïcode’s & <Sons> שלום 吉", "one\r\ntwo\n\n  three  "
    body = "<client><name>Ünïcode’s &amp; &lt;Sons&gt; שלום 吉</name>"
    created = await http.post("/clients", content=body + "<details>one&#13;\ntwo\n\n  three  </details></client>")
    read = leaves((await http.get(created.headers["location"])).content)
    assert (read["name"][1], read["details"][1]) == (name, details)
