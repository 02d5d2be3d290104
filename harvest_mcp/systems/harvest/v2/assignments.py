"""The people and tasks on a Harvest project, in v2: UA2-2 to UA2-6, TS2-2 to TS2-6 (harvest-v2 17)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    INNER,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    CountsWhile,
    KeptByHistory,
    Record,
    Ref,
    Resource,
    Retires,
    Rule,
    Starts,
    Value,
)
from harvest_mcp.spec.cases import EMPTY
from harvest_mcp.systems.harvest.assignments import task_assignments, user_assignments
from harvest_mcp.systems.harvest.v2.from_v1 import asking, named, names, without
from harvest_mcp.systems.harvest.v2.tasks import OPEN
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import Assigned


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRate(Rule):
    """A rate applies once the column `default` is false; emptied, the default rate applies again (harvest-v2 17.1)."""

    rate: str
    default: str

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        return {**values, self.default: values[self.rate] in EMPTY} if self.rate in values else values

    @property
    def one_figure(self) -> tuple[str, ...]:
        return self.rate, self.default


USERS, TASKS = user_assignments.USER_ASSIGNMENTS, task_assignments.TASK_ASSIGNMENTS
SPELLED = (OPEN, Spelled("project_id", "project.id"), *names(task="task", person="user", project="project"))

USER_ASSIGNMENTS: Resource[Record] = replace(
    USERS,
    record=without(
        user_assignments.UserAssignment,
        "estimate",
        user_id=(Annotated[int | None, Ref("person"), REQUIRED, FIXED, SUMMARY], None),
        project_id=(Annotated[int | None, Ref("project"), REQUIRED, FIXED, INNER], None),
        use_default_rates=(Annotated[bool | None, SERVER_SET, INNER, Starts(True)], None),
        **named("person", "project"),
    ),
    wire=Assigned("/projects/{project_id}/user_assignments", SPELLED, assigns="user_id"),
    filters=asking(USERS.filters, deactivated="is_active"),
    rules=(
        *(rule for rule in USERS.rules if isinstance(rule, CountsWhile)),
        OwnRate(rate="hourly_rate", default="use_default_rates"),
        KeptByHistory(has="hours or expenses"),
        Retires("deactivated"),
    ),
)
TASK_ASSIGNMENTS: Resource[Record] = replace(
    TASKS,
    record=without(task_assignments.TaskAssignment, "estimate", **named("task", "project")),
    wire=Assigned(
        "/projects/{project_id}/task_assignments",
        SPELLED,
        assigns="task_id",
        making=TASKS.wire.making,
        # False for every task by the pages, the task's own as recorded (harvest-v2 17.2).
        begins=(("billable", "billable_by_default"),),
    ),
    filters=asking(TASKS.filters, deactivated="is_active"),
    rules=(
        *(rule for rule in TASKS.rules if isinstance(rule, CountsWhile)),
        KeptByHistory(has="hours"),
        Retires("deactivated"),
    ),
)
