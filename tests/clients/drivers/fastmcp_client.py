"""FastMCP's client, with a person who ticks the box of a form."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from fastmcp import Client
from fastmcp.client.transports import StdioTransport


async def tick(message: str, kind: type, params: object, context: object) -> dict[str, bool]:
    return {"confirm": True}


async def main() -> None:
    async with Client(StdioTransport(COMMAND, ARGUMENTS), elicitation_handler=tick) as client:

        async def call(name: str, arguments: dict[str, object]) -> str:
            return (await client.call_tool(name, arguments)).content[0].text

        await talk(len(await client.list_tools()), call)


asyncio.run(main())
