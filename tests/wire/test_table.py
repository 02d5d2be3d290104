"""Lines of an invoice as CSV inside an element: read whole or not at all, written with the header intact."""

from decimal import Decimal
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest_mcp.spec import Scope
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import INVOICES, TIMESHEET
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine
from harvest_mcp.systems.harvest.invoicing.invoices import Invoice
from harvest_mcp.wire import rails, xml
from tests.holds import holds_for

HEADER = "kind,description,quantity,unit_price,amount,taxed,taxed2,project_id\n"


def read(element: str) -> Invoice:
    body = f'<invoice><id type="integer">1</id>{element}</invoice>'.encode()
    return INVOICES.wire.get(Scope(INVOICES), 1).read(Response(200, {}, body))


def lines(text: str) -> tuple[InvoiceLine, ...] | None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return read(f"<csv-line-items>{escaped}</csv-line-items>").line_items


def line(id: int = 1, **values: object) -> InvoiceLine:
    return InvoiceLine.model_validate({"id": id, "kind": "Service", "quantity": 2, "unit_price": 5, **values})


@pytest.mark.parametrize("element", ["<csv-line-items></csv-line-items>", "<csv-line-items/>", "<csv_line_items/>"])
def test_an_empty_element_is_a_list_without_lines(element: str) -> None:
    """22: an empty list reads back as an empty element or none."""
    assert read(element).line_items == ()
    assert read("").line_items is None


def test_an_indented_sample_is_read_as_if_it_were_not() -> None:
    """22: sample text is indented and starts with a line break: trim lines."""
    assert lines(f"\n      {HEADER}      Service,Drafting,2,5,10,true,false,220\n\n   ") == (
        line(description="Drafting", amount="10", taxed=True, project_id=220),
    )


def test_line_breaks_quotes_and_blanks_within_a_text_are_kept() -> None:
    text = 'One, "two"\n   three\n\n four '
    csv = 'Service,"One, ""two""\n   three\n\n four ",2,5,10,,,\n'
    assert lines(HEADER + csv + csv) == (
        line(description=text, amount="10"),
        line(2, description=text, amount="10"),
    )


def test_a_quote_within_plain_text_is_a_quote() -> None:
    assert lines(f'{HEADER}Service,24" panel,2,5,,,,\nService,more,2,5,,,,\n') == (
        line(description='24" panel'),
        line(2, description="more"),
    )


def test_numbers_of_an_account_with_a_decimal_comma_are_read() -> None:
    """22: fields with commas are quoted; needed when the account uses a decimal comma."""
    assert lines(f'{HEADER}Service,,"2,5","1.080,00","2.700,00",,,\n') == (
        line(quantity="2.5", unit_price="1080.00", amount="2700.00", description=""),
    )


def test_columns_are_found_by_the_header_in_whatever_order() -> None:
    header = "project_id,taxed2,taxed,amount,unit_price,quantity,description,kind"
    assert lines(f"{header}\n220,false,true,10,5,2,Drafting,Service\n") == (
        line(description="Drafting", amount="10", taxed=True, project_id=220),
    )


@holds_for(
    "text",
    [
        "Service,Drafting,2,5,10,true,false,220\n",
        "kind,description,quantity\nService,Drafting,2\n",
        f"{HEADER}Service,Drafting,2,5,10,true,false\n",
        f"{HEADER}Service,Drafting,2,5,10,true,false,220,more\n",
        f'{HEADER}Service,"Drafting,2,5,10,true,false,220\nService,lost,1,1,,,,\n',
        f'{HEADER}Service,"Draft"ing,2,5,10,true,false,220\n',
        f"{HEADER}Service,Drafting,two,5,10,true,false,220\n",
        f"{HEADER}Service,Drafting,1e9,5,10,true,false,220\n",
        f"{HEADER}Service,Drafting,2,5,10,perhaps,false,220\n",
    ],
)
def test_of_lines_that_cannot_be_read_whole_none_is_told(text: str) -> None:
    """Lines that were passed over would be lost with the next change, which replaces all of them (22)."""
    found = read(f"<csv-line-items>{escape(text, quote=False)}</csv-line-items>")
    assert (found.line_items, [*found.unread]) == (None, ["line_items"])


def test_both_names_of_the_second_tax_are_read() -> None:
    """29 row 9: `tax-amount2` in the list sample, `tax2-amount` everywhere else."""
    for name in ("tax-amount2", "tax2-amount", "tax2_amount"):
        assert read(f'<{name} type="decimal">1.5</{name}>').tax2_amount == Decimal("1.5")


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from(',"\n '), max_size=30)
MADE = st.builds(
    InvoiceLine,
    kind=TEXTS.map(lambda text: text.strip() or "Service"),
    description=TEXTS.map(lambda text: text or "x"),
    quantity=AMOUNTS,
    unit_price=AMOUNTS,
    taxed=st.booleans(),
    taxed2=st.booleans(),
    project_id=st.none() | st.integers(1, 10**12),
)


@given(st.lists(MADE, max_size=5))
def test_every_line_that_is_written_is_read_back(made: list[InvoiceLine]) -> None:
    """Whatever people write, no line is lost or split, and no column changes."""
    body = INVOICES.wire.update(Scope(INVOICES), 1, {"line_items": tuple(made)}).request.body
    back = INVOICES.wire.get(Scope(INVOICES), 1).read(
        Response(200, {}, body.replace(b"<invoice>", b'<invoice><id type="integer">1</id>'))
    )
    placed = tuple(each.model_copy(update={"id": place}) for place, each in enumerate(made, 1))
    assert back.line_items == placed


def test_a_record_with_a_table_is_read_as_strictly_as_any_other() -> None:
    """22: lines are one text, so nothing within an invoice is a list that does not say so."""
    assert rails.lists(Invoice) is None
    twice = b"<invoices><invoice><id>1</id><amount>1</amount><amount>2</amount></invoice></invoices>"
    assert xml.read(twice, lists=rails.lists(Invoice)).children == [("invoice", {"id": "1", "amount": ["1", "2"]})]


def test_a_list_within_a_record_is_one_under_either_spelling() -> None:
    """18: `day_entries` within the daily sheet, `tasks` within its `projects`."""
    assert rails.lists(TIMESHEET.record) == frozenset({"day_entries", "day-entries", "projects", "tasks"})
