"""Writes that are killed or cancelled at a chosen step, and what they must leave behind."""

import json
import os
import signal
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import anyio

from harvest_mcp import server
from harvest_mcp.changes import USUAL, Timing, Wanted
from harvest_mcp.config import settings
from harvest_mcp.consent.policy import Question, Respondent
from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.gateway import Account, Waiting, nobody
from harvest_mcp.gateway.client import Limits
from harvest_mcp.sandbox import ADMIN, Sandbox
from harvest_mcp.spec import Plan
from harvest_mcp.spec.exchange import Request, Response
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.tool import AccountLine, Answer, Call, Desk, Tool

T = TypeVar("T")
LATE = 0.25
"""Seconds after the gateway gave up at which a late commit happens."""
AT_ONCE = Limits(first_wait=0.001)
"""Tries follow each other at once."""
QUICK = Timing(looks=(0.01, 0.05, 0.1), lag=2 * LATE)
"""In the proportions of real ones, but a tenth as long; still longer than the latest commit."""


@dataclass(slots=True)
class Steps:
    """Counts the steps of a write, before and after each commit and each request; at the chosen one it ends it."""

    at: int
    end: Callable[[], None]
    passed: int = 0

    def step(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            self.end()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class SteppedState(State):
    """A state store that steps around every transaction."""

    def __init__(self, place: str, steps: Steps) -> None:
        super().__init__(place)
        self.steps = steps

    def do(self, *arguments: Any, **named: Any) -> Any:
        self.steps.step()
        result = super().do(*arguments, **named)
        self.steps.step()
        return result


@dataclass(slots=True)
class SteppedLine:
    """A line that steps around every request."""

    line: AccountLine
    steps: Steps
    throttle: Any = field(init=False)

    def __post_init__(self) -> None:
        self.throttle = self.line.throttle

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response:
        self.steps.step()
        answer = await self.line(request, waiting=waiting)
        self.steps.step()
        return answer

    async def found(self) -> Account:
        return await self.line.found()

    async def aclose(self) -> None:
        await self.line.aclose()


@asynccontextmanager
async def at_desk(url: str, place: str, steps: Steps | None = None, *, timing: Timing = USUAL) -> Any:
    """A desk over an account at this address, with its journal at this place."""
    chosen = settings.read({})
    unthrottled = replace(HARVEST, plan=Plan(calls=1_000_000, seconds=15, pause=16))
    account = Account.basic(unthrottled, url, ADMIN.email, ADMIN.password)
    plain = server.over_http(chosen)

    def connect(account: Account) -> AccountLine:
        return SteppedLine(plain(account), steps) if steps else plain(account)

    state = SteppedState(place, steps) if steps else State(place)
    desk = server.desk(chosen, [account], connect, state=state, timing=timing)
    try:
        yield desk
    finally:
        await desk.aclose()


def desk_over(sandbox: Sandbox, place: Path, api: str = "harvest") -> Desk:
    """A desk over an account in this process, whose budget nothing exhausts; its journal is in this folder."""
    account = server.sandbox_account(api)
    account = replace(account, system=replace(account.system, plan=Plan(calls=1_000_000, seconds=0.01, pause=0.01)))
    state = State(str(place / "state.db"))
    return server.desk(settings.read({}), [account], server.in_process(sandbox, AT_ONCE), state=state, timing=QUICK)


async def yes(question: Question, code: str) -> Any:
    return "yes"


@cache
def tools_of(system: str) -> dict[str, Tool]:
    return {tool.name: tool for tool in server.tools_for(settings.read({"system": system, "toolsets": "all"}))}


async def use(desk: Desk, name: str, /, **arguments: Any) -> tuple[str, bool]:
    """A tool's answer and whether it is an error, with a person who says yes."""
    (system,) = desk.accounts
    tool = tools_of(system)[name]
    try:
        said = await tool.run(Call(desk, name, Respondent(form=yes)), parse(name, tool.arguments, arguments))
        return Answer.of(said).text, False
    except HarvestMcpError as error:
        return str(error), True


async def entries(desk: Desk) -> list[Any]:
    (account,) = desk.accounts.values()
    return await Call(desk, "test").journal(account.system).find(Wanted(limit=1000))


@types.coroutine
def cancelled_at(number: int, scope: anyio.CancelScope, doing: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
    """Run a coroutine, and cancel its scope at its n-th await."""
    passed, send, value = 0, doing.send, None
    while True:
        try:
            awaited = send(value)
        except StopIteration as stop:
            result: T = stop.value
            return result
        passed += 1
        if passed == number:
            scope.cancel()
        try:
            value, send = (yield awaited), doing.send
        except BaseException as error:
            value, send = error, doing.throw


def id_in(text: str) -> int:
    return int(json.loads(text.splitlines()[-1])["id"])


Doing = Callable[[Desk], Awaitable[Any]]
