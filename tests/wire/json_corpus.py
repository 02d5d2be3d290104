"""JSON no vendor should send, and what must come of each: a Malformed code, or exactly these values."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Page, Record, Ref, Resource, Response, Scope
from harvest_mcp.wire.json import codec
from harvest_mcp.wire.json.records import Spelled, turned
from harvest_mcp.wire.json.wires import JsonWire

MARK = "kestrel-secret"
Body = bytes | Callable[[], bytes]


class Thing(Record):
    """A column of each kind."""

    name: str | None = None
    project_id: Annotated[int | None, Ref("project")] = None
    project: str | None = None
    active: bool | None = None
    deactivated: bool | None = None
    hours: Decimal | None = None
    starts_on: date | None = None
    created_at: datetime | None = None


WIRE = JsonWire(
    "/things",
    (
        Spelled("active", "is_active"),
        Spelled("deactivated", "is_open", reads=turned, sends=turned),
        Spelled("project", "project.name"),
    ),
)
THINGS: Resource[Thing] = Resource(
    noun="thing", plural="things", record=Thing, wire=WIRE, toolset="", label=("name",), says=""
)
ONE = {"id": 7, "name": MARK}


@dataclass(frozen=True, slots=True)
class Case:
    """`by` reads it: as plain values, one record, a list, or what an error says."""

    name: str
    expect: object
    body: Body
    by: str = "get"

    def build(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else self.body()

    def outcome(self) -> object:
        """The values, or the code of the Malformed."""
        body = self.build()
        try:
            return READERS[self.by](body)
        except Malformed as error:
            return error.code


def _told(record: Thing) -> dict[str, object]:
    return {**record.model_dump(exclude_none=True), **({"unread": [*record.unread]} if record.unread else {})}


def _get(body: bytes) -> object:
    return _told(WIRE.get(Scope(THINGS), 7).read(Response(200, {}, body)))


def _list(body: bytes) -> object:
    page: Page[Thing] = WIRE.list(Scope(THINGS)).read(Response(200, {}, body))
    return [*map(_told, page.rows), *([str(page.next)] if page.next else [])]


READERS: dict[str, Callable[[bytes], object]] = {
    "plain": codec.read,
    "get": _get,
    "list": _list,
    "made": lambda body: WIRE.create(Scope(THINGS), {}).read(Response(201, {"location": "/v2/things/7"}, body)),
}


def one(text: str) -> bytes:
    """A record with its id, the mark, and this beside it."""
    return f'{{"id":7,"name":"{MARK}"{"," if text else ""}{text}}}'.encode()


def seen(**values: object) -> dict[str, object]:
    return {**ONE, **values}


def lost(*columns: str) -> dict[str, object]:
    return {**ONE, "unread": list(columns)}


NUMBERS: tuple[tuple[str, object], ...] = (
    ("0", Decimal("0")),
    ("-0", Decimal("0")),
    ("1", Decimal("1")),
    ("1.0", Decimal("1.0")),
    ("0.575", Decimal("0.575")),
    ("76.9", Decimal("76.9")),
    ("-3.25", Decimal("-3.25")),
    ("1e2", Decimal("100")),
    ("1E2", Decimal("100")),
    ("1.5e1", Decimal("15")),
    ("2.50", Decimal("2.50")),
    ("0.1", Decimal("0.1")),
    ("0.30000000000000004", None),
    ("123456789012345.12", Decimal("123456789012345.12")),
    ("1e-2", Decimal("0.01")),
    ("1e14", Decimal("1e14")),
    ("1e999", ...),
    ("-1e999", ...),
    ("1e-999", ...),
    ("1e99999999", ...),
    ("9" * 16, ...),
    ("9" * 101, ...),
    ("1" * 4_000 + ".5", ...),
    ("0." + "1" * 21, ...),
    ("NaN", ...),
    ("Infinity", ...),
    ("-Infinity", ...),
    ('"1.0"', Decimal("1.0")),
    ('" 2.5 "', Decimal("2.5")),
    ('"1,5"', ...),
    ('"1e2"', ...),
    ('"٣"', ...),
    ('"x"', ...),
    ('""', ""),
    ("null", ""),
    ("true", ...),
    ("false", ...),
    ("[]", ...),
    ("{}", ...),
    ("[1]", ...),
    ('{"a":1}', ...),
)
IDS: tuple[tuple[str, object], ...] = (
    ("1", 1),
    ("2436000000", 2436000000),
    ("9007199254740993", 9007199254740993),
    ("999999999999999999", 999999999999999999),
    ("9223372036854775807", ...),
    ("-5", ...),
    ('"301"', 301),
    ('" 301 "', 301),
    ("null", ""),
    ("1.0", ...),
    ("1.5", ...),
    ("1e3", 1000),
    ("10000000000000000000000", ...),
    ("9" * 200, ...),
    ("true", ...),
    ('"three"', ...),
    ("[]", ...),
    ("{}", ...),
    ('""', ""),
)
TRUTHS: tuple[tuple[str, object], ...] = (
    ("true", True),
    ("false", False),
    ('"true"', True),
    ('"FALSE"', False),
    ('" true "', True),
    ("null", ""),
    ("1", ...),
    ("0", ...),
    ('"yes"', ...),
    ('"1"', ...),
    ("[]", ...),
    ("{}", ...),
    ("1.0", ...),
    ('"' + "t" * 2_000 + '"', ...),
)
DAYS: tuple[tuple[str, object], ...] = (
    ('"2026-03-02"', "2026-03-02"),
    ('" 2026-03-02 "', "2026-03-02"),
    ("null", ""),
    ('"20260302"', ...),
    ('"2026-02-30"', ...),
    ('"02/03/2026"', ...),
    ('"2026-03-02T00:00:00Z"', ...),
    ("20260302", ...),
    ("[]", ...),
    ('"0000-01-01"', ...),
    ('"٢٠٢٦-٠٣-٠٢"', ...),
    ("true", ...),
    ("{}", ...),
    ('""', ""),
)
INSTANTS: tuple[tuple[str, object], ...] = (
    ('"2026-03-02T09:00:00Z"', "2026-03-02 09:00:00+00:00"),
    ('"2026-03-02T10:00:00+01:00"', "2026-03-02 09:00:00+00:00"),
    ('"2026-03-02 09:00:00Z"', "2026-03-02 09:00:00+00:00"),
    ('"2026-03-02T09:00:00.5Z"', "2026-03-02 09:00:00.500000+00:00"),
    ('"2026-03-02T09:00:00"', ...),
    ('"2026-03-02"', ...),
    ("1772442000", ...),
    ('"2026-03-02T25:00:00Z"', ...),
    ('"9999-12-31T23:59:59-14:00"', ...),
    ("null", ""),
    ("[]", ...),
    ('"now"', ...),
)
TEXTS: tuple[tuple[str, object], ...] = (
    ('"a"', "a"),
    ('""', ""),
    ('"  a  "', "  a  "),
    ('"a\\r\\nb"', "a\r\nb"),
    ('"\\u00e9"', "é"),
    ('"\\ud83d\\ude00"', "😀"),
    ('"\\u0000"', "\x00"),
    ('"\\""', '"'),
    ('"\\/"', "/"),
    ('"[{"', "[{"),
    ('"' + "[" * 50 + '"', "[" * 50),
    ('"\\\\"', "\\"),
    ('["a","b"]', "a, b"),
    ("[]", ""),
    ('["a",1]', ...),
    ("1", ...),
    ("1.5", ...),
    ("true", ...),
    ("{}", ...),
    ('{"a":"b"}', ...),
    ('[["a"]]', ...),
    ('"<b>&amp;</b>"', "<b>&amp;</b>"),
    ('"ignore all rules"', "ignore all rules"),
)
KINDS = (
    ("hours", "hours", NUMBERS),
    ("is_active", "active", TRUTHS),
    ("starts_on", "starts_on", DAYS),
    ("created_at", "created_at", INSTANTS),
)
SYNTAX: tuple[tuple[str, str], ...] = (
    ("cut within a name", '{"id":7,"na'),
    ("cut within a text", '{"id":7,"name":"x'),
    ("cut behind a comma", '{"id":7,'),
    ("cut behind a colon", '{"id":'),
    ("cut within a list", '{"id":7,"a":[1,2'),
    ("no end", '{"id":7'),
    ("cut within a word", '{"id":7,"a":tru'),
    ("cut within an escape", '{"id":7,"a":"\\u12'),
    ("a comma too many", '{"id":7,}'),
    ("a comma too many in a list", '{"id":7,"a":[1,]}'),
    ("two commas", '{"id":7,,"a":1}'),
    ("single quotes", "{'id':7}"),
    ("a name without quotes", "{id:7}"),
    ("a comment", '{"id":7/* x */}'),
    ("a comment before", '{// x\n"id":7}'),
    ("two documents", '{"id":7}{"id":8}'),
    ("two documents by line", '{"id":7}\n{"id":8}'),
    ("something behind", '{"id":7} x'),
    ("a number with a leading zero", '{"id":07}'),
    ("a number with a plus", '{"id":+7}'),
    ("a number without its end", '{"id":7.}'),
    ("a number without its start", '{"id":.7}'),
    ("a hexadecimal number", '{"id":0x7}'),
    ("True", '{"id":7,"a":True}'),
    ("None", '{"id":7,"a":None}'),
    ("undefined", '{"id":7,"a":undefined}'),
    ("a bare line break in a text", '{"id":7,"a":"x\ny"}'),
    ("a bare tab in a text", '{"id":7,"a":"x\ty"}'),
    ("an escape nobody knows", '{"id":7,"a":"\\x41"}'),
    ("an end of another kind", '{"id":7]'),
    ("a stray end", '{"id":7}}'),
    ("a name alone", '{"id"}'),
    ("no colon", '{"id" 7}'),
    ("a number as a name", "{7:7}"),
    ("null as a name", "{null:7}"),
    ("an equals sign", '{"id"=7}'),
    ("a list in an odd order", '{"id":7,"a":]1[}'),
    ("a semicolon", '{"id":7;}'),
)
ROOTS: tuple[tuple[str, bytes], ...] = (
    ("a text", b'"x"'),
    ("a number", b"7"),
    ("null", b"null"),
    ("true", b"true"),
    ("a web page", b"<!DOCTYPE html><html></html>"),
    ("XML", b"<client><id>7</id></client>"),
    ("words", b"Bad Request"),
    ("JSON for a script", b')]}\',\n{"id":7}'),
    ("a callback", b'call({"id":7})'),
    ("a minus", b"-"),
    ("NaN", b"NaN"),
    ("a form", b"id=7&name=x"),
    ("YAML", b"id: 7"),
)


def columns() -> Iterator[Case]:
    for element, column, values in KINDS:
        for number, (text, expect) in enumerate(values):
            name = f"{element} {number}: {text[:20]}"
            yield Case(
                name, lost(column) if expect is ... else _value(column, expect, text), one(f'"{element}":{text}')
            )
    for number, (text, expect) in enumerate(TEXTS):
        body = f'{{"id":7,"name":{text}}}'.encode()
        told = {"id": 7, "unread": ["name"]} if expect is ... else {"id": 7, "name": expect}
        yield Case(f"text {number}: {text[:20]}", told, body)
    for number, (text, expect) in enumerate(IDS):
        told = lost("project_id") if expect is ... else seen(**({"project_id": expect} if expect != "" else {}))
        yield Case(f"reference {number}: {text[:20]}", told, one(f'"project":{{"id":{text}}}'))


def _value(column: str, expect: object, text: str) -> dict[str, object]:
    if expect == "":
        return seen()
    if expect is None:
        return seen(**{column: Decimal(text)})
    if column in ("starts_on", "created_at"):
        return seen(**{column: (date if column == "starts_on" else datetime).fromisoformat(str(expect))})
    return seen(**{column: expect})


def shapes() -> Iterator[Case]:
    yield Case("a reference that is a number", lost("project", "project_id"), one('"project":301'))
    yield Case("a reference that is a list", lost("project", "project_id"), one('"project":[{"id":301}]'))
    yield Case("a reference that is a text", lost("project", "project_id"), one('"project":"301"'))
    yield Case("a reference that is null", seen(), one('"project":null'))
    yield Case("a reference without an id", seen(project="P"), one('"project":{"name":"P"}'))
    yield Case(
        "a reference with more", seen(project_id=301, project="P"), one('"project":{"id":301,"name":"P","x":[]}')
    )
    yield Case("a truth the other way round", seen(deactivated=True), one('"is_open":false'))
    yield Case("a truth the other way round, null", seen(), one('"is_open":null'))
    yield Case("fields nobody knows", seen(), one('"x":1,"y":{"z":[{"id":9}]},"active":true,"client":{"id":1}'))
    yield Case("only an id", {"id": 7}, b'{"id":7}')
    yield Case("an empty object", "missing-id", b"{}")
    yield Case("an id that is null", "missing-id", b'{"id":null}')
    yield Case("an id that is a text", {"id": 7}, b'{"id":"7"}')
    yield Case("an id that is a word", "value-of-id", b'{"id":"x"}')
    yield Case("an id that is an object", "value-of-id", b'{"id":{"id":7}}')
    yield Case("another id", "another-record", b'{"id":8}')
    yield Case("a list for a record", "unexpected-root", b'[{"id":7}]')
    yield Case("the same name twice, alike", seen(hours=Decimal(1)), one('"hours":1,"hours":1'))
    yield Case("the same name twice, not alike", lost("hours"), one('"hours":1,"hours":2'))
    yield Case("the id twice, not alike", "duplicate-element", b'{"id":7,"id":8}')
    yield Case(
        "a reference twice, not alike", lost("project", "project_id"), one('"project":{"id":1},"project":{"id":2}')
    )
    yield Case("half of a pair of surrogates", "half-letter", one('"x":"\\ud83d"'))
    yield Case("halves in the wrong order", "half-letter", one('"x":"\\ude00\\ud83d"'))
    yield Case("made, by both", 7, b'{"id":7}', "made")
    yield Case("made, two ids", None, b'{"id":8}', "made")
    yield Case("made, without a body", 7, b"", "made")
    yield Case("made, a web page", 7, b"<html></html>", "made")
    yield Case("made, an id that is true", 7, b'{"id":true}', "made")
    yield Case("made, an id that is a text", 7, b'{"id":"8"}', "made")


def page(rows: object = (ONE,), **more: object) -> bytes:
    return json.dumps({"things": rows, "total_pages": 1, "links": {"next": None}, **more}).encode()


def following(link: object) -> bytes:
    return page(links={"next": link})


def lists() -> Iterator[Case]:
    yield Case("a list", [ONE], page(), "list")
    yield Case("an empty list", [], page([]), "list")
    yield Case("a list without links", [ONE], b'{"things":[{"id":7,"name":"%s"}]}' % MARK.encode(), "list")
    yield Case("a list that is null", "unexpected-root", page(None), "list")
    yield Case("a list that is an object", "unexpected-root", page({"id": 7}), "list")
    yield Case("a list that is a text", "unexpected-root", page("x"), "list")
    yield Case("a list of another name", "unexpected-root", b'{"clients":[]}', "list")
    yield Case("a list at the top", "unexpected-root", b'[{"id":7}]', "list")
    yield Case("an error for a list", "unexpected-root", b'{"message":"x"}', "list")
    rows: tuple[tuple[str, object], ...] = (("null", None), ("a number", 7), ("a text", "x"), ("a list", []))
    for name, row in rows:
        yield Case(f"a row that is {name}", "not-a-record", page([ONE, row]), "list")
    yield Case("a row without an id", "missing-id", page([ONE, {"name": "x"}]), "list")
    yield Case(
        "a cell that cannot be read costs itself",
        [{"id": 8, "unread": ["hours"]}, ONE],
        page([{"id": 8, "hours": "x"}, ONE]),
        "list",
    )
    for name, link, told in (
        ("by a cursor", "https://api.kestrel.example/v2/things?cursor=eyJ&per_page=9", "cursor=eyJ&per_page=9"),
        ("by another name of the host", "https://other.example/api/v2/things?page=2", "page=2"),
        ("by a path alone", "/v2/things?page=2", "page=2"),
    ):
        yield Case(f"a next page {name}", [ONE, told], following(link), "list")
    wrong: tuple[tuple[str, object, str], ...] = (
        ("of another list", "https://api.kestrel.example/v2/clients?page=2", "another-page"),
        ("without a query", "https://api.kestrel.example/v2/things", "another-page"),
        ("that is a number", 2, "another-page"),
        ("that is an object", {"page": 2}, "another-page"),
        ("that is empty", "", "another-page"),
        ("that is no address", "http://[::1", "another-page"),
        ("with a token", "https://api.kestrel.example/v2/things?access_token=x", "foreign-address"),
        ("with another account", "https://api.kestrel.example/v2/things?account_id=2&page=2", "foreign-address"),
    )
    for name, at, code in wrong:
        yield Case(f"a next page {name}", code, following(at), "list")
    yield Case("links that are a list", [ONE], page(links=[]), "list")
    yield Case("links that are null", [ONE], page(links=None), "list")


def roots() -> Iterator[Case]:
    for name, text in SYNTAX:
        yield Case(name, "syntax", text.encode())
    for name, body in ROOTS:
        yield Case(f"root: {name}", "not-json", body)
    for name, body in (("nothing", b""), ("blanks", b" \r\n\t "), ("a mark alone", b"\xef\xbb\xbf")):
        yield Case(f"root: {name}", "empty", body)
    whole = json.dumps(ONE)
    yield Case("a byte order mark", ONE, b"\xef\xbb\xbf" + whole.encode())
    yield Case("blanks around", ONE, f" \n\t{whole}\r\n ".encode())
    for coding in ("utf-16", "utf-32"):
        yield Case(f"in {coding}", "utf-16-or-32", whole.encode(coding))
        yield Case(f"in {coding}, without a mark", "nul-byte", whole.encode(f"{coding}-le"))
    yield Case("in Latin-1", "encoding", '{"id":7,"name":"é"}'.encode("latin-1"))
    yield Case("half of a letter", "encoding", b'{"id":7,"name":"\xc3"}')
    yield Case("an overlong letter", "encoding", b'{"id":7,"name":"\xc0\xaf"}')
    yield Case("a surrogate in UTF-8", "encoding", b'{"id":7,"name":"\xed\xa0\x80"}')
    yield Case("a NUL in a text", "nul-byte", b'{"id":7,"name":"\x00"}')
    for at in range(1, len(whole), 2):
        yield Case(f"cut after {at} bytes", "syntax", whole[:at].encode())


def deep(times: int) -> bytes:
    return b'{"id":7,"x":' + b"[" * times + b"]" * times + b"}"


def sizes() -> Iterator[Case]:
    yield Case("as deep as allowed", {"id": 7}, deep(codec.MOST_DEPTH - 1))
    yield Case("one too deep", "too-deep", deep(codec.MOST_DEPTH))
    yield Case("a thousand deep", "too-deep", deep(1_000))
    yield Case("a million deep", "too-many-values", lambda: deep(1_000_000))
    yield Case("a million deep, never closed", "too-many-values", lambda: b'{"id":7,"x":' + b"[" * 1_000_000)
    yield Case("objects a million deep", "too-many-values", lambda: b'{"id":' * 1_000_000)
    yield Case("100,000 deep", "too-deep", lambda: deep(100_000))
    yield Case("brackets in a text", {"id": 7}, lambda: b'{"id":7,"x":"' + b"[{" * 1_000_000 + b'"}')
    yield Case("escaped quotes in a text", {"id": 7}, lambda: b'{"id":7,"x":"' + b'\\"[' * 1_000_000 + b'"}')
    yield Case("a text that never ends", "syntax", lambda: b'{"id":7,"x":"' + b"x" * 11_000_000)
    yield Case("a text as long as allowed", {"id": 7}, lambda: b'{"id":7,"x":"' + b"x" * 11_000_000 + b'"}')
    yield Case("too many bytes", "too-large", lambda: b'{"id":7,"x":"' + b"x" * codec.CAP + b'"}')
    yield Case("too many bytes of blanks", "too-large", lambda: b'{"id":7}' + b" " * codec.CAP)
    yield Case("many commas in a text", {"id": 7}, lambda: b'{"id":7,"x":"' + b"," * 5_000_000 + b'"}')
    yield Case("too many numbers", "too-many-values", lambda: b'{"id":7,"x":[' + b"1," * 5_000_000 + b"1]}")
    yield Case("too many empty objects", "too-many-values", lambda: b'{"id":7,"x":[' + b"{}," * 3_000_000 + b"1]}")
    yield Case(
        "too many rows", "too-many-values", lambda: b'{"things":[' + b'{"id":7},' * 500_000 + b'{"id":7}]}', "list"
    )
    yield Case("too many names", "too-many-values", lambda: b'{"id":7,' + b'"a":1,' * 500_000 + b'"b":1}')
    yield Case(
        "emoji that widen a text", "too-large", lambda: b'{"id":7,"x":"' + b"x" * 10_000_000 + "😀".encode() + b'"}'
    )
    yield Case("emoji in a small text", {"id": 7}, lambda: '{{"id":7,"x":"{}"}}'.format("😀" * 100_000).encode())
    yield Case("a number of a million digits", lost("hours"), lambda: one(f'"hours":{"1" * 1_000_000}'))
    yield Case("a fraction of a million digits", lost("hours"), lambda: one(f'"hours":0.{"1" * 1_000_000}'))
    yield Case(
        "200,000 different numbers",
        {"id": 7},
        lambda: b'{"id":7,"x":[' + b",".join(b"%d.5" % n for n in range(200_000)) + b"]}",
    )
    yield Case("a name of a million letters", {"id": 7}, lambda: b'{"id":7,"' + b"x" * 1_000_000 + b'":1}')
    yield Case(
        "the same name 100,000 times",
        {"id": 7},
        lambda: b'{"id":7,' + b",".join(b'"a":%d' % n for n in range(100_000)) + b"}",
    )


PLAIN: tuple[tuple[str, Any], ...] = (
    ("{}", {}),
    ("[]", []),
    ('{"a":0.1}', {"a": Decimal("0.1")}),
    ('{"a":1.10}', {"a": Decimal("1.10")}),
    ('{"a":12345678901234567890}', {"a": 12345678901234567890}),
    ('{"a":1e5}', {"a": Decimal("1e5")}),
    ('{"a":1e999}', {"a": "1e999"}),
    ('{"a":NaN}', {"a": "NaN"}),
    ('{"a":-Infinity}', {"a": "-Infinity"}),
    ('{"a":[true,false,null]}', {"a": [True, False, None]}),
    ('{"a":{"b":{"c":1}}}', {"a": {"b": {"c": 1}}}),
    ('{"a":1,"a":2}', {"a": [1, 2]}),
    ('{"a":1,"a":1}', {"a": 1}),
    ('{"":1}', {"": 1}),
    ('{"a":"\\u2028"}', {"a": "\u2028"}),
)

SMALL = [
    *columns(),
    *shapes(),
    *lists(),
    *roots(),
    *(Case(f"plain: {text}", value, text.encode(), "plain") for text, value in PLAIN),
]
BULK = [*sizes()]
CASES = [*SMALL, *BULK]
