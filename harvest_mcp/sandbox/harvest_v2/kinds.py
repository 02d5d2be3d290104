"""Every kind of record: its table, fields, filters and rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harvest_mcp.sandbox.harvest_v2 import tables
from harvest_mcp.sandbox.harvest_v2.rules import bills, entries, expenses, locks, messages, people, projects, trade
from harvest_mcp.sandbox.harvest_v2.shapes import money, tracked, work
from harvest_mcp.sandbox.harvest_v2.shapes import people as persons
from harvest_mcp.sandbox.harvest_v2.shapes.fields import Field
from harvest_mcp.sandbox.harvest_v2.shapes.money import lines
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number
from harvest_mcp.sandbox.harvest_v2.wire.lists import Filter, active, days, since
from harvest_mcp.sandbox.harvest_v2.wire.receive import Said
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource

Prepare = Callable[[Visit, Row, Row], Row]
After = Callable[[Visit, int, Row, Row], None]
OnRow = Callable[[Visit, Row], None]
Order = Callable[[Row], Any]


def newest(row: Row) -> tuple[str, int]:
    """Sort by creation, newest first once reversed."""
    return str(row["created_at"]), number(row["id"])


def by_day(column: str) -> Order:
    """Sort by a day, then by id, latest first once reversed."""
    return lambda row: (str(row[column]), number(row["id"]))


def by_start(row: Row) -> tuple[int, ...]:
    """Sort by start, oldest first once reversed."""
    start = row["start_date"]
    return (0 if start is None else -int(str(start).replace("-", "")), -number(row["id"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of record; `name` is the key of its list and of its rights.

    `parent` is the kind above it in paths, and the column that refers to it. `prepare` returns the columns to write,
    from the given ones and the row before; `after` is called after a write. `delete` refuses a delete or deletes
    dependents; `gone` is called after a delete. `files` stores uploaded files.
    """

    name: str
    table: Resource[Record]
    fields: tuple[Field, ...]
    filters: tuple[Filter, ...] = ()
    parent: tuple[str, str] | None = None
    order: Order = newest
    prepare: Prepare | None = None
    after: After | None = None
    delete: OnRow | None = None
    gone: OnRow | None = None
    files: Callable[[Visit, int, Said], None] | None = None
    shown_deleted: Mapping[str, object] | None = None


def _client_of(visit: Visit, row: Row, client: int) -> bool:
    return bool(visit.rows(tables.PROJECTS).get(number(row["project_id"]), {}).get("client_id") == client)


def _state(visit: Visit, row: Row, state: str) -> bool:
    return state == ("open" if row["state"] == "partial" else row["state"])


def _approval(visit: Visit, row: Row, status: str) -> bool:
    return locks.approval(row) == status


def _receipt(visit: Visit, id: int, said: Said) -> None:
    if "receipt" in said.files:
        expenses.attach(visit, id, said.files["receipt"])
    elif str(said.values.get("delete_receipt", "")).lower() == "true":
        expenses.detach(visit, id)


_CLIENT_OF = Filter("client_id", "int", fits=_client_of)
_APPROVAL = Filter("approval_status", "text", fits=_approval)
_RUNNING = Filter(
    "is_running",
    "bool",
    fits=lambda visit, row, on: (row["timer_started_at"] is not None) == on,
    only=lambda on: [("timer_started_at", "<>", "")] if on else [],
)
_ON_LINE = Filter("project_id", "int", fits=lambda visit, row, on: any(line.project_id == on for line in lines(row)))
_BILLED = Filter("is_billed", "bool")
_OFF = active("deactivated", flip=True)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="clients",
            table=tables.CLIENTS,
            fields=work.CLIENT,
            filters=(active(), since()),
            prepare=trade.client,
            after=trade.client_made,
            delete=trade.client_deleted,
        ),
        Kind(
            name="contacts",
            table=tables.CONTACTS,
            fields=work.CONTACT,
            filters=(Filter("client_id", "int"), since()),
            prepare=trade.contact,
        ),
        Kind(
            name="estimates",
            table=tables.ESTIMATES,
            fields=money.ESTIMATE,
            filters=(Filter("client_id", "int"), since(), *days("issue_date"), Filter("state", "text")),
            order=by_day("issue_date"),
            prepare=bills.estimate,
            after=bills.estimate_made,
            delete=bills.estimate_deleted,
        ),
        Kind(
            name="estimate_messages",
            table=tables.ESTIMATE_MESSAGES,
            fields=money.ESTIMATE_MESSAGE,
            filters=(since(),),
            parent=("estimates", "estimate_id"),
            prepare=messages.estimate_message,
        ),
        Kind(
            name="estimate_item_categories",
            table=tables.ESTIMATE_ITEM_CATEGORIES,
            fields=money.ESTIMATE_ITEM_CATEGORY,
            filters=(since(),),
            prepare=trade.estimate_category,
        ),
        Kind(
            name="expense_categories",
            table=tables.EXPENSE_CATEGORIES,
            fields=tracked.EXPENSE_CATEGORY,
            filters=(_OFF, since()),
            prepare=trade.expense_category,
            delete=trade.expense_category_deleted,
        ),
        Kind(
            name="expenses",
            table=tables.EXPENSES,
            fields=tracked.EXPENSE,
            filters=(
                *(Filter("user_id", "int"), _CLIENT_OF, Filter("project_id", "int"), _BILLED, _APPROVAL),
                *(since(), *days("spent_at")),
            ),
            order=by_day("spent_at"),
            prepare=expenses.expense,
            delete=expenses.expense_deleted,
            files=_receipt,
        ),
        Kind(
            name="invoices",
            table=tables.INVOICES,
            fields=money.INVOICE,
            filters=(
                *(Filter("client_id", "int"), _ON_LINE, since(), *days("issued_at")),
                Filter("state", "text", fits=_state),
            ),
            order=by_day("issued_at"),
            prepare=bills.invoice,
            after=bills.invoice_made,
            delete=bills.invoice_deleted,
        ),
        Kind(
            name="invoice_messages",
            table=tables.INVOICE_MESSAGES,
            fields=money.INVOICE_MESSAGE,
            filters=(since(),),
            parent=("invoices", "invoice_id"),
            prepare=messages.invoice_message,
        ),
        Kind(
            name="invoice_payments",
            table=tables.INVOICE_PAYMENTS,
            fields=money.INVOICE_PAYMENT,
            filters=(since(),),
            parent=("invoices", "invoice_id"),
            prepare=messages.payment,
            after=messages.payment_made,
            delete=messages.payment_deleted,
            gone=messages.payment_gone,
        ),
        Kind(
            name="invoice_item_categories",
            table=tables.INVOICE_ITEM_CATEGORIES,
            fields=money.INVOICE_ITEM_CATEGORY,
            filters=(since(),),
            prepare=trade.invoice_category,
            delete=trade.invoice_category_deleted,
        ),
        Kind(
            name="projects",
            table=tables.PROJECTS,
            fields=work.PROJECT,
            filters=(active(), Filter("client_id", "int"), since()),
            prepare=projects.project,
            after=projects.project_made,
            delete=projects.project_deleted,
            shown_deleted=projects.DELETED,
        ),
        Kind(
            name="user_assignments",
            table=tables.USER_ASSIGNMENTS,
            fields=work.USER_ASSIGNMENT,
            filters=(Filter("user_id", "int"), _OFF, since()),
            parent=("projects", "project_id"),
            prepare=projects.user_assignment,
            delete=projects.user_assignment_deleted,
        ),
        Kind(
            name="task_assignments",
            table=tables.TASK_ASSIGNMENTS,
            fields=work.TASK_ASSIGNMENT,
            filters=(_OFF, since()),
            parent=("projects", "project_id"),
            prepare=projects.task_assignment,
            delete=projects.task_assignment_deleted,
        ),
        Kind(
            name="time_entries",
            table=tables.ENTRIES,
            fields=tracked.ENTRY,
            filters=(
                *(Filter("user_id", "int"), _CLIENT_OF, Filter("project_id", "int"), Filter("task_id", "int")),
                *(Filter("external_reference_id", "text", "ref_id"), _BILLED, _RUNNING, _APPROVAL),
                *(since(), *days("spent_at")),
            ),
            order=by_day("spent_at"),
            prepare=entries.entry,
            after=entries.entry_made,
            delete=entries.entry_deleted,
        ),
        Kind(
            name="tasks",
            table=tables.TASKS,
            fields=work.TASK,
            filters=(_OFF, since()),
            prepare=trade.task,
            delete=trade.task_deleted,
        ),
        Kind(name="roles", table=tables.ROLES, fields=persons.ROLE, prepare=people.role),
        Kind(
            name="users",
            table=tables.PEOPLE,
            fields=persons.USER,
            filters=(active("is_active"), since()),
            prepare=people.user,
            after=people.user_made,
            delete=people.user_deleted,
        ),
        Kind(
            name="billable_rates",
            table=tables.BILLABLE_RATES,
            fields=persons.RATE,
            parent=("users", "user_id"),
            order=by_start,
        ),
        Kind(
            name="cost_rates",
            table=tables.COST_RATES,
            fields=persons.RATE,
            parent=("users", "user_id"),
            order=by_start,
        ),
    )
}
