"""Play a conversation for a person to read: the real stdio server as a child process, over an embedded account."""

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import mcp
import mcp_types as types
from lxml import etree
from mcp.client.stdio import StdioServerParameters
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from harvest_mcp.commands.journal import Output
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.integrations.demo import LAST, NEW, Answer, Turn
from harvest_mcp.sandbox import LoggedCall, Sandbox, running
from harvest_mcp.server import temporary
from harvest_mcp.text.render import line, printed

CHANGE = re.compile(r"undo_change\(change_id=(\d+)\)")
"""Finds the change id in an answer."""


def main(system: str = "harvest") -> int:
    """Play it; return 0 if every call ended as expected."""
    console = Output(highlight=False, soft_wrap=False)
    account = INTEGRATIONS[system].embedded.open()
    before = _rows(account, system)
    with running(account) as url, temporary() as folder:
        failures = anyio.run(Stage(console, account, folder, system).play, url)
    _changes(console, before, _rows(account, system))
    account.close()
    console.print(
        f"[red]{failures} calls did not end as expected.[/]" if failures else "[green]Every call ended as it should.[/]"
    )
    return 1 if failures else 0


@dataclass(slots=True)
class Stage:
    """Plays and prints the conversation."""

    console: Console
    account: Sandbox
    folder: str
    system: str
    answer: Answer | None = None
    new: int = 0
    last: int = 0
    printed: int = field(default=0)

    async def play(self, url: str) -> int:
        """Return the number of calls that did not end as expected."""
        keep = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "PYTHONPATH", "COVERAGE_PROCESS_START")
            if name in os.environ
        }
        integration = INTEGRATIONS[self.system]
        way, embedded, demo = integration.variables, integration.embedded, integration.demo()
        login, address = embedded.login(), f"{url}{embedded.path}"
        environment = {**keep, way.address: address, **way.signs_in(login)}
        environment |= {way.number: embedded.number} if way.number else {}
        environment["HARVEST_MCP_STATE"] = str(Path(self.folder, "state.db"))  # not among the changes of the user
        environment |= {"HARVEST_MCP_TOOLSETS": demo.toolsets} if demo.toolsets else {}
        child = StdioServerParameters(command=sys.executable, args=["-m", "harvest_mcp"], env=environment)
        async with mcp.Client(child, elicitation_callback=self._person) as client:
            tools = (await client.list_tools()).tools
            self.console.print(
                f"[bold]harvest-mcp[/] over stdio, {len(tools)} tools, an account with made-up data at {address}\n"
            )
            return sum([not await self._turn(client, turn) for turn in demo.turns])

    async def _turn(self, client: mcp.Client, turn: Turn) -> bool:
        stand_in = {NEW: self.new, LAST: self.last}
        arguments = {
            name: stand_in.get(value, value) if isinstance(value, str) else value
            for name, value in turn.arguments.items()
        }
        self.answer, self.printed = turn.answer, len(self.account.seen)
        self.console.print(Text("You      ", "bold cyan") + Text(turn.says, "bold"))
        self.console.print(Text("Calls    ", "magenta") + Text(f"{turn.tool}({_call(arguments)})"))
        result = await client.call_tool(turn.tool, arguments)
        self._requests()
        parts = (part.text for part in result.content if isinstance(part, types.TextContent))
        text = printed("\n".join(parts)).rstrip()
        self.console.print(Panel(escape(text), border_style="yellow" if result.is_error else "green", expand=False))
        self.console.print()
        self.new = _id_in(text) if turn.tool.startswith("create_") and not result.is_error else self.new
        if undo := CHANGE.search(text):
            self.last = int(undo[1])
        return bool(result.is_error) == turn.refused

    async def _person(self, context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        self._requests()
        self.console.print(Text("Asked    ", "bold yellow") + Text(printed(params.message)))
        self.console.print(Text("Answered ", "bold yellow") + Text("Yes" if self.answer == "accept" else "No"))
        if self.answer != "accept":
            return types.ElicitResult(action="decline")
        return types.ElicitResult(action="accept", content={"confirm": True})

    def _requests(self) -> None:
        """Print the requests that reached the account since the last ones printed."""
        for seen in self.account.seen[self.printed :]:
            self.console.print(Text("  → ", "dim") + Text(f"{line(_line(seen))}  {seen.status}", "dim"))
            if seen.body:
                self.console.print(Text(printed(_pretty(seen.body)), "blue"))
        self.printed = len(self.account.seen)


def _line(seen: LoggedCall) -> str:
    query = "&".join(f"{name}={value}" for name, value in seen.query)
    return f"{seen.method:6} {seen.path}{'?' if query else ''}{query}"


def _pretty(body: bytes) -> str:
    if body.startswith(b"{"):
        return "\n".join(f"      {line}" for line in json.dumps(json.loads(body), indent=2).splitlines())
    text: str = etree.tostring(etree.fromstring(body), pretty_print=True, encoding="unicode")
    return "\n".join(f"      {line}" for line in text.rstrip().splitlines())


def _call(arguments: Mapping[str, Any]) -> str:
    return line(", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items()))


def _id_in(text: str) -> int:
    return int(json.loads(text.splitlines()[-1])["id"])


def _rows(account: Sandbox, system: str) -> dict[tuple[str, int], Mapping[str, Any]]:
    return {
        (resource.noun, int(str(row["id"]))): row
        for resource in account.store.system.resources
        for row in account.rows(resource)
    }


def _changes(console: Console, before: Mapping[Any, Mapping[str, Any]], after: Mapping[Any, Mapping[str, Any]]) -> None:
    """Print the differences between two states of the account."""
    console.print("[bold]What changed in the account[/]" if before != after else "[bold]The account is as it was[/]")
    for noun, id in sorted({*before} - {*after}):
        row = before[noun, id]
        console.print(Text(f"  - {noun} {id} {_named(row)}", "red"))
    for noun, id in sorted({*after} - {*before}):
        console.print(Text(f"  + {noun} {id} {_named(after[noun, id])}", "green"))
    for key in sorted(key for key in {*before} & {*after} if before[key] != after[key]):
        console.print(Text(f"  ~ {key[0]} {key[1]} {_named(after[key])}", "yellow"))


def _named(row: Mapping[str, Any]) -> str:
    person = " ".join(str(row[name]) for name in ("first_name", "last_name") if row.get(name))
    return line(str(row.get("name") or person or row.get("spent_at") or ""))
