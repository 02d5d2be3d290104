"""Who may call which operations, and which rows they see (harvest-v2 5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harvest_mcp.sandbox.harvest_v2.shapes.money import lines
from harvest_mcp.sandbox.harvest_v2.tables import INVOICES
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number
from harvest_mcp.sandbox.harvest_v2.wire.refusal import forbidden, missing
from harvest_mcp.sandbox.store import Row, Test

EVERYBODY, MANAGERS, ADMINISTRATORS = "everybody", "managers", "administrators"
INVOICING = ("managed_projects_invoice_drafter", "managed_projects_invoice_manager")


@dataclass(frozen=True, slots=True)
class Right:
    """Who may read and write: everybody, managers, administrators, or managers with one of the named extras."""

    read: str | tuple[str, ...]
    write: str | tuple[str, ...]
    module: str = ""


_TRADE = ("client_and_task_manager",)
_ESTIMATES = ("estimates_manager",)
RIGHTS: Mapping[str, Right] = {
    "company": Right(EVERYBODY, ADMINISTRATORS),
    "clients": Right(_TRADE, _TRADE),
    "contacts": Right(_TRADE, _TRADE),
    "tasks": Right(_TRADE, _TRADE),
    "estimates": Right(_ESTIMATES, _ESTIMATES, "estimate"),
    "estimate_messages": Right(_ESTIMATES, _ESTIMATES, "estimate"),
    "estimate_item_categories": Right(ADMINISTRATORS, ADMINISTRATORS, "estimate"),
    "expense_categories": Right(EVERYBODY, ADMINISTRATORS, "expense"),
    "expenses": Right(EVERYBODY, EVERYBODY, "expense"),
    "invoices": Right(INVOICING, INVOICING, "invoice"),
    "invoice_messages": Right(INVOICING, INVOICING[1:], "invoice"),
    "invoice_payments": Right(INVOICING, INVOICING[1:], "invoice"),
    "invoice_item_categories": Right(INVOICING, INVOICING, "invoice"),
    "projects": Right(MANAGERS, ("project_creator",)),
    "user_assignments": Right(MANAGERS, MANAGERS),
    "task_assignments": Right(MANAGERS, MANAGERS),
    "time_entries": Right(EVERYBODY, EVERYBODY),
    "roles": Right(ADMINISTRATORS, ADMINISTRATORS, "team"),
    "users": Right(MANAGERS, MANAGERS),
    "me": Right(EVERYBODY, EVERYBODY),
    "billable_rates": Right(("billable_rates_manager",), ("billable_rates_manager",)),
    "cost_rates": Right(ADMINISTRATORS, ADMINISTRATORS),
    "project_assignments": Right(MANAGERS, MANAGERS),
    "teammates": Right(ADMINISTRATORS, ADMINISTRATORS, "team"),
    "time_reports": Right(EVERYBODY, EVERYBODY),
    "expense_reports": Right(EVERYBODY, EVERYBODY, "expense"),
    "uninvoiced_report": Right(INVOICING, INVOICING, "invoice"),
    "budget_report": Right(EVERYBODY, EVERYBODY),
}


def may(visit: Visit, what: str, *, write: bool) -> None:
    """Refuse callers without the right, and all if the module is switched off.

    Raises:
        Refusal: 403.
    """
    right = RIGHTS[what]
    asked = right.write if write else right.read
    if what == "company" and visit.settings.company_closed:
        asked = ADMINISTRATORS
    caller = visit.caller
    if right.module in visit.settings.off:
        raise forbidden()
    of_role = {EVERYBODY: True, MANAGERS: caller.administrator or caller.manager, ADMINISTRATORS: caller.administrator}
    allowed = of_role[asked] if isinstance(asked, str) else caller.has(*asked)
    if not allowed:
        raise forbidden()


def _managed_project(column: str) -> Callable[[Visit, Row], bool]:
    return lambda visit, row: row[column] in visit.managed


def _tracked(visit: Visit, row: Row) -> bool:
    """Return whether a row is the caller's own, or of a project or person the caller manages."""
    if row["user_id"] == visit.caller.id:
        return True
    return visit.caller.manager and (row["project_id"] in visit.managed or row["user_id"] in visit.teammates)


def _invoice(visit: Visit, row: Row) -> bool:
    """Return whether an invoice has a line for a managed project."""
    return any(line.project_id in visit.managed for line in lines(row))


def _of_invoice(visit: Visit, row: Row) -> bool:
    return _invoice(visit, visit.row(INVOICES, row["invoice_id"]))


def _people(column: str) -> Callable[[Visit, Row], bool]:
    return lambda visit, row: row[column] == visit.caller.id or row[column] in visit.teammates


SEES: Mapping[str, Callable[[Visit, Row], bool]] = {
    "projects": _managed_project("id"),
    "user_assignments": _managed_project("project_id"),
    "task_assignments": _managed_project("project_id"),
    "time_entries": _tracked,
    "expenses": _tracked,
    "invoices": _invoice,
    "invoice_messages": _of_invoice,
    "invoice_payments": _of_invoice,
    "users": _people("id"),
    "billable_rates": _people("user_id"),
}
"""Which rows callers other than administrators see; all rows of kinds not named here."""


def sees(visit: Visit, what: str, row: Row) -> bool:
    test = SEES.get(what)
    return visit.caller.administrator or test is None or test(visit, row)


def own_only(visit: Visit, what: str) -> list[Test]:
    """Return the tests that restrict a list to a member's own rows."""
    own = what in ("time_entries", "expenses") and not (visit.caller.administrator or visit.caller.manager)
    return [("user_id", "=", visit.caller.id)] if own else []


def may_write(visit: Visit, what: str, row: Row) -> None:
    """Refuse a write to a record that the caller may not change.

    Raises:
        Refusal: 404 if the caller does not see it, 403 otherwise.
    """
    caller = visit.caller
    if caller.administrator:
        return
    if not sees(visit, what, row):
        raise missing()
    theirs = what in ("time_entries", "expenses") and row["user_id"] != caller.id
    sent = what == "invoices" and row["state"] != "draft"
    if (
        (theirs and not caller.has("time_and_expenses_manager"))
        or (sent and not caller.has("managed_projects_invoice_manager"))
        or (what == "users" and number(row["id"]) == caller.id)
    ):
        raise forbidden()
