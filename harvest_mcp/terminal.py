"""The journal for a person at a terminal: a table of changes, and undo with the question asked right there."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import anyio
import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvest_mcp import server, settings
from harvest_mcp.changes import Entry, Wanted
from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.tools.arguments import parse
from harvest_mcp.tools.confirm import Answer, Person, Question
from harvest_mcp.tools.history import history_tools, record_named
from harvest_mcp.tools.render import line, printed
from harvest_mcp.tools.tool import Call

COLOURS = {"applied": "green", "refused": "yellow", "in doubt": "red", "intended": "red", "undone": "dim"}


def changes(given: Mapping[str, Any], *, tool: str | None, record: str | None, limit: int, as_json: bool) -> int:
    """Print the newest changes of the account the settings name."""
    noun, id = record_named("changes", record, ["--tool", "--record", "--limit"])
    wanted = Wanted(tool=tool, noun=noun, record=id, limit=limit)
    found = anyio.run(_found, given, wanted)
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in found], indent=2))
    elif not found:
        click.echo("No changes in this account's journal.")
    else:
        Console().print(_table(found))
    return 0


def undo(given: Mapping[str, Any], id: int) -> int:
    """Take a change back; 0 when it was."""
    text, done = anyio.run(_undone, given, id)
    click.echo(printed(text), err=not done)
    return 0 if done else 1


async def _found(given: Mapping[str, Any], wanted: Wanted) -> list[Entry]:
    desk = server.open_desk(settings.read(given))
    try:
        return await Call(desk, "changes").journal(server.SYSTEMS[0]).find(wanted)
    finally:
        await desk.aclose()


async def _undone(given: Mapping[str, Any], id: int) -> tuple[str, bool]:
    desk = server.open_desk(settings.read(given))
    tool = next(tool for tool in history_tools(server.SYSTEMS[0]) if tool.name == "undo_change")
    try:
        return await tool.run(
            Call(desk, tool.name, Person(form=_ask)), parse(tool.name, tool.arguments, {"change_id": id})
        ), True
    except HarvestMcpError as error:
        return str(error.leaving(tool.untouched)), False
    finally:
        await desk.aclose()


async def _ask(question: Question, code: str) -> Answer:
    """A person at the keyboard; no terminal, no yes."""
    if not sys.stdin.isatty():
        return "cancelled"
    agreed = await anyio.to_thread.run_sync(lambda: click.confirm(printed(question.text), default=False))
    return "yes" if agreed else "declined"


def _table(found: list[Entry]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "at", "tool", "record", "outcome", "fields"):
        table.add_column(name, no_wrap=name != "fields")
    for entry in found:
        at = datetime.fromtimestamp(entry.at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        what = f"{entry.noun} {entry.record}" if entry.record else entry.noun
        cells = [str(entry.id), at, entry.tool, what, entry.outcome, ", ".join(entry.sent)]
        style = COLOURS[entry.outcome]
        table.add_row(*(Text(line(cell), style if cell == entry.outcome else "") for cell in cells))
    return table
