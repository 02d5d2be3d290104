"""Workers and their database that end while many write: nothing is lost, done twice, or told wrongly."""

import json
import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

import httpx2
import pytest

from harvest_mcp.state import State, sql
from harvest_mcp.state.rows import OPEN
from harvest_mcp.systems.harvest import CONTACTS
from tests import postgresql
from tests.http.kit import call, modern
from tests.http.test_workers import Crew, working
from tests.patience import PATIENCE

CLIENTS = 20
CHANCE = random.Random(16)


class Writer:
    """One client that creates contacts of its own, one after the other, and keeps what it was told."""

    def __init__(self, crew: Crew, number: int) -> None:
        self.crew, self.number, self.said = crew, number, dict[str, str]()

    def write(self, over: Event) -> None:
        at = 0
        while not over.is_set():
            at += 1
            name = f"W{self.number}x{at}"
            sent = call("create_contact", client="11072", first_name=name, last_name="Killed")
            try:
                answer = httpx2.post(self.crew.server.url, json=sent, headers=modern(sent), timeout=PATIENCE)
            except httpx2.TransportError:
                self.said[name] = "cut"
                continue
            if answer.status_code == 200:
                # One that took long comes as a stream of events, the last of which is the answer.
                result = json.loads(answer.text.rpartition("data: ")[2])["result"]
                self.said[name] = result["content"][0]["text"]
            else:
                assert answer.status_code >= 500, answer.text
                self.said[name] = "cut"


Disturb = Callable[[Crew, str], None]


def killing(number: int) -> Disturb:
    """Send this signal to a worker while calls are under way, at a random moment; to each of them once."""
    told = set[int]()

    def disturb(crew: Crew, server: str) -> None:
        before, until, alive = len(crew.account.seen), time.monotonic() + PATIENCE, list[int]()
        while not alive or len(crew.account.seen) == before:
            assert time.monotonic() < until, crew.server.log()[-5:]
            started = [line["worker"] for line in crew.server.log() if line["event"] == "worker"]
            alive = sorted({*started[-2:]} - told)
            time.sleep(0.02)
        time.sleep(CHANCE.uniform(0, 0.2))
        told.add(chosen := CHANCE.choice(alive))
        with suppress(ProcessLookupError):
            os.kill(chosen, number)

    return disturb


def restarting(crew: Crew, server: str) -> None:
    """Stop PostgreSQL, every second time as a crash does, and start it again."""
    time.sleep(CHANCE.uniform(1, 3))
    postgresql.restart(server, crash=CHANCE.random() < 0.5)


WAYS: dict[str, tuple[Callable[[], Disturb], int]] = {
    "SIGKILL": (lambda: killing(signal.SIGKILL), 300),
    "SIGTERM": (lambda: killing(signal.SIGTERM), 50),
    "database": (lambda: restarting, 10),
}


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
def test_what_ends_meanwhile_loses_nothing_and_does_nothing_twice(tmp_path: Path, way: str) -> None:
    """`COUNT` is for another number of times than all of them."""
    make, usual = WAYS[way]
    if (programs := postgresql.programs()) is None:
        pytest.skip(postgresql.MISSING)
    disturb, times, over = make(), int(os.environ.get("COUNT", usual)), Event()
    with (
        postgresql.own(programs) as server,
        working(database := postgresql.database(server), tmp_path) as crew,
        ThreadPoolExecutor(CLIENTS) as many,
    ):
        writers = [Writer(crew, number) for number in range(CLIENTS)]
        running = [many.submit(each.write, over) for each in writers]
        try:
            for _ in range(times):
                disturb(crew, server)
        finally:
            over.set()
        for each in running:
            each.result(PATIENCE * 5)
        said = {name: text for each in writers for name, text in each.said.items()}
        there = [str(row["first_name"]) for row in crew.account.rows(CONTACTS) if row["last_name"] == "Killed"]
        listed = settled(crew, database)
    done = {name for name, text in said.items() if text.startswith("Created contact ")}
    undone = {name for name, text in said.items() if "Nothing was created" in text}
    others = Counter(re.sub(r"[\dW]\S*", "#", text) for name, text in said.items() if name not in done)
    print(f"{way}, {times} times: {len(said)} writes, {len(done)} told done, {len(undone)} told not done")
    print("\n".join(f"{number} × {text}" for text, number in others.most_common(12)))
    assert len(there) == len(set(there)), "twice"
    assert done <= set(there), "told done and lost"
    assert not undone & set(there), "told not done and done"
    assert set(there) <= {name for name, outcome in listed.items() if outcome in ("applied", "accepted")}


def settled(crew: Crew, database: str) -> dict[str, str]:
    """What became of each name, as the journal has it once whatever was open is looked at."""
    until = time.monotonic() + 10 * PATIENCE
    while open_ones := [id for id, _, outcome in changes(database) if outcome in OPEN]:
        assert time.monotonic() < until, open_ones
        for id in open_ones:
            crew.server.call("get_change", change_id=id)
    return {name: outcome for _, name, outcome in changes(database)}


def changes(database: str) -> list[tuple[int, str, str]]:
    """Id, name and outcome of every change."""
    state = State(database)
    try:
        found = state.do(lambda on: on.rows(sql.ALL_ENTRIES))
        return [(row["id"], json.loads(row["sent"])["first_name"], row["outcome"]) for row in found]
    finally:
        state.close()
