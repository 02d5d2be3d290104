"""The table of recorded hours, which timesheets and reports show and which prevent deletes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.sandbox.harvest.receipts import RECEIPTS
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Record, Ref, Resource
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.wire.daily import Daily
from harvest_mcp.wire.rails_wires import Rails


class Hours(Record):
    """Hours of one person on one task of one project."""

    user_id: Annotated[int | None, Ref("person")] = None
    project_id: Annotated[int | None, Ref("project")] = None
    task_id: Annotated[int | None, Ref("task")] = None
    spent_at: date | None = None
    hours: Decimal | None = None
    notes: str | None = None
    is_billed: bool | None = None
    invoice_id: int | None = None
    is_closed: bool | None = None
    adjustment_record: bool | None = None
    timer_started_at: datetime | None = None
    started_at: str | None = None
    ended_at: str | None = None
    external_ref: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


HOURS = Resource(
    noun="hours",
    plural="hours",
    record=Hours,
    wire=Rails(""),
    toolset="",
    label=(),
    says="time on a task of a project",
)
ACCOUNT = replace(
    HARVEST, resources=(*(each for each in HARVEST.resources if not isinstance(each.wire, Daily)), HOURS, RECEIPTS)
)
"""All tables of an account. Timesheet entries have none: they are rows of the hours."""

# By noun: the columns of the hours that refer to a row, each with the column of that row it equals.
OF: Mapping[str, Mapping[str, str]] = {
    "project": {"project_id": "id"},
    "task": {"task_id": "id"},
    "person": {"user_id": "id"},
    "user_assignment": {"project_id": "project_id", "user_id": "user_id"},
    "task_assignment": {"project_id": "project_id", "task_id": "task_id"},
}


def recorded(store: Store, noun: str, row: Row) -> int:
    """Return the number of time records of a row."""
    where: list[Test] = [(column, "=", row[own]) for column, own in OF.get(noun, {}).items()]
    return store.count(HOURS, where) if where else 0
