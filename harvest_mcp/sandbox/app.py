"""The sandbox as one ASGI application: logs each call, throttles it, plays a fault, or answers it."""

import logging
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

from harvest_mcp.sandbox import control
from harvest_mcp.sandbox.asgi import Connection, HttpAnswer, HttpCall, Receive, Scope, Send, hear
from harvest_mcp.sandbox.call_log import LoggedCall, note, settle
from harvest_mcp.sandbox.faults import Fault, Faults
from harvest_mcp.sandbox.faults.fault_player import play
from harvest_mcp.sandbox.faults.later import Later
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.sandbox.world import World
from harvest_mcp.spec import Record, Resource, Value

log = logging.getLogger("harvest_mcp.sandbox")


class Sandbox:
    """A local account at one vendor. Call it as ASGI, inspect it with `seen` and `rows`, break it with `fail`."""

    def __init__(self, store: Store, world: World, *, path: str | None, clock: Callable[[], float]) -> None:
        self.path = path
        self.store, self.world, self.clock = store, world, clock
        self.seen: list[LoggedCall] = []
        self.faults, self.later = Faults(), Later()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(await hear(scope, receive), Connection(scope, receive, send))

    async def _serve(self, call: HttpCall, line: Connection) -> None:
        if control.is_control(call):
            await line.answer(control.answer(call, faults=self.faults, seen=self.seen))
            return
        line.told = partial(settle, self.seen, note(self.seen, call))
        await self._attend(call, line)

    def fail(self, fault: Fault) -> None:
        """Arm a fault; faults are tried in the order they were armed."""
        self.faults.arm(fault)

    def calm(self) -> None:
        """Disarm every fault, and end the delays that are under way."""
        self.faults.clear()

    def rows(self, resource: Resource[Record], *where: Test) -> list[Row]:
        """Return the stored rows that match, by ascending id, with all columns, also those the vendor does not show."""
        return self.store.rows(resource, where)

    def put(self, resource: Resource[Record], **values: Value) -> int:
        """Insert a row without checking any rule; return its id."""
        with self.store.writing():
            return self.store.insert(resource, values)

    def close(self) -> None:
        self.later.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def answer(self, call: HttpCall) -> HttpAnswer:
        """Return the account's response; an exception in the sandbox becomes a 500."""
        try:
            return self.world.answer(call)
        except Exception:
            log.exception("%s %s", call.method, call.path)
            body = self.world.error("Failed", "This account failed.")
            return HttpAnswer(500, body=body, content_type=self.world.content_type)

    async def _attend(self, call: HttpCall, line: Connection) -> None:
        """Answer a call: throttled first, then by a fault, else truthfully."""
        calm = self.faults.lull()
        if (refused := self.world.throttled(call)) is not None:
            await line.answer(refused)
        elif (fault := self.faults.take(call)) is None:
            await line.answer(self.answer(call))
        else:
            await play(fault, call, line, self, later=self.later, calm=calm)
