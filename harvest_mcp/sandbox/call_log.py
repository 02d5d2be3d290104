"""The log of the calls to the account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harvest_mcp.sandbox.asgi import HttpCall

MOST = 10_000


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A request and the status of its response: 0 while unanswered, or when the connection broke first."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    status: int = 0


def note(seen: list[LoggedCall], call: HttpCall) -> LoggedCall:
    """Log a call as unanswered; drop the oldest beyond `MOST`."""
    fresh = LoggedCall(call.method, call.path, call.query, call.headers, call.body)
    seen.append(fresh)
    del seen[:-MOST]
    return fresh


def settle(seen: list[LoggedCall], noted: LoggedCall, status: int) -> None:
    """Set the status of a logged call, unless it was dropped."""
    for place in range(len(seen) - 1, -1, -1):
        if seen[place] is noted:
            seen[place] = replace(noted, status=status)
            return
