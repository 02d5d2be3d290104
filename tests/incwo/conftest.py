"""No settings from outside, and looks that follow each other at once where a test asks for it."""

import os

import pytest


@pytest.fixture(autouse=True)
def no_incwo_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("INCWO_"):
            monkeypatch.delenv(name)
