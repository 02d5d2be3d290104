"""One process of callers on a shared budget: `python -m tests.gateway.callers ORDER`, an order in JSON.

It says "ready", waits for a line, and prints as JSON what the budget decided and how the calls ended.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import TypeVar

import anyio

from harvest_mcp.errors import CallFailed, GateClosed
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.book import Book, BookPage, Work
from harvest_mcp.gateway.client import Gateway, Limits
from harvest_mcp.gateway.shared import shared
from harvest_mcp.gateway.throttle import Slot, Throttle
from harvest_mcp.sandbox import ADMIN
from harvest_mcp.spec import Plan
from harvest_mcp.spec.exchange import Request
from harvest_mcp.state import State, sqlite
from harvest_mcp.systems.harvest import HARVEST
from tests.patience import PATIENCE

T = TypeVar("T")
READ = Request("GET", "/account/who_am_i")
PATIENT = Limits(total=3600, wait=3600)


@dataclass(frozen=True, slots=True)
class Order:
    """`tasks` tasks make `calls` calls each, one after the other, within a plan."""

    url: str
    place: str
    tasks: int
    calls: int
    plan_calls: int
    plan_seconds: float

    def account(self) -> Account:
        plan = Plan(calls=self.plan_calls, seconds=self.plan_seconds, pause=16)
        return Account.basic(replace(HARVEST, plan=plan), self.url, ADMIN.email, ADMIN.password)


class Witness:
    """A book that notes what was decided on its pages, at the book's own time: who may leave, and what was closed."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.left: list[tuple[float, bool, bool]] = []
        self.closed: list[tuple[float, float]] = []

    async def hold(self, work: Work[T]) -> T:
        def noted(page: BookPage) -> T:
            closed_until = page.gate.closed_until
            result = work(page)
            if isinstance(result, Slot) and not result.wait:
                self.left.append((page.now, bool(result.probe), page.gate.closed_for(page.now) > 0))
            if page.gate.closed_until > closed_until:
                self.closed.append((page.now, page.gate.closed_until))
            return result

        return await self._book.hold(noted)

    async def aclose(self) -> None:
        await self._book.aclose()


async def main(order: Order) -> None:
    sqlite.LIGHT_BUSY_FOR = sqlite.BUSY_FOR = PATIENCE  # one of the others may stand still with the file in its hands
    account, state = order.account(), State(order.place)
    witness = Witness(shared(state, account))
    throttle = Throttle(account.system.plan, book=witness)
    gateway = Gateway(account, version="0", throttle=throttle, limits=PATIENT)
    ends: Counter[str] = Counter()

    async def task() -> None:
        made = 0
        while made < order.calls:
            try:
                await gateway(READ)
                ends["answered"] += 1
            except GateClosed as closed:
                ends["told to wait"] += 1
                await anyio.sleep(closed.seconds)
                continue
            except CallFailed as failure:
                ends[type(failure).__name__] += 1
            made += 1

    async with anyio.create_task_group() as group:
        for _ in range(order.tasks):
            group.start_soon(task)
    await gateway.aclose()
    state.close()
    print(json.dumps({"left": witness.left, "closed": witness.closed, "ends": ends}))


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    anyio.run(main, Order(**json.loads(sys.argv[1])))
