"""The journal at a terminal: a table of changes, and undo with its question asked right there."""

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvest_mcp import server
from harvest_mcp.changes import Entry, Found, Wanted
from harvest_mcp.config.settings import Settings
from harvest_mcp.consent.policy import Answer as Reply
from harvest_mcp.consent.policy import Question, Respondent
from harvest_mcp.errors import HarvestMcpError, NotConfirmed, SettingsError
from harvest_mcp.spec import System
from harvest_mcp.text.render import line, printed
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.journal.entries import fields_of, record_of, unread
from harvest_mcp.tools.journal.journal_tools import entries, history_tools
from harvest_mcp.tools.journal.record_names import record_named
from harvest_mcp.tools.tool import Answer, Call, Desk

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Sandbox

COLOURS = {"applied": "green", "refused": "yellow", "in doubt": "red", "intended": "red", "undone": "dim"}
UNDO = "undo_change"
Embedded = Mapping[str, "Sandbox"]


WIDE = 10_000
"""Columns of an output that is no terminal: whoever searches it finds each change on a line of its own, and whole."""


class Output(Console):
    """A console that lets a broken pipe raise; rich would exit the process without a word."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704 - called while that error is handled


def tell(table: Table) -> None:
    """Print a table, as wide as the terminal where there is one."""
    Output(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE).print(table)


def changes(
    chosen: Settings, sandboxes: Embedded, *, tool: str | None, record: str | None, limit: int, as_json: bool
) -> int:
    """Print the newest changes of the accounts in the settings."""
    systems = server.systems_of(chosen)
    about = record_named("changes", systems, record, ["--tool", "--record", "--limit"])

    async def read() -> Found:
        async with _desk(chosen, sandboxes) as desk:
            return await entries(Call(desk, "changes"), systems, Wanted(tool=tool, limit=limit), about)

    looked = anyio.run(read)
    found = looked.entries
    if looked.damaged:
        click.echo(unread(looked), nl=False, err=True)
    if as_json:
        click.echo(json.dumps([_as_json(entry) for entry in found], indent=2))
    elif not found:
        click.echo("No changes in this account's journal.")
    else:
        tell(_table(systems, found))
    return 0


def _as_json(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in asdict(entry).items() if name != "age"}


def undo(chosen: Settings, sandboxes: Embedded, id: int) -> int:
    """Undo a change; return 0 if it was undone.

    Raises:
        SettingsError: the settings exclude writing, or undoing.
    """
    if chosen.read_only or UNDO in chosen.exclude_tools:
        named = "HARVEST_MCP_READ_ONLY" if chosen.read_only else "HARVEST_MCP_EXCLUDE_TOOLS"
        raise SettingsError(f"{named} leaves {UNDO} out, so nothing was undone.", next="Unset it for this command.")
    text, done = anyio.run(_undone, chosen, sandboxes, id)
    click.echo(printed(text), err=not done)
    return 0 if done else 1


async def _undone(chosen: Settings, sandboxes: Embedded, id: int) -> tuple[str, bool]:
    tool = next(tool for tool in history_tools(server.systems_of(chosen)) if tool.name == UNDO)
    async with _desk(chosen, sandboxes) as desk:
        try:
            call = Call(desk, tool.name, Respondent(form=_ask, present=True))
            said = await tool.run(call, parse(tool.name, tool.arguments, {"change_id": id}))
            return Answer.of(said).text, True
        except HarvestMcpError as error:
            return str(error.leaving(tool.untouched)), False


@asynccontextmanager
async def _desk(chosen: Settings, sandboxes: Embedded) -> AsyncIterator[Desk]:
    """Open a desk that asks the person at this terminal, whatever the policy for assistants."""
    desk = server.open_desk(chosen.model_copy(update={"confirm": "ask"}), sandboxes)
    try:
        await desk.find()
        yield desk
    finally:
        await desk.aclose()


async def _ask(question: Question, code: str) -> Reply:
    """Ask the person at the keyboard; without a terminal the answer is no."""
    if not sys.stdin.isatty():
        raise NotConfirmed(f"{question.text} No person is at this terminal to be asked.", next="Run it in one.")
    agreed = await anyio.to_thread.run_sync(lambda: click.confirm(printed(question.text), default=False))
    return "yes" if agreed else "declined"


def _table(systems: Sequence[System], found: Sequence[Entry]) -> Table:
    """Return the changes as a table, with who made each if there are several."""
    several = len({entry.principal for entry in found}) > 1
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "at", *(("who",) if several else ()), "tool", "record", "outcome", "fields"):
        table.add_column(name, no_wrap=name != "fields")
    for entry in found:
        at = datetime.fromtimestamp(entry.at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        who = [entry.principal] if several else []
        told = [entry.tool, record_of(systems, entry), entry.outcome, fields_of(entry).replace(",", ", ")]
        style = COLOURS[entry.outcome]
        cells = [str(entry.id), at, *who, *told]
        table.add_row(*(Text(line(cell), style if cell == entry.outcome else "") for cell in cells))
    return table
