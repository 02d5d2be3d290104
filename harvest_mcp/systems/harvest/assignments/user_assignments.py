"""The people on a Harvest project: UA-1 to UA-5 (harvest-v1 16)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    ALONG,
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


class UserAssignment(Record):
    """A person on a project."""

    # UA-5 sends both, and changes neither.
    user_id: Annotated[int | None, Ref("person"), REQUIRED, FIXED, ALONG, SUMMARY] = None
    project_id: Annotated[int | None, Ref("project"), REQUIRED, FIXED, ALONG, INNER] = None
    deactivated: Annotated[bool | None, SUMMARY, Says("true: archived"), Starts(False)] = None
    hourly_rate: Annotated[Decimal | None, MONEY, FROM_ZERO, SUMMARY] = None
    is_project_manager: Annotated[bool | None, SUMMARY, Starts(False)] = None
    budget: Annotated[Decimal | None, FROM_ZERO] = None
    estimate: Annotated[Decimal | None, SERVER_SET, INNER] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


USER_ASSIGNMENTS = Resource(
    noun="user_assignment",
    plural="user_assignments",
    record=UserAssignment,
    # UA-3: the body is a `user`, not a `user-assignment`.
    wire=Assignment("/projects/{project_id}/user_assignments", assigns="user_id", reference="user"),
    owner="project_id",
    toolset="projects",
    label=("user_id", "project_id"),
    says="person on a project",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="deactivated", type=bool, column="deactivated", says=""),
        Filter(name="updated_since", type=datetime, query="updated_since", says=""),
    ),
    # 13: the project says by whose rates it is billed, and by whose budgets it is limited.
    rules=(
        CountsWhile(column="hourly_rate", by="bill_by", words=("People",)),
        CountsWhile(column="budget", by="budget_by", words=("person",)),
        Archives(column="deactivated", has="hours"),
    ),
    # Posting a person who is on the project already gives the assignment there is.
    same=Same(any_of=(("user_id",),), sure=True),
)
