"""Google's Gen AI SDK: every tool converted to Gemini's declaration, then called as the SDK calls a session's tools."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from google.genai._mcp_utils import mcp_to_gemini_tools
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main() -> None:
    server = StdioServerParameters(command=COMMAND, args=ARGUMENTS)
    async with stdio_client(server) as (reads, writes), ClientSession(reads, writes) as session:
        await session.initialize()
        declared = mcp_to_gemini_tools((await session.list_tools()).tools)

        async def call(name: str, arguments: dict[str, object]) -> str:
            return (await session.call_tool(name, arguments)).content[0].text

        await talk(sum(len(tool.function_declarations or ()) for tool in declared), call)


asyncio.run(main())
