"""The sandbox as one ASGI application: notes every call, counts it, plays the fault asked for, or answers it."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from harvest_mcp.sandbox import bodies, control, pages, routes, seed
from harvest_mcp.sandbox.asgi import Answer, Call, Line, Receive, Scope, Send, hear
from harvest_mcp.sandbox.faults import Fault, Faults
from harvest_mcp.sandbox.mischief import Later, play
from harvest_mcp.sandbox.people import who
from harvest_mcp.sandbox.rules import Refusal
from harvest_mcp.sandbox.seen import Seen, note, settle
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.sandbox.throttle import CALLS, Throttle
from harvest_mcp.spec import Era, Record, Resource, Scalar
from harvest_mcp.systems.harvest import RATE_LIMIT

UNAUTHORIZED = (("WWW-Authenticate", 'Basic realm="Application"'),)  # harvest-v1 3.1


class Sandbox:
    """A local Harvest account. Call it as ASGI; look into it with `seen` and `rows`; break it with `fail`."""

    def __init__(
        self, store: Store, *, path: str | None, profile: Era, clock: Callable[[], float], calls: int | None
    ) -> None:
        self.path = path
        self.store, self.profile, self.clock = store, profile, clock
        self.seen: list[Seen] = []
        self.faults, self.later = Faults(), Later()
        self.throttle = Throttle(calls, clock=clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(await hear(scope, receive), Line(scope, receive, send))

    async def _serve(self, call: Call, line: Line) -> None:
        if control.is_control(call):
            await line.answer(control.answer(call, faults=self.faults, seen=self.seen))
            return
        line.told = partial(settle, self.seen, note(self.seen, call))
        await self._attend(call, line)

    def fail(self, fault: Fault) -> None:
        """Arm a fault; faults are tried in the order they were armed."""
        self.faults.arm(fault)

    def calm(self) -> None:
        """Disarm every fault."""
        self.faults.clear()

    def rows(self, resource: Resource[Record]) -> list[Row]:
        """Every stored row of a resource by ascending id, all columns, whatever the profile."""
        return self.store.rows(resource)

    def put(self, resource: Resource[Record], **values: Scalar) -> int:
        """Lay down a row as it is, past every rule; returns its id."""
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

    async def _attend(self, call: Call, line: Line) -> None:
        """The budget first, then a fault, then the truth; AC-2 neither counts nor is blocked (harvest-v1 4)."""
        if call.path.rstrip("/") != RATE_LIMIT.path and (wait := self.throttle.count()) is not None:
            await line.answer(throttled(wait))
        elif (fault := self.faults.take(call)) is None:
            await line.answer(self._answer(call))
        else:
            await play(fault, line, partial(self._answer, call), later=self.later, now=self.clock())

    def _answer(self, call: Call) -> Answer:
        """The vendor's own order: what is asked for, who asks, where, and only then what."""
        if not _speaks_xml(call):
            return pages.SIGN_IN
        login = who(call)
        if login is None:
            return _refused(Refusal(401, "Unauthorized", "These credentials are not known here.", hint=False))
        found = routes.find(call)
        if found is None:
            return pages.NO_SUCH_PAGE
        answer, id = found
        try:
            return answer(routes.Visit(self.store, self.throttle, self.profile, login, call, id))
        except Refusal as refusal:
            return _refused(refusal)


def open_account(
    path: str | None = None,
    *,
    profile: Era = "late",
    clock: Callable[[], float] = time.time,
    calls: int | None = CALLS,
    seeded: bool = True,
) -> Sandbox:
    """Open a sandbox: in memory, or in a file that is made and seeded when it is not there yet.

    `calls` is the budget per 15 s; None never throttles. `seeded=False` leaves a new account empty.

    Raises:
        SettingsError: the file is not a sandbox's, or cannot be used.
    """
    store = Store(path, clock=clock, fill=seed.fill if seeded else None)
    return Sandbox(store, path=path, profile=profile, clock=clock, calls=calls)


def throttled(wait: int) -> Answer:
    return Answer(503, (("Retry-After", str(wait)),), bodies.error("Throttled", "Too many calls; wait."))


def _refused(refusal: Refusal) -> Answer:
    headers = UNAUTHORIZED if refusal.status == 401 else ()
    hint = (("Hint", refusal.hint),) if refusal.hint else ()
    return Answer(refusal.status, (*headers, *hint), bodies.error(refusal.kind, refusal.message))


def _speaks_xml(call: Call) -> bool:
    """Both headers on every call, GET included (harvest-v1 2)."""
    names: Sequence[str] = ("accept", "content-type")
    kinds = [call.headers.get(name, "").split(";")[0].split(",")[0].strip().lower() for name in names]
    return all(kind == "application/xml" for kind in kinds)
