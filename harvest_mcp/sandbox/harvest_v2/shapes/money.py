"""The fields of invoices, estimates, their messages, payments and categories (harvest-v2 9, 12 to 15)."""

import json
import re
from decimal import Decimal

from harvest_mcp.sandbox.harvest_v2.shapes import nested
from harvest_mcp.sandbox.harvest_v2.shapes.fields import Field, Show, told
from harvest_mcp.sandbox.harvest_v2.tables import CLIENTS, PEOPLE
from harvest_mcp.sandbox.harvest_v2.visit import Visit, of
from harvest_mcp.sandbox.store import Row
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine, worth

NOUGHT = Decimal(0)
TERMS = ("upon receipt", "net 15", "net 30", "net 45", "net 60", "custom")
OPTIONS = ("ach", "credit_card", "paypal")
RECIPIENT = re.compile(r"\s*(?:(?P<name>[^<,]*?)\s*<(?P<mail>[^>,]*)>|(?P<bare>[^<>,]+?))\s*(?:,|$)")

LINE = (
    Field("id", "int"),
    Field("kind", "text", "cu!"),
    Field("description", "text", "cu", null=""),
    Field("quantity", "dec", "cu", fresh=Decimal(1), null=Decimal(1)),
    Field("unit_price", "dec", "cu!", null=NOUGHT),
    Field("amount", "dec"),
    Field("taxed", "bool", "cu", fresh=False),
    Field("taxed2", "bool", "cu", fresh=False),
)
INVOICE_LINE = (
    *LINE,
    Field("project_id", "int", "cu", written=True),
    Field("project", "raw", show=nested.project()),
)


def lines(row: Row) -> tuple[InvoiceLine, ...]:
    return of(tuple, row["line_items"]) or ()


def _invoice_lines(visit: Visit, row: Row) -> object:
    return [told(INVOICE_LINE, visit, _line(line)) for line in lines(row)]


def _estimate_lines(visit: Visit, row: Row) -> object:
    return [told(LINE, visit, _line(line)) for line in lines(row)]


def _line(line: InvoiceLine) -> Row:
    return {**line.model_dump(), "amount": worth(line)}


def term(text: object) -> str:
    """Return the payment term: `net 30` for `NET 30`; `custom` if v2 has no word for it."""
    words = str(text or "").lower()
    return words if words in TERMS else "custom"


def _state(visit: Visit, row: Row) -> object:
    """Return the state; v1's `partial` is `open` in v2."""
    return "open" if row["state"] == "partial" else row["state"]


def _currency(visit: Visit, row: Row) -> object:
    client = visit.rows(CLIENTS).get(int(str(row["client_id"])), {})
    return nested.code_of(row["currency"] or client.get("currency"))


def _only_id(column: str) -> Show:
    return lambda visit, row: {"id": row[column]} if row[column] else None


def _recipients(visit: Visit, row: Row) -> object:
    """Return the recipients as sent, or parsed from the text of a message that v1 wrote."""
    if row["sent_to"] is not None:
        return json.loads(str(row["sent_to"]))
    found = RECIPIENT.finditer(str(row.get("full_recipient_list") or ""))
    return [{"name": each["name"], "email": each["mail"] or each["bare"]} for each in found if each[0].strip(" ,")]


def _empty_for_event(name: str) -> Show:
    return lambda visit, row: None if row["event_type"] and not row[name] else row[name]


_CREATOR = nested.Within("created_by_id", PEOPLE, ("id", "name"))
_AMOUNTS = (
    Field("amount", "dec", null=NOUGHT),
    Field("due_amount", "dec", null=NOUGHT),
    Field("tax", "dec", "cu"),
    Field("tax_amount", "dec", null=NOUGHT),
    Field("tax2", "dec", "cu"),
    Field("tax2_amount", "dec", null=NOUGHT),
    Field("discount", "dec", "cu"),
    Field("discount_amount", "dec", null=NOUGHT),
    Field("subject", "text", "cu", null=""),
    Field("notes", "text", "cu", null=""),
)
_HEAD = (
    Field("id", "int"),
    Field("client_key", "text"),
    Field("number", "text", "cu"),
    Field("purchase_order", "text", "cu", null=""),
)
INVOICE = (
    *_HEAD,
    *_AMOUNTS,
    Field("state", "text", show=_state),
    Field("period_start", "date"),
    Field("period_end", "date"),
    Field("issue_date", "date", "cu", column="issued_at"),
    Field("due_date", "date", "cu", column="due_at"),
    Field(
        "payment_term",
        "text",
        "cu",
        column="due_at_human_format",
        choices=TERMS,
        show=lambda visit, row: term(row["due_at_human_format"]),
    ),
    Field("sent_at", "dt"),
    Field("paid_at", "dt"),
    Field("closed_at", "dt"),
    Field("recurring_invoice_id", "int"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("paid_date", "date"),
    Field("currency", "text", "cu", show=_currency),
    Field("payment_options", "texts", "cu", form="2026"),
    Field("client_id", "int", "cu!", written=True),
    Field("estimate_id", "int", "cu", written=True),
    Field("retainer_id", "int", "cu", written=True),
    Field("line_items", "raw", "cu", column="given_lines", written=True),
    Field("line_items_import", "raw", "c", written=True),
    Field("client", "raw", show=nested.client()),
    Field("estimate", "raw", show=_only_id("estimate_id")),
    Field("retainer", "raw", show=_only_id("retainer_id")),
    Field("creator", "raw", show=_CREATOR),
    Field("line_items", "raw", show=_invoice_lines),
)
ESTIMATE = (
    *_HEAD,
    *(field for field in _AMOUNTS if field.name != "due_amount"),
    Field("state", "text"),
    Field("issue_date", "date", "cu"),
    Field("sent_at", "dt"),
    Field("accepted_at", "dt"),
    Field("declined_at", "dt"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("currency", "text", "cu", show=_currency),
    Field("client_id", "int", "cu!", written=True),
    Field("line_items", "raw", "cu", column="given_lines", written=True),
    Field("client", "raw", show=nested.client()),
    Field("creator", "raw", show=nested.Within("creator_id", PEOPLE, ("id", "name"))),
    Field("line_items", "raw", show=_estimate_lines),
)
_SENDERS = tuple(Field(name, "text") for name in ("sent_by", "sent_by_email", "sent_from", "sent_from_email"))
INVOICE_MESSAGE = (
    Field("id", "int"),
    *_SENDERS,
    Field("include_link_to_client_invoice", "bool", "c", column="include_pay_pal_link"),
    Field("send_me_a_copy", "bool", "c", fresh=False),
    Field("thank_you", "bool", "c", fresh=False),
    Field("reminder", "bool"),
    Field("send_reminder_on", "date"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("attach_pdf", "bool", "c", fresh=False),
    Field("event_type", "text", "c"),
    Field("recipients", "raw", "c", column="given_recipients", show=_recipients),
    Field("subject", "text", "c", show=_empty_for_event("subject")),
    Field("body", "text", "c", show=_empty_for_event("body")),
)
ESTIMATE_MESSAGE = (
    Field("id", "int"),
    *_SENDERS,
    Field("send_me_a_copy", "bool", "c", fresh=False),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("event_type", "text", "c"),
    Field("recipients", "raw", "c", column="given_recipients", show=_recipients),
    Field("subject", "text", "c", show=_empty_for_event("subject")),
    Field("body", "text", "c", show=_empty_for_event("body")),
)
INVOICE_PAYMENT = (
    Field("id", "int"),
    Field("amount", "dec", "c!"),
    Field("paid_at", "dt", "c"),
    Field("recorded_by", "text"),
    Field("recorded_by_email", "text"),
    Field("notes", "text", "c", null=""),
    Field("transaction_id", "text", column="pay_pal_transaction_id"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field(
        "paid_date",
        "date",
        "c",
        column="given_date",
        show=lambda visit, row: of(type(visit.now), row["paid_at"]).date(),
    ),
    Field("payment_gateway", "raw", show=lambda visit, row: {"id": row["payment_gateway_id"], "name": None}),
    Field("send_thank_you", "bool", "c", fresh=True, written=True),
)
INVOICE_ITEM_CATEGORY = (
    Field("id", "int"),
    Field("name", "text", "cu!"),
    Field("use_as_service", "bool"),
    Field("use_as_expense", "bool"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
)
ESTIMATE_ITEM_CATEGORY = (
    Field("id", "int"),
    Field("name", "text", "cu!"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
)
