"""Add up the lines of a Harvest invoice exactly, to compare with the vendor's totals (harvest-v1 22).

An amount is quantity times unit price; the discount is deducted first, and taxes apply to what is left of the lines
marked for them. How and when the vendor rounds is not documented, so a difference that rounding may explain is reported
as such.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Annotated, Protocol

from pydantic import BeforeValidator

from harvest_mcp.spec import LINES, MONEY, REQUIRED, SERVER_SET, Child, Ref, Says

CENT, NONE, HUNDRED = Decimal("0.01"), Decimal(0), Decimal(100)
EXACT = Context(prec=200)
"""Exact for products of four numbers of 35 digits, the most that are read."""


UNSAID_IS_NO = BeforeValidator(bool)
"""The flags may be left empty on input, and read back as they are."""


class InvoiceLine(Child):
    """A line of an invoice, its columns in the order of the CSV's header (harvest-v1 22)."""

    kind: Annotated[str | None, REQUIRED, Says("an item category of list_invoice_item_categories, e.g. Service")] = None
    description: Annotated[str | None, LINES] = None
    quantity: Annotated[Decimal | None, REQUIRED, Says("e.g. 2.5")] = None
    unit_price: Annotated[Decimal | None, MONEY, REQUIRED] = None
    amount: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    taxed: Annotated[bool, UNSAID_IS_NO] = False
    taxed2: Annotated[bool, UNSAID_IS_NO] = False
    project_id: Annotated[int | None, Ref("project")] = None


class InvoiceFigures(Protocol):
    """The columns of an invoice needed to add it up."""

    @property
    def line_items(self) -> Sequence[InvoiceLine] | None: ...
    @property
    def tax(self) -> Decimal | None: ...
    @property
    def tax2(self) -> Decimal | None: ...
    @property
    def discount(self) -> Decimal | None: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def due_amount(self) -> Decimal | None: ...
    @property
    def state(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts of money, to the cent."""

    discount_amount: Annotated[Decimal, MONEY]
    tax_amount: Annotated[Decimal, MONEY]
    tax2_amount: Annotated[Decimal, MONEY]
    amount: Annotated[Decimal, MONEY]


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def worth(line: InvoiceLine) -> Decimal:
    """Return the amount of a line, to the cent."""
    with localcontext(EXACT):
        return cents((line.quantity or NONE) * (line.unit_price or NONE))


MOST = 20_000
"""The most lines to add up; more would block other tasks too long."""


def totals(
    lines: Sequence[InvoiceLine], *, tax: Decimal | None, tax2: Decimal | None, discount: Decimal | None
) -> Totals:
    """Return the totals of these lines, with two taxes and a discount in percent."""
    with localcontext(EXACT):
        net = sum(map(worth, lines), NONE)
        left = 1 - (discount or NONE) / HUNDRED
        one = sum((worth(line) for line in lines if line.taxed), NONE) * left * (tax or NONE) / HUNDRED
        two = sum((worth(line) for line in lines if line.taxed2), NONE) * left * (tax2 or NONE) / HUNDRED
        off = cents(net * (discount or NONE) / HUNDRED)
        return Totals(off, cents(one), cents(two), net - off + cents(one) + cents(two))


def doubts(invoice: InvoiceFigures) -> tuple[str, ...]:
    """Return what does not add up; without lines, only the amount due."""
    return (*(_lines(invoice) if invoice.line_items is not None else ()), *_due(invoice))


def _lines(invoice: InvoiceFigures) -> Iterator[str]:
    lines = invoice.line_items or ()
    if len(lines) > MOST:
        yield f"its {len(lines):,} lines, which are too many to be added up here"
        return
    for line in lines:
        if line.amount is not None and line.amount != (ours := worth(line)):
            yield f"line {line.id}: {line.quantity} × {line.unit_price} is {ours}, not {line.amount}"
    sums = totals(lines, tax=invoice.tax, tax2=invoice.tax2, discount=invoice.discount)
    slack = CENT / 2 * (len(lines) + 3)
    for name in Totals.__slots__:
        computed, said = getattr(sums, name), getattr(invoice, name)
        if said is None and (name == "amount" or not computed):
            continue
        if (off := _apart(computed, said or NONE)) != 0:
            why = ", which rounding may explain" if off <= slack else ""
            yield f"{name}: the lines come to {computed}, not {said or NONE}{why}"


def _apart(one: Decimal, other: Decimal) -> Decimal:
    with localcontext(EXACT):
        return abs(one - other)


def _due(invoice: InvoiceFigures) -> Iterator[str]:
    """Check the amount due: an invoice is paid when nothing is due, and partial when some of it is (24, 27)."""
    amount, due, state = invoice.amount, invoice.due_amount, invoice.state
    if amount is None or due is None:
        return
    if due > amount:
        yield f"due_amount: {due} is more than the amount, {amount}"
    elif (state == "paid" and due > 0) or (state == "partial" and due <= 0):
        yield f"due_amount: {due} of {amount} does not fit the state {state}"
