"""Reasons why time and expenses are locked, in the vendor's words (harvest-v2 29.2)."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from harvest_mcp.sandbox.harvest_v2.tables import ENTRIES, EXPENSES, INVOICES, PEOPLE, PROJECTS
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number, of
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource

CENT = Decimal("0.01")
PERIOD = "Locked for this Time Period"
EXPENSE_INVOICED = "Expense is invoiced."
EXPENSE_LOCKED = "The project is locked for this time period."
EXPENSE_ARCHIVED = "The project or the person is archived."


def approval(row: Row) -> str:
    """Return the approval status: `approved` by v1's flag, else the stored one."""
    return "approved" if row["is_closed"] else str(row["approval_status"] or "unsubmitted")


def archived(visit: Visit, row: Row) -> bool:
    """Return whether the project or the person of a row is archived."""
    project = visit.rows(PROJECTS).get(number(row["project_id"]))
    person = visit.rows(PEOPLE).get(number(row["user_id"]))
    return not (project and project["active"] and person and person["is_active"])


def of_entry(visit: Visit, row: Row) -> str | None:
    """Return why an entry is locked; None if it is not."""
    billed, approved = bool(row["is_billed"]), approval(row) == "approved"
    if approved:
        return f"Item {'Invoiced and ' if billed else ''}Approved and {PERIOD}"
    if billed and _by_period(visit, row):
        return f"Item Invoiced and {PERIOD}"
    if in_billed_period(visit, ENTRIES, row):
        return f"Item {PERIOD}"
    words = [word for word, true in (("Invoiced", billed), ("Archived", archived(visit, row))) if true]
    return f"Item {' and '.join(words)}" if words else None


def of_expense(visit: Visit, row: Row) -> str | None:
    """Return why an expense is locked; None if it is not."""
    if row["is_billed"]:
        return EXPENSE_INVOICED
    if approval(row) == "approved" or in_billed_period(visit, EXPENSES, row):
        return EXPENSE_LOCKED
    return EXPENSE_ARCHIVED if archived(visit, row) else None


def in_billed_period(visit: Visit, table: Resource[Record], row: Row) -> bool:
    """Return whether the day of a row is within the billed days of an invoice for its project."""
    spent = of(date, row["spent_at"])
    spans = visit.periods(table).get(number(row["project_id"]), ())
    return any(first <= spent <= last for first, last in spans)


def _by_period(visit: Visit, row: Row) -> bool:
    """Return whether a row is on an invoice with a period."""
    invoice = visit.rows(INVOICES).get(number(row["invoice_id"])) if row["invoice_id"] else None
    return bool(invoice and invoice["period_start"])


def booked(row: Row) -> Decimal:
    """Return the hours without the running timer."""
    return of(Decimal, row["hours"]) or Decimal(0)


def rounded(visit: Visit, row: Row) -> Decimal:
    """Return the hours with the timer, rounded as in reports and invoices."""
    found, step = hours(visit, row), visit.settings.rounding
    if not step:
        return found
    return ((found * 60 / step).to_integral_value(ROUND_CEILING) * step / 60).quantize(CENT, ROUND_HALF_UP)


def hours(visit: Visit, row: Row) -> Decimal:
    """Return the hours with the running timer, to two decimals."""
    since = row["timer_started_at"]
    if since is None:
        return booked(row)
    seconds = int((visit.now - of(type(visit.now), since)).total_seconds())
    return (booked(row) + Decimal(seconds) / 3600).quantize(CENT, ROUND_HALF_UP)
