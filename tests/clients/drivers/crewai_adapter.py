"""CrewAI's adapter: a pydantic model is made of every schema, and what is not given is sent as null."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters

with MCPServerAdapter(StdioServerParameters(command=COMMAND, args=ARGUMENTS), connect_timeout=60) as found:
    tools = {tool.name: tool for tool in found}
    asyncio.run(talk(len(tools), lambda name, arguments: str(tools[name].run(**arguments))))
