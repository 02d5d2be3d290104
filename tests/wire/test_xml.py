"""Documents and plain values: what is read, what is written, and what never is."""

import time

import pytest

from harvest_mcp.errors import Malformed
from harvest_mcp.wire import xml
from harvest_mcp.wire.document import Document, Element, Plain, Repeated
from tests.holds import holds_for

XML = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def value(inner: str) -> Plain:
    """What one element reads as, under a root."""
    ((name, found),) = xml.read(f"<r>{inner}</r>".encode()).children
    assert name == "a"
    return found


@holds_for(
    ("element", "plain"),
    [
        ("<a>x</a>", "x"),
        ("<a> x\n</a>", " x\n"),
        ("<a>1 &lt; 2 &amp; 3</a>", "1 < 2 & 3"),
        ("<a>x<!-- y -->z<?w?>!</a>", "xz!"),
        ("<a>x<![CDATA[<y>&z;]]>!</a>", "x<y>&z;!"),
        ("<a>caf\u00e9 \U0001f600</a>", "caf\u00e9 \U0001f600"),
        ("<a></a>", ""),
        ("<a/>", ""),
        ("<a>  </a>", "  "),
        ('<a nil="true"/>', None),
        ('<a nil="true"></a>', None),
        ('<a type="decimal" nil="true">\n  </a>', None),
        ('<a nil="true">x</a>', "x"),
        ('<a nil="false"/>', ""),
        ('<a type="integer">5</a>', "5"),
        ('<a type="array"/>', []),
        ('<a type="array">\n</a>', []),
        ('<a type="array" nil="true"/>', None),
        ('<a type="array"><b>1</b><c>2</c></a>', ["1", "2"]),
        ('<a type="array"><b><c>1</c></b><b><c>2</c></b></a>', [{"c": "1"}, {"c": "2"}]),
        ("<a><b>1</b><c_d>2</c_d><e-f/></a>", {"b": "1", "c_d": "2", "e-f": ""}),
        ('<a><b><c><d nil="true"/></c></b></a>', {"b": {"c": {"d": None}}}),
        ("<a>\n  <b>1</b>\n  <!-- x -->\n</a>", {"b": "1"}),
    ],
)
def test_an_element_is_what_it_says_and_nothing_more(element: str, plain: Plain) -> None:
    assert value(element) == plain


def test_a_document_keeps_its_roots_name_its_order_and_every_childs_spelling() -> None:
    body = XML + b'<things type="array"> <b_c>1</b_c> <a-d/> <b_c>2</b_c> </things>'
    assert xml.read(body) == Document(
        root="things", array=True, children=[("b_c", "1"), ("a-d", ""), ("b_c", "2")], text=" "
    )


def test_a_document_of_one_text_has_no_children() -> None:
    assert xml.read(b"<error>No.</error>") == Document(root="error", array=False, children=[], text="No.")


def test_a_root_is_one_mapping() -> None:
    assert xml.read(b"<a><b>1</b><c><d/></c></a>").value() == {"b": "1", "c": {"d": ""}}


@pytest.mark.parametrize("body", [b"<a><b>1</b><b>2</b><b>2</b></a>", b"<r><a><b>1</b><b>2</b><b>2</b></a></r>"])
def test_a_name_that_comes_several_times_holds_all_its_values(body: bytes) -> None:
    read = xml.read(body).value()
    found = read.get("a", read) if isinstance(read, dict) else None
    assert isinstance(found, dict)
    assert (found, type(found["b"])) == ({"b": ["1", "2", "2"]}, Repeated)


def test_equal_values_of_one_name_are_one() -> None:
    body = b"<a><b>1</b><c><d/></c><b>1</b><c><d/></c></a>"
    assert xml.read(body).value() == xml.read(b"<r>" + body + b"</r>").value()["a"] == {"b": "1", "c": {"d": ""}}  # type: ignore[call-overload, index]  # mappings, as written


PIECES = (
    XML
    + (
        "<a><!-- c --><a>1</a> <b><a>é</a><c type='array'><d/> </c></b>\n<e>x&amp;y<![CDATA[z]]></e> <f> </f></a>"
    ).encode()
)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11, 64, 10_000])
def test_a_document_reads_the_same_in_pieces_of_any_size(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "CHUNK", size)
    assert xml.read(PIECES) == Document(
        root="a",
        array=False,
        children=[("a", "1"), ("b", {"a": "é", "c": [""]}), ("e", "x&yz"), ("f", " ")],
    )


@holds_for(
    ("body", "code", "line"),
    [
        (b"", "empty", None),
        (b"{}", "not-xml", None),
        (b"\xff\xfe<", "utf-16-or-32", None),
        (b"<a>\x00</a>", "nul-byte", None),
        (b"\n<!DOCTYPE a><a/>", "doctype", None),
        (b'<?xml version="3"?><a/>', "declaration", 1),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "encoding", 1),
        (b"<a>\n\n<b></a>", "syntax-76", 3),
        (b"<a>\n<b>\n<c/>x\n</b></a>", "mixed-content", 3),
        (b"<a>\n<b>\nx\n<c/></b></a>", "mixed-content", 2),
        (b"<a>" + b"\n<b>" * 16 + b"</b>" * 16 + b"</a>", "too-deep", 16),
        (b'<a xmlns="u"/>', "namespace", None),
    ],
)
def test_a_refusal_tells_the_rule_and_where_it_is_known_the_line(body: bytes, code: str, line: int | None) -> None:
    with pytest.raises(Malformed) as raised:
        xml.read(body)
    assert (raised.value.code, raised.value.line) == (code, line)
    place = f" at line {line}" if line else ""
    assert str(raised.value) == (
        f"The answer is not a document this server reads: {code}{place}. "
        "Try once more; if it stays, run `harvest-mcp doctor` and report the code."
    )


def test_the_cap_counts_the_bytes_of_the_body() -> None:
    assert xml.read(b"<a/>", cap=4).root == "a"
    with pytest.raises(Malformed) as raised:
        xml.read(b"<a/>", cap=3)
    assert (raised.value.code, raised.value.line) == ("too-large", None)


def test_a_doctype_that_got_past_the_first_look_is_refused_after_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_root", lambda body, start: b"a")
    with pytest.raises(Malformed) as raised:
        xml.read(b'<!DOCTYPE a [<!ENTITY e "x"><!ATTLIST a type CDATA "array">]><a/>')
    assert raised.value.code == "doctype"


def test_an_element_is_written_with_its_type_its_text_or_nil_in_the_order_given() -> None:
    children = [("id", "5", "integer"), ("fax", None, ""), ("budget", None, "decimal"), ("title", "", "")]
    assert xml.write("contact", children) == XML + (
        b'<contact><id type="integer">5</id><fax nil="true"/>'
        b'<budget type="decimal" nil="true"/><title></title></contact>'
    )


def test_nothing_to_write_is_an_empty_root() -> None:
    assert xml.write("contact", []) == XML + b"<contact/>"


@holds_for(
    ("text", "written"),
    [
        ("a & b < c > d \"e\" 'f'", b"a &amp; b &lt; c &gt; d \"e\" 'f'"),
        ("]]>", b"]]&gt;"),
        ("<!DOCTYPE a>", b"&lt;!DOCTYPE a&gt;"),
        ("a\r\nb\rc", b"a&#13;\nb&#13;c"),
        (" \ta\n ", b" \ta\n "),
        ("é€😀", "é€😀".encode()),
        ("\x85\u2028\u202e\ufeff", "\x85\u2028\u202e\ufeff".encode()),
    ],
)
def test_text_is_written_so_that_it_is_read_as_it_was(text: str, written: bytes) -> None:
    body = xml.write("r", [("a", text, "")])
    assert body == XML + b"<r><a>" + written + b"</a></r>"
    assert xml.read(body).children == [("a", text)]


def accepts(text: str) -> bool:
    try:
        return bool(xml.write("r", [("a", text, "")]))
    except ValueError:
        return False


def test_writable_knows_exactly_what_xml_can_carry() -> None:
    points = [
        *range(0x3000),
        *range(0xD700, 0xE100),
        *range(0xFE00, 0x10200),
        *range(0x1FFF0, 0x20010),
        0x10FFFE,
        0x10FFFF,
    ]
    assert [hex(point) for point in points if xml.writable(chr(point)) != accepts(chr(point))] == []
    assert [hex(point) for point in points if not xml.writable(chr(point)) and point > 0x1F] == [
        *map(hex, range(0xD800, 0xE000)),
        "0xfffe",
        "0xffff",
    ]


def test_one_unwritable_character_makes_a_text_unwritable() -> None:
    assert [xml.writable(text) for text in ("", "a\tb\r\n", "a\x00b", "a\x1bb", "\ud800", "😀")] == [
        *(True, True, False, False, False, True)
    ]


def test_a_nested_document_is_written_to_any_depth() -> None:
    tree: Element = (
        "r",
        [("a", "1", "integer"), ("b", [("c", [], "array"), ("d", None, "")], ""), ("e", "x<", "")],
        "array",
    )
    body = xml.nest(tree)
    assert body.partition(b"\n")[2] == (
        b'<r type="array"><a type="integer">1</a><b><c type="array"/><d nil="true"/></b><e>x&lt;</e></r>'
    )
    assert xml.read(body) == Document(
        root="r", array=True, children=[("a", "1"), ("b", {"c": [], "d": None}), ("e", "x<")]
    )


@holds_for(
    ("body", "page"),
    [
        (b"<!DOCTYPE html><html>", True),
        (b"<!doctype   HTML PUBLIC 'x'>", True),
        (b"<html>", True),
        (b'<HTML lang="en">', True),
        (b"<head>", True),
        (b"<body onload=''>", True),
        (b" \r\n\t<html>", True),
        (b"\xef\xbb\xbf<html>", True),
        (b'<?xml version="1.0"?><!DOCTYPE html>', True),
        (b"<!-- a --><!-- b -->\n<html>", True),
        (b'<?xml version="1.0"?> <!-- a --> <html>', True),
        (b"", False),
        (b"html", False),
        (b"<contact/>", False),
        (b"<htmls/>", False),
        (b"<bodyguards/>", False),
        (b"<!DOCTYPE contact>", False),
        (b"<!-- <html> --><contact/>", False),
        (b"<contact><html/></contact>", False),
        (b"\x00<html>", False),
        (b" " * 5_000 + b"<html>", False),
    ],
)
def test_a_web_page_is_known_by_its_beginning(body: bytes, page: bool) -> None:
    assert xml.looks_like_html(body) is page


@holds_for("start", [b"<!---->", b"<!-- -->\n", b"<!--", b"<?xml", b"<", b" ", b"<!doctype "])
def test_a_beginning_that_repeats_is_judged_at_once(start: bytes) -> None:
    started = time.process_time()
    assert xml.looks_like_html(start * 2_000) is False
    assert time.process_time() - started < 0.1
