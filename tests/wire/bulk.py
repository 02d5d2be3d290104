"""Documents that are hostile by their size, and the largest that must stay readable: what they cost is measured."""

from collections.abc import Callable

from harvest_mcp.wire import xml

from .case import BOM, MANY, MARK, MOMENT, ONE, Case, Values, client, lost, one, seen

NO_NUMBER, NO_INSTANT = lost("client_id"), lost("created_at")
NO_TRUTH: dict[str, object] = {"id": 7, "name": MARK, "unread": ["active"]}

HEAD, TAIL = f'<contacts type="array"><contact><id>7</id><title>{MARK}</title></contact>'.encode(), b"</contacts>"
MANY_ROWS = xml.MOST_ROWS - 1  # that still fit behind the first
NEAR, OVER = 9_900_000, 10_100_000  # bytes of one text, around what the parser allows
FULL = xml.CAP - 300  # bytes of a body that is just small enough
TOO_MANY = "too-many-elements"
EMOJI = "😀"  # makes Python keep a text in four bytes a character
BLANKS = b" \n" * 2_000_000


def rows(row: str, times: int) -> Callable[[], bytes]:
    return lambda: HEAD + row.encode() * times + TAIL


def ending(last: Callable[[], str], row: str = "", times: int = 0) -> Callable[[], bytes]:
    """The list with these rows, and one that is built when it is needed."""
    return lambda: HEAD + row.encode() * times + last().encode() + TAIL


def wide_rows(fields: int, times: int) -> Callable[[], bytes]:
    """Rows whose fields all have other names."""
    return ending(lambda: f"<r><id>8</id>{wide(fields)}</r>" * times)


def of(times: int, **row: object) -> Callable[[], Values]:
    return lambda: [*MANY, *[row] * times]


def holding(build: Callable[[], str]) -> Callable[[], bytes]:
    """A contact with this beside its id."""
    return lambda: one(build())


def fax(*parts: str | int) -> Callable[[], bytes]:
    """A contact whose fax is the parts, each text followed by how many times it comes."""
    return lambda: one("".join(["<fax>", *(text * int(times) for text, times in _pairs(parts)), "</fax>"]))


def _pairs(parts: tuple[str | int, ...]) -> list[tuple[str, int]]:
    return [(str(text), int(times)) for text, times in zip(parts[::2], parts[1::2], strict=True)]


def faxed(*parts: str | int) -> Callable[[], Values]:
    return lambda: seen(fax="".join(text * times for text, times in _pairs(parts)))


def wide(fields: int) -> str:
    return "".join(f"<n{n}>{n}</n{n}>" for n in range(fields))


def attributes(count: int, name: str = "a") -> str:
    return "".join(f' {name}{n:x}="u"' for n in range(count))


def rooted(tag: Callable[[], str]) -> Callable[[], bytes]:
    """The list of one, its root's tag completed."""
    return lambda: HEAD.replace(b' type="array"', tag().encode(), 1) + TAIL


def named(letters: int) -> Callable[[], bytes]:
    root = b"n" * letters
    return lambda: b"<%s>%s</%s>" % (root, MARK.encode(), root)


def coded(name: str, times: int, *faxes: bytes) -> Callable[[], bytes]:
    head = f'<?xml version="1.0" encoding="{name}"?><contact><id>7</id><title>{MARK}</title>'.encode()
    fields = (b"fax", b"email", b"phone-office")
    return lambda: (
        head
        + b"".join(b"<%s>%s</%s>" % (field, byte * times, field) for field, byte in zip(fields, faxes, strict=False))
        + b"</contact>"
    )


KNOWN = {"client-id": "11072", "last-name": "Doe", "created-at": "2018-03-05T09:12:44Z", "title": "President"}
UNKNOWN = {f"x-{n}": "x" * 46 for n in range(13)}


def contact(n: int) -> str:
    """A contact of 20 fields, about a kilobyte."""
    fields = {"id": str(n), "first-name": f"Jane{n}", "email": f"jane{n}@doe.example", **KNOWN, **UNKNOWN}
    return "".join(["  <contact>\n", *(f"    <{k}>{v}</{k}>\n" for k, v in fields.items()), "  </contact>\n"])


def ten_thousand() -> bytes:
    return HEAD + "".join(map(contact, range(9_999))).encode() + TAIL


def read_from_ten_thousand() -> Values:
    same = {"client_id": 11072, "last_name": "Doe", "created_at": MOMENT, "title": "President"}
    return [
        *MANY,
        *({"id": n, "first_name": f"Jane{n}", "email": f"jane{n}@doe.example", **same} for n in range(9_999)),
    ]


ID = "<contact><id>8</id></contact>"
TYPED = (
    '<contact><id type="integer">8</id><client-id type="integer">2</client-id><fax>+1 212 555 0100</fax></contact>\n'
)
THEN = "2018-03-05T10:12:44+01:00"
DATED = f"<contact><id>8</id><created-at>{THEN}</created-at><updated-at>{THEN}</updated-at></contact>"

USUAL = (
    '<contact><id type="integer">8</id><client-id type="integer">2</client-id><first-name>Jane</first-name>'
    f'<created-at type="datetime">{THEN}</created-at><updated-at type="datetime">{THEN}</updated-at>'
    '<fax nil="true"/></contact>'
)
ALL_ROWS = (xml.CAP - 1_000) // len(USUAL)

LISTS = [
    Case(
        "as many contacts as fill a body",
        of(ALL_ROWS, id=8, client_id=2, first_name="Jane", created_at=MOMENT, updated_at=MOMENT),
        rows(USUAL, ALL_ROWS),
        "list",
    ),
    Case("10,000 contacts of 20 fields", read_from_ten_thousand, ten_thousand, "list"),
    Case("50,000 rows of an id", of(MANY_ROWS, id=8), rows(ID, MANY_ROWS), "list"),
    Case("50,001 rows", TOO_MANY, rows(ID, MANY_ROWS + 1), "list"),
    Case(
        "50,000 rows of three fields",
        of(MANY_ROWS, id=8, client_id=2, fax="+1 212 555 0100"),
        rows(TYPED, MANY_ROWS),
        "list",
    ),
    Case(
        "50,000 rows with instants",
        of(MANY_ROWS, id=8, created_at=MOMENT, updated_at=MOMENT),
        rows(DATED, MANY_ROWS),
        "list",
    ),
    Case(
        "50,000 rows with an emoji each",
        of(MANY_ROWS, id=8, fax="a" * 180 + EMOJI),
        rows(f"<contact><id>8</id><fax>{'a' * 180}{EMOJI}</fax></contact>", MANY_ROWS),
        "list",
    ),
    Case("50,000 rows with 190 blanks between", of(MANY_ROWS, id=8), rows(ID + " " * 190, MANY_ROWS), "list"),
    Case("50,000 rows without an id", "missing-id", rows("<contact><fax>x</fax></contact>", MANY_ROWS), "list"),
    Case(
        "50,000 rows, the last without an id",
        "missing-id",
        ending(lambda: "<a><b/></a>", ID, MANY_ROWS - 1),
        "list",
    ),
    Case(
        "50,000 rows of another name with a part",
        of(MANY_ROWS, id=8),
        rows("<r><id>8</id><a><b/></a></r>", MANY_ROWS),
        "list",
    ),
    Case(
        "50,000 rows with an array",
        of(MANY_ROWS, id=8),
        rows('<r><id>8</id><a type="array"><b/></a></r>', MANY_ROWS),
        "list",
    ),
    Case(
        "50,000 rows called like the root",
        of(MANY_ROWS, id=8),
        rows("<contacts><id>8</id></contacts>", MANY_ROWS),
        "list",
    ),
    Case(
        "50,000 rows and the word xmlns",
        of(MANY_ROWS, id=8, fax="xmlns"),
        rows("<r><id>8</id><fax>xmlns</fax></r>", MANY_ROWS),
        "list",
    ),
    Case("13,000 rows 16 deep", of(13_000, id=8), rows(f"<r><id>8</id>{'<a>' * 14}{'</a>' * 14}</r>", 13_000), "list"),
    Case("12,000 rows 17 deep", "too-deep", rows(f"<r><id>8</id>{'<a>' * 15}{'</a>' * 15}</r>", 12_000), "list"),
]

ELEMENTS = [
    Case("2,000,000 empty elements", TOO_MANY, rows("<b/>", 2_000_000), "list"),
    Case("200,000 empty elements", TOO_MANY, rows("<b/>", 200_000), "list"),
    Case("49,000 empty elements", MANY, rows("<b/>", 49_000), "list"),
    Case("one row of 49,000 fields", of(1, id=8), wide_rows(49_000, 1), "list"),
    Case("four rows of 49,000 fields", of(4, id=8), wide_rows(49_000, 4), "list"),
    Case(
        "as many elements as there may be, each of another name",
        of(38_800, id=8),
        ending(lambda: "".join(f"<r><id>8</id>{''.join(f'<n{n}x{f}/>' for f in range(7))}</r>" for n in range(38_800))),
        "list",
    ),
    Case("one row of 60,000 fields", TOO_MANY, wide_rows(60_000, 1), "list"),
    Case(
        "one row of 200,000 fields in parts",
        TOO_MANY,
        ending(lambda: f"<r>{f'<p>{wide(900)}</p>' * 200}</r>"),
        "list",
    ),
    Case("one record of 49,000 fields", ONE, holding(lambda: wide(49_000))),
    Case("one record of 200,000 fields", TOO_MANY, holding(lambda: wide(200_000))),
    Case("200,000 comments", MANY, rows("<!---->", 200_000), "list"),
    Case("200,000 comments before the root", ONE, lambda: b"<!---->\n" * 200_000 + one()),
    Case("200,000 comments behind the root", ONE, lambda: one() + b"<!---->\n" * 200_000),
    Case("200,000 processing instructions", MANY, rows("<?a b?>", 200_000), "list"),
    Case("200,000 processing instructions before the root", ONE, lambda: b"<?a?> " * 200_000 + one()),
    Case("1,000,000 comments", TOO_MANY, rows("<!---->", 1_000_000), "list"),
    Case("10,000,000 brackets", TOO_MANY, lambda: one() + b"<" * 10_000_000),
    Case("200,000 elements that never close", "syntax", holding(lambda: "<a>" * 200_000)),
    Case("1,000,000 ends", "syntax", lambda: one() + b"</a>" * 1_000_000),
]

ATTRIBUTES = [
    Case(
        "1,000,000 attributes on one element",
        TOO_MANY,
        holding(lambda: "<fax" + "".join(f' {n:x}=""' for n in range(1_000_000)) + "/>"),
    ),
    Case("1,000,000 attributes in all", TOO_MANY, rows('<b a=""/>', 1_000_000), "list"),
    Case("140,000 attributes on one element", TOO_MANY, holding(lambda: f"<fax{attributes(140_000)}/>")),
    Case("140,000 attributes on the root", TOO_MANY, rooted(lambda: attributes(140_000)), "list"),
    Case("40,000 attributes on the root", MANY, rooted(lambda: attributes(40_000)), "list"),
    Case("140,000 times the same attribute", "syntax", holding(lambda: "<fax" + ' a=""' * 140_000 + "/>")),
    Case("140,000 namespaces on one element", "namespace", holding(lambda: f"<fax{attributes(140_000, 'xmlns:a')}/>")),
    Case(
        "140,000 namespaces behind 40,000 rows",
        "namespace",
        ending(lambda: f"<a{attributes(140_000, 'xmlns:a')}/>", ID, 40_000),
        "list",
    ),
    Case("a namespace on each of 50,000 rows", "namespace", rows('<a xmlns="u"/>', MANY_ROWS), "list"),
    Case("45,000 prefixes nobody declared", "syntax", rows("<h:b/>", 45_000), "list"),
    Case("attribute of 9.9 MB", ONE, holding(lambda: f'<phone a="{"x" * NEAR}"/>')),
    Case("attribute of 9.9 MB of ends", ONE, holding(lambda: f'<phone a="{">" * NEAR}"/>')),
    Case("attribute of 10.1 MB", "syntax", holding(lambda: f'<phone a="{"x" * OVER}"/>')),
    Case("attribute's name of 1 MB", "syntax", holding(lambda: f'<phone {"a" * 1_000_000}=""/>')),
    Case("name of 1 MB", "syntax", holding(lambda: f"<{'n' * 1_000_000}/>")),
    Case("name of 40,000 letters", ONE, holding(lambda: f"<{'n' * 40_000}/>")),
    Case("root's name of 1 MB", "syntax", named(1_000_000)),
    Case("root's name of 40,000 letters", "unexpected-root", named(40_000)),
    Case(
        "49,000 names of 200 letters",
        MANY,
        lambda: HEAD + b"".join(b"<n%d%s/>" % (n, b"n" * 200) for n in range(49_000)) + TAIL,
        "list",
    ),
]

TEXTS = [
    Case("text of 9.9 MB", faxed("x", NEAR), fax("x", NEAR)),
    Case("text of 10.1 MB", "syntax", fax("x", OVER)),
    Case("text of 9.9 MB and an emoji", faxed("x", NEAR, EMOJI, 1), fax("x", NEAR, EMOJI, 1)),
    Case(
        "two texts of 5.9 MB and an emoji each",
        lambda: seen(fax="x" * 5_900_000 + EMOJI, email="x" * 5_900_000 + EMOJI),
        coded("utf-8", 1, *[b"x" * 5_900_000 + EMOJI.encode()] * 2),
    ),
    Case(
        "the same behind a byte order mark and a blank",
        lambda: seen(fax="x" * 5_900_000 + EMOJI, email="x" * 5_900_000 + EMOJI),
        lambda: BOM + b" " + coded("utf-8", 1, *[b"x" * 5_900_000 + EMOJI.encode()] * 2)(),
    ),
    Case("text of 9.9 MB in CDATA", faxed("<", 100, "x", NEAR), fax("<![CDATA[", 1, "<", 100, "x", NEAR, "]]>", 1)),
    Case("text of 200,000 pieces of CDATA", faxed("ab", 200_000), fax("<![CDATA[a]]>b", 200_000)),
    Case("text of 200,000 comments", faxed("a", 200_000), fax("a<!---->", 200_000)),
    Case("text of 9.9 MB of carriage returns", faxed("\n", NEAR), fax("\r", NEAR)),
    Case("text of 9.9 MB of blanks", faxed(" ", NEAR), fax(" ", NEAR)),
    Case("text of 9.9 MB of brackets", faxed("]", NEAR), fax("]", NEAR)),
    Case("text of 9.9 MB of ampersands", "syntax", fax("&", NEAR)),
    Case("text of 9.9 MB of equals signs", TOO_MANY, fax("=", NEAR)),
    Case("text of 2,000,000 entities", faxed("&", 2_000_000), fax("&amp;", 2_000_000)),
    Case("text of 2,000,000 numbers", faxed("A", 2_000_000), fax("&#65;", 2_000_000)),
    Case("text of 1,400,000 numbers of wide characters", faxed("一", 1_400_000), fax("&#x4e00;", 1_400_000)),
    Case("text of 9.9 MB of wide characters", faxed("一", 3_300_000), fax("一", 3_300_000)),
    Case(
        "Latin-1 of 9.8 MB",
        lambda: seen(fax="é" * 4_900_000, email="é" * 4_900_000),
        coded("iso-8859-1", 4_900_000, b"\xe9", b"\xe9"),
    ),
    Case(
        "Windows-1252 of 9.6 MB",
        lambda: seen(fax="€" * 3_200_000, email="€" * 3_200_000, phone_office="é" * 3_200_000),
        coded("windows-1252", 3_200_000, b"\x80", b"\x80", b"\xe9"),
    ),
    Case("number of 9.9 MB", NO_NUMBER, holding(lambda: f"<client-id>{'9' * NEAR}</client-id>")),
    Case(
        "number behind 9.9 MB of blanks",
        NO_NUMBER,
        holding(lambda: f"<client-id>{' ' * NEAR}5</client-id>"),
    ),
    Case(
        "truth of 9.9 MB",
        {"id": 7, "name": MARK, "unread": ["active"]},
        lambda: client(f"<active> {'A' * NEAR}{EMOJI} </active>"),
        "client",
    ),
    Case(
        "instant of 9.9 MB",
        NO_INSTANT,
        holding(lambda: f"<created-at>{'2' * NEAR}{EMOJI}</created-at>"),
    ),
    Case("comment of 9.9 MB", ONE, holding(lambda: f"<!--{'x' * NEAR}-->")),
    Case("comment of 10.1 MB", "syntax", holding(lambda: f"<!--{'x' * OVER}-->")),
    Case("comment of 9.9 MB before the root", ONE, lambda: b"<!--" + b"- " * (NEAR // 2) + b"-->" + one()),
    Case("processing instruction of 9.9 MB", ONE, holding(lambda: f"<?a {'x' * NEAR}?>")),
    Case("4 MB of blanks before the root", ONE, lambda: BLANKS + one()),
    Case("4 MB of blanks behind a byte order mark", ONE, lambda: BOM + BLANKS + one()),
    Case("4 MB of blanks between rows", MANY, lambda: HEAD + BLANKS + TAIL, "list"),
    Case("4 MB of blanks behind the root", ONE, lambda: one() + BLANKS),
    Case("a full body of blanks", "empty", lambda: b" " * FULL),
]


def filled(head: bytes, fill: bytes) -> Callable[[], bytes]:
    return lambda: head + fill * (FULL // len(fill))


NEVER_ENDING = [
    Case(
        f"{what} that fills the body",
        expect,
        filled(head, fill),
    )
    for what, expect, head, fill in (
        ("declaration", "declaration", b'<?xml version="1.0"' + MARK.encode(), b" "),
        ("declared version", "declaration", b'<?xml version="' + MARK.encode(), b"1"),
        ("comment before the root", "declaration", b"<!--" + MARK.encode(), b"- "),
        ("comment", "syntax", one()[:-10] + b"<!--", b"-a"),
        ("CDATA", "syntax", one()[:-10] + b"<![CDATA[", b"]a"),
        ("processing instruction before the root", "syntax", b"<?a " + MARK.encode(), b"?a"),
        ("processing instruction", "syntax", one()[:-10] + b"<?a ", b"?a"),
        ("attribute", "syntax", one()[:-10] + b'<fax a="', b">"),
        ("tag", "syntax", one()[:-10] + b"<fax ", b" "),
        ("name", "syntax", one()[:-10] + b"<fax", b"x"),
        ("root's name", "syntax", b"<contact" + MARK.encode(), b"x"),
        ("end tag", "syntax", one()[:-1], b" "),
        ("text", "syntax", one()[:-10] + b"<fax>", b"x"),
        ("entity", "syntax", one()[:-10] + b"<fax>&", b"x"),
        ("number", "syntax", one()[:-10] + b"<fax>&#", b"9"),
    )
]

BODIES = [
    Case("a body as large as allowed", ONE, lambda: one().ljust(xml.CAP)),
    Case("a body one byte larger", "too-large", lambda: one().ljust(xml.CAP + 1)),
    Case("a body far larger", "too-large", lambda: one().ljust(4 * xml.CAP)),
]

BULK = [*LISTS, *ELEMENTS, *ATTRIBUTES, *TEXTS, *NEVER_ENDING, *BODIES]
