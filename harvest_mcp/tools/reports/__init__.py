"""Reports: read all rows in as many calls as it takes, add them up, and show them as a table and a chart."""

from harvest_mcp.tools.reports.ready import ready_tool
from harvest_mcp.tools.reports.tool import report_tool

__all__ = ["ready_tool", "report_tool"]
