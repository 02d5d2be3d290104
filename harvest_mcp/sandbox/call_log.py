"""What reached the account, call by call."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from harvest_mcp.sandbox.asgi import HttpCall

MOST = 10_000


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call as it came, and the status it got: 0 while unanswered, or when the line broke first."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    status: int = 0


def note(seen: list[LoggedCall], call: HttpCall) -> LoggedCall:
    """Put a call down as unanswered; the oldest go when there are too many."""
    fresh = LoggedCall(call.method, call.path, call.query, call.headers, call.body)
    seen.append(fresh)
    del seen[:-MOST]
    return fresh


def settle(seen: list[LoggedCall], noted: LoggedCall, status: int) -> None:
    """Put the status to a call noted before, where it still is."""
    for place in range(len(seen) - 1, -1, -1):
        if seen[place] is noted:
            seen[place] = replace(noted, status=status)
            return
