"""incwo projects (incwo 13.3): what time, tasks and money are booked on."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import LINES, MONEY, SUMMARY, Dependent, InOrder, NamedBy, OneFilled, Resource, Same, Says
from harvest_mcp.systems.incwo.codes import PROJECT_STATUS
from harvest_mcp.systems.incwo.rows import Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class Project(Row):
    """A piece of work with its budgets."""

    name: Annotated[str | None, SUMMARY, Says("e.g. Extension du hangar")] = None
    reference: Annotated[str | None, SUMMARY, Says("your own, e.g. P-2026-04")] = None
    description: Annotated[str | None, LINES] = None
    status_id: Annotated[str | None, PROJECT_STATUS, SUMMARY] = None
    budget_euros: Annotated[Decimal | None, MONEY, Says("cost budget, euros")] = None
    budget_hours: Annotated[Decimal | None, Says("time budget, hours")] = None
    budget_halfdays: Annotated[Decimal | None, Says("time budget, half-days")] = None  # incwo 15, row 12
    start_date: Annotated[Day | None, SUMMARY] = None
    end_date: Annotated[Day | None, SUMMARY] = None


PROJECTS = Resource(
    noun="project",
    plural="projects",
    record=Project,
    wire=IncwoWire("/projects"),
    toolset="incwo_work",
    label=("name",),
    says="piece of work with its budgets",
    verbs=("list", "get", "create", "update", "delete"),
    # What a delete does to them is not documented; the question names them.
    dependents=(
        Dependent(noun="task", by="project_id", fate="unknown", words="task"),
        Dependent(noun="lead", by="project_id", fate="unknown", words="lead"),
        Dependent(noun="invoice", by="project_id", fate="unknown", words="invoice"),
        Dependent(noun="purchase_bill", by="project_id", fate="unknown", words="purchase bill"),
        Dependent(noun="firm", by="project_id", fate="unknown", words="firm"),
    ),
    rules=(OneFilled(("name",)), InOrder("start_date", "end_date")),
    same=Same(any_of=(("name",), ("reference",))),
    named_by=NamedBy(code="reference"),
)
