"""The rules of clients, contacts, tasks and categories (harvest-v2 7, 8, 10, 15, 19, 29.1)."""

import hashlib

from harvest_mcp.sandbox.harvest_v2.rules.common import (
    archives,
    currency,
    delete_where,
    must_exist,
    no_timer,
    unique_name,
    used,
)
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    CONTACTS,
    ENTRIES,
    ESTIMATE_ITEM_CATEGORIES,
    ESTIMATES,
    EXPENSE_CATEGORIES,
    EXPENSES,
    INVOICE_ITEM_CATEGORIES,
    INVOICES,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
)
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number
from harvest_mcp.sandbox.harvest_v2.wire.refusal import CLIENT_IN_USE, blocked, invalid
from harvest_mcp.sandbox.store import Row


def client(visit: Visit, given: Row, before: Row) -> Row:
    unique_name(visit, CLIENTS, given, before)
    if archives(given, before, "active") and used(visit, PROJECTS, client_id=before["id"], active=True):
        raise invalid("This client cannot be archived. It still has active projects.")
    if "address" in given:
        given["details"] = given["address"] or ""
    if given.get("currency"):
        given["currency"] = currency(given["currency"])
    elif not before:
        given["currency"] = currency("USD")
    return given if before else {"details": "", "cache_version": 0, **given}


def client_made(visit: Visit, id: int, given: Row, before: Row) -> None:
    if not before:
        key = hashlib.blake2b(f"client {id}".encode(), digest_size=16).hexdigest()
        visit.store.update(CLIENTS, id, {"statement_key": key})


def client_deleted(visit: Visit, row: Row) -> None:
    """Refuse with the recorded message if the client is in use; delete its contacts."""
    if any(used(visit, table, client_id=row["id"]) for table in (PROJECTS, INVOICES, ESTIMATES)):
        raise blocked(CLIENT_IN_USE)
    delete_where(visit, CONTACTS, "client_id", row["id"])


def contact(visit: Visit, given: Row, before: Row) -> Row:
    if "client_id" in given:
        must_exist(visit, CLIENTS, given["client_id"], "Client")
    return given


def task(visit: Visit, given: Row, before: Row) -> Row:
    unique_name(visit, TASKS, given, before)
    if archives(given, before, "deactivated", flip=True):
        no_timer(visit, "task_id", before["id"], "task")
    return given


def task_deleted(visit: Visit, row: Row) -> None:
    if used(visit, ENTRIES, task_id=row["id"]):
        raise blocked("This task is not removable. It still has time tracked to it.")
    delete_where(visit, TASK_ASSIGNMENTS, "task_id", row["id"])


def expense_category(visit: Visit, given: Row, before: Row) -> Row:
    unique_name(visit, EXPENSE_CATEGORIES, given, before)
    return given


def expense_category_deleted(visit: Visit, row: Row) -> None:
    if used(visit, EXPENSES, expense_category_id=row["id"]):
        raise blocked("This expense category is not removable. It still has expenses.")


def invoice_category(visit: Visit, given: Row, before: Row) -> Row:
    unique_name(visit, INVOICE_ITEM_CATEGORIES, given, before)
    return given if before else {"use_as_service": False, "use_as_expense": False, **given}


def invoice_category_deleted(visit: Visit, row: Row) -> None:
    if row["use_as_service"] or row["use_as_expense"]:
        raise blocked("This item category is not removable. It is used for hours or expenses.")


def estimate_category(visit: Visit, given: Row, before: Row) -> Row:
    unique_name(visit, ESTIMATE_ITEM_CATEGORIES, given, before)
    return given


def default_category(visit: Visit, column: str) -> str:
    """Return the name of the category for hours, or for expenses."""
    rows = sorted(visit.rows(INVOICE_ITEM_CATEGORIES).values(), key=lambda row: number(row["id"]))
    return str(next((row["name"] for row in rows if row[column]), rows[0]["name"] if rows else "Service"))
