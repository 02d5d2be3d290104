"""The rules of expenses and their categories: prices, who may spend on what, weeks, locks (harvest-v1 19, 20)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from harvest_mcp.sandbox.harvest.logins import LOGINS
from harvest_mcp.sandbox.harvest.responses.account import LATE
from harvest_mcp.sandbox.harvest.rules import Refusal, invalid
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest import EXPENSE_CATEGORIES, EXPENSES, PROJECTS, USER_ASSIGNMENTS
from harvest_mcp.systems.harvest.expenses import LOCKED

COMPANY = 2001
CENT = Decimal("0.01")
NOT_ASSIGNED = "This record could not be created, since the user is not assigned to the project."


def priced(units: Decimal, price: Decimal) -> Decimal:
    """Return the cost of units, rounded to the cent, half up (harvest-v1 20)."""
    return (units * price).quantize(CENT, ROUND_HALF_UP)


def expense(store: Store, given: Row, before: Row) -> Row:
    """Return the columns to write of an expense, with the derived ones."""
    if before.get("is_locked"):  # 20: an administrator may still edit it, but these are fixed; 5.4: ignored
        given = {name: value for name, value in given.items() if name not in LOCKED.fixes}
    after = {**before, **given}
    for name in ("project_id", "expense_category_id", "spent_at"):
        if after.get(name) is None:
            raise invalid(f"{name.replace('_', '-')} is required.")
    category = store.get(EXPENSE_CATEGORIES, _id(after, "expense_category_id"))
    if category is None or any(given.get(name) != before.get(name) for name in MOVES if name in given):
        _usable(store, after, category)
    return {**given, **_figures(given, before, category or {}), **({} if before else {"company_id": COMPANY})}


def category(store: Store, given: Row, before: Row) -> Row:
    """Return the columns to write of a category; an update without unit and price clears both (19, issue 81)."""
    wiped: Row = {"unit_name": None, "unit_price": None}
    given = {**(wiped if before and not wiped.keys() & given.keys() else {}), **given}
    after = {**before, **given}
    if (after.get("unit_name") in (None, "")) != (after.get("unit_price") is None):
        raise invalid("unit-name and unit-price come together or not at all.")
    return {**given, **({"unit_name": None} if after.get("unit_name") == "" else {})}


SETTLES: Mapping[str, Callable[[Store, Row, Row], Row]] = {"expense": expense, "expense_category": category}
"""Checks of the columns of a resource, which return them with the derived ones."""
MOVES = ("project_id", "expense_category_id")


def unlocked(resource: Resource[Record], row: Row, by: int, kind: str) -> None:
    """Refuse changes and deletes of a locked row, except by an administrator (harvest-v1 8.3, 20)."""
    if resource.noun != EXPENSES.noun or not row[LOCKED.column]:
        return
    if not any(login.id == by and login.role == "administrator" for login in LOGINS):
        raise Refusal(400, kind, f"This {resource.noun} is locked.")


def week(store: Store, day: date | None) -> tuple[date, date]:
    """Return the first and last day of the week of a day, or of today in the account's zone; Monday first."""
    if day is None:
        day = store.now().astimezone(ZoneInfo(str(LATE["timezone_identifier"]))).date()
    first = day - timedelta(days=day.weekday())
    return first, first + min(timedelta(days=6), date.max - first)


def day(doy: int, year: int) -> date:
    """Return the day of a path such as `/expenses/60/2020`."""
    try:
        first = date(year, 1, 1)
        found = first + timedelta(days=doy - 1)
    except (ValueError, OverflowError):
        raise invalid("There is no such day.") from None
    if found.year != year:
        raise invalid("There is no such day of that year.")
    return found


def _usable(store: Store, after: Row, category: Row | None) -> None:
    """Refuse a project the person is not assigned to, or a missing category, both with the same message."""
    project = store.get(PROJECTS, _id(after, "project_id"))
    on: list[Test] = [("project_id", "=", after["project_id"]), ("user_id", "=", after["user_id"])]
    there = store.rows(USER_ASSIGNMENTS, [*on, ("deactivated", "=", False)])
    if category is None or category["deactivated"] or not project or not project["active"] or not there:
        raise Refusal(400, "UserNotAssigned", NOT_ASSIGNED)


def _figures(given: Row, before: Row, category: Row) -> Row:
    """Return cost and units: one of the two is given, and the other follows from it."""
    cost, units = given.get("total_cost"), given.get("units")
    price = category.get("unit_price")
    if cost is not None and units is not None:  # both are accepted, although documented as one or the other
        units, cost = (None, cost) if units == 1 or not isinstance(price, Decimal) else (units, None)
    if cost is not None:
        return {"total_cost": cost, "units": Decimal(1)}
    if units is not None:
        if before and "total_cost" not in given and not _counted(before, price):
            # 20: the present cost stays, unless it is sent empty.
            return {"units": before["units"], "total_cost": before["total_cost"]}
        if not isinstance(price, Decimal):
            raise invalid("Units need a category with a unit price.")
        return {"units": units, "total_cost": priced(Decimal(str(units)), price)}
    if not before or "total_cost" in given:
        raise invalid("total-cost or units is required.")
    return {}


def _counted(before: Row, price: object) -> bool:
    """Return whether the cost of a row is its units times the price."""
    units = before["units"]
    return isinstance(price, Decimal) and before["total_cost"] == priced(Decimal(str(units)), price)


def _id(row: Row, name: str) -> int:
    return int(str(row[name]))
