"""Machines whose clocks are apart, on one journal: nothing is lost, nothing is locked, nothing is pruned."""

import math
import random
from pathlib import Path

import pytest

from harvest_mcp import server
from tests.journal.harness import journal_of, say
from tests.journal.racing import Count, Lost, Place, Race

pytestmark = pytest.mark.anyio

ROUNDS, TURNS = 500, 10
SECOND, YEAR = 1.0, 366 * 86_400.0
KEPT_DAYS = 90


async def apart(rounds: int, folder: Path, *, turns: int = TURNS) -> Count:
    """Rounds of two machines that are a second to a year apart, so many `turns` by each pair."""
    count = Count()
    for pair in range(-(-rounds // turns)):
        dice = random.Random(f"pair {pair}")
        skew = dice.choice((-1, 1)) * math.exp(dice.uniform(math.log(SECOND), math.log(YEAR)))
        place = Place(dice.choice(("harvest", "incwo")), folder / f"{pair}.db", f"pair {pair}", (0.0, skew))
        for number in range(min(turns, rounds - pair * turns)):
            race = Race(place, f"pair {pair} {skew:.0f} s apart, round {number}", count)
            await race.run()
            place.clock.turn(dice.uniform(70, 400))
            await _one_after_the_other(race)
            await _pruned(race)
        await place.close()
    print(count.told())
    return count


async def _one_after_the_other(race: Race) -> None:
    """Each machine writes in its turn, and nobody else is at the record."""
    plain = [step for step in race.steps if step[0].startswith("update_") and race.resource.key in step[1]]
    for turn, desk in enumerate([*race.place.desks, race.place.desks[0]]):
        tool, given = race.dice.choice(plain)
        column, value = list(given.items())[-1]
        said = await say(desk, tool, **{**given, column: f"{value} {turn}"})
        gone = said.text.startswith(("No ", "The ")) or "is deleted" in said.text
        if said.error and not gone and "none of" not in said.text:
            race.count.lost.append(Lost("locked", race.name, f"{tool} by machine {turn % 2}", said.text))
        race.place.clock.turn(race.dice.uniform(1, 90))


async def _pruned(race: Race) -> None:
    """Each machine drops what is older than the retention, which nothing is."""
    before = {entry.id for entry in await journal_of(race.place.desks[0])}
    for number, desk in enumerate(race.place.desks):
        await server.prune(desk, KEPT_DAYS)
        after = {entry.id for entry in await journal_of(race.place.desks[0])}
        if lost := before - after:
            found = f"{len(lost)} of {len(before)} changes are gone"
            race.count.lost.append(Lost("pruned", race.name, f"a start of machine {number}", found))
            before = after


async def test_machines_whose_clocks_are_apart_lose_lock_and_prune_nothing(tmp_path: Path) -> None:
    count = await apart(4, tmp_path, turns=2)
    assert count.kinds() == {}, count.told()


@pytest.mark.soak
async def test_five_hundred_rounds_of_machines_apart(tmp_path: Path) -> None:
    count = await apart(ROUNDS, tmp_path)
    assert (count.kinds(), count.rounds) == ({}, ROUNDS), count.told()
