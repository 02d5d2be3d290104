"""What a person is shown and asked while a client's settings are changed."""

import difflib
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import click

from harvest_mcp.commands.install.account import ChosenAccount
from harvest_mcp.commands.install.client_settings import ClientSettings
from harvest_mcp.commands.install.entry import secrets_in, start_of
from harvest_mcp.commands.login import CALLED
from harvest_mcp.config import choosing
from harvest_mcp.config.keyring_store import KINDS
from harvest_mcp.config.secret import Secret, blotter
from harvest_mcp.errors import SettingsError
from harvest_mcp.integrations import INTEGRATIONS, Integration
from harvest_mcp.text.render import printed

How = Literal["ask", "yes", "dry run", "print"]
WIDEST = 160
"""The most characters of a line to show; some clients write long ones."""


def show_change(settings: ClientSettings, new: str, hidden: Iterable[str], own: list[str]) -> None:
    """Show the lines that change, without our secrets."""
    words = blotter([Secret(text) for text in hidden])
    before, after = settings.content.text.splitlines(), new.splitlines()
    place = f"In {settings.place}" if settings.content.raw is not None else f"In a new file, {settings.place}"
    click.echo(printed(f"\n{place}:\n"))
    for row in [*difflib.unified_diff(before, after, n=1, lineterm="")][3:]:
        shown = "…" if row.startswith("@@") else words(row)
        click.echo(printed(f"  {shown if len(shown) <= WIDEST else f'{shown[:WIDEST]}…'}"))
    click.echo()
    if own:
        click.echo(printed(f"{settings.client.title}'s own command does it: {words(shlex.join(own))}\n"))


def person_agrees(how: How, chosen: Iterable[ChosenAccount] = ()) -> bool:
    """Return whether a person agrees, having been told where the secret is stored."""
    if how == "dry run":
        click.echo("Nothing was changed.")
        return False
    for each in chosen:
        if each.secret:
            click.echo(printed(f"The {CALLED[each.kind]} goes into {each.place.says}."))
    if how == "yes":
        return True
    if not sys.stdin.isatty():
        raise SettingsError(
            "A person is asked before a file changes, and there is no terminal to ask at.",
            next="Look at the change with --dry-run, and make it with --yes.",
        )
    if click.confirm("Change it?", default=True):
        return True
    click.echo("Nothing was changed.")
    return False


def say_copy(copy: Path | None, hidden: Iterable[str]) -> None:
    """Say where the backup is, and that it may contain a secret."""
    if copy:
        more = " It holds the password that stood there; delete it once all is well." if [*hidden] else ""
        click.echo(printed(f"The file as it was is kept as {copy}.{more}"))


def say_secret(old: object) -> None:
    """Say where the secret of a removed entry still is."""
    env = start.env if (start := start_of(old)) else {}
    named = {name.removesuffix("_FILE") for name in env}
    for vendor in dict.fromkeys(each.vendor for each in INTEGRATIONS.values()):
        system = choosing.found_in(vendor, env)
        if system and named.intersection(INTEGRATIONS[system].variables.account):
            _say_secret(INTEGRATIONS[system], env, shown=bool(secrets_in(old)))


def _say_secret(system: Integration, env: Mapping[str, str], *, shown: bool) -> None:
    """Say the same for one system; `shown` if the entry itself has it."""
    way = system.variables
    for kind, variable in zip(KINDS, (way.password, way.token), strict=True):
        if variable and (file := env.get(f"{variable}_FILE")):
            click.echo(printed(f"The {CALLED[kind]} is still in {file}; delete that file if nothing else uses it."))
            return
    if not shown:
        word = CALLED["password" if way.user else "token"]
        click.echo(f"The {word} is still in the keyring; `{system.login.replace('login', 'logout')}` takes it out.")
