"""A plain MCP client session: list the tools, search, create, and delete with a person's consent.

python examples/client_session.py          # answers the delete question at the terminal
python examples/client_session.py --yes    # answers it with yes
python examples/client_session.py --v2     # an account over Harvest's API v2
"""

import json
import sys
from typing import Any

import anyio
import mcp
from mcp import types
from mcp.client import ClientRequestContext

API = ["--api", "v2"] if "--v2" in sys.argv else []
SERVER = mcp.StdioServerParameters(command=sys.executable, args=["-m", "harvest_mcp", "--sandbox", *API])
SECONDS = 60.0


async def at_the_terminal(context: ClientRequestContext, params: types.ElicitRequestParams) -> types.ElicitResult:
    """Show a form of the server's to the person here; only a yes accepts it."""
    print(f"\nThe server asks: {params.message}")
    boxes = params.requested_schema["properties"] if isinstance(params, types.ElicitRequestFormParams) else {}
    ticked: dict[str, bool] = {name: await yes(f"{box.get('title', name)} [y/N] ") for name, box in boxes.items()}
    if not any(ticked.values()):
        return types.ElicitResult(action="decline")
    return types.ElicitResult(action="accept", content={**ticked})


async def yes(prompt: str) -> bool:
    if "--yes" in sys.argv:
        print(f"{prompt}y")
        return True
    print(prompt, end="", flush=True)
    answer = await anyio.to_thread.run_sync(sys.stdin.readline)  # an end of input is a no
    return answer.strip().lower() in ("y", "yes")


async def call(client: mcp.Client, tool: str, /, **arguments: Any) -> str:
    """Call a tool, show call and answer; an error is an answer too."""
    given = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
    print(f"\n> {tool}({given})")
    result = await client.call_tool(tool, arguments)
    text = "\n".join(block.text for block in result.content if isinstance(block, types.TextContent))
    print(text.rstrip())
    return text


async def main() -> None:
    async with mcp.Client(SERVER, elicitation_callback=at_the_terminal, read_timeout_seconds=SECONDS) as client:
        print(f"Connected. {client.instructions}\n")
        for tool in (await client.list_tools()).tools:
            print(f"{tool.name:22} {tool.description}")

        await call(client, "search_records", query="jane doe")
        person = {"client": "SuprCorp", "first_name": "Ada", "last_name": "Byron", "email": "ada@suprcorp.example"}
        created = await call(client, "create_contact", **person)
        await call(client, "create_contact", **person)  # held back: it is there already
        id = json.loads(created.splitlines()[1])["id"]
        await call(client, "delete_contact", contact_id=id)
        await call(client, "search_records", query="ada byron")


if __name__ == "__main__":
    anyio.run(main)
