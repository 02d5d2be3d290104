"""The tasks of a Harvest project: TS-1 to TS-6 (harvest-v1 17)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    FROM_ZERO,
    INNER,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Archives,
    CountsWhile,
    Filter,
    Record,
    Ref,
    Resource,
    Same,
    Says,
    Starts,
)
from harvest_mcp.wire.assignment import Assignment


class TaskAssignment(Record):
    """A task of a project."""

    project_id: Annotated[int | None, Ref("project"), REQUIRED, FIXED, INNER] = None
    task_id: Annotated[int | None, Ref("task"), REQUIRED, FIXED, SUMMARY] = None
    billable: Annotated[bool | None, SUMMARY, Starts(True)] = None
    deactivated: Annotated[bool | None, SUMMARY, Says("true: archived"), Starts(False)] = None
    budget: Annotated[Decimal | None, FROM_ZERO, SUMMARY] = None
    hourly_rate: Annotated[Decimal | None, MONEY, FROM_ZERO, SUMMARY] = None
    estimate: Annotated[Decimal | None, SERVER_SET, INNER] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


TASK_ASSIGNMENTS = Resource(
    noun="task_assignment",
    plural="task_assignments",
    record=TaskAssignment,
    # TS-3: the body is a `task`, not a `task-assignment`.
    wire=Assignment(
        "/projects/{project_id}/task_assignments",
        assigns="task_id",
        reference="task",
        both="add_with_create_new_task",  # TS-4
        making=("name", "billable_by_default", "default_hourly_rate"),
    ),
    owner="project_id",
    toolset="projects",
    label=("task_id", "project_id"),
    says="task of a project",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="deactivated", type=bool, column="deactivated", says=""),
        Filter(name="updated_since", type=datetime, query="updated_since", says=""),
    ),
    # 13: the project says by whose rates it is billed, and by whose budgets it is limited.
    rules=(
        CountsWhile(column="hourly_rate", by="bill_by", words=("Tasks",)),
        CountsWhile(column="budget", by="budget_by", words=("task", "task_fees")),
        Archives(column="deactivated", has="hours"),
    ),
    same=Same(any_of=(("task_id",),), sure=True),
)
