"""Every write tool under every fault: nothing twice, nothing lost, nothing called failed that was carried out."""

import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio
import pytest

from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.systems.harvest import CLIENTS
from harvest_mcp.tools.tool import Desk
from tests.journal.kit import LATE, QUICK, desk_over, entries, id_in, use

pytestmark = pytest.mark.anyio

MODES = [
    Fault("drop", commit="never"),
    Fault("drop", commit="before"),
    Fault("drop", commit="after", after=LATE),
    Fault("drop", "reset", commit="never"),
    Fault("drop", "reset", commit="before"),
    Fault("truncate", commit="never"),
    Fault("truncate", commit="before"),
    Fault("status", "500", commit="never"),
    Fault("status", "500 html", commit="before"),
    Fault("status", "502 html", commit="before"),
    Fault("status", "502 empty", commit="never"),
    Fault("status", "502 html", commit="after", after=LATE),
    Fault("status", "503", commit="never"),
    Fault("status", "503 html", commit="before"),
    Fault("status", "504 html", commit="after", after=LATE),
    Fault("throttle", "none", commit="never"),
    Fault("html", commit="never"),
    Fault("html", commit="before"),
    Fault("redirect", "https://id.example.com/sign_in", commit="never"),
    Fault("status", "400", commit="never"),
]
WORKERS = 40
"""Writes at once in the long run: most of their time is waiting."""
COUNT = 50_000
KINDS = ("create", "update", "toggle", "delete")
METHOD = {"create": "POST", "update": "PUT", "toggle": "POST", "delete": "DELETE"}
METHOD_V2 = {"create": "POST", "update": "PATCH", "toggle": "PATCH", "delete": "DELETE"}


@dataclass(slots=True)
class Tally:
    """What a run counted."""

    calls: int = 0
    doubled: int = 0
    lost: int = 0
    failed_though_applied: int = 0
    in_doubt: int = 0
    unsettled: int = 0
    sent_twice: int = 0
    notes: list[str] = field(default_factory=list)

    def wrong(self) -> int:
        return self.doubled + self.lost + self.failed_though_applied + self.unsettled + self.sent_twice


async def play(sandbox: Sandbox, desk: Desk, kind: str, mode: Fault, mark: str, tally: Tally) -> None:
    """One write of a record of its own under one fault, its doubt settled, and what the account holds of it."""
    method = METHOD_V2[kind] if "harvest_v2" in desk.accounts else METHOD[kind]
    name, made = f"Harbour {mark}", 0
    if kind != "create":
        made = id_in((await use(desk, "create_client", name=name))[0])
    sandbox.seen.clear()
    sandbox.fail(replace(mode, method=method, times=1))
    said, error = await use(desk, *call_of(kind, name, made)[:1], **call_of(kind, name, made)[1])
    sandbox.calm()
    doubt = re.search(r"get_change\(change_id=(\d+)\)", said) if error else None
    applied = not error
    if doubt:
        tally.in_doubt += 1
        await anyio.sleep(QUICK.lag)
        await anyio.to_thread.run_sync(sandbox.later.finish)
        told, _ = await use(desk, "get_change", change_id=int(doubt[1]))
        applied = '"outcome":"applied"' in told
        tally.unsettled += '"outcome":"in doubt"' in told
    else:
        await anyio.to_thread.run_sync(sandbox.later.finish)
    done = shows(sandbox, kind, name, made)
    carried = [seen for seen in sandbox.seen if seen.method == method and 200 <= seen.status < 300]
    tally.calls += 1
    tally.doubled += done > 1
    tally.lost += applied and not done
    tally.failed_though_applied += bool(done) and not applied
    tally.sent_twice += len(carried) > 1
    if (applied and not done) or (done and not applied) or done > 1:
        tally.notes.append(f"{kind} under {mode.name} {mode.value} {mode.commit}: {said[:200]}")


def call_of(kind: str, name: str, id: int) -> tuple[str, dict[str, object]]:
    calls: dict[str, tuple[str, dict[str, object]]] = {
        "create": ("create_client", {"name": name}),
        "update": ("update_client", {"client_id": id, "details": f"For {name}"}),
        "toggle": ("toggle_client", {"client_id": id, "active": False}),
        "delete": ("delete_client", {"client_id": id}),
    }
    return calls[kind]


def shows(sandbox: Sandbox, kind: str, name: str, id: int) -> int:
    """How often the account shows the write."""
    rows = [row for row in sandbox.rows(CLIENTS) if row["name"] == name]
    if kind == "create":
        return len(rows)
    if kind == "delete":
        return int(not rows)
    return int(rows[0]["details"] == f"For {name}" if kind == "update" else rows[0]["active"] is False)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_tool_under_every_fault_tells_the_truth(kind: str, tmp_path: Path) -> None:
    tally, open_entries = Tally(), list[object]()

    async def one(number: int, mode: Fault) -> None:
        """At an account and a desk of its own, since all of them wait at once."""
        (place := tmp_path / str(number)).mkdir()
        with open_account(calls=None, seeded=False) as sandbox:
            desk = desk_over(sandbox, place)
            await play(sandbox, desk, kind, mode, f"{kind} {number}", tally)
            open_entries.extend(entry for entry in await entries(desk) if entry.outcome in ("intended", "in doubt"))
            await desk.aclose()

    async with anyio.create_task_group() as group:
        for number, mode in enumerate(MODES):
            group.start_soon(one, number, mode)
    print(kind, tally)
    assert (tally.calls, tally.wrong(), tally.notes, open_entries) == (len(MODES), 0, [], [])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
async def test_half_a_million_writes_under_faults_tell_the_truth(seed: int, tmp_path: Path) -> None:
    tally, dice, left = Tally(), random.Random(seed), iter(range(COUNT))

    async def work(worker: int) -> None:
        """At an account and a desk of its own: a fault is for the next request, whoever sends it."""
        (place := tmp_path / str(worker)).mkdir()
        with open_account(calls=None, seeded=False) as sandbox:
            desk = desk_over(sandbox, place)
            for number in left:
                await play(sandbox, desk, dice.choice(KINDS), dice.choice(MODES), str(number), tally)
                for row in sandbox.rows(CLIENTS):  # every create lists them
                    sandbox.store.delete(CLIENTS, int(str(row["id"])))
            await desk.aclose()

    async with anyio.create_task_group() as group:
        for worker in range(WORKERS):
            group.start_soon(work, worker)
    print(tally)
    assert (tally.calls, tally.wrong(), tally.notes) == (COUNT, 0, [])
