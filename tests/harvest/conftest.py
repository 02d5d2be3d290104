"""The agency on one day, so that what a year comes to is the same in every run."""

from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from tests.harvest.ticking import Ticking


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
def sandbox(clock: Ticking) -> Iterator[Sandbox]:
    """On 2018-03-05 from 12:00 UTC on, 07:00 in the account's zone; it never throttles."""
    with open_account(clock=clock, calls=None) as sandbox:
        yield sandbox
