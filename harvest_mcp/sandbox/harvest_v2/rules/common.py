"""Checks shared by several kinds of record."""

from harvest_mcp.sandbox.harvest_v2.tables import ENTRIES
from harvest_mcp.sandbox.harvest_v2.visit import Visit, of
from harvest_mcp.sandbox.harvest_v2.wire.refusal import invalid
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest import currencies

TAKEN = "Name has already been taken"


def must_exist(visit: Visit, table: Resource[Record], id: object, label: str) -> Row:
    """Return the row that a body refers to.

    Raises:
        Refusal: 422 if it does not exist; only an id in the path is a 404.
    """
    found = visit.rows(table).get(of(int, id)) if id is not None else None
    if found is None:
        raise invalid(f"{label} must exist")
    return found


def unique_name(visit: Visit, table: Resource[Record], given: Row, before: Row, *, within: str = "") -> None:
    """Refuse a name in use; with `within`, only among rows with the same value in that column."""
    if "name" not in given:
        return
    after = {**before, **given}
    for id, row in visit.rows(table).items():
        same = str(row["name"]).lower() == str(given["name"]).lower()
        if same and id != before.get("id") and (not within or row[within] == after[within]):
            raise invalid(TAKEN)


def no_timer(visit: Visit, column: str, id: object, noun: str) -> None:
    """Refuse to archive a record with a running timer (harvest-v2 29.1)."""
    if visit.store.count(ENTRIES, [(column, "=", of(int, id)), ("timer_started_at", "<>", "")]):
        raise invalid(f"This {noun} cannot be archived while a timer is running on it.")


def used(visit: Visit, table: Resource[Record], **where: object) -> int:
    """Return how many rows have these values."""
    tests: list[Test] = [(column, "=", of(int, value)) for column, value in where.items()]
    return visit.store.count(table, tests)


def archives(given: Row, before: Row, column: str, *, flip: bool = False) -> bool:
    """Return whether an update archives a record."""
    return bool(before) and column in given and bool(given[column]) == flip and bool(before[column]) != flip


def delete_where(visit: Visit, table: Resource[Record], column: str, id: object) -> None:
    for row in visit.store.rows(table, [(column, "=", of(int, id))]):
        visit.store.delete(table, of(int, row["id"]))


def currency(code: object) -> str:
    """Return v1's label of a currency code, so that both APIs can read it; a code without a label stays a code.

    Raises:
        Refusal: 422 for anything but three letters.
    """
    text = str(code).upper()
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise invalid("Currency is not included in the list")
    return currencies.labelled(text)
