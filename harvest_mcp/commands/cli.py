"""The command line: serve (the default), and the commands for people."""

import gc
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvest_mcp import __version__
from harvest_mcp.commands.flags import API, IN_MEMORY, JOURNAL, ONE_API, ONE_SYSTEM, SANDBOX, STATE, flags, spoken
from harvest_mcp.commands.http_flags import http_flags, served
from harvest_mcp.commands.shell import WRONG, Commands, say
from harvest_mcp.errors import HarvestMcpError

if TYPE_CHECKING:
    from harvest_mcp.config.settings import Settings
    from harvest_mcp.protocol.sdk import McpServer
    from harvest_mcp.tools.tool import Desk

EXPLAIN = """\
harvest-mcp is an MCP server: an assistant starts it and talks to it over stdin and stdout, so there is
nothing to type here. Add it to your assistant, or try:

  harvest-mcp install              the assistants found here, and how to add it
  harvest-mcp demo                 watch a conversation against an embedded account
  harvest-mcp --sandbox tools      the tools an assistant gets
  harvest-mcp doctor               check your settings and your account
  harvest-mcp pending              what waits for your approval
"""


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@SANDBOX
@flags
@http_flags
@click.version_option(__version__, prog_name="harvest-mcp")
@click.pass_context
def main(ctx: click.Context, given: Mapping[str, Any], sandbox: str | None, http: Mapping[str, Any]) -> None:
    """Work in a Harvest or an incwo account from any MCP client. Without a command: serve over stdin and stdout."""
    ctx.obj = (given, sandbox)
    own = ctx.invoked_subcommand is None
    if own and not served(given, http, partial(_opened, sandbox), embedded=sandbox is not None):
        serve(given, sandbox)


def _merged(ctx: click.Context, given: Mapping[str, Any], sandbox: str | None) -> tuple[dict[str, Any], str | None]:
    """Merge the flags before and after the command; those after it win."""
    outer, outer_sandbox = ctx.obj
    return {**outer, **{name: value for name, value in given.items() if value}}, sandbox or outer_sandbox


def serve(given: Mapping[str, Any], sandbox: str | None, wrong: HarvestMcpError | None = None) -> None:
    """Serve over stdio; on a terminal, explain instead of waiting for a client.

    If settings are wrong, the server still starts and each call says so: hosts show their users nothing else.
    """
    main.heard()
    gc.disable()  # imports create no garbage, and take a sixth less time without collection
    import anyio  # noqa: PLC0415 - the commands import what they need

    from harvest_mcp import server  # noqa: PLC0415 - same
    from harvest_mcp.config import logs  # noqa: PLC0415 - same
    from harvest_mcp.config.origins import withhold  # noqa: PLC0415 - same
    from harvest_mcp.config.settings import read  # noqa: PLC0415 - same
    from harvest_mcp.protocol.stdio import serve_stdio  # noqa: PLC0415 - same

    desk: Desk | None = None
    try:
        if wrong:
            raise wrong
        settings = read(given)
        desk = server.open_desk(settings, _opened(sandbox, settings.systems))
        server.check_way(desk, embedded=sandbox is not None)
        built = server.build(settings, desk)
    except HarvestMcpError as error:
        if sys.stdin.isatty():
            raise
        main.start.forget()
        settings, built, desk = _unready(given, error, apart=sandbox is None and wrong is None)
    if sys.stdin.isatty():
        click.echo(EXPLAIN, err=True)
        return
    logs.to_stderr(settings.log_level, (*(desk.secrets if desk else ()), *settings.secrets))
    withhold()
    gc.freeze()
    gc.enable()
    served, keep = partial(serve_stdio, built, begun=main.start.begun), main.start.keeping(built, settings.log_level)
    finished = anyio.run(server.converse, served, desk, settings, keep)
    if desk is None or not finished:
        sys.exit(1 if desk else WRONG)


main.instead = lambda wrong: serve({}, None, wrong)


def _unready(
    given: Mapping[str, Any], error: HarvestMcpError, *, apart: bool
) -> "tuple[Settings, McpServer, Desk | None]":
    """Return the server to run instead, perhaps with one of two systems working; the reason goes to stderr too."""
    from harvest_mcp import server  # noqa: PLC0415 - only when something is wrong
    from harvest_mcp.commands import unready  # noqa: PLC0415 - only when something is wrong

    say(error)
    if apart and (some := unready.usable_part(given, unready.THEN)):
        settings, desk = some
        return settings, server.build(settings, desk), desk
    settings = unready.readable(given)
    return settings, unready.build(settings, error), None


def _opened(path: str | None, systems: Sequence[str]) -> dict[str, Any]:
    """Return embedded accounts of these systems, if asked for."""
    if path is None:
        return {}
    from harvest_mcp.integrations import opened  # noqa: PLC0415 - only with --sandbox

    return opened(systems, None if path == IN_MEMORY else path)


@main.command()
@SANDBOX
@flags
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_context
def tools(ctx: click.Context, given: Mapping[str, Any], sandbox: str | None, as_json: bool) -> None:
    """List the tools these settings offer, with their hints and their bytes in tools/list."""
    from harvest_mcp import server  # noqa: PLC0415 - the commands import what they need
    from harvest_mcp.config.settings import read  # noqa: PLC0415 - same
    from harvest_mcp.protocol import catalog  # noqa: PLC0415 - same

    offered = server.tools_for(read(_merged(ctx, given, sandbox)[0]))
    click.echo(catalog.as_json(offered) if as_json else catalog.as_table(offered))


@main.command()
@SANDBOX
@flags
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--lift", is_flag=True, help="End the wait for an account that throttled, and call it again.")
@click.pass_context
def doctor(ctx: click.Context, given: Mapping[str, Any], sandbox: str | None, *, as_json: bool, lift: bool) -> None:
    """Check settings, address, TLS, credentials, role and budget; say what to do about each failure."""
    from harvest_mcp.commands import doctor as checks  # noqa: PLC0415 - the commands import what they need

    merged, embedded = _merged(ctx, given, sandbox)
    report = checks.examine(merged, (lambda systems: _opened(embedded, systems)) if embedded else None, lift=lift)
    click.echo(report.as_json() if as_json else report.as_text())
    ctx.exit(0 if report.healthy else 1)


@main.command()
@SANDBOX
@JOURNAL
@click.option("--tool", metavar="NAME", help="Only this tool's, such as update_contact.")
@click.option("--record", metavar="'KIND ID'", help="Only of this record, such as 'contact 9'.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines, with every value.")
@click.pass_context
def changes(
    ctx: click.Context,
    *,
    sandbox: str | None,
    state: str | None,
    tool: str | None,
    record: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List what was changed in the account, newest first."""
    from harvest_mcp.commands import journal  # noqa: PLC0415 - the commands import what they need

    chosen = _at_hand(ctx, state, sandbox)
    ctx.exit(journal.changes(*chosen, tool=tool, record=record, limit=limit, as_json=as_json))


@main.command()
@SANDBOX
@JOURNAL
@click.argument("change", type=click.IntRange(1))
@click.pass_context
def undo(ctx: click.Context, sandbox: str | None, state: str | None, change: int) -> None:
    """Take CHANGE back, an id that `harvest-mcp changes` lists; asks where that deletes."""
    from harvest_mcp.commands import journal  # noqa: PLC0415 - the commands import what they need

    ctx.exit(journal.undo(*_at_hand(ctx, state, sandbox), change))


def _at_hand(ctx: click.Context, state: str | None, sandbox: str | None) -> tuple[Any, dict[str, Any]]:
    """Return the settings, and embedded accounts if asked for."""
    from harvest_mcp.config.settings import read  # noqa: PLC0415 - the commands import what they need

    merged, embedded = _merged(ctx, {"state": state}, sandbox)
    chosen = read(merged)
    return chosen, _opened(embedded, chosen.systems)


@main.command()
@STATE
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_context
def pending(ctx: click.Context, state: str | None, as_json: bool) -> None:
    """List what waits for a person's approval: code, age, question."""
    from harvest_mcp import server  # noqa: PLC0415 - the commands import what they need
    from harvest_mcp.approval import approve_command, terminal  # noqa: PLC0415 - same

    consents = server.consents_of(_merged(ctx, {"state": state}, None)[0])
    ctx.exit(terminal.pending(consents, as_json=as_json, command=approve_command(consents.state)("CODE")))


@main.command()
@STATE
@click.argument("code")
@click.option("--decline", is_flag=True, help="Decline it.")
@click.option("--yes", is_flag=True, help="Approve without being asked, where no terminal is.")
@click.pass_context
def approve(ctx: click.Context, state: str | None, code: str, decline: bool, yes: bool) -> None:
    """Show the question an assistant gave you CODE for, and approve or decline it."""
    from harvest_mcp import server  # noqa: PLC0415 - the commands import what they need
    from harvest_mcp.approval import terminal  # noqa: PLC0415 - same

    consents = server.consents_of(_merged(ctx, {"state": state}, None)[0])
    ctx.exit(terminal.approve(consents, code, decline=decline, yes=yes))


@main.command()
@ONE_SYSTEM
@API
@click.option("--token", is_flag=True, help="Keep an access token instead of a password.")
@click.pass_context
def login(ctx: click.Context, system: str, api: str | None, token: bool) -> None:
    """Sign in once: the token or the password, tried out first, goes into the keyring of this system."""
    from harvest_mcp.commands import login as work  # noqa: PLC0415 - the commands import what they need

    ctx.exit(work.login(system, api, token=token))


@main.command()
@ONE_SYSTEM
@API
@click.pass_context
def logout(ctx: click.Context, system: str, api: str | None) -> None:
    """Take the token or the password out of the keyring again."""
    from harvest_mcp.commands import login as work  # noqa: PLC0415 - the commands import what they need

    ctx.exit(work.logout(system, api))


@main.command()
@ONE_SYSTEM
@ONE_API
def demo(system: str, api: str | None) -> None:
    """Play a conversation against an embedded account, with every call, answer and request."""
    from harvest_mcp.commands import demo as play  # noqa: PLC0415 - the commands import what they need

    sys.exit(play.main(spoken(system, api)))


@main.command()
@ONE_SYSTEM
@ONE_API
@click.option("--port", type=click.IntRange(0, 65535), default=8101, show_default=True, help="0 takes any free port.")
@click.option("--db", type=click.Path(path_type=Path, dir_okay=False), help="Keep the account in this file.")
@click.option(
    "--profile",
    type=click.Choice(["classic", "docs", "late"]),
    default="late",
    show_default=True,
    help="Which era of Harvest's API to speak.",
)
@click.option("--switch", "switches", multiple=True, metavar="NAME=VALUE", help="Of incwo and v2: how it is set.")
def sandbox(system: str, api: str | None, port: int, db: Path | None, profile: Any, switches: tuple[str, ...]) -> None:
    """Serve an embedded account with made-up data on this machine, for tests and for trying things."""
    from harvest_mcp.integrations import INTEGRATIONS  # noqa: PLC0415 - the commands import what they need
    from harvest_mcp.sandbox import server  # noqa: PLC0415 - same

    chosen = INTEGRATIONS[spoken(system, api)]
    embedded, way = chosen.embedded, chosen.variables
    login, *others = embedded.logins()

    def ready(url: str) -> None:
        title = account.store.system.title
        click.echo(f"An account of {title} with made-up data answers at {url}{embedded.path}. Ctrl-C stops it.\n")
        which = f" {way.number}={embedded.number}" if way.number else ""
        click.echo(f"  {way.address}={url}{embedded.path}{which} {_typed(way.signs_in(login))} harvest-mcp doctor")
        for each in others:
            click.echo(f"  with fewer rights: {_typed(way.signs_in(each))}")

    account = embedded.open(str(db) if db else None, profile=profile, switches=switches)
    server.serve(account, port=port, ready=ready)


def _typed(values: Mapping[str, str]) -> str:
    """Return the set options as typed before a command."""
    return " ".join(f"{name}={value}" for name, value in values.items())
