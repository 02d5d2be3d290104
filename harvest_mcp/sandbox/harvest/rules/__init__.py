"""The vendor's rules as tables (harvest-v1 6, 8, 11 to 17)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from harvest_mcp.sandbox.made_rows import start_values
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Record, Resource

CURRENCY = "United States Dollar - USD"

# Read on a create besides the writable elements (harvest-v1 11): later only the toggle changes `active`.
CREATED_WITH: Mapping[str, frozenset[str]] = {
    "client": frozenset({"active", "currency_symbol", "highrise_id"}),
    "project": frozenset({"active"}),
    "person": frozenset({"is_active"}),
}
# Stored when sent, but clients must not rely on it (harvest-v1 11; 29 row 22).
UPDATED_WITH: Mapping[str, frozenset[str]] = {
    "client": frozenset({"currency_symbol", "highrise_id"}),
    "person": frozenset({"is_active"}),
    "task": frozenset({"deactivated"}),  # 14: in 2010 a PUT could set it
}
# Defaults of new rows in this account, besides those of every account (harvest-v1 11: the account's currency).
ACCOUNTS_OWN: Mapping[str, Row] = {
    "client": {"currency": CURRENCY},
    "person": {"timezone": "Eastern Time (US & Canada)", "weekly_capacity": 126_000},
}
# Columns whose null is read back as an empty text (harvest-v1 11, 12, 13: "empty" under nil).
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


def locking(*, closed: bool, invoiced: bool) -> Row:
    """Return the columns that say whether an expense is locked, and why (harvest-v1 20)."""
    reason = "Expense invoiced and locked." if invoiced else "Expense approved and locked." if closed else None
    return {"is_locked": reason is not None, "locked_reason": reason}


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that prevent an archive or delete: `words` name one of them, `by` is the column that refers to the row."""

    noun: str
    words: str
    by: str
    where: tuple[Test, ...] = ()


KEEPS_FROM_DELETE: Mapping[str, tuple[Block, ...]] = {  # CL-6
    "client": (Block("project", "project", "client_id"), Block("invoice", "invoice", "client_id")),
    "expense_category": (Block("expense", "expense", "expense_category_id"),),  # EC-5
}
"""Rows that prevent a delete, where they are not the dependents that prevent archiving."""
# Rows deleted along besides the dependents, with the column that refers to the row (harvest-v1 30: cascade).
GOES_TOO: Mapping[str, tuple[tuple[str, str], ...]] = {
    "task": (("task_assignment", "task_id"),),
    "person": (("user_assignment", "user_id"),),
    "expense": (("receipt", "id"),),
}
# Resources that cannot be deleted once they have recorded hours (PR-6, PE-5).
KEPT_BY_HOURS = frozenset({"project", "person"})
# Nobody may archive or delete themself (harvest-v1 15).
NOT_ONESELF = frozenset({"person"})
# Columns that a new assignment copies from the assigned record (harvest-v1 17; 15: the rate on future assignments).
TAKES_OVER: Mapping[str, Mapping[str, str]] = {
    "user_assignment": {"hourly_rate": "default_hourly_rate"},
    "task_assignment": {"hourly_rate": "default_hourly_rate", "billable": "billable_by_default"},
}


def starts(resource: Resource[Record]) -> Row:
    """Return the defaults of a new row."""
    return {**start_values(resource), **ACCOUNTS_OWN.get(resource.noun, {})}


def keeps_from_archive(resource: Resource[Record]) -> tuple[Block, ...]:
    """Return the dependents that prevent archiving (CL-5)."""
    return tuple(
        Block(each.noun, each.words, each.by, tuple((name, "=", value) for name, value in each.where))
        for each in resource.dependents
        if each.fate == "blocks"
    )


def keeps_from_delete(resource: Resource[Record]) -> tuple[Block, ...]:
    """Return the rows that prevent a delete."""
    return KEEPS_FROM_DELETE.get(resource.noun) or keeps_from_archive(resource)


def goes_with(resource: Resource[Record]) -> list[tuple[str, str]]:
    """Return the nouns of rows that are deleted along, each with the column that refers to the row."""
    told = [(each.noun, each.by) for each in resource.dependents if each.fate == "goes"]
    return [*told, *GOES_TOO.get(resource.noun, ())]


class Refusal(Exception):
    """An error response; with `hint` the message is in the `Hint` header too."""

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
    """Return 32 hex digits, the same for the same row in every sandbox."""
    return hashlib.blake2b(f"{resource.noun} {id}".encode(), digest_size=16).hexdigest()
