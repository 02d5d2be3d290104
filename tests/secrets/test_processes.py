"""What other processes see of a server: its name, its log, and what it hands on to those it starts."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import mcp
import pytest
from mcp.client.stdio import StdioServerParameters

from tests import calls
from tests.package.test_commands import run
from tests.patience import wait_until

from .conftest import PASSWORD, TOKEN
from .witness import Witness

EMAIL = "admin@kestrel.example"
DATABASE = "pg-Passwort-0123456789"
SECRETS = {"password": PASSWORD, "pair": f"{EMAIL}:{PASSWORD}", "token": TOKEN, "database": DATABASE}
linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes where Linux shows them")

SERVE = """
import atexit, os, pathlib, subprocess, sys
folder = pathlib.Path(sys.argv.pop())
(folder / "pid").write_text(str(os.getpid()))
@atexit.register
def child():
    (folder / "child").write_bytes(subprocess.run(["env"], capture_output=True, check=True).stdout)
sys.stderr = (folder / "log").open("w")
from harvest_mcp.commands.cli import main
main()
"""


def surroundings(url: str, tmp_path: Path, **more: str) -> dict[str, str]:
    account = {"HARVEST_URL": url, "HARVEST_EMAIL": EMAIL, "HARVEST_PASSWORD": PASSWORD}
    return {**os.environ, **account, "HARVEST_MCP_STATE": str(tmp_path / "state.db"), **more}


@linux
@pytest.mark.anyio
async def test_a_server_over_stdio_shows_no_secret_to_any_other_process(url: str, tmp_path: Path) -> None:
    witness = Witness(SECRETS)
    child = StdioServerParameters(
        command=sys.executable,
        args=["-c", SERVE, str(tmp_path)],
        env=surroundings(url, tmp_path, HARVEST_MCP_LOG_LEVEL="DEBUG"),
    )
    async with mcp.Client(child) as client:
        pid = (tmp_path / "pid").read_text()
        for tool in ("who_am_i", "list_clients", "update_contact", "delete_contact", "list_changes"):
            witness.hear("results", (await client.call_tool(tool, calls.EVERY[tool])).model_dump_json())
        for name in ("cmdline", "comm"):
            witness.hear("name", _shown(pid, name))
    witness.hear("log", (tmp_path / "log").read_bytes())
    witness.hear("environment of a child", (tmp_path / "child").read_bytes())
    assert "harvest GET /clients 200" in witness.heard["log"][0]
    assert "HARVEST_EMAIL" in witness.heard["environment of a child"][0]
    assert witness.found() == []


def _shown(pid: str, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


LOCAL = b"HARVEST_URL=http://127.0.0.1:"
STOPPED = """
import sys
from harvest_mcp.config import logs
from harvest_mcp.config.secret import Secret
secret = Secret(sys.argv[1])
logs.to_stderr("ERROR", [secret])
raise RuntimeError(f"with {secret.reveal()}")
"""


def test_an_error_that_nothing_catches_tells_no_secret() -> None:
    done = subprocess.run([sys.executable, "-c", STOPPED, PASSWORD], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "RuntimeError: with ********"
    assert " CRITICAL harvest_mcp: The server stopped.\n" in done.stderr


@linux
def test_the_demo_hands_nothing_on_to_its_server(tmp_path: Path) -> None:
    env = surroundings("https://suprcorp.harvestapp.com", tmp_path, HARVEST_ACCESS_TOKEN=TOKEN)
    with subprocess.Popen([sys.executable, "-m", "harvest_mcp", "demo"], stdout=subprocess.DEVNULL, env=env) as demo:
        try:
            surrounding = _environment_of_a_child(demo.pid)
        finally:
            demo.terminate()
    assert LOCAL in surrounding
    witness = Witness(SECRETS)
    witness.hear("environment", surrounding)
    assert witness.found() == []


def _environment_of_a_child(pid: int) -> bytes:
    """What the first child was started with, once it is the program it was started for."""
    found = list[bytes]()

    def look() -> bool:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):  # a thread or a child that ended meanwhile
                seen = [Path(f"/proc/{child}/environ").read_bytes() for child in task.read_text().split()]
                found.extend(each for each in seen if LOCAL in each)  # until then it is a copy of its parent
        return bool(found)

    wait_until(look)
    return found[0]


def test_a_database_out_of_reach_is_named_without_its_password(url: str, tmp_path: Path) -> None:
    place = f"postgresql://harvest:{DATABASE}@127.0.0.1:9/harvest"
    done = run("doctor", env=surroundings(url, tmp_path, HARVEST_MCP_STATE=place))
    assert done.returncode == 1
    witness = Witness(SECRETS)
    witness.hear("screen", done.stdout + done.stderr)
    assert "postgresql://127.0.0.1/harvest" in done.stdout + done.stderr
    assert witness.found() == []
