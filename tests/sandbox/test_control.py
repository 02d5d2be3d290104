"""The sandbox's own routes: for this machine only, and without credentials."""

import base64

import httpx
import pytest

from harvest_mcp.sandbox import LoggedCall, Sandbox
from harvest_mcp.sandbox.asgi import HttpCall
from harvest_mcp.sandbox.call_log import note, settle
from harvest_mcp.sandbox.harvest.world import Harvest
from harvest_mcp.systems.harvest import CONTACTS

from .kit import HEADERS, caller

pytestmark = pytest.mark.anyio


@pytest.fixture
def control(sandbox: Sandbox) -> httpx.AsyncClient:
    """Someone on this machine without credentials."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox), base_url="http://127.0.0.1")


async def test_faults_are_armed_and_disarmed(control: httpx.AsyncClient, http: httpx.AsyncClient) -> None:
    order = {"name": "status", "value": "502", "method": "GET", "path": "/contacts/*", "times": None, "skip": 1}
    assert (await control.post("/_sandbox/faults", json=order)).status_code == 201
    assert [(await http.get("/contacts/9")).status_code for _ in range(3)] == [200, 502, 502]
    assert (await control.delete("/_sandbox/faults")).json() == {"armed": False}
    assert (await http.get("/contacts/9")).status_code == 200


async def test_a_fault_carries_bodies_headers_and_a_time_to_commit(
    control: httpx.AsyncClient, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    order = {
        "name": "garbage",
        "body_base64": base64.b64encode(b"\xff\x00").decode(),
        "content_type": "text/plain",
        "headers": [["X-Odd", "yes"]],
        "commit": "never",
        "after": 0,
    }
    assert (await control.post("/_sandbox/faults", json=order)).json() == {"armed": True}
    answer = await http.delete("/contacts/9")
    assert (answer.content, answer.headers["content-type"], answer.headers["x-odd"]) == (
        b"\xff\x00",
        "text/plain",
        "yes",
    )
    assert sandbox.rows(CONTACTS)[0]["id"] == 9
    await control.post("/_sandbox/faults", json={"name": "status", "value": "400", "body": "<error>é</error>"})
    assert (await http.get("/contacts/9")).text == "<error>é</error>"


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({}, "name: Field required."),
        ({"name": "flood"}, "name: Input should be 'delay', 'status',"),
        ({"name": "delay", "value": 2}, "value: Input should be a valid string."),
        ({"name": "delay", "value": "long"}, "The fault delay does not take 'long'."),
        ({"name": "drop", "when": "later"}, "when: Extra inputs are not permitted."),
        ({"name": "drop", "times": True}, "times: Input should be a valid integer."),
        ([], "Input should be an object."),
    ],
)
async def test_what_is_no_fault_is_refused_with_why(
    control: httpx.AsyncClient, http: httpx.AsyncClient, order: object, why: str
) -> None:
    answer = await control.post("/_sandbox/faults", json=order)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(why)
    assert (await http.get("/contacts/9")).status_code == 200


async def test_only_json_arms_a_fault(control: httpx.AsyncClient) -> None:
    answer = await control.post("/_sandbox/faults", content='{"name": "drop"}', headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()) == (400, {"error": "Send JSON."})


async def test_what_was_seen_is_told_without_credentials(control: httpx.AsyncClient, sandbox: Sandbox) -> None:
    async with caller(sandbox) as http:
        await http.put("/contacts/9?x=1", content="<contact><email>é@x.example</email></contact>".encode())
    async with caller(sandbox, login=None) as http:
        await http.get("/clients?access_token=secret")
    seen = (await control.get("/_sandbox/seen")).json()
    assert [{name: one[name] for name in ("method", "path", "query", "body", "status")} for one in seen] == [
        {
            "method": "PUT",
            "path": "/contacts/9",
            "query": [["x", "1"]],
            "body": "<contact><email>é@x.example</email></contact>",
            "status": 200,
        },
        {"method": "GET", "path": "/clients", "query": [], "body": "", "status": 401},
    ]
    assert seen[0]["headers"]["accept"] == HEADERS["Accept"]
    assert [name for one in seen for name in one["headers"] if name == "authorization"] == []


async def test_control_calls_are_neither_seen_nor_counted(control: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for _ in range(150):
        await control.get("/_sandbox/seen")
    assert isinstance(sandbox.world, Harvest)
    assert (sandbox.seen, sandbox.world.throttle.status("late").count) == ([], 0)


@pytest.mark.parametrize("peer", ["192.0.2.7", "2001:db8::1", "testclient"])
async def test_callers_from_elsewhere_find_no_control(sandbox: Sandbox, peer: str) -> None:
    transport = httpx.ASGITransport(app=sandbox, client=(peer, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://kestrel.example") as far:
        answers = [
            await far.post("/_sandbox/faults", json={"name": "drop"}),
            await far.delete("/_sandbox/faults"),
            await far.get("/_sandbox/seen"),
        ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1"])
async def test_every_address_of_this_machine_may_control(sandbox: Sandbox, peer: str) -> None:
    transport = httpx.ASGITransport(app=sandbox, client=(peer, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://kestrel.example") as near:
        assert (await near.get("/_sandbox/seen")).json() == []


async def test_there_are_no_other_controls(control: httpx.AsyncClient) -> None:
    calls = [("GET", "/_sandbox/faults"), ("GET", "/_sandbox/"), ("PUT", "/_sandbox/seen")]
    assert [(await control.request(*call)).status_code for call in calls] == [404, 404, 404]


async def test_only_the_last_ten_thousand_calls_are_kept() -> None:
    seen: list[LoggedCall] = []
    first = note(seen, HttpCall("GET", "/0"))
    for number in range(1, 10_001):
        note(seen, HttpCall("GET", f"/{number}"))
    settle(seen, first, 200)
    assert (len(seen), seen[0].path, seen[-1].path) == (10_000, "/1", "/10000")
    assert {one.status for one in seen} == {0}
