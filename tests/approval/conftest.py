"""A seeded account whose clock stands still, a clock to turn, and a place for the state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from tests.sandbox.kit import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The agency, which never throttles."""
    with open_account(clock=Clock(), calls=None) as sandbox:
        yield sandbox


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "state.db")
