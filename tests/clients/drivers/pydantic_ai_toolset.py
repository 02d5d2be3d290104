"""Pydantic AI's toolset, with the tools called as its agent calls them: arguments checked first."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from pydantic_ai import RunContext, RunUsage
from pydantic_ai.mcp import MCPToolset, StdioTransport
from pydantic_ai.models.test import TestModel


async def main() -> None:
    context = RunContext(deps=None, model=TestModel(), usage=RunUsage())
    async with MCPToolset(StdioTransport(COMMAND, ARGUMENTS)) as toolset:
        tools = await toolset.get_tools(context)

        async def call(name: str, arguments: dict[str, object]) -> str:
            checked = tools[name].args_validator.validate_python(arguments)
            return str(await toolset.call_tool(name, checked, context, tools[name]))

        await talk(len(tools), call)


asyncio.run(main())
