"""Which request a verb is, and what an answer means."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product

import pytest

from harvest_mcp.errors import CallFailed, NotFound, NotTheApi, Refused, Throttled, Unauthorized, Unavailable
from harvest_mcp.spec import Filter, Scalar, Scope
from harvest_mcp.spec.exchange import Exchange, Method, Request, Response
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, INVOICES, PROJECTS, RATE_LIMIT, WHO_AM_I
from harvest_mcp.wire import rails, verdicts
from tests.holds import holds_for

Kind = type[CallFailed] | None
NOW = datetime(2026, 1, 31, 9, 0, 0, tzinfo=UTC)
SINCE = datetime(2026, 1, 31, 10, 30, 59, tzinfo=timezone(timedelta(hours=1)))
XML = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def by(name: str, *, of: tuple[Filter, ...] = CONTACTS.filters) -> Filter:
    return next(item for item in of if item.name == name)


def test_both_headers_go_with_every_call() -> None:
    assert HARVEST.dialect.headers == rails.HEADERS == {"Accept": "application/xml", "Content-Type": "application/xml"}


@holds_for(
    ("made", "request_"),
    [
        (CONTACTS.wire.list(Scope(CONTACTS)), Request("GET", "/contacts")),
        (CLIENTS.wire.list(Scope(CLIENTS)), Request("GET", "/clients")),
        (
            CONTACTS.wire.list(Scope(CONTACTS), [(by("updated_since"), SINCE)]),
            Request("GET", "/contacts", (("updated_since", "2026-01-31 09:30"),)),
        ),
        (
            CONTACTS.wire.list(Scope(CONTACTS), [(by("updated_since"), date(2026, 1, 31))]),
            Request("GET", "/contacts", (("updated_since", "2026-01-31"),)),
        ),
        (CONTACTS.wire.list(Scope(CONTACTS), [(by("client"), 11072)]), Request("GET", "/clients/11072/contacts")),
        (
            CONTACTS.wire.list(Scope(CONTACTS), [(by("updated_since"), SINCE), (by("client"), 11072)]),
            Request("GET", "/clients/11072/contacts", (("updated_since", "2026-01-31 09:30"),)),
        ),
        (
            CLIENTS.wire.list(Scope(CLIENTS), [(by("active", of=CLIENTS.filters), True)]),
            Request("GET", "/clients"),
        ),
        (
            PROJECTS.wire.list(Scope(PROJECTS), [(by("client", of=PROJECTS.filters), 5)]),
            Request("GET", "/projects", (("client", "5"),)),
        ),
        (
            INVOICES.wire.list(Scope(INVOICES), [(by("client", of=INVOICES.filters), 5)]),
            Request("GET", "/invoices", (("client", "5"),)),
        ),
        (CONTACTS.wire.get(Scope(CONTACTS), 9), Request("GET", "/contacts/9")),
        (CLIENTS.wire.get(Scope(CLIENTS), 4101), Request("GET", "/clients/4101")),
        (HARVEST.dialect.view(WHO_AM_I), Request("GET", "/account/who_am_i")),
        (HARVEST.dialect.view(RATE_LIMIT), Request("GET", "/account/rate_limit_status")),
        (
            CONTACTS.wire.create(Scope(CONTACTS), {"last_name": "Doe", "client_id": 9}),
            Request(
                "POST",
                "/contacts",
                body=XML + b'<contact><client-id type="integer">9</client-id><last-name>Doe</last-name></contact>',
            ),
        ),
        (
            CLIENTS.wire.update(Scope(CLIENTS), 5, {"details": None}),
            Request("PUT", "/clients/5", body=XML + b'<client><details nil="true"/></client>'),
        ),
        (CONTACTS.wire.delete(Scope(CONTACTS), 9), Request("DELETE", "/contacts/9")),
        (CLIENTS.wire.delete(Scope(CLIENTS), 5), Request("DELETE", "/clients/5")),
        (CLIENTS.wire.act(Scope(CLIENTS), CLIENTS.actions[0], 5), Request("POST", "/clients/5/toggle")),
    ],
)
def test_a_verb_is_exactly_this_request(made: Exchange[object], request_: Request) -> None:
    assert made.request == request_


@pytest.mark.parametrize(("method", "writes"), [("GET", False), ("POST", True), ("PUT", True), ("DELETE", True)])
def test_everything_but_get_writes(method: Method, writes: bool) -> None:
    assert Request(method, "/contacts").writes is writes


def test_lists_records_and_views_are_read_from_the_body() -> None:
    one = b"<contact><id>9</id><fax>1</fax></contact>"
    record = CONTACTS.record(id=9, fax="1")
    assert CONTACTS.wire.list(Scope(CONTACTS)).read(Response(200, {}, b"<contacts>" + one + b"</contacts>")).rows == [
        record
    ]
    assert CONTACTS.wire.get(Scope(CONTACTS), 9).read(Response(200, {}, one)) == record
    limit = HARVEST.dialect.view(RATE_LIMIT).read(
        Response(200, {}, b"<hash><max-calls>100</max-calls><timeframe-limit>15</timeframe-limit></hash>")
    )
    assert limit == RATE_LIMIT.record(max_calls=100, timeframe_limit=15)


@holds_for("body", [b"", b" ", b"<contact><id>9</id></contact>", b"\x00", b"<!DOCTYPE a>", b"<html>"])
def test_the_body_of_a_write_is_never_read(body: bytes) -> None:
    answer = Response(200, {}, body)
    assert CONTACTS.wire.create(Scope(CONTACTS), {"last_name": "Doe"}).read(answer) is None
    assert [
        made.read(answer)
        for made in (
            CONTACTS.wire.update(Scope(CONTACTS), 9, {"fax": "1"}),
            CONTACTS.wire.delete(Scope(CONTACTS), 9),
            CLIENTS.wire.act(Scope(CLIENTS), CLIENTS.actions[0], 9),
        )
    ] == [None, None, None]


@holds_for(
    ("location", "id"),
    [
        ("/contacts/123", 123),
        ("/clients/4101", 4101),
        ("https://sub.harvestapp.com/contacts/123", 123),
        ("http://127.0.0.1:8080/contacts/123", 123),
        ("/contacts/123/", 123),
        ("/contacts/123.xml", 123),
        ("/invoice/7/payments/123", 123),
        ("/invoice_categories/123", 123),
        ("contacts/123", 123),
        (" /contacts/123 ", 123),
        ("/expenses", None),
        ("", None),
        (None, None),
        ("https://team42.harvestapp.com/expenses", None),
        ("http://127.0.0.1:8080/expenses", None),
        ("/contacts/123?page=2", 123),
        ("/contacts/123#4", 123),
        ("/contacts/12345678901234567890", None),
        ("/contacts/١٢٣", None),
    ],
)
def test_a_create_reads_as_the_last_number_of_its_location(location: str | None, id: int | None) -> None:
    headers = {} if location is None else {"location": location}
    made = CONTACTS.wire.create(Scope(CONTACTS), {"last_name": "Doe"})
    assert made.read(Response(201, headers, b"")) == id


PAGE, ERROR, PLAIN = b"<!DOCTYPE html><html>", b"<error><message>From the body.</message></error>", b"<contacts/>"
NOTHING, HINT, WAIT = dict[str, str](), {"hint": 'Has "active" projects.'}, {"retry-after": "7"}

READ, WRITE = Request("GET", "/contacts/9"), Request("PUT", "/contacts/9", body=b"<contact/>")
DOOR = Request("GET", "/account/who_am_i")
BOTH = (READ, WRITE)
XMLS, ALL = (b"", PLAIN, ERROR), (b"", PLAIN, ERROR, PAGE)
REDIRECTS, FAULTS, RULES = (301, 302, 304, 307), (500, 502, 504, 599), (400, 403, 409, 422)

UNAUTHORIZED = "Harvest does not accept the credentials ({status}). Check them with `harvest-mcp doctor`."
NOT_FOUND = "Harvest knows no /contacts/9, or this user may not see it ({status})."
FAILED = "Harvest failed to answer ({status}). Try again in a minute."
WAIT_7 = "Harvest is throttling this account ({status}). Wait 7 seconds and call again."
WAIT_16 = "Harvest is throttling this account ({status}). Wait 16 seconds and call again."
A_PAGE = "The address answered with a web page ({status}) instead of Harvest's XML. "
NO_DOOR = "The address knows no /account/who_am_i ({status}), which Harvest's XML API has. "
A_REDIRECT = "The address answered with a redirect ({status}) instead of Harvest's XML. "
MOVE = (
    "move to API v2: make a token at id.getharvest.com/developers, set HARVEST_ACCESS_TOKEN, and take HARVEST_URL,"
    " HARVEST_EMAIL and HARVEST_PASSWORD out."
)
CHECK = "Check the address with `harvest-mcp doctor`."
GONE, MAYBE = f"{CHECK} The API seems to be off there; {MOVE}", f" If the API is off there, {MOVE}"
REFUSED = "Harvest refused this ({status})."
REFUSED_BY_A_PAGE = "Harvest refused this ({status}) with a web page. "
HINTED = "Harvest refused this ({status}): \"Has 'active' projects.\" (Harvest's words)."
NOT_FOUND_HINTED = NOT_FOUND[:-1] + ": \"Has 'active' projects.\" (Harvest's words)."
NOT_FOUND_TOLD = NOT_FOUND[:-1] + ': "From the body." (Harvest\'s words).'
TOLD = 'Harvest refused this ({status}): "From the body." (Harvest\'s words).'

# Statuses, requests, headers, bodies, and what all of their combinations mean.
TABLE: list[tuple[Iterable[int], Iterable[Request], Iterable[dict[str, str]], Iterable[bytes], Kind, str]] = [
    ((200, 201, 204), BOTH, (NOTHING, HINT, WAIT), XMLS, None, ""),
    ((200, 201, 204), (READ,), (NOTHING, HINT), (PAGE,), NotTheApi, A_PAGE + CHECK + MAYBE),
    ((200, 201, 204), (DOOR,), (NOTHING, HINT), (PAGE,), NotTheApi, A_PAGE + GONE),
    ((200, 201, 204), (WRITE,), (NOTHING, HINT), (PAGE,), Unavailable, A_PAGE + CHECK),
    (REDIRECTS, (READ,), (NOTHING, HINT), ALL, NotTheApi, A_REDIRECT + CHECK + MAYBE),
    (REDIRECTS, (DOOR,), (NOTHING, HINT), ALL, NotTheApi, A_REDIRECT + GONE),
    (REDIRECTS, (WRITE,), (NOTHING, HINT), ALL, Unavailable, A_REDIRECT + CHECK),
    ((401,), BOTH, (NOTHING, HINT, WAIT), XMLS, Unauthorized, UNAUTHORIZED),
    ((401,), BOTH, (NOTHING, HINT, WAIT), (PAGE, b'{"error":"invalid_token"}'), Unauthorized, UNAUTHORIZED + MAYBE),
    ((404,), (READ,), (NOTHING, HINT), ALL, NotFound, NOT_FOUND),
    ((404,), (WRITE,), (NOTHING,), (b"", PLAIN, PAGE), NotFound, NOT_FOUND),
    ((404,), (WRITE,), (HINT,), ALL, NotFound, NOT_FOUND_HINTED),
    ((404,), (WRITE,), (NOTHING,), (ERROR,), NotFound, NOT_FOUND_TOLD),
    ((404, 410), (DOOR,), (NOTHING, HINT), ALL, NotTheApi, NO_DOOR + GONE),
    (RULES, BOTH, (NOTHING,), (PAGE,), Refused, REFUSED_BY_A_PAGE + CHECK),
    (RULES, BOTH, (HINT,), XMLS, Refused, HINTED),
    (RULES, BOTH, (NOTHING,), (ERROR,), Refused, TOLD),
    (RULES, BOTH, (NOTHING,), (b"", PLAIN, b"{}", b"<a"), Refused, REFUSED),
    ((503,), (READ,), (NOTHING, HINT), ALL, Throttled, WAIT_16),
    ((429, 503), BOTH, (WAIT,), ALL, Throttled, WAIT_7),
    ((429,), BOTH, (NOTHING, HINT), ALL, Throttled, WAIT_16),
    ((503,), (WRITE,), (NOTHING, HINT), ALL, Unavailable, FAILED),
    (FAULTS, BOTH, (NOTHING, HINT, WAIT), ALL, Unavailable, FAILED),
]
JUDGED = [
    (status, call, headers, body, kind, words.format(status=status))
    for statuses, calls, heads, bodies, kind, words in TABLE
    for status, call, headers, body in product(statuses, calls, heads, bodies)
]


@holds_for("status", sorted({status for status, *_ in JUDGED}))
def test_an_answer_means_exactly_this(status: int) -> None:
    meant, found = dict[str, tuple[Kind, str]](), dict[str, tuple[Kind, str]]()
    for code, call, headers, body, kind, words in JUDGED:
        if code == status:
            judged = verdicts.judge(HARVEST, call, Response(code, headers, body), now=NOW)
            case = f"{call} {headers} {body!r}"
            assert case not in meant, "no two rows of the table are about one answer"
            meant[case], found[case] = (kind, words), (type(judged) if judged else None, str(judged or ""))
    assert found == meant


def test_a_refusal_carries_the_vendors_words_and_a_throttle_its_seconds() -> None:
    no = verdicts.judge(HARVEST, WRITE, Response(400, {"hint": " Has\n active\tprojects. "}), now=NOW)
    wait = verdicts.judge(HARVEST, WRITE, Response(503, {"retry-after": "0"}), now=NOW)
    assert isinstance(no, Refused)
    assert isinstance(wait, Throttled)
    assert (no.hint, wait.seconds, wait.next) == ("Has active projects.", 0.0, "Wait 1 second and call again.")


def test_a_long_hint_is_cut() -> None:
    found = verdicts.judge(HARVEST, WRITE, Response(400, {"hint": "x" * 5_000}), now=NOW)
    assert isinstance(found, Refused)
    assert found.hint == "x" * 199 + "…"


def test_an_empty_hint_gives_way_to_the_body() -> None:
    found = verdicts.judge(HARVEST, WRITE, Response(400, {"hint": ""}, ERROR), now=NOW)
    assert isinstance(found, Refused)
    assert found.hint == "From the body."


@pytest.mark.parametrize("call", BOTH, ids=["read", "write"])
def test_every_status_means_something_and_only_success_is_success(call: Request) -> None:
    silent = [
        status
        for status in range(100, 600)
        if verdicts.judge(HARVEST, call, Response(status, {}, b""), now=NOW) is None
    ]
    assert silent == list(range(100, 300))


@holds_for(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("007", 7),
        ("3600", 3600),
        ("3601", 3600),
        ("999999999", 3600),
        ("9999999999", 16),
        ("-5", 16),
        ("1.5", 16),
        ("1e3", 16),
        ("", 16),
        (None, 16),
        ("soon", 16),
        ("7 seconds", 16),
        ("Sat, 31 Jan 2026 09:00:30 GMT", 30),
        ("Saturday, 31-Jan-26 09:00:30 GMT", 30),
        ("Sat, 31 Jan 2026 10:00:30 +0100", 30),
        ("Sat, 31 Jan 2026 09:00:00 GMT", 0),
        ("Sat, 31 Jan 2026 08:59:59 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Sat, 31 Jan 2026 10:00:01 GMT", 3600),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
        ("Sat, 31 Jan 2026 09:00:30 -0000", 16),
        ("Sat, 31 Jan 2026", 16),
        ("Sat, 32 Jan 2026 09:00:30 GMT", 16),
        ("Sat, 31 Foo 2026 09:00:30 GMT", 16),
        ("2026-01-31T09:00:30Z", 16),
        ("Sat, 31 Jan 2026 09:00:30 +99999999999999", 16),
        ("Sat, 99999999999931 Jan 2026 09:00:30 GMT", 16),
    ],
)
def test_the_wait_is_seconds_or_a_date_between_now_and_an_hour(text: str | None, seconds: float) -> None:
    assert verdicts.retry_after(text, now=NOW, missing=16) == seconds


@holds_for(
    ("text", "line"),
    [
        ("", ""),
        (" \n ", ""),
        ("No.", "No."),
        (" a \r\n\t b\u2028c\x85d ", "a b c d"),
        ('Say "no".', "Say 'no'."),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("x " * 200, "x " * 99 + "x…"),
    ],
)
def test_a_vendors_words_come_on_one_line_cut_at_200_characters(text: str, line: str) -> None:
    assert verdicts.clean(text) == line
    assert len(line) <= 200


def test_words_can_be_cut_shorter() -> None:
    assert verdicts.clean("one two", most=4) == "one…"


@pytest.mark.parametrize("value", [5, "x", True, None])
def test_a_filter_of_this_server_never_reaches_the_vendor(value: Scalar) -> None:
    made = CLIENTS.wire.list(Scope(CLIENTS), [(by("active", of=CLIENTS.filters), value)])
    assert made.request == Request("GET", "/clients")
