"""The sandbox over a real socket: connections that live, break, drip and end with the server."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, open_account, running, serve
from tests.patience import PATIENCE

from .kit import HEADERS, JANE, Clock, caller, gone, leaves, there

pytestmark = pytest.mark.anyio


@pytest.fixture
def url(sandbox: Sandbox) -> Iterator[str]:
    with running(sandbox) as url:
        yield url


async def strike(sandbox: Sandbox, url: str, header: str, method: str = "DELETE") -> httpx.Response:
    async with caller(sandbox, url=url) as http:
        return await http.request(method, JANE, headers={"X-Sandbox-Fault": header})


async def test_a_connection_is_kept_alive(sandbox: Sandbox, url: str) -> None:
    async with caller(sandbox, url=url) as http:
        first, second = [(await http.get(JANE)).extensions["network_stream"] for _ in range(2)]
        ports = [stream.get_extra_info("client_addr") for stream in (first, second)]
    assert ports[0] == ports[1]
    assert [one.status for one in sandbox.seen] == [200, 200]


async def test_writes_reads_and_headers_are_as_in_process(sandbox: Sandbox, url: str) -> None:
    async with caller(sandbox, url=url) as http, caller(sandbox) as near:
        created = await http.post("/clients", content="<client><name>Over the wire</name></client>")
        assert (created.status_code, created.content, created.headers["location"]) == (201, b"", "/clients/11113")
        assert created.headers["content-length"] == "0"
        far_answer, near_answer = await http.get("/clients/11113"), await near.get("/clients/11113")
    assert far_answer.content == near_answer.content
    assert "server" not in far_answer.headers


@pytest.mark.parametrize(("header", "carried_out"), [("drop", False), ("drop; commit=before", True)])
async def test_a_dropped_connection_ends_without_an_answer(
    sandbox: Sandbox, url: str, header: str, carried_out: bool
) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="Server disconnected without sending a response"):
        await strike(sandbox, url, header)
    assert there(sandbox) is not carried_out


async def test_a_reset_connection_ends_in_a_read_error(sandbox: Sandbox, url: str) -> None:
    with pytest.raises(httpx.ReadError):
        await strike(sandbox, url, "drop=reset")
    assert there(sandbox)


@pytest.mark.parametrize(("header", "method"), [("truncate", "GET"), ("truncate=0", "GET"), ("truncate=10", "DELETE")])
async def test_a_truncated_answer_is_shorter_than_it_says(sandbox: Sandbox, url: str, header: str, method: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await strike(sandbox, url, header, method)


async def test_the_server_answers_on_after_every_fault(sandbox: Sandbox, url: str) -> None:
    headers = ["drop", "drop=reset", "truncate", "status=502 html", "huge=1", "gzip=1", "gzip-gzip=1", "drip=0.0001"]
    async with caller(sandbox, url=url) as http:
        for header in [*headers, "many-headers=50", "redirect", "html", "throttle=none", "garbage", "delay=0.01"]:
            try:
                async with http.stream("GET", JANE, headers={"X-Sandbox-Fault": header}) as answer:
                    async for _ in answer.aiter_raw():
                        pass
            except httpx.TransportError:
                pass
            assert leaves((await http.get(JANE)).content)["first-name"] == ({}, "Jane")


async def test_a_caller_who_gives_up_leaves_a_write_that_is_carried_out_later(sandbox: Sandbox, url: str) -> None:
    async with caller(sandbox, url=url) as http:
        soon = httpx.Timeout(PATIENCE, read=0.1)
        with pytest.raises(httpx.ReadTimeout):
            await http.delete(JANE, headers={"X-Sandbox-Fault": "delay=3600; after=0.5"}, timeout=soon)
        await gone(sandbox)


async def test_a_drip_comes_by_the_byte(sandbox: Sandbox, url: str) -> None:
    async with (
        caller(sandbox, url=url) as http,
        http.stream("GET", JANE, headers={"X-Sandbox-Fault": "drip=0.1"}) as answer,
    ):
        pieces = answer.aiter_raw()
        came = await anext(pieces) + await anext(pieces)
        assert len(came) < int(answer.headers["content-length"])


async def test_many_headers_reach_the_caller(sandbox: Sandbox, url: str) -> None:
    answer = await strike(sandbox, url, "many-headers=90", "GET")
    assert sum(name.startswith("x-filler-") for name in answer.headers) == 90


async def test_faults_are_armed_over_the_socket(sandbox: Sandbox, url: str) -> None:
    async with (
        httpx.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False) as control,
        caller(sandbox, url=url) as http,
    ):
        await control.post("/_sandbox/faults", json={"name": "drop", "method": "GET"})
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(JANE)
        assert (await http.get(JANE)).status_code == 200
        seen = (await control.get("/_sandbox/seen")).json()
    assert [(one["path"], one["status"]) for one in seen] == [(JANE, 0), (JANE, 200)]


async def test_a_fault_armed_in_process_strikes_over_the_socket(sandbox: Sandbox, url: str) -> None:
    sandbox.fail(Fault("status", "500"))
    async with caller(sandbox, url=url) as http:
        assert [(await http.get(JANE)).status_code for _ in range(2)] == [500, 200]


def test_the_server_ends_at_once_although_an_answer_is_under_way() -> None:
    with open_account(clock=Clock()) as sandbox:
        with running(sandbox) as url:
            request = f"GET {JANE} HTTP/1.1\r\nHost: x\r\nX-Sandbox-Fault: delay=3600\r\n\r\n"
            port = int(url.rpartition(":")[2])
            caller = socket.create_connection(("127.0.0.1", port))
            caller.sendall(request.encode())
            while not sandbox.seen:
                time.sleep(0.005)
        caller.close()
        assert "sandbox" not in [each.name for each in threading.enumerate()]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])  # noqa: S104 - refused, that is the point
def test_only_this_machine_is_served(sandbox: Sandbox, host: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        serve(sandbox, host=host)
    assert str(refusal.value) == f"The sandbox serves this machine only; {host} is not a loopback address."


def test_a_taken_port_is_named(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"The sandbox cannot listen on 127\.0\.0\.1 port {port}: .+\."):
            serve(sandbox, port=port)


async def test_an_address_may_be_of_the_new_kind_or_a_name(sandbox: Sandbox) -> None:
    for host, start in (("::1", "http://[::1]:"), ("localhost", "http://127.0.0.1:")):
        with running(sandbox, host=host) as url:
            assert url.startswith(start)
            async with caller(sandbox, url=url) as http:
                assert (await http.get(JANE)).status_code == 200


SERVE = """
from harvest_mcp.sandbox import open_account, serve
with open_account() as sandbox:
    serve(sandbox, ready=lambda url: print(url, flush=True))
print("over")
"""


def test_serve_tells_its_address_and_ends_quietly_on_an_interrupt() -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        killer = threading.Timer(PATIENCE, process.kill)
        killer.start()
        assert process.stdout
        url = process.stdout.readline().strip()
        who = (ADMIN.email, ADMIN.password)
        answer = httpx.get(f"{url}{JANE}", headers=HEADERS, auth=who, timeout=PATIENCE, trust_env=False)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate()
        killer.cancel()
    assert (answer.status_code, out, err, process.returncode) == (200, "over\n", "", 0)
