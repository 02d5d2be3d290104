"""The studio over v2."""

from collections.abc import Iterator

import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    account = open_harvest_v2()
    yield account
    account.close()
