"""incwo's catalog (incwo 13.7): products and their stock."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    INNER,
    LINES,
    MONEY,
    SERVER_SET,
    SUMMARY,
    Dependent,
    Filter,
    NamedBy,
    OneFilled,
    Resource,
    Same,
    Says,
    Starts,
)
from harvest_mcp.systems.incwo.codes import CURRENCY, TIME_UNIT, VAT
from harvest_mcp.systems.incwo.rows import Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class Product(Row):
    """An entry of the catalog. The order is that of a reply; `prev_*` hold the value just saved (incwo 15, row 17)."""

    is_active: Annotated[bool | None, SUMMARY, Says("false: retired"), Starts(True)] = None
    is_from_vendor: Annotated[str | None, SERVER_SET, INNER, Starts("0")] = None  # 0 and 2 seen, meaning unknown
    currency_id: Annotated[str | None, CURRENCY, Starts("58")] = None
    currency_exchange_rate_date: Annotated[Day | None, SERVER_SET, INNER] = None
    cost_currency_exchange_rate: Annotated[Decimal | None, SERVER_SET, INNER, Starts(Decimal("1.0"))] = None
    cost_currency_exchange_rate_date: Annotated[Day | None, SERVER_SET, INNER] = None
    product_category_id: Annotated[int | None, Says("id of a category of the catalog")] = None
    prev_product_category_id: Annotated[int | None, SERVER_SET, INNER] = None
    brand_id: Annotated[int | None, Says("id of a brand label")] = None
    price: Annotated[Decimal | None, MONEY, SUMMARY, Says("to customers, euros without tax, e.g. 12.50")] = None
    price_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    price_distributor_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER, Starts(Decimal("0.0"))] = (
        None
    )
    vat_id: Annotated[str | None, VAT] = None
    cost: Annotated[Decimal | None, MONEY, Says("of purchase, euros without tax")] = None
    prev_cost: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    cost_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    creator_id: Annotated[int | None, SERVER_SET, INNER] = None
    modified_at: Annotated[datetime | None, SERVER_SET] = None
    modifier_id: Annotated[int | None, SERVER_SET, INNER] = None
    vendor_cost_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER, Starts(Decimal("0.0"))] = None
    weight_kg_unit: Annotated[str | None, SERVER_SET, INNER, Starts("1")] = None
    total_stock: Annotated[Decimal | None, SUMMARY, Says("pieces; how movements change it is unknown")] = None
    prev_total_stock: Annotated[Decimal | None, SERVER_SET, INNER] = None
    entered_price_in_ttc_in_file_currency: Annotated[
        Decimal | None, MONEY, SERVER_SET, INNER, Starts(Decimal("0.0"))
    ] = None
    entered_price_distributor_in_ttc_in_file_currency: Annotated[
        Decimal | None, MONEY, SERVER_SET, INNER, Starts(Decimal("0.0"))
    ] = None
    eco_participation_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER, Starts(Decimal("0.0"))] = (
        None
    )
    dimension_unit: Annotated[str | None, SERVER_SET, INNER, Starts("1")] = None
    duration_unit_id: Annotated[str | None, TIME_UNIT, SERVER_SET, INNER, Starts("530")] = None
    volume_unit: Annotated[str | None, SERVER_SET, INNER, Starts("1")] = None
    activity_classification_choice: Annotated[str | None, Says("e.g. commerce"), Starts("commerce")] = None
    type_of_product_id: Annotated[str | None, SERVER_SET, INNER] = None  # 20004 seen, meaning unknown
    barcode: str | None = None
    name: Annotated[str | None, SUMMARY, Says("e.g. Vis inox 4x40")] = None
    reference: Annotated[str | None, SUMMARY, Says("your own; need not be unique")] = None
    description: Annotated[str | None, LINES] = None
    notes_internal: Annotated[str | None, LINES, Says("not shown to customers")] = None


PRODUCTS = Resource(
    noun="product",
    plural="products",
    record=Product,
    wire=IncwoWire("/customer_products", element="customer_product"),
    toolset="incwo_sales",
    label=("name",),
    says="entry of the catalog",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(Filter(name="is_active", type=bool, column="is_active", says="false: retired"),),
    # What a delete does to them is not documented; the question names them.
    dependents=(Dependent(noun="stock_movement", by="customer_product_id", fate="unknown", words="stock movement"),),
    rules=(OneFilled(("name",)),),
    same=Same(any_of=(("reference",), ("barcode",), ("name",))),
    named_by=NamedBy(code="reference"),
)
