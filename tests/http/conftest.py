"""A provider that people sign in at, and a server that knows it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from harvest_mcp.sandbox import Sandbox
from tests.http.kit import SIGNED_IN, Hosted, asked
from tests.http.provider import Provider, providing


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as made:
        yield made


@pytest.fixture
async def team(sandbox: Sandbox, provider: Provider) -> AsyncIterator[Hosted]:
    """A server of a team, asked without a socket."""
    async with asked(sandbox, {**SIGNED_IN, "issuer": provider.issuer}) as host:
        yield host
