"""Looks that are quick, for tests of what becomes of a write."""

import pytest

from harvest_mcp.changes import settling, writes
from harvest_mcp.gateway import retry
from tests.journal.kit import LATE


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks in the proportions of real ones, but a tenth as long; still longer than the latest commit."""
    monkeypatch.setattr(writes, "LOOKS", (0.01, 0.05, 0.1))
    monkeypatch.setattr(settling, "LAG", 2 * LATE)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.001)
