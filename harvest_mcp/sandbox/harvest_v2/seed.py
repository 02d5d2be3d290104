"""Kestrel Studio's rows in v2 besides those of v1: rights, roles, rates, estimates, dates of invoices."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from harvest_mcp.sandbox.harvest.logins import LOGINS
from harvest_mcp.sandbox.harvest.seeding import account
from harvest_mcp.sandbox.harvest_v2.rules.bills import figures, key
from harvest_mcp.sandbox.harvest_v2.tables import (
    ACCOUNT,
    BILLABLE_RATES,
    CLIENTS,
    COMPANY,
    CONTACTS,
    ESTIMATE_ITEM_CATEGORIES,
    ESTIMATE_MESSAGES,
    ESTIMATES,
    INVOICE_PAYMENTS,
    INVOICES,
    PEOPLE,
    ROLES,
    USER_ASSIGNMENTS,
)
from harvest_mcp.sandbox.harvest_v2.visit import CURRENCY, TIMEZONE, full_name, number, of
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest.currencies import labelled
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine

FIRST_ESTIMATE, FIRST_ESTIMATE_MESSAGE, FIRST_ROLE, FIRST_RATE = 3001, 3501, 701, 1101
EVENTS: dict[str, Sequence[str]] = {
    "draft": (),
    "sent": ("",),
    "accepted": ("", "accept"),
    "declined": ("", "decline"),
}
# Client, state, subject, tax, discount, days since issue, and lines: category, text, quantity, unit price.
Line = tuple[str, str, str, str]
ESTIMATED: tuple[tuple[str, str, str, str, str, int, tuple[Line, ...]], ...] = (
    (
        *("SuprCorp", "accepted", "Website relaunch", "8.875", "", 370),
        (("Service", "Design", "30", "80.00"), ("Service", "Development", "60", "90.00")),
    ),
    ("Kestrel & Sons", "accepted", "Harbour map, tides", "19", "", 90, (("Service", "Illustration", "24", "75.00"),)),
    (
        *("Zürcher Uhrwerk", "declined", "Watch configurator, 3D", "7.7", "5", 140),
        (("Service", "Development", "120", "90.00"), ("Product", "Licence of the renderer", "1", "1499.00")),
    ),
    ("Te Awa Wines", "sent", "Harvest posters, series", "15", "", 21, (("Service", "Illustration", "40.5", "75.00"),)),
    ("Northgate Outfitters", "sent", "Autumn catalogue", "", "2.5", 9, (("Service", "Design", "52", "80.00"),)),
    ("Lindenhof Kindergarten", "draft", "Logo and sign", "19", "", 2, (("Service", "Design", "8", "80.00"),)),
)


@lru_cache(maxsize=16)
def image(now: int) -> bytes:
    """Return the database of an account opened at this second, cached to be copied."""
    store = Store(None, ACCOUNT, clock=lambda: now, fill=fill, image=account.image(now))
    try:
        return store.image()
    finally:
        store.close()


def fill(store: Store) -> None:
    """Add to v1's rows what only v2 has."""
    with store.writing():
        _people(store)
        _rates(store)
        _invoices(store)
        _estimates(store)


def begin(store: Store, *, by_clock: bool) -> None:
    """Insert what every account has, the company and the logins; with `by_clock` time is tracked by start and end."""
    with store.writing():
        rows = store.rows(COMPANY)
        if not rows:
            store.insert(COMPANY, {"by_clock": by_clock, "weekly_capacity": 126_000})
        elif by_clock:
            store.update(COMPANY, number(rows[0]["id"]), {"by_clock": True})
        if not store.count(PEOPLE):
            for login in LOGINS:
                names: Row = {"first_name": login.first_name, "last_name": login.last_name, "email": login.email}
                more: Row = {"is_active": True, "is_admin": login.role == "administrator", "timezone": TIMEZONE}
                flags: Row = {"is_owner": login.role == "administrator", "access_roles": json.dumps([login.role])}
                store.insert(PEOPLE, {"id": login.id, **names, **more, **flags, "weekly_capacity": 126_000})


def _people(store: Store) -> None:
    """Make everybody who leads a project a manager, except the member's login."""
    roles = {login.id: login.role for login in LOGINS}
    leads = {row["user_id"] for row in store.rows(USER_ASSIGNMENTS) if row["is_project_manager"]}
    labels: dict[str, list[int]] = {}
    for person in store.rows(PEOPLE):
        id = number(person["id"])
        role = roles.get(id, "manager" if id in leads else "member")
        _quietly(store, PEOPLE, person, {"access_roles": json.dumps([role]), "is_owner": id == LOGINS[0].id})
        labels.setdefault(str(person["department"]), []).append(id)
    for place, (name, ids) in enumerate(sorted(labels.items())):
        store.insert(ROLES, {"id": FIRST_ROLE + place, "name": name, "user_ids": json.dumps(ids)})
    for row in store.rows(USER_ASSIGNMENTS):
        _quietly(store, USER_ASSIGNMENTS, row, {"use_default_rates": True})


def _rates(store: Store) -> None:
    """Insert one billable rate per person, without a start date."""
    for place, person in enumerate(row for row in store.rows(PEOPLE) if row["default_hourly_rate"] is not None):
        at: Row = {"created_at": person["created_at"], "updated_at": person["created_at"]}
        row: Row = {"user_id": person["id"], "amount": person["default_hourly_rate"]}
        store.insert(BILLABLE_RATES, {"id": FIRST_RATE + place, **row, **at})


def _invoices(store: Store) -> None:
    """Set when invoices were sent, paid and closed."""
    paid = {row["invoice_id"]: of(datetime, row["paid_at"]) for row in store.rows(INVOICE_PAYMENTS)}
    for row in store.rows(INVOICES):
        values: Row = {"payment_options": "[]"}
        if row["state"] != "draft":
            values["sent_at"] = row["updated_at"]
        if row["state"] == "paid" and (at := paid.get(row["id"])):
            values |= {"paid_at": at, "paid_date": at.date()}
        if row["state"] == "closed":
            values["closed_at"] = row["updated_at"]
        _quietly(store, INVOICES, row, values)


def _estimates(store: Store) -> None:
    for name in ("Service", "Product"):
        store.insert(ESTIMATE_ITEM_CATEGORIES, {"name": name})
    clients = {str(row["name"]): row for row in store.rows(CLIENTS)}
    contacts = {row["client_id"]: row for row in reversed(store.rows(CONTACTS, [("email", "<>", "")]))}
    for place, (client, state, subject, tax, discount, days, items) in enumerate(ESTIMATED):
        issued = (store.now() - timedelta(days=days)).date()
        lines = tuple(
            InvoiceLine(kind=kind, description=text, quantity=Decimal(n), unit_price=Decimal(price), taxed=bool(tax))
            for kind, text, n, price in items
        )
        row: Row = {
            "id": FIRST_ESTIMATE + place,
            "client_id": clients[client]["id"],
            "creator_id": LOGINS[0].id,
            "number": str(101 + place),
            "purchase_order": "",
            "tax": Decimal(tax) if tax else None,
            "tax2": None,
            "discount": Decimal(discount) if discount else None,
            "subject": subject,
            "notes": "",
            "currency": clients[client]["currency"] or labelled(CURRENCY),
            "state": state,
            "issue_date": issued,
            "client_key": key("estimate", FIRST_ESTIMATE + place),
            "created_at": _at(issued, 9),
            "updated_at": _at(issued, 10),
        }
        if state != "draft":
            row["sent_at"] = _at(issued, 10)
        if state in ("accepted", "declined"):
            row[f"{state}_at"] = _at(issued + timedelta(days=3), 15)
        store.insert(ESTIMATES, {**row, **figures(row, lines)})
        _messages(store, row, contacts.get(clients[client]["id"]))


def _messages(store: Store, estimate: Row, contact: Row | None) -> None:
    issued, sender = of(date, estimate["issue_date"]), f"{LOGINS[0].first_name} {LOGINS[0].last_name}"
    for place, event in enumerate(EVENTS[str(estimate["state"])]):
        at = _at(issued + timedelta(days=3 * place), 10 + 5 * place)
        to = [{"name": full_name(contact), "email": contact["email"]}] if contact and not event else []
        words: Row = {"subject": f"Estimate {estimate['number']} from Kestrel Studio", "body": "Our offer.\r\n"}
        store.insert(
            ESTIMATE_MESSAGES,
            {
                **{"id": FIRST_ESTIMATE_MESSAGE + store.count(ESTIMATE_MESSAGES), "estimate_id": estimate["id"]},
                **{"sent_by": sender, "sent_by_email": LOGINS[0].email, "sent_from": sender},
                **{"sent_from_email": LOGINS[0].email, "sent_to": json.dumps(to, ensure_ascii=False)},
                **{"send_me_a_copy": False, "event_type": event or None, "created_at": at, "updated_at": at},
                **({} if event else words),
            },
        )


def _quietly(store: Store, table: Resource[Record], row: Row, values: Row) -> None:
    """Update a row without changing its time of update."""
    store.update(table, number(row["id"]), {**values, "updated_at": row["updated_at"]})


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
