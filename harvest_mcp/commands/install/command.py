"""`harvest-mcp install` and `uninstall`: look, ask, show the difference, change."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from harvest_mcp.commands.install import account as accounts
from harvest_mcp.commands.install import client_settings, files, own_command, screen
from harvest_mcp.commands.install.account import ChosenAccount, SigningChoice
from harvest_mcp.commands.install.client_settings import EDITORS, ClientSettings
from harvest_mcp.commands.install.clients import McpClient
from harvest_mcp.commands.install.entry import Start, is_ours, merge_entry, same, secrets_in, start_of
from harvest_mcp.commands.install.files import NotChanged
from harvest_mcp.commands.install.machine import Machine
from harvest_mcp.commands.install.screen import How
from harvest_mcp.errors import SettingsError
from harvest_mcp.systems import load
from harvest_mcp.text.render import printed

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Installation:
    """What to install: the entry's name, how the server is started, and the accounts (none for the sandbox)."""

    client: McpClient
    name: str
    command: tuple[str, ...]
    systems: tuple[str, ...]
    title: str
    """The name of the first system."""
    choice: SigningChoice
    how: How


def install(wanted: Installation, machine: Machine, now: datetime) -> int:
    """Add this server to a client's settings; return 0 if it is there.

    Raises:
        HarvestMcpError: with the reason; nothing was changed then.
    """
    client, name = wanted.client, wanted.name
    if NAME.fullmatch(name) is None:
        raise SettingsError(f"--name takes letters, digits, - and _ only; {name!r} has others.")
    if wanted.how == "print":
        return _print(wanted, machine)
    settings = client_settings.read(client, machine)
    old = settings.servers.get(name)
    if old is not None and not is_ours(old):
        raise NotChanged(
            f'"{name}" in {settings.place} starts another program.',
            state="It is as it was.",
            next="Choose another name with --name.",
        )
    if not (client.program(machine) and settings.content.raw is None):
        files.check(settings.content)
    chosen = _accounts(wanted, machine)
    entry = merge_entry(old, client.shape(name, _start(wanted, chosen)), wanted.systems)
    if same(old, entry):
        _keep(chosen)
        click.echo(printed(f"{client.title} has {name} already: nothing changes in {settings.place}."))
        return 0
    hidden = [*secrets_in(old), *secrets_in(entry)]
    new = settings.having(name, entry)
    own = _own(wanted, machine, entry) if old is None and not wanted.choice.in_client else []
    screen.show_change(settings, new, hidden, own)
    if not screen.person_agrees(wanted.how, chosen):
        return 0 if wanted.how == "dry run" else 1
    _keep(chosen)
    _write(settings, name, entry, own, machine, now)
    return _ended(wanted)


def uninstall(client: McpClient, name: str | None, how: How, machine: Machine, now: datetime) -> int:
    """Remove this server from a client's settings; return 0 if it is gone.

    Raises:
        HarvestMcpError: with the reason; nothing was changed then.
    """
    settings = client_settings.read(client, machine)
    name = name or _only(settings)
    old = settings.servers.get(name)
    if old is None:
        click.echo(
            printed(f"{client.title} has no {name} in {settings.place}; there is nothing to take out."), err=True
        )
        return 1
    if not is_ours(old):
        raise NotChanged(f'"{name}" in {settings.place} starts another program.', state="It is as it was.")
    files.check(settings.content)
    raw = settings.lacking(name)
    program = client.program(machine)
    own = [program, *client.own.remove(name)] if program and client.own and client.own.remove else []
    screen.show_change(settings, files.text_of(raw or b"", settings.place), secrets_in(old), own)
    if raw is None:
        click.echo("Nothing else is in the file, so it goes.")
    if not screen.person_agrees(how):
        return 0 if how == "dry run" else 1
    screen.say_copy(files.back_up(settings.content, now), secrets_in(old))
    settings = _without(settings, name, own, machine)
    if (raw := settings.lacking(name)) != settings.content.raw:
        files.replace(settings.content, raw)
    click.echo(f"{name} is out of {client.title}. Restart {client.title}.")
    screen.say_secret(old)
    return 0


def _only(settings: ClientSettings) -> str:
    """Return the name of our entry; the usual one if there are several, or none."""
    names = [name for name, entry in settings.servers.items() if is_ours(entry)]
    return names[0] if len(names) == 1 else "harvest"


def _print(wanted: Installation, machine: Machine) -> int:
    """Print the entry for the client's file, which need not exist."""
    client = wanted.client
    entry = client.shape(wanted.name, _start(wanted, _accounts(wanted, machine)))
    click.echo(printed(f"This belongs into {client.place(machine)}:"), err=True)
    click.echo(EDITORS[client.format].put("", (client.key, wanted.name), entry), nl=False)
    return 0


def _accounts(wanted: Installation, machine: Machine) -> list[ChosenAccount]:
    known = [start.env for _, _, start in client_settings.entries(machine)] if wanted.systems else []
    chosen = []
    for system in wanted.systems:
        if len(wanted.systems) > 1 and wanted.how == "ask":
            click.echo(f"{load(system).title}:")
        chosen.append(accounts.choose(system, wanted.choice, known, machine))
    return chosen


def _start(wanted: Installation, chosen: Iterable[ChosenAccount]) -> Start:
    env = {name: value for each in chosen for name, value in each.env.items()}
    return Start(wanted.command[0], wanted.command[1:], env)


def _own(wanted: Installation, machine: Machine, entry: dict[str, Any]) -> list[str]:
    """Return the call of the client's own command, if it is installed."""
    program, own = wanted.client.program(machine), wanted.client.own
    return [program, *own.add(wanted.name, entry)] if program and own else []


def _keep(chosen: Iterable[ChosenAccount]) -> None:
    for each in chosen:
        each.keep()


def _write(
    settings: ClientSettings, name: str, entry: dict[str, Any], own: list[str], machine: Machine, now: datetime
) -> None:
    """Change the settings by the client's own command, or by hand if that did not do what was meant."""
    client = settings.client
    screen.say_copy(files.back_up(settings.content, now), secrets_in(settings.servers.get(name)))
    if own:
        wrong = own_command.run(own, machine)
        settings = client_settings.read_file(client, client.place(machine))
        if _same(settings.servers.get(name), entry):
            return
        told = wrong or f"{settings.place} has not what was meant"
        click.echo(f"{client.title}'s own command did not do it ({told}), so the file is changed here.", err=True)
        files.check(settings.content)
    raw = settings.content.encoded(settings.having(name, entry))
    files.replace(settings.content, raw, private=bool(secrets_in(entry)))


def _same(found: object, entry: dict[str, Any]) -> bool:
    """Return whether an entry starts the same, however it is written."""
    return start_of(found) == start_of(entry)


def _without(settings: ClientSettings, name: str, own: list[str], machine: Machine) -> ClientSettings:
    """Let the client's own command remove an entry, and read what it leaves."""
    if not own:
        return settings
    wrong = own_command.run(own, machine)
    settings = client_settings.read_file(settings.client, settings.place)
    if name in settings.servers:
        told = wrong or "it is still there"
        click.echo(
            f"{settings.client.title}'s own command did not do it ({told}), so the file is changed here.", err=True
        )
    return settings


def _ended(wanted: Installation) -> int:
    title = wanted.client.title
    click.echo(f"{wanted.name} is in {title}. Restart {title}, then ask: who am I in {wanted.title}?")
    return 0
