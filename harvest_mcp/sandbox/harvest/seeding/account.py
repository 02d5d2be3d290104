"""Seeds a new account with Kestrel Studio's rows: always the same, with dates relative to the clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from harvest_mcp.sandbox import made_rows
from harvest_mcp.sandbox.harvest.hours import ACCOUNT
from harvest_mcp.sandbox.harvest.responses import currencies
from harvest_mcp.sandbox.harvest.rules import statement_key
from harvest_mcp.sandbox.harvest.seeding import hours, invoices, spending, work
from harvest_mcp.sandbox.harvest.seeds.clients import CLIENTS as CLIENT_ROWS
from harvest_mcp.sandbox.harvest.seeds.contacts import CONTACTS as CONTACT_ROWS
from harvest_mcp.sandbox.harvest.seeds.invoices import INVOICES as BILLS
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS

FIRST_CLIENT, FIRST_CONTACT = 11072, 9


@lru_cache(maxsize=16)
def image(now: int) -> bytes:
    """Return the database of an account opened at this second, cached to be copied."""
    moment = datetime.fromtimestamp(now, UTC)
    store = Store(None, ACCOUNT, clock=lambda: now, fill=fill, image=hours.image(hours.today(moment)))
    try:
        return store.image()
    finally:
        store.close()


def fill(store: Store) -> None:
    """Insert all rows in the transaction that creates the database: a file is seeded completely or not at all."""
    ids = {one.name: FIRST_CLIENT + place for place, one in enumerate(CLIENT_ROWS)}
    with store.writing():
        for row in _clients(store, ids):
            store.insert(CLIENTS, row)
        for row in _contacts(store, ids):
            store.insert(CONTACTS, row)
        work.fill(store, ids)
        invoices.fill(store)
        spending.fill(store)
        made_rows.fill(store, ACCOUNT.resources)


def _clients(store: Store, ids: dict[str, int]) -> Iterator[Row]:
    invoiced = {bill.client for bill in BILLS}
    for place, one in enumerate(CLIENT_ROWS):
        yield {
            "id": ids[one.name],
            "name": one.name,
            "active": one.active,
            "details": one.details,
            "address": one.details or None,
            "currency": currencies.label(one.currency),
            "currency_symbol": currencies.symbol(one.currency),
            "cache_version": (one.created - one.updated) // 30,
            "created_at": store.now() - timedelta(days=one.created, minutes=7 * place),
            "updated_at": store.now() - timedelta(days=one.updated, minutes=3 * place),
            "last_invoice_kind": "project" if one.name in invoiced else None,
            "statement_key": statement_key(CLIENTS, ids[one.name]),
        }


def _contacts(store: Store, ids: dict[str, int]) -> Iterator[Row]:
    """Yield the contacts, created some days after their client and updated some days after that."""
    dates = {one.name: (one.created, one.updated) for one in CLIENT_ROWS}
    id = FIRST_CONTACT
    for client, (domain, prefix, people) in CONTACT_ROWS.items():
        created, updated = dates[client]
        for place, one in enumerate(people):
            joined = created - (created - updated) * place // (2 * len(people))
            changed = joined - (joined - updated) * (place % 3) // 2
            yield {
                "id": id,
                "client_id": ids[client],
                "first_name": one.first,
                "last_name": one.last,
                "title": one.title,
                "email": one.mailbox if "@" in one.mailbox or not one.mailbox else f"{one.mailbox}@{domain}",
                "phone_office": one.office[1:] if one.office.startswith("=") else one.office and prefix + one.office,
                "phone_mobile": one.mobile,
                "fax": one.fax,
                "created_at": store.now() - timedelta(days=joined, minutes=id),
                "updated_at": store.now() - timedelta(days=changed, minutes=id),
            }
            id += 1
