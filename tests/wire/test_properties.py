"""What holds for every record and every byte: values survive the wire, and nothing but Malformed comes out of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest_mcp.errors import CallFailed
from harvest_mcp.spec import Record, Resource, Scalar, Scope, fields
from harvest_mcp.spec.exchange import Method, Request, Response
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST
from harvest_mcp.wire import rails, verdicts, xml

from .case import READERS, UTF8, By, Case, many, one, outcome, quoted
from .things import THINGS

R = TypeVar("R", bound=Record)
T = TypeVar("T", bound=Callable[..., None])
Given = Mapping[str, Scalar]

QUICK = settings(max_examples=80)
SOAK = settings(max_examples=500_000)

# Every character XML can carry, with those that parsers like to change more often than chance would have it.
CHARACTERS = st.characters(codec="utf-8").filter(xml.writable)
TEXTS = st.text(st.one_of(CHARACTERS, st.sampled_from(" \t\n\r\x85\u2028\ufeff😀\U0010ffff<>&\"']]>")), max_size=40)
WHOLE, IDS = st.integers(1 - 10**15, 10**15 - 1), st.integers(1, 10**15 - 1)
VALUES: dict[type, st.SearchStrategy[Scalar]] = {
    str: TEXTS,
    int: WHOLE,
    bool: st.booleans(),
    Decimal: st.builds(lambda digits, places: Decimal(digits).scaleb(-places), WHOLE, st.integers(0, 20)),
    date: st.dates(),
    datetime: st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
    ),
}


def of(resource: Resource[Record]) -> st.SearchStrategy[dict[str, Scalar]]:
    """An id and any choice of the writable columns, null among their values."""
    columns = {item.name: st.none() | (IDS if item.identifies else VALUES[item.type]) for item in resource.writable()}
    return st.fixed_dictionaries({"id": IDS}, optional=columns)


def body(resource: Resource[Record], values: Given) -> bytes:
    return resource.wire.create(Scope(resource), values).request.body


def survives(resource: Resource[R], values: Given) -> None:
    read = resource.wire.get(Scope(resource), int(str(values["id"]))).read(Response(200, {}, body(resource, values)))
    assert read == resource.record.model_validate(values)


def survive(resource: Resource[R], rows: list[dict[str, Scalar]], chunk: int) -> None:
    root = rails.spell(resource.plural).encode()
    bodies = b"\n".join(body(resource, values).partition(b"\n")[2] for values in rows)
    answer = Response(200, {}, b"<%s>%s</%s>" % (root, bodies, root))
    assert in_chunks(chunk, lambda: resource.wire.list(Scope(resource)).read(answer).rows) == [
        resource.record.model_validate(values) for values in rows
    ]


def in_chunks(size: int, read: Callable[[], Any]) -> Any:
    usual, xml.CHUNK = xml.CHUNK, size
    try:
        return read()
    finally:
        xml.CHUNK = usual


def reads(by: By, document: bytes, chunk: int) -> None:
    """Whatever the document: values or Malformed, the same in pieces, nothing quoted, and every judgement known."""
    case = Case("any", "", document, by)
    read = case.read(document)
    assert quoted(read, document) == []
    pieces = in_chunks(chunk, lambda: case.read(document))
    assert isinstance(outcome(read), str) is isinstance(outcome(pieces), str)
    assert outcome(read) == outcome(pieces) or isinstance(outcome(read), str)
    for status in (200, 400):
        found = verdicts.judge(HARVEST, Request("GET", "/contacts"), Response(status, {}, document), now=NOW)
        assert found is None or isinstance(found, CallFailed)


NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
DOCUMENTS = [
    one("<fax>a &amp; b<!-- c --><![CDATA[<d>]]></fax><client-id type='integer'>5</client-id>", head=UTF8),
    one("<created-at>2018-03-05T09:12:44Z</created-at><phone-mobile nil='true'/>"),
    many(
        "<contact><id>8</id><fax>é😀</fax></contact> <contact><id>9</id><a type='array'><b/></a></contact>", head=UTF8
    ),
    many(root="nil-classes"),
    b'<?xml version="1.0" encoding="iso-8859-1"?><contact><id>7</id><fax>\xe9</fax></contact>',
    b"<client><id>7</id><active type='boolean'>true</active><details>a\r\nb&#13;</details></client>",
    b"<hash><company><modules><expenses>true</expenses></modules></company><user><id>1</id></user></hash>",
    b"<hash><max-calls>100</max-calls><timeframe-limit>15</timeframe-limit></hash>",
    b"<error><kind>Invalid</kind><message>No.</message></error>",
    b"<!DOCTYPE html><html><body>x</body></html>",
]
FRAGMENTS = [
    *(b"<", b">", b"/", b"&", b";", b'"', b"=", b"-", b"<a>", b"</a>", b"<b/>", b"<id>", b"</contact>", b"x:", b"\n"),
    *(b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>", b"<!DOCTYPE a>", b"&amp;", b"&#0;", b"&#x1F600;", b"&e;"),
    *(b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b", b"\r", b"9" * 20, b"NaN"),
    *(b' xmlns="u"', b' xmlns:x="u"', b' type="array"', b' nil="true"', b'<?xml version="1.0"?>', b'encoding="utf-7"'),
]
Edit = tuple[int, int, bytes]
EDITS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 30), st.sampled_from(FRAGMENTS) | st.binary(max_size=3)), max_size=5
)


def mutated(document: bytes, edits: Iterable[Edit]) -> bytes:
    """The document with pieces cut out, and others put in."""
    for at, length, put in edits:
        document = document[:at] + put + document[at + length :]
    return document


WAYS = st.sampled_from(sorted(READERS))
CHUNKS = st.integers(1, 200)
ANY = st.tuples(WAYS, st.binary(max_size=200), CHUNKS)
TAGGED = st.tuples(
    WAYS, st.binary(max_size=80).map(lambda inner: b"<contact><id>7</id>" + inner + b"</contact>"), CHUNKS
)
MUTATED = st.tuples(WAYS, st.builds(mutated, st.sampled_from(DOCUMENTS), EDITS), CHUNKS)


@pytest.mark.parametrize("resource", [CONTACTS, CLIENTS, THINGS], ids=lambda resource: resource.noun)
@given(data=st.data())
@QUICK
def test_any_record_survives_the_wire(resource: Resource[Record], data: st.DataObject) -> None:
    survives(resource, data.draw(of(resource)))


@given(st.lists(of(CONTACTS), max_size=5), CHUNKS)
@QUICK
def test_any_list_of_records_survives_the_wire(rows: list[dict[str, Scalar]], chunk: int) -> None:
    survive(CONTACTS, rows, chunk)


@given(ANY)
@QUICK
def test_any_bytes_are_read_or_malformed(document: tuple[By, bytes, int]) -> None:
    reads(*document)


@given(TAGGED)
@QUICK
def test_any_bytes_inside_a_record_are_read_or_malformed(document: tuple[By, bytes, int]) -> None:
    reads(*document)


@given(MUTATED)
@settings(QUICK, max_examples=250)
def test_any_mutation_of_a_document_is_read_or_malformed(document: tuple[By, bytes, int]) -> None:
    reads(*document)


@given(TEXTS)
@QUICK
def test_any_text_is_cleaned_to_one_line_of_bounded_length_without_our_quotes(text: str) -> None:
    line = verdicts.clean(text, most=20)
    assert len(line) <= 20
    assert '"' not in line
    assert len(line.splitlines()) <= 1
    assert line == line.strip()


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31)), st.timedeltas(timedelta(hours=-14), timedelta(hours=14))
)
@QUICK
def test_any_date_to_wait_for_comes_to_a_wait_of_at_most_an_hour(moment: datetime, ahead: timedelta) -> None:
    now, until = moment.replace(tzinfo=UTC), (moment + ahead).replace(tzinfo=UTC, microsecond=0)
    wait = verdicts.retry_after(format_datetime(until, usegmt=True), now=now, missing=16)
    assert wait == min(max((until - now).total_seconds(), 0.0), 3600.0)


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.integers(100, 599),
    st.dictionaries(st.sampled_from(["hint", "retry-after", "location"]), st.text(max_size=60)),
    st.binary(max_size=60),
)
@QUICK
def test_any_answer_is_judged(method: Method, status: int, headers: dict[str, str], found: bytes) -> None:
    failure = verdicts.judge(HARVEST, Request(method, "/contacts"), Response(status, headers, found), now=NOW)
    assert failure is None if status < 300 and not xml.looks_like_html(found) else isinstance(failure, CallFailed)


@given(st.integers(1, 10**15 - 1), st.sampled_from(["", "/", "https://sub.harvestapp.com/", "http://127.0.0.1:8080/"]))
@QUICK
def test_any_id_is_found_in_its_location(id: int, base: str) -> None:
    made = CONTACTS.wire.create(Scope(CONTACTS), {"last_name": "Doe"})
    assert made.read(Response(201, {"location": f"{base}contacts/{id}"})) == id


def test_every_writable_column_has_values_to_be_tried_with() -> None:
    resources: tuple[Resource[Record], ...] = (*HARVEST.resources, THINGS)
    columns = [item for resource in resources for item in resource.writable() if not item.many]  # lists: test_table
    assert {item.type for item in columns} == set(VALUES)
    assert all(name in fields(CONTACTS.record) for name in ("first_name", "last_name"))


@pytest.mark.soak
@pytest.mark.parametrize("resource", [CONTACTS, CLIENTS, THINGS], ids=lambda resource: resource.noun)
@given(data=st.data())
@SOAK
def test_any_of_half_a_million_records_survives_the_wire(resource: Resource[Record], data: st.DataObject) -> None:
    survives(resource, data.draw(of(resource)))


@pytest.mark.soak
@given(st.lists(of(CONTACTS), max_size=20), CHUNKS)
@SOAK
def test_any_of_half_a_million_lists_survives_the_wire(rows: list[dict[str, Scalar]], chunk: int) -> None:
    survive(CONTACTS, rows, chunk)


@pytest.mark.soak
@given(ANY | TAGGED)
@SOAK
def test_any_of_half_a_million_pieces_of_bytes_is_read_or_malformed(document: tuple[By, bytes, int]) -> None:
    reads(*document)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_any_of_twenty_million_mutated_documents_is_read_or_malformed(seed: int) -> None:
    dice = Random(seed)  # repeatable, not secret
    ways: list[By] = sorted(READERS)
    for _ in range(1_000_000):
        document = dice.choice(DOCUMENTS)
        length = len(document)
        edits = [
            (dice.randrange(length), dice.choice((0, 0, 1, 3, 12, 40)), dice.choice(FRAGMENTS))
            for _ in range(dice.choice((1, 1, 2, 3)))
        ]
        body = mutated(document, edits)
        outcome(Case("any", "", body, dice.choice(ways)).read(body))
