"""Lists within a record under every way a server may take them: siblings stay, and what went wrong is told."""

import json
import re
from typing import Any, Literal, cast

import pytest

from harvest_mcp.changes import USUAL
from harvest_mcp.sandbox import Fault
from harvest_mcp.systems.incwo import CONTACTS, FIRMS
from harvest_mcp.systems.incwo.contacts import Item
from tests.conftest import Era, Talk
from tests.incwo.kit import ANNE, JEAN, LACAZE, at, change, first, pairs, record, sent, told, writes
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio
MAYBE = "undo_change(change_id=1) would remove it again, which may not be possible in incwo."

Owner = Literal["contact", "firm"]
Pairs = list[tuple[str, str]]
OWNERS: dict[Owner, tuple[int, str, Pairs]] = {
    "contact": (
        ANNE,
        'contact "Anne Dupont" (880005)',
        [
            ("professional_email", "anne.dupont@menuiserie-lacaze.example"),
            ("professional_mobile", "06 39 98 01 01"),
            ("main_phone", "04 65 71 10 00"),
            ("professional_phone", "04 65 71 10 10"),
            ("professional_phone", "04 65 71 10 99"),
        ],
    ),
    "firm": (
        LACAZE,
        'firm "Menuiserie Lacaze" (500005)',
        [("71", "04 65 71 10 00"), ("74", "contact@menuiserie-lacaze.example")],
    ),
}
NEW: dict[Owner, tuple[str, str]] = {"contact": ("skype", "anne.d"), "firm": ("75", "04 65 71 10 01")}
owners = pytest.mark.parametrize("owner", OWNERS)
kept = pytest.mark.parametrize("nested", ["merge", "replace"])


def took(column: str, more: list[dict[str, Any]], *, number: int = 1) -> str:
    """What is said of a list that reads back with more than was sent."""
    told = ", ".join(json.dumps(child, ensure_ascii=False) for child in more)
    return (
        f"incwo took the change, but holds another list than was sent: {column} also holds {told}."
        f" It is change {number} in the journal, with the list as it was before."
        " Read the record, and put it right there if need be."
    )


def unshown(noun: str, id: int, *, change: int = 1) -> str:
    """What is said of a change that reads back as if it had not been made."""
    return (
        f"Accepted, not visible yet: {noun} {id}."
        f" get_change(change_id={change}) tells in a minute whether it took effect."
    )


def kept_on(child: str) -> str:
    """What is said of a child that was left out of a list, until it is seen to be gone."""
    return f"incwo may keep {child}: if it still shows then, take it off in incwo itself."


def items(values: Pairs) -> list[dict[str, Any]]:
    return [{"type_id": kind, "value": value} for kind, value in values]


async def ids(talk: Talk, owner: Owner, column: str = "contact_items") -> list[int]:
    return [each["id"] for each in (await record(talk, owner, OWNERS[owner][0])).get(column, ())]


@owners
@kept
async def test_an_item_that_is_added_leaves_its_siblings(era: Era, nested: str, owner: Owner) -> None:
    id, name, before = OWNERS[owner]
    kind, value = NEW[owner]
    async with at(f"nested={nested}", era=era) as talk:
        old = await ids(talk, owner)
        said = await talk.ok(f"add_incwo_{owner}_item", **{f"{owner}_id": id}, type_id=kind, value=value)
        assert first(said) == f"Added the item to {name}. {MAYBE}"
        assert writes(talk) == [f"PUT /123456/{owner}s/{id}.xml"]
        assert [column for column, _ in sent(talk)] == ["contact_items"]
        assert await pairs(talk, owner, id) == [*before, NEW[owner]]
        now = await ids(talk, owner)
    assert (now[:-1] == old, bool(set(now) & set(old))) == ((True, True) if nested == "merge" else (False, False))


@owners
@kept
async def test_an_item_that_is_changed_leaves_its_siblings(nested: str, owner: Owner) -> None:
    id, name, before = OWNERS[owner]
    async with at(f"nested={nested}") as talk:
        one = (await ids(talk, owner))[1]
        said = await talk.ok(f"update_incwo_{owner}_item", **{f"{owner}_id": id}, item_id=one, value="0")
        assert first(said) == f"Changed the item of {name}. undo_change(change_id=1) takes it back."
        assert await pairs(talk, owner, id) == [before[0], (before[1][0], "0"), *before[2:]]
        await talk.ok("undo_change", change_id=1)
        assert await pairs(talk, owner, id) == before


@owners
async def test_an_item_is_removed_where_a_list_replaces(era: Era, owner: Owner) -> None:
    id, name, before = OWNERS[owner]
    async with at("nested=replace", era=era) as talk:
        one = (await ids(talk, owner))[0]
        said = await talk.ok(f"remove_incwo_{owner}_item", **{f"{owner}_id": id}, item_id=one)
        assert first(said) == f"Removed the item of {name}. undo_change(change_id=1) takes it back."
        assert await pairs(talk, owner, id) == before[1:]
        await talk.ok("undo_change", change_id=1)
        assert sorted(await pairs(talk, owner, id)) == sorted(before)


@owners
async def test_a_removal_that_a_merging_server_ignores_is_not_told_as_done(era: Era, owner: Owner) -> None:
    id, _, before = OWNERS[owner]
    clock = Clock()
    async with at("nested=merge", era=era, clock=clock) as talk:
        one = (await ids(talk, owner))[0]
        said = await talk.ok(f"remove_incwo_{owner}_item", **{f"{owner}_id": id}, item_id=one)
        assert said.startswith(unshown(owner, id))
        assert said.endswith(kept_on(" ".join(before[0])))
        assert len(writes(talk)) == 1
        clock.turn(USUAL.lag)
        assert (await change(talk))["outcome"] == "no effect"
        assert await pairs(talk, owner, id) == before


@owners
async def test_a_server_that_only_appends_is_told_as_doubling(era: Era, owner: Owner) -> None:
    id, _, before = OWNERS[owner]
    kind, value = NEW[owner]
    async with at("nested=append", era=era) as talk:
        said = await talk.error(f"add_incwo_{owner}_item", **{f"{owner}_id": id}, type_id=kind, value=value)
        assert said == took("contact_items", items(before))
        assert len(writes(talk)) == 1


@owners
@kept
async def test_an_address_is_added_and_changed_beside_its_sibling(nested: str, owner: Owner) -> None:
    id, name, _ = OWNERS[owner]
    key = {f"{owner}_id": id}
    async with at(f"nested={nested}") as talk:
        (old,) = (await record(talk, owner, id))["contact_addresses"]
        said = await talk.ok(f"add_incwo_{owner}_address", **key, address_type="other", city="Nice")
        assert first(said) == f"Added the address to {name}. {MAYBE}"
        one, two = told(said)["contact_addresses"]
        assert {**one, "id": 0} == {**old, "id": 0}
        assert {**two, "id": 0} == {"id": 0, "address_type": "other", "city": "Nice"}
        said = await talk.ok(f"update_incwo_{owner}_address", **key, address_id=two["id"], zip_code="06000")
        assert first(said) == f"Changed the address of {name}. undo_change(change_id=2) takes it back."
        now = told(said)["contact_addresses"]
        assert [each["city"] for each in now] == [old["city"], "Nice"]
        assert now[1]["zip_code"] == "06000"


@owners
@pytest.mark.parametrize("nested", ["merge", "replace"])
async def test_an_address_is_removed_or_its_staying_is_told(nested: str, owner: Owner) -> None:
    id, name, _ = OWNERS[owner]
    async with at(f"nested={nested}") as talk:
        (old,) = (await record(talk, owner, id))["contact_addresses"]
        said = await talk.call(f"remove_incwo_{owner}_address", **{f"{owner}_id": id}, address_id=old["id"])
        there = [{column: value for column, value in old.items() if column != "id"}]
        if nested == "merge":
            assert said.text.startswith(unshown(owner, id))
            (still,) = (await record(talk, owner, id))["contact_addresses"]
            assert [{column: value for column, value in still.items() if column != "id"}] == there
        else:
            assert first(said.text) == f"Removed the address of {name}. undo_change(change_id=1) takes it back."
            assert "contact_addresses" not in await record(talk, owner, id)


@kept
async def test_a_column_of_a_child_is_emptied_and_filled_again_by_an_undo(nested: str) -> None:
    async with at(f"nested={nested}", toolsets="all") as talk:
        lines = (await record(talk, "timesheet", 1005))["timesheet_lines"]
        said = await talk.ok("update_incwo_timesheet_line", timesheet_id=1005, line_id=lines[0]["id"], duration="")
        one, *others = told(said)["timesheet_lines"]
        assert one == {name: value for name, value in lines[0].items() if name != "duration"} | {"id": one["id"]}
        assert [{**each, "id": 0} for each in others] == [{**each, "id": 0} for each in lines[1:]]
        assert first(await talk.ok("undo_change", change_id=1)).startswith("Undid change 1: ")
        assert (await record(talk, "timesheet", 1005))["timesheet_lines"][0]["duration"] == "4.0"


@kept
async def test_an_undo_empties_what_a_change_filled_in_a_child(nested: str) -> None:
    async with at(f"nested={nested}") as talk:
        (old,) = (await record(talk, "firm", LACAZE))["contact_addresses"]
        await talk.ok("update_incwo_firm_address", firm_id=LACAZE, address_id=old["id"], street_address2="Bât. C")
        assert first(await talk.ok("undo_change", change_id=1)) == (
            'Undid change 1: firm "Menuiserie Lacaze" (500005) is as it was. That is change 2.'
        )
        (now,) = (await record(talk, "firm", LACAZE))["contact_addresses"]
        assert now == {**old, "id": now["id"]}


@kept
async def test_a_code_of_the_accounts_own_survives_a_change_of_its_sibling(nested: str) -> None:
    async with at(f"nested={nested}") as talk:
        own = (
            Item(id=9000000005, type_id="620105", value="X-1"),
            Item(id=9000000010, type_id="skype", value="jd"),
        )
        talk.sandbox.store.update(CONTACTS, JEAN, {"contact_items": own})
        there = (await record(talk, "contact", JEAN))["contact_items"]
        said = await talk.ok("update_incwo_contact_item", contact_id=JEAN, item_id=there[1]["id"], value="jean.d")
        assert [(each["type_id"], each["value"]) for each in told(said)["contact_items"]] == [
            ("unknown type (620105)", "X-1"),
            ("skype", "jean.d"),
        ]
        assert dict(sent(talk))["contact_items"] == (
            "id=9000000005 type_id=620105 value=X-1; id=9000000010 type_id=430 value=jean.d"
        )


@pytest.mark.parametrize("nested", ["merge", "replace", "append"])
async def test_lists_are_written_at_creation(nested: str) -> None:
    async with at(f"nested={nested}") as talk:
        said = await talk.ok(
            "create_incwo_contact",
            last_name="Lindqvist",
            contact_addresses=[{"address_type": "personal", "city": "Nice"}],
            contact_items=[
                {"type_id": "personal_mobile", "value": "06 39 98 00 00"},
                {"type_id": "code 620105", "value": "X-1"},
            ],
        )
        assert first(said) == 'Created contact "Lindqvist" (881005). undo_change(change_id=1) takes it back.'
        assert sent(talk) == [
            ("last_name", "Lindqvist"),
            ("contact_addresses", "address_type=20 city=Nice"),
            ("contact_items", "type_id=554 value=06 39 98 00 00; type_id=620105 value=X-1"),
        ]
        assert await pairs(talk, "contact", 881005) == [
            ("personal_mobile", "06 39 98 00 00"),
            ("unknown type (620105)", "X-1"),
        ]


async def test_amounts_in_a_list_are_compared_by_value() -> None:
    line = {"description": "Pose", "unit_price": "52", "quantity": "2.50", "vat_value_id": "20%"}
    async with at(toolsets="all") as talk:
        said = await talk.ok("create_incwo_invoice", sheet_type="draft", firm="500010", title="T", bill_lines=[line])
        assert first(said) == 'Created invoice "F1803-1 T" (750040). undo_change(change_id=1) takes it back.'
        assert [(each["unit_price"], each["quantity"]) for each in told(said)["bill_lines"]] == [("52.00", "2.5")]


@kept
async def test_an_added_item_is_taken_back_or_its_staying_is_told(nested: str) -> None:
    _, name, before = OWNERS["contact"]
    async with at(f"nested={nested}") as talk:
        await talk.ok("add_incwo_contact_item", contact_id=ANNE, type_id="skype", value="anne.d")
        said = await talk.call("undo_change", change_id=1)
        if nested == "replace":
            assert first(said.text) == f"Undid change 1: {name} is as it was. That is change 2."
            assert await pairs(talk, "contact", ANNE) == before
        else:
            stays = kept_on("skype anne.d")
            assert said.text == f"Undo of change 1: {unshown('contact', ANNE, change=2)} That is change 2. {stays}"
            assert await pairs(talk, "contact", ANNE) == [*before, ("skype", "anne.d")]


async def test_a_change_whose_undo_has_no_effect_is_not_undone() -> None:
    """The account merges by id, so nothing is ever removed."""
    clock = Clock()
    async with at("nested=merge", clock=clock) as talk:
        await talk.ok("add_incwo_contact_item", contact_id=ANNE, type_id="skype", value="anne.dupont")
        for number in (2, 3):
            assert unshown("contact", ANNE, change=number) in await talk.ok("undo_change", change_id=1)
            clock.turn(USUAL.lag)
            assert '"outcome":"no effect"' in await talk.ok("get_change", change_id=number)
        assert '"outcome":"applied"' in await talk.ok("get_change", change_id=1)


async def test_an_undo_over_somebody_elses_item_shows_both_lists_as_json() -> None:
    async with at("nested=replace") as talk:
        await talk.ok("add_incwo_firm_item", firm_id=LACAZE, type_id="75", value="1")
        talk.sandbox.store.update(FIRMS, LACAZE, {"contact_items": ()})
        left = json.dumps(items([*OWNERS["firm"][2], ("75", "1")]), ensure_ascii=False)
        assert await talk.error("undo_change", change_id=1) == (
            f"Firm 500005 changed since: contact_items was left as {left} and is now empty. Nothing was undone."
            " If list_changes has a later change of it, undo that first; else decide which is right, and"
            " update the record yourself."
        )


async def test_an_undo_over_a_long_list_that_somebody_else_changed_tells_the_difference_only() -> None:
    async with at("nested=replace") as talk:
        many = [{"type_id": "75", "value": f"01 00 00 00 {number}"} for number in range(10, 50)]
        firm = told(await talk.ok("create_incwo_firm", name="Standard", contact_items=many))["id"]
        there = talk.sandbox.store.get(FIRMS, firm)
        children = cast(tuple[Item, ...], there["contact_items"] if there else ())
        changed = (children[0].model_copy(update={"value": "02"}), *children[1:])
        talk.sandbox.store.update(FIRMS, firm, {"contact_items": changed})
        number = (await talk.ok("list_changes", limit=1)).splitlines()[2].partition(",")[0]
        said = await talk.error("undo_change", change_id=int(number))
        assert said.startswith(f"Firm {firm} changed since: contact_items lacks ")
        assert "01 00 00 00 10" in said
        assert "01 00 00 00 11" not in said
        assert len(said) < 300


@pytest.mark.parametrize("what", ["item", "address"])
@pytest.mark.parametrize("verb", ["update", "remove"])
async def test_a_child_that_is_not_there_is_answered_with_those_that_are(verb: str, what: str) -> None:
    values = {"item": {"value": "0"}, "address": {"city": "Nice"}}[what] if verb == "update" else {}
    async with at() as talk:
        there = ", ".join(map(str, await ids(talk, "firm", "contact_items" if what == "item" else "contact_addresses")))
        said = await talk.error(f"{verb}_incwo_firm_{what}", firm_id=LACAZE, **{f"{what}_id": 77}, **values)
        assert said.startswith(f"{what}_id 77 is none of firm 500005, which has {there}. Nothing was sent. ")
        assert writes(talk) == []


async def test_a_word_that_is_no_type_is_refused_before_anything_is_sent() -> None:
    async with at() as talk:
        said = await talk.error("add_incwo_contact_item", contact_id=ANNE, type_id="fax", value="1")
        assert said.startswith("type_id takes one of personal_phone, professional_phone, ")
        assert talk.wire() == []


async def test_lists_are_edited_where_rows_come_without_them() -> None:
    async with at("nested_in_rows=absent") as talk:
        said = await talk.ok("list_incwo_contacts", fields=["contact_items"], limit=1)
        assert said.splitlines()[1:] == ["id,contact_items", "880005,"]
        await talk.ok("add_incwo_contact_item", contact_id=ANNE, type_id="skype", value="anne.d")
        assert await pairs(talk, "contact", ANNE) == [*OWNERS["contact"][2], ("skype", "anne.d")]


@pytest.mark.parametrize("rows", ["present", "absent"])
async def test_a_create_with_a_list_whose_answer_was_lost_is_found(rows: str) -> None:
    async with at(f"nested_in_rows={rows}") as talk:
        talk.sandbox.fail(Fault("drop", method="POST", commit="before"))
        said = await talk.ok("create_incwo_contact", last_name="Neu", contact_items=items([("skype", "n")]))
        assert first(said) == (
            'Created contact "Neu" (881005). incwo\'s answer was lost, but the change is there.'
            " undo_change(change_id=1) takes it back."
        )
        assert writes(talk) == ["POST /123456/contacts.xml"]


async def test_an_item_that_stands_there_already_is_not_added_again() -> None:
    async with at("nested=replace") as talk:
        await talk.ok("add_incwo_contact_item", contact_id=ANNE, type_id="skype", value="anne.d")
        written = talk.wire()
        said = await talk.error("add_incwo_contact_item", contact_id=ANNE, type_id="skype", value="anne.d")
        assert re.fullmatch(
            r"This item is there already: item_id \d+\. Nothing was created\. Use or update that one\.",
            said,
        )
        assert [call.split()[0] for call in talk.wire()] == ["GET"]
        assert any(call.startswith("PUT") for call in written)
