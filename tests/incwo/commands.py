"""The commands started as people start them, at an account whose address is given."""

import os
import subprocess
from typing import Any

import mcp
from mcp.client.stdio import StdioServerParameters

from harvest_mcp.sandbox import INCWO_LOGIN
from tests import forks
from tests.patience import PATIENCE

MODULE = ("-m", "harvest_mcp")


def environment(url: str = "", **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HARVEST_", "INCWO_"))}
    account = {"INCWO_URL": url, "INCWO_LOGIN": INCWO_LOGIN.email, "INCWO_PASSWORD": INCWO_LOGIN.password}
    return {**kept, **(account if url else {}), **more}


def client(url: str, state: str, **options: Any) -> mcp.Client:
    """A client that starts the server and talks to it over its pipes."""
    env = environment(url, HARVEST_MCP_STATE=state)
    return mcp.Client(StdioServerParameters(command=forks.python(), args=[*MODULE], env=env), **options)


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [forks.python(), *MODULE, *arguments],
        capture_output=True,
        text=True,
        env=environment(**more),
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
