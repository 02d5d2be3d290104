"""What is known of a request once it is let in; stored with the request for its tool call."""

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
    """Who sent a request, what they may do and want to see, and their name in the log.

    `whose` is empty if nobody signs in, `scopes` None if they do not matter.
    """

    whose: str
    scopes: frozenset[str] | None
    narrowing: Narrowing
    request: str
    trace: str = ""


def pseudonym(whose: str) -> str:
    """Return a pseudonym for the log: the same for the same person, and no name."""
    return hashlib.sha256(whose.encode()).hexdigest()[:12] if whose else ""


def keep(scope: Any, visitor: Visitor) -> None:
    """Store it with its request."""
    scope[KEPT_AS] = visitor


def of(request: Any) -> Visitor:
    """Return who sent a request; every request that gets here was let in, otherwise this is a bug."""
    found = request.scope[KEPT_AS]
    if not isinstance(found, Visitor):
        raise TypeError
    return found


def logged(request: Any) -> None:
    """Note that a request has its log line."""
    request.scope[LOGGED] = True


def request_id(scope: Any, headers: Mapping[str, str]) -> str:
    """Return the request id a proxy set, or one of our own; the same each time."""
    if NAMED_AS not in scope:
        said = headers.get("x-request-id", "")
        scope[NAMED_AS] = said if REQUEST_ID.fullmatch(said) else secrets.token_hex(8)
    return str(scope[NAMED_AS])


def trace_of(traceparent: object) -> str:
    """Return the trace id (W3C Trace Context); empty if it is none."""
    match = TRACE.fullmatch(traceparent) if isinstance(traceparent, str) else None
    return match[1] if match else ""
