"""The last step before the wire: credentials are added here, so that nothing above can log, quote or raise them."""

import os
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

import httpx

from harvest_mcp.errors import Malformed
from harvest_mcp.gateway import environment
from harvest_mcp.gateway.account import Account
from harvest_mcp.spec.exchange import Request

BODIED = ("POST", "PUT", "PATCH")


def raw(headers: Mapping[str, str]) -> Mapping[bytes, bytes]:
    """Return headers as bytes, as they go over the wire."""
    return {name.encode("ascii"): value.encode("ascii") for name, value in headers.items()}


def outgoing(
    request: Request, address: httpx.URL | str, headers: Mapping[bytes, bytes], extensions: dict[str, Any]
) -> httpx.Request:
    """Build the HTTP request in its final form, without credentials; httpx would encode every part anew each time."""
    url, body = _address(address, request.query), request.body if request.writes else b""
    written = {b"Host": url.netloc, **headers}
    if request.content_type:
        written[b"Content-Type"] = request.content_type.encode("ascii")
    if body or request.method in BODIED:
        written[b"Content-Length"] = b"%d" % len(body)
    return httpx.Request(
        request.method, url, headers=[*written.items()], stream=httpx.ByteStream(body), extensions=extensions
    )


@lru_cache(64)
def _address(address: httpx.URL | str, query: tuple[tuple[str, str], ...]) -> httpx.URL:
    """Return a URL with its query; cached, as a write reads, writes and reads back at the same one."""
    return httpx.URL(address, params=query) if query else httpx.URL(address)


class SignedIn(httpx.AsyncBaseTransport):
    """Sends one account's requests; httpx, which logs and quotes URLs, never sees the credentials."""

    def __init__(self, account: Account, inner: httpx.AsyncBaseTransport) -> None:
        self._account, self._inner, home = account, inner, httpx.URL(account.url)
        self._home, self._below = place(home), home.path.rstrip("/")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, but only to the account's own scheme, host and port.

        Raises:
            Malformed: it is for another.
        """
        if place(request.url) != self._home or not request.url.path.startswith(self._below):
            raise Malformed("foreign-address")
        return await self._inner.handle_async_request(_Signed.of(request, self._account))

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Signed(httpx.Request):
    """A request with its credentials, which its repr leaves out."""

    @classmethod
    def of(cls, request: httpx.Request, account: Account) -> Self:
        query = {name: value.reveal() for name, value in account.query}
        own = [(name.encode(), value.reveal().encode()) for name, value in account.headers]
        return cls(
            request.method,
            request.url.copy_merge_params(query) if query else request.url,
            headers=[*request.headers.raw, *own],  # raw, in their original spelling
            stream=request.stream,
            extensions=request.extensions,
        )

    def __repr__(self) -> str:
        return f"<Signed({self.method!r}, {self.url.path!r})>"


def place(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return a URL without its path."""
    return (url.scheme, url.host, url.port)


def trust() -> ssl.SSLContext:
    """Return the TLS context for this environment; made once, since it takes 20 ms and half a megabyte.

    Raises:
        SettingsError: a file it names cannot be read.
    """
    named = tuple(os.environ.get(each) for each in NAMED)
    try:
        changed = os.stat(named[0]).st_mtime_ns if named[0] else 0
        return context_of(named, changed)
    except OSError as error:
        raise environment.untrusted(error) from None


NAMED = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@lru_cache(2)
def context_of(named: tuple[str | None, ...], changed: int) -> ssl.SSLContext:
    """Return the TLS context of these variables; `changed` is the time their file was modified."""
    return httpx.create_ssl_context()
