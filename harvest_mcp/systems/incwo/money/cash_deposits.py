"""incwo cash deposits: money in or out, for a sale or a purchase (incwo 13.11)."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import INNER, LINES, MONEY, SERVER_SET, SUMMARY, Ref, Resource, Same, Says, Stakes, TiedTo
from harvest_mcp.systems.incwo.codes import DEPOSIT, PAYMENT, SHEET
from harvest_mcp.systems.incwo.rows import Day, Line, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class CashDeposit(Row):
    """A payment made, or one expected."""

    kind: Annotated[str | None, DEPOSIT, SUMMARY] = None
    amount_ttc: Annotated[Decimal | None, MONEY, SUMMARY, Says("euros with tax")] = None
    deposit_date: Annotated[Day | None, SUMMARY] = None
    sheet_name: Annotated[str | None, SHEET, SUMMARY, Says("what it pays")] = None
    sheet_id: Annotated[int | None, SUMMARY, Says("id of what it pays")] = None
    payment_type_id: Annotated[str | None, PAYMENT, SUMMARY] = None
    payment_type_info: Annotated[str | None, Says("e.g. the cheque's number")] = None
    payer_staff_id: Annotated[int | None, Ref("staff_member")] = None
    bank_account_id: Annotated[int | None, Ref("bank_account")] = None
    bank_reconciled: Annotated[bool | None, Says("found on the bank's statement")] = None
    comments: Annotated[str | None, LINES] = None
    deposit_date_model_id: Annotated[int | None, SERVER_SET, INNER] = None
    deposit_date_estimation: Annotated[Day | None, SERVER_SET] = None


class Deposit(Line):
    """The same within a proposal: its payment plan, of which only the existence is recorded."""

    kind: Annotated[str | None, DEPOSIT] = None
    amount_ttc: Annotated[Decimal | None, MONEY, Says("euros with tax")] = None
    deposit_date: Day | None = None
    sheet_name: Annotated[str | None, SHEET, SERVER_SET] = None
    sheet_id: Annotated[int | None, SERVER_SET] = None
    payment_type_id: Annotated[str | None, PAYMENT] = None
    payment_type_info: Annotated[str | None, SERVER_SET] = None
    payer_staff_id: Annotated[int | None, Ref("staff_member"), SERVER_SET] = None
    bank_account_id: Annotated[int | None, Ref("bank_account"), SERVER_SET] = None
    bank_reconciled: Annotated[bool | None, SERVER_SET] = None
    comments: Annotated[str | None, SERVER_SET] = None
    deposit_date_model_id: Annotated[int | None, SERVER_SET] = None
    deposit_date_estimation: Annotated[Day | None, SERVER_SET] = None


CASH_DEPOSITS = Resource(
    noun="cash_deposit",
    plural="cash_deposits",
    record=CashDeposit,
    wire=IncwoWire("/cash_deposits"),  # the page's blank is a slip (incwo 15, row 6)
    toolset="incwo_money",
    label=("deposit_date", "amount_ttc"),
    says="payment made or expected",
    verbs=("list", "get", "create", "update", "delete"),
    rules=(
        TiedTo("sheet_name", "sheet_id"),
        Stakes(
            columns=(
                *("kind", "amount_ttc", "deposit_date", "sheet_name", "sheet_id", "payment_type_id"),
                *("payer_staff_id", "bank_account_id", "bank_reconciled"),
            ),
            effect="books money that came in or went out",
            state="kind",
            free=("expected",),
            creates=True,
        ),
    ),
    same=Same(any_of=(("sheet_name", "sheet_id", "kind", "deposit_date"),)),
)
