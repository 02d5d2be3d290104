"""What leaves is written by hand; it has to be what httpx would write."""

from dataclasses import replace

import httpx
import pytest

from harvest_mcp.gateway.transport import outgoing, raw
from harvest_mcp.spec import Request

URL = "https://suprcorp.harvestapp.com:8443/clients"
HEADERS = {"User-Agent": "harvest-mcp/0", "Accept": "application/xml", "Content-Type": "application/xml"}
REQUESTS = (
    Request("GET", "/clients"),
    Request("GET", "/clients", (("updated_since", "2026-01-31 09:00"), ("page", "2"))),
    Request("GET", "/daily/timer/3", acts=True),
    Request("POST", "/clients", (), b"<client/>"),
    Request("POST", "/clients/9/toggle"),
    Request("PUT", "/clients/9", (("of_user", "31"),), "<client>Zoë</client>".encode()),
    Request("PATCH", "/clients/9", (), b"{}", "application/json"),
    Request("DELETE", "/clients/9"),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: f"{each.method} {each.path}")
def test_a_request_leaves_as_httpx_would_write_it(request_: Request) -> None:
    given = {**HEADERS, **({"Content-Type": request_.content_type} if request_.content_type else {})}
    usual = httpx.Request(
        request_.method, URL, params=request_.query or None, content=request_.body or None, headers=given
    )
    ours = outgoing(request_, URL, raw(HEADERS), {})
    assert (ours.url, sorted(ours.headers.raw)) == (usual.url, sorted(usual.headers.raw))
    assert b"".join(ours.stream) == request_.body  # type: ignore[arg-type]  # httpx's stream of bytes can be both


def test_a_read_leaves_without_a_body() -> None:
    assert b"".join(outgoing(replace(REQUESTS[0], body=b"x"), URL, {}, {}).stream) == b""  # type: ignore[arg-type]  # as above
