"""An import that is killed in the middle is gone on with: nobody is there twice, nobody is lost, and all is undone."""

import json
import subprocess
from pathlib import Path

import pytest

from harvest_mcp.sandbox import open_account, running
from tests import forks


def killed(place: Path, rounds: int) -> dict[str, int]:
    """Counts of a run of this many kills."""
    with open_account(calls=None) as account, running(account) as url:
        done = subprocess.run(
            [forks.python(), "-m", "tests.bulk.killed", url, str(place / "state.db"), str(rounds)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    counts: dict[str, int] = json.loads(done.stdout)
    print(counts, done.stderr[-2000:])
    return counts


NOTHING = {"twice": 0, "lost": 0, "unfinished": 0, "left": 0}


def test_an_import_killed_at_four_steps_is_neither_lost_nor_done_twice(tmp_path: Path) -> None:
    counts = killed(tmp_path, 4)
    assert {name: counts[name] for name in NOTHING} == NOTHING


@pytest.mark.soak
def test_two_hundred_kills_leave_nothing_lost_nothing_twice(tmp_path: Path) -> None:
    counts = killed(tmp_path, 200)
    assert {name: counts[name] for name in NOTHING} == NOTHING
