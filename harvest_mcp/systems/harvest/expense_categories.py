"""Harvest expense categories: EC-1 to EC-5 (harvest-v1 19); EC-6, the toggle, was withdrawn (29 row 31)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    ALONG,
    FROM_ZERO,
    INNER,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Filter,
    KeptByHistory,
    Module,
    Record,
    Resource,
    Retires,
    Same,
    Says,
    SeenIn,
    Starts,
    Together,
)
from harvest_mcp.wire.rails_wires import Rails


class ExpenseCategory(Record):
    """A kind of expense; one that is counted has a unit and a unit price."""

    name: Annotated[str | None, REQUIRED, SUMMARY, Says("e.g. Mileage")] = None
    # An update without both wipes them (harvest-v1 19), so they go along as they stand.
    unit_name: Annotated[str | None, ALONG, SUMMARY, Says("e.g. Miles")] = None
    unit_price: Annotated[Decimal | None, MONEY, FROM_ZERO, ALONG, SUMMARY, Says("e.g. 0.485")] = None
    deactivated: Annotated[bool | None, SUMMARY, Says("true: archived"), Starts(False)] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    cache_version: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",)), Starts(0)] = None


EXPENSE_CATEGORIES = Resource(
    noun="expense_category",
    plural="expense_categories",
    record=ExpenseCategory,
    wire=Rails("/expense_categories"),
    toolset="expenses",
    label=("name",),
    says="kind of expense",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="deactivated", type=bool, column="deactivated", says=""),
        Filter(name="updated_since", type=datetime, query="updated_since", says=""),
    ),
    rules=(
        Module("expenses"),
        KeptByHistory(has="expenses"),
        Retires("deactivated"),
        Together(("unit_name", "unit_price")),
    ),
    same=Same(any_of=(("name",),)),
)
