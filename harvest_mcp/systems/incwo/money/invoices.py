"""incwo invoices and credit notes (incwo 13.9). The page breaks off within the object."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FOLLOWS,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Each,
    NamedBy,
    OpenWhile,
    Ref,
    Resource,
    Says,
    Starts,
    Wording,
)
from harvest_mcp.systems.incwo.codes import INVOICE, INVOICE_SUBTYPE, STATE, VAT
from harvest_mcp.systems.incwo.rows import BY_CUSTOMER, SAME_SHEET, Day, Line, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class BillLine(Line):
    """A line. The columns sent at creation are known; the rest is assumed to be as on a proposal."""

    bill_sheet_id: Annotated[int | None, SERVER_SET] = None
    customer_product_id: Annotated[int | None, Ref("product")] = None
    customer_product_category_id: Annotated[int | None, SERVER_SET] = None
    billing_date: Annotated[Day | None, SERVER_SET] = None
    sheet_type: Annotated[str | None, SERVER_SET] = None
    sheet_progress_id: Annotated[str | None, SERVER_SET] = None
    content_kind: Annotated[str | None, SERVER_SET] = None
    vat_value_id: Annotated[str | None, VAT] = None
    description: str | None = None
    activity_classification_choice: Annotated[str | None, SERVER_SET] = None
    unit_price: Annotated[Decimal | None, MONEY, Says("euros without tax, e.g. 80.00")] = None
    unit_price_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    quantity: Annotated[Decimal | None, Says("e.g. 2.5")] = None
    total_price: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    total_price_with_taxes: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    total_price_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    total_price_with_taxes_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    vat_value: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    vat_value_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    ordering: Annotated[int | None, SERVER_SET] = None
    unit: Annotated[str | None, SERVER_SET] = None
    description_more: Annotated[str | None, SERVER_SET] = None


class Invoice(Row):
    """A bill to a customer. Only drafts are offered for writing: confirming one gives it its legal number (incwo
    13.9)."""

    sheet_type: Annotated[str | None, INVOICE, REQUIRED, SUMMARY, Starts("invoice_maybe")] = None
    sheet_subtype: Annotated[str | None, INVOICE_SUBTYPE] = None
    progress_id: Annotated[str | None, STATE, SERVER_SET, SUMMARY, Says("a code nobody documented")] = None
    project_id: Annotated[int | None, Ref("project")] = None
    reference: Annotated[str | None, SERVER_SET, SUMMARY] = None
    contact_id: Annotated[int | None, Ref("contact"), SUMMARY] = None
    firm_id: Annotated[int | None, Ref("firm"), SUMMARY] = None
    title: Annotated[str | None, SUMMARY, Says("e.g. Travaux de mars")] = None
    subtitle: str | None = None
    billing_date: Annotated[Day | None, SUMMARY] = None
    vat_value_id: Annotated[str | None, VAT] = None
    vat_cost: Annotated[Decimal | None, MONEY, Says("VAT, euros")] = None
    shipping_cost: Annotated[Decimal | None, MONEY, Says("euros without tax")] = None
    vat_exl_total: Annotated[Decimal | None, MONEY, SERVER_SET, FOLLOWS, SUMMARY] = None
    vat_inc_total: Annotated[Decimal | None, MONEY, SERVER_SET, FOLLOWS, SUMMARY] = None
    vat_exc_total_with_shipping: Annotated[Decimal | None, MONEY, SERVER_SET, FOLLOWS] = None
    bank_account_id: Annotated[int | None, Ref("bank_account")] = None
    billing_add_street_address: Annotated[str | None, Says("e.g. 4 rue du Lac")] = None
    billing_add_name: Annotated[str | None, Says("second line of the address")] = None
    billing_add_zip_code: Annotated[str | None, Says("e.g. 69003")] = None
    billing_add_city: Annotated[str | None, Says("e.g. Lyon")] = None
    billing_add_country: Annotated[str | None, Says("e.g. France")] = None
    is_repeat: Annotated[bool | None, Says("comes again and again")] = None
    payed_amount: Annotated[Decimal | None, MONEY, SERVER_SET, Starts(Decimal("0.0"))] = None
    lead_id: Annotated[int | None, Ref("lead"), SERVER_SET] = None
    language: Annotated[str | None, SERVER_SET, Starts("fr")] = None
    comment: Annotated[str | None, SERVER_SET] = None
    reduction_percent: Annotated[Decimal | None, SERVER_SET] = None
    reduction_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    bill_lines: Annotated[tuple[BillLine, ...] | None, Each("bill_line", "line", fixed=True)] = None


INVOICES = Resource(
    noun="invoice",
    rules=(OpenWhile("sheet_type", "draft"),),
    plural="invoices",
    record=Invoice,
    wire=IncwoWire("/bill_sheets", element="bill_sheet"),
    toolset="incwo_money",
    label=("reference", "title"),
    named_by=NamedBy(code="reference"),
    says="bill to a customer, or credit note",
    verbs=("list", "get", "create", "update", "delete"),
    filters=BY_CUSTOMER,
    same=SAME_SHEET,
    wording=Wording(caution="A person confirms drafts in incwo itself; lines are written at creation only."),
)
