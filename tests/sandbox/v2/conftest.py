"""The studio over v2, and an administrator at it."""

from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Sandbox
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2

from . import kit
from .kit import Clock, caller

Open = Callable[..., Sandbox]


@pytest.fixture
def clock() -> Clock:
    return kit.clock()


@pytest.fixture
def opened(clock: Clock) -> Iterator[Open]:
    """Open accounts with settings; all are closed at the end."""
    made: list[Sandbox] = []

    def open_(**settings: object) -> Sandbox:
        made.append(open_harvest_v2(settings=Settings(**settings), clock=clock, calls=None))  # type: ignore[arg-type]  # what a test says is checked when it is made
        return made[-1]

    yield open_
    for sandbox in made:
        sandbox.close()


@pytest.fixture
def sandbox(opened: Open) -> Sandbox:
    return opened()


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(sandbox) as http:
        yield http


@pytest.fixture
async def manager(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(sandbox, MANAGER) as http:
        yield http


@pytest.fixture
async def member(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(sandbox, MEMBER) as http:
        yield http
