"""Bodies of invoices, messages, payments and item categories by the tables of harvest-v1 22 to 25."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import open_account
from harvest_mcp.spec import Era, Record, Resource
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import (
    INVOICE_ITEM_CATEGORIES,
    INVOICE_MESSAGES,
    INVOICE_PAYMENTS,
    INVOICES,
)
from harvest_mcp.systems.harvest.invoicing.invoice_item_categories import InvoiceItemCategory
from harvest_mcp.systems.harvest.invoicing.invoice_messages import InvoiceMessage
from harvest_mcp.systems.harvest.invoicing.invoice_payments import InvoicePayment
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine
from harvest_mcp.systems.harvest.invoicing.invoices import Invoice

from .kit import Clock, caller, shape
from .test_samples import sample

CREATED, UPDATED = datetime(2018, 3, 1, 8, tzinfo=UTC), datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC)
LINES = (
    InvoiceLine(
        id=1,
        kind="Service",
        description="Drafting, sheet 4",
        quantity=Decimal("2.5"),
        unit_price=Decimal("80.00"),
        amount=Decimal("200.0"),
        taxed=True,
        project_id=220,
    ),
    InvoiceLine(
        id=2,
        kind="Product",
        description="Paper",
        quantity=Decimal(1),
        unit_price=Decimal("4.74"),
        amount=Decimal("4.74"),
    ),
)
DOCS_BILL = Invoice(
    id=3301,
    client_id=4101,
    number="1032",
    purchase_order="PO-7",
    subject="Harbour map",
    notes="",
    issued_at=date(2018, 3, 1),
    due_at=date(2018, 3, 31),
    due_at_human_format="NET 30",
    period_start=date(2018, 2, 1),
    amount=Decimal("168.55"),
    due_amount=Decimal("68.55"),
    currency="Euro - EUR",
    state="partial",
    tax=Decimal("10.0"),
    tax_amount=Decimal("15.0"),
    discount=Decimal("25.0"),
    discount_amount=Decimal("51.19"),
    client_key="43a4bb8b9b6ad84d7b8f7e4b7d0a1d2c3b4a5968",
    created_by_id=31,
    created_at=CREATED,
    updated_at=UPDATED,
    line_items=(),
)
LISTED = DOCS_BILL.model_copy(update={"client_name": "Kestrel & Sons", "line_items": None})
BILL = LISTED.model_copy(update={"line_items": LINES})
DOCS_MAIL = InvoiceMessage(
    id=77,
    invoice_id=3301,
    body="Dear Jane,\nthank you & goodbye",
    sent_by="Ada Kestrel",
    sent_by_email="ada@kestrel.example",
    full_recipient_list="Jane Doe <jane@doe.example>, Jo <jo@doe.example>",
    send_me_a_copy=True,
    include_pay_pal_link=False,
    created_at=CREATED,
    updated_at=UPDATED,
)
MAIL = DOCS_MAIL.model_copy(
    update={
        **{"subject": "Invoice 1032", "sent_from": "Kestrel Studio", "sent_from_email": "office@kestrel.example"},
        "thank_you": False,
    }
)
PAYMENT = InvoicePayment(
    id=88,
    invoice_id=3301,
    amount=Decimal("100.0"),
    paid_at=datetime(2018, 3, 2, tzinfo=UTC),
    notes="",
    recorded_by="Ada Kestrel",
    recorded_by_email="ada@kestrel.example",
    created_at=CREATED,
    updated_at=UPDATED,
)
CATEGORY = InvoiceItemCategory(
    id=99, name="Service", use_as_service=True, use_as_expense=False, created_at=CREATED, updated_at=UPDATED
)

Case = tuple[str, Resource[Record], Era, str, Record]
READ: list[Case] = [
    ("invoices/late-one", INVOICES, "late", "/invoices/3301", BILL),
    ("invoices/late-list", INVOICES, "late", "/invoices", LISTED),
    ("invoices/docs-without-lines", INVOICES, "docs", "/invoices/3301", DOCS_BILL),
    ("invoice_messages/late-one", INVOICE_MESSAGES, "late", "/invoices/3301/messages/77", MAIL),
    ("invoice_messages/late-list", INVOICE_MESSAGES, "late", "/invoices/3301/messages", MAIL),
    ("invoice_messages/docs-one", INVOICE_MESSAGES, "docs", "/invoices/3301/messages/77", DOCS_MAIL),
    ("invoice_payments/late-one", INVOICE_PAYMENTS, "late", "/invoices/3301/payments/88", PAYMENT),
    ("invoice_payments/late-list", INVOICE_PAYMENTS, "late", "/invoices/3301/payments", PAYMENT),
    ("invoice_payments/docs-one", INVOICE_PAYMENTS, "docs", "/invoices/3301/payments/88", PAYMENT),
    ("invoice_item_categories/late-list", INVOICE_ITEM_CATEGORIES, "late", "/invoice_item_categories", CATEGORY),
    ("invoice_item_categories/docs-list", INVOICE_ITEM_CATEGORIES, "docs", "/invoice_item_categories", CATEGORY),
]
every_body = pytest.mark.parametrize(
    ("name", "resource", "profile", "path", "record"), READ, ids=[case[0] for case in READ]
)


@every_body
def test_the_client_reads_a_documented_body_to_exactly_its_values(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record
) -> None:
    answer = Response(200, {}, sample(name))
    place = resource.under({"invoice_id": 3301})
    if "list" in name:
        assert place.resource.wire.list(place).read(answer).rows == [record]
        assert place.resource.wire.list(place).request.path == path
    else:
        assert place.resource.wire.get(place, record.id).read(answer) == record
        assert place.resource.wire.get(place, record.id).request.path == path


@every_body
@pytest.mark.anyio
async def test_the_sandbox_reproduces_a_documented_body_element_for_element(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record
) -> None:
    with open_account(profile=profile, clock=Clock(), seeded=False) as sandbox:
        sandbox.put(resource, **{name: getattr(record, name) for name in type(record).model_fields})
        if resource.owner:
            sandbox.put(INVOICES, id=3301, client_id=1, number="1032", state="open")
        async with caller(sandbox) as http:
            body = (await http.get(path)).content
    assert shape(body) == shape(sample(name))
