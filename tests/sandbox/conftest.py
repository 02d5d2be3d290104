"""A fresh, seeded sandbox and an administrator at it, for every test that asks."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox, open_account

from .kit import Clock, caller


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with open_account(clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with caller(sandbox) as http:
        yield http
