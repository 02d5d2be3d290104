"""The rules of projects and their assignments (harvest-v2 16, 17, 29.1)."""

from collections.abc import Mapping
from decimal import Decimal

from harvest_mcp.sandbox.harvest_v2.rules.common import (
    archives,
    delete_where,
    must_exist,
    no_timer,
    unique_name,
    used,
)
from harvest_mcp.sandbox.harvest_v2.shapes.money import lines
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    ENTRIES,
    EXPENSES,
    INVOICES,
    PEOPLE,
    PROJECTS,
    RECEIPTS,
    TASK_ASSIGNMENTS,
    TASKS,
    USER_ASSIGNMENTS,
)
from harvest_mcp.sandbox.harvest_v2.visit import Visit, access_roles, number
from harvest_mcp.sandbox.harvest_v2.wire.refusal import blocked, forbidden, invalid
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource

ARCHIVED = "This project is archived."
DELETED: Mapping[str, object] = {"is_active": False, "budget": Decimal(0)}
"""Values in the response to the delete of a project (harvest-v2 16)."""


def project(visit: Visit, given: Row, before: Row) -> Row:
    if before and not before["active"] and not given.get("active"):
        raise invalid(f"{ARCHIVED} It takes no edits.")
    if "client_id" in given:
        must_exist(visit, CLIENTS, given["client_id"], "Client")
    unique_name(visit, PROJECTS, given, before, within="client_id")
    if archives(given, before, "active"):
        no_timer(visit, "project_id", before["id"], "project")
    for v2, v1 in (("budget", "estimate"), ("budget_by", "estimate_by")):
        if v2 in given:
            given[v1] = given[v2]
    return given


def project_made(visit: Visit, id: int, given: Row, before: Row) -> None:
    """Assign the creator as manager, and the people and tasks that join all new projects."""
    if before:
        return
    store = visit.store
    for person in visit.rows(PEOPLE).values():
        own = person["id"] == visit.caller.id
        if own or (person["has_access_to_all_future_projects"] and person["is_active"]):
            row = {"project_id": id, "user_id": person["id"], "is_project_manager": own or _leads(person)}
            store.insert(USER_ASSIGNMENTS, {**row, "deactivated": False, "use_default_rates": True})
    for task in visit.rows(TASKS).values():
        if task["is_default"] and not task["deactivated"]:
            billable = bool(task["billable_by_default"]) and bool(given["billable"])
            row = {"project_id": id, "task_id": task["id"], "billable": billable, "deactivated": False}
            store.insert(TASK_ASSIGNMENTS, row)


def project_deleted(visit: Visit, row: Row) -> None:
    """Delete hours, expenses and assignments; invoices stay, without the reference."""
    store, id = visit.store, row["id"]
    for expense in store.rows(EXPENSES, [("project_id", "=", number(id))]):
        store.delete(RECEIPTS, number(expense["id"]))
    for table in (ENTRIES, EXPENSES, USER_ASSIGNMENTS, TASK_ASSIGNMENTS):
        delete_where(visit, table, "project_id", id)
    for invoice in store.rows(INVOICES):
        kept = lines(invoice)
        if any(line.project_id == id for line in kept):
            freed = tuple(
                line.model_copy(update={"project_id": None}) if line.project_id == id else line for line in kept
            )
            store.update(INVOICES, number(invoice["id"]), {"line_items": freed})


def _leads(person: Row) -> bool:
    """Return whether a person becomes project manager by default: managers and administrators do."""
    return bool({"administrator", "manager"} & set(access_roles(person)))


def user_assignment(visit: Visit, given: Row, before: Row) -> Row:
    _open(visit)
    if before:
        return given
    person = must_exist(visit, PEOPLE, given["user_id"], "User")
    if not person["is_active"]:
        raise invalid("User is archived")
    found = _there(visit, USER_ASSIGNMENTS, "user_id", given)
    given.setdefault("is_project_manager", _leads(person))
    if given.get("hourly_rate") is not None:
        given["use_default_rates"] = False
    return {**given, "id": found["id"]} if found else given


def user_assignment_deleted(visit: Visit, row: Row) -> None:
    where = {"project_id": row["project_id"], "user_id": row["user_id"]}
    if used(visit, ENTRIES, **where) or used(visit, EXPENSES, **where):
        raise blocked("This user assignment is not removable. It still has time or expenses.")


def task_assignment(visit: Visit, given: Row, before: Row) -> Row:
    """Return the columns to write; `billable` defaults to the task's, and to false on a project that is not.

    Recorded, against the documentation.
    """
    _open(visit)
    if before:
        return given
    task = must_exist(visit, TASKS, given["task_id"], "Task")
    if task["deactivated"]:
        raise invalid("Task is archived")
    found = _there(visit, TASK_ASSIGNMENTS, "task_id", given)
    project = visit.row(PROJECTS, visit.owner)
    if given.get("billable") is None:
        given["billable"] = bool(task["billable_by_default"]) and bool(project["billable"])
    return {**given, "id": found["id"]} if found else given


def task_assignment_deleted(visit: Visit, row: Row) -> None:
    if used(visit, ENTRIES, project_id=row["project_id"], task_id=row["task_id"]):
        raise blocked("This task assignment is not removable. It still has time tracked to it.")


def _open(visit: Visit) -> None:
    if not visit.row(PROJECTS, visit.owner)["active"]:
        raise invalid(ARCHIVED)
    if not visit.caller.administrator and visit.owner not in visit.managed:
        raise forbidden()


def _there(visit: Visit, table: Resource[Record], column: str, given: Row) -> Row | None:
    """Return the archived assignment to revive, if any; refuse if there is an active one."""
    for row in visit.rows(table).values():
        if row["project_id"] == visit.owner and row[column] == given[column]:
            if not row["deactivated"]:
                raise invalid(f"{'User' if column == 'user_id' else 'Task'} is already assigned to this project")
            return row
    return None
