"""The process that forks the servers of these tests."""

from collections.abc import Iterator

import pytest

from tests.stdio.children import Nursery, nursery


@pytest.fixture(scope="session")
def born(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("children")) as made:
        yield made
