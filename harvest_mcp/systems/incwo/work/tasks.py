"""incwo tasks (incwo 13.4): something to do, by somebody, until a date."""

from typing import Annotated

from harvest_mcp.spec import LINES, SUMMARY, TIMED, Filter, OneFilled, Ref, Resource, Same, Says
from harvest_mcp.systems.incwo.codes import SERVICE, TASK_IMPORTANCE, TASK_PRIORITY, TASK_STATUS
from harvest_mcp.systems.incwo.rows import Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class Task(Row):
    """Something to do. Whether its dates have a time of day is not recorded: both are read and written."""

    title: Annotated[str | None, SUMMARY, Says("e.g. Rappeler le client")] = None
    content: Annotated[str | None, LINES, Says("the details")] = None
    type_id: Annotated[str | None, TASK_IMPORTANCE, Says("importance")] = None
    service_id: Annotated[str | None, SERVICE, Says("department")] = None
    status_id: Annotated[str | None, TASK_STATUS, SUMMARY] = None
    priority_id: Annotated[str | None, TASK_PRIORITY, SUMMARY] = None
    assigned_user_id: Annotated[int | None, SUMMARY, Says("a user's id, not a staff member's")] = None
    project_id: Annotated[int | None, Ref("project"), SUMMARY] = None
    due_at: Annotated[Day | None, TIMED, SUMMARY, Says("day, or 2026-01-31 14:30")] = None
    done_at: Annotated[Day | None, TIMED, Says("day it was finished")] = None
    object_name: Annotated[str | None, Says("collection of what it is about, e.g. contacts")] = None  # 15, row 13
    object_zid: Annotated[int | None, Says("id in that collection")] = None


TASKS = Resource(
    noun="task",
    plural="tasks",
    record=Task,
    wire=IncwoWire("/tasks"),
    toolset="incwo_work",
    label=("title",),
    says="something to do",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(Filter(name="project", type=int, column="project_id", ref="project", says="id or exact name"),),
    rules=(OneFilled(("title",)),),
    same=Same(within="project_id", any_of=(("title", "due_at"),)),
)
