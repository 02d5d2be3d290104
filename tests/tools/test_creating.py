"""Creating: what passes for a duplicate, and how to create it all the same."""

import unicodedata

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Era, talking
from tests.tools.kit import ACME, SUPRCORP, document, undo, writes

pytestmark = pytest.mark.anyio

ANYWAY = "Nothing was created. Use or update that one, or call again with allow_duplicate=true to create another."


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("SuprCorp", '"SuprCorp" (11072)'),
        ("SUPRCORP", '"SuprCorp" (11072)'),
        ("Cafe Zoe", '"Café Zoë" (11076)'),
        (unicodedata.normalize("NFD", "CAFÉ ZOË"), '"Café Zoë" (11076)'),
        ("Kestrel  &   Sons", '"Kestrel & Sons" (11074)'),
        ("bluepeak", '"BluePeak" (11080); "Bluepeak" (11081)'),
        ("BÄCKEREI GROSS", '"Bäckerei Groß" (11077)'),
        ("O’Malley & Daughters Brewing", '"O\'Malley & Daughters Brewing" (11075)'),
        ("SuprCorp, Inc.", '"SuprCorp" (11072)'),
        ("SuprCorp.", '"SuprCorp" (11072)'),
        ("SARL SuprCorp", '"SuprCorp" (11072)'),
        ("SuprCorp S.p.A.", '"SuprCorp" (11072)'),
    ],
)
async def test_a_client_of_the_same_name_in_other_letters_is_a_duplicate(
    sandbox: Sandbox, era: Era, name: str, found: str
) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("create_client", name=name) == f"This client may already be there: {found}. {ANYWAY}"
        assert talk.wire() == ["GET /clients"]


@pytest.mark.parametrize("name", ["Inc SuprCorp", "SuprCorp Spa", "Supr Corp", "SuprCor"])
async def test_a_client_of_a_name_merely_alike_is_none(sandbox: Sandbox, era: Era, name: str) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("create_client", name=name)
        assert writes(talk) == [("POST", "/clients", document("client", f"<name>{name}</name>"))]


async def test_allow_duplicate_creates_another_and_is_not_sent(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("create_client", name="suprcorp", allow_duplicate=True)
        assert answer.startswith(f'Created client "suprcorp" (11113). {undo(1)}\n')
        assert writes(talk) == [("POST", "/clients", document("client", "<name>suprcorp</name>"))]


async def test_allow_duplicate_false_is_the_same_as_left_out(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.error("create_client", name="suprcorp", allow_duplicate=False)
        assert talk.wire() == ["GET /clients"]


async def test_a_duplicate_the_vendor_does_not_allow_is_refused_by_the_vendor(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("create_client", name="SuprCorp", allow_duplicate=True) == (
            'Harvest refused this (400): "Another client has this name already." (Harvest\'s words).'
            " Nothing was created."
        )


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"first_name": "Wile", "last_name": "Coyne"}, '"Wile Coyne" (17)'),
        ({"first_name": "WILE", "last_name": "Cöyne"}, '"Wile Coyne" (17)'),
        ({"first_name": "Someone", "last_name": "Else", "email": "MARTA@acme.example"}, '"Marta Runner" (18)'),
        (
            {"first_name": "Wile", "last_name": "Coyne", "email": "marta@acme.example"},
            '"Wile Coyne" (17); "Marta Runner" (18)',
        ),
    ],
)
async def test_a_contact_of_the_same_name_or_address_at_the_same_client_is_a_duplicate(
    sandbox: Sandbox, era: Era, given: dict[str, str], found: str
) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("create_contact", client=ACME, **given) == (
            f"This contact may already be there: {found}. {ANYWAY}"
        )
        assert talk.wire() == ["GET /clients/11073/contacts"]


@pytest.mark.parametrize(
    "given",
    [
        {"client": SUPRCORP, "first_name": "Wile", "last_name": "Coyne", "email": "wile@acme.example"},
        {"client": ACME, "first_name": "Coyne", "last_name": "Wile"},
        {"client": ACME, "first_name": "Wile", "last_name": "Runner"},
        {"client": ACME, "first_name": "Some", "last_name": "One", "email": ""},
    ],
)
async def test_another_client_or_only_half_a_name_is_no_duplicate(
    sandbox: Sandbox, era: Era, given: dict[str, object]
) -> None:
    sandbox.put(CONTACTS, client_id=ACME, first_name="No", last_name="Address", email="")
    async with talking(sandbox, era=era) as talk:
        await talk.ok("create_contact", **given)
        assert [method for method, _, _ in writes(talk)] == ["POST"]


async def test_allow_duplicate_adds_a_contact_of_the_same_name(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("create_contact", client=ACME, first_name="Wile", last_name="Coyne", allow_duplicate=True)
    names = [row["first_name"] for row in sandbox.rows(CONTACTS) if row["client_id"] == ACME]
    assert names == ["Wile", "Marta", "Theo", "Wile"]


async def test_no_more_than_five_duplicates_are_named(sandbox: Sandbox, era: Era) -> None:
    for _ in range(7):
        sandbox.put(CLIENTS, name="Twin", active=True)
    async with talking(sandbox, era=era) as talk:
        named = "; ".join(f'"Twin" ({id})' for id in range(11113, 11118))
        assert await talk.error("create_client", name="Twin") == f"This client may already be there: {named}. {ANYWAY}"


async def test_a_client_whose_name_is_emoji_is_compared_too(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        await talk.ok("create_client", name="☕️")
        assert await talk.error("create_client", name="☕️", details="hot") == (
            f'This client may already be there: "☕️" (11113). {ANYWAY}'
        )
        await talk.ok("create_client", name="🍵")


async def test_the_same_create_said_again_is_answered_with_the_record_made_and_sends_nothing(
    sandbox: Sandbox, era: Era
) -> None:
    given = {"client": ACME, "first_name": "Jo", "last_name": "Day"}
    async with talking(sandbox, era=era) as talk:
        created, record = (await talk.ok("create_contact", **given)).split("\n")
        assert created == f'Created contact "Jo Day" (158). {undo(1)}'
        assert await talk.ok("create_contact", **given) == (
            'Already created contact "Jo Day" (158). An identical create ran a moment ago; that was change 1,'
            f" and nothing was sent now. {undo(1)} allow_duplicate=true does it once more.\n{record}"
        )
        assert talk.wire() == ["GET /contacts/158"]
