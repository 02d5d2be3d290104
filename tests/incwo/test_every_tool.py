"""Every tool of incwo through the real client: the line each answer begins with, and what went over the wire."""

import re

import pytest

from harvest_mcp.systems.incwo import INCWO
from harvest_mcp.wire.incwo_wires import incwo_of
from tests.conftest import Era
from tests.incwo.kit import at, first, sent, told, writes
from tests.incwo.made import LISTED, WRITTEN

LOST = {"proposal": 'its reference "D1803-1".', "invoice": 'its reference "F1803-1".', "file": "its content."}
"""What no undo restores of what these tests make."""

pytestmark = pytest.mark.anyio

DEFAULT = [
    "search_records",
    "list_incwo_contacts",
    "get_incwo_contact",
    "create_incwo_contact",
    "update_incwo_contact",
    "add_incwo_contact_address",
    "update_incwo_contact_address",
    "remove_incwo_contact_address",
    "add_incwo_contact_item",
    "update_incwo_contact_item",
    "remove_incwo_contact_item",
    "delete_incwo_contact",
    "list_incwo_firms",
    "get_incwo_firm",
    "create_incwo_firm",
    "update_incwo_firm",
    "add_incwo_firm_address",
    "update_incwo_firm_address",
    "remove_incwo_firm_address",
    "add_incwo_firm_item",
    "update_incwo_firm_item",
    "remove_incwo_firm_item",
    "delete_incwo_firm",
    "list_changes",
    "get_change",
    "undo_change",
]


async def test_the_default_tools_are_those_of_contacts_firms_and_changes(era: Era) -> None:
    async with at(era=era) as talk:
        assert [tool.name for tool in (await talk.client.list_tools()).tools] == DEFAULT


def test_every_resource_is_gone_through() -> None:
    made = {each.noun for each in INCWO.resources if "create" in each.verbs}
    listed = {each.noun for each in INCWO.resources}
    assert LISTED.keys() == listed, f"LISTED in tests/incwo/made.py: a row for each of {listed ^ LISTED.keys()}"
    assert WRITTEN.keys() == made, f"WRITTEN in tests/incwo/made.py: a row for each of {made ^ WRITTEN.keys()}"
    assert {noun for noun, row in WRITTEN.items() if not row[2]} == {"stock_movement"}


async def test_every_list_and_every_record_is_read(era: Era) -> None:
    async with at(era=era, toolsets="all") as talk:
        for noun, (plural, pages, columns, row) in LISTED.items():
            head, *rows = (await talk.ok(f"list_incwo_{plural}", limit=1)).splitlines()
            assert head.partition(";")[0] == f"# 1 {INCWO.resource(noun).word}, {pages}"
            assert rows == [columns, row]
            id = int(row.partition(",")[0])
            assert told(await talk.ok(f"get_incwo_{noun}", **{f"{noun}_id": id}))["id"] == id


async def test_every_record_is_created_changed_and_deleted(era: Era) -> None:
    number = 0
    async with at(era=era, reply="yes", toolsets="all") as talk:
        for noun, (creates, created, changes, changed, name) in WRITTEN.items():
            path, word = "/123456" + incwo_of(INCWO.resource(noun)).path, INCWO.resource(noun).word
            undo = f"undo_change(change_id={number + 1}) takes it back."
            said = await talk.ok(f"create_incwo_{noun}", **creates)
            done = f"Created {word} {name}. {undo if changes else INCWO.resource(noun).wording.caution}"
            assert first(said).partition(" Its ")[0] == done  # behind it whose it is, of what has no name of its own
            assert (writes(talk), sent(talk)) == ([f"POST {path}.xml"], created)
            number += 1
            if not changes:
                continue
            key = {f"{noun}_id": told(said)["id"]}
            one = f"{path}/{told(said)['id']}.xml"
            said = await talk.ok(f"update_incwo_{noun}", **key, **changes)
            assert first(said) == f"Updated {word} {name}. undo_change(change_id={number + 1}) takes it back."
            assert (writes(talk), sent(talk)) == ([f"PUT {one}"], changed)
            assert await talk.ok(f"delete_incwo_{noun}", **key) == (
                f"Deleted {word} {name}. undo_change(change_id={number + 2}) makes it again under a new id."
            )
            assert writes(talk) == [f"DELETE {one}"]
            asked, _, lost = talk.asked[-1].partition(" No undo restores ")
            assert re.fullmatch(
                rf"Delete {re.escape(f'{word} {name}')}(, .+)?\? Undo recreates it under a new id\.", asked
            )
            assert (
                lost == {"proposal": 'its reference "D1803-1".', "file": "its content."}.get(noun, "")
                or noun == "invoice"
            )
            number += 2
