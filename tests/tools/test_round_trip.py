"""Whatever the account stores comes back equal through the tools, and whatever is written is stored as it was."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest_mcp.sandbox import open_account
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from harvest_mcp.text.render import INVISIBLE
from tests.conftest import talking
from tests.sandbox.kit import Clock
from tests.tools.kit import ACME, account

pytestmark = pytest.mark.anyio

SHOWN = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn")).filter(lambda letter: not INVISIBLE.match(letter))
LINE = st.text(SHOWN, max_size=40).map(str.strip)
TEXTS = st.text(SHOWN | st.sampled_from("\n\t &<>\"',"), max_size=40)
SEVERAL = settings(max_examples=8)
"""Each example is a handful of records, since connecting costs more than asking."""
NAMES = ("first_name", "last_name", "email", "phone_office", "phone_mobile", "fax", "title")
TIMES = {"created_at": "2018-03-05T12:00:00Z", "updated_at": "2018-03-05T12:00:00Z"}


def filled(record: dict[str, Any]) -> dict[str, Any]:
    """A record as a get tells it: without what is empty, and an address that repeats the details."""
    said = {name: value for name, value in record.items() if value not in (None, "")}
    return {name: value for name, value in said.items() if name != "address"}


def contacts(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, texts)), min_size=1, max_size=6)


@given(stored=contacts(TEXTS))
@SEVERAL
async def test_a_stored_contact_comes_back_equal(stored: list[dict[str, str]]) -> None:
    with open_account(clock=Clock(), calls=None, seeded=False) as sandbox:
        client = sandbox.put(CLIENTS, name="A", active=True)
        ids = [sandbox.put(CONTACTS, client_id=client, **each) for each in stored]
        async with talking(sandbox) as talk:
            got = [json.loads(await talk.ok("get_contact", contact_id=id)) for id in ids]
            listed = await talk.ok("list_contacts", fields=list(NAMES))
    whole = [{"id": id, "client_id": client, **each, **TIMES} for id, each in zip(ids, stored, strict=True)]
    assert got == [filled(each) for each in whole]
    rows = list(csv.DictReader(io.StringIO(listed.partition("\n")[2], newline="")))
    assert rows == [{"id": str(id), **each} for id, each in zip(ids, stored, strict=True)]


@given(stored=st.lists(st.tuples(TEXTS, TEXTS, st.booleans(), st.none() | TEXTS), min_size=1, max_size=6))
@SEVERAL
async def test_a_stored_client_comes_back_equal(stored: list[tuple[str, str, bool, str | None]]) -> None:
    records: list[dict[str, Any]] = [
        {
            "name": name,
            "active": active,
            "details": details,
            "currency": "Euro - EUR",
            "currency_symbol": "€",
            "default_invoice_timeframe": timeframe,
            "last_invoice_kind": None,
            "statement_key": "00",
            "address": details,
        }
        for name, details, active, timeframe in stored
    ]
    with open_account(clock=Clock(), calls=None, seeded=False) as sandbox:
        ids = [sandbox.put(CLIENTS, **each) for each in records]
        async with talking(sandbox) as talk:
            got = [json.loads(await talk.ok("get_client", client_id=id)) for id in ids]
    whole = [{"id": id, **each, **TIMES} for id, each in zip(ids, records, strict=True)]
    assert got == [filled(each) for each in whole]


@given(sent=contacts(LINE))
@SEVERAL
async def test_a_created_contact_is_stored_as_it_was_sent(sent: list[dict[str, str]]) -> None:
    whole = [{**each, "first_name": each["first_name"] or "x", "last_name": each["last_name"] or "y"} for each in sent]
    with open_account(clock=Clock(), calls=None) as sandbox:
        async with talking(sandbox, account=account()) as talk:
            answers = [await talk.ok("create_contact", client=ACME, allow_duplicate=True, **each) for each in whole]
        rows = [row for row in sandbox.rows(CONTACTS) if row["client_id"] == ACME][3:]
    assert [{name: row[name] for name in NAMES} for row in rows] == whole
    assert all("Stored otherwise than sent: " not in answer for answer in answers)


@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
@SEVERAL
async def test_a_text_of_several_lines_is_stored_as_it_was_sent(texts: list[str]) -> None:
    with open_account(clock=Clock(), calls=None) as sandbox:
        async with talking(sandbox, account=account()) as talk:
            for text in texts:
                await talk.ok("update_client", client_id=ACME, details=text)
                row = sandbox.store.get(CLIENTS, ACME)
                assert row is not None
                assert row["details"] == text
