"""Harvest expenses and their receipts: EX-1 to EX-8 (harvest-v1 20)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    INNER,
    LINES,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Acting,
    Attachment,
    EitherOf,
    Explains,
    Filter,
    HasFile,
    LockedBy,
    Module,
    MostlyPast,
    Record,
    Ref,
    Resource,
    Same,
    Says,
    SeenIn,
    Starts,
)
from harvest_mcp.wire.week import Week


class Expense(Record):
    """Money that somebody spent for a project; both numbers are decimals (harvest-v1 29 row 30)."""

    notes: Annotated[str | None, LINES, SUMMARY] = None
    total_cost: Annotated[Decimal | None, MONEY, SUMMARY, Says("amount, or give units")] = None
    units: Annotated[Decimal | None, SUMMARY, Says("where the category has a unit price")] = None
    project_id: Annotated[int | None, Ref("project"), REQUIRED, SUMMARY] = None
    expense_category_id: Annotated[int | None, Ref("expense_category"), REQUIRED, SUMMARY] = None
    user_id: Annotated[int | None, Ref("person"), SERVER_SET, SUMMARY] = None
    billable: Annotated[bool | None, SUMMARY, SeenIn(("docs", "late")), Starts(True)] = None
    spent_at: Annotated[date | None, REQUIRED, SUMMARY] = None
    has_receipt: Annotated[bool | None, SERVER_SET, SUMMARY, Starts(False)] = None
    receipt_url: Annotated[str | None, SERVER_SET, INNER] = None
    is_closed: Annotated[bool | None, SERVER_SET, Starts(False)] = None
    is_locked: Annotated[bool | None, SERVER_SET, SeenIn(("late",)), Starts(False)] = None
    locked_reason: Annotated[str | None, SERVER_SET, SeenIn(("late",))] = None
    invoice_id: Annotated[int | None, SERVER_SET, SeenIn(("late",)), Starts(0)] = None
    company_id: Annotated[int | None, SERVER_SET, INNER, SeenIn(("late",))] = None
    is_billed: Annotated[bool | None, SERVER_SET, SeenIn(("classic",)), Starts(False)] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


LOCKED = LockedBy(column="is_locked", why="locked_reason", fixes=("project_id", "expense_category_id", "spent_at"))
RECEIPT = Attachment(
    noun="receipt",
    path="/expenses/{id}/receipt",
    part="expense[receipt]",
    has="has_receipt",
    most=10_000_000,
    kinds=("png", "gif", "pdf", "jpg", "jpeg"),
)
EXPENSES = Resource(
    noun="expense",
    plural="expenses",
    record=Expense,
    # EX-7, EX-8: the week lists are all there is, and not documented; one user got empty ones (29 row 27).
    wire=Week("/expenses", by="day", column="spent_at", acting=Acting(noun="person", query="of_user")),
    toolset="expenses",
    label=("spent_at", "total_cost", "notes"),
    says="money spent for a project",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(Filter(name="day", type=date, path="/expenses/{day}/{year}", says="of the week; default today"),),
    rules=(
        Module("expenses"),
        EitherOf(amount="total_cost", count="units", of="expense_category_id", priced=("unit_name", "unit_price")),
        LOCKED,
        MostlyPast(day="spent_at", written="updated_at"),
        HasFile(RECEIPT),
        # 20: a category that does not exist is refused with the same words (live issue 86).
        Explains(
            "UserNotAssigned",
            "Harvest says the same of a category that does not exist or is archived: check both with"
            " list_user_assignments and list_expense_categories.",
        ),
    ),
    same=Same(
        any_of=(
            ("spent_at", "project_id", "expense_category_id", "total_cost"),
            ("spent_at", "project_id", "expense_category_id", "units"),
        )
    ),
)
