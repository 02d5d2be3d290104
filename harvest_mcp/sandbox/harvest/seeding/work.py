"""Kestrel Studio's people, tasks, projects, assignments and hours."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.rules import starts
from harvest_mcp.sandbox.harvest.seeding import hours
from harvest_mcp.sandbox.harvest.seeding.hours import FIRST_PERSON, FIRST_PROJECT, FIRST_TASK
from harvest_mcp.sandbox.harvest.seeds.team import PEOPLE as PEOPLE_ROWS
from harvest_mcp.sandbox.harvest.seeds.team import TASKS as TASK_ROWS
from harvest_mcp.sandbox.harvest.seeds.team import TEAMS, letters
from harvest_mcp.sandbox.harvest.seeds.work import PROJECTS as PROJECT_ROWS
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest import PEOPLE, PROJECTS, TASK_ASSIGNMENTS, TASKS, USER_ASSIGNMENTS

FIRST_USER_ASSIGNMENT, FIRST_TASK_ASSIGNMENT = 8001, 9001
BILLED = ("Tasks", "People", "none")


def fill(store: Store, clients: dict[str, int]) -> None:
    """Insert all rows of these clients; `clients` has the ids by name."""
    rows: list[tuple[Resource[Record], int, Iterator[Row]]] = [
        (PEOPLE, FIRST_PERSON, _people(store)),
        (TASKS, FIRST_TASK, _tasks(store)),
        (PROJECTS, FIRST_PROJECT, _projects(store, clients)),
        (USER_ASSIGNMENTS, FIRST_USER_ASSIGNMENT, _assigned(store, people=True)),
        (TASK_ASSIGNMENTS, FIRST_TASK_ASSIGNMENT, _assigned(store, people=False)),
    ]
    for resource, first, values in rows:
        for id, row in enumerate(values, first):
            store.insert(resource, {**starts(resource), **row, "id": id})
    if not store.count(HOURS):  # an account in memory starts with them
        store.pour(HOURS, hours.COLUMNS, hours.year(hours.today(store.now())))


def _people(store: Store) -> Iterator[Row]:
    for one in PEOPLE_ROWS:
        yield {
            "email": f"{one.mailbox}@kestrel.example",
            "first_name": one.first,
            "last_name": one.last,
            "has_access_to_all_future_projects": one.everywhere,
            "default_hourly_rate": _amount(one.rate),
            "is_active": one.active,
            "is_admin": one.admin,
            "is_contractor": one.contractor,
            "telephone": one.telephone,
            "department": one.department,
            "timezone": one.timezone,
            "weekly_capacity": one.hours * 3600,
            "avatar_url": "/assets/avatars/normal.png",
            **_dates(store, one.joined, one.changed),
        }


def _tasks(store: Store) -> Iterator[Row]:
    for place, (name, rate, billable, default, archived) in enumerate(TASK_ROWS):
        yield {
            "name": name,
            "billable_by_default": billable,
            "default_hourly_rate": _amount(rate),
            "is_default": default,
            "deactivated": archived,
            **_dates(store, 725 - 20 * place, 300 - 20 * place),
        }


def _projects(store: Store, clients: dict[str, int]) -> Iterator[Row]:
    spans = hours.spans(hours.today(store.now()))
    for place, (client, name, code, active) in enumerate(PROJECT_ROWS):
        id, began = FIRST_PROJECT + place, 380 - 14 * place
        first, last = spans.get(id, (None, None))
        budget = Decimal(40 + 20 * (place % 4)) if place % 2 == 0 else None
        yield {
            "client_id": clients[client],
            "name": name,
            "code": code,
            "active": active,
            "bill_by": BILLED[place % 3],
            "budget": budget,
            "budget_by": "project" if budget else "none",
            "estimate": budget,
            "estimate_by": "project" if budget else "none",
            "starts_on": (store.now() - timedelta(days=began)).date(),
            "ends_on": None if active else (store.now() - timedelta(days=began // 3)).date(),
            "hint_earliest_record_at": first,
            "hint_latest_record_at": last,
            **_dates(store, began + 5, began // 4),
        }


def _assigned(store: Store, *, people: bool) -> Iterator[Row]:
    for project, (team, tasks, _) in TEAMS.items():
        for letter, archived in letters(team if people else tasks):
            place = ord(letter.lower()) - ord("a")
            row: Row = {
                "project_id": project,
                "deactivated": archived,
                **_dates(store, 380 - 14 * (project - FIRST_PROJECT), 90 if archived else 100),
            }
            if people:
                row |= {"user_id": FIRST_PERSON + place, "is_project_manager": letter.isupper()}
                yield row | {"hourly_rate": _amount(PEOPLE_ROWS[place].rate)}
            else:
                _, rate, billable, _, _ = TASK_ROWS[place]
                yield row | {"task_id": FIRST_TASK + place, "billable": billable, "hourly_rate": _amount(rate)}


def _dates(store: Store, created: int, changed: int) -> Row:
    oldest = min(created, changed)
    return {
        "created_at": store.now() - timedelta(days=max(created, 0), hours=2),
        "updated_at": store.now() - timedelta(days=max(oldest, 0), hours=1),
    }


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
