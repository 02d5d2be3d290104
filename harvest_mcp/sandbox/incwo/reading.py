"""Parses request bodies to values by column; ignores unknown and read-only elements, the last of two wins (incwo 7).

Uses Python's own parser and not the client's, so that neither hides a bug of the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from harvest_mcp.sandbox.incwo.bodies import collection
from harvest_mcp.sandbox.incwo.refusal import IncwoRefusal
from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Field, Part, Record, Resource, Value, fields
from harvest_mcp.wire import incwo
from harvest_mcp.wire.incwo_wires import root_of

DESTROY = "_destroy"
# Alternative names that are accepted (incwo 15, rows 2 and 13).
ALSO: Mapping[str, Mapping[str, str]] = {
    "tasks": {"object_zname": "object_name"},
    "upload_files": {"file_data": "file_data_base64", "file_data_base64": "file_data"},
}
# Accepted since the vendor's pages and scripts send them, though no client needs to (incwo 13.5, 13.7 to 13.9, 13.15).
TAKEN: Mapping[str, frozenset[str]] = {
    "customer_products": frozenset({"is_from_vendor", "type_of_product_id"}),
    "proposal_sheets": frozenset({"proposal_lines", "customer_product_id", "content_kind", "reduction_currency"}),
    "bill_sheets": frozenset({"progress_id", "reduction_percent", "reduction_currency", "content_kind"}),
    "timesheets": frozenset({"status_id", "validated_at", "validator_id"}),
    "expense_sheets": frozenset({"status_id", "validated_at", "validator_id"}),
}


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A child of a list in a request: its id, if given, its values, and whether to delete it."""

    id: int | None
    values: Row
    destroy: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The values of a body; an empty text for a column sent empty."""

    values: Row = field(default_factory=dict)
    lists: dict[str, list[ReadLine]] = field(default_factory=dict)


def read(resource: Resource[Record], body: bytes, switches: Switches, *, marker: str) -> Given:
    """Parse the values of a create or update.

    Raises:
        IncwoRefusal: the body is malformed or has another root, or a value is invalid.
    """
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - from this machine only
    except (ElementTree.ParseError, ValueError, LookupError):
        raise IncwoRefusal("malformed", "The body is not well-formed XML.") from None
    if root.tag != root_of(resource):
        raise IncwoRefusal("malformed", f"The root of the body must be {root_of(resource)}.")
    try:
        return _given(resource, root, switches)
    except _Unfit as unfit:
        raise IncwoRefusal("invalid", str(unfit), root=root_of(resource), marker=marker) from None


class _Unfit(Exception):
    """An invalid element, or an unknown one where that is refused."""


def _given(resource: Resource[Record], root: ElementTree.Element, switches: Switches) -> Given:
    columns, also = fields(resource.record), ALSO.get(collection(resource), {})
    taken = TAKEN.get(collection(resource), frozenset())
    given = Given()
    for element in root:
        name = element.tag if element.tag in columns else also.get(element.tag, element.tag)
        item = columns.get(name)
        if item is None:
            _unknown(element, switches)
        elif item.server_set and name not in taken:
            continue
        elif item.many:
            given.lists[name] = [_line(item.type, child, taken, switches) for child in element]
        else:
            given.values[name] = _value(item, element)
    return given


def _line(kind: type[Part], element: ElementTree.Element, taken: frozenset[str], switches: Switches) -> ReadLine:
    columns, values = fields(kind), Row()
    id, destroy = None, False
    for one in element:
        item = columns.get(one.tag)
        if one.tag == DESTROY and switches.removing == "destroy":
            destroy = (one.text or "").strip() in ("1", "true")
        elif item is None:
            _unknown(one, switches)
        elif item.name == "id":
            found = _value(item, one)
            id = found if isinstance(found, int) and found else None
        elif not item.server_set or item.name in taken:
            values[item.name] = _value(item, one)
    return ReadLine(id, values, destroy)


def _unknown(element: ElementTree.Element, switches: Switches) -> None:
    if switches.unknown_field == "422":
        raise _Unfit(f"There is no {element.tag}.")


def _value(item: Field, element: ElementTree.Element) -> Value:
    if len(element):
        raise _Unfit(f"{item.name} is not what it should be.")
    text = element.text or ""
    if item.type is str:
        return text
    try:
        found: Value = incwo.READ[item.type](text)
    except (ValueError, ArithmeticError):
        raise _Unfit(f"{item.name} is not what it should be.") from None
    return "" if found is None else found
