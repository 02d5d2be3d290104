"""The journal goes back as far as the setting says: what is older goes some time after the start."""

import os
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.state import State
from harvest_mcp.tools.tool import Desk
from tests import forks
from tests.patience import PATIENCE, wait_until
from tests.state.kit import statement

pytestmark = pytest.mark.anyio
DAY = 86_400


def desk(sandbox: Sandbox, file: Path) -> Desk:
    return server.desk(
        settings.read({}), [server.sandbox_account()], server.in_process(sandbox), state=State(str(file))
    )


INSERT = """
INSERT INTO changes (at, principal, system, account, tool, verb, noun, sent, outcome, holder)
VALUES ({at}, 'jane', 'harvest', 'harvest:x', 'create_client', 'create', 'client', '{{}}', 'applied', 'here:1')
"""


MANY = """
INSERT INTO changes (at, principal, system, account, tool, verb, noun, sent, outcome, holder)
WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 500)
SELECT {at}, 'jane', 'harvest', 'harvest:x', 'create_client', 'create', 'client',
'{{"details": "' || hex(zeroblob(1000)) || '"}}', 'applied', 'here:1' FROM many
"""


def changed(file: Path, *days_ago: int) -> None:
    for days in days_ago:
        statement(str(file), INSERT.format(at=time.time() - days * DAY - 60))


def kept(file: Path) -> list[int]:
    """How many days ago the changes were that are still there."""
    return [
        round((time.time() - at) / DAY) for (at,) in statement(str(file), "SELECT at FROM changes ORDER BY at DESC")
    ]


async def test_what_is_older_than_the_retention_goes(tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "state.db"
    changed(file, 400, 30, 29, 0)
    open_ = desk(sandbox, file)
    await server.prune(open_, 30)
    await open_.aclose()
    assert kept(file) == [0, 29]


async def test_no_store_is_made_to_prune_it(tmp_path: Path, sandbox: Sandbox) -> None:
    open_ = desk(sandbox, tmp_path / "state.db")
    await server.prune(open_, 30)
    await open_.aclose()
    assert os.listdir(tmp_path) == []


async def test_a_store_that_fails_keeps_what_it_has_and_serving_goes_on(
    tmp_path: Path, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state.db"
    file.write_text("Dear Jane")
    open_ = desk(sandbox, file)
    await server.prune(open_, 30)
    await open_.aclose()
    assert "Old changes stay in the journal. The state store at" in caplog.text


SERVES = """
import sys
from functools import partial
from harvest_mcp import server
from harvest_mcp.commands import cli
server.prune_daily = partial(server.prune_daily, pause=0.1)
cli.main(["--keep-days", "30", "--state", sys.argv[1], "--sandbox"])
"""


def test_serving_prunes_once_it_serves(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    changed(file, 31, 0)
    with subprocess.Popen(
        [forks.python(), "-c", SERVES, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as serving:
        wait_until(lambda: kept(file) == [0])
        assert serving.poll() is None
        assert serving.stdin is not None
        serving.stdin.close()
        assert serving.wait(PATIENCE) == 0
    assert kept(file) == [0]


@pytest.mark.parametrize("older", [False, True])
async def test_the_file_gives_back_the_room_of_what_goes(older: bool, tmp_path: Path, sandbox: Sandbox) -> None:
    """One of an older version too, which was not laid out for that."""
    file = tmp_path / "state.db"
    statement(str(file), MANY.format(at=time.time() - 40 * DAY))
    changed(file, 0)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(f"PRAGMA auto_vacuum={0 if older else 2}; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
    before = file.stat().st_size
    open_ = desk(sandbox, file)
    for _ in range(10):  # at most half goes at once
        await server.prune(open_, 30)
    await open_.aclose()
    assert kept(file) == [0]
    assert file.stat().st_size < before / 8
