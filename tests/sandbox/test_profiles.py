"""The three eras side by side: harvest-v1 0.2, 5, 11, 12, 29."""

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.spec import Era
from harvest_mcp.systems.harvest import CLIENTS

from .kit import Clock, caller, leaves, shape

pytestmark = pytest.mark.anyio

CLIENT = {"id", "name", "active", "details", "currency", "currency-symbol", "updated-at", "default-invoice-timeframe"}
CONTACT = {"id", "client-id", "first-name", "last-name", "email", "phone-office", "phone-mobile", "fax"}
STAMPS = {"created-at", "updated-at"}


def account(profile: Era) -> Sandbox:
    return open_account(profile=profile, clock=Clock())


async def fetch(profile: Era, path: str) -> bytes:
    with account(profile) as sandbox:
        async with caller(sandbox) as http:
            return (await http.get(path)).content


@pytest.mark.parametrize(
    ("profile", "client", "contact"),
    [
        ("classic", CLIENT | {"highrise-id", "cache-version"}, CONTACT),
        (
            "docs",
            CLIENT | STAMPS | {"highrise-id", "cache-version", "last-invoice-kind"},
            CONTACT | STAMPS | {"title"},
        ),
        (
            "late",
            CLIENT | STAMPS | {"last-invoice-kind", "statement-key", "address"},
            CONTACT | STAMPS | {"title"},
        ),
    ],
)
async def test_each_era_sends_its_own_elements(profile: Era, client: set[str], contact: set[str]) -> None:
    assert set(leaves(await fetch(profile, "/clients/11072"))) == client
    assert set(leaves(await fetch(profile, "/contacts/9"))) == contact


@pytest.mark.parametrize(
    ("profile", "clients", "contacts", "instant"),
    [
        ("classic", {}, {"type": "array"}, "datetime"),
        ("docs", {"type": "array"}, {"type": "array"}, "datetime"),
        ("late", {"type": "array"}, {"type": "array"}, "dateTime"),
    ],
)
async def test_roots_and_instants_are_typed_as_in_their_era(
    profile: Era, clients: dict[str, str], contacts: dict[str, str], instant: str
) -> None:
    assert shape(await fetch(profile, "/clients"))[:2] == ("clients", clients)
    assert shape(await fetch(profile, "/contacts"))[:2] == ("contacts", contacts)
    assert leaves(await fetch(profile, "/clients/11072"))["updated-at"][0] == {"type": instant}


@pytest.mark.parametrize(
    ("profile", "label", "euro"),
    [
        ("classic", "United States Dollars - USD", "EURO - EUR"),
        ("docs", "United States Dollar - USD", "Euro - EUR"),
        ("late", "United States Dollar - USD", "Euro - EUR"),
    ],
)
async def test_currencies_are_worded_as_in_their_era(profile: Era, label: str, euro: str) -> None:
    assert leaves(await fetch(profile, "/clients/11072"))["currency"] == ({}, label)
    assert leaves(await fetch(profile, "/clients/11074"))["currency"] == ({}, euro)


async def test_a_currency_in_old_words_is_taken_and_said_in_new_ones() -> None:
    with account("late") as sandbox:
        async with caller(sandbox) as http:
            body = "<client><currency>United Kingdom Pounds - GBP</currency></client>"
            assert (await http.put("/clients/11073", content=body)).status_code == 200
        assert sandbox.rows(CLIENTS)[1]["currency"] == "British Pound - GBP"


async def test_null_empty_and_typed_null_have_their_own_forms() -> None:
    late = leaves(await fetch("late", "/clients/11099"))  # Maple & Main Realty has no details
    assert {name: late[name] for name in ("details", "address", "default-invoice-timeframe", "last-invoice-kind")} == {
        "details": ({}, ""),
        "address": ({"nil": "true"}, ""),
        "default-invoice-timeframe": ({"nil": "true"}, ""),
        "last-invoice-kind": ({"nil": "true"}, ""),
    }
    assert leaves(await fetch("docs", "/clients/11072"))["highrise-id"] == ({"type": "integer", "nil": "true"}, "")


async def test_a_highrise_id_is_taken_and_kept() -> None:
    with account("docs") as sandbox:
        async with caller(sandbox) as http:
            await http.put("/clients/11072", content="<client><highrise-id>77</highrise-id></client>")
            assert leaves((await http.get("/clients/11072")).content)["highrise-id"] == ({"type": "integer"}, "77")


async def test_the_declaration_is_the_documented_one() -> None:
    lines = (await fetch("late", "/clients")).splitlines()
    assert lines[0] == b'<?xml version="1.0" encoding="UTF-8"?>'
