"""A seeded account whose clock stands still, so that every answer can be compared whole."""

from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from tests.sandbox.kit import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    """The agency on 2018-03-05 at 12:00 UTC; it never throttles, since its clock would never lift the block."""
    with open_account(clock=clock, calls=None) as sandbox:
        yield sandbox
