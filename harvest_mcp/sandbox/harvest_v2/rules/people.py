"""The rules of people, their rights, roles, rates and teammates (harvest-v2 5, 19 to 21, 29.1)."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from harvest_mcp.sandbox.harvest_v2.rules.common import archives, delete_where, must_exist, no_timer, used
from harvest_mcp.sandbox.harvest_v2.rules.rates import replace_rates
from harvest_mcp.sandbox.harvest_v2.settings import EXTRAS
from harvest_mcp.sandbox.harvest_v2.tables import (
    BILLABLE_RATES,
    COST_RATES,
    ENTRIES,
    EXPENSES,
    OUTBOX,
    PEOPLE,
    ROLES,
    TEAMMATES,
    USER_ASSIGNMENTS,
)
from harvest_mcp.sandbox.harvest_v2.visit import NAME, Visit, access_roles, number, numbers, of, texts
from harvest_mcp.sandbox.harvest_v2.visit import ROLES as ACCESS
from harvest_mcp.sandbox.harvest_v2.wire.refusal import blocked, forbidden, invalid
from harvest_mcp.sandbox.store import Row
from harvest_mcp.systems.harvest.timezones import ZONES

PEOPLE_MANAGER = "people_manager"
NOT_A_MANAGERS = ("email", "given_roles", "access_roles", "is_active")
OWNER = "The owner of the account cannot be"


def user(visit: Visit, given: Row, before: Row) -> Row:
    if not visit.caller.administrator and (not before or any(name in given for name in NOT_A_MANAGERS)):
        raise forbidden()
    _checked(visit, given, before)
    if "access_roles" in given:
        _rights(given, before)
    if archives(given, before, "is_active"):
        if before["is_owner"]:
            raise invalid(f"{OWNER} archived.")
        no_timer(visit, "user_id", before["id"], "user")
    if "given_roles" in given:
        for name in texts(given["given_roles"]):
            if not any(role["name"] == name for role in visit.rows(ROLES).values()):
                raise invalid(f"Role {name} does not exist")
    if before:
        return given
    return {"telephone": "", "is_admin": False, "access_roles": '["member"]', "cache_version": 0, **given}


def _checked(visit: Visit, given: Row, before: Row) -> None:
    """Refuse invalid values, and ignore a null in columns that always have a value."""
    for name in ("timezone", "weekly_capacity", "access_roles"):
        if given.get(name, name) is None:
            given.pop(name)
    archived = before and not before["is_active"] and not given.get("is_active")
    if archived and {"first_name", "last_name", "email"} & given.keys():
        raise invalid("The name and e-mail address of an archived person cannot be changed.")
    problems = []
    email = str(given.get("email", "")).lower()
    if email and any(
        str(row["email"]).lower() == email and id != before.get("id") for id, row in visit.rows(PEOPLE).items()
    ):
        problems.append("Email has already been taken")
    if email and "@" not in email:
        problems.append("Email is invalid")
    if given.get("timezone") and str(given["timezone"]) not in {*ZONES, "Kyiv"}:
        problems.append("Timezone is not included in the list")
    if (capacity := given.get("weekly_capacity")) is not None and of(int, capacity) % 1800:
        problems.append("Weekly capacity must be in half hour increments")
    if problems:
        raise invalid(*problems)


def _rights(given: Row, before: Row) -> None:
    """Check for exactly one role, plus extras of a manager; keep `people_manager`, which depends on teammates."""
    roles = texts(given["access_roles"])
    role = [each for each in roles if each in ACCESS]
    extras = [each for each in roles if each not in ACCESS and each != PEOPLE_MANAGER]
    if len(role) != 1 or set(extras) - set(EXTRAS) or (extras and role != ["manager"]):
        raise invalid("Access roles are not a valid combination")
    if before.get("is_owner") and role != ["administrator"]:
        raise invalid(f"{OWNER} demoted.")
    kept = [PEOPLE_MANAGER] if role == ["manager"] and before and PEOPLE_MANAGER in access_roles(before) else []
    given["access_roles"] = json.dumps([*role, *extras, *kept])
    given["is_admin"] = role == ["administrator"]


def user_made(visit: Visit, id: int, given: Row, before: Row) -> None:
    """Store roles and rates and mail the invitation; archive all assignments of an archived person."""
    store = visit.store
    if "given_roles" in given:
        _relabel(visit, id, texts(given["given_roles"]))
    if before:
        if archives(given, before, "is_active"):
            for row in store.rows(USER_ASSIGNMENTS, [("user_id", "=", id), ("deactivated", "=", False)]):
                store.update(USER_ASSIGNMENTS, number(row["id"]), {"deactivated": True})
        if "access_roles" in given and texts(given["access_roles"])[0] != "manager":
            delete_where(visit, TEAMMATES, "manager_id", id)
        return
    for table, column in ((BILLABLE_RATES, "default_hourly_rate"), (COST_RATES, "cost_rate")):
        if given.get(column) is not None:
            store.insert(table, {"user_id": id, "amount": given[column]})
    words = f"You are invited to {NAME} on Harvest"
    store.insert(OUTBOX, {"kind": "invitation", "to": str(given["email"]), "subject": words, "body": ""})


def _relabel(visit: Visit, id: int, names: Sequence[str]) -> None:
    for role in visit.rows(ROLES).values():
        ids = [each for each in numbers(role["user_ids"]) if each != id]
        wanted = [*ids, id] if role["name"] in names else ids
        if sorted(wanted) != sorted(numbers(role["user_ids"])):
            visit.store.update(ROLES, number(role["id"]), {"user_ids": json.dumps(wanted)})


def user_deleted(visit: Visit, row: Row) -> None:
    if not visit.caller.administrator:
        raise forbidden()
    if row["is_owner"]:
        raise blocked(f"{OWNER} deleted.")
    if used(visit, ENTRIES, user_id=row["id"]) or used(visit, EXPENSES, user_id=row["id"]):
        raise blocked("This user is not removable. It still has time or expenses.")
    for table in (USER_ASSIGNMENTS, BILLABLE_RATES, COST_RATES, TEAMMATES):
        delete_where(visit, table, "user_id", row["id"])
    delete_where(visit, TEAMMATES, "manager_id", row["id"])
    _relabel(visit, number(row["id"]), ())


def role(visit: Visit, given: Row, before: Row) -> Row:
    for id in numbers(given.get("user_ids")):
        must_exist(visit, PEOPLE, id, "User")
    return given


def add_rate(visit: Visit, table_name: str, given: Row) -> int:
    """21: add a rate, which replaces those that start on its day or later; refuse one in the future."""
    table = BILLABLE_RATES if table_name == "billable_rates" else COST_RATES
    person, start = visit.row(PEOPLE, visit.owner), cast("date | None", given.get("start_date"))
    if start is not None and start > visit.today(person):
        raise invalid("Start date can't be in the future")
    return replace_rates(visit, table, visit.owner, of(Decimal, given["amount"]), start)


def set_teammates(visit: Visit, ids: Sequence[int]) -> None:
    """Replace all teammates of a manager, who becomes a `people_manager` with any."""
    person = managed(visit)
    for id in ids:
        must_exist(visit, PEOPLE, id, "Teammate")
    store = visit.store
    delete_where(visit, TEAMMATES, "manager_id", visit.owner)
    for id in dict.fromkeys(ids):
        store.insert(TEAMMATES, {"manager_id": visit.owner, "user_id": id})
    roles = [each for each in access_roles(person) if each != PEOPLE_MANAGER]
    store.update(PEOPLE, visit.owner, {"access_roles": json.dumps([*roles, PEOPLE_MANAGER] if ids else roles)})
    visit.forget()


def managed(visit: Visit) -> Row:
    """Return the person in the path, if a manager.

    Raises:
        Refusal: 422 otherwise.
    """
    person = visit.row(PEOPLE, visit.owner)
    if "manager" not in access_roles(person):
        raise invalid("User must be a manager to have teammates")
    return person
