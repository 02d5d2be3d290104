"""Harvest expenses over v2: EX2-1 to EX2-5 (harvest-v2 11)."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from harvest_mcp.spec import SERVER_SET, Acting, Filter, HasFile, Record, Resource
from harvest_mcp.systems.harvest import expenses as v1
from harvest_mcp.systems.harvest.v2.from_v1 import named, names, without
from harvest_mcp.wire.json.records import Spelled, turned
from harvest_mcp.wire.json.wires import JsonWire

SPELLED = (
    Spelled("spent_at", "spent_date"),
    Spelled("has_receipt", "receipt.?", sent="delete_receipt", sends=turned),
    Spelled("receipt_url", "receipt.url"),
    Spelled("invoice_id", "invoice.id"),
    *names(project="project", expense_category="expense_category", person="user"),
)
PERIOD = (
    Filter(name="since", type=date, query="from", says="the first day"),
    Filter(name="until", type=date, query="to", says="the last day, included"),
)
BILLED = Filter(name="is_billed", type=bool, query="is_billed", says="")
APPROVAL = Filter(
    name="approval_status",
    type=str,
    query="approval_status",
    words=("unsubmitted", "submitted", "approved"),
    tells="approval_status",
    says="",
)
UPDATED = Filter(name="updated_since", type=datetime, query="updated_since", says="")
# A part of an update; the bytes lie on the account's own host, outside the API (harvest-v2 11).
RECEIPT = replace(v1.RECEIPT, path="/expenses/{id}", method="PATCH", part="receipt", lies="receipt_url", off=True)

EXPENSES: Resource[Record] = replace(
    v1.EXPENSES,
    record=without(
        v1.Expense,
        "company_id",
        approval_status=(Annotated[str | None, SERVER_SET], None),
        **named("project", "expense_category", "person"),
    ),
    wire=JsonWire(
        "/expenses",
        SPELLED,
        paged=True,
        acting=Acting(noun="person", query="user_id"),
        near=(("since", "spent_at"), ("until", "spent_at")),
    ),
    filters=(
        Filter(name="client", type=int, query="client_id", ref="client", says=""),
        Filter(name="project", type=int, query="project_id", ref="project", says=""),
        *PERIOD,
        BILLED,
        APPROVAL,
        UPDATED,
    ),
    rules=tuple(HasFile(RECEIPT) if isinstance(rule, HasFile) else rule for rule in v1.EXPENSES.rules),
)
