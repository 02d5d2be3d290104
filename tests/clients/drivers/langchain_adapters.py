"""LangChain's adapters: each tool is a StructuredTool that checks its arguments."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools


async def main() -> None:
    client = MultiServerMCPClient({"harvest": {"command": COMMAND, "args": ARGUMENTS, "transport": "stdio"}})
    async with client.session("harvest") as session:
        tools = {tool.name: tool for tool in await load_mcp_tools(session)}

        async def call(name: str, arguments: dict[str, object]) -> str:
            return str(await tools[name].ainvoke(arguments))

        await talk(len(tools), call)


asyncio.run(main())
