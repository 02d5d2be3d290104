"""The inventory of tools for people and machines: name, toolset, hints, bytes in tools/list."""

import json
from collections.abc import Sequence

from harvest_mcp.protocol.sdk import weight
from harvest_mcp.tools.tool import Tool


def hints(tool: Tool) -> str:
    """Return `reads`, `writes` or `deletes, asks first`, and whether a call may be repeated."""
    kind = "reads" if tool.hints.reads else "asks first" if tool.hints.destroys else "writes"
    if tool.hints.destroys and tool.name.startswith(("delete_", "undo_")):
        kind = "deletes, asks first"
    return f"{kind}, repeatable" if tool.hints.repeatable and not tool.hints.reads else kind


def as_table(tools: Sequence[Tool]) -> str:
    wide = max(len(tool.name) for tool in tools)
    rows = [f"{tool.name:{wide}}  {tool.toolset:8}  {hints(tool):32}  {weight(tool):5}" for tool in tools]
    total = sum(weight(tool) for tool in tools)
    head = f"{'tool':{wide}}  {'toolset':8}  {'hints':32}  {'bytes':>5}"
    return "\n".join(
        [head, *rows, f"{len(tools)} tools, {total} bytes in tools/list, {total // len(tools)} on average"]
    )


def as_json(tools: Sequence[Tool]) -> str:
    rows = [
        {
            "name": tool.name,
            "toolset": tool.toolset,
            "reads": tool.hints.reads,
            "destroys": tool.hints.destroys,
            "repeatable": tool.hints.repeatable,
            "bytes": weight(tool),
        }
        for tool in tools
    ]
    return json.dumps(rows, indent=2)
