"""The daily API on the wire: its addresses and bodies, and a GET that is a write (harvest-v1 18)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from harvest_mcp.errors import Malformed, TooSlow, Unavailable
from harvest_mcp.gateway.retry import decide
from harvest_mcp.spec import Scope, Value
from harvest_mcp.spec.exchange import Request, Response
from harvest_mcp.systems.harvest import TIME_ENTRIES
from harvest_mcp.wire import xml
from tests.holds import holds_for

(TIMER,) = TIME_ENTRIES.actions
ANAS = TIME_ENTRIES.under({"of_user": 34, "spent_at": date(2016, 12, 31)})
OF = (("of_user", "34"),)
VALUES: dict[str, Value] = {"spent_at": date(2018, 3, 5), "project_id": 301, "hours": Decimal("1.50"), "notes": None}
BODY = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n<request>"
    b'<spent_at type="date">2018-03-05</spent_at><project_id type="integer">301</project_id>'
    b'<hours type="decimal">1.50</hours><notes nil="true"/></request>'
)


@holds_for(
    ("made", "request_"),
    [
        (TIME_ENTRIES.wire.list(Scope(TIME_ENTRIES)).request, Request("GET", "/daily")),
        (ANAS.resource.wire.list(ANAS).request, Request("GET", "/daily/366/2016", OF)),
        (ANAS.resource.wire.get(ANAS, 9).request, Request("GET", "/daily/show/9", OF)),
        (ANAS.resource.wire.create(ANAS, VALUES).request, Request("POST", "/daily/add", OF, BODY)),
        (ANAS.resource.wire.update(ANAS, 9, VALUES).request, Request("POST", "/daily/update/9", OF, BODY)),
        (ANAS.resource.wire.delete(ANAS, 9).request, Request("DELETE", "/daily/delete/9", OF)),
        (ANAS.resource.wire.act(ANAS, TIMER, 9).request, Request("GET", "/daily/timer/9", OF, acts=True)),
    ],
)
def test_a_verb_has_its_own_address_and_says_whose_it_is(made: Request, request_: Request) -> None:
    """18: underscored names, the root `request`, `of_user` on any call."""
    assert made == request_


def test_the_timer_is_a_write_although_it_is_a_get() -> None:
    """18, [rec]: no retry, no cache."""
    timer = TIME_ENTRIES.wire.act(Scope(TIME_ENTRIES), TIMER, 9).request
    assert timer.writes
    assert {decide(timer, failure("")) for failure in (Unavailable, TooSlow)} == {"in doubt"}
    assert not TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 9).request.writes


@pytest.mark.parametrize("root", ["add", "timer", "day_entry", "anything"])
def test_an_entry_is_found_below_whatever_root(root: str) -> None:
    """18, 29 row 6: the first `day_entry`."""
    inner = "<id>9</id><hours type='float'>2.06</hours>"
    wrapped = f"<{root}>{inner}</{root}>" if root == "day_entry" else f"<{root}><day_entry>{inner}</day_entry></{root}>"
    answer = Response(201, {}, wrapped.encode())
    assert TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 9).read(answer).hours == Decimal("2.06")
    assert TIME_ENTRIES.wire.create(Scope(TIME_ENTRIES), {}).read(answer) == 9


@holds_for(
    "body",
    [
        b"<add/>",
        b"<error><kind>UserNotAssigned</kind><message>no</message></error>",
        b"<add><day_entry>9</day_entry></add>",
        b"<add><day_entry><hours>1</hours></day_entry></add>",
        b"<add><day_entry><id>9</id><id>10</id></day_entry></add>",
        b"<add>" * 20 + b"</add>" * 20,
        b"<!DOCTYPE add><add><day_entry><id>9</id></day_entry></add>",
    ],
)
def test_what_holds_no_entry_is_none(body: bytes) -> None:
    with pytest.raises(Malformed):
        TIME_ENTRIES.wire.create(Scope(TIME_ENTRIES), {}).read(Response(201, {}, body))


@pytest.mark.parametrize("text", ["1.25", "", "soon", "<b>1</b>"])
def test_what_is_said_aside_never_spoils_an_answer(text: str) -> None:
    """18: `hours_for_previously_running_timer` is there when another timer was stopped."""
    name = "hours_for_previously_running_timer"
    body = f"<add><day_entry><id>9</id></day_entry><{name}>{text}</{name}></add>".encode()
    made = TIME_ENTRIES.wire.create(Scope(TIME_ENTRIES), {})
    assert made.aside is not None
    assert made.aside(Response(201, {}, body)) == (Decimal("1.25") if text == "1.25" else None)
    assert made.read(Response(201, {}, body)) == 9


@pytest.mark.parametrize(
    ("started", "read"),
    [
        ("Mon, 05 Mar 2018 10:15:00 +0000", datetime(2018, 3, 5, 10, 15, tzinfo=UTC)),
        ("Thu, 17 Nov 2011 05:19:57 -0500", datetime(2011, 11, 17, 10, 19, 57, tzinfo=UTC)),
        ("2018-03-05T10:15:00Z", datetime(2018, 3, 5, 10, 15, tzinfo=UTC)),
        ("", None),
    ],
)
def test_instants_come_in_words_or_not(started: str, read: datetime | None) -> None:
    """5.2; 27: an entry runs exactly while it says since when."""
    body = f"<timer><day_entry><id>9</id><timer_started_at>{started}</timer_started_at></day_entry></timer>"
    entry = TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 9).read(Response(200, {}, body.encode()))
    assert (entry.timer_started_at, entry.running) == (read, read is not None)


@pytest.mark.parametrize("started", ["Mon, 99 Mar 2018 10:15:00 +0000", "Mon, 05 Mar 2018", "Lun, 05 Mar 2018 1:1:1 Z"])
def test_other_words_are_no_instant_and_yet_say_that_a_timer_runs(started: str) -> None:
    body = f"<timer><day_entry><id>9</id><timer_started_at>{started}</timer_started_at></day_entry></timer>"
    entry = TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 9).read(Response(200, {}, body.encode()))
    assert (entry.timer_started_at, entry.running, [*entry.unread]) == (None, True, ["timer_started_at"])


def test_the_first_of_a_name_is_found_in_the_order_of_the_document() -> None:
    document = xml.read(b"<a><b type='array'><c><d><x>1</x></d></c></b><d><x>2</x></d></a>")
    assert document.first("d").children == [("x", "1")]
    assert document.first("a") is document
