"""The official Python SDK, 1.x, with a person who ticks the box of a form."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import ElicitResult


async def tick(context: object, params: object) -> ElicitResult:
    return ElicitResult(action="accept", content={"confirm": True})


async def main() -> None:
    server = StdioServerParameters(command=COMMAND, args=ARGUMENTS)
    async with stdio_client(server) as streams, ClientSession(*streams, elicitation_callback=tick) as session:
        await session.initialize()

        async def call(name: str, arguments: dict[str, object]) -> str:
            return (await session.call_tool(name, arguments)).content[0].text

        await talk(len((await session.list_tools()).tools), call)


asyncio.run(main())
