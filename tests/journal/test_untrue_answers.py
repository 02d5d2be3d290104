"""Answers that are accepted and untrue, under every tool that writes: nothing twice, nothing to another record."""

import random
from pathlib import Path

import pytest

from harvest_mcp.sandbox import Fault
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.journal.deeds import Deed, deeds
from tests.journal.modes import Mode, mode
from tests.journal.test_undo_at_random import some
from tests.journal.untrue import Play, Tally, played

pytestmark = pytest.mark.anyio

COUNT, PARTS = 20_000, 4
FEW = ("create_client", "archive_project", "update_incwo_contact_item", "delete_incwo_firm")
"""Tools that differ: a plain create, a flip, a list within a record, a delete."""


@pytest.mark.parametrize("tool", ["create_client", "log_time"])
async def test_a_throttled_create_is_not_sent_twice_where_reads_lag_and_nothing_showed_it(
    tool: str, tmp_path: Path
) -> None:
    tally, mode = Tally(), Mode(Fault("lag", "45", times=None), Fault("throttle", "2", commit="before"))
    (deed,) = (each for each in deeds() if each.tool == tool)
    await Play("0", deed, mode, tally, tmp_path / "state.db").run()
    assert tally.kinds() == {}, tally.told()


@pytest.mark.parametrize("tool", FEW)
async def test_without_a_fault_what_is_said_is_what_is(tool: str, tmp_path: Path) -> None:
    tally = Tally()
    (deed,) = (each for each in deeds() if each.tool == tool)
    await Play("0", deed, Mode(None, None), tally, tmp_path / "state.db").run()
    assert (tally.kinds(), tally.effects >= 2) == ({}, True), tally.told()


@pytest.mark.parametrize("tool", FEW)
async def test_under_untrue_answers_nothing_untrue_is_said(tool: str, tmp_path: Path) -> None:
    tally = Tally()
    for number in range(2):
        await played(f"share {number}", tally, tmp_path / f"{number}.db", only=tool)
    assert tally.kinds() == {}, tally.told()


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
async def test_twenty_thousand_writes_under_untrue_answers(part: int, tmp_path: Path) -> None:
    """Every tool in turn, each under faults of its own."""
    tally, number = Tally(), 0
    while tally.writes < COUNT // PARTS:
        deed = deeds()[(number * PARTS + part) % len(deeds())]
        await played(f"{part}-{number}", tally, place := tmp_path / f"{number}.db", only=deed.tool)
        place.unlink(missing_ok=True)  # a tool that wrote nothing made none
        number += 1
    print(tally.told())
    assert tally.kinds() == {}, tally.told()


def changed_at_random(dice: random.Random) -> Deed:
    """One random change of a client or a contact."""
    kind = dice.choice(["update_contact", "update_client", "toggle_client", "delete_contact", "create_contact"])
    if kind == "create_contact":
        values = {"client": "11072", "first_name": f"A{dice.random()}", "last_name": "B"}
        return Deed("harvest", kind, CONTACTS, values, ("create",))
    resource, ids = (CLIENTS, range(11_072, 11_077)) if kind.endswith("client") else (CONTACTS, range(9, 20))
    given = {resource.key: dice.choice(ids)}
    if kind == "toggle_client":
        return Deed("harvest", kind, resource, {**given, "active": dice.random() < 0.5}, ("toggle",))
    more = some(dice, resource) if kind.startswith("update") else {}
    return Deed("harvest", kind, resource, {**given, **more}, (kind.partition("_")[0],))


async def compared(rounds: int, place: Path) -> Tally:
    tally = Tally()
    for number in range(rounds):
        dice = random.Random(f"undo {number}")
        deed, faults = changed_at_random(dice), mode(dice)
        await Play(f"undo {number}", deed, faults, tally, state := place / f"{number}.db").run()
        state.unlink(missing_ok=True)
    print(tally.told())
    return tally


async def test_what_an_undo_says_is_what_the_account_shows(tmp_path: Path) -> None:
    tally = await compared(4, tmp_path)
    assert tally.kinds() == {}, tally.told()


@pytest.mark.soak
async def test_what_a_thousand_undos_say_is_what_the_account_shows(tmp_path: Path) -> None:
    tally = await compared(1000, tmp_path)
    assert tally.kinds() == {}, tally.told()
