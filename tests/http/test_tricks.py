"""Requests as no client sends them, byte by byte: none calls by another name, from another page or at another path."""

import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import anyio
import pytest

from harvest_mcp.sandbox import Sandbox
from tests.http.kit import NOBODY, Hosted, call, hosted, modern
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio

SENT = call("update_contact", contact_id=9, title="Tricked")
BODY = json.dumps(SENT).encode()
OWN = "{own}"
"""Stands for the server's own host and port."""
HOSTS: dict[str, tuple[str, ...]] = {
    "none": (),
    "two": (OWN, "evil.example"),
    "two, the other first": ("evil.example", OWN),
    "the same twice": (OWN, OWN),
    "a list": (f"{OWN}, evil.example",),
    "with a user": (f"evil@{OWN}",),
    "with a path": (f"{OWN}/evil",),
    "with a dot": ("127.0.0.1.:{port}",),
    "as a number": ("2130706433:{port}",),
    "in hexadecimal": ("0x7f000001:{port}",),
    "short": ("127.1:{port}",),
    "of IPv6": ("[::ffff:127.0.0.1]:{port}",),
    "with a zone": ("[::1%25lo]:{port}",),
    "with blanks": (f"{OWN} evil.example",),
    "with a tab": (f"{OWN}\tevil",),
    "a port with zeros": ("127.0.0.1:0{port}",),
}
PROXIED = (
    *("x-forwarded-host: {own}", "forwarded: host={own};for=127.0.0.1", "x-host: {own}", "x-original-host: {own}"),
    *("x-forwarded-server: {own}", "x-http-host-override: {own}", "x-original-url: /mcp", "x-rewrite-url: /mcp"),
)
ORIGINS = (
    *("http://{own}.evil.example", "http://evil.example/{own}", "http://{own}@evil.example", "http://{own}/"),
    *("https://{own}", "HTTP://{own}", "null", "http://{own}, http://evil.example", "file://", "http://127.1:{port}"),
)
TARGETS = (
    *("//mcp", "/mcp/", "/MCP", "/mcp;x=1", "/mcp%00", "/mcp%0a", "/mcp\\", "/./mcp", "/x/../mcp", "/mcp/..%2fmcp"),
    *("/%6dcp/", "/mcp%2freadonly", "/mcp/x/%00", "/mcp/x/..", "http://evil.example/mcp/", "mcp", "*", "/livez/../mcp"),
)


@pytest.fixture
async def host(sandbox: Sandbox) -> AsyncIterator[Hosted]:
    async with hosted(sandbox, {**NOBODY, "trusted_proxies": ""}) as made:
        yield made


async def status(
    host: Hosted, *more: str, target: str = "/mcp", names: tuple[str, ...] = (OWN,), body: bytes = BODY
) -> int:
    """What a write answers that is sent so; 0 where the line is cut without a word."""
    place = urlsplit(host.url)
    own, port = place.netloc, str(place.port)
    lines = [f"POST {target} HTTP/1.1", *(f"host: {name}" for name in names)]
    lines += [f"{name}: {value}" for name, value in modern(SENT).items()]
    lines += [*more, *([] if any("content-length" in each for each in more) else [f"content-length: {len(body)}"])]
    head = "\r\n".join(each.replace(OWN, own).replace("{port}", port) for each in [*lines, "connection: close", "", ""])
    async with await anyio.connect_tcp("127.0.0.1", int(port)) as stream:
        await stream.send(head.encode("latin-1") + body)
        answer = b""
        with anyio.fail_after(PATIENCE):
            async for part in stream:
                answer += part
    return int(answer.split(b" ", 2)[1]) if answer else 0


async def test_a_request_as_it_should_be_is_carried_out(host: Hosted) -> None:
    assert await status(host) == 200
    assert [seen.method for seen in host.sandbox.seen if seen.method != "GET"] == ["PUT"]


async def test_no_trick_with_a_name_a_header_or_a_path_gets_a_write_through(host: Hosted) -> None:
    """One server for all of them: what gets through would be seen at the account."""
    found = {f"host {what}": await status(host, names=names) for what, names in HOSTS.items()}
    found |= {f"evil with {each}": await status(host, each, names=("evil.example",)) for each in PROXIED}
    found |= {f"origin {each}": await status(host, f"origin: {each}") for each in ORIGINS}
    found |= {f"target {each}": await status(host, target=each) for each in TARGETS}
    found["two lengths"] = await status(host, "content-length: 5", f"content-length: {len(BODY)}")
    both = ("transfer-encoding: chunked", f"content-length: {len(BODY)}")
    found["a length and chunks"] = await status(host, *both, body=BODY + b"\r\n")  # which no chunk begins with
    found["a folded line"] = await status(host, "x-a: b", " origin: x", names=("evil.example",))
    through = {what: code for what, code in found.items() if code not in (0, 400, 403, 404, 421)}
    assert through == {"target /mcp%2freadonly": 200}  # which is /mcp/readonly, and has no tool that writes
    assert host.sandbox.seen == []
