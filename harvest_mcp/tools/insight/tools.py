"""Which answers a system can give: those over time need its reports, those over money its invoices and their states."""

from harvest_mcp.spec import System, fields
from harvest_mcp.tools.insight.invoices import invoices_tool
from harvest_mcp.tools.insight.work import work_tool
from harvest_mcp.tools.tool import Tool


def insight_tools(system: System) -> list[Tool]:
    """Return them; none of a system that documents neither when money is due nor how time is billed."""
    owed = [each for each in system.resources if {"due_amount", "due_at", "state"} <= fields(each.record).keys()]
    tools = [invoices_tool(system, each) for each in owed[:1]]
    return [*tools, work_tool(system)] if system.reports else tools
