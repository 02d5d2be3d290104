"""Invoices and estimates: lines that merge by id, figures to the cent, due dates, states (harvest-v2 9, 12)."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import cast

from harvest_mcp.sandbox.harvest_v2.rights import sees
from harvest_mcp.sandbox.harvest_v2.rules import imports
from harvest_mcp.sandbox.harvest_v2.rules.common import currency, delete_where, must_exist
from harvest_mcp.sandbox.harvest_v2.shapes.fields import Field, taken
from harvest_mcp.sandbox.harvest_v2.shapes.money import INVOICE_LINE, LINE, OPTIONS, lines
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    ESTIMATE_ITEM_CATEGORIES,
    ESTIMATE_MESSAGES,
    ESTIMATES,
    INVOICE_ITEM_CATEGORIES,
    INVOICE_MESSAGES,
    INVOICE_PAYMENTS,
    INVOICES,
    PROJECTS,
)
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number, of, texts
from harvest_mcp.sandbox.harvest_v2.wire.refusal import forbidden, invalid
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine, totals

NOUGHT = Decimal(0)
LARGEST = Decimal(10**12)
NET = {"net 15": 15, "net 30": 30, "net 45": 45, "net 60": 60, "upon receipt": 0}


def invoice(visit: Visit, given: Row, before: Row) -> Row:
    """Return the columns to write of an invoice, with the derived ones."""
    _keep(given, "issued_at")
    client = must_exist(visit, CLIENTS, {**before, **given}["client_id"], "Client")
    _options(given)
    row = _headed(visit, INVOICES, given, client, before)
    if not before:
        row |= {"issued_at": given.get("issued_at") or visit.today(), "created_by_id": visit.caller.id}
    row |= _due({**before, **row}, given)
    kept = _merged(visit, lines(before) if before else (), given.get("given_lines"), INVOICE_LINE)
    wanted = row.pop("line_items_import", None)
    if wanted is not None:
        made, period = imports.pulled(visit, wanted, number(client["id"]))
        kept, row = (*kept, *made), {**row, **period}
    row |= figures({**before, **row}, kept)
    row["client_name"] = client["name"]
    if not visit.caller.administrator and not sees(visit, "invoices", {**before, **row}):
        raise forbidden()
    row.pop("given_lines", None)
    return row


def invoice_made(visit: Visit, id: int, given: Row, before: Row) -> None:
    """Set key, due amount and state of a written invoice, and its id in the imported rows."""
    if not before:
        visit.store.update(INVOICES, id, {"client_key": key("invoice", id)})
        imports.owned(visit, id)
    settle(visit, id)


def invoice_deleted(visit: Visit, row: Row) -> None:
    """Release time and expenses, and delete messages and payments."""
    imports.released(visit, number(row["id"]))
    for table in (INVOICE_MESSAGES, INVOICE_PAYMENTS):
        delete_where(visit, table, "invoice_id", row["id"])


def estimate(visit: Visit, given: Row, before: Row) -> Row:
    _keep(given, "issue_date")
    client = must_exist(visit, CLIENTS, {**before, **given}["client_id"], "Client")
    row = _headed(visit, ESTIMATES, given, client, before)
    if not before:
        row |= {"issue_date": given.get("issue_date") or visit.today(), "creator_id": visit.caller.id}
    kept = _merged(visit, lines(before) if before else (), given.get("given_lines"), LINE)
    row |= figures({**before, **row}, kept)
    row.pop("given_lines", None)
    return row


def estimate_made(visit: Visit, id: int, given: Row, before: Row) -> None:
    if not before:
        visit.store.update(ESTIMATES, id, {"client_key": key("estimate", id)})


def estimate_deleted(visit: Visit, row: Row) -> None:
    delete_where(visit, ESTIMATE_MESSAGES, "estimate_id", row["id"])
    for each in visit.store.rows(INVOICES, [("estimate_id", "=", number(row["id"]))]):
        visit.store.update(INVOICES, number(each["id"]), {"estimate_id": None})


def key(noun: str, id: int) -> str:
    """Return 40 hex digits, the same for the same record in every sandbox."""
    return hashlib.blake2b(f"{noun} {id}".encode(), digest_size=20).hexdigest()


def _headed(visit: Visit, table: Resource[Record], given: Row, client: Row, before: Row) -> Row:
    row = dict(given)
    if row.get("currency"):
        row["currency"] = currency(row["currency"])
    elif not before:
        row["currency"] = client["currency"]
    else:
        row.pop("currency", None)
    if not before:
        row["state"] = "draft"
        row["number"] = row.get("number") or next_number(visit, table)
    elif not row.get("number", "-"):
        row.pop("number")
    return row


def next_number(visit: Visit, table: Resource[Record]) -> str:
    """Return one more than the highest number; ignore numbers that are not all digits."""
    found = (str(row["number"]) for row in visit.store.rows(table))
    return str(max((int(each) for each in found if each.isascii() and each.isdigit()), default=0) + 1)


def _keep(given: Row, *names: str) -> None:
    """Ignore a null in columns that always have a value."""
    for name in names:
        if given.get(name, name) is None:
            given.pop(name)


def _options(given: Row) -> None:
    if set(texts(given.get("payment_options"))) - set(OPTIONS):
        raise invalid("Payment options is not included in the list")


def _due(row: Row, given: Row) -> Row:
    """Return due date and term: the given date with the term `custom`, else the date by the term."""
    issued = of(date, row["issued_at"])
    words = str(row.get("due_at_human_format") or "custom").lower()
    if words in NET:
        kept = words if words == "upon receipt" else words.upper()
        return {"due_at": issued + timedelta(days=NET[words]), "due_at_human_format": kept}
    return {"due_at": given.get("due_at") or row.get("due_at") or issued, "due_at_human_format": words}


def _merged(
    visit: Visit, before: Sequence[InvoiceLine], given: object, shape: tuple[Field, ...]
) -> tuple[InvoiceLine, ...]:
    """Merge lines by id: those with an id change or are deleted, those without are new, others stay (12.4)."""
    if given is None:
        return tuple(before)
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise invalid("Line items is invalid")
    kept = {line.id: line for line in before}
    fresh: list[InvoiceLine] = []
    for each in given:
        if each.get("id") is None:
            fresh.append(_line(visit, each, None, shape))
            continue
        id = int(each["id"]) if str(each["id"]).isdigit() else 0
        if id not in kept:
            raise invalid(f"Line item {each['id']} does not exist")
        if str(each.get("_destroy", "")).lower() == "true":
            del kept[id]
        else:
            kept[id] = _line(visit, each, kept[id], shape)
    return (*kept.values(), *fresh)


def _line(visit: Visit, said: dict[str, object], before: InvoiceLine | None, shape: tuple[Field, ...]) -> InvoiceLine:
    row, problems = taken(shape, said, create=before is None)
    if "kind" in row:
        table = INVOICE_ITEM_CATEGORIES if shape is INVOICE_LINE else ESTIMATE_ITEM_CATEGORIES
        if not any(category["name"] == row["kind"] for category in visit.rows(table).values()):
            problems.append("Kind is not an item category")
    if row.get("project_id") is not None and row["project_id"] not in visit.rows(PROJECTS):
        problems.append("Project must exist")
    if problems:
        raise invalid(*(f"Line items {problem[0].lower()}{problem[1:]}" for problem in problems))
    return before.model_copy(update=row) if before else InvoiceLine.model_validate(row)


def figures(row: Row, kept: Sequence[InvoiceLine]) -> Row:
    """Return the columns that follow from lines, taxes and discount; 0 without a tax (31)."""
    tax, tax2, discount = (cast("Decimal | None", row.get(name)) for name in ("tax", "tax2", "discount"))
    sums = totals(kept, tax=tax, tax2=tax2, discount=discount)
    if abs(sums.amount) >= LARGEST:
        raise invalid("Amount is too large")
    return {
        "line_items": tuple(kept),
        "amount": sums.amount,
        "discount_amount": sums.discount_amount,
        "tax_amount": sums.tax_amount,
        "tax2_amount": sums.tax2_amount,
    }


def settle(visit: Visit, id: int) -> None:
    """Update the due amount and the state of an invoice (harvest-v2 12.5)."""
    store = visit.store
    row = store.get(INVOICES, id) or {}
    payments = store.rows(INVOICE_PAYMENTS, [("invoice_id", "=", id)])
    paid = sum((of(Decimal, each["amount"]) for each in payments), NOUGHT)
    left = of(Decimal, row["amount"]) - paid
    state = row["state"]
    values: Row = {"due_amount": left}
    if state in ("open", "partial", "paid") or (state == "draft" and paid and left <= 0):
        if paid and left <= 0:
            last = max(of(datetime, each["paid_at"]) for each in payments).date()
            values |= {"state": "paid", "paid_date": last, "paid_at": datetime.combine(last, time(), UTC)}
        else:
            values |= {"state": "partial" if paid else "open", "paid_date": None, "paid_at": None}
    store.update(INVOICES, id, values)
    visit.forget()
