"""Records field by field, in the recorded order, against the tables of the contract (harvest-v2 6 to 22)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox

from .conftest import Open
from .kit import ADA, HOST, LOGO, MEALS, SUPRCORP, TODAY, WEBSITE, caller, ok

pytestmark = pytest.mark.anyio
NOW = f"{TODAY}T09:00:00Z"
D = Decimal

# The recorded orders; what is in brackets in the contract is 2026's.
ORDERS: dict[str, str] = {
    "/company": "base_uri full_domain name is_active week_start_day wants_timestamp_timers time_format date_format "
    "plan_type expense_feature invoice_feature estimate_feature team_feature weekly_capacity approval_feature clock "
    "currency currency_code_display currency_symbol_display decimal_symbol thousands_separator color_scheme "
    "saml_sign_in_required day_entry_notes_required",
    "/clients/11072": "id name is_active address statement_key created_at updated_at currency",
    "/contacts/9": "id title first_name last_name email phone_office phone_mobile fax invoice_recipient_status "
    "created_at updated_at client",
    "/estimates/3001": "id client_key number purchase_order amount tax tax_amount tax2 tax2_amount discount "
    "discount_amount subject notes state issue_date sent_at accepted_at declined_at created_at updated_at currency "
    "client creator line_items",
    "/expense_categories/601": "id name unit_name unit_price is_active created_at updated_at",
    "/invoice_item_categories/4001": "id name use_as_service use_as_expense created_at updated_at",
    "/estimate_item_categories/1": "id name created_at updated_at",
    "/invoices/7001": "id client_key number purchase_order amount due_amount tax tax_amount tax2 tax2_amount discount "
    "discount_amount subject notes state period_start period_end issue_date due_date payment_term sent_at paid_at "
    "closed_at recurring_invoice_id created_at updated_at paid_date currency payment_options client estimate retainer "
    "creator line_items",
    "/projects/301": "id name code is_active is_billable is_fixed_fee bill_by budget budget_by budget_is_monthly "
    "notify_when_over_budget over_budget_notification_percentage show_budget_to_all created_at updated_at starts_on "
    "ends_on over_budget_notification_date currency notes cost_budget cost_budget_include_expenses hourly_rate fee "
    "client",
    "/projects/301/user_assignments/8001": "id is_project_manager is_active use_default_rates budget created_at "
    "updated_at hourly_rate project user",
    "/projects/301/task_assignments/9001": "id billable is_active created_at updated_at hourly_rate budget project "
    "task",
    "/time_entries/28983": "id spent_date hours hours_without_timer rounded_hours notes is_locked locked_reason "
    "is_explicitly_locked approval_status is_closed is_billed timer_started_at started_time ended_time is_running "
    "billable budgeted billable_rate cost_rate created_at updated_at user client project task user_assignment "
    "task_assignment invoice external_reference",
    "/expenses/40002": "id spent_date notes total_cost units billable receipt reimbursement approval_status is_closed "
    "is_locked is_billed locked_reason is_explicitly_locked created_at updated_at user client project "
    "expense_category user_assignment invoice",
    "/tasks/501": "id name billable_by_default default_hourly_rate is_default is_active created_at updated_at",
    "/roles/701": "id name created_at updated_at user_ids",
    "/users/31": "id first_name last_name employee_id email telephone timezone weekly_capacity "
    "has_access_to_all_future_projects is_contractor is_active calendar_integration_enabled "
    "calendar_integration_source created_at updated_at can_create_projects default_hourly_rate cost_rate roles "
    "access_roles permissions_claims avatar_url",
    "/users/31/billable_rates/1101": "id amount start_date end_date created_at updated_at",
}
ROWS: dict[str, str] = {
    "/invoices/7001/messages": "id sent_by sent_by_email sent_from sent_from_email include_link_to_client_invoice "
    "send_me_a_copy thank_you reminder send_reminder_on created_at updated_at attach_pdf event_type recipients subject "
    "body",
    "/invoices/7001/payments": "id amount paid_at recorded_by recorded_by_email notes transaction_id created_at "
    "updated_at paid_date payment_gateway",
    "/estimates/3001/messages": "id sent_by sent_by_email sent_from sent_from_email send_me_a_copy created_at "
    "updated_at event_type recipients subject body",
    "/users/me/project_assignments": "id is_project_manager is_active use_default_rates budget created_at updated_at "
    "hourly_rate project client task_assignments",
    "/reports/time/clients": "client_id client_name total_hours billable_hours currency billable_amount",
    "/reports/time/projects": "project_id project_name client_id client_name total_hours billable_hours currency "
    "billable_amount",
    "/reports/time/tasks": "task_id task_name total_hours billable_hours currency billable_amount",
    "/reports/time/team": "user_id user_name is_contractor total_hours billable_hours currency billable_amount "
    "weekly_capacity avatar_url",
    "/reports/expenses/clients": "client_id client_name total_amount billable_amount currency",
    "/reports/expenses/projects": "client_id client_name project_id project_name total_amount billable_amount currency",
    "/reports/expenses/categories": "expense_category_id expense_category_name total_amount billable_amount currency",
    "/reports/expenses/team": "user_id user_name is_contractor total_amount billable_amount currency",
    "/reports/uninvoiced": "client_id client_name project_id project_name currency total_hours uninvoiced_hours "
    "uninvoiced_expenses uninvoiced_amount",
    "/reports/project_budget": "project_id project_name client_id client_name budget_is_monthly budget_by is_active "
    "budget budget_spent budget_remaining",
}
LATE = (
    "is_explicitly_locked approval_status reimbursement invoice_recipient_status payment_options employee_id "
    "access_roles permissions_claims saml_sign_in_required day_entry_notes_required"
)
EARLY = ["is_admin", "is_project_manager", "can_see_rates", "can_create_invoices"]
"""What people had until 2022."""


@pytest.mark.parametrize("path", ORDERS)
async def test_a_record_has_its_fields_in_the_recorded_order(http: httpx.AsyncClient, path: str) -> None:
    assert " ".join(ok(await http.get(path))) == ORDERS[path]


@pytest.mark.parametrize("path", ROWS)
async def test_a_row_has_its_fields_in_the_recorded_order(http: httpx.AsyncClient, path: str) -> None:
    days = "?from=2026-02-01&to=2026-03-01" if "reports" in path else ""
    rows = next(iter(ok(await http.get(f"{path}{days}")).values()))
    assert " ".join(rows[0]) == ROWS[path]


@pytest.mark.parametrize("path", [path for path, order in ORDERS.items() if set(order.split()) & set(LATE.split())])
async def test_the_form_of_2021_lacks_what_came_later(opened: Open, path: str) -> None:
    async with caller(opened(form="2021")) as http:
        told = list(ok(await http.get(path)))
    gone = {*LATE.split(), *(("currency",) if path.startswith("/projects") else ())}
    kept = [name for name in ORDERS[path].split() if name not in gone]
    assert [name for name in told if name not in EARLY] == kept
    assert [name for name in told if name in EARLY] == (EARLY if path.startswith("/users") else [])


async def test_a_new_client_is_whole(http: httpx.AsyncClient) -> None:
    answer = await http.post("/clients", json={"name": "Moor Ltd", "currency": "EUR"})
    made = ok(answer, 201)
    assert made == {
        "id": 11113,
        "name": "Moor Ltd",
        "is_active": True,
        "address": None,
        "statement_key": made["statement_key"],
        "created_at": NOW,
        "updated_at": NOW,
        "currency": "EUR",
    }
    assert len(bytes.fromhex(made["statement_key"])) == 16
    assert answer.headers["location"] == f"{HOST}/api/v2/clients/11113"
    assert ok(await http.get("/clients/11113")) == made


async def test_a_new_contact_is_whole(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/contacts", json={"client_id": SUPRCORP, "first_name": "Ines"}), 201)
    assert made == {
        **{"id": 158, "title": None, "first_name": "Ines", "last_name": None, "email": "", "phone_office": ""},
        **{"phone_mobile": "", "fax": "", "invoice_recipient_status": "none", "created_at": NOW, "updated_at": NOW},
        "client": {"id": SUPRCORP, "name": "SuprCorp"},
    }


async def test_a_new_project_is_whole(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/projects", json={"client_id": SUPRCORP, "name": "Kiosk"}), 201)
    assert made == {
        **{"id": 327, "name": "Kiosk", "code": None, "is_active": True, "is_billable": True, "is_fixed_fee": False},
        **{"bill_by": "none", "budget": None, "budget_by": "none", "budget_is_monthly": False},
        **{"notify_when_over_budget": False, "over_budget_notification_percentage": D(80), "show_budget_to_all": False},
        **{"created_at": NOW, "updated_at": NOW, "starts_on": None, "ends_on": None},
        **{"over_budget_notification_date": None, "currency": "USD", "notes": None, "cost_budget": None},
        **{"cost_budget_include_expenses": False, "hourly_rate": None, "fee": None},
        "client": {"id": SUPRCORP, "name": "SuprCorp", "currency": "USD"},
    }


async def test_a_new_task_is_whole(http: httpx.AsyncClient) -> None:
    assert ok(await http.post("/tasks", json={"name": "Listening"}), 201) == {
        **{"id": 513, "name": "Listening", "billable_by_default": True, "default_hourly_rate": None},
        **{"is_default": False, "is_active": True, "created_at": NOW, "updated_at": NOW},
    }


async def test_a_new_person_is_whole(http: httpx.AsyncClient) -> None:
    body = {"first_name": "Ines", "last_name": "Roth", "email": "ines@roth.example"}
    made = ok(await http.post("/users", json=body), 201)
    assert made == {
        **{"id": 43, "first_name": "Ines", "last_name": "Roth", "employee_id": None, "email": "ines@roth.example"},
        **{"telephone": "", "timezone": "Eastern Time (US & Canada)", "weekly_capacity": 126_000},
        **{"has_access_to_all_future_projects": False, "is_contractor": False, "is_active": True},
        **{"calendar_integration_enabled": False, "calendar_integration_source": None, "created_at": NOW},
        **{"updated_at": NOW, "can_create_projects": False, "default_hourly_rate": None, "cost_rate": None},
        **{"roles": [], "access_roles": ["member"], "avatar_url": "/assets/avatars/normal.png"},
        "permissions_claims": ["expenses:read:own", "expenses:write:own", "timers:read:own", "timers:write:own"],
    }


async def test_a_new_time_entry_is_whole(http: httpx.AsyncClient) -> None:
    body = {"project_id": WEBSITE, "task_id": 501, "spent_date": TODAY, "hours": 1.5}
    made = ok(await http.post("/time_entries", json=body), 201)
    on = ok(await http.get(f"/projects/{WEBSITE}/user_assignments/8001"))
    doing = ok(await http.get(f"/projects/{WEBSITE}/task_assignments/9001"))
    for each in ("project", "user"):
        on.pop(each)
    for each in ("project", "task"):
        doing.pop(each)
    assert made == {
        **{"id": 28984, "spent_date": TODAY, "hours": D("1.5"), "hours_without_timer": D("1.5")},
        **{"rounded_hours": D("1.5"), "notes": None, "is_locked": False, "locked_reason": None},
        **{"is_explicitly_locked": False, "approval_status": "unsubmitted", "is_closed": False, "is_billed": False},
        **{"timer_started_at": None, "started_time": None, "ended_time": None, "is_running": False},
        **{"billable": True, "budgeted": True, "billable_rate": D(80), "cost_rate": None},
        **{"created_at": NOW, "updated_at": NOW, "user": {"id": ADA, "name": "Ada Kestrel"}},
        "client": {"id": SUPRCORP, "name": "SuprCorp", "currency": "USD"},
        "project": {"id": WEBSITE, "name": "Website relaunch", "code": "SC-01"},
        "task": {"id": 501, "name": "Design"},
        **{"user_assignment": on, "task_assignment": doing, "invoice": None, "external_reference": None},
    }


async def test_a_new_expense_is_whole(http: httpx.AsyncClient) -> None:
    body = {"project_id": LOGO, "expense_category_id": MEALS, "spent_date": TODAY, "total_cost": "12.5"}
    made = ok(await http.post("/expenses", json=body), 201)
    on = ok(await http.get(f"/projects/{LOGO}/user_assignments/8048"))
    for each in ("project", "user"):
        on.pop(each)
    assert made == {
        **{"id": 40254, "spent_date": TODAY, "notes": None, "total_cost": D("12.5"), "units": D(1), "billable": True},
        **{"receipt": None, "reimbursement": False, "approval_status": "unsubmitted", "is_closed": False},
        **{"is_locked": False, "is_billed": False, "locked_reason": None, "is_explicitly_locked": False},
        **{"created_at": NOW, "updated_at": NOW, "user": {"id": ADA, "name": "Ada Kestrel"}},
        "client": {"id": 11110, "name": "Quill, Ink & Co.", "currency": "USD"},
        "project": {"id": LOGO, "name": "Logo", "code": ""},
        "expense_category": {"id": MEALS, "name": "Meals", "unit_price": None, "unit_name": None},
        **{"user_assignment": on, "invoice": None},
    }


async def test_a_new_invoice_is_whole(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/invoices", json={"client_id": SUPRCORP}), 201)
    assert made == {
        **{"id": 7061, "client_key": made["client_key"], "number": "1061", "purchase_order": "", "amount": D(0)},
        **{"due_amount": D(0), "tax": None, "tax_amount": D(0), "tax2": None, "tax2_amount": D(0), "discount": None},
        **{"discount_amount": D(0), "subject": "", "notes": "", "state": "draft", "period_start": None},
        **{"period_end": None, "issue_date": TODAY, "due_date": TODAY, "payment_term": "custom", "sent_at": None},
        **{"paid_at": None, "closed_at": None, "recurring_invoice_id": None, "created_at": NOW, "updated_at": NOW},
        **{"paid_date": None, "currency": "USD", "payment_options": [], "client": {"id": SUPRCORP, "name": "SuprCorp"}},
        **{"estimate": None, "retainer": None, "creator": {"id": ADA, "name": "Ada Kestrel"}, "line_items": []},
    }
    assert len(bytes.fromhex(made["client_key"])) == 20


async def test_the_seed_is_the_studio_as_v1_has_it(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    invoice = ok(await http.get("/invoices/7002"))
    assert (invoice["number"], invoice["amount"], invoice["tax"], invoice["payment_term"], invoice["paid_date"]) == (
        *("1002", D("2078.42"), D("8.875"), "net 30"),
        "2025-04-03",
    )
    category = ok(await http.get("/expense_categories/601"))
    assert (category["unit_name"], category["unit_price"]) == ("Miles", D("0.485"))
    person = ok(await http.get("/users/33"))
    assert (person["first_name"], person["roles"], person["timezone"]) == ("Róisín", ["Design"], "Dublin")
    counts = {
        name: ok(await http.get(f"/{name}?per_page=1"))["total_entries"]
        for name in ("clients", "contacts", "projects", "tasks", "users", "invoices", "expenses", "time_entries")
    }
    assert counts == {
        **{"clients": 41, "contacts": 149, "projects": 26, "tasks": 12, "users": 12, "invoices": 60},
        **{"expenses": 253, "time_entries": 8983},
    }


@pytest.mark.parametrize("empty", [True, False])
async def test_a_delete_answers_what_was_deleted_or_nothing(opened: Open, empty: bool) -> None:
    async with caller(opened(empty_delete=empty)) as http:
        before: dict[str, Any] = ok(await http.get("/tasks/512"))
        answer = await http.delete("/tasks/512")
        assert answer.status_code == 200
        assert answer.content == b"" if empty else answer.json() == {**before, "default_hourly_rate": 55.0}
        assert (await http.get("/tasks/512")).status_code == 404
