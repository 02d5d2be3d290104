"""The processes that fork the servers of these tests."""

from collections.abc import Iterator

import pytest

from tests.stdio.children import Nursery, nursery


@pytest.fixture(scope="session")
def born_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Servers that answer out of a ready file until they need the SDK."""
    with nursery(tmp_path_factory.mktemp("front"), ready=True) as made:
        yield made


@pytest.fixture(scope="session")
def born_plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Servers without one."""
    with nursery(tmp_path_factory.mktemp("plain"), ready=False) as made:
        yield made


@pytest.fixture(scope="session")
def born(born_front: Nursery) -> Nursery:
    return born_front
