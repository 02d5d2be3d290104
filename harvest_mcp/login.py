"""`harvest-mcp login` and `logout`: a password goes into the keyring once it is known to be right, and out again."""

import os
import sys

import anyio
import click

from harvest_mcp import keys, server, settings
from harvest_mcp.api import Api
from harvest_mcp.errors import HarvestMcpError, SettingsError
from harvest_mcp.keys import KINDS, Kind
from harvest_mcp.secret import Secret
from harvest_mcp.settings import Settings
from harvest_mcp.tools.render import line, printed

CALLED: dict[Kind, str] = {"password": "password", "token": "access token"}
OTHERS = ("HARVEST_PASSWORD", "HARVEST_ACCESS_TOKEN")


def login(*, token: bool) -> int:
    """Ask for an account and how to sign in, try it, and keep it; 0 when it is kept.

    Raises:
        SettingsError: nobody is at the keyboard, there is no keyring, or what was typed cannot be right.
    """
    _somebody("login")
    keys.opened()  # before anybody types a password for nothing
    chosen, address, email = _asked(settings.read({}))
    kind: Kind = "token" if token else "password"
    secret = Secret(click.prompt(f"{CALLED[kind].capitalize()} (not shown)", hide_input=True))
    given = _given(chosen, kind, secret)
    try:
        who = anyio.run(_who, given)
    except HarvestMcpError as error:
        click.echo(printed(f"harvest-mcp: {error} Nothing was kept."), err=True)
        return 1
    keyring = keys.keep(address, email, kind, secret)
    click.echo(f"Signed in: {line(who)}")
    click.echo(f"The {CALLED[kind]} is in the keyring ({keyring}). Your assistant needs only these two:\n")
    click.echo(f"  HARVEST_URL={address}\n  HARVEST_EMAIL={email}")
    for variable in OTHERS:
        if os.environ.get(variable) or os.environ.get(f"{variable}_FILE"):
            click.echo(f"\n{variable} is set here and wins over the keyring; take it out.")
    return 0


def logout() -> int:
    """Take an account's password and token out of the keyring; 0 when there was one.

    Raises:
        SettingsError: it is not said which account, or there is no keyring.
    """
    chosen = settings.read({})
    address, email = chosen.address, chosen.email
    keys.opened()
    if not (address and email):
        _somebody("logout")
        _, address, email = _asked(chosen)
    gone = [CALLED[kind] for kind in KINDS if keys.remove(address, email, kind)]
    if not gone:
        click.echo(printed(f"The keyring holds nothing for {email} at {address}."), err=True)
        return 1
    click.echo(printed(f"The {' and the '.join(gone)} of {email} at {address} left the keyring."))
    return 0


def _somebody(command: str) -> None:
    if not sys.stdin.isatty():
        raise SettingsError(
            f"harvest-mcp {command} asks questions, and there is no terminal to ask them at.",
            next="Run it in one; an assistant needs HARVEST_URL and HARVEST_EMAIL only, once you are signed in.",
        )


def _asked(chosen: Settings) -> tuple[Settings, str, str]:
    """Settings with just the account a person names, its address and the e-mail; those that are set can be taken over.

    Raises:
        SettingsError: what was typed cannot be right.
    """
    address = click.prompt("Address of the account", default=chosen.address).strip().rstrip("/")
    email = click.prompt("E-mail", default=chosen.email).strip()
    bare = {"url": address, "subdomain": None, "email": email, "password": None, "access_token": None}
    given = chosen.model_copy(update=bare)
    settings.consistent(given)
    return given, address, email


def _given(chosen: Settings, kind: Kind, secret: Secret) -> Settings:
    """The settings with this way to sign in.

    Raises:
        SettingsError: it could not be sent.
    """
    given = chosen.model_copy(update={"password": secret})
    settings.consistent(given)
    return given if kind == "password" else given.model_copy(update={"password": None, "access_token": secret})


async def _who(given: Settings) -> str:
    """Who the account says this is."""
    desk = server.open_desk(given)
    try:
        (account,) = desk.accounts.values()
        api = Api(account.system, desk.line(account.system))
        return (await api.view(account.system.identity)).who()
    finally:
        await desk.aclose()
