"""What all reports share: the period, the visible rows, the vendor's order."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.harvest_v2.crud import answered
from harvest_mcp.sandbox.harvest_v2.rights import own_only, sees
from harvest_mcp.sandbox.harvest_v2.visit import Visit, number
from harvest_mcp.sandbox.harvest_v2.wire.lists import cut, envelope
from harvest_mcp.sandbox.harvest_v2.wire.receive import BadValue, day, read
from harvest_mcp.sandbox.harvest_v2.wire.refusal import invalid
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.spec import Record, Resource

NOUGHT = Decimal(0)
LONGEST = 365
Group = dict[str, object]


def coded(project: Row) -> str:
    return f"[{project['code']}] {project['name']}" if project["code"] else str(project["name"])


def seen(visit: Visit, name: str, table: Resource[Record], span: tuple[date, date]) -> list[Row]:
    where: list[Test] = [*own_only(visit, name), ("spent_at", ">=", span[0]), ("spent_at", "<=", span[1])]
    return [row for row in visit.store.rows(table, where) if sees(visit, name, row)]


def by_project(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(number(row["project_id"]), []).append(row)
    return found


def days_of(visit: Visit) -> tuple[date, date]:
    """Return the first and last day, at most 365 apart."""
    found: list[date] = []
    problems = []
    for name in ("from", "to"):
        text = visit.call.asked(name)
        if not text:
            problems.append(f"{name.capitalize()} can't be blank")
            continue
        try:
            found.append(day(text))
        except BadValue:
            problems.append(f"Invalid {name}: {text}")
    if problems:
        raise invalid(*problems)
    if (found[1] - found[0]).days > LONGEST:
        raise invalid(f"From and to must be at most {LONGEST} days apart")
    return found[0], found[1]


def truth(visit: Visit, name: str, *, default: bool) -> bool:
    text = visit.call.asked(name)
    try:
        return default if not text else bool(read("bool", text))
    except BadValue:
        raise invalid(f"Invalid {name}: {text}") from None


def page(visit: Visit, groups: Iterable[Mapping[str, object]]) -> HttpAnswer:
    rows = cast("list[Row]", sorted(groups, key=_in_order))
    at = cut(visit, rows, "P")
    return answered(envelope(visit, "results", rows[at.start : at.stop], rows, at))


def _in_order(group: Mapping[str, object]) -> tuple[object, ...]:
    """Sort by the names in a row as a person would, then by id."""
    names = [_read(str(value)) for name, value in group.items() if name.endswith("_name")]
    return (*names, str(next(iter(group.values()))), str(group.get("currency")))


def _read(text: str) -> list[tuple[bool, str]]:
    """Return a sort key: signs before letters, accents ignored."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return [(letter.isalnum(), letter) for letter in plain if not unicodedata.combining(letter)]
