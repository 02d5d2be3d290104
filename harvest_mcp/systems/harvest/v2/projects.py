"""Harvest projects over v2: PR2-1 to PR2-5 (harvest-v2 16)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from harvest_mcp.spec import (
    INNER,
    REQUIRED,
    SUMMARY,
    Adds,
    Case,
    Dependent,
    InOrder,
    OnlyWith,
    Record,
    Ref,
    Resource,
    Rule,
    Starts,
)
from harvest_mcp.systems.harvest import projects as v1
from harvest_mcp.systems.harvest.v2.from_v1 import asking, named, names, without
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire

Project = without(
    v1.Project,
    *("estimate", "estimate_by", "hint_earliest_record_at", "hint_latest_record_at", "fees", "basecamp_id"),
    *("highrise_deal_id", "cache_version", "active_task_assignments_count", "active_user_assignments_count"),
    client_id=(Annotated[int | None, Ref("client"), REQUIRED, SUMMARY], None),
    budget_is_monthly=(Annotated[bool | None, INNER, Starts(False)], None),
    **named("client"),
)
"""A piece of work for a client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptInstead(Rule):
    """Names, before a delete that takes hours and expenses along, the update that keeps them."""

    by: str

    def warn_last(self, case: Case) -> Iterator[str]:
        if case.asks == "delete" and not case.undoes:
            yield f"{self.by} keeps all of it."


PROJECTS: Resource[Record] = replace(
    v1.PROJECTS,
    record=Project,
    wire=JsonWire(
        "/projects",
        (
            Spelled("active", "is_active"),
            Spelled("billable", "is_billable"),
            Spelled("over_budget_notified_at", "over_budget_notification_date"),
            *names(client="client"),
        ),
    ),
    filters=asking(v1.PROJECTS.filters, client="client_id", active="is_active"),
    dependents=(
        # Hours and expenses are deleted with it; invoices stay (harvest-v2 16, 29.1).
        Dependent(noun="time_entry", by="project_id", fate="goes", words="time entry", sums="hours", unit="hours"),
        Dependent(noun="expense", by="project_id", fate="goes", words="expense", sums="total_cost"),
        *v1.PROJECTS.dependents,
    ),
    rules=(
        KeptInstead(by="archive_project"),
        *(rule for rule in v1.PROJECTS.rules if isinstance(rule, (Adds, InOrder, OnlyWith))),
    ),
)
