"""Bodies of projects, tasks, people and assignments by the tables of harvest-v1 13 to 17: read, and reproduced."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from harvest_mcp.sandbox import open_account
from harvest_mcp.spec import Era, Record, Resource
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import PEOPLE, PROJECTS, TASK_ASSIGNMENTS, TASKS, USER_ASSIGNMENTS
from harvest_mcp.systems.harvest.assignments.task_assignments import TaskAssignment
from harvest_mcp.systems.harvest.assignments.user_assignments import UserAssignment
from harvest_mcp.systems.harvest.people import Person
from harvest_mcp.systems.harvest.projects import Project
from harvest_mcp.systems.harvest.tasks import Task

from .kit import Clock, caller, shape
from .test_samples import names, sample, without

CREATED, UPDATED = datetime(2018, 3, 1, 8, tzinfo=UTC), datetime(2018, 3, 5, 9, 12, 44, tzinfo=UTC)
OLD_MAP = Project(
    id=220,
    client_id=4101,
    name="Harbour map",
    code="HA-0001",
    active=True,
    bill_by="Project",
    budget=Decimal("100.0"),
    budget_by="project",
    notify_when_over_budget=True,
    over_budget_notification_percentage=Decimal("80.0"),
    show_budget_to_all=False,
    created_at=CREATED,
    updated_at=UPDATED,
    estimate=Decimal("100.0"),
    estimate_by="project",
    hint_earliest_record_at=date(2018, 3, 2),
    hint_latest_record_at=date(2018, 3, 5),
    cost_budget_include_expenses=False,
)
DOCS_MAP = OLD_MAP.model_copy(update={"starts_on": date(2018, 3, 1), "billable": True})
MAP = DOCS_MAP.model_copy(update={"is_fixed_fee": False})
FIXED = MAP.model_copy(update={"is_fixed_fee": True, "fee": Decimal("1200.0")})
TASK = Task(
    id=12,
    name="Drafting",
    billable_by_default=True,
    is_default=False,
    deactivated=True,
    created_at=CREATED,
    updated_at=UPDATED,
)
OLD_TASK = TASK.model_copy(update={"cache_version": 3})
DOCS_ADA = Person(
    id=31,
    email="ada@kestrel.example",
    first_name="Ada",
    last_name="Kestrel",
    has_access_to_all_future_projects=False,
    default_hourly_rate=Decimal("120.0"),
    is_active=True,
    is_admin=True,
    is_contractor=False,
    telephone="",
    department="Management",
    timezone="Eastern Time (US & Canada)",
    created_at=CREATED,
    updated_at=UPDATED,
)
ADA = DOCS_ADA.model_copy(update={"is_project_manager": False, "weekly_capacity": 126_000})
ON = UserAssignment(
    id=901,
    user_id=31,
    project_id=220,
    deactivated=False,
    is_project_manager=True,
    budget=Decimal("20.0"),
    created_at=CREATED,
    updated_at=UPDATED,
)
OF = TaskAssignment(
    id=902,
    project_id=220,
    task_id=12,
    billable=True,
    deactivated=False,
    hourly_rate=Decimal("80.00"),
    created_at=CREATED,
    updated_at=UPDATED,
)

# Leftovers and preferences of the tables that a sample leaves out (harvest-v1 13, 15).
LEFTOVERS = {
    *("fees", "basecamp-id", "highrise-deal-id", "cache-version"),
    *("active-task-assignments-count", "active-user-assignments-count"),
}
PREFERENCES = {
    *("wants-newsletter", "wants-weekly-digest", "weekly-digest-sent-on", "avatar-url", "identity-url"),
    "opensocial-identifier",
}
IDENTITY = {"identity-account-id", "identity-user-id"}

Case = tuple[str, Resource[Record], Era, str, Record, set[str]]
READ: list[Case] = [
    ("projects/classic-one", PROJECTS, "classic", "/projects/220", OLD_MAP, LEFTOVERS),
    ("projects/docs-one", PROJECTS, "docs", "/projects/220", DOCS_MAP, set()),
    ("projects/late-one", PROJECTS, "late", "/projects/220", MAP, set()),
    ("projects/late-list", PROJECTS, "late", "/projects", MAP, set()),
    ("projects/late-fixed-fee", PROJECTS, "late", "/projects/220", FIXED, set()),
    ("tasks/classic-one", TASKS, "classic", "/tasks/12", OLD_TASK, set()),
    ("tasks/docs-one", TASKS, "docs", "/tasks/12", TASK, set()),
    ("tasks/late-one", TASKS, "late", "/tasks/12", TASK, set()),
    ("tasks/late-list", TASKS, "late", "/tasks", TASK, set()),
    ("people/docs-one", PEOPLE, "docs", "/people/31", DOCS_ADA, PREFERENCES),
    ("people/late-one", PEOPLE, "late", "/people/31", ADA, PREFERENCES | IDENTITY),
    ("people/late-list", PEOPLE, "late", "/people", ADA, PREFERENCES | IDENTITY),
    ("user_assignments/docs-one", USER_ASSIGNMENTS, "docs", "/projects/220/user_assignments/901", ON, set()),
    ("user_assignments/late-one", USER_ASSIGNMENTS, "late", "/projects/220/user_assignments/901", ON, set()),
    ("user_assignments/late-list", USER_ASSIGNMENTS, "late", "/projects/220/user_assignments", ON, set()),
    ("task_assignments/docs-one", TASK_ASSIGNMENTS, "docs", "/projects/220/task_assignments/902", OF, set()),
    ("task_assignments/late-one", TASK_ASSIGNMENTS, "late", "/projects/220/task_assignments/902", OF, set()),
    ("task_assignments/late-list", TASK_ASSIGNMENTS, "late", "/projects/220/task_assignments", OF, set()),
]
every_body = pytest.mark.parametrize(
    ("name", "resource", "profile", "path", "record", "more"), READ, ids=[case[0] for case in READ]
)


@every_body
def test_the_client_reads_a_documented_body_to_exactly_its_values(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record, more: set[str]
) -> None:
    answer = Response(200, {}, sample(name))
    place = resource.under({"project_id": 220})
    if "list" in name:
        assert place.resource.wire.list(place).read(answer).rows == [record]
        assert place.resource.wire.list(place).request.path == path
    else:
        assert place.resource.wire.get(place, record.id).read(answer) == record
        assert place.resource.wire.get(place, record.id).request.path == path


@every_body
@pytest.mark.anyio
async def test_the_sandbox_reproduces_a_documented_body_element_for_element(
    name: str, resource: Resource[Record], profile: Era, path: str, record: Record, more: set[str]
) -> None:
    with open_account(profile=profile, clock=Clock(), seeded=False) as sandbox:
        sandbox.put(resource, **record.model_dump())
        if resource.owner:
            sandbox.put(PROJECTS, id=220, client_id=1, name="Harbour map", active=True)
        async with caller(sandbox) as http:
            body = (await http.get(path)).content
    assert without(shape(body), more) == shape(sample(name))
    assert names(shape(body)) - names(shape(sample(name))) == more
