"""LlamaIndex's tool specification: a pydantic model is made of every schema."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec


async def main() -> None:
    client = BasicMCPClient(COMMAND, args=ARGUMENTS)
    found = await McpToolSpec(client).to_tool_list_async()
    tools = {tool.metadata.name: tool for tool in found}

    async def call(name: str, arguments: dict[str, object]) -> str:
        tool = tools[name]
        checked = tool.metadata.fn_schema.model_validate(arguments).model_dump()
        return str(await tool.acall(**checked))

    await talk(len(tools), call)


asyncio.run(main())
