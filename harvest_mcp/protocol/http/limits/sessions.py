"""A person holds only so many sessions open: one more ends the one they have not used for longest.

A session of the protocols before 2026-07-28 costs 37 kB until it is idle for half an hour, and a client that opens one
for each call would leave none for others (mcp 2.3.0 has one limit for all).
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALL_SESSIONS = 2000
"""The most sessions of all people together."""
OWN_SESSIONS = 100
"""The most of one person."""
HEADER = "mcp-session-id"


@dataclass(slots=True)
class _Session:
    user: Any
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Sessions:
    """Passes requests on to `app`, and notes whose sessions there are, the one used last at the end."""

    app: ASGIApp
    held: dict[str, OrderedDict[str, _Session]] = field(default_factory=dict)

    async def serve(self, scope: Scope, receive: Receive, send: Send, whose: str) -> None:
        """Serve a request of somebody."""
        mine = self.held.setdefault(whose, OrderedDict())
        id = Request(scope).headers.get(HEADER, "")
        if session := mine.get(id):
            mine.move_to_end(id)
            session.calls += scope["method"] == "POST"
        opened = list[str]()
        try:
            await self.app(scope, receive, _watching(send, partial(_note, scope, mine, opened)))
        finally:
            if session:
                session.calls -= scope["method"] == "POST"
            if opened:
                mine = self.held.setdefault(whose, mine)
                mine[opened[0]] = _Session(scope.get("user"))
                await self._make_room(scope, mine, opened[0])
            if not mine:
                self.held.pop(whose, None)

    async def _make_room(self, scope: Scope, mine: OrderedDict[str, _Session], newest: str) -> None:
        """End the sessions that were not used for longest, but none with a call under way, and not the newest."""
        idle = [id for id, each in mine.items() if not each.calls and id != newest]
        for id in idle[: max(0, len(mine) - OWN_SESSIONS)]:
            session = mine.pop(id)
            kept = [each for each in scope["headers"] if each[0] in (b"host", b"origin")]
            headers = [*kept, (HEADER.encode(), id.encode())]
            await self.app({**scope, "method": "DELETE", "headers": headers, "user": session.user}, _nothing, _unsaid)


def _note(scope: Scope, mine: OrderedDict[str, _Session], opened: list[str], status: int, named: str) -> None:
    """Note a session that was opened, and forget one that was ended."""
    id = Request(scope).headers.get(HEADER, "")
    if status < 400 and scope["method"] == "DELETE":
        mine.pop(id, None)
    elif status < 400 and named and not id:
        opened.append(named)


def _watching(send: Send, told: Callable[[int, str], None]) -> Callable[[Message], Awaitable[None]]:
    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            named = next((value.decode() for name, value in message["headers"] if name.lower() == HEADER.encode()), "")
            told(message["status"], named)
        await send(message)

    return watched


async def _nothing() -> Message:
    return {"type": "http.request", "body": b""}


async def _unsaid(message: Message) -> None:
    """Send nothing to anybody."""
