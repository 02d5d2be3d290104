"""A process that is killed in the middle of a write leaves a journal that the next one reads and settles."""

import json
import subprocess
from pathlib import Path

import pytest

from harvest_mcp.sandbox import open_account, running
from tests import forks


def killed(place: Path, rounds: int) -> dict[str, float]:
    """Counts of a run of this many kills."""
    with open_account(calls=None) as account, running(account) as url:
        done = subprocess.run(
            [forks.python(), "-m", "tests.journal.killed", url, str(place / "state.db"), str(rounds)],
            capture_output=True,
            text=True,
            check=False,
            env=forks.unmeasured(),
        )
    assert done.returncode == 0, done.stderr[-3000:]
    counts: dict[str, float] = json.loads(done.stdout)
    print(counts)
    return counts


NOTHING = {"duplicates": 0, "lost": 0, "wrong": 0, "open": 0}


def test_a_write_killed_at_any_step_is_neither_lost_nor_done_twice(tmp_path: Path) -> None:
    counts = killed(tmp_path, 16)
    assert {name: counts[name] for name in NOTHING} == NOTHING
    assert counts["kills"] >= 16


@pytest.mark.soak
def test_two_thousand_kills_leave_nothing_lost_nothing_doubled(tmp_path: Path) -> None:
    counts = killed(tmp_path, 2000)
    assert {name: counts[name] for name in NOTHING} == NOTHING
