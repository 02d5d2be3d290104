"""No proxy from outside."""

from pathlib import Path

import pytest

from ..gateway.conftest import no_proxies_from_outside, tls_made_once

__all__ = ["no_proxies_from_outside", "tls_made_once"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long runs are for who asks for them."""
    if "soak" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("soak") and item.path.parent == Path(__file__).parent]
    items[:] = [item for item in items if item not in long]
    config.hook.pytest_deselected(items=long)
