"""The rules of expenses and their receipts (harvest-v2 11, 29.2)."""

import base64
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from harvest_mcp.sandbox.harvest_v2.rules import locks
from harvest_mcp.sandbox.harvest_v2.rules.common import must_exist
from harvest_mcp.sandbox.harvest_v2.rules.locks import CENT
from harvest_mcp.sandbox.harvest_v2.shapes import nested
from harvest_mcp.sandbox.harvest_v2.tables import EXPENSE_CATEGORIES, EXPENSES, PEOPLE, PROJECTS, RECEIPTS
from harvest_mcp.sandbox.harvest_v2.visit import BASE_URI, Visit, number, of
from harvest_mcp.sandbox.harvest_v2.wire.receive import File
from harvest_mcp.sandbox.harvest_v2.wire.refusal import forbidden, invalid
from harvest_mcp.sandbox.store import Row

FIXED = ("project_id", "expense_category_id")
"""Columns fixed in a locked expense; changes are silently ignored."""
KINDS: Mapping[str, tuple[str, bytes]] = {
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "gif": ("image/gif", b"GIF8"),
    "pdf": ("application/pdf", b"%PDF-"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
}


def expense(visit: Visit, given: Row, before: Row) -> Row:
    if before:
        if reason := locks.of_expense(visit, before):
            if not visit.caller.administrator:
                raise invalid(f"This expense is locked: {reason}")
            given = {name: value for name, value in given.items() if name not in FIXED}
        given.pop("user_id", None)
    else:
        given["user_id"] = _whose(visit, given)
    after = {**before, **given}
    category = must_exist(visit, EXPENSE_CATEGORIES, after["expense_category_id"], "Expense category")
    if any(after.get(name) != before.get(name) for name in FIXED):
        _may_spend(visit, after, category)
    given |= _figures(given, before, category)
    if before:
        return given
    flags: Row = {"is_closed": False, "is_locked": False, "is_billed": False, "has_receipt": False, "invoice_id": 0}
    return {**flags, **given}


def _whose(visit: Visit, given: Row) -> int:
    id = given.get("user_id")
    if id is None or id == visit.caller.id:
        return visit.caller.id
    person = must_exist(visit, PEOPLE, id, "User")
    theirs = given.get("project_id") in visit.managed or person["id"] in visit.teammates
    if not (visit.caller.administrator or (visit.caller.has("time_and_expenses_manager") and theirs)):
        raise forbidden()
    return number(person["id"])


def _may_spend(visit: Visit, after: Row, category: Row) -> None:
    project = must_exist(visit, PROJECTS, after["project_id"], "Project")
    on = nested.USER_ASSIGNMENT(visit, after)
    problems = []
    if not project["active"]:
        problems.append("Project is archived")
    if category["deactivated"]:
        problems.append("Expense category is archived")
    if on is None or on["deactivated"]:
        problems.append("User is not assigned to the project")
    if problems:
        raise invalid(*problems)


def _figures(given: Row, before: Row, category: Row) -> Row:
    """Return cost and units: units times the price in a category with a unit price, else the given cost."""
    price, units, cost = category["unit_price"], given.get("units"), given.get("total_cost")
    if price is not None and units is None and cost is None and before and "expense_category_id" in given:
        units = before["units"]
    if price is not None and units is not None:
        total = (of(Decimal, units) * of(Decimal, price)).quantize(CENT, ROUND_HALF_UP)
        return {"units": units, "total_cost": total}
    if cost is not None:
        return {"total_cost": of(Decimal, cost).quantize(CENT, ROUND_HALF_UP), "units": Decimal(1)}
    if units is not None and not before:
        raise invalid("Total cost can't be blank")
    if not before:
        raise invalid("Units can't be blank" if price is not None else "Total cost can't be blank")
    return {name: before[name] for name in ("units", "total_cost") if name in given}


def attach(visit: Visit, id: int, file: File) -> None:
    """Attach a file to an expense, replacing any other."""
    kind, begins = KINDS.get(file.name.rpartition(".")[2].lower(), ("", b"\0"))
    if not file.data.startswith(begins):
        raise invalid("Receipt must be a png, gif, pdf, jpg or jpeg file")
    detach(visit, id)
    data = base64.b64encode(file.data).decode()
    visit.store.insert(RECEIPTS, {"id": id, "file_name": file.name, "kind": kind, "base64": data})
    visit.store.update(EXPENSES, id, {"has_receipt": True, "receipt_url": f"{BASE_URI}/expenses/{id}/receipt"})


def detach(visit: Visit, id: int) -> None:
    if visit.store.get(RECEIPTS, id):
        visit.store.delete(RECEIPTS, id)
        visit.store.update(EXPENSES, id, {"has_receipt": False, "receipt_url": ""})


def expense_deleted(visit: Visit, row: Row) -> None:
    """Delete the receipt; refuse for locked expenses, except by an administrator."""
    if (reason := locks.of_expense(visit, row)) and not visit.caller.administrator:
        raise invalid(f"This expense is locked: {reason}")
    visit.store.delete(RECEIPTS, number(row["id"]))
