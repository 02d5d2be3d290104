"""The four kinds of write, each on a client of its own, and an account to carry them out in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory

import anyio

from harvest_mcp.api import Api
from harvest_mcp.changes import Change, Changes, Entry, Journal, Snapshot, Wanted
from harvest_mcp.errors import CallFailed
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Limits
from harvest_mcp.sandbox import ADMIN, Sandbox, running
from harvest_mcp.spec import Record, Resource, Scope
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import CLIENTS, HARVEST

from ..conftest import QUICK
from ..gateway.line import CALM, reaching

TOGGLE = next(each for each in CLIENTS.actions if each.verb == "toggle")
LIMITS = replace(CALM, read=1.0)
"""For an account that says nothing."""
DOLLARS = "United States Dollar - USD"


@contextmanager
def journal() -> Iterator[Journal]:
    """An empty journal."""
    with TemporaryDirectory() as folder:
        state = State(f"{folder}/state.db")
        try:
            yield Journal(state, system=HARVEST.name, account="sandbox", principal="admin")
        finally:
            state.close()


async def outcomes(changes: Changes) -> list[str]:
    """What the journal says became of every write, sorted."""
    return sorted(entry.outcome for entry in await entries(changes))


async def entries(changes: Changes) -> list[Entry]:
    return await changes.journal.find(Wanted(limit=1000))


@asynccontextmanager
async def working(sandbox: Sandbox, *, limits: Limits = LIMITS) -> AsyncIterator[Changes]:
    """The writes of a sandbox's administrator, over a socket."""
    with running(sandbox) as url:
        own = Account.basic(HARVEST, url, ADMIN.email, ADMIN.password)
        async with reaching(own, limits=limits) as gateway:
            with journal() as kept:
                yield Changes(Api(HARVEST, gateway), kept, "test", timing=QUICK)


@dataclass(frozen=True, slots=True)
class Write:
    """One write: how it is made, on which client, and how often it can be seen to have been carried out."""

    method: str
    path: str
    do: Callable[[Changes], Awaitable[Change[Record]]]
    effects: Callable[[], int]
    mark: bytes = b""

    def statuses(self, sandbox: Sandbox) -> list[int]:
        """What it was answered each time it reached the account; 0 for nothing."""
        return [
            seen.status
            for seen in sandbox.seen
            if (seen.method, seen.path) == (self.method, self.path) and self.mark in seen.body
        ]

    def sent(self, sandbox: Sandbox) -> int:
        """How often it reached the account."""
        return len(self.statuses(sandbox))


async def at_no_time(seconds: float) -> None:
    """No waiting."""


def lay(sandbox: Sandbox, name: str) -> int:
    """A client nobody has written to: its version counts the writes."""
    return sandbox.put(CLIENTS, name=name, active=True, currency=DOLLARS, cache_version=0, details="")


def row(sandbox: Sandbox, id: int) -> dict[str, object]:
    return dict(sandbox.store.get(CLIENTS, id) or {})


def read(sandbox: Sandbox, id: int) -> Snapshot[Record]:
    """A client as it reads now, without a call; nobody wrote to it before."""
    return Snapshot(CLIENTS.record.model_validate(row(sandbox, id)), 0)


def highest(sandbox: Sandbox, resource: Resource[Record]) -> int:
    return max((int(str(row["id"])) for row in sandbox.rows(resource)), default=0)


def create(sandbox: Sandbox, name: str) -> Write:
    above = highest(sandbox, CLIENTS)
    values = {"name": name, "details": "5 Quay Road\r\nBremen "}
    return Write(
        "POST",
        "/clients",
        lambda changes: changes.create(Scope(CLIENTS), values, above=above),
        lambda: sandbox.store.count(CLIENTS, [("name", "=", name)]),
        mark=f"<name>{name}</name>".encode(),
    )


def update(sandbox: Sandbox, name: str) -> Write:
    id = lay(sandbox, f"before {name}")
    record = read(sandbox, id)
    return Write(
        "PUT",
        f"/clients/{id}",
        lambda changes: changes.update(Scope(CLIENTS), record, {"name": name}),
        lambda: int(str(row(sandbox, id)["cache_version"])),
    )


def toggle(sandbox: Sandbox, name: str) -> Write:
    id = lay(sandbox, name)
    record = read(sandbox, id)
    return Write(
        "POST",
        f"/clients/{id}/toggle",
        lambda changes: changes.act(Scope(CLIENTS), TOGGLE, record, wanted=False),
        lambda: int(str(row(sandbox, id)["cache_version"])),
    )


def delete(sandbox: Sandbox, name: str) -> Write:
    id = lay(sandbox, name)
    record = read(sandbox, id)
    return Write(
        "DELETE",
        f"/clients/{id}",
        lambda changes: changes.delete(Scope(CLIENTS), record),
        lambda: 0 if row(sandbox, id) else 1,
    )


KINDS: dict[str, Callable[[Sandbox, str], Write]] = {
    "create": create,
    "update": update,
    "toggle": toggle,
    "delete": delete,
}


def every_kind(sandbox: Sandbox) -> dict[str, Write]:
    """One write of each kind, ready to be made at once."""
    return {kind: make(sandbox, f"Nordlicht {kind}") for kind, make in KINDS.items()}


async def at_once(changes: Changes, writes: Mapping[str, Write]) -> dict[str, Change[Record] | CallFailed]:
    """Make writes side by side: what each came to."""
    ends: dict[str, Change[Record] | CallFailed] = {}

    async def one(kind: str) -> None:
        try:
            ends[kind] = await writes[kind].do(changes)
        except CallFailed as failure:
            ends[kind] = failure

    async with anyio.create_task_group() as group:
        for kind in writes:
            group.start_soon(one, kind)
    return ends


def stored(sandbox: Sandbox, change: Change[Record]) -> bool:
    """Whether a change shows the record as it is stored; late accounts leave the version out."""
    unseen = {"cache_version"}
    kept = {name: value for name, value in row(sandbox, change.id).items() if name not in unseen}
    return (change.record.model_dump(exclude=unseen) if change.record else {}) == kept


def patiently(limits: Limits = LIMITS) -> Limits:
    """Limits under which a slow machine does not make doubts of its own."""
    return replace(limits, read=2, total=5)
