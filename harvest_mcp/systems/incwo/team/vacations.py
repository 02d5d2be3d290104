"""incwo vacation requests (incwo 13.14)."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import SUMMARY, Filter, InOrder, Ref, Resource, Same, Says
from harvest_mcp.systems.incwo.codes import VACATION, VACATION_STATUS
from harvest_mcp.systems.incwo.rows import Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class Vacation(Row):
    """Days off requested."""

    status_id: Annotated[str | None, VACATION_STATUS, SUMMARY] = None
    staff_member_id: Annotated[int | None, Ref("staff_member"), SUMMARY] = None
    start_date: Annotated[Day | None, SUMMARY, Says("first day off")] = None
    stop_date: Annotated[Day | None, SUMMARY, Says("day of return to work")] = None
    duration: Annotated[Decimal | None, SUMMARY, Says("days, e.g. 2.5")] = None
    vacation_type_id: Annotated[str | None, VACATION, SUMMARY] = None


VACATIONS = Resource(
    noun="vacation",
    plural="vacations",
    record=Vacation,
    wire=IncwoWire("/vacation_requests", element="vacation_request"),
    toolset="incwo_team",
    label=("start_date", "stop_date"),
    says="days off asked for",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="staff_member", type=int, column="staff_member_id", ref="staff_member", says="id or exact name"),
    ),
    rules=(InOrder("start_date", "stop_date"),),
    same=Same(within="staff_member_id", any_of=(("staff_member_id", "start_date"),)),
)
