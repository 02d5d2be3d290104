"""incwo's dialect: French dates, no types, codes, markers, pagination, children (incwo 4 to 9)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest_mcp.errors import Malformed, Refused
from harvest_mcp.protocol.schemas import schema
from harvest_mcp.spec import Field, Part, Record, Resource, Scope, Value, fields
from harvest_mcp.spec.exchange import Cursor, Page, Request, Response
from harvest_mcp.systems.incwo import (
    BANK_ACCOUNTS,
    CONTACTS,
    FIRMS,
    INCWO,
    INVOICES,
    PRODUCTS,
    PROPOSALS,
    STAFF,
    STOCK_MOVEMENTS,
    TASKS,
)
from harvest_mcp.systems.incwo.contacts import Item
from harvest_mcp.tools.registry import tools_of
from harvest_mcp.wire import incwo, xml
from harvest_mcp.wire.incwo_wires import root_of
from tests.holds import holds_for

QUICK = settings(max_examples=60)
PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'
EACH = pytest.mark.parametrize("resource", INCWO.resources, ids=[each.noun for each in INCWO.resources])


def record(resource: Resource[Record], inner: str) -> Any:
    body = f"<{root_of(resource)}><id>1</id>{inner}</{root_of(resource)}>".encode()
    return resource.wire.get(Scope(resource), 1).read(Response(200, {}, body))


def listed(inner: str, *, page: int = 1) -> Page[Any]:
    body = f'<contacts type="array">{inner}</contacts>'.encode()
    return CONTACTS.wire.list(Scope(CONTACTS), cursor=Cursor(str(page))).read(Response(200, {}, body))


def sent(resource: Resource[Record], **values: Value) -> bytes:
    return resource.wire.update(Scope(resource), 1, values).request.body.removeprefix(PROLOG)


def created(body: str) -> int | None:
    return CONTACTS.wire.create(Scope(CONTACTS), {"last_name": "x"}).read(Response(200, {}, body.encode()))


def unread(column: str, resource: Resource[Record], inner: str) -> None:
    """That one cell is lost, and nothing else."""
    found = record(resource, f"{inner}<nu_1>x</nu_1>")
    assert (getattr(found, column), [*found.unread], found.nu_1) == (None, [column], "x")


# Requests


def test_a_missing_right_is_told_by_its_status() -> None:
    assert INCWO.dialect.forbids == {403}


def test_a_verb_is_exactly_this_request() -> None:
    body = PROLOG + b"<emitted_payment><title>x</title></emitted_payment>"
    bills = INCWO.resource("purchase_bill")
    assert [
        made.request
        for made in (
            bills.wire.list(Scope(bills)),
            bills.wire.get(Scope(bills), 5),
            bills.wire.create(Scope(bills), {"title": "x"}),
            bills.wire.update(Scope(bills), 5, {"title": "x"}),
            bills.wire.delete(Scope(bills), 5),
        )
    ] == [
        Request("GET", "/emitted_payments.xml"),
        Request("GET", "/emitted_payments/5.xml"),
        Request("POST", "/emitted_payments.xml", body=body),
        Request("PUT", "/emitted_payments/5.xml", body=body),
        Request("DELETE", "/emitted_payments/5.xml"),
    ]


@pytest.mark.parametrize(("number", "query"), [(1, ()), (2, (("page", "2"),)), (50, (("page", "50"),))])
def test_the_first_page_is_asked_for_without_its_number(number: int, query: tuple[tuple[str, str], ...]) -> None:
    cursor = Cursor(str(number)) if number > 1 else None
    assert CONTACTS.wire.list(Scope(CONTACTS), cursor=cursor).request == Request("GET", "/contacts.xml", query)


def test_only_the_given_columns_are_sent_in_declared_order_and_without_types() -> None:
    body = sent(PRODUCTS, name="A & <b>", is_active=False, price=Decimal("12.50"), vat_id="20%")
    assert body == (
        b"<customer_product><is_active>0</is_active><price>12.50</price><vat_id>607</vat_id>"
        b"<name>A &amp; &lt;b&gt;</name></customer_product>"
    )


def test_an_empty_element_clears_and_a_reference_is_cleared_with_0() -> None:
    assert sent(CONTACTS, firm_id=None, comment=None) == (b"<contact><firm_id>0</firm_id><comment></comment></contact>")


def test_of_children_those_that_are_there_go_with_their_id_and_new_ones_without() -> None:
    items = (Item(id=77015, contact_id=9, type_id="skype", value="a"), Item(type_id="620105", value="b"))
    assert sent(CONTACTS, contact_items=items) == (
        b"<contact><contact_items>"
        b"<contact_item><id>77015</id><type_id>430</type_id><value>a</value></contact_item>"
        b"<contact_item><type_id>620105</type_id><value>b</value></contact_item>"
        b"</contact_items></contact>"
    )


def test_no_children_are_an_empty_wrapper() -> None:
    assert sent(CONTACTS, contact_items=()) == b"<contact><contact_items/></contact>"


# Dates


@pytest.mark.parametrize("text", ["05-03-2024", "05-03-2024-00-00", " 05-03-2024\n"])
def test_a_day_is_read_from_either_form(text: str) -> None:
    assert record(TASKS, f"<due_at>{text}</due_at>").due_at == date(2024, 3, 5)


@pytest.mark.parametrize("resource", [TASKS, INVOICES], ids=lambda resource: str(resource.noun))
def test_the_time_of_a_day_is_kept_both_ways(resource: Resource[Record]) -> None:
    column = "due_at" if resource is TASKS else "billing_date"
    found = getattr(record(resource, f"<{column}>05-03-2024-23-59</{column}>"), column)
    assert found == datetime(2024, 3, 5, 23, 59)
    assert f"<{column}>05-03-2024-23-59</{column}>".encode() in sent(resource, **{column: found})


@holds_for(
    ("text", "moment"),
    [
        ("14-02-2024-17-41", datetime(2024, 2, 14, 17, 41)),
        ("16-07-2026-17-54", datetime(2026, 7, 16, 17, 54)),
        ("14-02-2024", datetime(2024, 2, 14)),
        ("31-03-2024-02-30", datetime(2024, 3, 31, 2, 30)),  # on no clock of France
        ("27-10-2024-02-30", datetime(2024, 10, 27, 2, 30)),  # on its clocks twice
    ],
)
def test_a_wall_time_stays_one_without_an_offset_that_nobody_said(text: str, moment: datetime) -> None:
    found = record(PRODUCTS, f"<created_at>{text}</created_at>").created_at
    assert (found, found.tzinfo) == (moment, None)


@holds_for(
    "text",
    [
        "2024-03-05",
        "5-3-2024",
        "05/03/2024",
        "30-02-2024",
        "00-00-0000",
        "05-03-2024-24-00",
        "05-03-2024-1-2",
        "٠5-03-2024",
    ],
)
def test_what_is_no_day_or_time_is_unread(text: str) -> None:
    unread("due_at", TASKS, f"<due_at>{text}</due_at>")
    unread("created_at", PRODUCTS, f"<created_at>{text}</created_at>")


def test_days_go_out_in_the_french_order_with_all_their_digits() -> None:
    assert sent(TASKS, due_at=date(2024, 3, 5)) == b"<task><due_at>05-03-2024</due_at></task>"
    assert [incwo.show(date(5, 1, 1)), incwo.show(datetime(2024, 7, 5, 12, 32, 59, tzinfo=UTC))] == [
        "01-01-0005",
        "05-07-2024-14-32",
    ]


# Other values


@pytest.mark.parametrize("text", ["0", "-1", "", " 0 "])
def test_what_stands_for_nobody_is_no_reference(text: str) -> None:
    assert record(CONTACTS, f"<firm_id>{text}</firm_id>").firm_id is None
    assert record(PROPOSALS, f"<bank_account_id>{text}</bank_account_id>").bank_account_id is None


def test_ids_need_64_bits() -> None:
    assert record(CONTACTS, "<firm_id>999999999999999999</firm_id>").firm_id == 999999999999999999


@holds_for(("text", "value"), [("1", True), ("0", False), ("true", True), (" False\n", False), ("", None)])
def test_flags_are_0_and_1(text: str, value: bool | None) -> None:
    assert record(PRODUCTS, f"<is_active>{text}</is_active>").is_active is value


@holds_for("text", ["1,5", "1e3", "NaN", "5.", ".5", "+5", "1 000.0", "12 €", "0x10"])
def test_amounts_are_plain_digits(text: str) -> None:
    unread("price", PRODUCTS, f"<price>{text}</price>")


@EACH
def test_absent_and_empty_read_alike(resource: Resource[Record]) -> None:
    columns = [item for item in fields(resource.record).values() if item.name != "id"]
    empty = record(resource, "".join(f"<{item.name}></{item.name}>" for item in columns))
    absent = record(resource, "")
    assert [getattr(empty, item.name) or None for item in columns] == [getattr(absent, item.name) for item in columns]


def test_a_code_is_a_word_both_ways() -> None:
    assert record(CONTACTS, "<civility_label_id>19</civility_label_id>").civility_label_id == "miss"
    assert sent(CONTACTS, civility_label_id="miss") == b"<contact><civility_label_id>19</civility_label_id></contact>"


def test_a_code_of_the_accounts_own_passes_both_ways() -> None:
    for resource, column, told in (
        (PROPOSALS, "progress_id", "unknown state (620105)"),
        (TASKS, "priority_id", "unknown priority (620105)"),
        (INVOICES, "progress_id", "unknown state (620105)"),
        (PRODUCTS, "vat_id", "unknown rate (620105)"),
    ):
        assert getattr(record(resource, f"<{column}>620105</{column}>"), column) == told
        element = f"<{column}>620105</{column}>".encode()
        assert element in sent(resource, **{column: told})
        assert element in sent(resource, **{column: "620105"})
    assert record(FIRMS, "<contact_items><contact_item><type_id>71</type_id></contact_item></contact_items>"
                  ).contact_items[0].type_id == "71"  # fmt: skip


def test_a_definitive_invoice_is_told_and_a_draft_is_what_is_written() -> None:
    assert record(INVOICES, "<sheet_type>invoice</sheet_type>").sheet_type == "invoice"
    assert record(INVOICES, "<sheet_type>invoice_maybe</sheet_type>").sheet_type == "draft"
    assert sent(INVOICES, sheet_type="draft") == b"<bill_sheet><sheet_type>invoice_maybe</sheet_type></bill_sheet>"


def test_elements_nobody_documented_are_kept_as_text() -> None:
    contact = record(CONTACTS, "<data_editor_lines_123456-7>12,5</data_editor_lines_123456-7><nu_1>a</nu_1>")
    assert contact.model_extra == {"data_editor_lines_123456-7": "12,5", "nu_1": "a"}


def test_a_repeated_element_is_one_value_or_none() -> None:
    unread("last_name", CONTACTS, "<last_name>a</last_name><last_name>b</last_name>")
    assert record(CONTACTS, "<last_name>a</last_name><last_name>a</last_name>").last_name == "a"
    assert record(CONTACTS, "<firm_id>5</firm_id><firm_id> 5 </firm_id>").firm_id == 5


# Lists

ROWS = "<contact><id>9</id></contact><contact><id>14</id></contact>"


def pagination(current: object, total: object, count: object) -> str:
    return (
        f"<pagination><current_page>{current}</current_page><total_pages>{total}</total_pages>"
        f"<current_page_items_count>{count}</current_page_items_count></pagination>"
    )


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_pagination_is_found_wherever_it_stands(at: int) -> None:
    rows = ["<contact><id>9</id></contact>", "<contact><id>14</id></contact>"]
    page = listed("".join([*rows[:at], pagination(3, 7, 2), *rows[at:]]), page=3)
    assert ([row.id for row in page.rows], page.next, page.last, page.total) == ([9, 14], "4", "7", "7")


def test_a_list_without_pagination_is_a_page_of_an_unknown_number() -> None:
    page = listed(ROWS)
    assert (len(page.rows), page.next, page.last, page.alone, page.total) == (2, None, None, True, "an unknown number")
    assert listed("").alone is False


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_with_another_number_of_rows_than_it_says_is_refused(count: int) -> None:
    with pytest.raises(Malformed) as raised:
        listed(pagination(1, 1, count) + ROWS)
    assert raised.value.code == "rows-missing"


def test_a_list_that_holds_an_error_is_no_list() -> None:
    with pytest.raises(Refused) as raised:
        listed("<contact><id>9</id></contact><errors><error>trop long</error></errors>")
    assert raised.value.hint == "trop long"


@holds_for(
    ("body", "code"),
    [
        ("<contact><id>9</id></contact>", "unexpected-root"),
        ("<firms/>", "unexpected-root"),
        ("<errors><error>x</error></errors>", "unexpected-root"),
        ("<contacts>Bientôt de retour</contacts>", "unexpected-text"),
        (f"<contacts>{pagination('x', 1, 0)}</contacts>", "pagination"),
        ("<contacts><contact></contact></contacts>", "not-a-record"),
        ("<contacts><contact><last_name>x</last_name></contact></contacts>", "missing-id"),
    ],
)
def test_what_is_no_list_of_these_is_refused(body: str, code: str) -> None:
    with pytest.raises(Malformed) as raised:
        CONTACTS.wire.list(Scope(CONTACTS)).read(Response(200, {}, body.encode()))
    assert raised.value.code == code


# What became of a write


@pytest.mark.parametrize("marker", ["<saved>true</saved>", "<saved> true\n</saved>", "<saved>True</saved>", ""])
def test_a_marker_that_is_true_or_not_there_is_success(marker: str) -> None:
    assert created(f"<contact>{marker}<id>9</id></contact>") == 9


@pytest.mark.parametrize("marker", ["<saved>false</saved>", "<saved/>", "<saved>1</saved>", "<updated>no</updated>"])
def test_any_other_marker_is_a_refusal_unless_the_new_record_has_an_id(marker: str) -> None:
    with pytest.raises(Refused):
        created(f"<contact>{marker}</contact>")
    with pytest.raises(Malformed if "saved" in marker else Refused):
        created(f"<contact>{marker}<id>9</id></contact>")


@holds_for("body", ["<contacts/>", "<html/>", "<firm><saved>true</saved><id>9</id></firm>", "Bonjour", "<"])
def test_a_success_with_another_body_is_none(body: str) -> None:
    with pytest.raises(Malformed):
        created(body)


@pytest.mark.parametrize("body", [b"", b" \n", b"<contact><updated>true</updated><id>9</id></contact>", b"<contact/>"])
def test_an_update_or_delete_may_answer_with_the_record_or_with_nothing(body: bytes) -> None:
    answer = Response(200, {}, body)
    assert CONTACTS.wire.update(Scope(CONTACTS), 9, {"comment": "x"}).read(answer) is None
    assert CONTACTS.wire.delete(Scope(CONTACTS), 9).read(answer) is None


def test_a_create_that_answers_nothing_names_no_record() -> None:
    assert created("") is None
    assert created("<contact><id>0</id></contact>") is None
    assert created("<contact><id>-5</id></contact>") is None


def test_one_record_under_another_root_is_refused() -> None:
    with pytest.raises(Malformed) as raised:
        CONTACTS.wire.get(Scope(CONTACTS), 9).read(Response(200, {}, b"<firm><id>9</id></firm>"))
    assert raised.value.code == "unexpected-root"


# What is offered of every resource


@EACH
def test_its_tools_can_be_made(resource: Resource[Record]) -> None:
    for tool in tools_of(INCWO, resource):
        told = schema(tool.arguments)
        assert len(tool.name) <= 40
        assert "$ref" not in str(told)
        assert tool.toolset in dict(INCWO.toolsets)
        assert tool.name.split("_")[1] == "incwo"


@EACH
def test_its_caution_is_told_where_it_is_written(resource: Resource[Record]) -> None:
    writing = {INCWO.tool("create", resource), INCWO.tool("update", resource)}
    told = [tool.says for tool in tools_of(INCWO, resource) if tool.name in writing]
    assert [says for says in told if resource.wording.caution not in says or says != says.strip()] == []


def test_every_tool_has_a_name_of_its_own() -> None:
    names = [tool.name for resource in INCWO.resources for tool in tools_of(INCWO, resource)]
    assert len(set(names)) == len(names)


def parts(kind: type[Part]) -> Iterator[type[Part]]:
    yield kind
    for item in fields(kind).values():
        if item.many:
            yield from parts(item.type)


@EACH
def test_its_references_lead_somewhere_and_its_arguments_do_not_collide(resource: Resource[Record]) -> None:
    nouns = {each.noun for each in INCWO.resources}
    for kind in parts(resource.record):
        items = fields(kind).values()
        arguments = [item.argument for item in items if not item.server_set]
        assert len(set(arguments)) == len(arguments)
        assert {item.ref for item in items if item.ref} <= nouns
        assert all(item.each for item in items if item.many)
    same = resource.same.any_of if resource.same else ()
    columns = {*resource.label, *(name for group in same for name in group)}
    assert columns | {each.column for each in resource.filters} <= set(fields(resource.record))


@EACH
def test_its_names_show_nothing_private(resource: Resource[Record]) -> None:
    columns = fields(resource.record)
    assert [name for name in (*resource.label, *resource.summary()) if columns[name].private] == []


def test_what_is_not_documented_is_not_offered() -> None:
    assert STAFF.verbs == ("list", "get")
    assert STOCK_MOVEMENTS.verbs == ("list", "get", "create")
    names = {tool.name for resource in (INVOICES, PROPOSALS) for tool in tools_of(INCWO, resource)}
    assert [name for name in names if name.endswith("_line")] == []
    assert INVOICES.actions == ()
    writable = {resource.noun: {item.name for item in resource.writable()} for resource in INCWO.resources}
    assert {"bill_lines"} == {"reference", "progress_id", "bill_lines"} & writable["invoice"]
    assert not {"reference", "proposal_lines", "cash_deposits", "vat_exl_total"} & writable["proposal"]
    assert not {"status_id", "validated_at"} & (writable["timesheet"] | writable["expense"])


def test_the_defaults_are_contacts_and_firms() -> None:
    assert [each.noun for each in INCWO.resources if each.toolset in INCWO.default_toolsets] == ["contact", "firm"]
    assert BANK_ACCOUNTS.toolset == "incwo_money"


# What holds of every value

CHARACTERS = st.characters(codec="utf-8").filter(xml.writable)
TEXTS = st.text(st.one_of(CHARACTERS, st.sampled_from(" \t\n\x85\u2028😀<>&\"']]>")), min_size=1, max_size=20)
DIGITS = st.from_regex(r"-?[1-9][0-9]{0,29}(\.[0-9]{1,34})?", fullmatch=True)
MINUTES = st.integers(0, 2**31 // 60).map(lambda minutes: datetime(1977, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(1 - 10**15, 10**15 - 1),
    bool: st.booleans(),
    Decimal: DIGITS.map(Decimal),
    date: st.dates(),
    datetime: MINUTES,
}


def of(item: Field) -> st.SearchStrategy[Any]:
    """What a column may be sent with."""
    if item.many:
        columns = {name: of(each) for name, each in fields(item.type).items() if not each.server_set}
        columns["id"] = st.integers(1, 10**15 - 1)
        return st.lists(st.fixed_dictionaries({}, optional=columns).filter(bool), max_size=3).map(
            lambda found: tuple(item.type(**each) for each in found)
        )
    if item.codes:
        return st.sampled_from([word for _, word in item.codes]) | st.integers(10**6, 10**9).map(
            lambda code: f"unknown {item.coded} ({code})"
        )
    return st.integers(1, 10**15 - 1) if item.ref else VALUES[item.type]


def survives(resource: Resource[Record], values: Mapping[str, Value]) -> None:
    body = resource.wire.create(Scope(resource), {**values, "id": 1}).request.body
    read = resource.wire.get(Scope(resource), 1).read(Response(200, {}, body))
    assert {name: getattr(read, name) for name in values} == dict(values)
    assert read == resource.record.model_validate({"id": 1, **values})


@EACH
@settings(max_examples=12)
@given(data=st.data())
def test_what_can_be_written_of_a_record_survives_the_wire(resource: Resource[Record], data: st.DataObject) -> None:
    columns = {item.name: of(item) for item in resource.writable()}
    survives(resource, data.draw(st.fixed_dictionaries({}, optional=columns)))


@QUICK
@given(day=st.dates())
def test_every_day_survives(day: date) -> None:
    survives(TASKS, {"due_at": day})


@QUICK
@given(instant=MINUTES)
def test_an_instant_goes_out_as_the_wall_shows_it_and_every_wall_time_survives(instant: datetime) -> None:
    wall = instant.astimezone(incwo.zone()).replace(tzinfo=None, fold=0)
    assert incwo.show(instant) == incwo.show(wall)
    assert record(PRODUCTS, f"<created_at>{incwo.show(wall)}</created_at>").created_at == wall


@QUICK
@given(digits=DIGITS)
def test_amounts_of_64_digits_are_kept_to_the_last(digits: str) -> None:
    whole, _, decimals = digits.partition(".")
    shown = f"{whole}.{decimals.rstrip('0'):0<2}"
    price = record(PRODUCTS, f"<price>{digits}</price>").price
    assert (str(price), incwo.show(price)) == (shown, shown)


CODED = [
    item
    for resource in INCWO.resources
    for kind in parts(resource.record)
    for item in fields(kind).values()
    if item.codes
]


@holds_for("item", CODED)
def test_codes_and_words_are_one_to_one(item: Field) -> None:
    words = dict(item.codes)
    assert len(set(words.values())) == len(words) == len(item.codes)
    assert [incwo.scalar(item, code) for code in words] == list(words.values())


@QUICK
@given(item=st.sampled_from(CODED), code=st.integers(10**6, 10**15).map(str))
def test_an_unknown_code_passes(item: Field, code: str) -> None:
    assert incwo.scalar(item, code) == f"unknown {item.coded} ({code})"
