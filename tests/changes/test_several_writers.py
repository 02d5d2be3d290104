"""Writes that meet each other: each is told as it is, and none is carried out on what it did not know."""

from dataclasses import replace

import anyio
import pytest

from harvest_mcp.changes import Change, Changes
from harvest_mcp.errors import InDoubt, Overtaken, Unsettled
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.spec import Scope
from harvest_mcp.systems.harvest import CLIENTS

from ..conftest import QUICK
from .kit import (
    KINDS,
    at_no_time,
    at_once,
    entries,
    highest,
    lay,
    outcomes,
    patiently,
    read,
    row,
    working,
)

pytestmark = pytest.mark.anyio


async def test_writes_at_once_are_settled_each_by_itself(sandbox: Sandbox) -> None:
    """Half of them are carried out; every one is told as it is."""
    every = {f"{kind} {number}": KINDS[kind](sandbox, f"{kind} {number}") for number in range(6) for kind in KINDS}
    for number, write in enumerate(every.values()):
        sandbox.fail(Fault("drop", method=write.method, path=write.path, commit=("before", "never")[number % 2]))
    async with working(sandbox, limits=patiently()) as changes:
        ends = await at_once(changes, every)
        assert await outcomes(changes) == ["applied"] * 12 + ["in doubt"] * 12
    told = {name: 1 if isinstance(end, Change) else 0 for name, end in ends.items()}
    assert told == {name: write.effects() for name, write in every.items()}
    assert sorted(told.values()) == [0] * 12 + [1] * 12


async def test_a_record_with_a_doubt_that_may_still_take_effect_is_not_written_to(sandbox: Sandbox) -> None:
    write = KINDS["update"](sandbox, "Nordlicht")
    id = highest(sandbox, CLIENTS)
    sandbox.fail(Fault("drop", method="PUT"))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt):
            await write.do(changes)
        with pytest.raises(Unsettled, match=r"Change 1 of client \d+ is in doubt and may still take effect"):
            await changes.current(Scope(CLIENTS), id)


async def test_two_flips_of_one_record_at_once_do_not_cancel_each_other(sandbox: Sandbox) -> None:
    id = lay(sandbox, "Nordlicht")
    record = read(sandbox, id)
    toggle, *_ = CLIENTS.actions
    ends: list[object] = []

    async def flip(changes: Changes) -> None:
        try:
            ends.append(await changes.act(Scope(CLIENTS), toggle, record, wanted=False))
        except Overtaken as overtaken:
            ends.append(str(overtaken))

    async with working(sandbox, limits=patiently()) as changes, anyio.create_task_group() as group:
        group.start_soon(flip, changes)
        group.start_soon(flip, changes)
    assert row(sandbox, id)["active"] is False
    assert [end for end in ends if isinstance(end, str)] == [
        f"This was not sent to client {id}: it was changed meanwhile. Read it as it is now, and decide again."
    ]


async def test_two_updates_of_one_record_at_once_are_made_one_after_the_other(sandbox: Sandbox) -> None:
    id = lay(sandbox, "Nordlicht")
    record = read(sandbox, id)
    async with working(sandbox, limits=patiently()) as changes:
        async with anyio.create_task_group() as group:
            group.start_soon(changes.update, Scope(CLIENTS), record, {"details": "5 Quay Road"})
            group.start_soon(changes.update, Scope(CLIENTS), record, {"name": "Südwind"})
        befores = [entry.before for entry in await entries(changes)]
    assert (row(sandbox, id)["name"], row(sandbox, id)["details"]) == ("Südwind", "5 Quay Road")
    names = {((before or {})["name"], (before or {})["details"]) for before in befores}
    assert len(names) == 2, "the later knew of the earlier"


async def test_an_update_that_somebody_else_may_have_overwritten_stays_in_doubt(sandbox: Sandbox) -> None:
    write = KINDS["update"](sandbox, "Nordlicht")
    (id,) = [int(str(row["id"])) for row in sandbox.rows(CLIENTS)][-1:]
    sandbox.fail(Fault("drop", method="PUT", commit="before"))
    sandbox.fail(Fault("status", "401", method="GET", times=len(QUICK.looks)))
    async with working(sandbox, limits=patiently()) as changes:
        with pytest.raises(InDoubt):
            await write.do(changes)
        sandbox.store.update(CLIENTS, id, {"name": "Südwind"})
        (entry,) = await entries(changes)
        settled = await replace(changes, sleep=at_no_time).settle(Scope(CLIENTS), entry)
    assert settled.outcome == "in doubt"


async def test_a_flip_of_a_record_that_was_flipped_since_it_was_read_is_not_sent(sandbox: Sandbox) -> None:
    """The other one is over by now; only the journal knows of it."""
    id = lay(sandbox, "Nordlicht")
    toggle, *_ = CLIENTS.actions
    async with working(sandbox, limits=patiently()) as one:
        other = replace(one)
        record, same = await one.current(Scope(CLIENTS), id), await other.current(Scope(CLIENTS), id)
        await one.act(Scope(CLIENTS), toggle, record, wanted=False)
        with pytest.raises(Overtaken, match="it was changed meanwhile"):
            await other.act(Scope(CLIENTS), toggle, same, wanted=False)
    assert row(sandbox, id)["active"] is False
