"""What is handed out, made and tried with the programs that take it."""

from collections.abc import Iterator

import pytest

from tests.release import programs
from tests.release.checks import CHECKS
from tests.release.made import Made, make

pytestmark = [pytest.mark.clients]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    try:
        yield make(tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("scratch"))
    except programs.NotHereError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", CHECKS)
def test_a_package_is_taken_by_the_program_it_is_for(name: str, made: Made) -> None:
    try:
        CHECKS[name](made)
    except programs.NotHereError as error:
        pytest.skip(str(error))
