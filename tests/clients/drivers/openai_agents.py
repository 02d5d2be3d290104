"""OpenAI's Agents SDK, with the schemas converted to the strict form and every optional argument sent as null."""

import asyncio
import json

from agents import Agent, RunContextWrapper
from agents.mcp import MCPServerStdio, MCPUtil
from agents.tool_context import ToolContext
from conversation import ARGUMENTS, COMMAND, talk


async def main() -> None:
    async with MCPServerStdio({"command": COMMAND, "args": ARGUMENTS}, client_session_timeout_seconds=60) as server:
        agent = Agent(name="tries", mcp_servers=[server])
        found = await MCPUtil.get_function_tools(
            server, convert_schemas_to_strict=True, run_context=RunContextWrapper(None), agent=agent
        )
        tools = {tool.name: tool for tool in found}
        loose = [tool.name for tool in found if not tool.strict_json_schema and tool.params_json_schema["properties"]]
        assert not loose, f"not converted: {loose}"

        async def call(name: str, arguments: dict[str, object]) -> str:
            every = dict.fromkeys(tools[name].params_json_schema["properties"])
            said = json.dumps({**every, **arguments})
            context = ToolContext(None, tool_name=name, tool_call_id="1", tool_arguments=said)
            return str(await tools[name].on_invoke_tool(context, said))

        await talk(len(tools), call)


asyncio.run(main())
