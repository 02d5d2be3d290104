"""What approvals cost a server that never needs one: nothing."""

import subprocess
import sys

START = """
import sys
import mcp.server.lowlevel, mcp.server.stdio, mcp.shared.exceptions
before = set(sys.modules)
from harvest_mcp import server
from harvest_mcp.commands import cli
from harvest_mcp.config import settings
chosen = settings.read({})
server.build(chosen, server.open_desk(chosen))
heavy = ("uvicorn", "starlette", "sqlite3", "h11", "html", "harvest_mcp.approval.")
print(*sorted(name for name in set(sys.modules) - before if name.startswith(heavy)))
"""


def test_the_start_imports_the_page_neither_itself_nor_what_it_needs() -> None:
    environment = {"HARVEST_URL": "https://suprcorp.harvestapp.com", "HARVEST_ACCESS_TOKEN": "x"}
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["harvest_mcp.approval.local"]
