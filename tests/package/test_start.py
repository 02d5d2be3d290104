"""What starting the server costs and touches."""

import subprocess
import sys

import pytest

HEAVY = ("httpx", "httpcore", "sqlite3", "sqlalchemy", "rich", "rapidfuzz", "stamina", "pyrate_limiter", "keyring")

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
