"""The least server there can be over HTTP, to hold ours against: `python -m tests.http.bare`."""

import json
import os
import socket
from typing import Any

import httpx
import mcp_types as types
import uvicorn
from lxml import etree
from mcp.server.lowlevel import Server

TOOL = types.Tool(name="get_client", description="One client.", input_schema={"type": "object"})
client: httpx.AsyncClient


async def tools(ctx: Any, params: Any) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[TOOL])


async def call(ctx: Any, params: Any) -> types.CallToolResult:
    """Ask the vendor for the record; a word that is no id is refused without."""
    id = params.arguments["client_id"]
    if not isinstance(id, int):
        return types.CallToolResult(content=[types.TextContent(text="client_id takes a number.")], is_error=True)
    root = etree.fromstring((await client.get(f"/clients/{id}")).content)
    row = {str(child.tag): child.text for child in root}
    return types.CallToolResult(content=[types.TextContent(text=json.dumps(row))])


def main() -> None:
    global client  # noqa: PLW0603 - as short as such a server is
    who = (os.environ["HARVEST_EMAIL"], os.environ["HARVEST_PASSWORD"])
    client = httpx.AsyncClient(base_url=os.environ["HARVEST_URL"], auth=who, headers={"Accept": "application/xml"})
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", flush=True)
    app = Server[Any]("bare", on_list_tools=tools, on_call_tool=call).streamable_http_app(stateless_http=True)
    config = uvicorn.Config(
        app, loop="asyncio", http="h11", log_level="warning", access_log=False, timeout_keep_alive=75
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
