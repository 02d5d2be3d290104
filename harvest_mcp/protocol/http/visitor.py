"""What is known of one request once it is let in; kept with the request, and read where its tool is called."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvest_mcp.protocol.http.narrowing import Narrowing

KEPT_AS, NAMED_AS = "harvest_mcp.visitor", "harvest_mcp.request"
LOGGED, WHY = "harvest_mcp.logged", "harvest_mcp.why"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request, what it may do and wants to see, and what it is called in the log.

    `whose` is empty where nobody signs in, `scopes` None where they do not matter.
    """

    whose: str
    scopes: frozenset[str] | None
    narrowing: Narrowing
    request: str
    trace: str = ""


def hashed(whose: str) -> str:
    """Return whose it is, for a log: the same for the same person, and no name."""
    return hashlib.sha256(whose.encode()).hexdigest()[:12] if whose else ""


def keep(scope: Any, visitor: Visitor) -> None:
    """Keep it with its request."""
    scope[KEPT_AS] = visitor


def of(request: Any) -> Visitor:
    """Return who sent a request that was let in; that one was not is a fault of this program, so it fails."""
    found = request.scope[KEPT_AS]
    if not isinstance(found, Visitor):
        raise TypeError
    return found


def logged(request: Any) -> None:
    """Note that a request has its line in the log."""
    request.scope[LOGGED] = True


def request_id(scope: Any, headers: Mapping[str, str]) -> str:
    """Return what a proxy calls this request, or else a name of our own; the same however often it is asked for."""
    if NAMED_AS not in scope:
        said = headers.get("x-request-id", "")
        scope[NAMED_AS] = said if REQUEST_ID.fullmatch(said) else secrets.token_hex(8)
    return str(scope[NAMED_AS])


def trace_of(traceparent: object) -> str:
    """Return the id of a trace (W3C Trace Context); empty where it is none."""
    match = TRACE.fullmatch(traceparent) if isinstance(traceparent, str) else None
    return match[1] if match else ""
