"""Write one log line for each request that is answered with an error before it becomes a call."""

import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harvest_mcp import counters
from harvest_mcp.protocol.http import visitor

log = logging.getLogger("harvest_mcp.calls")

PROBES = ("/livez", "/readyz")
"""Paths polled every other second, whose status says it all."""


class Refusals:
    """Middleware that passes everything through and looks at the status."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                _told(scope, message["status"])
            await send(message)

        try:
            await self.app(scope, receive, seen)
        except Exception:  # answered with 500 further out
            _told(scope, 500)
            raise


def _told(scope: Scope, status: int) -> None:
    """Write a log line without the address, a header or any part of the body."""
    counters.HERE.add(counters.REFUSED, str(status))
    if visitor.LOGGED in scope:
        return
    request = Request(scope)
    who = scope.get(visitor.KEPT_AS)
    told = {
        "request": visitor.request_id(scope, request.headers),
        "principal": visitor.pseudonym(who.whose) if isinstance(who, visitor.Visitor) else "",
        "status": status,
        "why": scope.get(visitor.WHY) or ("path" if status == 404 else "name"),
        "trace": visitor.trace_of(request.headers.get("traceparent")),
    }
    log.info("refused", extra={"told": {name: value for name, value in told.items() if value != ""}})
