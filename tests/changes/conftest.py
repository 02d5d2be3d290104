"""No proxy from outside, and looks in quick succession."""

from pathlib import Path

import pytest

from harvest_mcp.changes import writes

from ..gateway.conftest import no_proxies_from_outside, short_waits, tls_made_once

__all__ = ["no_proxies_from_outside", "quick_looks", "short_waits", "tls_made_once"]


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writes, "LOOKS", (0.05, 0.1, 0.1))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long runs are for who asks for them."""
    if "soak" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("soak") and item.path.parent == Path(__file__).parent]
    items[:] = [item for item in items if item not in long]
    config.hook.pytest_deselected(items=long)
