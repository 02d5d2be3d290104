"""What the vendor allows: facts in tables, and the four ways to write a row (harvest-v1 5.4, 6, 8, 11, 12)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harvest_mcp.errors import Malformed
from harvest_mcp.sandbox.harvest import currencies
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Action, Field, Record, Resource, Scalar, fields
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.wire import rails, xml
from harvest_mcp.wire.xml import Plain

CURRENCY = "United States Dollar - USD"

# Read on a create beyond the writable elements (harvest-v1 11): `active` is then left to the toggle.
CREATED_WITH: Mapping[str, frozenset[str]] = {"client": frozenset({"active", "currency_symbol", "highrise_id"})}
# Taken and stored, never to be relied on (harvest-v1 11; 29 row 22).
UPDATED_WITH: Mapping[str, frozenset[str]] = {"client": frozenset({"currency_symbol", "highrise_id"})}
# What a row starts with (harvest-v1 11: new clients are active, the currency is the account's).
DEFAULTS: Mapping[str, Row] = {"client": {"active": True, "cache_version": 0, "currency": CURRENCY}}
# Columns whose null reads back as an empty text (harvest-v1 11, 12, 13: "empty" under nil).
EMPTY: Mapping[str, frozenset[str]] = {
    "client": frozenset({"details"}),
    "contact": frozenset({"email", "phone_office", "phone_mobile", "fax", "title"}),
    "project": frozenset({"code"}),
}
UNIQUE: Mapping[str, frozenset[str]] = {"client": frozenset({"name"})}  # harvest-v1 30: refused


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of another kind that stand in the way; `words` name one of them."""

    noun: str
    words: str
    where: tuple[Test, ...] = ()


KEEPS_FROM_DELETE: Mapping[str, tuple[Block, ...]] = {  # CL-6
    "client": (Block("project", "project"), Block("invoice", "invoice")),
}
KEEPS_FROM_ARCHIVE: Mapping[str, tuple[Block, ...]] = {  # CL-5
    "client": (Block("project", "active project", (("active", "=", True),)),),
}
GOES_WITH: Mapping[str, tuple[str, ...]] = {"client": ("contact",)}  # harvest-v1 30: cascade


class Refusal(Exception):
    """An answer that is not a success; `hint` goes into the header of that name."""

    def __init__(self, status: int, kind: str, message: str, *, hint: bool = True) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message
        self.hint = message if hint else ""


def invalid(message: str) -> Refusal:
    return Refusal(400, "Invalid", message)


def missing(resource: Resource[Record], id: int) -> Refusal:
    return Refusal(404, "NotFound", f"There is no {resource.noun} {id}.", hint=False)


def create(store: Store, resource: Resource[Record], body: bytes) -> int:
    """CL-3, CC-4: the new id."""
    accepted = CREATED_WITH.get(resource.noun, frozenset())
    given = {**DEFAULTS.get(resource.noun, {}), **_given(resource, body, accepted)}
    with store.writing():
        row = _settled(store, resource, given, {})
        id = store.insert(resource, row)
        if "statement_key" in fields(resource.record):
            store.update(resource, id, {"statement_key": statement_key(resource, id)})
    return id


def update(store: Store, resource: Resource[Record], id: int, body: bytes) -> None:
    """CL-4, CC-5: only what the body holds; the rest keeps its value."""
    with store.writing():
        before = found(store, resource, id)
        given = _given(resource, body, UPDATED_WITH.get(resource.noun, frozenset()))
        store.update(resource, id, _versioned(before, _settled(store, resource, given, before)))


def flip(store: Store, resource: Resource[Record], action: Action, id: int) -> None:
    """CL-5: archive an active row unless something stands in the way, restore an archived one always."""
    with store.writing():
        before = found(store, resource, id)
        if before[action.flips]:
            _unblocked(store, resource, id, KEEPS_FROM_ARCHIVE, "NotAllowed")
        store.update(resource, id, _versioned(before, {action.flips: not before[action.flips]}))


def delete(store: Store, resource: Resource[Record], id: int) -> None:
    """CL-6, CC-6: with everything that goes with it, unless something stands in the way."""
    with store.writing():
        found(store, resource, id)
        _unblocked(store, resource, id, KEEPS_FROM_DELETE, "NotRemovable")
        for noun in GOES_WITH.get(resource.noun, ()):
            for row in store.rows(HARVEST.resource(noun), [(f"{resource.noun}_id", "=", id)]):
                store.delete(HARVEST.resource(noun), int(str(row["id"])))
        store.delete(resource, id)


def found(store: Store, resource: Resource[Record], id: int) -> Row:
    row = store.get(resource, id)
    if row is None:
        raise missing(resource, id)
    return row


def statement_key(resource: Resource[Record], id: int) -> str:
    """32 hex digits, the same for the same row in every sandbox."""
    return hashlib.blake2b(f"{resource.noun} {id}".encode(), digest_size=16).hexdigest()


def _given(resource: Resource[Record], body: bytes, also: frozenset[str]) -> Row:
    """The values of a body by column; everything else in it is passed over, as the vendor does (harvest-v1 5.4)."""
    return {
        item.name: _value(item, value)
        for item, value in _elements(resource, body)
        if not item.server_set or item.name in also
    }


def _elements(resource: Resource[Record], body: bytes) -> Iterator[tuple[Field, Plain]]:
    columns = fields(resource.record)
    try:
        document = xml.read(body)
    except Malformed as error:
        raise invalid(f"The body is not an XML document this account reads ({error.code}).") from None
    if document.root.replace("-", "_") != resource.noun:
        raise invalid(f"The root of the body must be {rails.spell(resource.noun)}.")
    for name, value in document.children:
        if (item := columns.get(name.replace("-", "_"))) is not None:
            yield item, value


def _value(item: Field, value: Plain) -> Scalar:
    try:
        read: Scalar = rails.READ[item.type](value)
    except (ValueError, ArithmeticError):
        raise invalid(f"{rails.spell(item.name)} is not what it should be.") from None
    return read


def _settled(store: Store, resource: Resource[Record], given: Row, before: Row) -> Row:
    """The columns to write, once every rule about a single row holds."""
    columns = fields(resource.record)
    after = {**before, **given}
    for item in columns.values():
        if item.required and not str(after.get(item.name) or "").strip():
            raise invalid(f"{rails.spell(item.name)} is required.")
        if item.ref and store.get(HARVEST.resource(item.ref), int(str(after[item.name]))) is None:
            raise invalid(f"There is no {item.ref} with the {rails.spell(item.name)} given.")
    for column in UNIQUE.get(resource.noun, frozenset()):
        if store.rows(resource, [(column, "=", after[column]), ("id", "<>", before.get("id", 0))]):
            raise invalid(f"Another {resource.noun} has this {column} already.")
    blank: Row = {name: "" for name in EMPTY.get(resource.noun, ()) if after.get(name) is None}
    return {**given, **blank, **_following(columns, given)}


def _following(columns: Mapping[str, Field], given: Row) -> Row:
    """Columns that follow others: the symbol its currency, the address the details (harvest-v1 11)."""
    follows: Row = {}
    if "currency" in columns and "currency" in given:
        code = currencies.code(str(given["currency"] or CURRENCY))
        if code is None:
            raise invalid(f'currency must be one of the account\'s, such as "{CURRENCY}".')
        follows["currency"] = currencies.label(code)
        follows["currency_symbol"] = given.get("currency_symbol") or currencies.symbol(code)
    if "address" in columns and "details" in given:
        follows["address"] = given["details"] or None
    return follows


def _versioned(before: Row, changes: Row) -> Row:
    """A version counts up with every change, where a row has one."""
    if "cache_version" not in before:
        return changes
    return {**changes, "cache_version": int(str(before["cache_version"] or 0)) + 1}


def _unblocked(
    store: Store, resource: Resource[Record], id: int, blocks: Mapping[str, tuple[Block, ...]], kind: str
) -> None:
    for block in blocks.get(resource.noun, ()):
        owned: Test = (f"{resource.noun}_id", "=", id)
        count = len(store.rows(HARVEST.resource(block.noun), [owned, *block.where]))
        if count:
            words = block.words if count == 1 else f"{block.words}s"
            raise Refusal(400, kind, f"This {resource.noun} has {count} {words}.")
