"""The figures of an invoice against another way to compute them: whole numbers of the smallest part, no Decimal."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine, totals
from harvest_mcp.systems.harvest.invoicing.invoices import Invoice
from tests.holds import holds_for

QUANTITIES = st.decimals(min_value=-10_000, max_value=10_000, places=3, allow_nan=False)
PRICES = st.decimals(min_value=-100_000, max_value=100_000, places=4, allow_nan=False)
PERCENTS = st.none() | st.decimals(min_value=0, max_value=100, places=3, allow_nan=False)
LINES = st.lists(
    st.builds(InvoiceLine, quantity=QUANTITIES, unit_price=PRICES, taxed=st.booleans(), taxed2=st.booleans()),
    max_size=12,
)


def cents(value: Fraction) -> int:
    """To whole cents, half away from zero."""
    sign = -1 if value < 0 else 1
    doubled = abs(value) * 200
    return sign * ((doubled.numerator // doubled.denominator + 1) // 2)


def percent(of: int, *rates: Decimal | None) -> Fraction:
    """A sum in cents, as money, times these percents; None is none."""
    money = Fraction(of, 100)
    for rate in rates:
        money *= Fraction(rate or 0) / 100
    return money


@given(LINES, PERCENTS, PERCENTS, PERCENTS)
def test_totals_are_exact(
    lines: list[InvoiceLine], tax: Decimal | None, tax2: Decimal | None, discount: Decimal | None
) -> None:
    """22: amount is quantity times unit price; the total is after the discount, with the taxes of marked lines."""
    worth = [cents(Fraction(each.quantity or 0) * Fraction(each.unit_price or 0)) for each in lines]
    net = sum(worth)
    marked = sum(each for each, line in zip(worth, lines, strict=True) if line.taxed)
    marked2 = sum(each for each, line in zip(worth, lines, strict=True) if line.taxed2)
    left = 100 - (discount or Decimal(0))
    off, one, two = (
        cents(percent(net, discount)),
        cents(percent(marked, left, tax)),
        cents(percent(marked2, left, tax2)),
    )
    found = totals(lines, tax=tax, tax2=tax2, discount=discount)
    assert [int(value * 100) for value in (found.discount_amount, found.tax_amount, found.tax2_amount)] == [
        *(off, one, two)
    ]
    assert int(found.amount * 100) == net - off + one + two


@given(LINES, PERCENTS, PERCENTS, PERCENTS, st.integers(-5000, 5000).filter(bool))
def test_any_other_figure_is_told(
    lines: list[InvoiceLine], tax: Decimal | None, tax2: Decimal | None, discount: Decimal | None, off: int
) -> None:
    right = totals(lines, tax=tax, tax2=tax2, discount=discount)
    told = {name: getattr(right, name) for name in ("discount_amount", "tax_amount", "tax2_amount", "amount")}
    bill = Invoice(id=1, line_items=tuple(lines), tax=tax, tax2=tax2, discount=discount, **told)
    assert bill.doubts() == ()
    wrong = bill.model_copy(update={"amount": right.amount + Decimal(off) / 100})
    (doubt,) = wrong.doubts()
    assert doubt.startswith(f"amount: the lines come to {right.amount}, not ")


def test_the_sum_of_the_documents_holds() -> None:
    """22: net 230.40 + 10 % = 253.44."""
    line = InvoiceLine(quantity=Decimal("1"), unit_price=Decimal("230.40"), taxed=True)
    assert totals([line], tax=Decimal("10"), tax2=None, discount=None).amount == Decimal("253.44")


@holds_for(
    ("state", "amount", "due", "doubts"),
    [
        ("paid", "10", "0.0", ()),
        ("paid", "10", "1", ("due_amount: 1 of 10 does not fit the state paid",)),
        ("partial", "10", "4", ()),
        ("partial", "10", "0", ("due_amount: 0 of 10 does not fit the state partial",)),
        ("open", "10", "11", ("due_amount: 11 is more than the amount, 10",)),
        ("draft", "10", "4", ()),
        ("closed", "10", "10", ()),
    ],
)
def test_what_is_due_fits_the_state(state: str, amount: str, due: str, doubts: tuple[str, ...]) -> None:
    """24, 27: nothing due means paid; part of a draft may be paid."""
    bill = Invoice(id=1, state=state, amount=Decimal(amount), due_amount=Decimal(due))
    assert bill.doubts() == doubts


def test_numbers_of_the_longest_kind_are_computed_exactly() -> None:
    line = InvoiceLine(quantity=Decimal("9" * 15 + "." + "9" * 20), unit_price=Decimal("9" * 15), taxed=True)
    found = totals([line], tax=Decimal("8.875"), tax2=None, discount=Decimal("33.333"))
    worth = cents(Fraction(line.quantity or 0) * Fraction(line.unit_price or 0))
    assert int(found.discount_amount * 100) == cents(percent(worth, Decimal("33.333")))
    assert str(found.amount)[-3] == "."
