"""The documented incwo bodies, read by the client: every value as it is meant (tests/samples/incwo/README.md)."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest

from harvest_mcp.errors import Malformed, NotTheApi, Refused, Unavailable
from harvest_mcp.spec import Part, Record, Resource, Scope, fields
from harvest_mcp.spec.exchange import Cursor, Request, Response
from harvest_mcp.systems.incwo import (
    BANK_ACCOUNTS,
    CASH_DEPOSITS,
    CONTACTS,
    CONTRACTS,
    EXPENSES,
    FILES,
    FIRMS,
    INCWO,
    INVOICES,
    LEADS,
    PRODUCTS,
    PROJECTS,
    PROPOSALS,
    PURCHASE_BILLS,
    STAFF,
    STOCK_MOVEMENTS,
    TASKS,
    TIMESHEETS,
    VACATIONS,
)
from harvest_mcp.text.render import plain
from harvest_mcp.wire import verdicts
from harvest_mcp.wire.incwo_wires import incwo_of
from tests.holds import holds_for

R = TypeVar("R", bound=Record)

SAMPLES = Path(__file__).parents[1] / "samples" / "incwo"
NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
EVENING = datetime(2024, 2, 14, 17, 41)


def sample(resource: Resource[Record], name: str) -> bytes:
    return (SAMPLES / incwo_of(resource).path[1:] / f"{name}.xml").read_bytes()


def read(resource: Resource[R], name: str) -> R:
    """What a body says, as the answer to who asked for its record."""
    found = re.search(rb"<id[^>]*>(\d+)</id>", body := sample(resource, name))
    assert found is not None
    return resource.wire.get(Scope(resource), int(found[1])).read(Response(200, {}, body))


def said(part: Part) -> dict[str, Any]:
    """What the body says, without what it leaves empty; children likewise."""
    values = {name: getattr(part, name) for name in fields(type(part))} | (part.model_extra or {})
    told = {
        name: tuple(said(each) for each in value) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
    return {name: value for name, value in told.items() if value not in (None, "", ())}


def test_the_vendors_own_contact_page_reads_whole() -> None:
    assert said(read(CONTACTS, "documented")) == {
        "id": 9007,
        "civility_label_id": "mrs",
        "last_name": "Marchetti",
        "first_name": "Solène",
        "comment": "Préfère le courriel.\nAbsente le mercredi.",
        "job_title": "Acheteuse",
        "job_department": "Achats",
        "country": "France",
        "contact_type": "client",
        "firm_id": 4105,
        "contact_addresses": (
            {
                "address_type": "professional",
                "street_address": "4 rue du Lac",
                "street_address2": "Bâtiment B",
                "zip_code": "69003",
                "city": "Lyon",
                "country": "France",
            },
        ),
        "contact_items": ({"type_id": "professional_phone", "value": "+33 4 78 00 00 00"},),
    }


def test_a_recorded_contact_reads_whole_with_its_custom_field() -> None:
    assert said(read(CONTACTS, "one")) == {
        "id": 9007000005,
        "civility_label_id": "mrs",
        "last_name": "Marchetti & fils",
        "first_name": "Solène",
        "first_last_name": "Solène Marchetti & fils",
        "contact_type": "supplier",
        "batch": "import du 3 mars",
        "batch_kind": "CSV",
        "firm_id": 4105,
        "accounting_ref": "411MARC",
        "contact_origin": "salon",
        "job_title": "Acheteuse",
        "keywords": "bois; inox",
        "firm_name": "Menuiserie Lacaze",
        "country": "France",
        "data_editor_lines_123456-7": "tarif négocié",
        "contact_addresses": (
            {
                "id": 55010,
                "contact_id": 9007000005,
                "business_file_id": 123456,
                "address_type": "professional",
                "zip_code": "69003",
                "city": "Lyon",
                "created_at": datetime(2024, 3, 5, 14, 32),
                "updated_at": datetime(2024, 7, 5, 14, 32),
                "country": "France",
                "country_iso_3166_a3": "FRA",
                "street_number": "4",
                "street_name": "rue du Lac",
                "street_address": "4 rue du Lac",
            },
        ),
        "contact_items": (
            {
                "id": 77015,
                "contact_id": 9007000005,
                "type_id": "professional_email",
                "created_at": datetime(2024, 3, 5, 14, 32),
                "updated_at": datetime(2024, 3, 5, 14, 32),
                "creator_id": 31,
                "modifier_id": 31,
                "business_file_id": 123456,
                "object_zname": "users",
                "object_zid": 9007000005,
                "value": "solene@lacaze.example",
            },
        ),
    }


@pytest.mark.parametrize("name", ["list-pagination-first", "list-pagination-last"])
def test_a_list_reads_the_same_wherever_its_pagination_stands(name: str) -> None:
    page = CONTACTS.wire.list(Scope(CONTACTS), cursor=Cursor("2")).read(Response(200, {}, sample(CONTACTS, name)))
    assert (page.next, page.last, page.total) == ("3", "3", "3")
    assert [said(row) for row in page.rows] == [
        {"id": 9007, "last_name": "Marchetti"},
        {
            "id": 9012,
            "last_name": "Abadie",
            "contact_type": "unknown type (620105)",
            "firm_id": 4105,
            "contact_items": ({"id": 77020, "type_id": "main_phone", "value": "0478000000"},),
        },
    ]


@pytest.mark.parametrize("name", ["empty-of-0", "empty-of-1"])
def test_an_empty_list_is_one_page_of_nothing(name: str) -> None:
    page = CONTACTS.wire.list(Scope(CONTACTS)).read(Response(200, {}, sample(CONTACTS, name)))
    assert (page.rows, page.next, page.total) == ([], None, "1")


def test_a_create_that_was_saved_reads_as_its_id() -> None:
    made = CONTACTS.wire.create(Scope(CONTACTS), {"last_name": "Abadie"})
    assert [made.read(Response(status, {}, sample(CONTACTS, "created"))) for status in (200, 201)] == [9017, 9017]


def test_an_update_that_was_made_is_accepted() -> None:
    assert CONTACTS.wire.update(Scope(CONTACTS), 9017, {"job_title": "x"}).read(
        Response(200, {}, sample(CONTACTS, "updated"))
    ) is None  # fmt: skip


def test_what_was_not_saved_is_refused_in_the_vendors_words() -> None:
    for made in (CONTACTS.wire.create(Scope(CONTACTS), {}), CONTACTS.wire.update(Scope(CONTACTS), 1, {})):
        with pytest.raises(Refused) as raised:
            made.read(Response(200, {}, sample(CONTACTS, "not-saved")))
        assert raised.value.hint == "Le nom est obligatoire."


@pytest.mark.parametrize("status", [400, 409, 422])
def test_an_errors_document_is_a_refusal_in_the_vendors_words(status: int) -> None:
    answer = Response(status, {}, (SAMPLES / "errors" / "errors.xml").read_bytes())
    found = verdicts.judge(INCWO, Request("POST", "/contacts.xml"), answer, now=NOW)
    assert isinstance(found, Refused)
    assert found.hint == "Le nom est obligatoire. Le pays est inconnu."


def test_an_errors_document_under_a_status_of_success_is_no_success() -> None:
    answer = Response(200, {}, (SAMPLES / "errors" / "errors.xml").read_bytes())
    for made in (CONTACTS.wire.create(Scope(CONTACTS), {}), CONTACTS.wire.update(Scope(CONTACTS), 1, {})):
        with pytest.raises((Malformed, Refused)):
            made.read(answer)


def test_a_maintenance_page_is_told_apart_from_an_answer() -> None:
    answer = Response(200, {}, (SAMPLES / "errors" / "maintenance.html").read_bytes())
    reading = verdicts.judge(INCWO, Request("GET", "/contacts.xml"), answer, now=NOW)
    writing = verdicts.judge(INCWO, Request("POST", "/contacts.xml"), answer, now=NOW)
    assert (type(reading), type(writing)) == (NotTheApi, Unavailable)


def test_two_items_of_one_type_are_two_items() -> None:
    assert said(read(CONTACTS, "two-alike"))["contact_items"] == (
        {"id": 77015, "type_id": "professional_phone", "value": "0478000001"},
        {"id": 77020, "type_id": "professional_phone", "value": "0478000002"},
    )


def test_one_child_alone_in_its_wrapper_is_a_list_of_one_and_an_empty_wrapper_a_list_of_none() -> None:
    contact = read(CONTACTS, "one-child")
    assert contact.contact_addresses == ()
    assert said(contact)["contact_items"] == ({"id": 77015, "type_id": "personal_email", "value": "s@lacaze.example"},)


def test_children_nobody_documented_are_kept_and_shown() -> None:
    told = plain(read(CONTACTS, "unknown-children"))
    assert told["labels"] == [{"id": "1", "text": "VIP"}, {"id": "2", "text": "Salon"}]


def test_a_firm_without_wrappers_has_no_children() -> None:
    firm = read(FIRMS, "bare")
    assert (firm.contact_addresses, firm.contact_items) == (None, None)
    assert said(firm) == {
        "id": 4105,
        "name": "Menuiserie Lacaze",
        "firm_type": "client",
        "accounting_ref": "411LACA",
        "tva": "FR40303265045",
        "name_soundex": "M526",
    }


def test_the_recorded_product_reads_whole() -> None:
    none, one = Decimal("0.0"), Decimal("1.0")
    product = read(PRODUCTS, "updated")
    assert said(product) == {
        "id": 310045,
        "is_active": True,
        "is_from_vendor": "2",
        "currency_id": "EUR",
        "currency_exchange_rate_date": date(2024, 2, 14),
        "cost_currency_exchange_rate": one,
        "cost_currency_exchange_rate_date": date(2024, 2, 14),
        "product_category_id": 7105,
        "prev_product_category_id": 7105,
        "brand_id": 620210,
        "price": Decimal("154.96"),
        "price_in_file_currency": Decimal("154.96"),
        "price_distributor_in_file_currency": none,
        "vat_id": "20%",
        "cost": Decimal("10.0"),
        "prev_cost": Decimal("10.0"),
        "cost_in_file_currency": Decimal("10.0"),
        "created_at": datetime(2024, 1, 3, 8, 5),
        "creator_id": 31,
        "modified_at": EVENING,
        "modifier_id": 36,
        "vendor_cost_in_file_currency": none,
        "weight_kg_unit": "1",
        "total_stock": Decimal("2.0"),
        "prev_total_stock": Decimal(2),
        "entered_price_in_ttc_in_file_currency": none,
        "entered_price_distributor_in_ttc_in_file_currency": none,
        "eco_participation_in_file_currency": none,
        "dimension_unit": "1",
        "duration_unit_id": "hours",
        "volume_unit": "1",
        "activity_classification_choice": "commerce",
        "name": "Lame de terrasse 145 mm",
        "reference": "LT-145",
    }
    assert str(product.price) == "154.96"
    assert (
        PRODUCTS.wire.update(Scope(PRODUCTS), 310045, {}).read(Response(200, {}, sample(PRODUCTS, "updated"))) is None
    )


def test_the_recorded_stock_movement_reads_whole() -> None:
    body = sample(STOCK_MOVEMENTS, "created")
    assert STOCK_MOVEMENTS.wire.create(Scope(STOCK_MOVEMENTS), {}).read(Response(201, {}, body)) == 880105
    assert said(read(STOCK_MOVEMENTS, "created")) == {
        "id": 880105,
        "created_at": EVENING,
        "updated_at": EVENING,
        "creator_id": 31,
        "modifier_id": 31,
        "customer_product_id": 310045,
        "origin_warehouse_id": 505,
        "quantity": Decimal("3.0"),
        "quantity_of_parent_or_me": Decimal("3.0"),
        "cash_value": Decimal("464.88"),
        "cash_value_on_sale": Decimal("464.88"),
        "cash_value_on_purchase": Decimal("30.0"),
        "direction": "out",
        "moved_at": EVENING,
    }


def test_a_movement_of_nothing_has_no_value_in_money() -> None:
    told = said(read(STOCK_MOVEMENTS, "of-none"))
    assert (told["quantity"], told["direction"], [name for name in told if "cash" in name]) == (
        Decimal("0.0"),
        "in",
        [],
    )


def test_the_fullest_proposal_reads_whole() -> None:
    proposal = read(PROPOSALS, "full")
    told = said(proposal)
    lines, deposits = told.pop("proposal_lines"), told.pop("cash_deposits")
    amount = Decimal("4000.0")
    assert told == {
        "id": 701005,
        "progress_id": "sent",
        "progress_prev_id": "being_written",
        "reference": "D2403-0017",
        "reference_index": "17",
        "billing_date": date(2024, 3, 5),
        "vat_cost": Decimal("800.0"),
        "vat_cost_in_file_currency": Decimal("799." + "9" * 59 + "59"),
        "shipping_cost": Decimal("0.0"),
        "shipping_cost_in_file_currency": Decimal("0.0"),
        "vat_exl_total": amount,
        "vat_exl_total_in_file_currency": Decimal("3999." + "9" * 58 + "59"),
        "vat_inc_total": Decimal("4800.0"),
        "vat_inc_total_in_file_currency": Decimal("4800.0"),
        "vat_exc_total_with_shipping_in_file_currency": amount,
        "vat_exc_total_with_shipping": amount,
        "previous_currency_id": "58",
        "currency_exchange_rate": Decimal("1.0"),
        "title": "Devis terrasse bois",
        "language": "fr",
        "billing_add_zip_code": "69003",
        "billing_add_city": "Lyon",
        "billing_add_country": "France",
        "billing_add_country_iso_3166_a3": "FRA",
        "client_name": "Menuiserie Lacaze",
        "firm_id": 4105,
        "sheet_type": "proposal",
        "manager_user_id": 31,
        "party_idplus": "firms+4105",
        "reduction_percent": Decimal("0.0"),
        "reduction_currency": Decimal("0.0"),
        "validity_show": "1",
        "validity_date": date(2024, 4, 4),
        "hide_header": "0",
        "sales_conditions_ufile_id": 0,
        "background_opacity": "100",
        "payable_now_ttc": Decimal("0.0"),
        "payable_now_done": "0",
        "is_repeat": "0",
        "prev_contact_id": 0,
        "prev_firm_id": 4105,
        "margin_value": amount,
        "margin_percent": Decimal("1.0"),
        "setup_done": "1",
        "billing_add_street_address": "4 rue du Lac",
        "data_editor_lines_123456-1": "chantier nord",
    }
    assert str(proposal.vat_cost_in_file_currency) == "799." + "9" * 59 + "59"
    assert [line.get("content_kind") for line in lines] == ["comment", None, "option", "total"]
    assert lines[1] == {
        "id": 1010,
        "proposal_sheet_id": 701005,
        "customer_product_id": 310045,
        "customer_product_category_id": 0,
        "billing_date": date(2024, 3, 5),
        "sheet_type": "proposal",
        "sheet_progress_id": "sent",
        "vat_value_id": "20%",
        "description": "Lame 145 mm",
        "unit_price": Decimal("500.0"),
        "quantity": Decimal("8.0"),
        "total_price": amount,
        "total_price_with_taxes": Decimal("4800.0"),
        "total_price_in_file_currency": Decimal("1333." + "3" * 60),
        "vat_value": Decimal("800.0"),
        "ordering": 100,
        "unit": "JH",
        "description_more": "posée",
    }
    assert (lines[0].get("unit_price"), lines[2]["quantity"], lines[2]["total_price"]) == (
        None,
        Decimal("0.123456789"),
        Decimal("0.0"),
    )
    assert lines[3] == {"id": 1020, "proposal_sheet_id": 701005, "content_kind": "total"}
    assert deposits == (
        {
            "id": 61005,
            "kind": "expected",
            "amount_ttc": Decimal("1440.1234"),
            "deposit_date": date(2024, 3, 5),
            "sheet_name": "proposal",
            "sheet_id": 701005,
            "payment_type_id": "wire",
            "payment_type_info": "0",
            "bank_reconciled": False,
            "deposit_date_model_id": 12,
            "deposit_date_estimation": date(2024, 4, 4),
        },
    )


TABLED: list[tuple[Resource[Record], dict[str, Any]]] = [
    (
        INVOICES,
        {
            "id": 820015,
            "sheet_type": "invoice",
            "sheet_subtype": "invoice",
            "progress_id": "unknown state (620133)",
            "reference": "F2403-0009",
            "contact_id": 9007,
            "firm_id": 4105,
            "title": "Travaux de mars",
            "billing_date": date(2024, 3, 31),
            "vat_cost": Decimal("800.0"),
            "vat_exl_total": Decimal("4000.0"),
            "vat_inc_total": Decimal("4800.0"),
            "is_repeat": False,
            "bill_lines": (
                {
                    "id": 2005,
                    "bill_sheet_id": 820015,
                    "customer_product_id": 310045,
                    "vat_value_id": "20%",
                    "description": "Lame 145 mm",
                    "unit_price": Decimal("500.0"),
                    "quantity": Decimal("8.0"),
                    "total_price": Decimal("4000.0"),
                },
            ),
        },
    ),
    (
        TIMESHEETS,
        {
            "id": 4505,
            "user_id": 31,
            "period": date(2024, 3, 1),
            "status_id": "unknown state (700229)",
            "validated_at": date(2024, 4, 2),
            "validator_id": 36,
            "unit": "half_days",
            "timesheet_lines": (
                {
                    "user_id": 31,
                    "branch_id": "it",
                    "day": 14,
                    "duration": Decimal("1.0"),
                    "description": "Migration",
                    "project_id": 2205,
                },
            ),
        },
    ),
    (
        EXPENSES,
        {
            "id": 5505,
            "staff_member_id": 605,
            "vehicule_fiscal_power": "5",
            "period": date(2024, 3, 1),
            "advance_amount": Decimal("50.0"),
            "submission_date": date(2024, 3, 31),
            "expense_lines": (
                {
                    "day": 14,
                    "description": "Train Lyon-Paris",
                    "type_id": "parking_tolls_transport",
                    "amount": Decimal("84.0"),
                    "tva_pct": "10%",
                },
            ),
        },
    ),
    (
        TASKS,
        {
            "id": 1105,
            "title": "Rappeler le client",
            "content": "Devis de mars",
            "type_id": "high",
            "service_id": "sales",
            "status_id": "pending",
            "priority_id": "high",
            "assigned_user_id": 31,
            "project_id": 2205,
            "due_at": datetime(2024, 3, 15, 18, 0),
            "object_name": "contacts",
            "object_zid": 9007,
        },
    ),
    (
        PROJECTS,
        {
            "id": 2205,
            "name": "Extension du hangar",
            "reference": "P-2024-04",
            "status_id": "active",
            "budget_euros": Decimal("12500.0"),
            "budget_hours": Decimal("320.5"),
            "budget_halfdays": Decimal("80.0"),
            "start_date": date(2024, 3, 4),
        },
    ),
    (
        LEADS,
        {
            "id": 3305,
            "manager_id": 31,
            "client_name": "Menuiserie Lacaze",
            "topic": "Refonte du site",
            "contact_id": 9007,
            "is_engaged": "prospect",
            "importance": 4,
            "product_category_id": 7105,
            "value": Decimal("8400.0"),
            "value_date": date(2024, 6, 30),
            "confidence_pct": Decimal(60),
        },
    ),
    (
        PURCHASE_BILLS,
        {
            "id": 6605,
            "title": "Papeterie de mars",
            "supplier_firm_id": 4110,
            "payment_date": date(2024, 3, 12),
            "bill_reference": "PAP-881",
            "amount": Decimal("120.0"),
            "vat_value_id": "20%",
            "vat_value": Decimal("20.0"),
            "payed_amount": Decimal("0.0"),
        },
    ),
    (
        CASH_DEPOSITS,
        {
            "id": 61010,
            "kind": "actual",
            "amount_ttc": Decimal("1440.1234"),
            "deposit_date": date(2024, 3, 15),
            "sheet_name": "invoice",
            "sheet_id": 820015,
            "payment_type_id": "unknown type (622)",
            "payment_type_info": "0",
            "bank_account_id": 905,
            "bank_reconciled": True,
        },
    ),
    (
        BANK_ACCOUNTS,
        {
            "id": 905,
            "name": "Compte courant",
            "bank_name": "Banque du Lac",
            "bank_code": "00000",
            "bank_desk": "00001",
            "bank_account": "00000000017",
            "bank_key": "63",
            "bank_iban": "FR7600000000010000000001763",
            "bank_bic": "XXXXFRPPXXX",
            "bank_dom": "Lyon Lac",
            "city": "Lyon",
        },
    ),
    (
        STAFF,
        {
            "id": 605,
            "user_id": 31,
            "civility_label_id": "mr",
            "first_name": "Basile",
            "last_name": "Orsini",
            "birth_date": date(1987, 5, 12),
            "birth_city": "Bastia",
            "birth_country_id": "France",
            "nationality_country_id": "France",
            "zip": "69007",
            "s_security_nb": "100000000000000",
            "arrival_date": date(2019, 9, 1),
            "job_label": "Poseur",
            "family_situation_id": "640",
        },
    ),
    (
        VACATIONS,
        {
            "id": 7705,
            "status_id": "awaiting_approval",
            "staff_member_id": 605,
            "start_date": date(2024, 8, 5),
            "stop_date": date(2024, 8, 19),
            "duration": Decimal("10.0"),
            "vacation_type_id": "paid_leave",
        },
    ),
    (
        CONTRACTS,
        {
            "id": 8805,
            "signing_date": date(2024, 1, 2),
            "title": "Maintenance annuelle",
            "party": "Menuiserie Lacaze",
            "staff_member_id": 605,
            "begin_date": date(2024, 2, 1),
            "end_date": date(2025, 1, 31),
            "renew_date": date(2024, 12, 31),
            "reference": "C-2024-01",
        },
    ),
    (
        FILES,
        {
            "id": 9905,
            "upload_file_name": "plan.pdf",
            "object_zname": "contacts",
            "object_zid": 9007,
            "upload_file_size": 48211,
            "upload_file_description": "Plan du rez-de-chaussée",
        },
    ),
]


@holds_for(("resource", "values"), TABLED)
def test_a_tabled_object_reads_whole(resource: Resource[Record], values: dict[str, Any]) -> None:
    assert said(read(resource, "one")) == values


@pytest.mark.parametrize(("resource", "name"), [(BANK_ACCOUNTS, "one"), (STAFF, "one")])
def test_nobody_is_shown_a_private_value_whole(resource: Resource[Record], name: str) -> None:
    record = read(resource, name)
    told = plain(record)
    private = [item.name for item in fields(resource.record).values() if item.private]
    whole = {column: str(plain(getattr(record, column))) for column in private if getattr(record, column) is not None}
    assert whole
    assert [column for column, value in whole.items() if told[column] == value] == []


RECORDED = [
    (CONTACTS, "one"),
    (FIRMS, "bare"),
    (PRODUCTS, "updated"),
    (STOCK_MOVEMENTS, "created"),
    (PROPOSALS, "full"),
]


@holds_for(("resource", "name"), RECORDED)
def test_columns_are_declared_in_the_order_recorded(resource: Resource[Record], name: str) -> None:
    elements = re.findall(rb"^  <([a-z0-9_]+)>", sample(resource, name), re.MULTILINE)
    recorded = [element.decode() for element in elements if element not in (b"saved", b"updated")]
    declared = fields(resource.record)
    assert [column for column in declared if column in recorded] == recorded


def test_every_resource_has_a_sample_and_every_sample_is_read() -> None:
    folders = {incwo_of(resource).path[1:] for resource in INCWO.resources} | {"errors"}
    assert {each.name for each in SAMPLES.iterdir() if each.is_dir()} == folders
    here = Path(__file__).read_text("utf-8")
    assert [each.name for each in SAMPLES.rglob("*.xml") if f'"{each.stem}' not in here] == []
