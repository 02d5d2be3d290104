"""The wire of Harvest v2's invoices: terms, lines imported from tracked time, events for actions (harvest-v2 12,
13)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from harvest_mcp.spec import Action, Exchange, Record, Request, Scope, Value
from harvest_mcp.wire.document import Plain
from harvest_mcp.wire.json import codec
from harvest_mcp.wire.json.records import sent
from harvest_mcp.wire.json.wires import Body, JsonWire, nothing

R = TypeVar("R", bound=Record)
NET = re.compile(r"NET (\d+)", re.ASCII)
IMPORTS = (
    *("kind", "projects_to_invoice", "import_hours", "import_expenses", "period_start", "period_end"),
    *("expense_period_start", "expense_period_end", "expense_summary_type"),
)
"""Columns of a create that say what its lines are imported from, as in v1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed(JsonWire):
    """A message mailed to a client: `events` are those by which a message carries out an action."""

    events: tuple[tuple[str, str], ...]

    def act(self, scope: Scope[R], action: Action, id: int, said: Body | None = None) -> Exchange[None]:
        """Return a message with an event, which mails nothing (harvest-v2 9, 13)."""
        more = dict(said[1]) if said else {}
        body = codec.write({"event_type": dict(self.events)[action.verb], **more})
        return Exchange(Request("POST", f"{self.one(scope, id)}/messages", body=body), nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices(Mailed):
    """An invoice; `term` is the column of its payment terms, in words."""

    term: str

    def body(self, scope: Scope[R], values: Mapping[str, Value]) -> dict[str, object]:
        usual = {name: value for name, value in values.items() if name not in (*IMPORTS, self.term)}
        told = JsonWire.body(self, scope, usual)
        if term := values.get(self.term):
            told |= terms(str(term))
        if values.get("kind") not in (None, "free_form"):
            told["line_items_import"] = imports(values)
        return told


def terms(text: str) -> dict[str, object]:
    """Return the wire's term for `NET 30`, `upon receipt`, or a date, which is a custom term."""
    if NET.fullmatch(text) or text == "upon receipt":
        return {"payment_term": text.lower()}
    return {"payment_term": "custom", "due_date": text}


def imports(values: Mapping[str, Value]) -> dict[str, object]:
    """Return how lines are imported from time and expenses (harvest-v2 12.3)."""
    ids = [int(each) for each in str(values.get("projects_to_invoice") or "").split(",") if each.strip()]
    told: dict[str, object] = {"project_ids": ids}
    period, spent = ("period_start", "period_end"), ("expense_period_start", "expense_period_end")
    if values.get("import_hours") != "no":
        told["time"] = {"summary_type": values["kind"], **_between(values, period, values.get("import_hours"))}
    if values.get("import_expenses") not in (None, "no"):
        kind = values.get("expense_summary_type") or "category"
        days = spent if values.get(spent[0]) else period
        told["expenses"] = {"summary_type": kind, **_between(values, days, values.get("import_expenses"))}
    return told


def _between(values: Mapping[str, Value], names: tuple[str, str], which: Value) -> dict[str, object]:
    first, last = (values.get(name) for name in names)
    if which == "all" or not (isinstance(first, date) and isinstance(last, date)):
        return {}
    return {"from": sent(first), "to": sent(last)}


def as_v1(row: dict[str, Plain]) -> dict[str, Plain]:
    """Return an invoice as v1 has it: the terms in capitals, or the due date."""
    term = row.get("payment_term")
    if term == "custom":
        return {**row, "payment_term": row.get("due_date")}
    return {**row, "payment_term": term.replace("net ", "NET ")} if isinstance(term, str) else row


def addressed(row: dict[str, Plain]) -> dict[str, Plain]:
    """Return a message with its recipients as one text."""
    there = row.get("recipients")
    if not isinstance(there, list):
        return row
    people = [each for each in there if isinstance(each, dict)]
    return {**row, "recipients": ", ".join(_address(each) for each in people)}


def _address(person: Mapping[str, Plain]) -> str:
    name, email = person.get("name"), person.get("email")
    return f"{name} <{email}>" if name else str(email or "")


def mailed(text: str | None) -> list[dict[str, str]]:
    """Return the recipients in a text of addresses joined by commas."""
    return [{"email": each.strip()} for each in (text or "").split(",") if each.strip()]
