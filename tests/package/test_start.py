"""What starting the server costs and touches."""

import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from harvest_mcp.protocol.front import key, making, ready
from tests.front.kit import line, served
from tests.patience import PATIENCE
from tests.stdio.children import hello, request

HEAVY = ("httpx", "httpcore", "sqlite3", "rich", "rapidfuzz", "pyrate_limiter", "keyring")

START = """
import sys
from harvest_mcp import server
from harvest_mcp.commands import cli
from harvest_mcp.config import settings
from harvest_mcp.protocol import sdk
chosen = settings.read({})
server.build(chosen, server.open_desk(chosen))
print(*sorted(name for name in sys.modules if "." not in name or name.startswith("harvest_mcp.")))
"""


@pytest.mark.parametrize("name", HEAVY)
def test_the_start_imports_nothing_a_first_call_can_bring(name: str, loaded: set[str]) -> None:
    assert name not in loaded


def test_a_start_over_stdin_imports_nothing_of_serving_over_http(loaded: set[str]) -> None:
    assert {name for name in loaded if name.startswith("harvest_mcp.") and "http" in name} == {
        "harvest_mcp.commands.http_flags",
        "harvest_mcp.config.http_names",
    }


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    environment = {"HARVEST_URL": "https://suprcorp.harvestapp.com", "HARVEST_ACCESS_TOKEN": "x"}
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, env=environment)
    return set(done.stdout.split())


FRONT = {
    *("harvest_mcp", "harvest_mcp.commands", "harvest_mcp.commands.start", "harvest_mcp.protocol"),
    *("harvest_mcp.protocol.front", "harvest_mcp.protocol.front.key", "harvest_mcp.protocol.front.ready"),
    *("harvest_mcp.protocol.front.messages", "harvest_mcp.protocol.front.opening"),
    *("harvest_mcp.protocol.front.output", "harvest_mcp.__main__", "_blake2", "_json", "_queue", "select"),
}
"""All that is imported until the lists are out: modules of our own, and parts of Python that are written in C."""


def test_what_is_imported_before_the_first_answers_is_next_to_nothing(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    named = key.digest(["--sandbox"], env)
    where = ready.place(named or "", env)
    assert named
    assert where
    making.write(Path(where), anyio.run(content, named))
    run = [sys.executable, "-X", "importtime", "-c", "from harvest_mcp.__main__ import main; main(['--sandbox'])"]
    asked = b"".join(line(each) + b"\n" for each in (hello(1), request(2, "tools/list")))
    plain, ours = (
        subprocess.run(each, input=asked, capture_output=True, check=True, env=env, timeout=PATIENCE)
        for each in ([sys.executable, "-X", "importtime", "-c", ""], run)
    )
    assert len(ours.stdout.splitlines()) == 2
    assert imported(ours.stderr) - imported(plain.stderr) - {"gc"} == FRONT


async def content(named: str) -> bytes:
    async with served() as built:
        return (await making.answers(built)).file(named)


def imported(told: bytes) -> set[str]:
    """The modules that `-X importtime` names."""
    return {each.rpartition("|")[2].strip() for each in told.decode().splitlines()[1:]}
