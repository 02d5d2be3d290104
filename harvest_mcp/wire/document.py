"""A parsed document as plain values, whatever format it was in."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeAlias, TypeVar

from harvest_mcp.errors import Malformed

Plain: TypeAlias = "str | int | Decimal | dict[str, Plain] | list[Plain] | None"
"""Values before any column is applied: XML has only texts, JSON numbers and booleans too."""
Element: TypeAlias = "tuple[str, str | list[Element] | None, str]"

Found_co = TypeVar("Found_co", covariant=True)


class Codec(Protocol[Found_co]):
    """Parses a vendor's bodies: `wire.xml` to a `Document`, `wire.json.codec` to plain values."""

    def read(self, body: bytes) -> Found_co:
        """Parse one document, with all limits checked.

        Raises:
            Malformed: with the rule's code, never with the document's text.
        """
        ...


def readable(codec: Codec[Found_co], body: bytes) -> Found_co | None:
    """Return the content of a body that is no record, such as an error; None if it is no document."""
    try:
        return codec.read(body)
    except Malformed:
        return None


class Repeated(list[Plain]):
    """The values of one element that came several times with different values."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as plain values: its root's name, whether the root is marked as an array, its children or text."""

    root: str
    array: bool
    children: list[tuple[str, Plain]]
    text: str = ""

    def value(self) -> Plain:
        """Return the root as a mapping."""
        return mapping(self.children)

    def first(self, name: str) -> "Document":
        """Return the first element of this name, the root included, as a document.

        Raises:
            Malformed: there is none.
        """
        if self.root == name:
            return self
        if (found := _below(self.children, name)) is None:
            raise Malformed("unexpected-root")
        return Document(name, False, list(found.items()))


def _below(children: Iterable[tuple[str, Plain]], name: str) -> "dict[str, Plain] | None":
    for element, value in children:
        if element == name and isinstance(value, dict):
            return value
        listed = [("", each) for each in value] if isinstance(value, list) else []
        if (found := _below(value.items() if isinstance(value, dict) else listed, name)) is not None:
            return found
    return None


def mapping(children: Iterable[tuple[str, Plain]]) -> dict[str, Plain]:
    mapping: dict[str, Plain] = {}
    for name, value in children:
        if name in mapping:
            again(mapping, name, value)
        else:
            mapping[name] = value
    return mapping


def again(mapping: dict[str, Plain], name: str, value: Plain) -> None:
    """Note a repeated name: equal values count once, different ones are kept apart."""
    before = mapping[name]
    if isinstance(before, Repeated):
        before.append(value)
    elif before != value:
        mapping[name] = Repeated((before, value))
