"""Several servers on one state store: a consent is used up once, whoever comes for it."""

import subprocess
from collections import Counter
from collections.abc import Mapping

import pytest

from harvest_mcp.consent.policy import REFUSED as NO
from harvest_mcp.consent.store import REFUSED, Consents, Kind
from harvest_mcp.state import State
from tests import forks
from tests.approval.made import ODD
from tests.approval.taker import AT_ONCE
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
PROCESSES = 4
KINDS: tuple[Kind, ...] = ("form", "token", "approval")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, place: str) -> str:
    """A store of each kind."""
    address: str = place if request.param == "sqlite" else request.getfixturevalue("database")
    return address


def race(store: str, codes: Mapping[Kind, str]) -> Counter[str]:
    """What the takers of each code were told, 16 in each of four processes that start together."""
    command = [forks.python(), "-m", "tests.approval.taker", store, *(f"{kind}={code}" for kind, code in codes.items())]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    takers = [subprocess.Popen(command, **pipes) for _ in range(PROCESSES)]  # type: ignore[call-overload]  # the pipes come as a mapping
    for taker in takers:
        assert taker.stdout.readline() == "ready\n"
    for taker in takers:
        taker.stdin.write("go\n")
        taker.stdin.flush()
    return Counter(line for taker in takers for line in taker.communicate(timeout=PATIENCE)[0].splitlines())


async def test_of_64_at_once_in_4_processes_one_gets_the_consent(store: str) -> None:
    state = State(store)
    consents = Consents(state)
    codes = {kind: await consents.issue(ODD, kind) for kind in KINDS}
    found = await consents.find(codes["approval"])
    assert found is not None
    assert (found.question, found.sheet, found.matter, found.answer) == (ODD.text, ODD.sheet, ODD.matter, "open")
    assert await consents.waiting() == [found]
    assert await consents.decide(found.code, "yes")
    told = {f"{kind}: took": 1 for kind in KINDS}
    refused = {f"{kind}: {REFUSED['unknown']}": PROCESSES * AT_ONCE - 1 for kind in KINDS}
    assert race(store, codes) == told | refused
    assert await consents.find(codes["approval"]) is None
    state.close()


async def test_of_many_answers_to_one_question_the_first_counts(place: str) -> None:
    here, elsewhere = State(place), State(place)
    one, other = Consents(here), Consents(elsewhere)
    code = await one.issue(ODD, "approval")
    assert [await one.decide(code, "declined"), await other.decide(code, "yes")] == [True, False]
    found = await other.find(code)
    assert found is not None
    assert (found.answer, NO["declined"]) == ("declined", REFUSED["declined"])
    here.close()
    elsewhere.close()
