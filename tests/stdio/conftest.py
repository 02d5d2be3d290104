"""Where the servers of these tests come from."""

import pytest

from tests.stdio.children import Nursery


@pytest.fixture(scope="session")
def born(tmp_path_factory: pytest.TempPathFactory) -> Nursery:
    """Servers that answer out of a ready file until they need the SDK."""
    return Nursery(tmp_path_factory.mktemp("children"))


@pytest.fixture(params=["front", "plain"])
def either(request: pytest.FixtureRequest, born: Nursery) -> Nursery:
    """Those, and servers that find no such file."""
    return born if request.param == "front" else born.plain()
