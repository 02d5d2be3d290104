"""Creating, changing, toggling, deleting: the whole answer, and exactly what left."""

import json

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Era, talking
from tests.tools.kit import ACME, JANE, SUPRCORP, WILE, document, undo, writes

pytestmark = pytest.mark.anyio

CREATED_CLIENT = """Created client "Łódź Ämter" (11113). undo_change(change_id=1) takes it back.
{"id":11113,"name":"Łódź Ämter","active":true,"details":"one & <two>\\nthree","currency":"Euro - EUR",\
"created_at":"2018-03-05T12:00:00Z","updated_at":"2018-03-05T12:00:00Z"}"""
CREATED_CONTACT = """Created contact "Jo Day" (158). undo_change(change_id=1) takes it back.
{"id":158,"client_id":11073,"first_name":"Jo","last_name":"Day","email":"jo@day.example","phone_office":"1",\
"phone_mobile":"2","fax":"3","title":"Chair","created_at":"2018-03-05T12:00:00Z",\
"updated_at":"2018-03-05T12:00:00Z"}"""
UPDATED_CONTACT = """Updated contact "Jane Doe" (9). undo_change(change_id=1) takes it back.
{"id":9,"email":"jane@new.example"}"""
ACME_JSON = """{{"id":11073,"name":"Acme","active":{active},"details":"1 Desert Road\\nTucson, AZ 85701\\nUSA",\
"currency":"United States Dollar - USD","created_at":"2016-03-13T11:53:00Z",\
"updated_at":"2018-03-05T12:00:00Z"}}"""


async def test_create_client_sends_the_given_elements_in_order_and_reads_it_back(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("create_client", currency="Euro - EUR", details="one & <two>\nthree", name="Łódź Ämter")
        assert answer == CREATED_CLIENT
        assert talk.wire() == ["GET /clients", "POST /clients", "GET /clients/11113"]
        assert writes(talk) == [
            (
                "POST",
                "/clients",
                document(
                    "client",
                    "<name>Łódź Ämter</name>",
                    "<details>one &amp; &lt;two&gt;\nthree</details>",
                    "<currency>Euro - EUR</currency>",
                ),
            )
        ]


@pytest.mark.eras
async def test_create_contact_sends_the_given_elements_in_order_and_reads_it_back(sandbox: Sandbox, era: Era) -> None:
    given = {
        "title": "Chair",
        "fax": "3",
        "phone_mobile": "2",
        "phone_office": "1",
        "email": "jo@day.example",
        "last_name": "Day",
        "first_name": "Jo",
        "client": "Acme",
    }
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("create_contact", **given) == CREATED_CONTACT
        assert talk.wire() == ["GET /clients", "GET /clients/11073/contacts", "POST /contacts", "GET /contacts/158"]
        assert writes(talk) == [
            (
                "POST",
                "/contacts",
                document(
                    "contact",
                    '<client-id type="integer">11073</client-id>',
                    "<first-name>Jo</first-name>",
                    "<last-name>Day</last-name>",
                    "<email>jo@day.example</email>",
                    "<phone-office>1</phone-office>",
                    "<phone-mobile>2</phone-mobile>",
                    "<fax>3</fax>",
                    "<title>Chair</title>",
                ),
            )
        ]


async def test_a_record_below_an_archived_one_is_told_so_at_no_further_call(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="crm,projects") as talk:
        made = await talk.ok("create_contact", client="Penrose Dairy", first_name="Tess", last_name="Trew")
        archived = 'Its client "Penrose Dairy" (11095) is archived.\n'
        assert archived in made
        assert talk.wire() == ["GET /clients", "GET /clients/11095/contacts", "POST /contacts", "GET /contacts/158"]
        assert archived in await talk.ok("update_contact", contact_id=JANE, client="Penrose Dairy")
        assert "archived" not in await talk.ok("create_contact", client="Acme", first_name="Tess", last_name="Trew")
        both = await talk.ok("create_user_assignment", project="Brand guidelines", person="Dmitri Volkov")
        assert 'Its person "Dmitri Volkov" (37) is archived. Its project "Brand guidelines" (302) is archived.' in both


@pytest.mark.eras
async def test_update_sends_only_the_fields_given(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("update_contact", contact_id=JANE, email="jane@new.example") == UPDATED_CONTACT
        assert talk.wire() == ["GET /contacts/9", "PUT /contacts/9", "GET /contacts/9"]
        assert writes(talk) == [("PUT", "/contacts/9", document("contact", "<email>jane@new.example</email>"))]


async def test_update_leaves_every_other_column_as_it_was(sandbox: Sandbox) -> None:
    before = sandbox.rows(CONTACTS)
    async with talking(sandbox) as talk:
        await talk.ok("update_contact", contact_id=JANE, phone_office="1")
    after = sandbox.rows(CONTACTS)
    changed = {**before[0], "phone_office": "1", "updated_at": after[0]["updated_at"]}
    assert after == [changed, *before[1:]]


@pytest.mark.parametrize(
    ("tool", "arguments", "call"),
    [
        (
            "update_client",
            {"client_id": SUPRCORP, "name": "Supr"},
            ("/clients/11072", document("client", "<name>Supr</name>")),
        ),
        (
            "update_client",
            {"client_id": SUPRCORP, "details": ""},
            ("/clients/11072", document("client", "<details></details>")),
        ),
        (
            "update_client",
            {"client_id": SUPRCORP, "currency": "Euro - EUR"},
            ("/clients/11072", document("client", "<currency>Euro - EUR</currency>")),
        ),
        (
            "update_contact",
            {"contact_id": JANE, "client": "Acme"},
            ("/contacts/9", document("contact", '<client-id type="integer">11073</client-id>')),
        ),
        (
            "update_contact",
            {"contact_id": JANE, "title": "", "fax": "", "phone_mobile": "0"},
            (
                "/contacts/9",
                document("contact", "<phone-mobile>0</phone-mobile>", "<fax></fax>", "<title></title>"),
            ),
        ),
    ],
)
async def test_an_update_is_one_put_with_exactly_these_elements(
    sandbox: Sandbox, era: Era, tool: str, arguments: dict[str, object], call: tuple[str, bytes]
) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok(tool, **arguments)
        assert writes(talk) == [("PUT", *call)]


async def test_an_empty_text_empties_a_field(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        told, record = (await talk.ok("update_contact", contact_id=JANE, fax="")).split("\n")
        assert told == f'Updated contact "Jane Doe" (9). {undo(1)}'
        assert json.loads(record)["fax"] == ""
    assert sandbox.rows(CONTACTS)[0]["fax"] == ""


async def test_a_required_field_cannot_be_emptied(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("update_client", client_id=SUPRCORP, name="") == (
            "no field to change was given. name was empty and left alone, since that cannot be emptied. "
            "Nothing was sent. update_client takes: client_id, name, details, currency."
        )
        assert talk.wire() == []


async def test_an_update_without_a_change_is_not_sent(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("update_client", client_id=SUPRCORP) == (
            "no field to change was given. Nothing was sent. update_client takes: client_id, name, details, currency."
        )
        assert talk.wire() == []


async def test_what_is_stored_otherwise_than_sent_is_told(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        told, record = (await talk.ok("update_client", client_id=ACME, currency="", details="1 Quay")).split("\n")
    assert told == f'Updated client "Acme" (11073). Stored otherwise than sent: currency. {undo(1)}'
    assert json.loads(record)["currency"] == "United States Dollar - USD"


async def test_a_created_record_equals_what_a_get_returns(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        _, created = (await talk.ok("create_client", name="Fresh", details="a\nb")).split("\n")
        got = json.loads(await talk.ok("get_client", client_id=json.loads(created)["id"]))
        assert json.loads(created).items() <= got.items()
        _, created = (await talk.ok("create_contact", client="Fresh", first_name="A", last_name="B")).split("\n")
        assert created == await talk.ok("get_contact", contact_id=json.loads(created)["id"])


async def test_the_vendors_refusal_is_told_in_its_own_words(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("create_client", name="Fresh", currency="Gold") == (
            "Harvest refused this (400): \"currency must be one of the account's,"
            " such as 'United States Dollar - USD'.\" (Harvest's words). Nothing was created."
        )
        assert await talk.error("update_client", client_id=SUPRCORP, name="Acme") == (
            'Harvest refused this (400): "Another client has this name already." (Harvest\'s words).'
            " Nothing was changed."
        )


async def test_toggle_flips_the_state_when_none_is_asked_for(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("toggle_client", client_id=ACME) == (
            f'Now archived: client "Acme" (11073). {undo(1)}\n' + ACME_JSON.format(active="false")
        )
        assert talk.wire() == ["GET /clients/11073", "POST /clients/11073/toggle", "GET /clients/11073"]
        assert writes(talk) == [("POST", "/clients/11073/toggle", b"")]
        assert await talk.ok("toggle_client", client_id=ACME) == (
            f'Now active: client "Acme" (11073). {undo(2)}\n' + ACME_JSON.format(active="true")
        )


async def test_a_client_is_archived_and_restored_by_tools_of_their_own(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert (await talk.ok("archive_client", client_id=ACME)).startswith(
            f'Now archived: client "Acme" (11073). {undo(1)}\n'
        )
        assert (await talk.ok("archive_client", client_id=ACME)) == (
            'Client "Acme" (11073) is already archived. Nothing was changed.'
        )
        assert (await talk.ok("restore_client", client_id=ACME)).startswith(
            f'Now active: client "Acme" (11073). {undo(2)}\n'
        )
        assert writes(talk) == [("POST", "/clients/11073/toggle", b"")]


@pytest.mark.parametrize(
    ("client", "active", "text"),
    [
        (ACME, True, 'Client "Acme" (11073) is already active. Nothing was changed.'),
        (11083, False, 'Client "Fjord & Fell Outdoor" (11083) is already archived. Nothing was changed.'),
    ],
)
async def test_toggle_reads_first_and_leaves_a_state_that_is_there(
    sandbox: Sandbox, era: Era, client: int, active: bool, text: str
) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("toggle_client", client_id=client, active=active) == text
        assert talk.wire() == [f"GET /clients/{client}"]


@pytest.mark.parametrize(("client", "active"), [(ACME, False), (11083, True)])
async def test_toggle_brings_a_client_to_the_state_asked_for(
    sandbox: Sandbox, era: Era, client: int, active: bool
) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("toggle_client", client_id=client, active=active)
        assert writes(talk) == [("POST", f"/clients/{client}/toggle", b"")]
    assert [row["active"] for row in sandbox.rows(CLIENTS) if row["id"] == client] == [active]


async def test_a_refused_toggle_carries_the_hint(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("toggle_client", client_id=SUPRCORP, active=False) == (
            'Harvest refused this (400): "This client has 2 active projects." (Harvest\'s words). Nothing was changed.'
            " What may have to be archived first: list_projects(client=11072, active=true)."
        )
        assert talk.wire() == ["GET /clients/11072", "POST /clients/11072/toggle"]


@pytest.mark.eras
async def test_delete_contact_asks_deletes_and_looks(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.ok("delete_contact", contact_id=WILE) == (
            'Deleted contact "Wile Coyne" (17). undo_change(change_id=1) makes it again under a new id.'
        )
        assert talk.wire() == [
            "GET /contacts/17",
            "GET /clients/11073",
            "GET /contacts/17",
            "DELETE /contacts/17",
            "GET /contacts/17",
        ]
        assert writes(talk) == [("DELETE", "/contacts/17", b"")]
    assert talk.asked == [
        'Delete contact "Wile Coyne" (17), client "Acme", email "wile@acme.example", title "Head of Testing"? '
        "Undo recreates it under a new id."
    ]
    assert WILE not in [row["id"] for row in sandbox.rows(CONTACTS)]


async def test_delete_client_takes_its_contacts_along_and_says_so(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.ok("delete_client", client_id=ACME) == (
            'Deleted client "Acme" (11073) and its 3 contacts. '
            "undo_change(change_id=1) makes it again, without its contacts and under a new id."
        )
        looked = ["GET /clients/11073", "GET /clients/11073/contacts", "GET /projects?client=11073"]
        assert talk.wire() == [*looked, *looked, "DELETE /clients/11073", "GET /clients/11073"]
    assert talk.asked == [
        'Delete client "Acme" (11073), details "1 Desert Road"? 3 contacts go with it. '
        "Undo recreates it, without its contacts and under a new id."
    ]
    assert ACME not in [row["client_id"] for row in sandbox.rows(CONTACTS)]


async def test_every_write_carries_the_headers_the_vendor_wants(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        await talk.ok("create_client", name="Fresh")
        await talk.ok("update_client", client_id=11113, name="Fresher")
        await talk.ok("toggle_client", client_id=11113)
        await talk.ok("delete_client", client_id=11113)
    carried = [
        (call.method, *(call.headers.get(name) for name in ("accept", "content-type", "authorization")), call.query)
        for call in sandbox.seen
        if call.method != "GET"
    ]
    both = ("application/xml", "application/xml", "Basic YWRtaW5Aa2VzdHJlbC5leGFtcGxlOmxldC1tZS1pbg==", ())
    assert carried == [("POST", *both), ("PUT", *both), ("POST", *both), ("DELETE", *both)]


WRITTEN: dict[str, tuple[dict[str, object], int, str]] = {
    "create_client": ({"name": "Fresh"}, 0, 'Created client "Fresh" (11113).'),
    "update_client": ({"client_id": SUPRCORP, "name": "Fresh"}, 1, 'Updated client "Fresh" (11072).'),
    "toggle_client": ({"client_id": ACME}, 1, 'Now archived: client "Acme" (11073).'),
}


@pytest.mark.parametrize("tool", WRITTEN)
async def test_a_write_that_shows_only_at_the_second_look_is_told_as_done(
    sandbox: Sandbox, era: Era, tool: str
) -> None:
    arguments, skip, text = WRITTEN[tool]
    sandbox.fail(Fault("status", "404", method="GET", path="/clients/*", skip=skip))
    async with talking(sandbox, era=era) as talk:
        assert (await talk.ok(tool, **arguments)).startswith(f"{text} {undo(1)}\n")


async def test_a_change_to_what_is_so_already_sends_nothing_and_is_no_change(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("update_contact", contact_id=JANE, title="CEO", fax="")
        for same in ({"title": "CEO"}, {"title": "CEO", "fax": ""}):
            text = await talk.ok("update_contact", contact_id=JANE, **same)
            assert text.startswith('Contact "Jane Doe" (9) already has these values. Nothing was changed.\n{"id":9,')
            assert talk.wire() == ["GET /contacts/9"]
        assert (await talk.ok("list_changes")).startswith("# 1 change, newest first\n")
        assert (await talk.ok("update_contact", contact_id=JANE, title="CTO")).startswith("Updated contact")
