"""`harvest-mcp install` without a client: which clients are on this machine, and which have this server."""

import click

from harvest_mcp.commands.install import client_settings
from harvest_mcp.commands.install.clients import ALL
from harvest_mcp.commands.install.machine import Machine
from harvest_mcp.text.render import printed


def overview(machine: Machine) -> int:
    """List the clients found, and those that have this server."""
    here = [client for client in ALL if client.installed(machine)]
    others = ", ".join(client.name for client in ALL if client not in here)
    if not here:
        click.echo(f"None of these is on this machine: {others}.\n")
        click.echo(f"For another, `harvest-mcp install {ALL[0].name} --print` shows what belongs into its settings.")
        return 0
    names: dict[str, list[str]] = {}
    for client, name, _ in client_settings.entries(machine):
        names.setdefault(client.name, []).append(name)
    click.echo("On this machine:\n")
    for client in here:
        has = f"  has {', '.join(names[client.name])}" if client.name in names else ""
        click.echo(printed(f"  {client.name:<15} {client.title:<15} {client.place(machine)}{has}"))
    if others:
        click.echo(f"\nNot found: {others}.")
    lacking = [client.name for client in here if client.name not in names]
    if lacking:
        click.echo(f"\nAdd it with `harvest-mcp install {lacking[0]}`; with --sandbox to try it without an account.")
    if names:
        click.echo(f"{chr(10) * (not lacking)}Take it out with `harvest-mcp uninstall {next(iter(names))}`.")
    return 0
