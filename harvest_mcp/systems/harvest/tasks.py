"""Harvest tasks: TA-1 to TA-6 (harvest-v1 14)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FROM_ZERO,
    INNER,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Archives,
    Filter,
    ForNewOnes,
    Record,
    Resource,
    Same,
    Says,
    SeenIn,
    Starts,
)
from harvest_mcp.wire.rails_wires import Rails


class Task(Record):
    """A kind of work."""

    name: Annotated[str | None, REQUIRED, SUMMARY] = None
    billable_by_default: Annotated[bool | None, SUMMARY, Starts(True)] = None
    default_hourly_rate: Annotated[Decimal | None, MONEY, FROM_ZERO, SUMMARY] = None
    is_default: Annotated[bool | None, SUMMARY, Says("on new projects"), Starts(False)] = None
    deactivated: Annotated[bool | None, SERVER_SET, SUMMARY, Starts(False)] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    cache_version: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",)), Starts(0)] = None


TASKS = Resource(
    noun="task",
    plural="tasks",
    record=Task,
    wire=Rails("/tasks"),
    toolset="projects",
    label=("name",),
    says="kind of work",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="deactivated", type=bool, column="deactivated", says=""),
        Filter(name="updated_since", type=datetime, query="updated_since", says=""),
    ),
    actions=(
        # TA-6 only restores: there is no call to archive a task without hours.
        Action(
            verb="restore",
            method="POST",
            path="/tasks/{id}/activate",
            flips="deactivated",
            to=False,
            sets=True,
            says="Restore a task that delete_task archived",
            yes="archived",
            no="active",
        ),
    ),
    # TA-4: deleted or archived, 200 either way.
    rules=(
        Archives(column="deactivated", has="hours"),
        # Inferred: a new assignment copies it.
        ForNewOnes(
            column="default_hourly_rate",
            says="Projects that have the task keep their rate; update_task_assignment changes one.",
        ),
    ),
    same=Same(any_of=(("name",),)),
)
