"""Payments of Harvest invoices: IP-1 to IP-4 (harvest-v1 24). There is no update."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    INNER,
    LINES,
    MONEY,
    POSITIVE,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Module,
    MovesOwner,
    Record,
    Ref,
    Resource,
    Same,
    SetsOff,
    Wording,
)
from harvest_mcp.wire.rails_wires import Nested


class InvoicePayment(Record):
    """Money received for an invoice."""

    invoice_id: Annotated[int | None, Ref("invoice"), REQUIRED, FIXED, INNER] = None
    # 24 knows no refunds: a payment is taken back by its delete.
    amount: Annotated[Decimal | None, MONEY, REQUIRED, POSITIVE, SUMMARY] = None
    paid_at: Annotated[datetime | None, REQUIRED, SUMMARY] = None
    notes: Annotated[str | None, LINES, SUMMARY] = None
    recorded_by: Annotated[str | None, SERVER_SET, SUMMARY] = None
    recorded_by_email: Annotated[str | None, SERVER_SET] = None
    pay_pal_transaction_id: Annotated[str | None, SERVER_SET, INNER] = None
    authorization: Annotated[str | None, SERVER_SET, INNER] = None
    payment_gateway_id: Annotated[int | None, SERVER_SET, INNER] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


INVOICE_PAYMENTS = Resource(
    noun="invoice_payment",
    plural="invoice_payments",
    record=InvoicePayment,
    wire=Nested("/invoices/{invoice_id}/payments", element="payment"),
    owner="invoice_id",
    toolset="invoices",
    label=("amount",),
    says="money received for an invoice",
    verbs=("list", "get", "create", "delete"),
    wording=Wording(does="record", done="recorded"),
    same=Same(any_of=(("amount", "paid_at"),)),
    rules=(
        Module("invoices"),
        SetsOff("changes what the client owes"),
        MovesOwner(
            most=("amount", "due_amount"),
            # 27: any but closed.
            when=(("state", "closed", "It is written off, so Harvest will probably refuse."),),
        ),
    ),
)
