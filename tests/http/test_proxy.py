"""The example for a team: it can be read, it says what this server takes, and its proxy sends each call right."""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from ruamel.yaml import YAML

from harvest_mcp.commands import http as over_http
from harvest_mcp.config import http_names, http_settings, settings
from harvest_mcp.sandbox import Sandbox, open_account
from tests.http.kit import NOBODY, Hosted, call, hosted, said
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio

EXAMPLE = Path(__file__).parents[2] / "examples" / "hosting"
HAPROXY = os.environ.get("HAPROXY") or shutil.which("haproxy") or ""
with_haproxy = pytest.mark.skipif(not HAPROXY, reason="no HAProxy is installed: apt-get install haproxy")


def compose() -> Any:
    return YAML(typ="safe").load(EXAMPLE / "compose.yaml")


def test_what_the_example_sets_is_what_this_server_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    told = compose()["services"]["one"]
    assert compose()["services"]["two"] == told
    known = {*settings.variables(), *http_names.HTTP}
    assert {name.removesuffix("_FILE") for name in told["environment"]} <= known
    for name, value in told["environment"].items():
        if not name.endswith("_FILE"):
            monkeypatch.setenv(name, value)
    way = http_settings.read({"http": "0.0.0.0:8100"})
    assert http_settings.reach(way, 8100).url == "https://mcp.example/mcp"
    assert int(told["stop_grace_period"].rstrip("s")) >= way.drain_seconds + 15 + 8


def test_secrets_are_files_and_nothing_else() -> None:
    told = compose()
    for service in told["services"].values():
        for name, value in (service.get("environment") or {}).items():
            assert not ("PASSWORD" in name or "TOKEN" in name or "STATE" in name) or str(value).startswith(
                "/run/secrets/"
            )
        assert set(service.get("secrets", [])) <= set(told["secrets"])


def sections() -> dict[str, list[str]]:
    """The proxy's lines by their sections."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in (EXAMPLE / "haproxy.cfg").read_text("utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            section = line
        elif line.strip() and not line.startswith("#"):
            found.setdefault(section, []).append(line.strip())
    return found


def test_the_proxy_asks_whether_a_server_is_ready_and_sends_no_write_twice() -> None:
    told = sections()
    assert "option httpchk GET /readyz" in told["backend servers"]
    assert "retry-on conn-failure" in told["defaults"]  # anything else may have been carried out
    assert "http-request deny deny_status 404 if { path /livez /readyz }" in told["frontend mcp"]
    names = [line.split()[1] for line in told["backend servers"] if line.startswith("server ")]
    assert set(names) < set(compose()["services"])


@contextmanager
def proxying(place: Path, ports: list[int]) -> Iterator[str]:
    """The example's proxy in front of servers of this machine, without TLS."""
    port = free_port()
    text = (EXAMPLE / "haproxy.cfg").read_text("utf-8")
    text = text.replace("bind :8443 ssl crt /usr/local/etc/haproxy/mcp.pem alpn h2,http/1.1", f"bind 127.0.0.1:{port}")
    for name, at in zip(("one", "two"), ports, strict=True):
        text = text.replace(f"server {name} {name}:8100", f"server {name} 127.0.0.1:{at}")
    (place / "haproxy.cfg").write_text(text)
    running = subprocess.Popen([HAPROXY, "-q", "-f", str(place / "haproxy.cfg")])
    try:
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        running.kill()
        running.wait(PATIENCE)


def free_port() -> int:
    with over_http.listening(http_settings.read(NOBODY)) as free:
        return int(free.getsockname()[1])


@asynccontextmanager
async def pair(place: Path) -> AsyncIterator[tuple[Hosted, Hosted, str]]:
    """Two servers of one account behind the proxy, and its address."""
    state, names = str(place / "state.db"), {**NOBODY, "allowed_hosts": "127.0.0.1:*"}
    with open_account(calls=None) as sandbox:
        async with hosted(sandbox, names, state=state) as one, hosted(sandbox, names, state=state) as two:
            with proxying(place, [int(each.url.split(":")[2].split("/")[0]) for each in (one, two)]) as url:
                await up(url)
                yield one, two, url


async def up(url: str) -> None:
    async with httpx2.AsyncClient(timeout=PATIENCE) as client:

        async def answers() -> bool:
            try:
                return (await client.get(url)).status_code != 503
            except httpx2.TransportError:
                return False

        with anyio.fail_after(PATIENCE):
            while not await answers():  # noqa: ASYNC110 - nothing tells
                await anyio.sleep(0.05)


@with_haproxy
async def test_calls_go_to_both_and_a_session_stays_where_it_is(tmp_path: Path) -> None:
    async with pair(tmp_path) as (one, two, url):
        behind = Hosted(url, one.site, one.sandbox, one.desk)
        for _ in range(12):
            assert said(await behind.post(call("get_client", client_id=11072))).text.startswith('{"id":11072')
        for reply in ("yes", "decline"):
            async with behind.talk("legacy", reply=reply) as talk:
                for _ in range(6):
                    await talk.ok("get_client", client_id=11072)
                told = (await talk.call("delete_contact", contact_id=10)).text
                assert told.startswith("Deleted contact " if reply == "yes" else "Contact 10 is deleted already")
        assert one.desk.open  # each has called the account
        assert two.desk.open


@with_haproxy
async def test_a_server_that_stops_is_left_before_it_is_gone(tmp_path: Path) -> None:
    async with pair(tmp_path) as (one, _, url):
        behind = Hosted(url, one.site, one.sandbox, one.desk)
        statuses = list[int]()
        assert one.serving is not None
        stops, state = one.serving, one.serving.server_state

        async def calls(times: int) -> None:
            for _ in range(times):
                statuses.append((await behind.post(call("list_changes"))).status_code)

        one.site.stop.draining = True
        came = -1
        with anyio.fail_after(PATIENCE):
            while came < 0 or state.total_requests - came > 1:  # in turn; one may be a look whether it is ready
                came = state.total_requests
                await calls(4)
        stops.should_exit = True
        await calls(20)
        assert set(statuses) == {200}


@with_haproxy
def test_the_proxy_takes_its_configuration(sandbox: Sandbox, tmp_path: Path) -> None:
    pem = tmp_path / "mcp.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=mcp.example", "-days", "1"]
    subprocess.run([*made, "-keyout", tmp_path / "key", "-out", tmp_path / "crt"], check=True, capture_output=True)
    pem.write_bytes((tmp_path / "crt").read_bytes() + (tmp_path / "key").read_bytes())
    text = (EXAMPLE / "haproxy.cfg").read_text("utf-8").replace("/usr/local/etc/haproxy/mcp.pem", str(pem))
    for name in ("one", "two"):
        text = text.replace(f"{name}:8100", "127.0.0.1:8100")
    (tmp_path / "haproxy.cfg").write_text(text)
    done = subprocess.run(
        [HAPROXY, "-c", "-f", str(tmp_path / "haproxy.cfg")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
