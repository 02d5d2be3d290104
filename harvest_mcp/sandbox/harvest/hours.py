"""Recorded hours: no resource of the API yet, but what keeps projects, tasks and people from being deleted."""

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
    """Time of one person on one task of one project."""

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
"""All the tables of an account. Entries of timesheets have none: they are hours, as their person sees them."""

# Which column of the hours, and of what hangs on it, holds whose they are: of the row itself, or of a column of it.
OF: Mapping[str, Mapping[str, str]] = {
    "project": {"project_id": "id"},
    "task": {"task_id": "id"},
    "person": {"user_id": "id"},
    "user_assignment": {"project_id": "project_id", "user_id": "user_id"},
    "task_assignment": {"project_id": "project_id", "task_id": "task_id"},
}


def recorded(store: Store, noun: str, row: Row) -> int:
    """Return how many records of time there are of a row."""
    where: list[Test] = [(column, "=", row[own]) for column, own in OF.get(noun, {}).items()]
    return store.count(HOURS, where) if where else 0
