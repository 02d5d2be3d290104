"""The tools for many records that a system has."""

from harvest_mcp.spec import System
from harvest_mcp.tools.bulk.cards import companies_of, persons_of
from harvest_mcp.tools.bulk.duplicates import duplicates_tool
from harvest_mcp.tools.bulk.export import export_tool
from harvest_mcp.tools.bulk.export_company import company_export_tool
from harvest_mcp.tools.bulk.imports.tool import import_tool
from harvest_mcp.tools.bulk.log_week import day_kinds, week_tool
from harvest_mcp.tools.bulk.merge_tool import merge_tool
from harvest_mcp.tools.bulk.notes import note_tools
from harvest_mcp.tools.bulk.update_many import many_tool
from harvest_mcp.tools.tool import Tool


def bulk_tools(system: System) -> list[Tool]:
    """Return them; none in a system without persons."""
    if not persons_of(system):
        return []
    persons = persons_of(system)
    return [
        duplicates_tool(system),
        *(merge_tool(system, each) for each in persons),
        *(import_tool(system, each) for each in persons),
        *(week_tool(system, each) for each in day_kinds(system)),
        many_tool(system),
        *note_tools(system),
        export_tool(system),
        *(company_export_tool(system, each) for each in companies_of(system)),
    ]
