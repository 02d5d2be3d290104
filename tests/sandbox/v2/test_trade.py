"""Clients, tasks, categories and projects: what is refused, what goes along (harvest-v2 7, 8, 16, 17, 29)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import tables

from .kit import ADA, DESIGN, HOST, LOGO, MANAGEMENT, MEALS, MIGUEL, SUPRCORP, TODAY, TRAIL_APP, WEBSITE, ok, refused

pytestmark = pytest.mark.anyio
IN_USE = "This client is not removable. It still has projects and/or invoices."
ENTRY = {"project_id": LOGO, "task_id": DESIGN, "spent_date": TODAY}


@pytest.mark.parametrize("holds", ["projects", "invoices", "estimates"])
async def test_a_client_in_use_is_not_removable_in_the_recorded_words(http: httpx.AsyncClient, holds: str) -> None:
    made = ok(await http.post("/clients", json={"name": "Moor Ltd"}), 201)["id"]
    ok(await http.post(f"/{holds}", json={"client_id": made, "name": "Kiosk"}), 201)
    answer = await http.delete(f"/clients/{made}")
    assert refused(answer) == answer.headers["hint"] == IN_USE


async def test_a_client_takes_its_contacts_along(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/clients", json={"name": "Moor Ltd"}), 201)["id"]
    contact = ok(await http.post("/contacts", json={"client_id": made, "first_name": "Ines"}), 201)["id"]
    assert ok(await http.delete(f"/clients/{made}"))["name"] == "Moor Ltd"
    assert (await http.get(f"/contacts/{contact}")).status_code == 404


async def test_a_patch_sends_only_what_changes(http: httpx.AsyncClient) -> None:
    before = ok(await http.get(f"/clients/{SUPRCORP}"))
    after = ok(await http.patch(f"/clients/{SUPRCORP}", json={"address": "Quay 1"}))
    assert after == {**before, "address": "Quay 1", "updated_at": f"{TODAY}T09:00:00Z"}
    assert ok(await http.patch(f"/clients/{SUPRCORP}", json={"address": ""}))["address"] == ""
    assert ok(await http.patch("/contacts/9", json={"client_id": 11074}))["client"]["id"] == 11074


REFUSALS: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/clients", {}, "Name can't be blank"),
    ("POST", "/clients", {"name": "suprcorp"}, "Name has already been taken"),
    ("POST", "/clients", {"name": "Moor", "currency": "Euro"}, "Currency is not included in the list"),
    ("PATCH", f"/clients/{SUPRCORP}", {"name": ""}, "Name can't be blank"),
    (
        *("PATCH", f"/clients/{SUPRCORP}", {"is_active": False}),
        "This client cannot be archived. It still has active projects.",
    ),
    ("POST", "/contacts", {}, "First name can't be blank, Client can't be blank"),
    ("POST", "/contacts", {"client_id": 1, "first_name": "I"}, "Client must exist"),
    (
        *("POST", "/contacts", {"client_id": SUPRCORP, "first_name": "I", "invoice_recipient_status": "to"}),
        "Invoice recipient status is not included in the list",
    ),
    ("POST", "/tasks", {"name": "design"}, "Name has already been taken"),
    ("POST", "/tasks", {"name": "Listening", "default_hourly_rate": "much"}, "Default hourly rate is invalid"),
    ("POST", "/projects", {}, "Name can't be blank, Client can't be blank"),
    ("POST", "/projects", {"client_id": SUPRCORP, "name": "Annual report"}, "Name has already been taken"),
    (
        *("POST", "/projects", {"client_id": SUPRCORP, "name": "K", "bill_by": "tasks", "starts_on": "soon"}),
        "Bill by is not included in the list, Invalid starts_on: soon",
    ),
    ("PATCH", "/projects/302", {"notes": "x"}, "This project is archived. It takes no edits."),
    ("POST", "/projects/302/user_assignments", {"user_id": 42}, "This project is archived."),
    ("POST", f"/projects/{WEBSITE}/user_assignments", {"user_id": ADA}, "User is already assigned to this project"),
    ("POST", f"/projects/{WEBSITE}/user_assignments", {"user_id": 37}, "User is archived"),
    ("POST", f"/projects/{WEBSITE}/user_assignments", {}, "User can't be blank"),
    ("POST", f"/projects/{WEBSITE}/task_assignments", {"task_id": DESIGN}, "Task is already assigned to this project"),
    ("POST", f"/projects/{WEBSITE}/task_assignments", {"task_id": 1}, "Task must exist"),
    ("POST", "/invoice_item_categories", {"name": "Service"}, "Name has already been taken"),
    ("POST", "/roles", {}, "Name can't be blank"),
    ("POST", "/roles", {"name": "Choir", "user_ids": [1]}, "User must exist"),
]


@pytest.mark.parametrize(("method", "path", "body", "words"), REFUSALS)
async def test_a_write_that_does_not_fit_says_all_that_is_wrong(
    sandbox: Sandbox, http: httpx.AsyncClient, method: str, path: str, body: dict[str, Any], words: str
) -> None:
    count = sandbox.store.past.count
    assert refused(await http.request(method, path, json=body)) == words
    assert sandbox.store.past.count == count


BLOCKED = [
    (f"/tasks/{DESIGN}", "This task is not removable. It still has time tracked to it."),
    ("/users/32", "This user is not removable. It still has time or expenses."),
    (f"/users/{ADA}", "The owner of the account cannot be deleted."),
    (
        f"/projects/{WEBSITE}/user_assignments/8001",
        "This user assignment is not removable. It still has time or expenses.",
    ),
    (
        f"/projects/{WEBSITE}/task_assignments/9001",
        "This task assignment is not removable. It still has time tracked to it.",
    ),
    (f"/expense_categories/{MEALS}", "This expense category is not removable. It still has expenses."),
    ("/invoice_item_categories/4001", "This item category is not removable. It is used for hours or expenses."),
]


@pytest.mark.parametrize(("path", "words"), BLOCKED)
async def test_what_is_in_use_is_not_removable_and_the_hint_repeats_why(
    http: httpx.AsyncClient, path: str, words: str
) -> None:
    answer = await http.delete(path)
    assert refused(answer) == answer.headers["hint"] == words
    assert (await http.get(path)).status_code == 200


async def test_a_project_takes_its_hours_expenses_and_assignments_along(http: httpx.AsyncClient) -> None:
    cost = {"project_id": WEBSITE, "expense_category_id": MEALS, "spent_date": TODAY, "total_cost": 5}
    ok(await http.post("/expenses", json=cost), 201)
    lists = ("time_entries", "expenses", "invoices")
    counted = [ok(await http.get(f"/{name}?project_id={WEBSITE}&per_page=1"))["total_entries"] for name in lists]
    assert all(counted)
    whole = ok(await http.get("/invoices"))["total_entries"]
    deleted = ok(await http.delete(f"/projects/{WEBSITE}"))
    assert (deleted["id"], deleted["is_active"], deleted["budget"]) == (WEBSITE, False, Decimal(0))
    assert [ok(await http.get(f"/{name}?project_id={WEBSITE}"))["total_entries"] for name in lists] == [0, 0, 0]
    assert ok(await http.get("/invoices"))["total_entries"] == whole
    assert not any(
        row["project"]["id"] == WEBSITE for row in ok(await http.get("/user_assignments"))["user_assignments"]
    )
    assert (await http.get(f"/projects/{WEBSITE}/task_assignments")).status_code == 404


async def test_a_new_project_comes_with_its_creator_default_tasks_and_those_for_all(http: httpx.AsyncClient) -> None:
    body = {"client_id": SUPRCORP, "name": "Kiosk", "is_billable": False}
    made = ok(await http.post("/projects", json=body), 201)["id"]
    people = ok(await http.get(f"/projects/{made}/user_assignments"))["user_assignments"]
    assert {(row["user"]["id"], row["is_project_manager"]) for row in people} == {(ADA, True), (38, True)}
    tasks = ok(await http.get(f"/projects/{made}/task_assignments"))["task_assignments"]
    assert {(row["task"]["id"], row["billable"]) for row in tasks} == {(DESIGN, False), (MANAGEMENT, False)}


async def test_archiving_waits_for_timers(http: httpx.AsyncClient) -> None:
    entry = ok(await http.post("/time_entries", json=ENTRY), 201)
    assert entry["is_running"] is True
    for path, noun in ((f"/projects/{LOGO}", "project"), (f"/tasks/{DESIGN}", "task")):
        words = refused(await http.patch(path, json={"is_active": False}))
        assert words == f"This {noun} cannot be archived while a timer is running on it."
    ok(await http.patch(f"/time_entries/{entry['id']}/stop"))
    assert ok(await http.patch(f"/projects/{LOGO}", json={"is_active": False}))["is_active"] is False


async def test_an_archived_project_locks_its_entries_until_it_is_back(http: httpx.AsyncClient) -> None:
    entry = ok(await http.post("/time_entries", json={**ENTRY, "hours": 1}), 201)["id"]
    ok(await http.patch(f"/projects/{LOGO}", json={"is_active": False}))
    told = ok(await http.get(f"/time_entries/{entry}"))
    assert (told["is_locked"], told["locked_reason"]) == (True, "Item Archived")
    assert refused(await http.post("/time_entries", json={**ENTRY, "hours": 1})) == "Project is archived"
    assert refused(await http.patch(f"/time_entries/{entry}", json={"hours": 2}))
    assert refused(await http.delete(f"/time_entries/{entry}")).endswith("Its project or task is archived.")
    ok(await http.patch(f"/projects/{LOGO}", json={"is_active": True}))
    assert ok(await http.get(f"/time_entries/{entry}"))["locked_reason"] is None


async def test_an_archived_assignment_is_revived_under_its_old_id(http: httpx.AsyncClient) -> None:
    path = f"/projects/{TRAIL_APP}/user_assignments"
    old = ok(await http.get(f"{path}?is_active=false"))["user_assignments"][0]
    ok(await http.patch("/users/37", json={"is_active": True}))
    answer = await http.post(path, json={"user_id": 37})
    assert (ok(answer, 201)["id"], answer.json()["is_active"]) == (old["id"], True)
    assert answer.headers["location"] == f"{HOST}/api/v2{path}/{old['id']}"


async def test_a_new_task_assignment_is_billable_as_its_task_and_has_no_rate(http: httpx.AsyncClient) -> None:
    for task, billable in ((503, True), (510, False)):
        made = ok(await http.post(f"/projects/{LOGO}/task_assignments", json={"task_id": task}), 201)
        assert (made["billable"], made["hourly_rate"], made["budget"]) == (billable, None, None)


async def test_an_assignment_of_another_project_is_not_there(http: httpx.AsyncClient) -> None:
    assert (await http.get(f"/projects/{LOGO}/user_assignments/8001")).status_code == 404
    assert (await http.patch(f"/projects/{LOGO}/task_assignments/9001", json={})).status_code == 404


async def test_managers_lead_what_they_are_put_on(http: httpx.AsyncClient) -> None:
    for person, leads in ((MIGUEL, True), (42, False)):
        made = ok(await http.post(f"/projects/{LOGO}/user_assignments", json={"user_id": person}), 201)
        assert (made["is_project_manager"], made["use_default_rates"]) == (leads, True)


async def test_both_flags_of_an_item_category_are_read_only(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/invoice_item_categories", json={"name": "Rights", "use_as_service": True}), 201)
    assert (made["use_as_service"], made["use_as_expense"]) == (False, False)
    assert ok(await http.delete(f"/invoice_item_categories/{made['id']}"))["name"] == "Rights"


async def test_a_refused_write_leaves_no_row_behind(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    before = sandbox.rows(tables.PROJECTS), sandbox.rows(tables.USER_ASSIGNMENTS)
    assert refused(await http.post("/projects", json={"client_id": SUPRCORP, "name": "Annual report"}))
    assert (sandbox.rows(tables.PROJECTS), sandbox.rows(tables.USER_ASSIGNMENTS)) == before


async def test_a_budget_by_person_is_the_sum_of_theirs(http: httpx.AsyncClient) -> None:
    path = f"/projects/{LOGO}"
    ok(await http.patch(path, json={"budget_by": "person"}))
    for id, budget in ((8048, 10), (8049, "2.5")):
        assert ok(await http.patch(f"{path}/user_assignments/{id}", json={"budget": budget}))["budget"] == Decimal(
            budget
        )
    assert ok(await http.get(path))["budget"] == Decimal("12.5")
