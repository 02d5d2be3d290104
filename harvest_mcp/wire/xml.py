"""Bytes to plain values and back through lxml, hardened; the only module that knows lxml.

Plain values are what a document says and nothing more: an element with child elements is a dict (a list under
`type="array"`), any other its text, and None where it says `nil="true"`. Names keep their spelling.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree

from harvest_mcp.errors import Malformed

Plain: TypeAlias = "str | dict[str, Plain] | list[Plain] | None"
Element: TypeAlias = "tuple[str, str | list[Element] | None, str]"

CAP = 16 * 1024 * 1024
MOST_TAGS = 1_000_000
MOST_DEPTH = 16
MOST_ELEMENTS = 500_000
MOST_ATTRIBUTES = 300_000
ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "windows-1252"})

# Hardened flags alone lose text and inject attributes, so a DOCTYPE never gets this far (see `_guard`).
FLAGS: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
    "decompress": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}

DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*(?:"1\.[01]"|'1\.[01]')"""
    rb"""(?:\s+encoding\s*=\s*(?:"([A-Za-z0-9._-]{1,40})"|'([A-Za-z0-9._-]{1,40})'))?"""
    rb"""(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>"""
)
MISC = re.compile(rb"\s+|<!--.*?-->|<\?(?!xml[\s?]).*?\?>", re.DOTALL)
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as plain values: its root's name, whether the root calls itself an array, its children or its text."""

    root: str
    array: bool
    children: list[tuple[str, Plain]]
    text: str = ""

    def value(self) -> Plain:
        """The root as one mapping.

        Raises:
            Malformed: a child's name comes twice.
        """
        return _mapping(self.children)


def looks_like_html(body: bytes) -> bool:
    """Whether this is a web page, well-formed or not."""
    return HTML.match(body.removeprefix(b"\xef\xbb\xbf")[:4096]) is not None


def read(body: bytes, *, cap: int = CAP) -> Document:
    """Parse one document under all guards.

    Raises:
        Malformed: with the rule's code and a line, never with the document's text.
    """
    encoding, body = _guard(body, cap)
    parser = etree.XMLParser(encoding=encoding, **FLAGS)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(f"syntax-{error.code}", line=error.position[0]) from None
    except (LookupError, ValueError):  # lxml's words for a coding it cannot use, and for a document without a root
        raise Malformed("encoding") from None
    return _document(root, namespaced=b"xmlns" in body)


def write(root: str, children: Iterable[tuple[str, str | None, str]]) -> bytes:
    """A flat document of `(name, text or None for nil, type or "")` children, in that order.

    Raises:
        ValueError: a text holds a character XML cannot carry; callers check first with `writable`.
    """
    top = etree.Element(root)
    for name, text, kind in children:
        child = etree.SubElement(top, name)
        if kind:
            child.set("type", kind)
        if text is None:
            child.set("nil", "true")
        else:
            child.text = text
    return etree.tostring(top, xml_declaration=True, encoding="UTF-8")


def nest(root: Element) -> bytes:
    """A document of any depth: `write`'s triples, with a list of such triples in place of a text where there are children.

    Raises:
        ValueError: as `write`.
    """
    return etree.tostring(_grown(root), xml_declaration=True, encoding="UTF-8")


def _grown(element: Element) -> Any:
    name, content, kind = element
    grown = etree.Element(name)
    if kind:
        grown.set("type", kind)
    if content is None:
        grown.set("nil", "true")
    elif isinstance(content, str):
        grown.text = content
    else:
        grown.extend(_grown(child) for child in content)
    return grown


def writable(text: str) -> bool:
    """Whether XML 1.0 can carry this text."""
    return UNWRITABLE.search(text) is None


def _guard(body: bytes, cap: int) -> tuple[str, bytes]:
    """The encoding to parse with and the body without its byte order mark, once every byte-level rule holds."""
    if len(body) > cap:
        raise Malformed("too-large")
    if body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        raise Malformed("utf-16-or-32")
    body = body.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if b"\x00" in body:
        raise Malformed("nul-byte")
    if not body:
        raise Malformed("empty")
    if body[:1] != b"<":
        raise Malformed("not-xml")
    tags = body.count(b"<")
    if tags > MOST_TAGS or tags - body.count(b"</") > MOST_ELEMENTS or body.count(b"=") > MOST_ATTRIBUTES:
        raise Malformed("too-many-elements")
    encoding, start = _declaration(body)
    _prolog(body, start)
    return encoding, body


def _declaration(body: bytes) -> tuple[str, int]:
    if not body.startswith(b"<?xml"):
        return "utf-8", 0
    match = DECLARATION.match(body)
    if match is None:
        raise Malformed("declaration", line=1)
    encoding = (match[1] or match[2] or b"utf-8").decode("ascii").lower()
    if encoding not in ENCODINGS:
        raise Malformed("encoding", line=1)
    return encoding, match.end()


def _prolog(body: bytes, start: int) -> None:
    """Refuse any markup declaration before the root; a note that quotes one further down stays readable."""
    while match := MISC.match(body, start):
        start = match.end()
    if body.startswith(b"<!", start):
        raise Malformed("doctype" if body[start : start + 9].upper() == b"<!DOCTYPE" else "declaration")


def _document(root: Any, *, namespaced: bool) -> Document:
    if root.getroottree().docinfo.doctype:
        raise Malformed("doctype")
    if namespaced and any(element.nsmap for element in root.iter()):
        raise Malformed("namespace")
    return Document(root.tag, root.get("type") == "array", _children(root, 1), root.text or "")


def _children(element: Any, depth: int) -> list[tuple[str, Plain]]:
    """The children of an element that has some; text beside them means that the document is not one of records."""
    if depth > MOST_DEPTH:
        raise Malformed("too-deep", line=element.sourceline)
    children: list[tuple[str, Plain]] = []
    loose = element.text if len(element) else None
    for child in element:
        text = child.text
        if len(child):
            children.append((child.tag, _branch(child, depth + 1)))
        else:
            children.append((child.tag, text if text is not None else _empty(child)))
        if (tail := child.tail) is not None:
            loose = tail if loose is None or loose.isspace() else loose
    if loose and not loose.isspace():
        raise Malformed("mixed-content", line=element.sourceline)
    return children


def _branch(element: Any, depth: int) -> Plain:
    children = _children(element, depth)
    if element.get("type") == "array":
        return [value for _, value in children]
    return _mapping(children, line=element.sourceline)


def _empty(element: Any) -> Plain:
    if element.get("nil") == "true":
        return None
    return [] if element.get("type") == "array" else ""


def _mapping(children: list[tuple[str, Plain]], *, line: int | None = None) -> dict[str, Plain]:
    mapping = dict(children)
    if len(mapping) != len(children):
        raise Malformed("duplicate-element", line=line)
    return mapping
