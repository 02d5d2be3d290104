"""The command line of `harvest-mcp install` and `uninstall`."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import click

from harvest_mcp.commands.flags import IN_MEMORY, SANDBOX, flags
from harvest_mcp.commands.install import command
from harvest_mcp.commands.install.account import SigningChoice
from harvest_mcp.commands.install.clients import CLIENTS
from harvest_mcp.commands.install.command import Installation
from harvest_mcp.commands.install.entry import arguments
from harvest_mcp.commands.install.entry import command as this_command
from harvest_mcp.commands.install.machine import Machine
from harvest_mcp.commands.install.overview import overview
from harvest_mcp.commands.install.screen import How
from harvest_mcp.config.settings import read
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.server import tools_for
from harvest_mcp.systems import load

CLIENT = click.argument("client", type=click.Choice([*CLIENTS]), required=False, metavar="[CLIENT]")
CALLED = click.option("--name", metavar="NAME", help="What the client calls it, if not harvest or incwo.")
HOW = (
    click.option("--yes", "how", flag_value="yes", help="Change it without being asked."),
    click.option("--dry-run", "how", flag_value="dry run", help="Show what would change, and change nothing."),
)


def _how(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(HOW):
        function = option(function)
    return function


@click.command()
@CLIENT
@CALLED
@_how
@click.option("--print", "how", flag_value="print", help="Print what belongs into the file, to put it there by hand.")
@click.option("--token", is_flag=True, help="Sign in by an access token, and not by a password.")
@click.option("--secret-in-client", is_flag=True, help="Write the token or the password into the client's own file.")
@SANDBOX
@flags
@click.pass_context
def install(  # noqa: PLR0913 - one parameter per flag
    ctx: click.Context,
    given: Mapping[str, Any],
    *,
    client: str | None,
    name: str | None,
    how: How | None,
    token: bool,
    secret_in_client: bool,
    sandbox: str | None,
) -> None:
    """Put this server into the settings of CLIENT, with these flags; without CLIENT, list those found here.

    CLIENT is claude-desktop, claude-code, vscode, cursor, windsurf, codex, gemini, goose, zed, lm-studio or
    copilot-cli.
    """
    machine = Machine.here()
    if client is None:
        ctx.exit(overview(machine))
    outer, outer_sandbox = ctx.obj
    given, sandbox = {**outer, **{key: value for key, value in given.items() if value}}, sandbox or outer_sandbox
    chosen = read(given)
    tools_for(chosen)  # checks that what the client would start does start
    # The embedded account is of the first vendor unless another is asked for, whatever is set here.
    systems = chosen.vendors[:1] if sandbox and not given.get("system") else chosen.systems
    silent = how in ("dry run", "print")
    wanted = Installation(
        CLIENTS[client],
        name or INTEGRATIONS[systems[0]].vendor,
        (*this_command(sys.argv[0]), *arguments(given, sandbox, in_memory=IN_MEMORY)),
        () if sandbox else systems,
        load(systems[0]).title,
        SigningChoice("token" if token else "password", secret_in_client, silent, how == "yes", bool(given.get("api"))),
        how or "ask",
    )
    ctx.exit(command.install(wanted, machine, datetime.now().astimezone()))


@click.command()
@CLIENT
@CALLED
@_how
@click.pass_context
def uninstall(ctx: click.Context, *, client: str | None, name: str | None, how: How | None) -> None:
    """Take this server out of the settings of CLIENT; without CLIENT, list where it is."""
    machine = Machine.here()
    if client is None:
        ctx.exit(overview(machine))
    ctx.exit(command.uninstall(CLIENTS[client], name, how or "ask", machine, datetime.now().astimezone()))
