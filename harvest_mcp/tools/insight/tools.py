"""The answers a system can give, by its reports and invoices, or by its bills and monthly timesheets."""

from harvest_mcp.spec import System, fields
from harvest_mcp.tools.insight.bills import bills_tool
from harvest_mcp.tools.insight.invoices import invoices_tool
from harvest_mcp.tools.insight.month_sheets import LINES, month_sheets_tool
from harvest_mcp.tools.insight.work import work_tool
from harvest_mcp.tools.tool import Tool


def insight_tools(system: System) -> list[Tool]:
    """Return the tools; none in a system that has neither."""
    owed = [each for each in system.resources if {"due_amount", "due_at", "state"} <= fields(each.record).keys()]
    tools = [invoices_tool(system, each) for each in owed[:1]]
    sheets = [each for each in system.resources if {"vat_inc_total", "payed_amount"} <= fields(each.record).keys()]
    tools += [bills_tool(system) for _ in sheets[:1]]
    months = [each for each in system.resources if LINES in fields(each.record)]
    tools += [month_sheets_tool(system) for _ in months[:1]]
    return [*tools, work_tool(system)] if system.reports else tools
