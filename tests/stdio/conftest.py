"""The process that forks the servers of these tests."""

from collections.abc import Iterator

import pytest

from tests.stdio.children import Nursery, nursery


@pytest.fixture(scope="session")
def born(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Servers that answer out of a ready file until they need the SDK."""
    with nursery(tmp_path_factory.mktemp("children")) as made:
        yield made


@pytest.fixture(params=["front", "plain"])
def either(request: pytest.FixtureRequest, born: Nursery) -> Nursery:
    """Those, and servers that find no such file."""
    return born if request.param == "front" else born.plain()
