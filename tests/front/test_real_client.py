"""The client of the SDK, in both eras."""

import os
import sys
from pathlib import Path

import mcp
import pytest
from mcp.client.stdio import StdioServerParameters

from harvest_mcp.protocol.front import key, making, ready
from tests.conftest import Era
from tests.front.kit import served

pytestmark = [pytest.mark.anyio, pytest.mark.eras]


async def test_what_the_sdks_own_client_opens_with_is_understood_to_the_letter(era: Era, tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    async with served() as built:
        named = key.digest(["--sandbox"], env)
        assert named
        _, _, body = (await making.answers(built)).file(named).partition(b"\n")
    body = body.replace(b"Work in a Harvest account", b"Work in a Hrvst account").replace(
        b"List clients", b"Lst clients"
    )
    making.write(Path(ready.place(named, env) or ""), ready.head(named, body) + b"\n" + body)
    child = StdioServerParameters(command=sys.executable, args=["-m", "harvest_mcp", "--sandbox"], env=env)
    async with mcp.Client(child, mode=era) as client:
        assert (client.instructions or "").startswith("Work in a Hrvst account")
        said = {tool.name: tool.description for tool in (await client.list_tools()).tools}
        assert said["list_clients"] == "Lst clients."
        assert len((await client.list_prompts()).prompts) > 3
