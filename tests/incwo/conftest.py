"""No settings from outside, and looks that follow each other at once where a test asks for it."""

import os

import pytest

from harvest_mcp.changes import settling, writes


@pytest.fixture(autouse=True)
def no_incwo_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("INCWO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks after a lost answer follow each other, and the write, in milliseconds instead of seconds."""
    monkeypatch.setattr(writes, "LOOKS", (0.01, 0.01, 0.01))
    monkeypatch.setattr(settling, "LAG", 0.05)
