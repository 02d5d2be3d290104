"""Reports: raw rows read over as many calls as it takes, added up, told as a table and drawn."""

from harvest_mcp.tools.reports.tool import report_tool

__all__ = ["report_tool"]
