"""incwo purchase bills: what suppliers bill (incwo 13.10)."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import COMPANY, MONEY, SUMMARY, Filter, OneFilled, Ref, Resource, Same, Says, Stakes
from harvest_mcp.systems.incwo.codes import VAT
from harvest_mcp.systems.incwo.rows import Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class PurchaseBill(Row):
    """A supplier's bill. `supplier_id` is a contact, `supplier_firm_id` a firm."""

    title: Annotated[str | None, SUMMARY, Says("e.g. Papeterie de mars")] = None
    supplier_id: Annotated[int | None, Ref("contact"), SUMMARY] = None
    supplier_firm_id: Annotated[int | None, Ref("firm"), SUMMARY] = None
    supplier_name: Annotated[str | None, SUMMARY, COMPANY, Says("if neither contact nor firm")] = None
    payment_date: Annotated[Day | None, SUMMARY, Says("day of the commitment")] = None
    bill_reference: Annotated[str | None, SUMMARY, Says("the supplier's number")] = None
    amount: Annotated[Decimal | None, MONEY, SUMMARY, Says("euros with tax")] = None
    vat_value_id: Annotated[str | None, VAT] = None
    vat_value: Annotated[Decimal | None, MONEY, Says("VAT, euros")] = None
    payed_amount: Annotated[Decimal | None, MONEY, Says("paid so far, euros with tax")] = None
    project_id: Annotated[int | None, Ref("project")] = None
    lead_id: Annotated[int | None, Ref("lead")] = None


PURCHASE_BILLS = Resource(
    noun="purchase_bill",
    plural="purchase_bills",
    record=PurchaseBill,
    wire=IncwoWire("/emitted_payments", element="emitted_payment"),
    toolset="incwo_money",
    label=("title",),
    says="supplier's bill",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="contact", type=int, column="supplier_id", ref="contact", says="supplier: id or exact name"),
        Filter(name="firm", type=int, column="supplier_firm_id", ref="firm", says="supplier: id or exact name"),
    ),
    rules=(
        Stakes(
            columns=(
                *("supplier_id", "supplier_firm_id", "supplier_name", "amount", "vat_value_id", "vat_value"),
                "payed_amount",
            ),
            effect="books what was paid to a supplier",
            state="payed_amount",
            free=(None, 0),
            creates=True,
        ),
        OneFilled(("title", "bill_reference")),
    ),
    same=Same(
        any_of=(
            ("supplier_id", "bill_reference"),
            ("supplier_firm_id", "bill_reference"),
            ("supplier_name", "bill_reference"),
        )
    ),
)
