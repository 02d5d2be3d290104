"""What a long journal costs: its newest changes beside a bare query, and its file once the old ones are dropped.

`python -m tests.bench` prints it.
"""

import json
import os
import sqlite3
import time
from contextlib import closing
from tempfile import TemporaryDirectory

import anyio

from harvest_mcp.changes import Journal, Wanted
from harvest_mcp.state import State

CHANGES, ACCOUNTS, LOOKS, DAYS, DAY = 100_000, 10, 25, 400, 86_400
INSERT = """
INSERT INTO changes (at, settled_at, principal, system, account, tool, verb, noun, record, before, sent, after, outcome,
holder) VALUES (?, ?, 'jane', 'harvest', ?, 'update_client', 'update', 'client', ?, ?, ?, ?, 'applied', 'here:1')
"""
BARE = "SELECT * FROM changes WHERE account = 'harvest:0' ORDER BY id DESC LIMIT 50"


def fill(place: str) -> None:
    """Put many changes of several accounts into a store that is laid out, over some hundred days until now."""
    image, now = json.dumps({"name": "Harbour Works", "details": "Quay " * 40}), time.time()

    def row(number: int) -> tuple[object, ...]:
        at = now - (CHANGES - number) * DAYS * DAY / CHANGES
        return at, at, f"harvest:{number % ACCOUNTS}", 1 + number % 500, image, image, image

    with closing(sqlite3.connect(place)) as connection, connection:
        connection.executemany(INSERT, map(row, range(CHANGES)))


async def measured() -> tuple[float, float, float, float]:
    """Return seconds of the processor for the newest 50 changes of an account, ours and bare, and megabytes of the file
    before and after three quarters of it are dropped."""
    with TemporaryDirectory() as folder, closing(State(f"{folder}/state.db")) as state:
        state.open()
        fill(state.place)
        journal = Journal(state, system="harvest", account="harvest:0", principal="jane")
        ours, bare = [], []
        with closing(sqlite3.connect(state.place)) as connection:
            for _ in range(LOOKS):
                began = time.process_time()
                assert len((await journal.look_up(Wanted(limit=50))).entries) == 50
                ours.append(time.process_time() - began)
                began = time.process_time()
                for row in connection.execute(BARE).fetchall():
                    assert [json.loads(row[at]) for at in (10, 11, 12)]
                bare.append(time.process_time() - began)
        before = os.stat(state.place).st_size
        for _ in range(2):  # at most half goes at once
            await journal.prune(DAYS // 4)
        after = os.stat(state.place).st_size
        return min(ours), min(bare), before / 1e6, after / 1e6


if __name__ == "__main__":
    print(json.dumps(anyio.run(measured)))
