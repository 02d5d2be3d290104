"""The same create said in several processes at the same instant has one effect."""

import subprocess
import sys
import time
from pathlib import Path

from harvest_mcp.sandbox import open_account, running
from harvest_mcp.systems.harvest import CLIENTS

SAY = """
import sys, time, anyio
from tests.journal.kit import at_desk, use

async def main(url, place, at):
    async with at_desk(url, place) as desk:
        await use(desk, "list_clients", limit=1)
        while time.time() < at:
            time.sleep(0.001)
        text, error = await use(desk, "create_client", name="Harbour Nine")
        print("error" if error else text.splitlines()[0].split(".")[0])

anyio.run(main, sys.argv[1], sys.argv[2], float(sys.argv[3]))
"""


def test_four_processes_that_say_the_same_at_once_make_one_record(tmp_path: Path) -> None:
    with open_account(calls=None) as account, running(account) as url:
        at = str(time.time() + 6)
        command = [sys.executable, "-c", SAY, url, str(tmp_path / "state.db"), at]
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        said = sorted(process.communicate(timeout=60)[0].strip() for process in started)
        made = [row["id"] for row in account.rows(CLIENTS) if row["name"] == "Harbour Nine"]
    assert made == [11113]
    assert said == ['Already created client "Harbour Nine" (11113)'] * 3 + ['Created client "Harbour Nine" (11113)']
