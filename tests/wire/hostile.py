"""Documents no vendor should send, and what must come of each: a Malformed code, or exactly these values."""

import gzip
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

from .bulk import BULK
from .case import BOM, FILE, HTTP, MANY, MARK, MOMENT, ONE, UTF8, Case, client, lost, many, one, seen

XINCLUDE = 'xmlns:xi="http://www.w3.org/2001/XInclude"'


def fetching(file: str, http: str) -> Iterator[Case]:
    """Documents that ask for something elsewhere."""
    for name, head in (
        ("external entity, file", f'<!ENTITY e SYSTEM "{file}">'),
        ("external entity, http", f'<!ENTITY e SYSTEM "{http}">'),
        ("external entity, public", f'<!ENTITY e PUBLIC "-//A//B" "{http}">'),
        ("external parameter entity, file", f'<!ENTITY % f SYSTEM "{file}"> %f; <!ENTITY e "x">'),
        ("external parameter entity, http", f'<!ENTITY % f SYSTEM "{http}"> %f; <!ENTITY e "x">'),
        ("unparsed entity", f'<!NOTATION n SYSTEM "{http}"><!ENTITY e SYSTEM "{file}" NDATA n>'),
    ):
        yield Case(name, "doctype", one("<fax>&e;</fax>", head=f"<!DOCTYPE contact [{head}]>"))
    yield Case("external subset, file", "doctype", one(head=f'<!DOCTYPE contact SYSTEM "{file}">'))
    yield Case("external subset, http", "doctype", one(head=f'<!DOCTYPE contact PUBLIC "-//A//B" "{http}">'))
    yield Case("XInclude of a file", "namespace", one(f'<xi:include {XINCLUDE} href="{file}"/>'))
    yield Case("XInclude of an address", "namespace", one(f'<xi:include {XINCLUDE} href="{http}"/>'))
    yield Case("XInclude without its namespace", ONE, one(f'<include href="{file}" parse="text"/>'))
    yield Case("base of a text", seen(fax="x"), one(f'<fax xml:base="{http}">x</fax>'))
    sheet = f'<?xml-stylesheet type="text/xsl" href="{file}"?><?xml-stylesheet href="{http}"?>'
    yield Case("style sheets before the root", ONE, one(head=UTF8 + sheet))
    yield Case("style sheets first of all", "declaration", one(head=sheet))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITY = f'<!DOCTYPE contact [<!ENTITY e "{MARK}">]>'

ENTITIES = [
    Case("small entity in a text", "doctype", one("<fax>a&e;b</fax>", head=ENTITY)),
    Case("small entity in an attribute", "doctype", one('<fax a="&e;"/>', head=ENTITY)),
    Case(
        "parameter entity",
        "doctype",
        one("<fax>&f;</fax>", head="""<!DOCTYPE contact [<!ENTITY % e "<!ENTITY f 'x'>"> %e;]>"""),
    ),
    Case(
        "billion laughs",
        "doctype",
        one("<fax>&l9;</fax>", head=f'<!DOCTYPE contact [<!ENTITY l0 "{MARK}">{LAUGHS}]>'),
    ),
    Case(
        "quadratic blow-up in texts",
        "doctype",
        one(f"<fax>{'&e;' * 100_000}</fax>", head=f'<!DOCTYPE contact [<!ENTITY e "{"x" * 10_000}">]>'),
    ),
    Case(
        "1 kB entity 900 times in an attribute",
        "doctype",
        one(f'<fax a="{"&e;" * 900}"/>', head=f'<!DOCTYPE contact [<!ENTITY e "{"x" * 1_000}">]>'),
    ),
    Case("entity that holds itself", "doctype", one("<fax>&e;</fax>", head='<!DOCTYPE c [<!ENTITY e "&e;">]>')),
    Case("entity that holds markup", "doctype", one("&e;", head='<!DOCTYPE c [<!ENTITY e "<fax>x</fax>">]>')),
    *fetching(FILE, HTTP),
    Case("default attribute: array", "doctype", one(head='<!DOCTYPE c [<!ATTLIST contact type CDATA "array">]>')),
    Case("default attribute: nil", "doctype", one("<fax/>", head='<!DOCTYPE c [<!ATTLIST fax nil CDATA "true">]>')),
    Case("element declaration only", "doctype", one(head="<!DOCTYPE contact [<!ELEMENT contact ANY>]>")),
    Case("doctype without a subset", "doctype", one(head="<!DOCTYPE contact>")),
    Case("doctype in small letters", "doctype", one(head="<!doctype contact>")),
    Case("doctype after a comment", "doctype", one(head=f"<!-- {MARK} -->{ENTITY}")),
    Case("doctype after many comments", "doctype", one(head="<!---->\n" * 1_000 + ENTITY)),
    Case("doctype after a comment that quotes one", "doctype", one(head=f"<!-- <!DOCTYPE a> -->{ENTITY}")),
    Case("doctype after a processing instruction", "doctype", one(head=f"<?note a?>{ENTITY}")),
    Case("doctype after blanks", "doctype", one(head=f" \r\n\t{ENTITY}")),
    Case("doctype after a declaration", "doctype", one(head=UTF8 + ENTITY)),
    Case("doctype after a byte order mark", "doctype", BOM + one(head=ENTITY)),
    Case("doctype behind a comment that never closes", "declaration", one(head="<!-->" + ENTITY)),
    Case("doctype behind a misspelt comment", "declaration", one(head="<!- -->" + ENTITY)),
    Case("doctype inside the root", "syntax", one(ENTITY)),
    Case("doctype behind the root", "syntax", one() + ENTITY.encode()),
    Case("doctype behind a second declaration", "syntax", one(head=UTF8 + UTF8 + ENTITY)),
    Case("doctype behind a stray end", "syntax", one(head="</contact>" + ENTITY)),
    Case("entity declaration before the root", "declaration", one(head=f'<!ENTITY e "{MARK}">')),
    Case("element declaration before the root", "declaration", one(head="<!ELEMENT contact ANY>")),
    Case("CDATA before the root", "declaration", one(head="<![CDATA[x]]>")),
    Case("conditional section before the root", "declaration", one(head="<![INCLUDE[x]]>")),
    Case("entity nobody declared", "syntax", one("<fax>&e;</fax>")),
    Case("entity of HTML", "syntax", one("<fax>a&nbsp;b</fax>")),
    Case("entity nobody declared, in an attribute", "syntax", one('<fax a="&e;"/>')),
    Case("doctype quoted in CDATA", seen(fax=ENTITY), one(f"<fax><![CDATA[{ENTITY}]]></fax>")),
    Case("doctype quoted in a text", seen(fax="<!DOCTYPE html>"), one("<fax>&lt;!DOCTYPE html></fax>")),
    Case("doctype quoted in a comment inside", ONE, one("<!-- <!DOCTYPE contact> -->")),
    Case("doctype quoted in a comment before", ONE, one(head="<!-- <!DOCTYPE contact> -->")),
    Case("doctype quoted in a comment behind", ONE, one() + b"<!-- <!DOCTYPE contact> -->"),
    Case("doctype quoted in a processing instruction", ONE, one(head="<?note <!DOCTYPE contact>?>")),
    Case("doctype quoted in an attribute", "syntax", one('<fax a="<!DOCTYPE contact>"/>')),
]

SUBSET = ENTITY + one("<fax>&e;</fax>").decode()

DISGUISES = [
    Case("UTF-16, little end first", "utf-16-or-32", SUBSET.encode("utf-16")),
    Case("UTF-16, big end first", "utf-16-or-32", b"\xfe\xff" + SUBSET.encode("utf-16-be")),
    Case("UTF-16 without a mark", "nul-byte", SUBSET.encode("utf-16-le")),
    Case("UTF-16, big end first, without a mark", "nul-byte", SUBSET.encode("utf-16-be")),
    Case("UTF-16 that says so", "utf-16-or-32", ('<?xml version="1.0" encoding="UTF-16"?>' + SUBSET).encode("utf-16")),
    Case("UTF-16 that says UTF-8", "utf-16-or-32", (UTF8 + SUBSET).encode("utf-16")),
    Case("UTF-32, little end first", "utf-16-or-32", SUBSET.encode("utf-32")),
    Case("UTF-32, big end first", "utf-16-or-32", b"\x00\x00\xfe\xff" + SUBSET.encode("utf-32-be")),
    Case("UTF-32 without a mark", "nul-byte", SUBSET.encode("utf-32-le")),
    Case("UTF-32, big end first, without a mark", "nul-byte", SUBSET.encode("utf-32-be")),
    Case("UTF-7", "not-xml", b"+ADwAIQ-DOCTYPE contact+AD4-" + one()),
    Case(
        "UTF-7 that says so",
        "encoding",
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE contact+AD4-' + one(),
    ),
    Case("EBCDIC", "not-xml", ('<?xml version="1.0" encoding="ebcdic-cp-us"?>' + SUBSET).encode("cp037")),
    Case("UTF-16 of a harmless document", "utf-16-or-32", one().decode().encode("utf-16")),
]


def declared(text: str) -> bytes:
    return one(head=text)


def encoded(name: str, fax: bytes) -> bytes:
    """A contact in a coding that says its name, its fax as these bytes."""
    return f'<?xml version="1.0" encoding="{name}"?>'.encode() + one("<fax>@</fax>").replace(b"@", fax)


DECLARATIONS = [
    Case("no declaration", ONE, declared("")),
    Case("the usual declaration", ONE, declared(UTF8)),
    Case("declaration in single quotes", ONE, declared("<?xml version='1.0' encoding='utf-8'?>")),
    Case("declaration with blanks", ONE, declared('<?xml  version = "1.0"\n encoding\t=\r"utf-8" ?>')),
    Case("declaration without an encoding", ONE, declared('<?xml version="1.0"?>')),
    Case("declaration after blanks", ONE, declared(" \n" + UTF8)),
    Case("version 1.1", ONE, declared('<?xml version="1.1"?>')),
    Case("version 2.0", "declaration", declared('<?xml version="2.0"?>')),
    Case("version of a marked text", "declaration", declared(f'<?xml version="{MARK}"?>')),
    Case("no version", "declaration", declared('<?xml encoding="utf-8"?>')),
    Case("nothing declared", "declaration", declared("<?xml?>")),
    Case("encoding before version", "declaration", declared('<?xml encoding="utf-8" version="1.0"?>')),
    Case("standalone", ONE, declared('<?xml version="1.0" encoding="utf-8" standalone="yes"?>')),
    Case("standalone without an encoding", ONE, declared('<?xml version="1.0" standalone="no"?>')),
    Case("standalone, undecided", "declaration", declared('<?xml version="1.0" standalone="maybe"?>')),
    Case("something else declared", "declaration", declared(f'<?xml version="1.0" a="{MARK}"?>')),
    Case("two encodings", "declaration", declared('<?xml version="1.0" encoding="utf-8" encoding="utf-7"?>')),
    Case("quotes that do not match", "declaration", declared("<?xml version=\"1.0' encoding='utf-8\"?>")),
    Case("declaration that never ends", "declaration", declared('<?xml version="1.0"')),
    Case("declaration that ends like a tag", "declaration", declared('<?xml version="1.0">')),
    Case("declaration in capitals", "syntax", declared('<?XML version="1.0"?>')),
    Case("two declarations", "syntax", declared(UTF8 + UTF8)),
    Case("declaration after a comment", "syntax", declared("<!-- a -->" + UTF8)),
    Case("declaration inside the root", "syntax", one(UTF8)),
    Case("declaration behind the root", "syntax", one() + UTF8.encode()),
    Case("encoding of 41 letters", "declaration", encoded("a" * 41, b"x")),
    Case("encoding of no letters", "declaration", encoded("", b"x")),
    Case("encoding with a quote in it", "declaration", encoded("utf-8&quot;", b"x")),
    Case("encoding with a blank around it", "declaration", encoded(" utf-8 ", b"x")),
    Case("byte order mark", ONE, BOM + declared("")),
    Case("byte order mark and declaration", ONE, BOM + declared(UTF8)),
    Case("byte order mark and blanks", ONE, BOM + declared("\r\n" + UTF8)),
    Case("byte order mark and Latin-1", "encoding", BOM + encoded("ISO-8859-1", b"\xe9")),
    Case("byte order mark and ASCII", "encoding", BOM + encoded("us-ascii", b"x")),
    Case("two byte order marks", "not-xml", BOM + BOM + declared("")),
    Case("byte order mark behind the declaration", "syntax", UTF8.encode() + BOM + declared("")),
    Case("byte order mark in a text", seen(fax="\ufeffx"), one("<fax>\ufeffx</fax>")),
]

CODINGS = [
    Case("UTF-8", seen(fax="é😀"), encoded("UTF-8", "é😀".encode())),
    Case("UTF-8 in mixed letters", seen(fax="é"), encoded("uTf-8", "é".encode())),
    Case("Latin-1", seen(fax="é\x80"), encoded("ISO-8859-1", b"\xe9\x80")),
    Case("Latin-1 in small letters", seen(fax="é"), encoded("iso-8859-1", b"\xe9")),
    Case("Windows-1252", seen(fax="é€"), encoded("windows-1252", b"\xe9\x80")),
    Case("Windows-1252 in capitals", seen(fax="€"), encoded("WINDOWS-1252", b"\x80")),
    Case("ASCII", seen(fax="x"), encoded("US-ASCII", b"x")),
    Case("ASCII that is not", "syntax", encoded("us-ascii", b"\xe9")),
    Case("a byte that Windows-1252 does not know", "syntax", encoded("windows-1252", b"\x81")),
    Case("Latin-1 that says UTF-8", "syntax", encoded("UTF-8", b"\xe9")),
    Case("Latin-1 that says nothing", "syntax", one("<fax>@</fax>").replace(b"@", b"\xe9")),
    *(
        Case(f"encoding {name}", "encoding", encoded(name, b"x"))
        for name in (
            *("utf8", "UTF_8", "latin1", "latin-1", "ISO_8859-1", "iso8859-1", "cp1252", "ascii", "ansi"),
            *("iso-8859-15", "windows-1251", "koi8-r", "shift_jis", "euc-jp", "iso-2022-jp", "gb18030", "big5", "hz"),
            *("utf-16", "utf-16le", "ucs-2", "utf-32", "utf-7", "cp037", "x-user-defined", "base64", "rot13", "none"),
        )
    ),
]

BYTES = [
    Case(name, expect, one("<fax>a@b</fax>").replace(b"@", found))
    for name, expect, found in (
        ("bad UTF-8", "syntax", b"\x80"),
        ("UTF-8 cut in a character", "syntax", b"\xe2\x82"),
        ("overlong slash", "syntax", b"\xc0\xaf"),
        ("overlong angle bracket", "syntax", b"\xe0\x80\xbc"),
        ("overlong NUL", "syntax", b"\xc0\x80"),
        ("surrogate in UTF-8", "syntax", b"\xed\xa0\x80"),
        ("pair of surrogates in UTF-8", "syntax", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("five bytes of UTF-8", "syntax", b"\xf8\x88\x80\x80\x80"),
        ("above the last character", "syntax", b"\xf4\x90\x80\x80"),
        ("byte FF", "syntax", b"\xff"),
        ("U+FFFE", "syntax", b"\xef\xbf\xbe"),
        ("U+FFFF", "syntax", b"\xef\xbf\xbf"),
        ("U+1FFFE, which XML allows", seen(fax="a\U0001fffeb"), "\U0001fffe".encode()),
        ("last character", seen(fax="a\U0010ffffb"), "\U0010ffff".encode()),
        ("NUL", "nul-byte", b"\x00"),
        ("control character 1", "syntax", b"\x01"),
        ("vertical tab", "syntax", b"\x0b"),
        ("escape", "syntax", b"\x1b[31m"),
        ("delete", seen(fax="a\x7fb"), b"\x7f"),
        ("next line", seen(fax="a\x85b"), "\x85".encode()),
        ("right-to-left override", seen(fax="a\u202eb"), "\u202e".encode()),
        ("carriage return and line feed", seen(fax="a\nb"), b"\r\n"),
        ("carriage return", seen(fax="a\nb"), b"\r"),
        ("carriage return by number", seen(fax="a\r\nb"), b"&#13;&#xA;"),
        ("NUL by number", "syntax", b"&#0;"),
        ("control character by number", "syntax", b"&#1;"),
        ("surrogate by number", "syntax", b"&#xD800;"),
        ("U+FFFE by number", "syntax", b"&#xFFFE;"),
        ("above the last character by number", "syntax", b"&#x110000;"),
        ("number of 4,000 digits", "syntax", b"&#" + b"9" * 4_000 + b";"),
        ("number without an end", "syntax", b"&#65 "),
        ("number without digits", "syntax", b"&#;"),
        ("entity without an end", "syntax", b"&lt "),
        ("ampersand alone", "syntax", b" & "),
        ("end of CDATA alone", "syntax", b"]]>"),
        ("the five entities", seen(fax="a<>&\"'b"), b"&lt;&gt;&amp;&quot;&apos;"),
        ("escaped twice", seen(fax="a&lt;b"), b"&amp;lt;"),
    )
]

MARKS = [
    Case("comment in a number", seen(client_id=123), one("<client-id>1<!-- x -->23</client-id>")),
    Case("processing instruction in a number", seen(client_id=123), one("<client-id>1<?x y?>23</client-id>")),
    Case("CDATA in a number", seen(client_id=123), one("<client-id>1<![CDATA[2]]>3</client-id>")),
    Case("digit by number", seen(client_id=123), one("<client-id>&#49;23</client-id>")),
    Case("comment around a text", seen(fax="  x"), one("<fax>  <!-- a -->x</fax>")),
    Case("nothing but a comment", seen(fax=""), one("<fax><!-- x --></fax>")),
    Case("comments between everything", ONE, one("<!-- a -->", head="<!-- b -->") + b"<!-- c -->"),
    Case("processing instructions between everything", ONE, one("<?a b?>", head="<?c?>") + b"<?d e?>"),
    Case("two hyphens in a comment", "syntax", one(f"<!-- {MARK} -- -->")),
    Case("comment in a comment", "syntax", one(f"<!-- <!-- {MARK} --> -->")),
    Case("comment in a tag", "syntax", one("<fax <!-- a -->/>")),
    Case("markup in CDATA", seen(fax="<id>8</id>&amp;"), one("<fax><![CDATA[<id>8</id>&amp;]]></fax>")),
    Case("empty CDATA", seen(fax=""), one("<fax><![CDATA[]]></fax>")),
    Case("CDATA in two halves", seen(fax="a]]>b"), one("<fax><![CDATA[a]]]]><![CDATA[>b]]></fax>")),
    Case("CDATA in small letters", "syntax", one("<fax><![cdata[x]]></fax>")),
    Case("tags that cross", "syntax", one("<fax><email></fax></email>")),
    Case("tags of other letters", "syntax", one("<fax>x</FAX>")),
    Case("attribute twice", "syntax", one('<fax a="1" a="2"/>')),
    Case("attribute without quotes", "syntax", one("<fax a=1/>")),
    Case("attribute without a value", "syntax", one("<fax nil/>")),
    Case("attributes without a blank between", "syntax", one('<fax a="1"b="2"/>')),
    Case("name that begins with a digit", "syntax", one("<1fax/>")),
    Case("name of other letters", ONE, one("<имя>x</имя>")),
    Case("root of other letters", "unexpected-root", f"<контакт><id>7</id><fax>{MARK}</fax></контакт>".encode()),
    Case("blanks in tags", seen(fax="x"), one("<fax >x</fax\n>")),
    Case("blank before a name", "syntax", one("< fax>x</fax>")),
]

NAMESPACES = [
    Case("namespace on the root", "namespace", one().replace(b"<contact>", b'<contact xmlns="http://a.example/">')),
    Case("empty namespace on the root", "namespace", one().replace(b"<contact>", b'<contact xmlns="">')),
    Case("prefix on the root", "namespace", one().replace(b"contact>", b"h:contact>")),
    Case(
        "declared prefix on the root",
        "namespace",
        f'<h:contact xmlns:h="urn:a"><h:id>7</h:id><h:fax>{MARK}</h:fax></h:contact>'.encode(),
    ),
    Case("prefix nobody uses", "namespace", one().replace(b"<contact>", b'<contact xmlns:h="urn:a">')),
    Case("namespace on a child", "namespace", one('<fax xmlns="urn:a">x</fax>')),
    Case("prefix on a child", "namespace", one('<h:fax xmlns:h="urn:a">x</h:fax>')),
    Case("prefix on an attribute", "namespace", one('<fax xmlns:h="urn:a" h:nil="true">x</fax>')),
    Case("schema instance's nil", "namespace", one('<fax xmlns:xsi="urn:a" xsi:nil="true"/>')),
    Case("namespace on one row of a list", "namespace", many('<contact xmlns="urn:a"><id>8</id></contact>'), "list"),
    Case("prefix nobody declared", "syntax", one("<h:fax>x</h:fax>")),
    Case("attribute prefix nobody declared", "syntax", one('<fax h:nil="true">x</fax>')),
    Case("namespace that is no address", "namespace", one('<fax xmlns="::::">x</fax>')),
    Case("two colons", "syntax", one("<a:b:fax>x</a:b:fax>")),
    Case("the word xmlns in a text", seen(fax='xmlns:h="urn:a"'), one('<fax>xmlns:h="urn:a"</fax>')),
    Case("language of a text", seen(fax="x"), one('<fax xml:lang="en" xml:space="preserve">x</fax>')),
    Case("SOAP", "namespace", f'<s:Envelope xmlns:s="urn:s"><s:Body>{MARK}</s:Body></s:Envelope>'.encode()),
    Case(
        "Atom", "namespace", f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{MARK}</title></feed>'.encode(), "list"
    ),
]


def nested(levels: int) -> bytes:
    """A contact in which elements stand `levels` deep, the root counted."""
    return one("<a>" * (levels - 1) + "</a>" * (levels - 1))


SHAPES = [
    Case("child inside a text", "mixed-content", one("<client-id>1<b/>23</client-id>")),
    Case("text before a child", "mixed-content", one(f"<fax>{MARK}<b/></fax>")),
    Case("text behind a child", "mixed-content", one(f"<fax><b/>{MARK}</fax>")),
    Case("text in a record", "mixed-content", one(f"{MARK}<fax>x</fax>")),
    Case("text between rows", "mixed-content", many(f"{MARK}<contact><id>8</id></contact>"), "list"),
    Case("text behind the last row", "mixed-content", many(MARK), "list"),
    Case("text before the first row", "mixed-content", many().replace(b"><contact>", b">x<contact>", 1), "list"),
    Case("CDATA between rows", "mixed-content", many("<![CDATA[x]]>"), "list"),
    Case("blanks in CDATA between rows", MANY, many("<![CDATA[ ]]>"), "list"),
    Case("element twice", lost("fax"), one("<fax>1</fax><fax>2</fax>")),
    Case("element twice, once nil", lost("fax"), one('<fax nil="true"/><fax>2</fax>')),
    Case("id twice", "duplicate-element", one("<id>8</id>")),
    Case("unknown element twice", ONE, one("<x/><x/>")),
    Case("element twice in a row", "duplicate-element", many("<contact><id>8</id><id>9</id></contact>"), "list"),
    Case("dashed and underscored", lost("client_id"), one("<client-id>1</client-id><client_id>2</client_id>")),
    Case("underscored", seen(client_id=2), one("<client_id>2</client_id>")),
    Case("16 deep", ONE, nested(16)),
    Case("17 deep", "too-deep", nested(17)),
    Case("256 deep", "too-deep", nested(256)),
    Case("257 deep", "syntax", nested(257)),
    Case("100,000 deep", "syntax", nested(100_000)),
    Case("100,000 deep and never closed", "syntax", one("<a>" * 100_000)),
    Case("record of another kind", "unexpected-root", f"<client><id>7</id><name>{MARK}</name></client>".encode()),
    Case("record with a capital", "unexpected-root", f"<Contact><id>7</id><fax>{MARK}</fax></Contact>".encode()),
    Case("list where one is meant", "unexpected-root", many()),
    Case("array where one is meant", "missing-id", f'<contact type="array">{one().decode()}</contact>'.encode()),
    Case("one where a list is meant", "unexpected-root", one(), "list"),
    Case(
        "one with a part, where a list is meant",
        "unexpected-root",
        one("<client><id>8</id></client>"),
        "list",
    ),
    Case("error where one is meant", "unexpected-root", f"<error><message>{MARK}</message></error>".encode()),
    Case(
        "error where a list is meant", "unexpected-root", f"<error><message>{MARK}</message></error>".encode(), "list"
    ),
    Case("error with parts", "unexpected-root", f"<error><a><id>7</id><b>{MARK}</b></a></error>".encode(), "list"),
    Case("error in one word", "unexpected-root", f"<error>{MARK}</error>".encode(), "list"),
    Case("errors", "unexpected-root", f"<errors><error>{MARK}</error></errors>".encode(), "list"),
    Case("array of errors", "unexpected-root", f'<errors type="array"><error>{MARK}</error></errors>'.encode(), "list"),
    Case("hash of an error", "unexpected-root", f"<hash><error>{MARK}</error></hash>".encode(), "list"),
    Case("text for a list", "unexpected-text", f"<contacts>{MARK}</contacts>".encode(), "list"),
    Case("text for an array", "unexpected-text", f'<a type="array">{MARK}</a>'.encode(), "list"),
    Case(
        "text for an empty list", "unexpected-text", f'<nil-classes type="array">{MARK}</nil-classes>'.encode(), "list"
    ),
    Case("text for a record", "missing-id", f"<contact>{MARK}</contact>".encode()),
    Case("nothing for a record", "missing-id", f'<contact a="{MARK}"/>'.encode()),
    Case("nil for a record", "missing-id", f'<contact nil="true" a="{MARK}"/>'.encode()),
    Case("list under another root", MANY, many(root="things"), "list"),
    Case("list under its singular", MANY, many(root='contact type="array"'), "list"),
    Case("list under its singular, plain", MANY, many(root="contact"), "list"),
    Case("list of hashes", MANY, many(root="hash"), "list"),
    Case("rows of another name", [*MANY, {"id": 8}], many("<row><id>8</id></row>"), "list"),
    Case("a leaf beside the rows", MANY, many(f"<total>{MARK}</total>"), "list"),
    Case("empty list", [], f'<contacts type="array" a="{MARK}"/>'.encode(), "list"),
    Case("empty list of blanks", [], f'<contacts type="array" a="{MARK}"> \n </contacts>'.encode(), "list"),
    Case("empty list that is no array", [], f'<contacts a="{MARK}"/>'.encode(), "list"),
    Case("nil-classes", [], f'<nil-classes type="array" a="{MARK}"/>'.encode(), "list"),
    Case("empty array of another name", [], f'<things type="array" a="{MARK}"/>'.encode(), "list"),
    Case("empty element of another name", "unexpected-root", f'<things a="{MARK}"/>'.encode(), "list"),
    Case("empty record where a list is meant", "unexpected-root", f'<contact a="{MARK}"/>'.encode(), "list"),
    Case("nil row", "not-a-record", many('<contact nil="true"/>'), "list"),
    Case("empty row", "not-a-record", many("<contact/>"), "list"),
    Case("text row", "not-a-record", many(f"<contact>{MARK}</contact>"), "list"),
    Case("array row", "not-a-record", many('<contact type="array"><id>8</id></contact>'), "list"),
    Case("record in a record", ONE, one("<contact><id>8</id></contact>")),
    Case("record where a leaf belongs", lost("first_name"), one(f"<first-name><b>{MARK}</b></first-name>")),
    Case("list where a leaf belongs", lost("fax"), one(f'<fax type="array"><b>{MARK}</b></fax>')),
    Case("empty list where a leaf belongs", lost("fax"), one('<fax type="array"/>')),
    Case("record where a number belongs", lost("client_id"), one("<client-id><id>5</id></client-id>")),
    Case("record where the id belongs", "value-of-id", f"<contact><id><b>{MARK}</b></id></contact>".encode()),
    Case("no id", "missing-id", f"<contact><fax>{MARK}</fax></contact>".encode()),
    Case("empty id", "missing-id", f"<contact><id/><fax>{MARK}</fax></contact>".encode()),
    Case("nil id", "missing-id", f'<contact><id nil="true"/><fax>{MARK}</fax></contact>'.encode()),
    Case("no id in the second row", "missing-id", many("<contact><fax>x</fax></contact>"), "list"),
    Case("id in capitals", "missing-id", f"<contact><ID>7</ID><fax>{MARK}</fax></contact>".encode()),
    Case("elements of other records", ONE, one("<budget type='decimal'>x</budget><active>maybe</active>")),
    Case(
        "account without its user",
        "missing-user",
        f"<hash><company><name>{MARK}</name></company></hash>".encode(),
        "who",
    ),
    Case("account with an empty user", "missing-user", f'<hash><user a="{MARK}"/></hash>'.encode(), "who"),
    Case("account with a text for its user", "value-of-user", f"<hash><user>{MARK}</user></hash>".encode(), "who"),
    Case(
        "account with a list of users",
        "value-of-user",
        f'<hash><user type="array"><a>{MARK}</a></user></hash>'.encode(),
        "who",
    ),
    Case(
        "account with a part in blanks",
        {"user": {"email": MARK}},
        f"<hash><company> \n </company><user><email>{MARK}</email></user></hash>".encode(),
        "who",
    ),
    Case(
        "account under another root",
        "unexpected-root",
        f"<account><user><email>{MARK}</email></user></account>".encode(),
        "who",
    ),
    Case(
        "rate limit without its limit",
        "missing-max_calls",
        f"<hash><count>1</count><a>{MARK}</a></hash>".encode(),
        "limit",
    ),
]


def typed(attributes: str, text: str = MARK) -> bytes:
    return one(f"<fax {attributes}>{text}</fax>")


TYPES = [
    Case("YAML", seen(fax=f"--- !ruby/object:{MARK} {{}}"), typed('type="yaml"', f"--- !ruby/object:{MARK} {{}}")),
    Case("symbol", seen(fax=MARK), typed('type="symbol"')),
    Case("file", seen(fax="U0VDUkVU"), typed('type="file" name="../../x" content_type="text/html"', "U0VDUkVU")),
    Case("binary", seen(fax="U0VDUkVU"), typed('type="binary" encoding="base64"', "U0VDUkVU")),
    Case("array of a text", seen(fax=MARK), typed('type="array"')),
    Case("integer of a text", seen(fax=MARK), typed('type="integer"')),
    Case("type nobody knows", seen(fax=MARK), typed('type="&lt;script&gt;"')),
    Case("attributes nobody knows", seen(fax=MARK), typed('a="1" b="2" id="3" class="4"')),
    Case("number called a date", seen(client_id=5), one('<client-id type="date">5</client-id>')),
    Case("number called NilClass", seen(client_id=5), one('<client-id type="NilClass">5</client-id>')),
    Case("nil with a text", seen(fax=MARK), typed('nil="true"')),
    Case("nil with blanks", ONE, typed('nil="true"', " \n ")),
    Case("nil", ONE, typed('nil="true"', "")),
    Case("nil in capitals", seen(fax=""), typed('nil="TRUE"', "")),
    Case("nil by number", seen(fax=""), typed('nil="1"', "")),
    Case("nil that is false", seen(fax=""), typed('nil="false"', "")),
    Case("null as a text", seen(fax="null"), typed("", "null")),
    Case("nil with a child", lost("fax"), typed('nil="true"', "<b/>")),
]

WHOLE = [
    *((text, 5) for text in ("5", " 5 ", "\n5\n", "\u00a05", "05", "000005")),
    *(("0", 0), ("-0", 0), ("9" * 15, 10**15 - 1), ("-5", None), ("-" + "9" * 15, None), (" " * 900 + "5", 5)),
    *((text, None) for text in ("1e9999999", "1E3", "NaN", "Infinity", "-inf", "0x10", "0b1", "0o7", "1_000", "1,000")),
    *((text, None) for text in ("1 000", "+5", "5.0", "5.", ".5", "--5", "5-", "- 5", "5;", "5\n5", "true", "five")),
    *(
        (text, None)
        for text in ("٥", "５", "५", "5²", "Ⅴ", "9" * 16, "9" * 400, "5" * 5_000, " " * 1_000 + "5", "\u200b5")
    ),
]

TRUTHS = [
    *((text, True) for text in ("true", "True", "TRUE", " true ", "\n\ttrue\n", "1")),
    *((text, False) for text in ("false", "FALSE", "0", " 0")),
    *(
        (text, None)
        for text in ("yes", "no", "t", "f", "on", "2", "-1", "01", "1.0", "truefalse", "true;", "nil", "ｔｒｕｅ")
    ),
]

INSTANTS = [
    *((text, MOMENT) for text in ("2018-03-05T09:12:44Z", " 2018-03-05 09:12:44Z\n", "2018-03-05T09:12:44+00:00")),
    *(
        (text, MOMENT)
        for text in ("2018-03-05T10:12:44+01:00", "2018-03-04T19:12:44-1400", "2018-03-05T09:12:44-00:00")
    ),
    ("2018-03-05T09:12:44.5Z", MOMENT.replace(microsecond=500_000)),
    ("2018-03-05T09:12:44.123456Z", MOMENT.replace(microsecond=123_456)),
    ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    *((text, None) for text in ("2018-03-05", "2018-03-05T09:12Z", "2018-03-05T09:12:44", "2018-03-05T09:12:44z")),
    *((text, None) for text in ("2018-02-30T00:00:00Z", "2018-13-01T00:00:00Z", "2018-00-01T00:00:00Z")),
    *((text, None) for text in ("2019-02-29T00:00:00Z", "2018-03-05T24:00:01Z", "2018-03-05T09:60:00Z")),
    *((text, None) for text in ("2016-12-31T23:59:60Z", "2018-03-05T09:12:44+24:00", "2018-03-05T09:12:44+99:99")),
    *((text, None) for text in ("0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "99999999-01-01T00:00:00Z")),
    *((text, None) for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "-001-01-01T00:00:00Z")),
    *((text, None) for text in ("2018-W10-1T00:00:00Z", "2018-064T00:00:00Z", "20180305T091244Z", "1520241164")),
    *((text, None) for text in ("Mon, 05 Mar 2018 09:12:44 +0000", "05/03/2018 09:12:44", "2018-03-05T09:12:44ZZ")),
    *(
        (text, None)
        for text in ("２０１８-03-05T09:12:44Z", "2018-03-05T09:12:44.1234567Z", "now", "NaN", "2018-03-05T09:12:44 Z")
    ),
]

VALUES = [
    *(
        Case(
            f"number {text[:24]!r}" + (f" and {len(text) - 24} more" if len(text) > 24 else ""),
            lost("client_id") if value is None else seen(client_id=value),
            one(f"<client-id>{text}</client-id>"),
        )
        for text, value in WHOLE
    ),
    *(
        Case(
            f"truth {text!r}",
            {"id": 7, "name": MARK, "unread": ["active"]}
            if value is None
            else {"id": 7, "name": MARK, "active": value},
            client(f"<active>{text}</active>"),
            "client",
        )
        for text, value in TRUTHS
    ),
    *(
        Case(
            f"instant {text!r}",
            lost("created_at") if instant is None else seen(created_at=instant),
            one(f"<created-at>{text}</created-at>"),
        )
        for text, instant in INSTANTS
    ),
    Case("id below zero", "value-of-id", f"<contact><id>-7</id><fax>{MARK}</fax></contact>".encode()),
    Case("id of many digits", "value-of-id", f"<contact><id>{'7' * 400}</id><fax>{MARK}</fax></contact>".encode()),
    Case("id that is a text", "value-of-id", f"<contact><id>{MARK}</id></contact>".encode()),
    Case("empty number", ONE, one("<client-id/>")),
    Case("number of blanks", ONE, one("<client-id>  </client-id>")),
    Case("empty truth", {"id": 7, "name": MARK}, client("<active/>"), "client"),
    Case("empty instant", ONE, one("<created-at></created-at>")),
    Case("text of blanks", seen(fax="  "), one("<fax>  </fax>")),
    Case("text with blanks around", seen(fax=" \n x \t"), one("<fax> \n x \t</fax>")),
    Case("text that is a number", seen(fax="1e9999999"), one("<fax>1e9999999</fax>")),
]

WHOLE_DOCUMENT = (
    f'<?xml version="1.0" encoding="UTF-8"?><!-- {MARK} --><?note {MARK}?><contact a="{MARK}">'
    f"<id>7</id><fax>{MARK}é &amp; &#65; <![CDATA[{MARK}]]></fax></contact>"
)


def until(mark: str) -> bytes:
    """The document cut right behind the first `mark`."""
    return WHOLE_DOCUMENT[: WHOLE_DOCUMENT.index(mark) + len(mark)].encode()


CUT = [
    Case("cut in the declaration", "declaration", until("encoding")),
    Case("cut behind the declaration", "syntax", UTF8.encode()),
    Case("cut in a comment", "declaration", until(f"<!-- {MARK}")),
    Case("cut behind a comment", "syntax", until("-->")),
    Case("cut in a processing instruction", "syntax", until(f"<?note {MARK}")),
    Case("cut in the root's name", "syntax", until("<cont")),
    Case("cut in an attribute's name", "syntax", until("<contact a")),
    Case("cut in an attribute", "syntax", until(f'a="{MARK}')),
    Case("cut behind the root's tag", "syntax", until(f'a="{MARK}">')),
    Case("cut in a name", "syntax", until("<fa")),
    Case("cut in a text", "syntax", until(f"<fax>{MARK}")),
    Case("cut in a character", "syntax", until(f"<fax>{MARK}é")[:-1]),
    Case("cut in an entity", "syntax", until("&am")),
    Case("cut in a number", "syntax", until("&#6")),
    Case("cut in the head of CDATA", "syntax", until("<![CDA")),
    Case("cut in CDATA", "syntax", until(f"<![CDATA[{MARK}")),
    Case("cut in the end of CDATA", "syntax", until("]]")),
    Case("cut in an end tag", "syntax", until("</fa")),
    Case("cut behind the last child", "syntax", until("</fax>")),
    Case("cut in the last tag", "syntax", until("</contact")),
    Case("nothing but a bracket", "syntax", b"<"),
    Case("nothing but an end", "syntax", f"</{MARK}>".encode()),
    Case("text behind the root", "syntax", one() + MARK.encode()),
    Case("two roots", "syntax", one() + one()),
    Case("NUL behind the root", "nul-byte", one() + b"\x00"),
    Case("CDATA behind the root", "syntax", one() + b"<![CDATA[x]]>"),
    Case("end behind the root", "syntax", one() + b"</contact>"),
    Case("blanks behind the root", ONE, one() + b" \r\n\t"),
    Case("control-Z behind the root", "syntax", one() + b"\x1a"),
]

LOGIN = f'<head><title>{MARK}</title></head><body><form action="/login"><input name="a"/></form></body>'
NOT_XML = "not-xml"

OTHER_THINGS = [
    Case("nothing", "empty", b""),
    Case("blanks", "empty", b" \r\n\t "),
    Case("a byte order mark", "empty", BOM),
    Case("a byte order mark and blanks", "empty", BOM + b"\n"),
    Case("a form feed", NOT_XML, b"\x0c" + one()),
    Case("a no-break space", NOT_XML, b"\xc2\xa0" + one()),
    Case("JSON", NOT_XML, f'{{"contact": {{"id": 7, "fax": "{MARK}"}}}}'.encode()),
    Case("JSON list", NOT_XML, f'["{MARK}"]'.encode(), "list"),
    Case("plain text", NOT_XML, f"Service unavailable {MARK}".encode()),
    Case("YAML for a body", NOT_XML, f"---\ncontact:\n  fax: {MARK}\n".encode()),
    Case("CSV", NOT_XML, f"id,fax\n7,{MARK}\n".encode()),
    Case("gzip", "nul-byte", gzip.compress(one())),
    Case("base64", NOT_XML, b64encode(one())),
    Case("PDF", NOT_XML, f"%PDF-1.7 {MARK}".encode()),
    Case("PNG", "nul-byte", b"\x89PNG\r\n\x1a\n\x00\x00" + MARK.encode()),
    Case("zip", NOT_XML, b"PK\x03\x04" + MARK.encode()),
    Case("text before the root", NOT_XML, b"ok " + one()),
    Case("HTTP in the body", NOT_XML, b"HTTP/1.1 200 OK\r\n\r\n" + one()),
    Case("HTML", "doctype", f"<!DOCTYPE html><html>{LOGIN}<br></html>".encode()),
    Case("HTML without a doctype", "syntax", f"<html>{LOGIN}<br></html>".encode()),
    Case("HTML in capitals", "syntax", f"<HTML><BODY BGCOLOR=white>{MARK}<P></BODY></HTML>".encode()),
    Case("XHTML for a record", "unexpected-root", f"<html>{LOGIN}</html>".encode()),
    Case("XHTML for a list", "missing-id", f"<html>{LOGIN}</html>".encode(), "list"),
    Case("XHTML with a doctype", "doctype", f'<!DOCTYPE html PUBLIC "a" "{HTTP}"><html>{LOGIN}</html>'.encode()),
    Case("XHTML with its namespace", "namespace", f'<html xmlns="urn:x">{LOGIN}</html>'.encode(), "list"),
    Case("RSS", "missing-id", f"<rss><channel><title>{MARK}</title></channel></rss>".encode(), "list"),
    Case("property list", "doctype", f"<!DOCTYPE plist><plist><string>{MARK}</string></plist>".encode()),
    Case("a script", "unexpected-root", f"<script>alert('{MARK}')</script>".encode()),
    Case("ASP", "syntax", f"<% {MARK} %>".encode()),
    Case("PHP", "syntax", f"<?php echo '{MARK}'; ?>".encode()),
    Case("e-mail address", "syntax", f"<{MARK}@a.example>".encode()),
    Case("conflict marks", "syntax", f"<<<<<<< HEAD\n{MARK}\n=======\n>>>>>>>".encode()),
]

SMALL = [
    *(*ENTITIES, *DISGUISES, *DECLARATIONS, *CODINGS, *BYTES, *MARKS, *NAMESPACES),
    *(*SHAPES, *TYPES, *VALUES, *CUT, *OTHER_THINGS),
]
CASES = [*SMALL, *BULK]
