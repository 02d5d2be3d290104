"""One call of every tool that writes, of both systems, and what has to be called first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from harvest_mcp.sandbox import open_incwo
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems import load
from harvest_mcp.wire.daily import Daily
from tests import calls, writes
from tests.incwo.made import LISTED, WRITTEN
from tests.journal.harness import Moved

BEFORE = {
    "delete_expense_category": "create_expense_category",
    "delete_person": "create_person",
    "mark_invoice_draft": "mark_invoice_sent",
    "reopen_invoice": "close_invoice",
    "stop_timer": "start_timer",
}
OTHERWISE: Mapping[str, dict[str, Any]] = {
    "toggle_client": {"client_id": 11076, "active": False},
    "update_incwo_invoice": {"invoice_id": 750_025, "subtitle": "Bis"},
    "delete_incwo_invoice": {"invoice_id": 750_025},
    "update_incwo_cash_deposit": {"cash_deposit_id": 1005, "comments": "Bis"},
    "update_incwo_bank_account": {"bank_account_id": 1005, "city": "Oullins"},
    "update_incwo_vacation": {"vacation_id": 1005, "duration": "9.5"},
}
"""Calls that change something where the usual one would not."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A tool that writes, one call of it, and what has to be called first."""

    system: str
    tool: str
    resource: Resource[Record]
    arguments: Mapping[str, Any]
    verbs: tuple[str, ...]
    first: tuple[str, Mapping[str, Any]] | None = None

    @property
    def target(self) -> int | None:
        """The id of the record that it names."""
        return self.arguments.get(self.resource.key)

    @property
    def table(self) -> str:
        """Where the sandbox keeps such records."""
        return HOURS.plural if isinstance(self.resource.wire, Daily) else self.resource.plural


@cache
def deeds() -> tuple[Deed, ...]:
    """One call of every tool that writes, of both systems; an undo is part of each."""
    return (*_harvest(), *_incwo())


def _harvest() -> Iterator[Deed]:
    for write in writes.writes(load("harvest")):
        name = write.tool.name
        given = OTHERWISE.get(name, calls.said(name, 2))
        first = (BEFORE[name], calls.said(BEFORE[name], 1)) if name in BEFORE else None
        yield Deed("harvest", name, write.resource, given, writes.verbs(write), first)


def _incwo() -> Iterator[Deed]:
    children = _children()
    for write in writes.writes(load("incwo")):
        resource, name = write.resource, write.tool.name
        verbs = writes.verbs(write)
        creates, _, changes, _, _ = WRITTEN[resource.noun]
        id = int(LISTED[resource.noun][3].partition(",")[0])
        given: dict[str, Any]
        if name in OTHERWISE:
            given = OTHERWISE[name]
        elif verbs == ("create",):
            given = dict(creates)
        elif verbs == ("update",):
            given = {resource.key: id, **changes}
        elif verbs == ("delete",):
            given = {resource.key: id}
        else:
            given = {resource.key: id, **_of_child(write.tool.name, children[resource.noun, verbs[0]])}
        yield Deed("incwo", name, resource, given, verbs)


Child = tuple[str, int, dict[str, Any]]
NEW: Mapping[str, dict[str, Any]] = {
    "item": {"type_id": "skype", "value": "anne.d"},
    "address": {"address_type": "other", "city": "Lyon", "street_address": "12 rue Neuve"},
    "line": {"day": 7, "description": "Pose"},
}


def _children() -> dict[tuple[str, str], Child]:
    """Of every list within a record of incwo: what one is called, the id of one that is there, and a new one."""
    found: dict[tuple[str, str], Child] = {}
    with open_incwo(clock=Moved()) as sandbox:
        for resource in load("incwo").resources:
            for item in resource.writable():
                if item.many and item.each and not item.each.fixed:
                    id = int(LISTED[resource.noun][3].partition(",")[0])
                    (row,) = [each for each in sandbox.rows(resource) if each["id"] == id]
                    there: Any = row[item.name]
                    found[resource.noun, item.name] = (item.each.noun, there[0].id, NEW[item.each.noun])
    return found


def _of_child(tool: str, child: Child) -> dict[str, Any]:
    noun, id, new = child
    if tool.startswith("add_"):
        return new
    text = {"item": "value", "address": "city", "line": "description"}[noun]
    return {f"{noun}_id": id, **({text: "Autre"} if tool.startswith("update_") else {})}
