"""An MCP server that lets an assistant work safely in a Harvest account."""

__version__ = "0.1.0"
