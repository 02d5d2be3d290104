"""Each operation of v2, the tool that makes it, and the exact call; what no tool offers stands here with the reason."""

from dataclasses import dataclass, field
from typing import Any

# ruff: noqa: E501 - a body is one line


@dataclass(frozen=True, slots=True)
class Offered:
    """A call of a tool, after others, and what it sends among the rest."""

    tool: str
    wire: str
    arguments: dict[str, Any] = field(default_factory=dict)
    before: tuple[tuple[str, dict[str, Any]], ...] = ()


def of(tool: str, wire: str, /, *before: tuple[str, dict[str, Any]], **arguments: Any) -> Offered:
    """An operation, and the calls before it."""
    return Offered(tool, wire, arguments, before)


SUPRCORP, ACME, JANE, PROJECT, DESIGN = 11072, 11073, 9, 301, 501
LINE = {"kind": "Service", "quantity": 2, "unit_price": "80"}
DRAFT = ("create_invoice", {"client": "SuprCorp", "subject": "Work", "line_items": [LINE]})
SENT = ("mark_invoice_sent", {"invoice_id": 7061})
PAID = ("create_invoice_payment", {"invoice": "id 7061", "amount": "10", "paid_at": "2026-03-01"})
OFFER = ("create_estimate", {"client": "SuprCorp", "subject": "Offer", "line_items": [LINE]})
TRACKED = {"project": "301", "task": "501"}
LOGGED = ("log_time", {**TRACKED, "hours": "1.5"})

OFFERED = {
    "CO2-1": of("who_am_i", "GET /v2/company"),
    "PE2-2": of("who_am_i", "GET /v2/users/me"),
    "CL2-1": of("list_clients", "GET /v2/clients?is_active=false", active=False),
    "CL2-2": of("get_client", "GET /v2/clients/11073", client_id=ACME),
    "CL2-3": of("create_client", 'POST /v2/clients {"name":"Neu","address":"a"}', name="Neu", details="a"),
    "CL2-4": of("toggle_client", 'PATCH /v2/clients/11073 {"is_active":false}', client_id=ACME, active=False),
    "CL2-5": of("delete_client", "DELETE /v2/clients/11073", client_id=ACME),
    "CC2-1": of("list_contacts", "GET /v2/contacts?client_id=11072", client="id 11072"),
    "CC2-2": of("get_contact", "GET /v2/contacts/9", contact_id=JANE),
    "CC2-3": of(
        "create_contact",
        'POST /v2/contacts {"client_id":11072,"first_name":"Maya"}',
        client="id 11072",
        first_name="Maya",
    ),
    "CC2-4": of("update_contact", 'PATCH /v2/contacts/9 {"title":"Owner"}', contact_id=JANE, title="Owner"),
    "CC2-5": of("delete_contact", "DELETE /v2/contacts/9", contact_id=JANE),
    "PR2-1": of("list_projects", "GET /v2/projects?client_id=11072&is_active=true", client="id 11072", active=True),
    "PR2-2": of("get_project", "GET /v2/projects/301", project_id=PROJECT),
    "PR2-3": of(
        "create_project",
        'POST /v2/projects {"client_id":11072,"name":"Site 2","is_billable":false}',
        client="id 11072",
        name="Site 2",
        billable=False,
    ),
    "PR2-4": of("archive_project", 'PATCH /v2/projects/306 {"is_active":false}', project_id=306),
    "PR2-5": of("delete_project", "DELETE /v2/projects/326", project_id=326),
    "TA2-1": of("list_tasks", "GET /v2/tasks?is_active=true", deactivated=False),
    "TA2-2": of("get_task", "GET /v2/tasks/501", task_id=DESIGN),
    "TA2-3": of("create_task", 'POST /v2/tasks {"name":"Tidy"}', name="Tidy"),
    "TA2-4": of("archive_task", 'PATCH /v2/tasks/501 {"is_active":false}', task_id=DESIGN),
    "TA2-5": of("delete_task", "DELETE /v2/tasks/513", ("create_task", {"name": "Tidy"}), task_id=513),
    "PE2-1": of("list_people", "GET /v2/users?is_active=true", is_active=True),
    "PE2-3": of("get_person", "GET /v2/users/32", person_id="32"),
    "PE2-4": of(
        "create_person",
        'POST /v2/users {"email":"n@k.example","first_name":"N","last_name":"O","access_roles":["manager","project_creator"]}',
        email="n@k.example",
        first_name="N",
        last_name="O",
        access_roles="manager, project_creator",
    ),
    "PE2-5": of("update_person", 'PATCH /v2/users/32 {"roles":["Design"]}', person_id=32, department="Design"),
    "PE2-6": of(
        "delete_person",
        "DELETE /v2/users/43",
        ("create_person", {"email": "n@k.example", "first_name": "N", "last_name": "O"}),
        person_id=43,
    ),
    "UA2-2": of("list_user_assignments", "GET /v2/projects/301/user_assignments", project="301"),
    "UA2-3": of(
        "get_user_assignment", "GET /v2/projects/301/user_assignments/8001", project="301", user_assignment_id=8001
    ),
    "UA2-4": of(
        "create_user_assignment",
        'POST /v2/projects/301/user_assignments {"user_id":35,"hourly_rate":90,"use_default_rates":false}',
        project="301",
        person="35",
        hourly_rate=90,
    ),
    "UA2-5": of(
        "update_user_assignment",
        'PATCH /v2/projects/301/user_assignments/8003 {"is_active":false}',
        project="301",
        user_assignment_id=8003,
        deactivated=True,
    ),
    "UA2-6": of(
        "delete_user_assignment",
        "DELETE /v2/projects/301/user_assignments/8050",
        ("create_user_assignment", {"project": "301", "person": "35"}),
        project="301",
        user_assignment_id=8050,
    ),
    "TS2-2": of("list_task_assignments", "GET /v2/projects/301/task_assignments", project="301"),
    "TS2-3": of(
        "get_task_assignment", "GET /v2/projects/301/task_assignments/9001", project="301", task_assignment_id=9001
    ),
    "TS2-4": of(
        "create_task_assignment",
        'POST /v2/projects/301/task_assignments {"task_id":504,"billable":false}',
        project="301",
        task="504",
        billable=False,
    ),
    "TS2-5": of(
        "update_task_assignment",
        'PATCH /v2/projects/301/task_assignments/9001 {"budget":10.5}',
        project="301",
        task_assignment_id=9001,
        budget="10.5",
    ),
    "TS2-6": of(
        "delete_task_assignment",
        "DELETE /v2/projects/301/task_assignments/9045",
        ("create_task_assignment", {"project": "301", "task": "504"}),
        project="301",
        task_assignment_id=9045,
    ),
    "TE2-1": of("get_timesheet", "GET /v2/time_entries?user_id=31&from=2026-02-27&to=2026-02-27", day="2026-02-27"),
    "TE2-2": of("get_time_entry", "GET /v2/time_entries/28984", LOGGED, time_entry_id=28984),
    "TE2-3": of(
        "log_time",
        'POST /v2/time_entries {"spent_date":"2026-02-27","project_id":301,"task_id":501,"hours":1.50,"notes":"x"}',
        **TRACKED,
        hours="1:30",
        day="2026-02-27",
        notes="x",
    ),
    "TE2-4": of(
        "update_time_entry", 'PATCH /v2/time_entries/28984 {"notes":"y"}', LOGGED, time_entry_id=28984, notes="y"
    ),
    "TE2-5": of("delete_time_entry", "DELETE /v2/time_entries/28984", LOGGED, time_entry_id=28984),
    "TE2-6": of("start_timer", "PATCH /v2/time_entries/28984/restart", LOGGED, time_entry_id=28984),
    "TE2-7": of("stop_timer", "PATCH /v2/time_entries/28984/stop", ("start_timer", TRACKED)),
    "TE2-8": of(
        "update_time_entry",
        "DELETE /v2/time_entries/28984/external_reference",
        ("log_time", {**LOGGED[1], "reference_id": "88"}),
        time_entry_id=28984,
        reference_id="",
    ),
    "PA2-1": of("get_timesheet", "GET /v2/users/33/project_assignments", projects=True, person="33"),
    "PA2-2": of("get_timesheet", "GET /v2/users/me/project_assignments", projects=True),
    "EC2-1": of("list_expense_categories", "GET /v2/expense_categories?is_active=false", deactivated=True),
    "EC2-2": of("get_expense_category", "GET /v2/expense_categories/601", expense_category_id=601),
    "EC2-3": of(
        "create_expense_category",
        'POST /v2/expense_categories {"name":"Ferry","unit_name":"km","unit_price":0.575}',
        name="Ferry",
        unit_name="km",
        unit_price="0.575",
    ),
    "EC2-4": of(
        "update_expense_category",
        'PATCH /v2/expense_categories/602 {"is_active":false}',
        expense_category_id=602,
        deactivated=True,
    ),
    "EC2-5": of(
        "delete_expense_category",
        "DELETE /v2/expense_categories/610",
        ("create_expense_category", {"name": "Ferry"}),
        expense_category_id=610,
    ),
    "EX2-1": of(
        "list_expenses",
        "GET /v2/expenses?user_id=31&project_id=301&from=2025-01-01",
        person="31",
        project="301",
        since="2025-01-01",
    ),
    "EX2-2": of("get_expense", "GET /v2/expenses/40001", expense_id=40001),
    "EX2-3": of(
        "create_expense",
        'POST /v2/expenses {"total_cost":12.50,"project_id":301,"expense_category_id":602,"spent_date":"2026-02-27"}',
        project="301",
        expense_category="602",
        spent_at="2026-02-27",
        total_cost="12.50",
    ),
    "EX2-4": of(
        "update_expense",
        'PATCH /v2/expenses/40254 {"notes":"y"}',
        (
            "create_expense",
            {"project": "301", "expense_category": "602", "spent_at": "2026-02-27", "total_cost": "12.50"},
        ),
        expense_id=40254,
        notes="y",
    ),
    "EX2-5": of(
        "delete_expense",
        "DELETE /v2/expenses/40254",
        (
            "create_expense",
            {"project": "301", "expense_category": "602", "spent_at": "2026-02-27", "total_cost": "12.50"},
        ),
        expense_id=40254,
    ),
    "IN2-1": of("list_invoices", "GET /v2/invoices?client_id=11072&state=open", client="id 11072", status="open"),
    "IN2-2": of("get_invoice", "GET /v2/invoices/7004", invoice_id=7004),
    "IN2-3": of(
        "create_invoice",
        'POST /v2/invoices {"client_id":11072,"subject":"Work","line_items":[{"kind":"Service","quantity":2,"unit_price":80}],"payment_term":"net 30"}',
        client="id 11072",
        subject="Work",
        due_at_human_format="NET 30",
        line_items=[LINE],
    ),
    "IN2-4": of(
        "update_invoice_line",
        'PATCH /v2/invoices/7061 {"line_items":[{"id":5,"kind":"Service","description":"","quantity":2.0,"unit_price":81,"taxed":false,"taxed2":false}]}',
        DRAFT,
        invoice_id=7061,
        line_id=5,
        unit_price="81",
    ),
    "IN2-5": of("delete_invoice", "DELETE /v2/invoices/7061", DRAFT, invoice_id=7061),
    "IM2-1": of("list_invoice_messages", "GET /v2/invoices/7004/messages", invoice="id 7004"),
    "IM2-2": of(
        "close_invoice", 'POST /v2/invoices/7061/messages {"event_type":"close"}', DRAFT, SENT, invoice_id=7061
    ),
    "IM2-3": of(
        "preview_invoice_message",
        "GET /v2/invoices/7004/messages/new?reminder=true",
        invoice="id 7004",
        reminder=True,
    ),
    "IM2-4": of(
        "delete_invoice_message",
        "DELETE /v2/invoices/7061/messages/6056",
        DRAFT,
        SENT,
        invoice="id 7061",
        invoice_message_id=6056,
    ),
    "IP2-1": of("list_invoice_payments", "GET /v2/invoices/7004/payments", invoice="id 7004"),
    "IP2-2": of(
        "create_invoice_payment",
        'POST /v2/invoices/7061/payments {"send_thank_you":false,"amount":10,"paid_at":"2026-03-01T00:00:00Z"}',
        DRAFT,
        SENT,
        **PAID[1],
    ),
    "IP2-3": of(
        "delete_invoice_payment",
        "DELETE /v2/invoices/7061/payments/5057",
        DRAFT,
        SENT,
        PAID,
        invoice="id 7061",
        invoice_payment_id=5057,
    ),
    "IC2-1": of("list_invoice_item_categories", "GET /v2/invoice_item_categories"),
    "IC2-2": of(
        "update_invoice_item_category",
        "GET /v2/invoice_item_categories/4003",
        invoice_item_category_id=4003,
        name="Trip",
    ),
    "IC2-3": of("create_invoice_item_category", 'POST /v2/invoice_item_categories {"name":"Advice"}', name="Advice"),
    "IC2-4": of(
        "update_invoice_item_category",
        'PATCH /v2/invoice_item_categories/4003 {"name":"Trip"}',
        invoice_item_category_id=4003,
        name="Trip",
    ),
    "IC2-5": of(
        "delete_invoice_item_category",
        "DELETE /v2/invoice_item_categories/4006",
        ("create_invoice_item_category", {"name": "Advice"}),
        invoice_item_category_id=4006,
    ),
    "ES2-1": of("list_estimates", "GET /v2/estimates?client_id=11072&state=sent", client="id 11072", state="sent"),
    "ES2-2": of("get_estimate", "GET /v2/estimates/3001", estimate_id=3001),
    "ES2-3": of(
        "create_estimate",
        'POST /v2/estimates {"client_id":11072,"subject":"Offer","line_items":[{"kind":"Service","quantity":2,"unit_price":80}]}',
        client="id 11072",
        subject="Offer",
        line_items=[LINE],
    ),
    "ES2-4": of("update_estimate", 'PATCH /v2/estimates/3007 {"notes":"new"}', OFFER, estimate_id=3007, notes="new"),
    "ES2-5": of("delete_estimate", "DELETE /v2/estimates/3007", OFFER, estimate_id=3007),
    "EM2-1": of("list_estimate_messages", "GET /v2/estimates/3001/messages", estimate="id 3001"),
    "EM2-2": of(
        "send_estimate",
        'POST /v2/estimates/3007/messages {"recipients":[{"email":"a@b.example"}]}',
        OFFER,
        estimate="id 3007",
        recipients="a@b.example",
    ),
    "EM2-3": of(
        "delete_estimate_message",
        "DELETE /v2/estimates/3007/messages/3509",
        OFFER,
        ("mark_estimate_sent", {"estimate_id": 3007}),
        estimate="id 3007",
        estimate_message_id=3509,
    ),
    "EI2-1": of("list_estimate_item_categories", "GET /v2/estimate_item_categories"),
    "EI2-2": of(
        "update_estimate_item_category", "GET /v2/estimate_item_categories/1", estimate_item_category_id=1, name="Work"
    ),
    "EI2-3": of("create_estimate_item_category", 'POST /v2/estimate_item_categories {"name":"Advice"}', name="Advice"),
    "EI2-4": of(
        "update_estimate_item_category",
        'PATCH /v2/estimate_item_categories/1 {"name":"Work"}',
        estimate_item_category_id=1,
        name="Work",
    ),
    "EI2-5": of(
        "delete_estimate_item_category",
        "DELETE /v2/estimate_item_categories/3",
        ("create_estimate_item_category", {"name": "Advice"}),
        estimate_item_category_id=3,
    ),
    "BR2-1": of("list_billable_rates", "GET /v2/users/33/billable_rates", person="33"),
    "BR2-2": of("get_billable_rate", "GET /v2/users/33/billable_rates/1103", person="33", billable_rate_id=1103),
    "BR2-3": of(
        "create_billable_rate",
        'POST /v2/users/33/billable_rates {"amount":99.50,"start_date":"2026-02-01"}',
        person="33",
        amount="99.50",
        start_date="2026-02-01",
    ),
    "CR2-1": of("list_cost_rates", "GET /v2/users/33/cost_rates", person="33"),
    "CR2-2": of(
        "get_cost_rate",
        "GET /v2/users/33/cost_rates/1",
        ("create_cost_rate", {"person": "33", "amount": "40"}),
        person="33",
        cost_rate_id=1,
    ),
    "CR2-3": of("create_cost_rate", 'POST /v2/users/33/cost_rates {"amount":40}', person="33", amount="40"),
    "TM2-1": of("get_team", "GET /v2/users/32/teammates", team_id=32),
    "TM2-2": of(
        "update_team",
        'PATCH /v2/users/32/teammates {"teammate_ids":[33,34]}',
        team_id=32,
        teammate_ids="33,34",
    ),
    "RU2-1": of("report_uninvoiced", "GET /v2/reports/uninvoiced?from=2026-02-01&to=2026-02-28", period="2026-02"),
    "RB2-1": of("report_budgets", "GET /v2/reports/project_budget"),
    "RO2-1": of("list_roles", "GET /v2/roles"),
    "RO2-2": of("get_role", "GET /v2/roles/701", role_id=701),
    "RO2-3": of("create_role", 'POST /v2/roles {"name":"Advice","user_ids":[31,32]}', name="Advice", user_ids="31,32"),
    "RO2-4": of("update_role", 'PATCH /v2/roles/701 {"user_ids":[31]}', role_id=701, user_ids="31"),
    "RO2-5": of("delete_role", "DELETE /v2/roles/701", role_id=701),
}

SUMS = "report_time and report_expenses add up entries, which spares the reports' budget"
NOT_OFFERED = {
    "CO2-2": "switches the timer mode for everybody: a matter of the account's settings",
    "UA2-1": "whose projects they are is PA2-1, and who is on a project UA2-2: both come with names",
    "TS2-1": "the tasks of a project are TS2-2, those of all that somebody tracks on PA2-1 and PA2-2",
    **{f"RT2-{number}": SUMS for number in range(1, 5)},
    **{f"RX2-{number}": SUMS for number in range(1, 5)},
}
"""What no tool makes, and why."""
