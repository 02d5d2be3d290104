"""Time entries as the reports give them: RE-1 and RE-2 (harvest-v1 21)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import LINES, MONEY, SERVER_SET, Filter, Record, Ref, Resource, SeenIn
from harvest_mcp.wire.rails_wires import Rails


class DayEntry(Record):
    """Time of one person on one task of one project, on one day; ids only, no names."""

    notes: Annotated[str | None, SERVER_SET, LINES] = None
    spent_at: Annotated[date | None, SERVER_SET] = None
    hours: Annotated[Decimal | None, SERVER_SET] = None
    user_id: Annotated[int | None, SERVER_SET, Ref("person")] = None
    project_id: Annotated[int | None, SERVER_SET, Ref("project")] = None
    task_id: Annotated[int | None, SERVER_SET, Ref("task")] = None
    is_billed: Annotated[bool | None, SERVER_SET] = None
    is_closed: Annotated[bool | None, SERVER_SET] = None
    adjustment_record: Annotated[bool | None, SERVER_SET] = None
    timer_started_at: Annotated[datetime | None, SERVER_SET] = None
    # Its type on the wire is `NilClass`, whatever it holds (harvest-v1 5.2).
    hours_with_timer: Annotated[Decimal | None, SERVER_SET, SeenIn(("late",))] = None
    started_at: Annotated[str | None, SERVER_SET, SeenIn(("late",))] = None
    ended_at: Annotated[str | None, SERVER_SET, SeenIn(("late",))] = None
    billable: Annotated[bool | None, SERVER_SET, SeenIn(("late",))] = None
    billable_rate: Annotated[Decimal | None, MONEY, SERVER_SET, SeenIn(("late",))] = None
    cost_rate: Annotated[Decimal | None, MONEY, SERVER_SET, SeenIn(("late",))] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


PERIOD = (
    Filter(name="since", type=date, query="from", says="the first day", brief=True),
    Filter(name="until", type=date, query="to", says="the last day, included", brief=True),
)
"""Both are required (harvest-v1 21)."""
NARROWED = (
    Filter(name="only_billed", type=bool, query="only_billed", says="", brief=True),
    Filter(name="only_unbilled", type=bool, query="only_unbilled", says="", brief=True),
    Filter(name="is_closed", type=bool, query="is_closed", says="approved", brief=True),
    Filter(name="updated_since", type=datetime, query="updated_since", says=""),
)

DAY_ENTRIES = Resource(
    noun="day_entry",
    plural="day_entries",
    record=DayEntry,
    wire=Rails(""),
    toolset="reports",
    label=(),
    says="time on a task of a project",
    filters=(
        Filter(name="project", type=int, path="/projects/{id}/entries", ref="project", says=""),
        Filter(name="person", type=int, path="/people/{id}/entries", ref="person", says=""),
        *PERIOD,
        Filter(name="user_id", type=int, query="user_id", says="of RE-1"),
        Filter(name="project_id", type=int, query="project_id", says="of RE-2"),
        Filter(name="billable", type=bool, query="billable", says="", brief=True),
        *NARROWED,
    ),
)
"""Rows of reports: read below a project or a person, never by id."""
