"""The SDK's endpoint for both protocol eras behind our gate, with the paths that proxies and clients ask for."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import anyio
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from harvest_mcp.config.http_settings import Reach
from harvest_mcp.protocol.http.entrance import Stop
from harvest_mcp.protocol.http.gate import Gatekeeper, SignIn
from harvest_mcp.protocol.http.keys import Keys
from harvest_mcp.protocol.http.limits.bodies import LARGEST_BODY
from harvest_mcp.protocol.http.limits.sessions import ALL_SESSIONS, Sessions
from harvest_mcp.protocol.http.narrowing import PATHS
from harvest_mcp.protocol.http.refusals import Refusals
from harvest_mcp.protocol.http.tokens import READ, WRITE, Tokens
from harvest_mcp.protocol.pages.routes import PublicPages
from harvest_mcp.protocol.sdk import McpServer

METADATA = "/.well-known/oauth-protected-resource"
WRITES = 8.0
"""Seconds that writes under way have after their answers were given up; the journal has their outcome."""
Beside = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class IdProvider:
    """Where people sign in, and the keys that verify their tokens."""

    issuer: str
    keys: Keys
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is served: the server, under which names, to whom.

    `ready` tells whether a call could be carried out, `beside` runs as long as the serving, `pages` are for browsers.
    """

    server: McpServer
    reach: Reach
    stop: Stop
    ready: Callable[[], Awaitable[bool]]
    beside: Beside
    toolsets: tuple[str, ...]
    writes: frozenset[str]
    provider: IdProvider | None = None
    pages: PublicPages | None = None
    stateless: bool = False


def application(site: Site) -> Starlette:
    """Return the ASGI application; its lifespan is the server's."""
    names = TransportSecuritySettings(allowed_hosts=list(site.reach.hosts), allowed_origins=list(site.reach.origins))
    manager = StreamableHTTPSessionManager(
        app=site.server,
        stateless=site.stateless,
        security_settings=names,
        max_request_body_size=LARGEST_BODY,
        max_sessions=ALL_SESSIONS,
    )
    sessions = Sessions(StreamableHTTPASGIApp(manager))
    gate = Gatekeeper(sessions, TransportSecurityMiddleware(names), _sign_in(site), site.toolsets, site.writes)
    app = Starlette(
        routes=[*(Route(path, endpoint=gate) for path in PATHS), *_metadata(site), *_health(site), *_pages(site)],
        middleware=[
            Middleware(Refusals),
            Middleware(
                CORSMiddleware,
                allow_origins=list(site.reach.origins),
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["*"],
                expose_headers=["Mcp-Session-Id", "WWW-Authenticate"],
                max_age=600,
            ),
        ],
        lifespan=lambda app: _life(site, manager),
    )
    app.router.redirect_slashes = False  # behind TLS it would redirect to http://
    return app


@asynccontextmanager
async def _life(site: Site, manager: StreamableHTTPSessionManager) -> AsyncIterator[None]:
    async with site.beside(), manager.run():
        if site.provider:
            await site.provider.keys.fetch(0)
        try:
            yield
        finally:
            site.stop.draining = True
            with anyio.move_on_after(WRITES, shield=True):
                await site.stop.idle()
            if site.provider:
                await site.provider.keys.aclose()


def _sign_in(site: Site) -> SignIn | None:
    if site.provider is None:
        return None
    issuer, resource = site.provider.issuer, site.reach.url
    audiences = site.provider.audiences or (resource,)
    tokens = Tokens(site.provider.keys, issuer=issuer, audiences=audiences, resource=resource)
    return SignIn(tokens, resource, _metadata_url(resource))


def _metadata_url(resource: str) -> str:
    """Return where RFC 9728 puts the metadata of a resource: its path appended to the well-known one."""
    parts = urlsplit(resource)
    return f"{parts.scheme}://{parts.netloc}{METADATA}{parts.path}"


def _metadata(site: Site) -> list[Route]:
    """Return the routes that tell clients who issues tokens, in every place they look: RFC 9728's, and the root."""
    if site.provider is None:
        return []
    told: Mapping[str, Any] = {
        "resource": site.reach.url,
        "authorization_servers": [site.provider.issuer],
        "scopes_supported": [READ, WRITE],
        "bearer_methods_supported": ["header"],
        "resource_name": site.server.title or "harvest-mcp",
    }

    async def metadata(request: Request) -> Response:
        return JSONResponse(told, headers={"Cache-Control": "max-age=3600", "Access-Control-Allow-Origin": "*"})

    at = urlsplit(site.reach.url).path
    places = (METADATA, f"{METADATA}{at}", f"{METADATA}{at}/{{rest:path}}")
    return [Route(path, metadata, methods=["GET"]) for path in places]


def _pages(site: Site) -> list[Route]:
    return site.pages.routes() if site.pages else []


def _health(site: Site) -> list[Route]:
    async def live(request: Request) -> Response:
        return PlainTextResponse("live")

    async def ready(request: Request) -> Response:
        if site.stop.draining:
            return PlainTextResponse("stopping", 503)
        keys = site.provider.keys if site.provider else None
        if keys and not keys.ready:
            await keys.fetch(5)
        if (keys and not keys.ready) or not await site.ready():
            return PlainTextResponse("not ready", 503)
        return PlainTextResponse("ready")

    return [Route("/livez", live, methods=["GET"]), Route("/readyz", ready, methods=["GET"])]
