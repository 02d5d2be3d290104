"""Rows as incwo's XML: one element per line, no types, the markers first (incwo 4, 5, 7)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from html import escape
from typing import TypeAlias

from harvest_mcp.sandbox.incwo import derived
from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Child, Field, Part, Record, Resource, Value, fields
from harvest_mcp.wire import incwo
from harvest_mcp.wire.incwo_wires import incwo_of, root_of

Element: TypeAlias = "tuple[str, str | list[Element]]"

# Accepted in requests, but never seen in responses (incwo 7).
HIDDEN: Mapping[str, frozenset[str]] = {"stock_movements": frozenset({"destination_warehouse_id"})}
# Omitted without a reference (incwo 4.1).
NOBODY: Mapping[str, frozenset[str]] = {"contacts": frozenset({"firm_id"})}
# Special formats: `2` besides `2.0`, a date followed by midnight (incwo 4.1).
WHOLE = frozenset({"prev_total_stock"})
MIDNIGHT = frozenset({"validity_date"})
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class BodyPage:
    """One page of a list: its rows, its number, and the number of pages."""

    rows: Sequence[Row]
    number: int
    of: int


def collection(resource: Resource[Record]) -> str:
    """Return the name of a collection: the root of its list, and the name in its path (incwo 3.2)."""
    return incwo_of(resource).path.strip("/")


def list_(store: Store, resource: Resource[Record], page: BodyPage, switches: Switches) -> bytes:
    full = (derived.row(store, resource, row, switches) for row in page.rows)
    rows = [_listed(resource, tuple(row.items()), switches) for row in full]
    counts = {"current_page": page.number, "total_pages": page.of, "current_page_items_count": len(page.rows)}
    block = _written(("pagination", [(name, str(count)) for name, count in counts.items()]), "  ")
    children = [block, *rows] if switches.pagination == "first" else [*rows, block]
    name = collection(resource)
    return _encoded(f'<{name} type="array">\n{"".join(children)}</{name}>\n', switches)


@lru_cache(maxsize=10_000)
def _listed(resource: Resource[Record], row: tuple[tuple[str, Value], ...], switches: Switches) -> str:
    """Serialize a row within a list, cached since most rows do not change."""
    return _written((root_of(resource), _row(resource, dict(row), switches, in_list=True)), "  ")


def one(store: Store, resource: Resource[Record], row: Row, switches: Switches, *, marker: str = "") -> bytes:
    """Return one record as XML, after a write with its `marker` first (incwo 7)."""
    marked: list[Element] = [(marker, "true")] if marker else []
    full = derived.row(store, resource, row, switches)
    return _document((root_of(resource), [*marked, *_row(resource, full, switches)]), switches)


def errors(*messages: str) -> bytes:
    return _document(("errors", [("error", message) for message in messages]), Switches())


def unsaved(root: str, marker: str, message: str) -> bytes:
    return _document((root, [(marker, "false"), ("errors", [("error", message)])]), Switches())


def _document(root: Element, switches: Switches) -> bytes:
    return _encoded(_written(root, ""), switches)


def _encoded(root: str, switches: Switches) -> bytes:
    text = PROLOG + root
    return text.encode("utf-8") if switches.encoding == "raw" else text.encode("ascii", "xmlcharrefreplace")


def _written(element: Element, indent: str) -> str:
    name, content = element
    if isinstance(content, str) or not content:
        text = escape(content if isinstance(content, str) else "", quote=False).replace("\r", "&#13;")
        return f"{indent}<{name}>{text}</{name}>\n"
    children = "".join([_written(child, f"{indent}  ") for child in content])
    return f"{indent}<{name}>\n{children}{indent}</{name}>\n"


def _row(resource: Resource[Record], full: Row, switches: Switches, *, in_list: bool = False) -> list[Element]:
    """Return the elements of a row in declared order, unknown ones before the lists."""
    columns = fields(resource.record)
    lists = [item for item in columns.values() if item.many]
    hidden = HIDDEN.get(collection(resource), frozenset())
    if switches.blanks != "empty":
        hidden |= {name for name in NOBODY.get(collection(resource), ()) if not full.get(name)}
    plain = [item for item in columns.values() if not (item.many or item.name in hidden)]
    found = [element for item in plain for element in _element(item, full.get(item.name), switches)]
    found += [(name, str(value)) for name, value in full.items() if name not in columns and value is not None]
    if in_list and switches.nested_in_rows == "absent":
        return found
    return found + [element for item in lists for element in _list(resource, full, item, switches)]


def _list(resource: Resource[Record], row: Row, item: Field, switches: Switches) -> Iterator[Element]:
    """Yield the element of a list; none if it is empty (incwo 13.2)."""
    children = row.get(item.name) or ()
    assert isinstance(children, tuple)  # noqa: S101 - so the store reads a list
    if not children and switches.blanks != "empty":
        return
    name = item.each.element if item.each else item.name
    shown: list[Element] = []
    for child in children:
        assert isinstance(child, Child)  # noqa: S101 - so the store reads a list
        shown.append((name, list(_child(item.type, derived.child(resource, row, child), switches))))
    yield item.name, shown


def _child(kind: type[Part], child: Row, switches: Switches) -> Iterator[Element]:
    columns = fields(kind)
    for item in columns.values():
        yield from _element(item, child.get(item.name), switches)
    yield from ((name, str(value)) for name, value in child.items() if name not in columns and value is not None)


def _element(item: Field, value: Value, switches: Switches) -> Iterator[Element]:
    """Yield one element; none for a column never filled, an empty one for a cleared column (incwo 4.2, 16)."""
    if item.sent_only:
        return
    if value is None or value == "":
        if switches.blanks == "empty" or (switches.blanks == "mixed" and value is not None):
            yield item.name, ""
        return
    yield item.name, show(item, value)


def show(item: Field, value: Value) -> str:
    """Format a value as the vendor does: a code as its number, a decimal with at least one decimal (incwo 4.1)."""
    if item.codes:
        return _coded(item.codes).get(str(value), str(value))
    text = incwo.show(value)
    if item.name in MIDNIGHT:
        return f"{text}-00-00"
    if not isinstance(value, Decimal):
        return text
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return whole if item.name in WHOLE and not fraction else f"{whole}.{fraction or '0'}"


@cache
def _coded(codes: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    return {word: code for code, word in codes}
