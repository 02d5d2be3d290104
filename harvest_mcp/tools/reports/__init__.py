"""Reports: raw rows read over as many calls as it takes, added up, told as a table and drawn."""

from harvest_mcp.tools.reports.ready import ready_tool
from harvest_mcp.tools.reports.tool import report_tool

__all__ = ["ready_tool", "report_tool"]
