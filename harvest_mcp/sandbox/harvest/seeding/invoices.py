"""A year of Kestrel Studio's invoices, with their lines, messages and payments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import cast

from harvest_mcp.sandbox.harvest.rules.invoice_rules import client_key, due, figures
from harvest_mcp.sandbox.harvest.seeds.invoices import CATEGORIES, LINES, SeededInvoice
from harvest_mcp.sandbox.harvest.seeds.invoices import INVOICES as BILLS
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.systems.harvest import (
    CLIENTS,
    CONTACTS,
    INVOICE_ITEM_CATEGORIES,
    INVOICE_MESSAGES,
    INVOICE_PAYMENTS,
    INVOICES,
    PROJECTS,
)
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine

FIRST_INVOICE, FIRST_MESSAGE, FIRST_PAYMENT, FIRST_CATEGORY = 7001, 6001, 5001, 4001
FIRST_NUMBER, EVERY = 1001, 6
ADA = ("Ada Kestrel", "admin@kestrel.example", 31)
PART = Decimal("0.4")
"""The share paid of a partly paid invoice."""


def fill(store: Store) -> None:
    """Insert all invoices, with their categories, messages and payments."""
    for place, name in enumerate(CATEGORIES):
        category: Row = {"name": name, "use_as_service": place == 0, "use_as_expense": place == 1}
        store.insert(INVOICE_ITEM_CATEGORIES, {"id": FIRST_CATEGORY + place, **category})
    messages, payments = count(FIRST_MESSAGE), count(FIRST_PAYMENT)
    contacts = {row["client_id"]: row for row in reversed(store.rows(CONTACTS, [("email", "<>", "")]))}
    for row in _invoices(store):
        paid = list(_payments(row))
        left = cast(Decimal, row["amount"]) - sum((cast(Decimal, each["amount"]) for each in paid), Decimal(0))
        store.insert(INVOICES, {**row, "due_amount": left})
        for each in _messages(row, contacts.get(row["client_id"])):
            store.insert(INVOICE_MESSAGES, {"id": next(messages), **each})
        for each in paid:
            store.insert(INVOICE_PAYMENTS, {"id": next(payments), **each})


def _invoices(store: Store) -> Iterator[Row]:
    clients = {str(row["name"]): row for row in store.rows(CLIENTS)}
    projects = {int(str(row["client_id"])): int(str(row["id"])) for row in reversed(store.rows(PROJECTS))}
    for place, bill in enumerate(BILLS):
        id, client = FIRST_INVOICE + place, clients[bill.client]
        issued = (store.now() - timedelta(days=EVERY * (len(BILLS) - place))).date()
        due_at, terms = due(issued, bill.terms)
        row: Row = {
            "id": id,
            "client_id": client["id"],
            "client_name": bill.client,
            "number": str(FIRST_NUMBER + place),
            "state": bill.state,
            "issued_at": issued,
            "due_at": due_at,
            "due_at_human_format": terms,
            "currency": client["currency"],
            "subject": bill.subject,
            "notes": "",
            "purchase_order": bill.order,
            "tax": _percent(bill.tax),
            "tax2": _percent(bill.tax2),
            "discount": _percent(bill.discount),
            "client_key": client_key(id),
            "created_by_id": ADA[2],
            "created_at": _at(issued, 9),
            "updated_at": _at(issued, 10),
            "line_items": tuple(_lines(bill, projects.get(int(str(client["id"]))))),
        }
        yield {**row, **figures(row)}


def _lines(bill: SeededInvoice, project: int | None) -> Iterator[InvoiceLine]:
    for letter in bill.work:
        kind, description, quantity, price, taxed, taxed2 = LINES[letter]
        yield InvoiceLine(
            kind=kind,
            description=description,
            quantity=Decimal(quantity),
            unit_price=Decimal(price),
            taxed=taxed and bool(bill.tax),
            taxed2=taxed2 and bool(bill.tax2),
            project_id=project if kind == "Service" else None,
        )


def _payments(row: Row) -> Iterator[Row]:
    """Yield one payment of a paid invoice, two of every third, and only the first of a partly paid one."""
    amount, issued = cast(Decimal, row["amount"]), cast(date, row["issued_at"])
    first = (amount * PART).quantize(Decimal("0.01"), ROUND_HALF_UP)
    twice = int(str(row["id"])) % 3 == 0
    parts = {"partial": [first], "paid": [first, amount - first] if twice else [amount]}.get(str(row["state"]), [])
    for place, part in enumerate(parts):
        day = _at(issued + timedelta(days=12 + 9 * place), 0)
        yield {
            **{"invoice_id": row["id"], "amount": part, "paid_at": day, "notes": "" if place else "Bank transfer"},
            **{"recorded_by": ADA[0], "recorded_by_email": ADA[1], "created_at": day, "updated_at": day},
        }


def _messages(row: Row, contact: Row | None) -> Iterator[Row]:
    """Yield the message that sent the invoice; a draft has none."""
    if row["state"] == "draft":
        return
    name = f"{contact['first_name']} {contact['last_name']} <{contact['email']}>" if contact else ""
    yield {
        **{"invoice_id": row["id"], "subject": f"Invoice {row['number']} from Kestrel Studio"},
        **{"body": "Please find our invoice attached.\n\nAda Kestrel", "full_recipient_list": name},
        **{"sent_by": ADA[0], "sent_by_email": ADA[1], "sent_from": ADA[0], "sent_from_email": ADA[1]},
        **{"send_me_a_copy": True, "include_pay_pal_link": False, "thank_you": False},
        **{"created_at": row["updated_at"], "updated_at": row["updated_at"]},
    }


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _percent(text: str) -> Decimal | None:
    return Decimal(text) if text else None
