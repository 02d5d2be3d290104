"""Records nested in others, with a few of their fields (harvest-v2 6 to 21)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    EXPENSE_CATEGORIES,
    INVOICES,
    PEOPLE,
    PROJECTS,
    TASK_ASSIGNMENTS,
    TASKS,
    USER_ASSIGNMENTS,
)
from harvest_mcp.sandbox.harvest_v2.visit import CURRENCY, Visit, full_name, number
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource, Value
from harvest_mcp.systems.harvest import currencies

Show = Callable[[Visit, Row], object]


@dataclass(frozen=True, slots=True)
class Within:
    """A record that a column of the row refers to, with these fields; null if it was deleted."""

    column: str
    table: Resource[Record]
    fields: tuple[str, ...]

    def __call__(self, visit: Visit, row: Row) -> object:
        id = row[self.column]
        if not id:
            return None
        return visit.fragment((self.table.plural, self.fields, id), lambda: self._told(visit, id))

    def _told(self, visit: Visit, id: Value) -> object:
        found = visit.rows(self.table).get(number(id or 0))
        return {name: SPELLED.get(name, _plain)(name, found) for name in self.fields} if found else None


def _plain(name: str, row: Row) -> object:
    return row[name]


def _name(name: str, row: Row) -> object:
    return full_name(row) if "first_name" in row else row["name"]


def code_of(label: object) -> str:
    """Return the code of v1's currency label; any other text is a code already."""
    return currencies.code(str(label)) or str(label) if label else CURRENCY


SPELLED: Mapping[str, Callable[[str, Row], object]] = {
    "name": _name,
    "currency": lambda name, row: code_of(row["currency"]),
    "code": lambda name, row: row["code"],
}


def client(*more: str) -> Within:
    return Within("client_id", CLIENTS, ("id", "name", *more))


def project(*more: str) -> Within:
    return Within("project_id", PROJECTS, ("id", "name", "code", *more))


USER = Within("user_id", PEOPLE, ("id", "name"))
TASK = Within("task_id", TASKS, ("id", "name"))
CATEGORY = Within("expense_category_id", EXPENSE_CATEGORIES, ("id", "name", "unit_price", "unit_name"))
INVOICE = Within("invoice_id", INVOICES, ("id", "number"))


def clients_of_project(visit: Visit, row: Row) -> object:
    """Return the client of a row's project."""
    found = visit.rows(PROJECTS).get(number(row["project_id"] or 0))
    return client("currency")(visit, found) if found else None


def assignment(table: Resource[Record], *columns: str) -> Callable[[Visit, Row], Row | None]:
    """Return the assignment of a row's person or task to its project, or None; indexed once per call."""

    def find(visit: Visit, row: Row) -> Row | None:
        index = visit.index(table, *columns)
        return index.get(tuple(row[column] for column in columns))

    return find


USER_ASSIGNMENT = assignment(USER_ASSIGNMENTS, "project_id", "user_id")
TASK_ASSIGNMENT = assignment(TASK_ASSIGNMENTS, "project_id", "task_id")
