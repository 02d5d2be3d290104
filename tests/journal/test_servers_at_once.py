"""Two and four servers at one record at the same moment, on one journal: no update is lost."""

from pathlib import Path

import pytest

from tests.journal.racing import Count, Place, Race

pytestmark = pytest.mark.anyio

ROUNDS = 2_000
BETWEEN = 200.0
"""Seconds between two rounds, in which everything settles."""


async def raced(rounds: int, system: str, servers: int, path: Path) -> Count:
    count = Count()
    place = Place(system, path, f"{system} {servers}", (0.0,) * servers)
    for number in range(rounds):
        await Race(place, f"{servers}{system}{number}", count).run()
        place.clock.turn(BETWEEN)
    await place.close()
    print(system, servers, "servers:", count.told())
    return count


@pytest.mark.parametrize(("system", "servers"), [("harvest", 2), ("incwo", 4)])
async def test_servers_at_one_record_lose_no_update(system: str, servers: int, tmp_path: Path) -> None:
    count = await raced(4, system, servers, tmp_path / "state.db")
    assert count.kinds() == {}, count.told()


@pytest.mark.soak
@pytest.mark.parametrize("servers", [2, 4])
@pytest.mark.parametrize("system", ["harvest", "incwo"])
async def test_two_thousand_rounds_lose_no_update(system: str, servers: int, tmp_path: Path) -> None:
    count = await raced(ROUNDS // 4, system, servers, tmp_path / "state.db")
    assert (count.kinds(), count.rounds) == ({}, ROUNDS // 4), count.told()
