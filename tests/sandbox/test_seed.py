"""Kestrel Studio, as seeded."""

from collections import Counter
from datetime import datetime, timedelta

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import ACCOUNT, HOURS
from harvest_mcp.sandbox.harvest.logins import LOGINS
from harvest_mcp.sandbox.made_rows import ROWS
from harvest_mcp.systems.harvest import (
    CLIENTS,
    CONTACTS,
    INVOICES,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    USER_ASSIGNMENTS,
)
from harvest_mcp.systems.harvest.currencies import labels

from .kit import NOW, Clock

SIZES = {
    "clients": 41,
    "contacts": 149,
    "projects": 26,
    "tasks": 12,
    "user_assignments": 49,
    "task_assignments": 44,
    "people": 12,
    "expense_categories": 9,
    "expenses": 253,
    "invoices": 60,
    "invoice_messages": 55,
    "invoice_payments": 56,
    "invoice_item_categories": 5,
    "hours": 9147,
    "receipts": 42,
}


def test_the_same_account_is_seeded_every_time(sandbox: Sandbox, clock: Clock) -> None:
    with open_account(clock=clock) as other:
        assert [other.rows(one) for one in ACCOUNT.resources] == [sandbox.rows(one) for one in ACCOUNT.resources]


def test_the_account_is_of_a_believable_size(sandbox: Sandbox) -> None:
    assert {one.plural: len(sandbox.rows(one)) for one in ACCOUNT.resources if one.plural in SIZES} == SIZES


def test_what_has_no_seed_of_its_own_has_a_few_rows_made_from_its_columns(sandbox: Sandbox) -> None:
    others = {one.plural: len(sandbox.rows(one)) for one in ACCOUNT.resources if one.plural not in SIZES}
    assert all(count >= ROWS for count in others.values()), others


def test_the_documented_client_and_contact_come_first(sandbox: Sandbox) -> None:
    client, contact = sandbox.rows(CLIENTS)[0], sandbox.rows(CONTACTS)[0]
    assert {name: client[name] for name in ("id", "name", "active", "details")} == {
        "id": 11072,
        "name": "SuprCorp",
        "active": True,
        "details": (
            "123 Main St.\nThird Floor\nNew York, NY 10011\nUSA\n212-555-1212\n212-555-1213 (fax)\n"
            "http://www.company.com"
        ),
    }
    assert {name: contact[name] for name in contact if not name.endswith("_at")} == {
        "id": 9,
        "client_id": 11072,
        "first_name": "Jane",
        "last_name": "Doe",
        "title": "President",
        "email": "janedoe@example.com",
        "phone_office": "555.555.5555",
        "phone_mobile": "555.555.7777",
        "fax": "555.555.9999",
    }


def test_the_account_holds_what_makes_real_ones_hard(sandbox: Sandbox) -> None:
    clients, contacts = sandbox.rows(CLIENTS), sandbox.rows(CONTACTS)
    names = [str(row["name"]) for row in clients]
    assert len(names) == len(set(names)) == len({name.lower() for name in names}) + 1
    assert {"Acme", "Kestrel & Sons", "O'Malley & Daughters Brewing", "Café Zoë", "מאפיית השחר"} < set(names)
    assert Counter(row["active"] for row in clients) == {True: 37, False: 4}
    assert any("\n\n" in str(row["details"]) for row in clients)
    assert [row["name"] for row in clients if row["details"] == ""] == ["Maple & Main Realty"]
    people = Counter((row["first_name"], row["last_name"]) for row in contacts)
    assert [name for name, count in people.items() if count == 3] == [("John", "Smith"), ("Anna", "Schmidt")]
    at_one = Counter((row["client_id"], row["first_name"], row["last_name"]) for row in contacts)
    assert sorted(name[1:] for name, count in at_one.items() if count == 2) == [("Anna", "Schmidt"), ("John", "Smith")]
    assert sum(row["email"] == "" for row in contacts) >= 3


def test_acme_has_three_contacts_and_nothing_else(sandbox: Sandbox) -> None:
    acme = next(row["id"] for row in sandbox.rows(CLIENTS) if row["name"] == "Acme")
    counts = [sum(row["client_id"] == acme for row in sandbox.rows(one)) for one in (CONTACTS, PROJECTS, INVOICES)]
    assert counts == [3, 0, 0]


def test_no_archived_client_has_an_active_project(sandbox: Sandbox) -> None:
    archived = {row["id"] for row in sandbox.rows(CLIENTS) if not row["active"]}
    assert [row for row in sandbox.rows(PROJECTS) if row["active"] and row["client_id"] in archived] == []


def test_every_row_belongs_to_a_client_and_every_currency_is_known(sandbox: Sandbox) -> None:
    clients = {row["id"] for row in sandbox.rows(CLIENTS)}
    for resource in (CONTACTS, PROJECTS, INVOICES):
        assert {row["client_id"] for row in sandbox.rows(resource)} <= clients
    known = {f"{label} - {code}" for code, label in labels().items()}
    assert {row["currency"] for row in sandbox.rows(CLIENTS)} <= known


def test_every_login_is_one_of_the_people(sandbox: Sandbox) -> None:
    people = {row["id"]: (row["email"], row["first_name"], row["last_name"]) for row in sandbox.rows(PEOPLE)}
    assert [people[login.id] for login in LOGINS] == [(one.email, one.first_name, one.last_name) for one in LOGINS]


def test_all_work_is_done_by_people_on_tasks_of_the_same_project(sandbox: Sandbox) -> None:
    projects, tasks, people = ({row["id"] for row in sandbox.rows(one)} for one in (PROJECTS, TASKS, PEOPLE))
    on = {(row["project_id"], row["user_id"]) for row in sandbox.rows(USER_ASSIGNMENTS)}
    of = {(row["project_id"], row["task_id"]) for row in sandbox.rows(TASK_ASSIGNMENTS)}
    assert len(on) == len(sandbox.rows(USER_ASSIGNMENTS))
    assert len(of) == len(sandbox.rows(TASK_ASSIGNMENTS))
    assert {project for project, _ in on} == {project for project, _ in of} < projects
    assert {person for _, person in on} < people
    assert {task for _, task in of} < tasks
    for row in sandbox.rows(HOURS):
        assert (row["project_id"], row["user_id"]) in on
        assert (row["project_id"], row["task_id"]) in of


def test_dates_reach_back_two_years_and_some_are_of_this_month(sandbox: Sandbox) -> None:
    rows = [*sandbox.rows(CLIENTS), *sandbox.rows(CONTACTS)]
    dates = [(row["created_at"], row["updated_at"]) for row in rows]
    for created, updated in dates:
        assert isinstance(created, datetime)
        assert isinstance(updated, datetime)
        assert NOW - timedelta(days=731) < created <= updated <= NOW
    assert sum(str(updated)[:7] == "2018-03" for _, updated in dates) >= 5
    assert min(str(created)[:7] for created, _ in dates) == "2016-03"
