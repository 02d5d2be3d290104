"""Seeds a new account with the rows of Atelier Sureau, joiners in Lyon; dates are relative to the clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import cast

from harvest_mcp.sandbox import made_rows
from harvest_mcp.sandbox.incwo import collections
from harvest_mcp.sandbox.incwo.login import TENANT
from harvest_mcp.sandbox.incwo.rules import valued
from harvest_mcp.sandbox.incwo.seeds import contacts, firms, money, records, sales, table, team, work
from harvest_mcp.sandbox.made_rows import start_values
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Child, Field, Part, Record, Resource, Value, fields
from harvest_mcp.systems.incwo import CONTACTS, FIRMS, INCWO
from harvest_mcp.systems.incwo.contacts import Address, Item
from harvest_mcp.systems.incwo.firms import FirmItem
from harvest_mcp.wire import incwo

STEP = 5
FIRST: Mapping[str, int] = {
    "project": 300_005,
    "firm": 500_005,
    "product": 640_005,
    "proposal": 720_005,
    "invoice": 750_005,
    "purchase_bill": 770_005,
    "contact": 880_005,
}
FIRST_ITEM = 4_294_967_300  # ids exceed 32 bits (incwo 4.1)
CUSTOM = f"data_editor_lines_{TENANT}-"

# All tables except the two largest: the noun, its rows, and its lists by column.
TABLES: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("bank_account", money.BANK_ACCOUNTS, {}),
    ("staff_member", team.STAFF, {}),
    ("project", work.PROJECTS, {}),
    ("task", work.TASKS, {}),
    ("timesheet", work.TIMESHEETS, {"timesheet_lines": work.TIMESHEET_LINES}),
    ("lead", sales.LEADS, {}),
    ("product", sales.PRODUCTS, {}),
    ("stock_movement", sales.STOCK_MOVEMENTS, {}),
    ("proposal", sales.PROPOSALS, {"proposal_lines": sales.PROPOSAL_LINES, "cash_deposits": sales.PLANNED}),
    ("invoice", money.INVOICES, {"bill_lines": money.BILL_LINES}),
    ("purchase_bill", money.PURCHASE_BILLS, {}),
    ("cash_deposit", money.CASH_DEPOSITS, {}),
    ("vacation", team.VACATIONS, {}),
    ("expense", team.EXPENSES, {"expense_lines": team.EXPENSE_LINES}),
    ("contract", team.CONTRACTS, {}),
    ("file", team.FILES, {}),
)


def id_of(noun: str, place: int) -> int:
    """Return the id of the row at a position in its table."""
    return FIRST.get(noun, 1_005) + STEP * place


@lru_cache(maxsize=16)
def image(now: int, step: int) -> bytes:
    """Return the database of an account opened at this second, cached to be copied."""
    store = Store(None, collections.ACCOUNT, clock=lambda: now, fill=fill, step=step)
    try:
        return store.image()
    finally:
        store.close()


def fill(store: Store) -> None:
    """Insert all rows in the transaction that creates the database: a file is seeded completely or not at all."""
    with store.writing():
        for row in _firms(store):
            store.insert(FIRMS, row)
        for row in _contacts(store):
            store.insert(CONTACTS, row)
        known = {resource.noun: resource for resource in INCWO.resources}
        for noun, rows, lists in TABLES:
            if noun in known:
                for row in Laying(store.now()).rows(known[noun], rows, lists):
                    store.insert(known[noun], row | valued(store, known[noun], row))
        collections.fill(store)
        made_rows.fill(store, INCWO.resources)


def _firms(store: Store) -> Iterator[Row]:
    for place, (name, kind, street, zip_code, city, country, siren, domain, phone) in enumerate(table(firms.FIRMS)):
        then = store.now() - timedelta(days=900 - 13 * place, minutes=7 * place)
        address = {"address_type": "21", "zip_code": zip_code, "city": city, "country": country}
        items = [("71", phone), ("74", f"contact@{domain}.example")]
        yield {
            **start_values(FIRMS),
            "id": id_of("firm", place),
            "name": name,
            "firm_type": kind,
            "siren": siren,
            "tva": f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}" if siren else "",
            "accounting_ref": f"411{place:04d}" if kind == "client" else "",
            "batch": "Import du 3 mars" if place % 4 == 0 else None,
            "batch_kind": "CSV" if place % 4 == 0 else None,
            "contact_addresses": _children(Address, place, [{**address, "street_address": street}], then),
            "contact_items": _children(
                FirmItem, place, [{"type_id": type_, "value": value} for type_, value in items], then
            ),
        }


def _contacts(store: Store) -> Iterator[Row]:
    homes = list(table(firms.FIRMS))
    for place, person in enumerate(table(contacts.CONTACTS)):
        home, civility, first, last, title, department, mailbox, mobile, comment = person
        then = store.now() - timedelta(days=600 - 2 * place, minutes=11 * place)
        firm = homes[int(home)] if home else None
        email = mailbox if "@" in mailbox or not firm else mailbox and f"{mailbox}@{firm[7]}.example"
        items = [("27" if firm else "28", email), ("88" if firm else "554", mobile)]
        items += [("471", firm[8]), ("24", f"{firm[8][:-2]}{place % 90 + 10}")] if firm and place % 3 == 0 else []
        items += [("24", f"{firm[8][:-2]}99")] if firm and place % 9 == 0 else []  # a second of the same type
        own: Row = {f"{CUSTOM}1": "Fidèle", f"{CUSTOM}3": "Bois & métal"} if place % 10 == 0 else {}
        address = {"address_type": "20", "zip_code": "69004", "city": "Lyon", "country": "France"}
        street = {"street_address": f"{place + 1} rue d'Austerlitz", "street_address2": "Bât. B, 2e étage"}
        yield {
            **start_values(CONTACTS),
            "id": id_of("contact", place),
            "civility_label_id": civility,
            "last_name": last,
            "first_name": first,
            "contact_type": firm[1] if firm else "perso",
            "firm_id": id_of("firm", int(home)) if home else (0 if place % 2 else None),
            "job_title": title or None,
            "job_department": department or None,
            "country": "France" if place % 2 else None,
            "comment": comment or ("" if place % 5 == 0 else None),
            "contact_addresses": _children(
                Address, 1_000 + place, [{**address, **street}] if place % 4 == 0 or not firm else [], then
            ),
            "contact_items": _children(
                Item, 1_000 + place, [{"type_id": type_, "value": value} for type_, value in items if value], then
            ),
            **own,
        }


def _children(kind: type[Child], place: int, values: list[dict[str, str]], then: datetime) -> Value:
    """Return the children of a row, with ids made unique by `place`."""
    stamps = {"created_at": then, "updated_at": then + timedelta(days=1)}
    return tuple(
        kind.model_validate({"id": FIRST_ITEM + STEP * (place * 10 + number), **one, **stamps})
        for number, one in enumerate(values)
    )


@dataclass(frozen=True, slots=True)
class Laying:
    """Converts cells to rows; days are relative to `now`."""

    now: datetime

    def rows(self, resource: Resource[Record], rows: str, lists: Mapping[str, str]) -> Iterator[Row]:
        columns = fields(resource.record)
        for place, cells in enumerate(records(rows)):
            yield {
                **start_values(resource),
                **self._row(columns, cells),
                "id": id_of(resource.noun, place),
                **{name: self._lines(columns[name], text, place) for name, text in lists.items() if name in columns},
            }

    def _lines(self, item: Field, text: str, place: int) -> Value:
        kind = cast(type[Part], item.type)
        found = [one for one in records(text) if one["of"] == str(place)]
        return tuple(kind.model_validate(self._row(fields(kind), cells)) for cells in found)

    def _row(self, columns: Mapping[str, Field], cells: Mapping[str, str]) -> Row:
        return {name: self._value(columns[name], cell) for name, cell in cells.items() if name in columns}

    def _value(self, item: Field, cell: str) -> Value:
        today = self.now.date()
        if cell.startswith("@m"):
            month = today.year * 12 + today.month - 1 - int(cell[2:])
            return date(month // 12, month % 12 + 1, 1)
        if cell.startswith("@"):
            return today + timedelta(days=int(cell[1:]))
        if cell.startswith("#") and item.ref:
            return id_of(item.ref, int(cell[1:]))
        found: Value = incwo.READ[item.type](cell)
        return found
