"""incwo expense sheets: a staff member's month and its lines (incwo 13.15); its status codes are unknown."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    MONEY,
    SERVER_SET,
    SUMMARY,
    Between,
    Each,
    Filter,
    Ref,
    Resource,
    Same,
    Says,
    Stakes,
    Wording,
)
from harvest_mcp.systems.incwo.codes import EXPENSE, STATE, VAT
from harvest_mcp.systems.incwo.rows import Day, Line, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class ExpenseLine(Line):
    """One expense."""

    day: Annotated[int | None, Between(1, 31), Says("of the month, 1 to 31")] = None
    description: Annotated[str | None, Says("e.g. Train Lyon-Paris")] = None
    type_id: Annotated[str | None, EXPENSE] = None
    amount: Annotated[Decimal | None, MONEY, Says("euros with tax")] = None
    tva_pct: Annotated[str | None, VAT, Says("VAT rate")] = None  # a code in spite of its name


class Expense(Row):
    """A staff member's month of expenses. Its approval is read only."""

    staff_member_id: Annotated[int | None, Ref("staff_member"), SUMMARY] = None
    vehicule_fiscal_power: Annotated[str | None, Says("of the car, e.g. 5")] = None  # so spelled
    period: Annotated[Day | None, SUMMARY, Says("the month, by its first day, e.g. 2026-01-01")] = None
    advance_amount: Annotated[Decimal | None, MONEY, SUMMARY, Says("paid in advance, euros")] = None
    status_id: Annotated[str | None, STATE, SERVER_SET, SUMMARY, Says("a code nobody documented")] = None
    submission_date: Annotated[Day | None, SUMMARY] = None
    validator_id: Annotated[int | None, SERVER_SET, Says("user")] = None
    validated_at: Annotated[Day | None, SERVER_SET] = None
    expense_lines: Annotated[tuple[ExpenseLine, ...] | None, Each("expense_line", "line")] = None


EXPENSES = Resource(
    noun="expense",
    plural="expenses",
    record=Expense,
    wire=IncwoWire("/expense_sheets", element="expense_sheet"),
    toolset="incwo_team",
    label=("period",),
    says="a staff member's month of expenses",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="staff_member", type=int, column="staff_member_id", ref="staff_member", says="id or exact name"),
    ),
    rules=(
        Stakes(columns=("advance_amount",), effect="books money paid in advance", creates=True),
        Stakes(
            columns=("staff_member_id", "expense_lines"),
            effect="changes what was approved to be paid back",
            state="validated_at",
            free=(None,),
        ),
    ),
    same=Same(within="staff_member_id", any_of=(("staff_member_id", "period"),)),
    wording=Wording(caution="It is one month with many lines; its status and approval are set in incwo itself."),
)
