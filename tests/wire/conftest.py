"""Soaking is asked for: `pytest -m soak tests/wire`."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "soak" in config.option.markexpr:
        return
    here = Path(__file__).parent
    left = [item for item in items if here in item.path.parents and item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]
