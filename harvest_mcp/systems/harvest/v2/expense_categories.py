"""Harvest expense categories over v2: EC2-1 to EC2-5 (harvest-v2 10)."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import FROM_ZERO, MONEY, SUMMARY, Record, Resource, Says
from harvest_mcp.systems.harvest import expense_categories as v1
from harvest_mcp.systems.harvest.v2.from_v1 import asking, without
from harvest_mcp.systems.harvest.v2.tasks import OPEN
from harvest_mcp.wire.json.wires import JsonWire

EXPENSE_CATEGORIES: Resource[Record] = replace(
    v1.EXPENSE_CATEGORIES,
    record=without(
        v1.ExpenseCategory,
        "cache_version",
        unit_name=(Annotated[str | None, SUMMARY, Says("e.g. Miles")], None),
        unit_price=(Annotated[Decimal | None, MONEY, FROM_ZERO, SUMMARY, Says("e.g. 0.485")], None),
    ),
    wire=JsonWire("/expense_categories", (OPEN,)),
    filters=asking(v1.EXPENSE_CATEGORIES.filters, deactivated="is_active"),
)
