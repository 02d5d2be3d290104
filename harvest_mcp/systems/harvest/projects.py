"""Harvest projects: PR-1 to PR-6 (harvest-v1 13)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    AHEAD,
    ALONG,
    FROM_ZERO,
    INNER,
    LINES,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Adds,
    Dependent,
    Filter,
    InOrder,
    KeptByHistory,
    NamedBy,
    OneOf,
    OnlyWith,
    Record,
    Ref,
    Resource,
    Same,
    Says,
    SeenIn,
    Starts,
)
from harvest_mcp.wire.rails_wires import Rails


class Project(Record):
    """A piece of work for a client; columns in the order of a real list (harvest-v1 13)."""

    # PR-4: an update includes client-id.
    client_id: Annotated[int | None, Ref("client"), REQUIRED, ALONG, SUMMARY] = None
    name: Annotated[str | None, REQUIRED, SUMMARY] = None
    code: Annotated[str | None, SUMMARY] = None
    active: Annotated[bool | None, SERVER_SET, SUMMARY, Starts(True)] = None
    bill_by: Annotated[str | None, OneOf(("Tasks", "People", "Project", "none")), Starts("none")] = None
    budget: Annotated[Decimal | None, FROM_ZERO, Says("hours")] = None
    budget_by: Annotated[
        str | None,
        OneOf(("project", "project_cost", "task", "person", "none", "task_fees")),
        Starts("none"),
    ] = None
    notify_when_over_budget: Annotated[bool | None, INNER, Starts(False)] = None
    over_budget_notification_percentage: Annotated[Decimal | None, FROM_ZERO, INNER, Starts(Decimal("80.0"))] = None
    over_budget_notified_at: Annotated[date | None, SERVER_SET, INNER] = None
    show_budget_to_all: Annotated[bool | None, INNER, Starts(False)] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    starts_on: Annotated[date | None, AHEAD, SeenIn(("docs", "late")), Says("e.g. 2026-01-31")] = None
    ends_on: Annotated[date | None, AHEAD, SeenIn(("docs", "late"))] = None
    # The older names of budget and budget-by: one of the two is enough to write.
    estimate: Annotated[Decimal | None, SERVER_SET, INNER] = None
    estimate_by: Annotated[str | None, SERVER_SET, INNER, Starts("none")] = None
    is_fixed_fee: Annotated[bool | None, SeenIn(("late",)), Starts(False)] = None
    fee: Annotated[Decimal | None, MONEY, FROM_ZERO, SeenIn(("late",))] = None
    billable: Annotated[bool | None, SeenIn(("docs", "late")), Starts(True)] = None
    hint_earliest_record_at: Annotated[date | None, SERVER_SET] = None
    hint_latest_record_at: Annotated[date | None, SERVER_SET] = None
    notes: Annotated[str | None, LINES] = None
    hourly_rate: Annotated[Decimal | None, MONEY, FROM_ZERO] = None
    cost_budget: Annotated[Decimal | None, MONEY, FROM_ZERO] = None
    cost_budget_include_expenses: Annotated[bool | None, INNER, Starts(False)] = None
    fees: Annotated[str | None, SERVER_SET, INNER, SeenIn(("classic",))] = None
    basecamp_id: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",))] = None
    highrise_deal_id: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",))] = None
    cache_version: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",)), Starts(0)] = None
    active_task_assignments_count: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",))] = None
    active_user_assignments_count: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",))] = None


PROJECTS = Resource(
    noun="project",
    plural="projects",
    record=Project,
    wire=Rails("/projects"),
    toolset="projects",
    label=("name",),
    says="piece of work for a client",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="client", type=int, query="client", ref="client", says=""),
        Filter(name="active", type=bool, column="active", says="false: archived"),
        Filter(name="updated_since", type=datetime, query="updated_since", says=""),
    ),
    actions=(
        # PR-5: a PUT, while clients and people are toggled by a POST (harvest-v1 2, 29 row 29).
        Action(
            verb="archive",
            method="PUT",
            path="/projects/{id}/toggle",
            flips="active",
            to=False,
            says="Archive a project",
            yes="active",
            no="archived",
        ),
        Action(
            verb="restore",
            method="PUT",
            path="/projects/{id}/toggle",
            flips="active",
            to=True,
            says="Restore a project",
            yes="active",
            no="archived",
        ),
    ),
    dependents=(
        Dependent(noun="user_assignment", by="project_id", fate="goes", words="user assignment"),
        Dependent(noun="task_assignment", by="project_id", fate="goes", words="task assignment"),
    ),
    # 13: of the live service, and of 14 and 15.
    rules=(
        InOrder("starts_on", "ends_on"),
        Adds("its creator as a manager, everybody with access to all future projects, and the default tasks"),
        # PR-6: hours; 13: expenses too, inferred. The hint is refreshed once a day.
        KeptByHistory(has="hours or expenses", since="hint_earliest_record_at"),
        # 13: by what a project is budgeted and billed says which of its figures count.
        OnlyWith(column="budget", by="budget_by", words=("project", "task", "person")),
        OnlyWith(column="cost_budget", by="budget_by", words=("project_cost", "task_fees")),
        OnlyWith(column="hourly_rate", by="bill_by", words=("Project",)),
        OnlyWith(column="fee", by="is_fixed_fee", words=(True,)),
    ),
    same=Same(within="client_id", any_of=(("name",), ("code",))),
    named_by=NamedBy(code="code"),
)
