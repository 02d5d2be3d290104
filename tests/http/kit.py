"""A server over HTTP in this process: at a real socket, or asked without one; and clients who sign in or do not."""

import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import httpx2
import mcp
import mcp_types as types
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette

from harvest_mcp import server
from harvest_mcp.commands import http as over_http
from harvest_mcp.config import http_settings, settings
from harvest_mcp.protocol.http.app import Site, application
from harvest_mcp.protocol.http.entrance import Stop
from harvest_mcp.protocol.http.serving import Draining, server_of
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.tools.tool import Desk
from tests.conftest import QUICK, REPLIES, Era, Reply, Said, Talk
from tests.patience import PATIENCE
from tests.tools.kit import account

PUBLIC = "https://mcp.example/harvest"
SIGNED_IN = {"http": "0.0.0.0:8100", "public_url": PUBLIC, "account": "shared"}
NOBODY = {"http": "127.0.0.1:0", "auth": "none"}


class Here(Draining):
    """A server whose signals are the tests' own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class Hosted:
    """A server that runs: its address, what it serves, and the account behind it."""

    url: str
    site: Site
    sandbox: Sandbox
    desk: Desk
    serving: Here | None = None
    app: Starlette | None = None

    def http(self, token: str = "", **headers: str) -> httpx2.AsyncClient:
        """A plain HTTP client, without a socket where there is none."""
        held = {"authorization": f"Bearer {token}"} if token else {}
        over = httpx2.ASGITransport(app=self.app) if self.app else None
        return httpx2.AsyncClient(transport=over, headers={**held, **headers}, timeout=PATIENCE)

    async def post(
        self, message: Mapping[str, Any], token: str = "", path: str = "", **headers: str
    ) -> httpx2.Response:
        """The answer to one message as it comes; modern unless the headers say otherwise."""
        async with self.http(token, **{**modern(message), **headers}) as client:
            return await client.post(f"{self.url}{path}", json=message)

    @asynccontextmanager
    async def talk(
        self,
        era: Era = "auto",
        *,
        token: str = "",
        path: str = "",
        reply: Reply | Callable[[str], Reply] | None = None,
        **headers: str,
    ) -> AsyncIterator[Talk]:
        """A real client at this server."""
        asked: list[str] = []

        async def form(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
            asked.append(params.message)
            assert reply is not None
            return REPLIES[reply(params.message) if callable(reply) else reply]

        async with self.http(token, **headers) as http:
            way = streamable_http_client(f"{self.url}{path}", http_client=http)
            async with mcp.Client(way, mode=era, elicitation_callback=form if reply else None) as client:
                yield Talk(client, self.sandbox, asked)


def made(sandbox: Sandbox, way: Mapping[str, Any], port: int, **flags: Any) -> tuple[Site, Desk]:
    """What is served over an embedded account."""
    chosen = settings.read(flags)
    state = server.sandbox_state(chosen, sandbox)
    desk = server.desk(chosen, [account()], server.in_process(sandbox), state=state, timing=QUICK, reading=0.0)
    read = http_settings.read(way)
    return over_http.site_of(chosen, read, desk, http_settings.reach(read, port)), desk


@asynccontextmanager
async def hosted(sandbox: Sandbox, way: Mapping[str, Any] = NOBODY, **flags: Any) -> AsyncIterator[Hosted]:
    """Serve at a free port of this machine."""
    read = http_settings.read(way)
    listener = over_http.listening(read)
    port = listener.getsockname()[1]
    site, desk = made(sandbox, way, port, **flags)
    at = at_a_socket(application(site), site.stop, listener, proxies=read.trusted_proxies, root_path=read.root_path)
    async with at as serving:
        yield Hosted(f"http://127.0.0.1:{port}/mcp", site, sandbox, desk, serving)


@asynccontextmanager
async def at_a_socket(
    app: Starlette, stop: Stop, listener: socket.socket, *, proxies: tuple[str, ...] = (), root_path: str = ""
) -> AsyncIterator[Here]:
    """Serve an application at a socket, beside the test."""
    run = server_of(app, stop, notice=0, proxies=proxies, root_path=root_path)
    serving = Here(run.config, stop, 0)
    async with anyio.create_task_group() as group:
        group.start_soon(serving.serve, [listener])
        with anyio.fail_after(PATIENCE):
            while not serving.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await anyio.sleep(0.005)
        try:
            yield serving
        finally:
            serving.should_exit = True


@asynccontextmanager
async def asked(sandbox: Sandbox, way: Mapping[str, Any], **flags: Any) -> AsyncIterator[Hosted]:
    """Serve without a socket, at the public address."""
    site, desk = made(sandbox, way, 8100, **flags)
    app = application(site)
    async with app.router.lifespan_context(app):
        yield Hosted(site.reach.url.replace("/harvest", ""), site, sandbox, desk, app=app)


META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}
BOTH = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def call(tool: str, /, **arguments: Any) -> dict[str, Any]:
    """A call of a tool as one message of 2026-07-28."""
    return message("tools/call", name=tool, arguments=arguments)


def message(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": META}}


def modern(sent: Mapping[str, Any]) -> dict[str, str]:
    """The headers that go with a message of 2026-07-28."""
    told = sent["params"].get("name") or sent["params"].get("uri")
    name = {"mcp-name": told} if told else {}
    return {**BOTH, "mcp-protocol-version": "2026-07-28", "mcp-method": str(sent["method"]), **name}


def said(answer: httpx2.Response) -> Said:
    """What a tool answered."""
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    return Said(result["content"][0]["text"], result["isError"])


class Lines(logging.Handler):
    """What is logged meanwhile, as a log has it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def logging_to(formatter: logging.Formatter, named: str = "harvest_mcp") -> Iterator[list[str]]:
    """The lines that calls are logged by, or those of another logger."""
    logger, lines = logging.getLogger(named), Lines()
    calls = logging.getLogger("harvest_mcp.calls")
    before = calls.level
    lines.setFormatter(formatter)
    logger.addHandler(lines)
    calls.setLevel(logging.INFO)
    try:
        yield lines.lines
    finally:
        logger.removeHandler(lines)
        calls.setLevel(before)
