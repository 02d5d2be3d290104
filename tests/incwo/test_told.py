"""What incwo sends is told as it is: times, unreadable cells, pages, codes; and what is sent is what was meant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from harvest_mcp.sandbox.faults import Fault
from harvest_mcp.systems.incwo import CONTACTS, INVOICES, LEADS, STOCK_MOVEMENTS, TASKS
from harvest_mcp.systems.incwo.contacts import Address
from tests.incwo.kit import ANNE, CHOSEN, account, at, first, record, sent, told, writes

pytestmark = pytest.mark.anyio

DRAFT: dict[str, Any] = {"sheet_type": "draft", "firm": "500010"}
FIRM: dict[str, Any] = {"firm_id": 500_005, "value": "1"}
MOVED: dict[str, Any] = {"product": "640005", "quantity": "1", "direction": "in", "origin_warehouse_id": 75}


def answering(path: str, inner: str, *, root: str, skip: int = 0) -> Fault:
    """A body in place of the account's."""
    kind = ' type="array"' if root.endswith("s") else ""
    body = f"<{root}{kind}>{inner}</{root}>".encode()
    return Fault("garbage", "200", method="GET", path=f"*/{path}.xml", body=body, times=None, skip=skip)


def line(rate: str) -> list[dict[str, str]]:
    return [{"description": "x", "unit_price": "100", "quantity": "1", "vat_value_id": rate}]


@pytest.mark.parametrize(
    ("rate", "code", "total"),
    [
        ("20", "607", "120.00"),
        ("20 %", "607", "120.00"),
        ("20,0 %", "607", "120.00"),
        ("5,5%", "223", "105.50"),
        ("5.5", "223", "105.50"),
        ("2.10", "222", "102.10"),
        ("8,5", "543", "108.50"),
        ("607", "607", "120.00"),
        ("none", "225", "100.00"),
        ("code 20", "20", "100.00"),
        ("code 552", "552", "110.00"),
    ],
)
async def test_a_number_that_is_an_offered_rate_is_that_rate(rate: str, code: str, total: str) -> None:
    async with at(toolsets="all") as talk:
        said = await talk.ok("create_incwo_invoice", **DRAFT, title="T", bill_lines=line(rate))
        assert f"vat_value_id={code} " in dict(sent(talk))["bill_lines"]
        assert told(said)["vat_inc_total"] == total


@pytest.mark.parametrize("rate", ["17", "12.5 %", "0,2", "620105"])
async def test_a_rate_that_is_not_offered_and_a_code_nobody_uses_are_not_sent(rate: str) -> None:
    async with at(toolsets="all") as talk:
        said = await talk.error("create_incwo_invoice", **DRAFT, title="T", bill_lines=line(rate))
        assert "20%" in said
        assert writes(talk) == []


async def test_a_code_of_the_accounts_own_is_taken_where_a_record_shows_it() -> None:
    async with at(toolsets="all") as talk:
        proposal = 720_005
        await talk.ok("update_incwo_proposal", proposal_id=proposal, progress_id="620105")
        assert sent(talk) == [("progress_id", "620105")]
        said = await talk.error("update_incwo_proposal", proposal_id=proposal, progress_id="620106")
        assert said == (
            "progress_id 620106 is none of being_written, sent, accepted, refused, postponed, and no proposal seen in"
            ' this account holds that code. Nothing was sent. Pass one of them, or progress_id="code 620106" if the'
            " account has such a code."
        )
        again = (await record(talk, "proposal", proposal))["progress_id"]
        assert again == "unknown state (620105)"
        await talk.ok("update_incwo_proposal", proposal_id=proposal, progress_id="accepted")
        await talk.ok("update_incwo_proposal", proposal_id=proposal, progress_id=again)
        assert sent(talk) == [("progress_id", "620105")]


async def test_a_state_without_a_word_is_told_as_unknown() -> None:
    async with at(toolsets="all") as talk:
        assert "unknown state (620105)" in await talk.ok("list_incwo_proposals")
        talk.sandbox.store.update(INVOICES, 750005, {"progress_id": "31"})
        assert (await record(talk, "invoice", 750005))["progress_id"] == "unknown state (31)"


async def test_a_time_is_told_as_the_wall_showed_it() -> None:
    async with at(toolsets="all") as talk:
        moved = datetime(2026, 7, 16, 17, 54)
        talk.sandbox.store.update(STOCK_MOVEMENTS, 1005, {"moved_at": moved, "created_at": moved})
        assert "2026-07-16 17:54" in await talk.ok("list_incwo_stock_movements")
        shown = await record(talk, "stock_movement", 1005)
        assert (shown["moved_at"], shown["created_at"]) == ("2026-07-16 17:54", "2026-07-16 17:54")
        made = await talk.ok("create_incwo_stock_movement", product="640005", quantity="3", direction="in")
        assert first(made) == (
            'Created stock movement "2018-03-05 13:00" (1030). It cannot be taken back here: add the opposite one.'
        )


@pytest.mark.parametrize("column", ["due_at", "done_at"])
async def test_the_time_of_a_day_outlives_an_update_and_comes_back_with_an_undo(column: str) -> None:
    async with at(toolsets="all") as talk:
        talk.sandbox.store.update(TASKS, 1005, {column: datetime(2026, 7, 5, 14, 30)})
        assert (await record(talk, "task", 1005))[column] == "2026-07-05 14:30"
        await talk.ok("update_incwo_task", task_id=1005, **{column: "2026-07-08"})
        assert sent(talk) == [(column, "08-07-2026")]
        assert "is as it was" in await talk.ok("undo_change", change_id=1)
        assert sent(talk) == [(column, "05-07-2026-14-30")]
        assert (await record(talk, "task", 1005))[column] == "2026-07-05 14:30"
        await talk.ok("update_incwo_task", task_id=1005, **{column: "2026-07-08T09:05"})
        assert sent(talk) == [(column, "08-07-2026-09-05")]


@pytest.mark.parametrize(
    "wrong", ["2026-07-08T09:05Z", "2026-07-08 09:05+02:00", "2026-07-08 25:00", "2026-02-30 09:00"]
)
async def test_a_time_with_an_offset_or_off_the_clock_is_not_sent(wrong: str) -> None:
    async with at(toolsets="all") as talk:
        assert (await talk.error("update_incwo_task", task_id=1005, due_at=wrong)).startswith("due_at ")
        assert talk.wire() == []


async def test_a_deleted_tasks_time_comes_back_with_it() -> None:
    async with at(toolsets="all", reply="yes") as talk:
        talk.sandbox.store.update(TASKS, 1005, {"due_at": datetime(2026, 7, 5, 14, 30)})
        await talk.ok("delete_incwo_task", task_id=1005)
        said = await talk.ok("undo_change", change_id=1)
        assert told(said)["due_at"] == "2026-07-05 14:30"


ODD = (
    "<contact><id>13</id><last_name>Un</last_name></contact>"
    "<contact><id>18</id><last_name>Deux</last_name><firm_id>x</firm_id><created_at>00-00-0000</created_at></contact>"
    "<contact><id>23</id><last_name>A</last_name><last_name>B</last_name><tag>a</tag><tag>b</tag></contact>"
)


async def test_a_cell_that_cannot_be_read_is_told_with_its_record_and_the_rest_is_shown() -> None:
    async with at() as talk:
        talk.sandbox.fail(answering("contacts", ODD, root="contacts"))
        said = await talk.ok("list_incwo_contacts", fields=["last_name", "firm_id"])
        assert said.splitlines() == [
            "# 3 contacts, page 1 of an unknown number, since the vendor does not say how many;"
            " unreadable: firm_id of 18, last_name of 23",
            "id,last_name,firm_id",
            "13,Un,",
            "18,Deux,unreadable",
            "23,unreadable,",
        ]
        assert "unreadable" not in await talk.ok("list_incwo_contacts", fields=["first_name"])
        assert "18,Deux" in await talk.ok("list_incwo_contacts", fields=["last_name"], firm="500005")
        assert "contact,18,Deux" in await talk.ok("search_records", query="Deux")


async def test_one_records_unreadable_cells_are_named_before_it() -> None:
    item = "<contact_item><id>5</id><type_id>24</type_id><created_at>00-00-0000</created_at></contact_item>"
    items = f"<contact_items>{item}</contact_items>"
    inner = f"<id>{ANNE}</id><last_name>Dupont</last_name><firm_id>x</firm_id>{items}"
    async with at() as talk:
        talk.sandbox.fail(answering(f"contacts/{ANNE}", inner, root="contact"))
        said = await talk.ok("get_incwo_contact", contact_id=ANNE)
        assert first(said) == "# firm_id cannot be read; contact_items 5: created_at cannot be read."
        assert "firm_id" not in told(said)
        said = await talk.ok("update_incwo_contact", contact_id=ANNE, last_name="Dupont")
        assert first(said).endswith("already has these values. Nothing was changed.")


@pytest.mark.parametrize(
    ("items", "why"),
    [
        (((5, "1"), (5, "2")), "has 2 items under the id 5, and a change could reach any."),
        (((None, "1"), (9, "2")), "has 1 items without an id, which would be added once more."),
    ],
)
async def test_children_that_cannot_be_told_apart_are_not_sent_again(items: Any, why: str) -> None:
    children = "".join(
        f"<contact_item>{f'<id>{id}</id>' if id else ''}<type_id>24</type_id><value>{value}</value></contact_item>"
        for id, value in items
    )
    inner = f"<id>{ANNE}</id><last_name>D</last_name><contact_items>{children}</contact_items>"
    async with at() as talk:
        talk.sandbox.fail(answering(f"contacts/{ANNE}", inner, root="contact"))
        for tool, more in (
            ("update", {"item_id": items[1][0], "value": "3"}),
            ("remove", {"item_id": items[1][0]}),
            ("add", {"type_id": "skype", "value": "x"}),
        ):
            said = await talk.error(f"{tool}_incwo_contact_item", contact_id=ANNE, **more)
            assert said.startswith(f"Contact {ANNE} {why}")
            assert writes(talk) == []


async def test_a_list_with_an_unreadable_child_is_not_sent_again() -> None:
    child = "<contact_item><id>5</id><type_id>24</type_id><value>1</value><value>2</value></contact_item>"
    inner = f"<id>{ANNE}</id><contact_items>{child}</contact_items>"
    async with at() as talk:
        talk.sandbox.fail(answering(f"contacts/{ANNE}", inner, root="contact"))
        said = await talk.error("add_incwo_contact_item", contact_id=ANNE, type_id="skype", value="x")
        assert said.startswith(f"value of item 5 of contact {ANNE} cannot be read, and would be sent along.")
        assert writes(talk) == []


async def test_an_answer_about_another_record_is_refused_and_nothing_written() -> None:
    async with at() as talk:
        talk.sandbox.fail(answering(f"contacts/{ANNE}", "<id>12</id><last_name>X</last_name>", root="contact"))
        said = await talk.error("update_incwo_contact", contact_id=ANNE, last_name="Y")
        assert said.startswith("The answer is about another record than was asked for.")
        assert writes(talk) == []


async def test_a_page_that_is_not_there_costs_only_itself() -> None:
    async with at("page_size=20") as talk:
        talk.sandbox.fail(Fault("status", "404", method="GET", path="*/contacts.xml", skip=1, times=None))
        said = await talk.ok("list_incwo_contacts", limit=100)
        head = f"# 20 contacts, page 1 of {-(-len(talk.sandbox.rows(CONTACTS)) // 20)}"
        assert first(said) == f"{head}; page 2 is not there (404), so there may be more"


async def test_a_firms_contacts_are_not_counted_from_a_list_of_an_unknown_number() -> None:
    async with at(reply="decline") as talk:
        talk.sandbox.fail(
            answering("contacts", "<contact><id>9</id><firm_id>500005</firm_id></contact>", root="contacts")
        )
        await talk.call("delete_incwo_firm", firm_id=500005)
        assert "1 contact" not in talk.asked[0]


@pytest.mark.parametrize(
    ("tool", "arguments", "problem"),
    [
        ("add_incwo_firm_item", {**FIRM, "type_id": "téléphone"}, "type_id takes a whole number from 71 on"),
        ("add_incwo_firm_item", {**FIRM, "type_id": "24"}, "type_id takes a whole number from 71 on"),
        ("create_incwo_lead", {"topic": "T", "importance": 9}, "importance takes a whole number from 0 to 5"),
        ("create_incwo_lead", {"topic": "T", "importance": -1}, "importance takes a whole number from 0 to 5"),
        ("create_incwo_lead", {"topic": "T", "confidence_pct": "250"}, "confidence_pct takes a number from 0 to 100"),
        ("add_incwo_timesheet_line", {"timesheet_id": 1005, "day": 45}, "day takes a whole number from 1 to 31"),
        ("add_incwo_expense_line", {"expense_id": 1005, "day": 45}, "day takes a whole number from 1 to 31"),
        ("update_incwo_proposal", {"proposal_id": 720005, "reduction_percent": "101"}, "takes a number from 0 to 100"),
        ("create_incwo_stock_movement", {**MOVED, "quantity": "-1"}, "quantity takes an amount from 0 on"),
        ("create_incwo_contact", {"firm": "500010", "job_title": "Pilote"}, "last_name or first_name is missing"),
        ("create_incwo_firm", {"siren": "303265045"}, "name is missing"),
        ("create_incwo_task", {"content": "x"}, "title is missing"),
        ("update_incwo_contact", {"contact_id": ANNE, "last_name": "", "first_name": ""}, "first_name is missing"),
    ],
)
async def test_what_is_out_of_bounds_or_nameless_is_refused_with_what_is_right(
    tool: str, arguments: dict[str, Any], problem: str
) -> None:
    async with at(toolsets="all") as talk:
        assert problem in await talk.error(tool, **arguments)
        assert writes(talk) == []


async def test_the_bounds_themselves_are_sent() -> None:
    async with at(toolsets="all") as talk:
        await talk.ok("create_incwo_lead", topic="T", importance=5, confidence_pct="100")
        assert ("importance", "5") in sent(talk)
        await talk.ok("update_incwo_lead", lead_id=talk.sandbox.rows(LEADS)[-1]["id"], importance=0)
        await talk.ok("add_incwo_firm_item", firm_id=500005, type_id="71", value="1")


@pytest.mark.parametrize(("days", "is_one"), [(0, True), (1, True), (3, False), (900, False)])
async def test_a_stock_movement_is_compared_with_those_of_late(days: int, is_one: bool) -> None:
    async with at(toolsets="all") as talk:
        await talk.ok("create_incwo_stock_movement", **MOVED)
        then = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days)
        made = talk.sandbox.rows(STOCK_MOVEMENTS)[-1]["id"]
        assert isinstance(made, int)
        talk.sandbox.store.update(STOCK_MOVEMENTS, made, {"created_at": then.replace(second=0, microsecond=0)})
        said = await talk.call("create_incwo_stock_movement", **{**MOVED, "destination_warehouse_id": 75})
        assert (said.is_error, len(writes(talk))) == (is_one, 0 if is_one else 1)


@pytest.mark.parametrize("status", ["404", "403", "400"])
async def test_a_stock_movement_is_made_without_a_list_and_it_is_said_that_nothing_was_compared(status: str) -> None:
    async with at(toolsets="all") as talk:
        talk.sandbox.fail(Fault("status", status, method="GET", path="*/stock_movements.xml", times=None))
        said = await talk.ok("create_incwo_stock_movement", **MOVED)
        assert said.splitlines()[-1] == "Nothing was compared: their list could not be read."
        assert len(writes(talk)) == 1


WHERE = {"address_type": "professional", "city": "Lyon"}
HIDDEN = {"additional_info": "Bat. C", "street_number": "4", "street_name": "rue du Lac", "nu_9": "x"}
WOULD = "street_number '4', street_name 'rue du Lac', additional_info 'Bat. C', nu_9 'x'"


def with_an_address(talk: Any) -> None:
    address = Address.model_validate({"id": 5, **WHERE, **HIDDEN})
    talk.sandbox.store.update(CONTACTS, ANNE, {"contact_addresses": (address,)})


@pytest.mark.parametrize("nested", ["merge", "replace"])
async def test_what_a_child_holds_besides_is_told_before_a_list_is_sent_again_and_missed_after(nested: str) -> None:
    async with at(f"nested={nested}", reply="yes") as talk:
        with_an_address(talk)
        said = await talk.call("add_incwo_contact_address", contact_id=ANNE, address_type="other", city="Nice")
        assert f"incwo may drop what cannot be sent along: {WOULD} of address 5." in talk.asked[0]
        assert "Nothing brings back what it drops." in talk.asked[0]
        if nested == "merge":
            assert first(said.text).endswith(
                "undo_change(change_id=1) would remove it again, which may not be possible in incwo."
            )
            return
        assert said.text.startswith(
            f"incwo took the change, but holds another list than was sent: contact_addresses lost {WOULD}. "
        )
        assert len(said.text) < 400


async def test_nothing_is_sent_where_nobody_agrees_to_what_may_be_dropped() -> None:
    async with at("nested=replace", reply="decline") as talk:
        with_an_address(talk)
        for tool, more in (("add", WHERE | {"city": "Nice"}), ("update", {"address_id": 5, "city": "N"})):
            said = await talk.error(f"{tool}_incwo_contact_address", contact_id=ANNE, **more)
            assert said.endswith("Nothing was changed.") or "Nothing was changed." in said
            assert writes(talk) == []
        await talk.ok("add_incwo_contact_item", contact_id=ANNE, type_id="skype", value="a")
        assert len(talk.asked) == 2


async def test_an_undo_of_a_delete_names_what_is_gone_and_the_question_what_no_undo_restores() -> None:
    async with at(reply="yes") as talk:
        with_an_address(talk)
        talk.sandbox.store.update(CONTACTS, ANNE, {"accounting_ref": "411A", "keywords": "bois", CHOSEN: "Fidèle"})
        await talk.ok("delete_incwo_contact", contact_id=ANNE)
        assert 'No undo restores its accounting_ref "411A", its keywords "bois"' in talk.asked[0]
        said = first(await talk.ok("undo_change", change_id=1))
        assert "is made again under the new id" in said
        assert "accounting_ref '411A', keywords 'bois'" in said
        assert f"Gone: contact_addresses: {WOULD}, " in said
        assert f"{CHOSEN} 'Fidèle'" in said


@pytest.mark.parametrize(
    ("noun", "id", "lost"),
    [
        ("file", 1005, ["its content"]),
        ("proposal", 720005, ["its 4 lines", "its 2 deposits", 'its reference "D-0101"', "its vat_exl_total"]),
        ("firm", 500005, ['its accounting_ref "4110000"']),
        ("timesheet", 1005, ['its status_id "unknown state (700229)"', "its validated_at"]),
    ],
)
async def test_a_question_before_a_delete_names_what_no_undo_restores(noun: str, id: int, lost: list[str]) -> None:
    async with at(toolsets="all", reply="decline") as talk:
        await talk.error(f"delete_incwo_{noun}", **{f"{noun}_id": id})
        tail = talk.asked[0].partition("No undo restores ")[2]
        assert [each for each in lost if each not in tail] == []


@pytest.mark.parametrize("noun", ["task", "vacation"])
async def test_what_comes_back_whole_is_said_to_be_as_it_was(noun: str) -> None:
    async with at(toolsets="all", reply="yes") as talk:
        await talk.ok(f"delete_incwo_{noun}", **{f"{noun}_id": 1005})
        assert "No undo restores" not in talk.asked[0]
        assert "is as it was under the new id" in await talk.ok("undo_change", change_id=1)


async def test_an_undo_of_an_update_names_what_else_became_of_the_record() -> None:
    async with at() as talk:
        talk.sandbox.store.update(CONTACTS, ANNE, {"keywords": "bois"})
        await talk.ok("update_incwo_contact", contact_id=ANNE, job_title="Gérante")
        talk.sandbox.store.update(CONTACTS, ANNE, {"keywords": "", "job_department": "Direction"})
        said = first(await talk.ok("undo_change", change_id=1))
        assert "is changed back." in said
        assert "Otherwise than before: job_department 'Direction' (was 'Achats'). Gone: keywords 'bois'." in said


@pytest.mark.parametrize("order", ["ascending", "descending"])
async def test_a_lost_create_is_found_on_the_last_page_where_not_all_are_read(order: str) -> None:
    async with at("page_size=20", f"order={order}", caller=account(most_pages=2)) as talk:
        talk.sandbox.fail(Fault("drop", method="POST", commit="before"))
        said = await talk.ok("create_incwo_contact", last_name="Neu")
        assert first(said).startswith(
            'Created contact "Neu" (881005). incwo\'s answer was lost, but the change is there.'
        )


async def test_what_no_look_can_settle_is_not_promised() -> None:
    async with at() as talk:
        talk.sandbox.fail(Fault("drop", method="POST", commit="before"))
        talk.sandbox.fail(answering("contacts", ODD, root="contacts"))  # one page of an unknown number
        said = await talk.error("create_incwo_contact", last_name="Neu")
        assert said.endswith(
            "Look for it with list_incwo_contacts: not all pages are read here, so no later look settles this."
        )
