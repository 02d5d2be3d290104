"""Bytes to plain values and back through lxml, hardened; the only module that knows lxml.

Plain values are what a document says and nothing more: an element with child elements is a dict (a list under
`type="array"`), any other its text, and None where it says `nil="true"`. Names keep their spelling.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from harvest_mcp.errors import Malformed
from harvest_mcp.wire.document import Document, Element, Plain, again, mapping

CAP = 12 * 1024 * 1024
MOST_DEPTH = 16
MOST_ELEMENTS = MOST_ATTRIBUTES = 350_000  # records have 37 bytes to each or more, so CAP is the limit that matters
MOST_ROWS = 50_000
MOST_NODES = 50_000  # elements and attributes of one row; of many, a chunk holds far fewer
CHUNK = 256 * 1024
BOM = b"\xef\xbb\xbf"
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
ROOT = re.compile(rb"<([\w.:\x80-\xff-]+)")
# Atomic groups: many comments in a row must not be matched in every possible way.
HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?>(?:(?><!--.*?-->)\s*)*)<(?:!doctype\s+html|html|head|body)\b", re.I | re.DOTALL
)


def looks_like_html(body: bytes) -> bool:
    """Return whether this is a web page, well-formed or not."""
    return HTML.match(body.removeprefix(BOM)[:4096]) is not None


def read(body: bytes, *, cap: int = CAP, lists: frozenset[str] | None = None) -> Document:
    """Parse one document with all limits checked.

    `lists` are elements that are lists without saying so: these, and those whose children all have one name.

    Raises:
        Malformed: with the rule's code and a line, never with the document's text.
    """
    encoding, root, body = _guard(body, cap)
    nodes = _nodes(body)
    parser = etree.XMLPullParser(events=("start", "start-ns"), tag=root, encoding=encoding, **FLAGS)
    try:
        return _document(parser, body, _Reading(lists, small=nodes <= MOST_NODES))
    except etree.XMLSyntaxError as error:
        raise Malformed(f"syntax-{error.code}", line=error.position[0]) from None
    except (LookupError, ValueError):  # lxml's messages for an unusable encoding and a missing root
        raise Malformed("encoding") from None


def write(root: str, children: Iterable[tuple[str, str | None, str]]) -> bytes:
    """Write a flat document of `(name, text or None for nil, type or "")` children, in that order.

    Raises:
        ValueError: a text has a character XML cannot carry; callers check first with `writable`.
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
    """Write a document of any depth: `write`'s triples, with a list of triples for nested children.

    Raises:
        ValueError: as `write`.
    """
    name, content, kind = root
    top = etree.Element(name)
    _fill(top, content, kind)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(top, encoding="UTF-8")


def _fill(node: Any, content: Any, kind: str) -> None:
    """Give an element its type and its text, null or children; grown in its place, as moving one takes as long."""
    if kind:
        node.set("type", kind)
    if content is None:
        node.set("nil", "true")
    elif isinstance(content, str):
        node.text = content
    else:
        for name, inner, inner_kind in content:
            _fill(etree.SubElement(node, name), inner, inner_kind)


def writable(text: str) -> bool:
    """Return whether XML 1.0 can carry this text."""
    return UNWRITABLE.search(text) is None


def _guard(body: bytes, cap: int) -> tuple[str, str, bytes]:
    """Return the encoding, the root's name and the body without byte order mark, once all limits on bytes are
    checked."""
    if len(body) > cap:
        raise Malformed("too-large")
    if body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        raise Malformed("utf-16-or-32")
    marked, body = body.startswith(BOM), body.removeprefix(BOM).lstrip(b" \t\r\n")
    if b"\x00" in body:
        raise Malformed("nul-byte")
    if not body:
        raise Malformed("empty")
    if body[:1] != b"<":
        raise Malformed("not-xml")
    encoding, start = _declaration(body)
    if marked and encoding != "utf-8":
        raise Malformed("encoding", line=1)
    return encoding, _root(body, start).decode(encoding, "replace"), body


def _nodes(body: bytes) -> int:
    """Return the greatest possible number of elements and attributes, counted before parsing."""
    elements, attributes = body.count(b"<"), body.count(b"=")
    if elements > MOST_ELEMENTS:
        elements -= body.count(b"</")
    if elements > MOST_ELEMENTS or attributes > MOST_ATTRIBUTES:
        raise Malformed("too-many-elements")
    return elements + attributes


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


def _root(body: bytes, start: int) -> bytes:
    """Return the root's name, or `*` to let the parser complain.

    Any markup declaration before the root is refused; one quoted in a note further down is not.
    """
    while match := MISC.match(body, start):
        start = match.end()
    if body.startswith(b"<!", start):
        raise Malformed("doctype" if body[start : start + 9].upper() == b"<!DOCTYPE" else "declaration")
    name = match[1] if (match := ROOT.match(body, start)) else b"*"
    if b":" in name:
        raise Malformed("namespace")
    return name


@dataclass(frozen=True, slots=True)
class _Reading:
    """The state of parsing one document: which elements are lists, whether it is small, and a cache of names."""

    lists: frozenset[str] | None
    small: bool
    names: dict[str, str] = field(default_factory=dict)  # lxml creates a new string for every element


def _document(parser: Any, body: bytes, reading: _Reading) -> Document:
    """Read the root's children as they close, and drop them: a list is never in memory as a tree.

    The tree of 10,000 contacts takes 90 MB, their values a quarter of that.
    """
    root: Any = None
    children: list[tuple[str, Plain]] = []
    for start in range(0, len(body), CHUNK):
        parser.feed(body[start : start + CHUNK])
        for event, element in parser.read_events():
            if event == "start-ns":
                raise Malformed("namespace")
            root = element if root is None else root
        if root is not None:
            children += _taken(root, slice(-1), reading)
            if len(children) + len(root) > MOST_ROWS:
                raise Malformed("too-many-elements")
    root = parser.close()
    if root.getroottree().docinfo.doctype:
        raise Malformed("doctype")
    children += _taken(root, slice(None), reading)
    if children and root.text is not None and not root.text.isspace():
        raise Malformed("mixed-content", line=root.sourceline)
    return Document(root.tag, root.get("type") == "array", children, root.text or "")


def _taken(root: Any, which: slice, reading: _Reading) -> list[tuple[str, Plain]]:
    """Return the values of these children and remove them from the tree; all but the last are complete."""
    if not reading.small and root.xpath("count(descendant::*) + count(descendant-or-self::*/@*)") > MOST_NODES:
        raise Malformed("too-many-elements")
    children = list(_children(root[which], 2, reading))
    del root[which]
    return children


def _children(elements: Iterable[Any], depth: int, reading: _Reading) -> Iterator[tuple[str, Plain]]:
    """Yield names and values; text beside elements means that the document is not one of records."""
    names = reading.names
    for element in elements:
        name, text, tail = element.tag, element.text, element.tail
        name = names.setdefault(name, name)
        if len(element):
            yield name, _branch(element, text, depth, reading)
        else:
            yield name, _empty(element, text) if text is None or text.isspace() else text
        if tail is not None and not tail.isspace():
            raise Malformed("mixed-content", line=element.sourceline)


def _branch(element: Any, text: str | None, depth: int, reading: _Reading) -> Plain:
    if depth >= MOST_DEPTH:
        raise Malformed("too-deep", line=element.sourceline)
    if text is not None and not text.isspace():
        raise Malformed("mixed-content", line=element.sourceline)
    if element.get("type") == "array":
        return [value for _, value in _children(element, depth + 1, reading)]
    if reading.lists is None:
        return _record(element, depth + 1, reading)
    told = list(_children(element, depth + 1, reading))
    if element.tag in reading.lists or (len(told) > 1 and len({name for name, _ in told}) == 1):
        return [value for _, value in told]
    return mapping(told)


def _record(record: Any, depth: int, reading: _Reading) -> dict[str, Plain]:
    """Return what `document.mapping` makes of `_children`, in one loop: nearly every document consists of these."""
    names = reading.names
    values: dict[str, Plain] = {}
    for element in record:
        name, text, tail = element.tag, element.text, element.tail
        name = names.setdefault(name, name)
        if len(element):
            value = _branch(element, text, depth, reading)
        else:
            value = _empty(element, text) if text is None or text.isspace() else text
        if name in values:
            again(values, name, value)
        else:
            values[name] = value
        if tail is not None and not tail.isspace():
            raise Malformed("mixed-content", line=element.sourceline)
    return values


def _empty(element: Any, text: str | None) -> Plain:
    if element.get("nil") == "true":
        return None
    return [] if element.get("type") == "array" else text or ""
