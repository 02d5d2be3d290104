"""A year of Kestrel Studio's expenses, with their categories and receipts; older ones are approved and billed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from harvest_mcp.sandbox.harvest import receipts
from harvest_mcp.sandbox.harvest.receipts import RECEIPTS
from harvest_mcp.sandbox.harvest.rules import locking
from harvest_mcp.sandbox.harvest.rules.expense_rules import COMPANY, priced
from harvest_mcp.sandbox.harvest.seeding.hours import FIRST_PERSON, FIRST_PROJECT, lasted
from harvest_mcp.sandbox.harvest.seeds.invoices import INVOICES
from harvest_mcp.sandbox.harvest.seeds.spending import CATEGORIES
from harvest_mcp.sandbox.harvest.seeds.team import PEOPLE, TEAMS
from harvest_mcp.sandbox.harvest.seeds.work import PROJECTS
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.systems.harvest import EXPENSE_CATEGORIES, EXPENSES

FIRST_CATEGORY, FIRST_EXPENSE, FIRST_INVOICE = 601, 40_001, 7001
EVERY = 13
"""Approximate days between two expenses of one person."""
APPROVED, BILLED = 45, 120
"""Days after which an expense is approved, and, if its client has a sent invoice, billed."""


def fill(store: Store) -> None:
    """Insert the categories, the expenses by date, and the receipts."""
    now = store.now()
    spent = sorted(_expenses(now.date()), key=lambda row: str(row["spent_at"]))
    expenses = [_written(row, id, now) for id, row in enumerate(spent, FIRST_EXPENSE)]
    store.lay(EXPENSE_CATEGORIES, [_category(place, now) for place in range(len(CATEGORIES))])
    store.lay(EXPENSES, expenses)
    store.lay(RECEIPTS, [receipts.seeded(int(str(row["id"]))) for row in expenses if row["has_receipt"]])


def _category(place: int, now: datetime) -> Row:
    one, created = CATEGORIES[place], now - timedelta(days=715 - 15 * place)
    return {
        "id": FIRST_CATEGORY + place,
        "name": one.name,
        "unit_name": one.unit or None,
        "unit_price": Decimal(one.price) if one.price else None,
        "deactivated": one.archived,
        "cache_version": 0,
        "created_at": created,
        "updated_at": created + timedelta(days=20 * place),
    }


def _written(row: Row, id: int, now: datetime) -> Row:
    """Return the row with its id and times; every sixth has a receipt."""
    days = (now.date() - date.fromisoformat(str(row["spent_at"]))).days
    written = now - timedelta(days=days) + timedelta(hours=id % 8, minutes=id % 60)
    has = id % 6 == 0
    url = receipts.url(id) if has else ""
    return {**row, "id": id, "has_receipt": has, "receipt_url": url, "created_at": written, "updated_at": written}


def _expenses(today: date) -> Iterator[Row]:
    """Yield everybody's expenses, from joining until leaving, on projects that were worked on at the time."""
    projects = _projects()
    for place, person in enumerate(PEOPLE):
        since = min(person.joined - 1, 364)
        until = 1 if person.active else person.changed
        for turn, days in enumerate(range(since - 2 * place, until, -EVERY)):
            if mine := projects.get(FIRST_PERSON + place):
                project = next((each for each in mine[turn % len(mine) :] + mine if _open(each, days)), mine[0])
                yield _expense(today, days, FIRST_PERSON + place, project, place + 3 * turn)


def _open(project: int, days: int) -> bool:
    """Return whether a project was worked on so many days ago."""
    began, ended = lasted(project)
    return ended <= days <= began


def _expense(today: date, days: int, person: int, project: int, number: int) -> Row:
    spent = today - timedelta(days=days)
    spent -= timedelta(days=max(spent.weekday() - 4, 0))  # nobody spends at the weekend
    kinds = [place for place, one in enumerate(CATEGORIES) if not one.archived or days > 300]
    place = kinds[number % len(kinds)]
    category = CATEGORIES[place]
    notes, figure = category.stories[number // 2 % len(category.stories)]
    units = Decimal(figure) if category.price else Decimal(1)
    cost = priced(units, Decimal(category.price)) if category.price else Decimal(figure)
    invoice = _invoices().get(PROJECTS[project - FIRST_PROJECT][0], 0) if category.billable and days > BILLED else 0
    closed = days > APPROVED
    return {
        "notes": notes,
        "total_cost": cost,
        "units": units,
        "project_id": project,
        "expense_category_id": FIRST_CATEGORY + place,
        "user_id": person,
        "billable": category.billable,
        "spent_at": spent,
        "is_closed": closed,
        **locking(closed=closed, invoiced=invoice > 0),
        "invoice_id": invoice,
        "company_id": COMPANY,
        "is_billed": invoice > 0,
    }


@cache
def _projects() -> dict[int, list[int]]:
    """Return the projects by person, without those they were archived from."""
    found: dict[int, list[int]] = {}
    for project, (team, _, worked) in TEAMS.items():
        for letter in team.split("-")[0].lower() if worked else "":
            found.setdefault(FIRST_PERSON + ord(letter) - ord("a"), []).append(project)
    return found


@cache
def _invoices() -> dict[str, int]:
    """Return the id of the last sent invoice of each client, by name."""
    return {bill.client: id for id, bill in enumerate(INVOICES, FIRST_INVOICE) if bill.state != "draft"}
