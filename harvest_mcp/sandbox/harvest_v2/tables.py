"""The tables of an account over v2: those of v1 with added columns, and those of v2 only.

Both APIs can serve one store: what one writes the other reads. A list of plain values is JSON in a text column.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from pydantic import create_model

from harvest_mcp.sandbox.harvest.hours import ACCOUNT as V1
from harvest_mcp.sandbox.harvest.hours import HOURS as V1_HOURS
from harvest_mcp.sandbox.harvest.receipts import RECEIPTS
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems import harvest as v1
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine
from harvest_mcp.wire.rails_wires import Rails

__all__ = ["ACCOUNT", "RECEIPTS"]


def _record(name: str, base: type[Record], columns: dict[str, object]) -> type[Record]:
    """Return a record class with additional nullable columns."""
    wanted: dict[str, Any] = {column: (kind | None, None) for column, kind in cast("dict[str, Any]", columns).items()}
    return cast("type[Record]", create_model(name, __base__=base, **wanted))


def _wider(resource: Resource[Record], **columns: object) -> Resource[Record]:
    return replace(resource, record=_record(resource.record.__name__, resource.record, columns))


def _own(plural: str, **columns: object) -> Resource[Record]:
    """Return a table of v2 only."""
    dated = {**columns, "created_at": datetime, "updated_at": datetime}
    record = _record(plural.title().replace("_", ""), Record, dated)
    return Resource(noun=plural[:-1], plural=plural, record=record, wire=Rails(""), toolset="", label=(), says="")


CLIENTS: Resource[Record] = v1.CLIENTS
CONTACTS = _wider(v1.CONTACTS, invoice_recipient_status=str)
PROJECTS = _wider(v1.PROJECTS, budget_is_monthly=bool)
TASKS: Resource[Record] = v1.TASKS
PEOPLE = _wider(v1.PEOPLE, access_roles=str, employee_id=str, saml_exempt=bool, is_owner=bool)
USER_ASSIGNMENTS = _wider(v1.USER_ASSIGNMENTS, use_default_rates=bool)
TASK_ASSIGNMENTS: Resource[Record] = v1.TASK_ASSIGNMENTS
EXPENSE_CATEGORIES: Resource[Record] = v1.EXPENSE_CATEGORIES
EXPENSES = _wider(v1.EXPENSES, approval_status=str)
INVOICES = _wider(
    v1.INVOICES,
    sent_at=datetime,
    paid_at=datetime,
    paid_date=date,
    closed_at=datetime,
    payment_options=str,
)
INVOICE_MESSAGES = _wider(v1.INVOICE_MESSAGES, event_type=str, reminder=bool, sent_to=str)
INVOICE_PAYMENTS: Resource[Record] = v1.INVOICE_PAYMENTS
INVOICE_ITEM_CATEGORIES: Resource[Record] = v1.INVOICE_ITEM_CATEGORIES
ENTRIES = _wider(
    V1_HOURS,
    approval_status=str,
    billable_rate=Decimal,
    cost_rate=Decimal,
    ref_id=str,
    ref_group_id=str,
    ref_account_id=str,
    ref_permalink=str,
)

COMPANY = _own("company", by_clock=bool, weekly_capacity=int)
ESTIMATES = _own(
    "estimates",
    client_id=int,
    creator_id=int,
    number=str,
    purchase_order=str,
    amount=Decimal,
    tax=Decimal,
    tax_amount=Decimal,
    tax2=Decimal,
    tax2_amount=Decimal,
    discount=Decimal,
    discount_amount=Decimal,
    subject=str,
    notes=str,
    currency=str,
    state=str,
    issue_date=date,
    sent_at=datetime,
    accepted_at=datetime,
    declined_at=datetime,
    client_key=str,
    line_items=tuple[InvoiceLine, ...],
)
ESTIMATE_MESSAGES = _own(
    "estimate_messages",
    estimate_id=int,
    sent_by=str,
    sent_by_email=str,
    sent_from=str,
    sent_from_email=str,
    sent_to=str,
    subject=str,
    body=str,
    send_me_a_copy=bool,
    event_type=str,
)
ESTIMATE_ITEM_CATEGORIES = _own("estimate_item_categories", name=str)
ROLES = _own("roles", name=str, user_ids=str)
BILLABLE_RATES = _own("billable_rates", user_id=int, amount=Decimal, start_date=date, end_date=date)
COST_RATES = _own("cost_rates", user_id=int, amount=Decimal, start_date=date, end_date=date)
TEAMMATES = _own("teammates", manager_id=int, user_id=int)
OUTBOX = _own("outbox", kind=str, to=str, subject=str, body=str)
"""Every mail sent."""

ACCOUNT = replace(
    V1,
    resources=(
        *(CLIENTS, CONTACTS, PROJECTS, TASKS, PEOPLE, USER_ASSIGNMENTS, TASK_ASSIGNMENTS, EXPENSE_CATEGORIES),
        *(EXPENSES, INVOICES, INVOICE_MESSAGES, INVOICE_PAYMENTS, INVOICE_ITEM_CATEGORIES, ENTRIES, RECEIPTS),
        *(COMPANY, ESTIMATES, ESTIMATE_MESSAGES, ESTIMATE_ITEM_CATEGORIES, ROLES, BILLABLE_RATES, COST_RATES),
        *(TEAMMATES, OUTBOX),
    ),
)
"""All tables of an account."""
