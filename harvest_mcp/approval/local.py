"""Serve the approval page to this machine only, on a port of its own, while a question waits."""

import os
import secrets
import shlex
import socket
import sys
from asyncio import Event, Task, create_task, wait, wait_for
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import anyio

from harvest_mcp.consent.store import Consents
from harvest_mcp.errors import StateError
from harvest_mcp.state import State, default_place

if TYPE_CHECKING:
    from harvest_mcp.approval.page import Door

NAME = "harvest-mcp"
HOST = "127.0.0.1"
LINGER = 20.0
"""Seconds the page stays after the last answer, for whoever reloads it."""
GLANCE = 1.0
"""Seconds between checks whether a question was answered in a terminal, used up, or expired."""
MOST_DOORS = 200
PATIENCE = 5.0
"""Seconds the server gets to stop."""


def approve_command(state: State) -> Callable[[str], str]:
    """Return the command to see and approve a question of this state store.

    For a store in a database, HARVEST_MCP_STATE must be set in that terminal as it is here.
    """

    def command(code: str) -> str:
        approve = f"{_ourselves()} approve {code}"
        # A database URL may contain a password; a file's full path works from any working directory.
        own = state.remote or state.place == default_place()
        return approve if own else f"{approve} --state {_quoted(os.path.abspath(state.shown))}"

    return command


def _ourselves() -> str:
    """Return this program as a terminal finds it: its name, or its path if it is not on the PATH."""
    from shutil import which  # noqa: PLC0415 - not at start

    running = Path(sys.argv[0])
    if running.stem != NAME or which(NAME) is not None:
        return NAME
    return _quoted(str(running.absolute()))


def _quoted(path: str) -> str:
    return f'"{path}"' if os.name == "nt" else shlex.quote(path)


@dataclass(slots=True)
class _PageServer:
    """One run of the server: its address, its questions by secret path, and the event that ends it."""

    address: str
    doors: dict[str, "Door"] = field(default_factory=dict)
    over: Event = field(default_factory=Event)


class LocalPage:
    """The page for every question that waits in this process; nothing listens while none does."""

    def __init__(self, consents: Consents, *, linger: float = LINGER, glance: float = GLANCE) -> None:
        self._consents, self._linger, self._glance = consents, linger, glance
        self._house: _PageServer | None = None
        self._running: set[Task[None]] = set()

    @property
    def address(self) -> str:
        """The address it listens at; empty if it does not."""
        return self._house.address if self._house else ""

    def offer(self, code: str) -> str:
        """Return the link to the question of this code; empty if no port can be opened."""
        from harvest_mcp.approval.page import Door  # noqa: PLC0415 - not at start

        if self._house is None and not self._opened():
            return ""
        assert self._house is not None  # noqa: S101 - opened
        doors = self._house.doors
        path = next((path for path, door in doors.items() if door.code == code), None)
        if path is None:
            while len(doors) >= MOST_DOORS:
                del doors[next(iter(doors))]
            path = secrets.token_urlsafe(24)
            doors[path] = Door(code, secrets.token_urlsafe(24))
        return f"{self._house.address}/{path}"

    async def aclose(self) -> None:
        """Stop serving, even if questions wait."""
        if self._house is not None:
            self._house.over.set()
        if self._running:
            with anyio.move_on_after(PATIENCE, shield=True):
                await wait(set(self._running))
        for task in self._running:
            task.cancel()

    def _opened(self) -> bool:
        try:
            listener = socket.create_server((HOST, 0))
        except OSError:
            return False
        self._house = _PageServer(f"http://{HOST}:{listener.getsockname()[1]}")
        # A new context: it outlives the call that started it.
        task = create_task(self._serve(self._house, listener), context=Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    async def _serve(self, house: _PageServer, listener: socket.socket) -> None:
        from harvest_mcp.approval.page import Pages  # noqa: PLC0415 - not at start
        from harvest_mcp.approval.serving import guest  # noqa: PLC0415 - same

        server = guest(Pages(house.address, house.doors, self._consents))
        serving = create_task(server.serve(sockets=[listener]))
        try:
            await self._until_nothing_waits(house)
        finally:
            if self._house is house:
                self._house = None  # before the first await, so that the next question starts a new server
            server.should_exit = server.force_exit = True
            try:
                await serving
            finally:
                listener.close()

    async def _until_nothing_waits(self, house: _PageServer) -> None:
        idle = 0.0
        while not house.over.is_set() and idle <= self._linger:
            with suppress(TimeoutError):
                await wait_for(house.over.wait(), self._glance)
            idle = 0.0 if await self._waits(house) else idle + self._glance

    async def _waits(self, house: _PageServer) -> bool:
        """Return whether a question here may still be answered."""
        try:
            waiting = {each.code for each in await self._consents.waiting()}
        except StateError:
            return False
        return any(door.code in waiting for door in house.doors.values())
