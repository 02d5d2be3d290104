"""Writes at random under late reads, other records, silent successes and throttled commits: told as they are."""

import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harvest_mcp import server
from harvest_mcp.changes import Timing
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import CLIENTS
from harvest_mcp.tools.tool import Desk
from tests.journal.kit import use
from tests.sandbox.kit import Clock
from tests.tools.kit import account

from .test_accepted_answers import BRIEF

pytestmark = pytest.mark.anyio

ROUNDS = 60
TIMING = Timing(looks=(0.0, 0.0, 0.0))
LAGS = (0, 1, 20, 59)
UNTRUE: tuple[Fault | None, ...] = (
    None,
    None,
    Fault("silent"),
    Fault("other-location"),
    Fault("throttle", "0", method="POST", commit="before"),
    Fault("throttle", "0", method="PUT", commit="before"),
    Fault("throttle", "0", method="DELETE", commit="before"),
    Fault("status", "404", method="DELETE", commit="before"),
    Fault("drop", method="POST", commit="before"),
    Fault("drop", method="PUT"),
)
OTHERS: tuple[Fault | None, ...] = (None, None, None, Fault("other-record"), Fault("status", "400", method="GET"))


@dataclass(slots=True)
class Tally:
    """What a run counted, and what was wrong."""

    writes: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Play:
    """One account under faults, at a desk whose clock is turned."""

    sandbox: Sandbox
    desk: Desk
    clock: Clock
    dice: random.Random
    tally: Tally = field(default_factory=Tally)

    async def round(self, number: int) -> None:
        """One write under a fault while reads lag; then the minute passes, and everything is compared."""
        lag, before = self.dice.choice(LAGS), self.rows()
        for fault in (self.dice.choice(UNTRUE), self.dice.choice(OTHERS)):
            if fault:
                self.sandbox.fail(fault)
        if lag:
            self.sandbox.fail(Fault("lag", str(lag), times=None))
        tool, arguments = self.write(number, before)
        said, failed = await use(self.desk, tool, **arguments)
        again = (
            await use(self.desk, tool, **arguments) if self.dice.random() < 0.3 and tool == "create_client" else None
        )
        back = await self.undo(said) if self.dice.random() < 0.5 else ""
        self.sandbox.calm()
        self.tally.writes += 1
        self.tally.refused += failed
        self.clock.turn(61)
        for id in self.changes_in(said + back):
            await use(self.desk, "get_change", change_id=id)
        self.clock.turn(61)
        await self.compare(tool, arguments, said + (again[0] if again else ""), back, before)

    def rows(self) -> dict[int, dict[str, object]]:
        return {int(str(row["id"])): dict(row) for row in self.sandbox.rows(CLIENTS)}

    def write(self, number: int, there: dict[int, dict[str, object]]) -> tuple[str, dict[str, object]]:
        id = self.dice.choice(list(there))
        kinds: list[tuple[str, dict[str, object]]] = [
            ("create_client", {"name": f"New {number}", "details": "1 Quay"}),
            ("update_client", {"client_id": id, "details": f"Sent {number}"}),
            ("toggle_client", {"client_id": id, "active": not there[id]["active"]}),
            ("delete_client", {"client_id": id}),
        ]
        return self.dice.choice(kinds)

    async def undo(self, said: str) -> str:
        ids = self.changes_in(said)
        return (await use(self.desk, "undo_change", change_id=ids[0]))[0] if ids else ""

    def changes_in(self, said: str) -> list[int]:
        return [int(id) for id in dict.fromkeys(re.findall(r"(?:change_id=|changes? |changes \d+ and )(\d+)", said))]

    async def compare(
        self, tool: str, arguments: dict[str, object], said: str, back: str, before: dict[int, dict[str, object]]
    ) -> None:
        """The account against the journal: what is applied is there, what is not is not, and nothing else changed."""
        after = self.rows()
        changed = {id for id in {*before, *after} if before.get(id) != after.get(id)}
        touched = set[int]()
        expected = {id: dict(row) for id, row in before.items()}
        for id in self.changes_in(said + back)[:6]:
            entry = json.loads((await use(self.desk, "get_change", change_id=id))[0])
            key = entry["record"].partition(" ")[2]
            touched |= {int(key)} if key.isdigit() else set()
            if entry["outcome"] in ("accepted", "intended"):
                self.note(f"change {id} stays {entry['outcome']}", tool, said, back)
        if len(changed - touched) > 0:
            self.note(f"other records changed: {changed - touched}", tool, said, back)
        names = [row["name"] for row in after.values()]
        if len(names) != len(set(names)):
            self.note("created twice", tool, said, back)
        nothing = any(words in said for words in ("Nothing was created", "Nothing was changed", "Nothing was deleted"))
        if nothing and changed and "Undo" not in back and "Undid" not in back:
            self.note("said that nothing was done", tool, said, back)
        done = said.startswith(("Created", "Updated", "Now", "Deleted")) and not back.startswith(("Undid", "Undo"))
        if done and not changed and "no effect" not in back:
            self.note("said that it was done", tool, said, back)
        if " is as it was" in back and tool in ("update_client", "toggle_client"):
            id = int(str(arguments["client_id"]))
            if {**after[id], "updated_at": 0, "cache_version": 0} != {
                **expected[id],
                "updated_at": 0,
                "cache_version": 0,
            }:
                self.note("said that it is as it was", tool, said, back)
        if ("already; change" in back) and changed:
            self.note("said that it was so already", tool, said, back)

    def note(self, what: str, *said: str) -> None:
        self.tally.wrong.append(" | ".join((what, *said))[:600])


async def played(seed: int, rounds: int, place: Path) -> Tally:
    clock = Clock()
    with open_account(clock=clock, calls=None, seeded=False) as sandbox:
        for number in range(8):
            sandbox.put(CLIENTS, name=f"Old {number}", active=True, details="")
        clock.turn(200)
        state = State(str(place / f"{seed}.db"))
        state.clock = clock
        desk = server.desk(
            settings.read({}),
            [account(plan=BRIEF)],
            server.in_process(sandbox),
            state=state,
            clock=clock,
            timing=TIMING,
        )
        play = Play(sandbox, desk, clock, random.Random(seed))
        for number in range(rounds):
            if len(play.rows()) < 4:
                sandbox.put(CLIENTS, name=f"Laid {number}", active=True, details="")
            await play.round(number)
        await desk.aclose()
    return play.tally


async def test_writes_under_untrue_answers_are_told_as_the_account_has_them(tmp_path: Path) -> None:
    tally = await played(1, ROUNDS, tmp_path)
    print(tally.writes, tally.refused)
    assert (tally.writes, tally.wrong) == (ROUNDS, [])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
async def test_twenty_thousand_writes_under_untrue_answers_are_told_as_they_are(seed: int, tmp_path: Path) -> None:
    tally = await played(1000 + seed, 1_000, tmp_path)
    print(tally.writes, tally.refused)
    assert (tally.writes, tally.wrong) == (1_000, [])
