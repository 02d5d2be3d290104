"""Writes over v2 whose answers are lost or odd: none happens twice, and none is told otherwise than it is."""

import itertools
import random
from pathlib import Path

import anyio
import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.sandbox.harvest_v2.tables import CLIENTS, CONTACTS
from tests.journal.kit import desk_over, entries
from tests.journal.test_faults import KINDS, MODES, WORKERS, Tally, play

from .kit import JANE, conversing

pytestmark = pytest.mark.anyio
BODIES = (b"", b"[]", b"{", b'{"id":5}', b"<html></html>", b'{"id":"x"}')
ODD = (
    *(("status", value) for value in ("500", "502 html", "502 empty", "503")),
    *(("drop", ""), ("truncate", ""), ("html", ""), ("redirect", ""), ("gzip-gzip", "1"), ("garbage", "201")),
)


def faults(method: str, seed: int) -> list[Fault]:
    """Each of them, carried out and not."""
    draw = random.Random(seed)
    return [
        Fault(name, value, method=method, commit=commit, body=draw.choice(BODIES) if name == "garbage" else b"")  # type: ignore[arg-type]  # of the table
        for (name, value), commit in itertools.product(ODD, ("before", "never"))
    ]


async def test_a_create_is_never_made_twice_and_told_as_it_is(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        for number, fault in enumerate(faults("POST", 1)):
            sandbox.fail(fault)
            said = await talk.call("create_client", name=f"Client no {number}")
            sandbox.calm()
            made = [row["name"] for row in sandbox.rows(CLIENTS)].count(f"Client no {number}")
            assert made <= 1
            assert made == 1 or said.is_error, (fault, said.text)
            assert made == 0 or not said.is_error or "unknown" in said.text, (fault, said.text)


@pytest.mark.parametrize("id", [-5, 0, 10**18, 2**63, 10**19 - 1, 2**70])
async def test_an_id_that_none_can_have_names_no_new_record(sandbox: Sandbox, id: int) -> None:
    async with conversing(sandbox) as talk:
        body = b'{"id":%d}' % id
        sandbox.fail(Fault("garbage", "201", method="POST", commit="never", body=body, content_type="application/json"))
        said = await talk.error("create_client", name="Somebody")
        assert said.startswith("The create was accepted, but the answer does not name the new record.")


async def test_an_update_is_told_as_it_is(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        for number, fault in enumerate(faults("PATCH", 2)):
            sandbox.fail(fault)
            said = await talk.call("update_contact", contact_id=JANE + number, fax=f"no {number}")
            sandbox.calm()
            row = next(row for row in sandbox.rows(CONTACTS) if row["id"] == JANE + number)
            changed = row["fax"] == f"no {number}"
            assert changed or said.is_error, (fault, said.text)
            assert not changed or not said.is_error or "unknown" in said.text, (fault, said.text)


COUNT, PARTS = 20_000, 4
"""Writes of the long run, and parts that each run alone."""
V2_MODES = (*MODES, Fault("throttle", "2", commit="never"), Fault("garbage", "201", commit="before"))


def account(number: int) -> Sandbox:
    """One that answers a delete with the record, or with nothing, and a throttle with or without words."""
    return open_harvest_v2(
        calls=None, seeded=False, settings=Settings(empty_delete=number % 2 == 1, bare_429=number % 4 > 1)
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_every_write_under_every_fault_tells_the_truth(kind: str, tmp_path: Path) -> None:
    tally, open_entries = Tally(), list[object]()

    async def one(number: int, mode: Fault) -> None:
        """At an account and a desk of its own, since all of them wait at once."""
        (place := tmp_path / str(number)).mkdir()
        with account(number) as sandbox:
            desk = desk_over(sandbox, place, "harvest_v2")
            await play(sandbox, desk, kind, mode, f"{kind} {number}", tally)
            open_entries.extend(entry for entry in await entries(desk) if entry.outcome in ("intended", "in doubt"))
            await desk.aclose()

    async with anyio.create_task_group() as group:
        for number, mode in enumerate(V2_MODES):
            group.start_soon(one, number, mode)
    assert (tally.calls, tally.wrong(), tally.notes, open_entries) == (len(V2_MODES), 0, [], [])


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
async def test_20_000_writes_under_every_fault_tell_the_truth(part: int, tmp_path: Path) -> None:
    tally, dice, left = Tally(), random.Random(part), iter(range(COUNT // PARTS))

    async def work(worker: int) -> None:
        """At an account and a desk of its own: a fault is for the next request, whoever sends it."""
        (place := tmp_path / str(worker)).mkdir()
        with account(worker) as sandbox:
            desk = desk_over(sandbox, place, "harvest_v2")
            for number in left:
                await play(sandbox, desk, dice.choice(KINDS), dice.choice(V2_MODES), str(number), tally)
                for row in sandbox.rows(CLIENTS):  # every create lists them
                    sandbox.store.delete(CLIENTS, int(str(row["id"])))
            await desk.aclose()

    async with anyio.create_task_group() as group:
        for worker in range(WORKERS):
            group.start_soon(work, worker)
    print(tally)
    assert (tally.calls, tally.wrong(), tally.notes) == (COUNT // PARTS, 0, [])
