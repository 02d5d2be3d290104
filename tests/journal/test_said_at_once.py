"""The same create said in several processes at the same instant has one effect."""

import subprocess
from pathlib import Path

from harvest_mcp.sandbox import open_account, running
from harvest_mcp.systems.harvest import CLIENTS
from tests import forks
from tests.patience import PATIENCE

SAY = """
import sys, anyio
from harvest_mcp.state import sqlite
from tests.journal.kit import at_desk, use
from tests.patience import PATIENCE

sqlite.LIGHT_BUSY_FOR = sqlite.BUSY_FOR = PATIENCE  # one of the others may stand still with the file in its hands

async def main(url, place):
    async with at_desk(url, place) as desk:
        await use(desk, "list_clients", limit=1)
        print("ready", flush=True)
        sys.stdin.readline()
        text, error = await use(desk, "create_client", name="Harbour Nine")
        print("error" if error else text.splitlines()[0].split(".")[0])

anyio.run(main, sys.argv[1], sys.argv[2])
"""


def test_four_processes_that_say_the_same_at_once_make_one_record(tmp_path: Path) -> None:
    with open_account(calls=None) as account, running(account) as url:
        command = [forks.python(), "-c", SAY, url, str(tmp_path / "state.db")]
        started = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)
        ]
        assert [process.stdout.readline() for process in started if process.stdout] == ["ready\n"] * 4
        for process in started:
            assert process.stdin
            process.stdin.write("now\n")
            process.stdin.flush()
        said = sorted(process.communicate(timeout=PATIENCE)[0].strip() for process in started)
        made = [row["id"] for row in account.rows(CLIENTS) if row["name"] == "Harbour Nine"]
    assert made == [11113]
    assert said == ['Already created client "Harbour Nine" (11113)'] * 3 + ['Created client "Harbour Nine" (11113)']
