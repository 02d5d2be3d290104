"""The rules of messages, which are mailed or change a state, and of payments (harvest-v2 9, 13, 14)."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from harvest_mcp.sandbox.harvest_v2.rules import bills
from harvest_mcp.sandbox.harvest_v2.tables import (
    CLIENTS,
    ESTIMATES,
    INVOICE_MESSAGES,
    INVOICES,
    OUTBOX,
)
from harvest_mcp.sandbox.harvest_v2.visit import NAME, Visit, number, of, texts
from harvest_mcp.sandbox.harvest_v2.wire.refusal import invalid
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Record, Resource

NOBODY = "Recipients can't be blank"
# By event: the states it is allowed in, the new state, and the column of its time (12.5; 9 for estimates).
EVENTS: Mapping[str, Mapping[str, tuple[tuple[str, ...], str, str]]] = {
    "invoices": {
        "send": (("draft",), "open", "sent_at"),
        "close": (("open", "partial"), "closed", "closed_at"),
        "re-open": (("closed",), "open", ""),
        "draft": (("open",), "draft", ""),
    },
    "estimates": {
        "send": (("draft",), "sent", "sent_at"),
        "accept": (("sent",), "accepted", "accepted_at"),
        "decline": (("sent",), "declined", "declined_at"),
        "re-open": (("accepted", "declined"), "sent", ""),
    },
}
CLEARS: Mapping[str, Row] = {
    "re-open": {"closed_at": None, "accepted_at": None, "declined_at": None},
    "draft": {"sent_at": None},
}


def invoice_message(visit: Visit, given: Row, before: Row) -> Row:
    parent = visit.row(INVOICES, visit.owner)
    words = f"Invoice {parent['number']} from {NAME}"
    if given.get("thank_you"):
        words = f"Thank you for paying invoice {parent['number']}"
    row = _message(visit, INVOICES, parent, given, words)
    if row.get("include_pay_pal_link") is False:
        visit.store.update(INVOICES, visit.owner, {"payment_options": "[]"})
    options = texts((visit.store.get(INVOICES, visit.owner) or {}).get("payment_options"))
    return {**row, "include_pay_pal_link": bool(options), "reminder": False, "attach_pdf": bool(row.get("attach_pdf"))}


def estimate_message(visit: Visit, given: Row, before: Row) -> Row:
    parent = visit.row(ESTIMATES, visit.owner)
    return _message(visit, ESTIMATES, parent, given, f"Estimate {parent['number']} from {NAME}")


def _message(visit: Visit, table: Resource[Record], parent: Row, given: Row, words: str) -> Row:
    """Send a mail without an event, or change the state with one; return the columns to write."""
    event = given.get("event_type")
    recipients = _recipients(given.pop("given_recipients", None))
    if event:
        _step(visit, table, parent, str(event))
    else:
        if not recipients and not given.get("send_me_a_copy"):
            raise invalid(NOBODY)
        given["subject"] = given.get("subject") or words
        given["body"] = given.get("body") or _template(visit, table, parent)
        to = [str(each["email"]) for each in recipients]
        to += [str(visit.caller.person["email"])] if given.get("send_me_a_copy") else []
        _mail(visit, table.noun, to, given)
        if parent["state"] == "draft":
            _move(visit, table, parent, "send")
    name, mail = visit.caller.full_name, visit.caller.person["email"]
    sender: Row = {"sent_by": name, "sent_by_email": mail, "sent_from": name, "sent_from_email": mail}
    kept: Row = {"event_type": event or None, "sent_to": json.dumps(recipients, ensure_ascii=False)}
    full = ", ".join(f"{each['name']} <{each['email']}>" if each["name"] else str(each["email"]) for each in recipients)
    more: Row = {"full_recipient_list": full} if table is INVOICES else {}
    return {**given, **sender, **kept, **more}


def _template(visit: Visit, table: Resource[Record], parent: Row) -> str:
    client = visit.rows(CLIENTS).get(number(parent["client_id"]), {})
    return (
        f"{NAME} sends you {table.noun} {parent['number']} for {client.get('name')}.\r\n\r\n"
        f"Amount: {of(Decimal, parent['amount']):.2f}\r\n\r\nThank you!\r\n"
    )


def _mail(visit: Visit, kind: str, to: list[str], given: Row) -> None:
    for each in to:
        row: Row = {"kind": kind, "to": each, "subject": given.get("subject"), "body": given.get("body")}
        visit.store.insert(OUTBOX, row)


def _recipients(said: object) -> list[dict[str, str | None]]:
    if said is None or said == "":
        return []
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise invalid("Recipients is invalid")
    if not all(each.get("email") for each in said):
        raise invalid("Recipients email can't be blank")
    return [{"name": each.get("name"), "email": str(each["email"])} for each in said]


def _step(visit: Visit, table: Resource[Record], parent: Row, event: str) -> None:
    known = EVENTS[table.plural].get(event)
    if known is None:
        raise invalid("Event type is not included in the list")
    if parent["state"] not in known[0]:
        shown = "open" if parent["state"] == "partial" else parent["state"]
        raise invalid(f"This {table.noun} is {shown}; {event} does not fit")
    _move(visit, table, parent, event)


def _move(visit: Visit, table: Resource[Record], parent: Row, event: str) -> None:
    _, state, stamp = EVENTS[table.plural][event]
    cleared = {name: None for name in CLEARS.get(event, {}) if name in parent}
    values: Row = {**cleared, "state": state, **({stamp: visit.now} if stamp else {})}
    visit.store.update(table, number(parent["id"]), values)
    if table is INVOICES and state == "open":
        bills.settle(visit, number(parent["id"]))
    visit.forget()


def preview(visit: Visit) -> dict[str, object]:
    """IM2-3: return what the mail would say, without storing anything."""
    parent = visit.row(INVOICES, visit.owner)
    thanks, reminder = (visit.call.asked(name) == "true" for name in ("thank_you", "reminder"))
    words = f"Invoice {parent['number']} from {NAME}"
    if thanks:
        words = f"Thank you for paying invoice {parent['number']}"
    elif reminder:
        words = f"Reminder: {words}"
    body = _template(visit, INVOICES, parent)
    return {"invoice_id": visit.owner, "subject": words, "body": body, "reminder": reminder, "thank_you": thanks}


def payment(visit: Visit, given: Row, before: Row) -> Row:
    """Return the columns of a payment, with either a time or a day; by default today."""
    if given.get("paid_at") is not None and given.get("given_date") is not None:
        raise invalid("Paid at and paid date cannot both be given")
    if visit.row(INVOICES, visit.owner)["state"] == "closed":
        raise invalid("This invoice is closed.")
    day = given.pop("given_date", None) or visit.today()
    at = given.get("paid_at") or datetime.combine(of(date, day), time(), UTC)
    by: Row = {"recorded_by": visit.caller.full_name, "recorded_by_email": visit.caller.person["email"]}
    return {"notes": "", **given, "paid_at": at, **by}


def payment_made(visit: Visit, id: int, given: Row, before: Row) -> None:
    """Settle the invoice, and mail a thank-you if it is paid now, unless `send_thank_you` is false."""
    bills.settle(visit, visit.owner)
    parent = visit.row(INVOICES, visit.owner)
    if given.get("send_thank_you") and parent["state"] == "paid":
        to = _last_recipients(visit, parent)
        _mail(visit, "thank_you", to, {"subject": f"Thank you for paying invoice {parent['number']}", "body": ""})


def _last_recipients(visit: Visit, parent: Row) -> list[str]:
    """Return the last recipients of the invoice; the client's name if there are none."""
    rows = visit.store.rows(INVOICE_MESSAGES, [("invoice_id", "=", number(parent["id"]))], newest_first=True)
    for row in rows:
        found = json.loads(str(row["sent_to"])) if row["sent_to"] else []
        if found:
            return [str(each["email"]) for each in found]
        if row["full_recipient_list"]:
            return [str(row["full_recipient_list"])]
    return [str(parent["client_name"])]


def payment_deleted(visit: Visit, row: Row) -> None:
    if row["payment_gateway_id"]:
        raise invalid("A payment through a gateway is not removable.")


def payment_gone(visit: Visit, row: Row) -> None:
    bills.settle(visit, number(row["invoice_id"]))
