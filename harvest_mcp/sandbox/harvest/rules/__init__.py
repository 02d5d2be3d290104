"""What the vendor allows: facts in tables (harvest-v1 6, 8, 11 to 17)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Record, Resource

CURRENCY = "United States Dollar - USD"

# Read on a create beyond the writable elements (harvest-v1 11): `active` is then left to the toggle.
CREATED_WITH: Mapping[str, frozenset[str]] = {
    "client": frozenset({"active", "currency_symbol", "highrise_id"}),
    "project": frozenset({"active"}),
    "person": frozenset({"is_active"}),
}
# Taken and stored, never to be relied on (harvest-v1 11; 29 row 22).
UPDATED_WITH: Mapping[str, frozenset[str]] = {
    "client": frozenset({"currency_symbol", "highrise_id"}),
    "person": frozenset({"is_active"}),
    "task": frozenset({"deactivated"}),  # 14: in 2010 a PUT could set it
}
# What a row starts with (harvest-v1 11: new clients are active, the currency is the account's).
DEFAULTS: Mapping[str, Row] = {
    "client": {"active": True, "cache_version": 0, "currency": CURRENCY},
    "project": {
        "active": True,
        "billable": True,
        "is_fixed_fee": False,
        "bill_by": "none",
        "budget_by": "none",
        "notify_when_over_budget": False,
        "over_budget_notification_percentage": Decimal("80.0"),
        "show_budget_to_all": False,
        "cost_budget_include_expenses": False,
        "estimate_by": "none",
        "cache_version": 0,
    },
    "task": {"billable_by_default": True, "is_default": False, "deactivated": False, "cache_version": 0},
    "person": {
        "is_active": True,
        "is_admin": False,
        "is_contractor": False,
        "is_project_manager": False,
        "has_access_to_all_future_projects": False,
        "wants_newsletter": False,
        "wants_weekly_digest": False,
        "timezone": "Eastern Time (US & Canada)",
        "weekly_capacity": 126_000,
        "cache_version": 0,
    },
    "user_assignment": {"deactivated": False, "is_project_manager": False},
    "task_assignment": {"deactivated": False, "billable": True},
    "expense_category": {"deactivated": False, "cache_version": 0},
    "expense": {
        "billable": True,
        "has_receipt": False,
        "is_closed": False,
        "is_locked": False,
        "invoice_id": 0,
        "is_billed": False,
    },
    "invoice_item_category": {"use_as_service": False, "use_as_expense": False},
}
# Columns whose null reads back as an empty text (harvest-v1 11, 12, 13: "empty" under nil).
EMPTY: Mapping[str, frozenset[str]] = {
    "client": frozenset({"details"}),
    "contact": frozenset({"email", "phone_office", "phone_mobile", "fax", "title"}),
    "project": frozenset({"code"}),
    "person": frozenset({"telephone", "department"}),
    "expense": frozenset({"notes", "receipt_url"}),
    "invoice": frozenset({"purchase_order", "subject", "notes"}),
    "invoice_message": frozenset({"body"}),
    "invoice_payment": frozenset({"notes"}),
}
UNIQUE: Mapping[str, frozenset[str]] = {  # harvest-v1 30: refused; 15: the e-mail is the login
    "client": frozenset({"name"}),
    "person": frozenset({"email"}),
}
# Columns that keep a row while they are true (harvest-v1 25, IC-4: default category).
KEPT_WHILE: Mapping[str, tuple[str, ...]] = {"invoice_item_category": ("use_as_service", "use_as_expense")}


def locking(*, closed: bool, invoiced: bool) -> Row:
    """Whether an expense is locked, and why (harvest-v1 20)."""
    reason = "Expense invoiced and locked." if invoiced else "Expense approved and locked." if closed else None
    return {"is_locked": reason is not None, "locked_reason": reason}


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of another kind that stand in the way; `words` name one of them."""

    noun: str
    words: str
    where: tuple[Test, ...] = ()


KEEPS_FROM_DELETE: Mapping[str, tuple[Block, ...]] = {  # CL-6
    "client": (Block("project", "project"), Block("invoice", "invoice")),
    "expense_category": (Block("expense", "expense"),),  # EC-5
}
KEEPS_FROM_ARCHIVE: Mapping[str, tuple[Block, ...]] = {  # CL-5
    "client": (Block("project", "active project", (("active", "=", True),)),),
}
# What goes with a row, by the column that holds whose it is (harvest-v1 30: cascade).
GOES_WITH: Mapping[str, tuple[tuple[str, str], ...]] = {
    "client": (("contact", "client_id"),),
    "project": (("user_assignment", "project_id"), ("task_assignment", "project_id")),
    "task": (("task_assignment", "task_id"),),
    "person": (("user_assignment", "user_id"),),
    "expense": (("receipt", "id"),),
    "invoice": (("invoice_message", "invoice_id"), ("invoice_payment", "invoice_id")),
}
# Recorded hours keep these from being deleted (PR-6, PE-5).
KEPT_BY_HOURS = frozenset({"project", "person"})
# Who would be left without (harvest-v1 15): nobody archives or deletes themself.
NOT_ONESELF = frozenset({"person"})
# What a new assignment takes over from whom it assigns (harvest-v1 17; 15: the rate on future assignments).
TAKES_OVER: Mapping[str, Mapping[str, str]] = {
    "user_assignment": {"hourly_rate": "default_hourly_rate"},
    "task_assignment": {"hourly_rate": "default_hourly_rate", "billable": "billable_by_default"},
}


class Refusal(Exception):
    """An answer that is not a success; `hint` goes into the header of that name."""

    def __init__(self, status: int, kind: str, message: str, *, hint: bool = True) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message
        self.hint = message if hint else ""


def invalid(message: str) -> Refusal:
    return Refusal(400, "Invalid", message)


def missing(resource: Resource[Record], id: int | str) -> Refusal:
    return Refusal(404, "NotFound", f"There is no {resource.noun} {id}.", hint=False)


def found(store: Store, resource: Resource[Record], id: int) -> Row:
    row = store.get(resource, id)
    if row is None:
        raise missing(resource, id)
    return row


def statement_key(resource: Resource[Record], id: int) -> str:
    """32 hex digits, the same for the same row in every sandbox."""
    return hashlib.blake2b(f"{resource.noun} {id}".encode(), digest_size=16).hexdigest()
