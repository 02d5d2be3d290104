"""Tries that follow each other at once, for tests of what becomes of a write."""

import pytest

from harvest_mcp.gateway import retry


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waits before a second try."""
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.001)
