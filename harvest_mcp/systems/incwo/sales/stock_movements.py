"""incwo stock movements (incwo 13.7): pieces in or out; only the create is recorded."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FROM_ZERO,
    INNER,
    MONEY,
    REQUIRED,
    SENT_ONLY,
    SERVER_SET,
    SUMMARY,
    Filter,
    Ref,
    Resource,
    Same,
    Says,
    Starts,
    Wording,
)
from harvest_mcp.systems.incwo.codes import DIRECTION
from harvest_mcp.systems.incwo.rows import Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class StockMovement(Row):
    """Pieces of a product in or out. The order is that of a reply, which leaves the destination out."""

    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    creator_id: Annotated[int | None, SERVER_SET, INNER] = None
    modifier_id: Annotated[int | None, SERVER_SET, INNER] = None
    customer_product_id: Annotated[int | None, Ref("product"), REQUIRED, SUMMARY] = None
    origin_warehouse_id: Annotated[int | None, SUMMARY, Says("id of the warehouse")] = None
    destination_warehouse_id: Annotated[int | None, SENT_ONLY, INNER, Says("the same id again")] = None
    quantity: Annotated[Decimal | None, REQUIRED, FROM_ZERO, SUMMARY, Says("pieces, positive both ways")] = None
    quantity_of_parent_or_me: Annotated[Decimal | None, SERVER_SET, INNER] = None
    cash_value: Annotated[Decimal | None, MONEY, SERVER_SET, Says("euros")] = None
    cash_value_on_sale: Annotated[Decimal | None, MONEY, SERVER_SET, Says("quantity times price")] = None
    cash_value_on_purchase: Annotated[Decimal | None, MONEY, SERVER_SET, Says("quantity times cost")] = None
    direction: Annotated[str | None, DIRECTION, REQUIRED, SUMMARY] = None
    moved_at: Annotated[datetime | None, SERVER_SET, SUMMARY] = None
    comments: Annotated[str | None, SERVER_SET, Starts("")] = None


STOCK_MOVEMENTS = Resource(
    noun="stock_movement",
    plural="stock_movements",
    record=StockMovement,
    wire=IncwoWire("/stock_movements"),
    toolset="incwo_sales",
    label=("moved_at",),
    says="pieces in or out; reading, changing and deleting them is not documented",
    verbs=("list", "get", "create"),
    filters=(Filter(name="product", type=int, column="customer_product_id", ref="product", says="id or exact name"),),
    same=Same(any_of=(("customer_product_id", "origin_warehouse_id", "direction", "quantity"),), lately="created_at"),
    wording=Wording(caution="It cannot be taken back here: add the opposite one."),
)
