"""Who and what is on a Harvest project, over v2: UA2-2 to UA2-6, TS2-2 to TS2-6 (harvest-v2 17)."""

from dataclasses import replace
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    INNER,
    REQUIRED,
    SUMMARY,
    CountsWhile,
    KeptByHistory,
    Record,
    Ref,
    Resource,
    Retires,
    Says,
    Starts,
)
from harvest_mcp.systems.harvest.assignments import task_assignments, user_assignments
from harvest_mcp.systems.harvest.v2.from_v1 import asking, without
from harvest_mcp.systems.harvest.v2.tasks import OPEN
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire

USERS, TASKS = user_assignments.USER_ASSIGNMENTS, task_assignments.TASK_ASSIGNMENTS
SPELLED = (OPEN, Spelled("project_id", "project.id"))

USER_ASSIGNMENTS: Resource[Record] = replace(
    USERS,
    record=without(
        user_assignments.UserAssignment,
        "estimate",
        user_id=(Annotated[int | None, Ref("person"), REQUIRED, FIXED, SUMMARY], None),
        project_id=(Annotated[int | None, Ref("project"), REQUIRED, FIXED, INNER], None),
        use_default_rates=(Annotated[bool | None, Says("false: hourly_rate counts"), Starts(True)], None),
    ),
    wire=JsonWire("/projects/{project_id}/user_assignments", SPELLED),
    filters=asking(USERS.filters, deactivated="is_active"),
    rules=(
        *(rule for rule in USERS.rules if isinstance(rule, CountsWhile)),
        KeptByHistory(has="hours or expenses"),
        Retires("deactivated"),
    ),
)
TASK_ASSIGNMENTS: Resource[Record] = replace(
    TASKS,
    record=without(task_assignments.TaskAssignment, "estimate"),
    wire=JsonWire("/projects/{project_id}/task_assignments", SPELLED),
    filters=asking(TASKS.filters, deactivated="is_active"),
    rules=(
        *(rule for rule in TASKS.rules if isinstance(rule, CountsWhile)),
        KeptByHistory(has="hours"),
        Retires("deactivated"),
    ),
)
