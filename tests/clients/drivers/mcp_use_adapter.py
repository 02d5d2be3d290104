"""mcp-use through its LangChain adapter: a pydantic model is made of every schema."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from mcp_use import MCPClient
from mcp_use.agents.adapters.langchain_adapter import LangChainAdapter


async def main() -> None:
    client = MCPClient.from_dict({"mcpServers": {"harvest": {"command": COMMAND, "args": ARGUMENTS}}})
    adapter = LangChainAdapter()
    await adapter.create_all(client)
    tools = {tool.name: tool for tool in adapter.tools}

    async def call(name: str, arguments: dict[str, object]) -> str:
        return str(await tools[name].ainvoke(arguments))

    await talk(len(tools), call)
    await client.close_all_sessions()


asyncio.run(main())
