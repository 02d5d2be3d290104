"""Desks at an account in this process whose time is moved, and everything that is carried out there, row by row."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import anyio
import httpx

from harvest_mcp import server
from harvest_mcp.api import passed_over
from harvest_mcp.changes import Changes, Entry, Wanted
from harvest_mcp.config import settings
from harvest_mcp.consent.policy import Question, Respondent
from harvest_mcp.errors import HarvestMcpError, InDoubt
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.client import Gateway
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.sandbox import ADMIN, INCWO_LOGIN, TENANT, Sandbox
from harvest_mcp.sandbox.asgi import Receive, Scope, Send
from harvest_mcp.sandbox.faults.past import Stored
from harvest_mcp.spec import System
from harvest_mcp.state import State
from harvest_mcp.systems import load
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.tool import AccountLine, Answer, Call, Desk, Tool
from tests.sandbox.kit import NOW

Row = Mapping[str, Stored]
Rows = dict[tuple[str, int], Row | None]
Pause = Callable[[], Awaitable[None]]

STAMPS = frozenset({"id", "created_at", "updated_at", "modified_at", "cache_version"})
"""Columns that say only that something was written."""
TOOLS: dict[str, Tool] = {
    tool.name: tool for tool in server.tools_for(settings.read({"system": "both", "toolsets": "all"}))
}


@dataclass(slots=True)
class Moved:
    """A clock that only stands and is turned: sleeping turns it, and takes no time."""

    now: float = NOW.timestamp()

    def __call__(self) -> float:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        self.turn(seconds)
        await anyio.lowlevel.checkpoint()


def same(one: Row | None, other: Row | None) -> bool:
    """Whether two states of a row differ in nothing but when they were written."""
    if one is None or other is None:
        return one is other
    return all(_unstamped(one[name]) == _unstamped(other[name]) for name in one if name not in STAMPS)


def _unstamped(stored: Stored) -> Stored:
    return (
        re.sub(r'"(id|(created|updated|modified)_at)":("[^"]*"|\d+),?', "", stored)
        if isinstance(stored, str)
        else stored
    )


@dataclass(frozen=True, slots=True)
class Wrote:
    """A request that reached the account and was carried out: every row it touched, before and after."""

    method: str
    path: str
    body: bytes
    before: Rows
    after: Rows

    @property
    def changed(self) -> bool:
        """Whether anything is otherwise than before, but for when it was written."""
        return not all(same(row, self.after[key]) for key, row in self.before.items())

    def touched(self, table: str) -> list[int]:
        return [id for name, id in self.before if name == table]

    def made(self, table: str) -> list[int]:
        """Ids of the rows it made there."""
        return [id for (name, id), row in self.before.items() if name == table and row is None]


@dataclass(slots=True)
class Watched:
    """An account in front of which every effect is written down; `pause` comes before each request."""

    sandbox: Sandbox
    carried_out: list[Wrote] = field(default_factory=list)
    pause: Pause | None = None

    @property
    def wrote(self) -> list[Wrote]:
        """What changed anything but when it was written."""
        return [each for each in self.carried_out if each.changed]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.pause:
            await self.pause()
        past = self.sandbox.store.past
        count, seen = past.count, len(self.sandbox.seen)
        await self.sandbox(scope, receive, send)
        if not (touched := past.since(count)):
            return
        before: Rows = {}
        for each in touched:
            before.setdefault((each.table, each.id), each.row)
        call = self.sandbox.seen[seen]
        after = {key: self.sandbox.store.raw(*key) for key in before}
        self.carried_out.append(Wrote(call.method, call.path, call.body, before, after))


class MovedCall(Call):
    """A call whose writes wait by the clock of its desk."""

    def changes(self, system: System, *, aside: Any = passed_over) -> Changes:
        made = super().changes(system, aside=aside)
        sleep = getattr(self.desk.clock, "sleep", None)
        return replace(made, sleep=sleep) if sleep and "sleep" in {each.name for each in fields(made)} else made


@dataclass(frozen=True, slots=True)
class Skewed:
    """The clock of a machine that goes ahead of another, or behind."""

    clock: Moved
    by: float

    def __call__(self) -> float:
        return self.clock() + self.by

    async def sleep(self, seconds: float) -> None:
        await self.clock.sleep(seconds)


def account_of(name: str) -> Account:
    """The account of a system whose budget nothing exhausts; its answers mean what they mean."""
    system = load(name)
    system = replace(system, plan=replace(system.plan, calls=1_000_000))
    if name == "incwo":
        return Account.basic(system, f"http://sandbox.localhost/{TENANT}", INCWO_LOGIN.email, INCWO_LOGIN.password)
    return Account.basic(system, "http://sandbox.localhost", ADMIN.email, ADMIN.password)


def desk_at(watched: Watched, place: Path, clock: Moved | Skewed) -> Desk:
    """A server at an account, by this clock, whose journal is this file."""

    def connect(account: Account) -> AccountLine:
        throttle = Throttle(account.system.plan, clock=clock, sleep=clock.sleep)
        return Gateway(account, version="0", transport=httpx.ASGITransport(watched), throttle=throttle, clock=clock)

    account = account_of(watched.sandbox.store.system.name)
    shared = clock.clock if isinstance(clock, Skewed) else clock  # the store's own, which nobody's wall clock moves
    return server.desk(settings.read({}), [account], connect, state=State(str(place), clock=shared), clock=clock)


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool answered."""

    text: str
    error: bool = False
    crashed: bool = False

    @property
    def head(self) -> str:
        return self.text.partition("\n")[0]


async def yes(question: Question, code: str) -> Any:
    return "yes"


async def say(desk: Desk, name: str, /, *, form: Any = yes, **arguments: Any) -> Said:
    """A tool's answer, as the server words it, with a person who says yes."""
    tool = TOOLS[name]
    try:
        told = await tool.run(MovedCall(desk, name, Respondent(form=form)), parse(name, tool.arguments, arguments))
        return Said(Answer.of(told).text)
    except HarvestMcpError as error:
        if not isinstance(error, InDoubt):
            error.leaving(tool.untouched)
        return Said(str(error), error=True)
    except Exception as crash:
        return Said(f"{name} failed inside this server ({type(crash).__name__}: {crash}).", error=True, crashed=True)


async def journal_of(desk: Desk) -> list[Entry]:
    """Every change there is, oldest first."""
    (account,) = desk.accounts.values()
    return (await MovedCall(desk, "test").journal(account.system).find(Wanted(limit=100_000)))[::-1]
