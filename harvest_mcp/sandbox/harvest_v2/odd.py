"""Operations besides the usual five: the company, me, rates, teammates, timers, previews."""

from typing import Any

from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.harvest_v2.crud import answered, changed, made, page, there
from harvest_mcp.sandbox.harvest_v2.kinds import KINDS, Kind, newest
from harvest_mcp.sandbox.harvest_v2.rights import may, may_write, sees
from harvest_mcp.sandbox.harvest_v2.rules import entries, messages, people
from harvest_mcp.sandbox.harvest_v2.shapes import people as persons
from harvest_mcp.sandbox.harvest_v2.shapes.fields import taken, told
from harvest_mcp.sandbox.harvest_v2.shapes.work import PROJECT_ASSIGNMENT
from harvest_mcp.sandbox.harvest_v2.tables import COMPANY, ENTRIES, PEOPLE, PROJECTS, TEAMMATES, USER_ASSIGNMENTS
from harvest_mcp.sandbox.harvest_v2.visit import BASE_URI, CURRENCY, NAME, SUBDOMAIN, Visit, number, numbers
from harvest_mcp.sandbox.harvest_v2.wire.lists import Paging, fitting, since
from harvest_mcp.sandbox.harvest_v2.wire.receive import BadValue, read, said
from harvest_mcp.sandbox.harvest_v2.wire.refusal import invalid, missing
from harvest_mcp.sandbox.store import Row, Test

ENTRY = KINDS["time_entries"]
MODULES = ("expense", "invoice", "estimate", "team", "approval")


def company(visit: Visit) -> HttpAnswer:
    """CO2-1: get the company, with its fields in the recorded order."""
    may(visit, "company", write=False)
    return answered(_company(visit))


def _company(visit: Visit) -> dict[str, Any]:
    on = {f"{name}_feature": name not in visit.settings.off for name in MODULES}
    late = {"saml_sign_in_required": False, "day_entry_notes_required": visit.settings.notes_required}
    return {
        "base_uri": BASE_URI,
        "full_domain": f"{SUBDOMAIN}.harvestapp.com",
        "name": NAME,
        "is_active": True,
        "week_start_day": "Monday",
        "wants_timestamp_timers": visit.by_clock,
        "time_format": "hours_minutes",
        "date_format": "%d/%m/%Y",
        "plan_type": "trial",
        **{name: on[name] for name in ("expense_feature", "invoice_feature", "estimate_feature", "team_feature")},
        "weekly_capacity": number(visit.company["weekly_capacity"]),
        "approval_feature": on["approval_feature"],
        "clock": "24h",
        "currency": CURRENCY,
        "currency_code_display": "iso_code_none",
        "currency_symbol_display": "symbol_before",
        "decimal_symbol": ".",
        "thousands_separator": ",",
        "color_scheme": "orange",
        **(late if visit.settings.form == "2026" else {}),
    }


def set_company(visit: Visit) -> HttpAnswer:
    """CO2-2: update the two writable settings."""
    may(visit, "company", write=True)
    body = said(visit.call).values
    given: Row = {}
    try:
        if body.get("wants_timestamp_timers") is not None:
            given["by_clock"] = bool(read("bool", body["wants_timestamp_timers"]))
        if body.get("weekly_capacity") is not None:
            given["weekly_capacity"] = read("int", body["weekly_capacity"])
    except BadValue:
        raise invalid("Wants timestamp timers or weekly capacity is invalid") from None
    with visit.store.writing():
        visit.store.update(COMPANY, number(visit.company["id"]), given)
    visit.forget()
    return answered(_company(visit))


def me(visit: Visit) -> HttpAnswer:
    """PE2-2: get the caller."""
    return answered(told(persons.USER, visit, visit.row(PEOPLE, visit.caller.id)))


def my_assignments(visit: Visit) -> HttpAnswer:
    """PA2-2: list what the caller may track on."""
    return _assignments(visit, visit.caller.id, "P")


def assignments_of(visit: Visit) -> HttpAnswer:
    """PA2-1: list what another person may track on."""
    may(visit, "project_assignments", write=False)
    if not sees(visit, "users", visit.row(PEOPLE, visit.owner)):
        raise missing()
    return _assignments(visit, visit.owner, "C")


def _assignments(visit: Visit, person: int, paging: Paging) -> HttpAnswer:
    """List the active assignments to active projects."""
    where: list[Test] = [("user_id", "=", person), ("deactivated", "=", False)]
    rows = fitting(visit, USER_ASSIGNMENTS, (since(),), where)
    rows = [row for row in rows if visit.row(PROJECTS, row["project_id"])["active"]]
    rows.sort(key=newest, reverse=True)
    return page(visit, "project_assignments", rows, PROJECT_ASSIGNMENT, paging)


def add_rate(visit: Visit, kind: Kind) -> HttpAnswer:
    """BR2-3, CR2-3: create a rate, which may replace others."""
    may(visit, kind.name, write=True)
    if not sees(visit, "users", visit.row(PEOPLE, visit.owner)):
        raise missing()
    given, problems = taken(kind.fields, said(visit.call).values, create=True)
    if problems:
        raise invalid(*problems)
    with visit.store.writing():
        id = people.add_rate(visit, kind.name, given)
    return made(visit, kind, id)


def teammates(visit: Visit) -> HttpAnswer:
    """TM2-1: list the teammates of a manager."""
    may(visit, "teammates", write=False)
    people.managed(visit)
    return page(visit, "teammates", _teammates(visit), persons.TEAMMATE, "C")


def _teammates(visit: Visit) -> list[Row]:
    rows = visit.store.rows(TEAMMATES, [("manager_id", "=", visit.owner)])
    return sorted((visit.row(PEOPLE, row["user_id"]) for row in rows), key=newest, reverse=True)


def set_teammates(visit: Visit) -> HttpAnswer:
    """TM2-2: replace all teammates of a manager; the response has no paging fields."""
    may(visit, "teammates", write=True)
    body = said(visit.call).values
    try:
        if body.get("teammate_ids") is None:
            raise invalid("Teammate ids can't be blank")
        ids = numbers(read("ids", body["teammate_ids"]))
    except BadValue:
        raise invalid("Teammate ids is invalid") from None
    with visit.store.writing():
        people.set_teammates(visit, ids)
    return answered({"teammates": [told(persons.TEAMMATE, visit, row) for row in _teammates(visit)]})


def restart(visit: Visit) -> HttpAnswer:
    """TE2-6: restart a timer; where time is tracked by start and end, in a new entry."""
    with visit.store.writing():
        id = entries.restart(visit, _own(visit))
        visit.forget()
        entries.entry_made(visit, id, {}, {})
    return changed(visit, ENTRY, id)


def stop(visit: Visit) -> HttpAnswer:
    """TE2-7: stop a timer."""
    with visit.store.writing():
        entries.stop(visit, _own(visit))
    return changed(visit, ENTRY, visit.id)


def drop_reference(visit: Visit) -> HttpAnswer:
    """TE2-8: remove the external reference of an entry."""
    with visit.store.writing():
        entries.unlocked(visit, _own(visit))
        visit.store.update(ENTRIES, visit.id, entries.NO_REFERENCE)
    return changed(visit, ENTRY, visit.id)


def _own(visit: Visit) -> Row:
    """Return the entry at the path, if the caller may change it."""
    may(visit, ENTRY.name, write=True)
    row = there(visit, ENTRY)
    may_write(visit, ENTRY.name, row)
    return row


def preview(visit: Visit) -> HttpAnswer:
    """IM2-3: preview a message."""
    may(visit, "invoice_messages", write=False)
    if not sees(visit, "invoices", visit.row(KINDS["invoices"].table, visit.owner)):
        raise missing()
    return answered(messages.preview(visit))
