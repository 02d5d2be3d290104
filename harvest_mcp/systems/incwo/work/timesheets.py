"""incwo timesheets (incwo 13.5): a user's month and its lines; the page breaks off at its status codes."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import SERVER_SET, SUMMARY, Between, Each, Ref, Resource, Same, Says, Wording
from harvest_mcp.systems.incwo.codes import SERVICE, STATE, TIME_UNIT
from harvest_mcp.systems.incwo.rows import Day, Line, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class TimesheetLine(Line):
    """Time on one day."""

    user_id: Annotated[int | None, Says("the sheet's user")] = None
    branch_id: Annotated[str | None, SERVICE, Says("department")] = None
    day: Annotated[int | None, Between(1, 31), Says("of the month, 1 to 31")] = None
    duration: Annotated[Decimal | None, Says("in the sheet's unit, e.g. 3.5")] = None
    description: str | None = None
    comment: str | None = None
    lead_id: Annotated[int | None, Ref("lead")] = None
    project_id: Annotated[int | None, Ref("project")] = None


class Timesheet(Row):
    """A user's month. Its approval is read only: the status codes are unknown."""

    user_id: Annotated[int | None, SUMMARY, Says("a user's id, not a staff member's")] = None
    period: Annotated[Day | None, SUMMARY, Says("the month, by its first day, e.g. 2026-01-01")] = None
    status_id: Annotated[str | None, STATE, SERVER_SET, SUMMARY, Says("a code nobody documented")] = None
    validated_at: Annotated[Day | None, SERVER_SET] = None
    validator_id: Annotated[int | None, SERVER_SET, Says("user")] = None
    unit: Annotated[str | None, TIME_UNIT, SUMMARY, Says("of its lines")] = None
    timesheet_lines: Annotated[tuple[TimesheetLine, ...] | None, Each("timesheet_line", "line")] = None


TIMESHEETS = Resource(
    noun="timesheet",
    plural="timesheets",
    record=Timesheet,
    wire=IncwoWire("/timesheets"),
    toolset="incwo_work",
    label=("period",),
    says="a user's month of work",
    verbs=("list", "get", "create", "update", "delete"),
    same=Same(any_of=(("user_id", "period"),)),
    wording=Wording(caution="Its status and approval are set in incwo itself."),
)
