"""Download files that a record names on other hosts than the API's: without credentials, and only nearby hosts."""

import ipaddress
from collections.abc import Callable
from datetime import datetime

import httpx

from harvest_mcp.errors import CallFailed, Forbidden, NotFound, Unavailable
from harvest_mcp.gateway.environment import proxy_for
from harvest_mcp.gateway.pool import AT_ONCE, Pools
from harvest_mcp.gateway.transport import trust
from harvest_mcp.spec import Request, Response, System
from harvest_mcp.wire import xml

SIGN_IN = frozenset({401, 403})
GONE = frozenset({404, 410})


def pools(home: str, transport: httpx.AsyncBaseTransport | None) -> Pools:
    """Return connections without credentials; `home` is the API's address."""
    proxy = None if transport else proxy_for(home)
    verify, by = transport is None and trust(), proxy.url if proxy else None
    return Pools(lambda: transport or httpx.AsyncHTTPTransport(verify=verify, proxy=by, trust_env=False), most=AT_ONCE)


def address(home: str, request: Request) -> httpx.URL:
    """Return the URL of a file.

    Raises:
        Forbidden: the host is not nearby; somebody else may have written what a record names.
    """
    try:
        there = httpx.URL(f"{request.origin}{request.path}")
    except httpx.InvalidURL:
        there = httpx.URL("")
    if not near(httpx.URL(home), there):
        raise Forbidden(
            f"The file lies at {request.origin}, where this server does not go.",
            next=f"Open {request.origin}{request.path} in a browser.",
        )
    return there


def near(home: httpx.URL, there: httpx.URL) -> bool:
    """Return whether it is a host of the same domain, over TLS; or this machine, if home is on it too."""
    if there.userinfo or there.scheme not in ("http", "https"):
        return False
    if _here(home.host):
        return _here(there.host)
    if there.scheme != "https" or there.port is not None or _ip(home.host) or _ip(there.host):
        return False
    domain = ".".join(home.host.split(".")[-2:])
    return there.host == domain or there.host.endswith(f".{domain}")


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _here(host: str) -> bool:
    found = _ip(host)
    return found.is_loopback if found else host == "localhost" or host.endswith(".localhost")


def judge(
    system: System, request: Request, answer: Response, *, now: datetime, words: Callable[[str], str] = str
) -> CallFailed | None:
    """Return why a response is not a file; None if it is. Used in place of the judge of API responses."""
    host, status = request.origin.rpartition("/")[2], answer.status
    if status in GONE:
        return NotFound(f"{host} has no such file any more ({status}).")
    if status >= 500 or status == 429:
        return Unavailable(f"{host} failed to answer ({status}).", next="Try again in a minute.")
    if status in SIGN_IN or 300 <= status < 400 or xml.looks_like_html(answer.body):
        return Forbidden(
            f"The file lies behind the sign-in of {host}, which takes no token.",
            next=f"Open {request.origin}{request.path} in a browser that is signed in to {system.title}.",
        )
    return None if status < 300 else Unavailable(f"{host} refused that ({status}).")
