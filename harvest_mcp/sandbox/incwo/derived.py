"""Elements that the server derives when it shows a row: names, copies, keys (incwo 13)."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime

from harvest_mcp.sandbox.incwo import sheets
from harvest_mcp.sandbox.incwo.login import TENANT, USER
from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Child, Record, Resource, Value, fields
from harvest_mcp.systems.incwo import CONTACTS, FIRMS
from harvest_mcp.wire.incwo_wires import incwo_of, root_of

IN_FILE_CURRENCY = "_in_file_currency"
ISO = "_iso_3166_a3"
COUNTRIES: Mapping[str, str] = {
    "France": "FRA",
    "Belgique": "BEL",
    "Suisse": "CHE",
    "Luxembourg": "LUX",
    "Allemagne": "DEU",
    "Espagne": "ESP",
    "Italie": "ITA",
    "Monaco": "MCO",
    "Portugal": "PRT",
    "Canada": "CAN",
}
# Contacts name themselves so as owners of their items (incwo 13.1).
OWNERS: Mapping[str, str] = {"contacts": "users"}
SOUNDS: Mapping[str, str] = {
    letter: digit
    for digit, letters in {"1": "BFPV", "2": "CGJKQSXZ", "3": "DT", "4": "L", "5": "MN", "6": "R"}.items()
    for letter in letters
}


def row(store: Store, resource: Resource[Record], stored: Row, switches: Switches) -> Row:
    """Return a row with derived values in the empty columns of its record."""
    columns = fields(resource.record)
    full = sheets.totalled(resource, stored, switches)
    wanted = {
        name: derive(store, full) for name, derive in DERIVED.items() if name in columns and full.get(name) is None
    }
    full = full | {name: value for name, value in wanted.items() if value is not None}
    copies = {name: _copy(name, full) for name in columns if full.get(name) is None}
    return full | {name: value for name, value in copies.items() if value is not None}


def child(resource: Resource[Record], parent: Row, stored: Child) -> Row:
    """Return a child with the values it derives from its parent."""
    columns = fields(type(stored))
    own: Row = {name: getattr(stored, name) for name in columns} | dict(stored.model_extra or {})
    collection = incwo_of(resource).path.strip("/")
    derived: Row = {
        f"{root_of(resource)}_id": parent["id"],
        "business_file_id": TENANT,
        "created_at": parent.get("created_at"),
        "updated_at": parent.get("updated_at"),
        "creator_id": USER,
        "modifier_id": USER,
        "object_zname": OWNERS.get(collection, collection),
        "object_zid": parent["id"],
        "normalized_phone": _digits(str(own.get("value") or "")),
        "billing_date": parent.get("billing_date"),
        "sheet_type": parent.get("sheet_type"),
        "sheet_progress_id": parent.get("progress_id"),
        "sheet_name": collection,
        "sheet_id": parent["id"],
        "content_kind": "",  # a normal line: present and empty (incwo 13.8)
    }
    full = own | {name: value for name, value in derived.items() if name in columns and own[name] is None}
    copies = {name: _copy(name, full) for name in columns if full.get(name) is None}
    return full | {name: value for name, value in copies.items() if value is not None}


def _copy(name: str, full: Row) -> Value:
    """Return a copy of another element: in the account's currency, as the previous value, or as a country's code."""
    if name.endswith(IN_FILE_CURRENCY):
        return full.get(name.removesuffix(IN_FILE_CURRENCY))
    if name.endswith(ISO):
        return COUNTRIES.get(str(full.get(name.removesuffix(ISO))))
    if name.startswith("prev_"):  # in fact the value just saved (incwo 7)
        return full.get(name.removeprefix("prev_"))
    return None


def _both_names(store: Store, row: Row) -> Value:
    return " ".join(str(row[name]) for name in ("first_name", "last_name") if row.get(name)) or None


def _firm_name(store: Store, row: Row) -> Value:
    firm = store.get(FIRMS, int(str(row.get("firm_id") or 0)))
    return firm["name"] if firm else None


def _client_name(store: Store, row: Row) -> Value:
    contact = store.get(CONTACTS, int(str(row.get("contact_id") or 0)))
    return _firm_name(store, row) or (_both_names(store, contact) if contact else None)


def _party(store: Store, row: Row) -> Value:
    pairs = (("firms", row.get("firm_id")), ("contacts", row.get("contact_id")))
    return next((f"{collection}+{id}" for collection, id in pairs if id), None)


def _soundex(store: Store, row: Row) -> Value:
    """Return the Soundex key of a name: `A000`."""
    plain = unicodedata.normalize("NFKD", str(row.get("name") or "")).upper()
    letters = [letter for letter in plain if "A" <= letter <= "Z"]
    if not letters:
        return None
    key, last = letters[0], SOUNDS.get(letters[0])
    for letter in letters[1:]:
        sound = SOUNDS.get(letter)
        key += sound if sound and sound != last else ""
        last = sound if letter not in "HW" else last
    return f"{key}000"[:4]


def _digits(value: str) -> str:
    """Return the digits of a telephone number; empty for any other text (incwo 13.1)."""
    if any(letter.isalpha() or letter == "@" for letter in value):
        return ""
    return "".join(letter for letter in value if letter.isdigit())


def _made_on(store: Store, row: Row) -> Value:
    made = row.get("created_at")
    return made.date() if isinstance(made, datetime) else None


DERIVED: Mapping[str, Callable[[Store, Row], Value]] = {
    "first_last_name": _both_names,
    "firm_name": _firm_name,
    "name_soundex": _soundex,
    "client_name": _client_name,
    "party_idplus": _party,
    "currency_exchange_rate_date": _made_on,
    "cost_currency_exchange_rate_date": _made_on,
    "creator_id": lambda store, row: USER,
    "modifier_id": lambda store, row: USER,
}
