"""Categories of the lines of Harvest invoices: IC-1 to IC-4 (harvest-v1 25)."""

from datetime import datetime
from typing import Annotated

from harvest_mcp.spec import REQUIRED, SERVER_SET, SUMMARY, KeptWhile, Module, Record, Resource, Same, Says, Starts
from harvest_mcp.wire.rails_wires import ListOnly


class InvoiceItemCategory(Record):
    """What a line of an invoice is for."""

    name: Annotated[str | None, REQUIRED, SUMMARY, Says("e.g. Service")] = None
    use_as_service: Annotated[bool | None, SUMMARY, Says("default for hours"), Starts(False)] = None
    use_as_expense: Annotated[bool | None, SUMMARY, Says("default for expenses"), Starts(False)] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


INVOICE_ITEM_CATEGORIES = Resource(
    noun="invoice_item_category",
    plural="invoice_item_categories",
    record=InvoiceItemCategory,
    wire=ListOnly("/invoice_item_categories"),
    toolset="invoices",
    label=("name",),
    says="what a line of an invoice is for",
    verbs=("list", "create", "update", "delete"),
    rules=(Module("invoices"), KeptWhile(("use_as_service", "use_as_expense"))),
    same=Same(any_of=(("name",),)),
)
