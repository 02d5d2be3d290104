"""A caller who leaves never leaves half a write: what was sent is carried through, looked at, and never sent again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import anyio
import anyio.lowlevel
import pytest

from harvest_mcp.api import Api
from harvest_mcp.changes import Change, Changes
from harvest_mcp.errors import InDoubt
from harvest_mcp.gateway import Send, Waiting, nobody
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.sandbox.faults import Commit
from harvest_mcp.spec import Record
from harvest_mcp.spec.exchange import Request, Response
from tests.patience import PATIENCE

from .kit import KINDS, Write, at_once, every_kind, outcomes, patiently, working

pytestmark = pytest.mark.anyio
STEP = 0.08
ONCE_EACH = dict.fromkeys(KINDS, (1, 1))


@dataclass(slots=True)
class Leaving:
    """A caller who leaves when so many calls have begun or ended."""

    send: Send
    scope: anyio.CancelScope
    at: int
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.scope.cancel()

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response:
        self.step()
        try:
            return await self.send(request, waiting=waiting)
        finally:
            self.step()


async def leave(changes: Changes, write: Write, at: int) -> tuple[Change[Record] | InDoubt | None, bool]:
    """What a write came to whose caller left, and whether they really had."""
    came: Change[Record] | InDoubt | None = None
    with anyio.CancelScope() as scope:
        api = Api(changes.api.system, Leaving(changes.api.send, scope, at))
        try:
            came = await write.do(replace(changes, api=api))
        except InDoubt as doubt:
            came = doubt
        await anyio.lowlevel.checkpoint()
    return came, scope.cancelled_caught


async def leave_all(
    changes: Changes, every: Mapping[str, Write], at: int
) -> dict[str, tuple[Change[Record] | InDoubt | None, bool]]:
    ends: dict[str, tuple[Change[Record] | InDoubt | None, bool]] = {}

    async def one(kind: str) -> None:
        ends[kind] = await leave(changes, every[kind], at)

    async with anyio.create_task_group() as group:
        for kind in every:
            group.start_soon(one, kind)
    return ends


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("commit", ["before", "never"])
async def test_a_write_in_doubt_is_settled_whenever_its_caller_leaves(
    commit: Commit, at: int, sandbox: Sandbox
) -> None:
    """1 and 2: the write; from 3: the looks, the first of which fails."""
    every = every_kind(sandbox)
    for write in every.values():
        sandbox.fail(Fault("drop", method=write.method, path=write.path, commit=commit))
        sandbox.fail(Fault("status", "401", method="GET", path=write.path.removesuffix("/toggle")))
    async with working(sandbox, limits=patiently()) as changes:
        ends = await leave_all(changes, every, at)
        assert await outcomes(changes) == ["in doubt" if commit == "never" else "applied"] * len(every)
    for kind, write in every.items():
        came, left = ends[kind]
        assert left
        assert write.sent(sandbox) == 1
        assert write.effects() == (0 if commit == "never" else 1)
        assert isinstance(came, InDoubt if commit == "never" else Change)


@pytest.mark.parametrize("after", [0.0, 0.02, STEP, 2 * STEP])
async def test_a_write_is_carried_through_whenever_its_callers_time_is_up(after: float, sandbox: Sandbox) -> None:
    """The write and what is read back each take a while on the wire."""
    every = every_kind(sandbox)
    sandbox.fail(Fault("delay", str(STEP), times=None))
    async with working(sandbox, limits=patiently()) as changes:
        with anyio.fail_after(PATIENCE), anyio.move_on_after(after):
            await at_once(changes, every)
        assert await outcomes(changes) == ["applied"] * len(every)
    assert {kind: (write.effects(), write.sent(sandbox)) for kind, write in every.items()} == ONCE_EACH
    assert all(seen.status for seen in sandbox.seen), "every answer was waited for"
    assert len(sandbox.seen) == 2 * len(every), "and every write was read back"


async def test_a_server_that_stops_lets_its_writes_finish_first(sandbox: Sandbox) -> None:
    """Cancelling the group they run in waits for all of them."""
    every = every_kind(sandbox)
    sandbox.fail(Fault("delay", str(STEP), times=None))
    async with working(sandbox, limits=patiently()) as changes, anyio.create_task_group() as group:
        group.start_soon(at_once, changes, every)
        await anyio.sleep(STEP / 2)
        group.cancel_scope.cancel()
    assert {kind: (write.effects(), write.sent(sandbox)) for kind, write in every.items()} == ONCE_EACH
