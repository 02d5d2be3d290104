"""What reports add up over v2: time by TE2-1, expenses by EX2-1, at the general budget (harvest-v2 28)."""

from dataclasses import replace

from harvest_mcp.spec import Filter, Record, Report, Resource, Road
from harvest_mcp.systems.harvest import reports as v1
from harvest_mcp.systems.harvest.day_entries import DAY_ENTRIES as V1_ROWS
from harvest_mcp.systems.harvest.v2.expenses import BILLED, PERIOD, SPELLED, UPDATED
from harvest_mcp.systems.harvest.v2.from_v1 import without
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire

OF = (
    Filter(name="person", type=int, query="user_id", ref="person", says=""),
    Filter(name="project", type=int, query="project_id", ref="project", says=""),
    Filter(name="client", type=int, query="client_id", ref="client", says=""),
)
ALL = Road(side="person", by="")
"""Everybody's at once, as far as the user may see them."""
RUNNING = Filter(name="running", type=bool, query="is_running", says="")
DAY_ENTRIES: Resource[Record] = replace(
    V1_ROWS,
    record=without(V1_ROWS.record, "adjustment_record"),
    wire=JsonWire(
        "/time_entries",
        (Spelled("spent_at", "spent_date"), Spelled("started_at", "started_time"), Spelled("ended_at", "ended_time")),
    ),
    filters=(*OF, *PERIOD, replace(OF[0], name="user_id"), replace(OF[1], name="project_id"), BILLED, RUNNING, UPDATED),
)
EXPENSE_ROWS: Resource[Record] = replace(
    v1.EXPENSE_ROWS,
    record=without(v1.EXPENSE_ROWS.record, "company_id"),
    wire=JsonWire("/expenses", SPELLED),
    filters=(*OF, *PERIOD, BILLED, UPDATED),
)
TIME: Report = replace(
    v1.TIME,
    rows=DAY_ENTRIES,
    roads=(
        Road(side="project", by="project", asks=("user_id",)),
        Road(side="person", by="person", asks=("project_id",)),
        Road(side="client", by="client"),
        ALL,
    ),
)
SPENDING: Report = replace(
    v1.SPENDING,
    rows=EXPENSE_ROWS,
    roads=(Road(side="project", by="project"), Road(side="person", by="person"), Road(side="client", by="client"), ALL),
)
