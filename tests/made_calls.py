"""A call of each tool of a resource, made from its columns and seeded rows: what nobody wrote a better one for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Action, Field, Record, Resource, System, fields
from harvest_mcp.tools.records.actions import action_tool_name
from harvest_mcp.tools.registry import tools_of

Calls = Mapping[str, dict[str, Any]]
VALUES: Mapping[type, Any] = {bool: True, int: "1", Decimal: "{number}", date: "2018-01-31"}


def made(system: System, sandbox: Sandbox, written: Calls) -> Calls:
    """Return a call of each tool that is not written, in the order of the tools: the delete comes last."""
    found: dict[str, dict[str, Any]] = {}
    stored = {each.noun for each in sandbox.store.system.resources}
    for resource in (each for each in system.resources if each.noun in stored):
        if any(tool.name not in written for tool in tools_of(system, resource)):
            calls = dict(_calls(system, resource, sandbox.rows(resource)))
            found |= {name: given for name, given in calls.items() if name not in written}
    return found


def _calls(system: System, resource: Resource[Record], rows: Sequence[Row]) -> Iterator[tuple[str, dict[str, Any]]]:
    own = _place(resource, rows[0])
    if "list" in resource.verbs:
        yield system.tool("list", resource), own
    if "get" in resource.verbs:
        yield system.tool("get", resource), {**own, resource.key: rows[0]["id"]}
    if "create" in resource.verbs:
        yield system.tool("create", resource), {**own, **_values(resource.creatable(), rows[0])}
    if "update" in resource.verbs:
        column, value = _values(resource.changeable(), rows[0], all_of_them=True).popitem()
        yield system.tool("update", resource), {**own, resource.key: rows[0]["id"], column: value}
        for item in (each for each in resource.writable() if each.many and each.each and not each.each.fixed):
            yield from _of_list(system, resource, item, rows[0])
    for place, action in enumerate(resource.actions):
        if not action.by_name and (row := _ready(action, rows, place)):
            yield action_tool_name(system, resource, action), {**_place(resource, row), resource.key: row["id"]}
    if "delete" in resource.verbs:
        yield system.tool("delete", resource), {**_place(resource, rows[-1]), resource.key: rows[-1]["id"]}


def _of_list(system: System, resource: Resource[Record], item: Field, row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    noun = item.each.noun if item.each else item.name
    children = row[item.name]
    ids = [getattr(child, "id", 1) for child in children] if isinstance(children, tuple) else []
    at, one = {resource.key: row["id"]}, {f"{noun}_id": (ids or [1])[-1]}
    columns = [each for each in fields(item.type).values() if not each.server_set]
    yield system.tool("add", resource, noun), {**at, **_values(columns, {})}
    yield system.tool("update", resource, noun), {**at, **one, **_values(columns[:1], {}, all_of_them=True)}
    yield system.tool("remove", resource, noun), {**at, **one}


def _values(columns: Any, row: Row, *, all_of_them: bool = False) -> dict[str, Any]:
    """Values of the columns a create needs, or of all plain ones: as callers say them."""
    wanted = [each for each in columns if not each.many and (each.required or all_of_them)]
    if all_of_them:
        wanted = [each for each in wanted if not (each.ref or each.choices or each.sent_only)] or wanted
        wanted = [each for each in wanted if each.type is str] or wanted
    return {each.argument: f"id {row[each.name]}" if each.ref else _said(each) for each in wanted}


def _said(item: Field) -> Any:
    return item.choices[0] if item.choices else VALUES.get(item.type, "New {number}")


def _place(resource: Resource[Record], row: Row) -> dict[str, Any]:
    owner = resource.owned_by
    return {owner.argument: f"id {row[owner.name]}"} if owner else {}


def _ready(action: Action, rows: Sequence[Row], place: int) -> Row | None:
    """A row that the action leaves; each action has one of its own where there are enough."""
    fit = [row for row in rows if not action.of or row[action.flips] in action.of]
    return fit[place % len(fit)] if fit else None
