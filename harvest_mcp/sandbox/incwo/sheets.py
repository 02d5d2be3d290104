"""Totals of proposals and invoices: net of the normal lines, VAT per line, reductions of the net (incwo 16)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Child, Record, Resource, Value
from harvest_mcp.systems.incwo.codes import VAT
from harvest_mcp.wire.incwo_wires import incwo_of

CENT, NONE = Decimal("0.01"), Decimal(0)
RATES: Mapping[str, Decimal] = {
    either: Decimal(match[0]) if (match := re.match(r"[\d.]+", word)) else NONE
    for code, word in VAT.words
    for either in (code, word)
}
LINES: Mapping[str, str] = {"proposal_sheets": "proposal_lines", "bill_sheets": "bill_lines"}


@dataclass(frozen=True, slots=True)
class SheetSum:
    """Net and VAT of one line."""

    net: Decimal
    vat: Decimal


def totalled(resource: Resource[Record], row: Row, switches: Switches) -> Row:
    """Return a sheet with the totals of its lines and its own; any other row unchanged."""
    column = LINES.get(incwo_of(resource).path.strip("/"))
    if column is None:
        return row
    lines = row.get(column) or ()
    assert isinstance(lines, tuple)  # noqa: S101 - so the store reads a list
    children = [line for line in lines if isinstance(line, Child)]
    sums = [_sum(line) for line in children]
    full = {**row, column: tuple(_line(line, sum_, place) for place, (line, sum_) in enumerate(_pairs(children, sums)))}
    net = sum((one.net for one in sums), NONE)
    kept = _kept(net, row, switches)
    vat = _cents(sum((one.vat for one in sums), NONE) * kept / net) if net else NONE
    shipping = _number(row.get("shipping_cost"))
    totals: Row = {
        "vat_cost": vat if children else row.get("vat_cost") or vat,
        "vat_exl_total": kept,
        "vat_inc_total": kept + vat,
        "vat_exc_total_with_shipping": kept + shipping,
    }
    return full | totals


def _pairs(lines: list[Child], sums: list[SheetSum]) -> list[tuple[Child, SheetSum]]:
    return list(zip(lines, sums, strict=True))


def _sum(line: Child) -> SheetSum:
    """Return net and VAT of a line; 0 for options, comments and subtotals."""
    if getattr(line, "content_kind", None):
        return SheetSum(NONE, NONE)
    net = _cents(_number(getattr(line, "unit_price", None)) * _number(getattr(line, "quantity", None)))
    rate = RATES.get(str(getattr(line, "vat_value_id", None)), NONE)
    return SheetSum(net, _cents(net * rate / 100))


def _line(line: Child, found: SheetSum, place: int) -> Child:
    """Return a line with its totals; comments and subtotals have none, an option's are 0 (incwo 13.8)."""
    sums = {
        "total_price": found.net,
        "total_price_with_taxes": found.net + found.vat,
        "vat_value": found.vat,
    }
    plain = getattr(line, "content_kind", None) in ("comment", "total")
    return line.model_copy(update={"ordering": 100 * (place + 1), **({} if plain else sums)})


def _kept(net: Decimal, row: Row, switches: Switches) -> Decimal:
    """Return the net after reductions: first the percentage, then the amount."""
    if switches.reduction == "none":
        return net
    percent, amount = _number(row.get("reduction_percent")), _number(row.get("reduction_currency"))
    return _cents(net * (100 - percent) / 100 - amount)


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else NONE


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT)
