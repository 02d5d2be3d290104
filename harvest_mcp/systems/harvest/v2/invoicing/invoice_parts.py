"""Messages, payments and item categories of invoices over v2: IM2, IP2, IC2 (harvest-v2 13 to 15)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, TypeVar

from harvest_mcp.spec import INNER, SERVER_SET, SUMMARY, Exchange, Part, Record, Resource, Says, Scope, Starts, View
from harvest_mcp.systems.harvest.invoicing import invoice_item_categories as categories
from harvest_mcp.systems.harvest.invoicing import invoice_messages as messages
from harvest_mcp.systems.harvest.invoicing import invoice_payments as payments
from harvest_mcp.systems.harvest.v2.from_v1 import without
from harvest_mcp.wire.json.invoices import addressed, mailed
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class ListedOnly(JsonWire):
    """Records without a path of their own: one is read from the list."""

    def get(self, scope: Scope[R], id: int | str) -> Exchange[R]:
        return self.picked(scope, id)


INVOICE_MESSAGES: Resource[Record] = replace(
    messages.INVOICE_MESSAGES,
    record=without(
        messages.InvoiceMessage,
        "include_pay_pal_link",
        subject=(Annotated[str | None, SUMMARY], None),
        event_type=(Annotated[str | None, SERVER_SET, SUMMARY, Says("what it did, where it mailed nothing")], None),
        reminder=(Annotated[bool | None, SERVER_SET], None),
    ),
    wire=ListedOnly(
        "/invoices/{invoice_id}/messages",
        (
            Spelled("recipients", "(never read)", sent="recipients", sends=mailed),
            Spelled("full_recipient_list", "recipients"),
        ),
        key="invoice_messages",
        prepare=addressed,
    ),
)
INVOICE_PAYMENTS: Resource[Record] = replace(
    payments.INVOICE_PAYMENTS,
    record=without(payments.InvoicePayment, "authorization"),
    wire=ListedOnly(
        "/invoices/{invoice_id}/payments",
        (
            Spelled("pay_pal_transaction_id", "transaction_id"),
            Spelled("payment_gateway_id", "payment_gateway.id"),
        ),
        key="invoice_payments",
        always=(("send_thank_you", False),),
    ),
)
INVOICE_ITEM_CATEGORIES: Resource[Record] = replace(
    categories.INVOICE_ITEM_CATEGORIES,
    record=without(
        categories.InvoiceItemCategory,
        # Neither can be written (harvest-v2 15).
        use_as_service=(Annotated[bool | None, SERVER_SET, SUMMARY, Starts(False)], None),
        use_as_expense=(Annotated[bool | None, SERVER_SET, SUMMARY, Starts(False)], None),
        created_at=(Annotated[datetime | None, SERVER_SET, INNER], None),
    ),
    wire=JsonWire("/invoice_item_categories"),
)


class MessageDraft(Part):
    """The account's message template filled in for an invoice; nothing is stored: IM2-3."""

    invoice_id: int | None = None
    subject: str | None = None
    body: str | None = None
    reminder: bool | None = None
    thank_you: bool | None = None


MESSAGE_DRAFT = View(
    name="preview_invoice_message",
    record=MessageDraft,
    path="/invoices/{id}/messages/new",
    root="",
    toolset="invoices",
    says="Subject and text that Harvest would mail; mails nothing.",
    of="invoice",
    asks=("thank_you", "reminder"),
)
