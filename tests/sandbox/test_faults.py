"""Faults on request, in process: how each looks, when the write is carried out, and which calls are struck."""

import gzip
import threading
import time

import anyio
import httpx
import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.sandbox.faults import Name
from tests.holds import holds_for
from tests.patience import until

from .kit import JANE, error, gone, ids, leaves, there

pytestmark = pytest.mark.anyio


async def strike(http: httpx.AsyncClient, header: str, method: str = "DELETE", path: str = JANE) -> httpx.Response:
    return await http.request(method, path, headers={"X-Sandbox-Fault": header})


async def test_a_delayed_answer_comes_late_and_the_write_is_carried_out_first(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    start = time.monotonic()
    await strike(http, "delay=0.05", "GET")
    assert time.monotonic() - start >= 0.05
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(strike, http, "delay=3600")
        await gone(sandbox)
        assert sandbox.seen[-1].status == 0
        sandbox.calm()
    assert sandbox.seen[-1].status == 200


async def test_a_write_is_carried_out_although_the_caller_gave_up(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    start = time.monotonic()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(strike, http, "delay=3600; commit=after; after=0.4")
        await until(lambda: bool(sandbox.seen))
        tasks.cancel_scope.cancel()
    await gone(sandbox)
    assert time.monotonic() - start >= 0.4
    assert (sandbox.seen[-1].method, sandbox.seen[-1].status) == ("DELETE", 0)


async def test_a_delayed_write_that_is_never_carried_out_gets_no_answer(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    with pytest.raises(ConnectionResetError):
        await strike(http, "delay=0.01; commit=never")
    assert there(sandbox)


async def test_a_late_write_delays_its_own_answer(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await strike(http, "delay=0.01; commit=after; after=0.1")
    assert (answer.status_code, there(sandbox)) == (200, False)


@pytest.mark.parametrize("status", [400, 404, 422, 500, 502, 503, 504])
async def test_a_status_comes_with_an_error_document_and_nothing_is_carried_out(
    http: httpx.AsyncClient, sandbox: Sandbox, status: int
) -> None:
    answer = await strike(http, f"status={status}")
    assert (answer.status_code, error(answer.content)) == (status, ("Fault", "This failed because it was asked to."))
    assert there(sandbox)


async def test_a_status_may_come_with_a_page_or_with_nothing(http: httpx.AsyncClient) -> None:
    page, nothing = await strike(http, "status=502 html"), await strike(http, "status=504 empty")
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "Something went wrong" in page.text
    assert (nothing.status_code, nothing.content, nothing.headers.get("content-type")) == (504, b"", None)


async def test_a_status_may_come_after_the_write_was_carried_out(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    assert (await strike(http, "status=502; commit=before")).status_code == 502
    assert not there(sandbox)


async def test_a_status_may_carry_a_body_and_headers_of_ones_own(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fail(Fault("status", "400", body=b"<error>No.</error>", headers=(("Hint", "Not today."),)))
    answer = await http.delete(JANE)
    assert (answer.status_code, answer.content, answer.headers["hint"]) == (400, b"<error>No.</error>", "Not today.")


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("throttle", "15"),
        ("throttle=7", "7"),
        ("throttle=date", "Mon, 05 Mar 2018 12:00:15 GMT"),
        ("throttle=date 60", "Mon, 05 Mar 2018 12:01:00 GMT"),
        ("throttle=none", None),
    ],
)
async def test_a_throttle_names_its_wait_in_every_form(
    http: httpx.AsyncClient, sandbox: Sandbox, header: str, wait: str | None
) -> None:
    answer = await strike(http, header)
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, wait)
    assert error(answer.content)[0] == "Throttled"
    assert there(sandbox)


@pytest.mark.parametrize(("header", "carried_out"), [("drop", False), ("drop; commit=before", True)])
async def test_a_dropped_call_gets_no_answer_whether_or_not_it_was_carried_out(
    http: httpx.AsyncClient, sandbox: Sandbox, header: str, carried_out: bool
) -> None:
    with pytest.raises(ConnectionResetError):
        await strike(http, header)
    assert there(sandbox) is not carried_out
    assert sandbox.seen[-1].status == 0


async def test_a_dropped_call_may_be_carried_out_later(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    with pytest.raises(ConnectionResetError):
        await strike(http, "drop; after=0.3")
    assert there(sandbox)
    await gone(sandbox)


async def test_a_truncated_answer_breaks_off_after_its_status(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    with pytest.raises(ConnectionResetError):
        await strike(http, "truncate")
    assert (there(sandbox), sandbox.seen[-1].status) == (False, 200)


async def test_garbage_is_what_the_caller_makes_it(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    assert (await strike(http, "garbage", "GET")).content == b'\x00\xff<clients type="array"><client><id>1</client'
    sandbox.fail(Fault("garbage", "201", body=b"\xfe\xff", content_type="text/plain", headers=(("X-Odd", "é"),)))
    answer = await http.delete(JANE)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (201, b"\xfe\xff", "text/plain")
    assert dict(answer.headers.raw)[b"X-Odd"] == b"\xe9"
    assert not there(sandbox)


async def test_a_huge_answer_is_well_formed(http: httpx.AsyncClient) -> None:
    answer = await strike(http, "huge=3", "GET")
    assert 3_140_000 < len(answer.content) < 3_150_000
    assert set(ids(answer.content)) == {1}


async def test_a_dripping_answer_is_the_true_one(http: httpx.AsyncClient) -> None:
    assert leaves((await strike(http, "drip=0.0001", "GET")).content)["first-name"] == ({}, "Jane")
    assert (await strike(http, "drip=0.0001", "DELETE")).content == b" " * 64


async def raw(http: httpx.AsyncClient, header: str) -> tuple[str, bytes]:
    async with http.stream("GET", JANE, headers={"X-Sandbox-Fault": header}) as answer:
        return answer.headers["content-encoding"], b"".join([chunk async for chunk in answer.aiter_raw()])


async def test_a_bomb_is_small_on_the_wire_and_large_after_one_coding_or_two(http: httpx.AsyncClient) -> None:
    expected = b'<clients type="array">' + b" " * 4 * 1024 * 1024 + b"</clients>"
    coding, once = await raw(http, "gzip=4")
    assert (coding, len(once) < 8_000, gzip.decompress(once)) == ("gzip", True, expected)
    coding, twice = await raw(http, "gzip-gzip=4")
    assert (coding, len(twice) < 500) == ("gzip, gzip", True)
    assert gzip.decompress(gzip.decompress(twice)) == expected


async def test_a_redirect_goes_where_it_is_told(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    elsewhere = await strike(http, "redirect=https://evil.example/clients")
    assert (elsewhere.status_code, elsewhere.headers["location"]) == (302, "https://evil.example/clients")
    assert (await strike(http, "redirect")).headers["location"] == "/account/sign_in"
    assert there(sandbox)


async def test_a_web_page_may_answer_with_200(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await strike(http, "html")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Sign in" in answer.text
    assert there(sandbox)


async def test_many_headers_come_with_the_true_answer(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await strike(http, "many-headers=2000", "GET")
    assert sum(name.startswith("x-filler-") for name in answer.headers) == 2000
    assert leaves(answer.content)["first-name"] == ({}, "Jane")


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("flood", "No fault is called 'flood'; there are: delay, status,"),
        ("delay=long", "The fault delay does not take 'long'."),
        ("status=999", "The fault status does not take '999'."),
        ("drop; commit=sometimes", "commit is before, after or never."),
        ("drop; when=later", "A fault in a header takes commit and after, not when."),
        ("drop; after=soon", "could not convert string to float"),
    ],
)
async def test_a_header_that_is_no_fault_is_answered_with_why(
    http: httpx.AsyncClient, sandbox: Sandbox, header: str, why: str
) -> None:
    answer = await strike(http, header)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain")
    assert answer.text.startswith(why)
    assert there(sandbox)


async def test_an_armed_fault_strikes_only_the_calls_it_fits(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fail(Fault("status", "500", method="PUT", path="/contacts/*", times=2))
    calls = [("GET", JANE), ("PUT", "/clients/11072"), ("PUT", JANE), ("PUT", "/contacts/10"), ("PUT", JANE)]
    bodies = {"/clients/11072": "<client/>"}
    answers = [await http.request(method, path, content=bodies.get(path, "<contact/>")) for method, path in calls]
    assert [answer.status_code for answer in answers] == [200, 200, 500, 500, 200]


async def test_faults_strike_in_the_order_they_were_armed_after_letting_some_pass(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.fail(Fault("status", "500", skip=1))
    sandbox.fail(Fault("status", "502"))
    assert [(await http.get(JANE)).status_code for _ in range(3)] == [502, 500, 200]


async def test_a_fault_may_last_until_calm(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fail(Fault("status", "500", times=None))
    assert [(await http.get(JANE)).status_code for _ in range(5)] == [500] * 5
    sandbox.calm()
    assert (await http.get(JANE)).status_code == 200


async def test_calm_ends_a_delay_and_carries_out_what_was_to_come(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(strike, http, "delay=3600; commit=after; after=3600")
        await until(lambda: bool(sandbox.seen))
        assert (there(sandbox), sandbox.seen[-1].status) == (True, 0)
        sandbox.calm()
    assert (there(sandbox), sandbox.seen[-1].status) == (False, 200)


async def test_a_throttled_call_uses_up_no_fault(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for _ in range(100):
        await http.get("/account/who_am_i")
    sandbox.fail(Fault("status", "500"))
    assert (await http.get(JANE)).status_code == 503
    assert (await http.get("/account/rate_limit_status")).status_code == 500


@holds_for(
    ("name", "value"),
    [("flood", ""), ("delay", "-1"), ("delay", "1e9"), ("drop", "softly"), ("huge", "many"), ("html", "yes")],
)
def test_a_fault_that_makes_no_sense_cannot_be_made(name: Name, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Fault(name, value)


async def test_closing_calls_off_what_was_to_be_carried_out_later(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    with pytest.raises(ConnectionResetError):
        await strike(http, "drop; commit=after; after=3600")
    sandbox.later.close()
    assert [each for each in threading.enumerate() if isinstance(each, threading.Timer)] == []
    assert there(sandbox)
