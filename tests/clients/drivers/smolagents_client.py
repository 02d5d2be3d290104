"""smolagents: tools with inputs checked by the library's own types."""

import asyncio

from conversation import ARGUMENTS, COMMAND, talk
from mcp import StdioServerParameters
from smolagents import MCPClient

with MCPClient(StdioServerParameters(command=COMMAND, args=ARGUMENTS), structured_output=False) as found:
    tools = {tool.name: tool for tool in found}
    asyncio.run(talk(len(tools), lambda name, arguments: str(tools[name](**arguments))))
