"""`harvest-mcp login` and `logout`: a password goes into the keyring once it is known to be right, and out again."""

import os
import sys
from dataclasses import replace

import anyio
import click

from harvest_mcp import server
from harvest_mcp.api import ACCEPTED, Api
from harvest_mcp.config import keyring_store, spellings
from harvest_mcp.config.credentials import SigningIn
from harvest_mcp.config.keyring_store import KINDS, Kind
from harvest_mcp.config.secret import Secret
from harvest_mcp.config.settings import read
from harvest_mcp.errors import HarvestMcpError, SettingsError
from harvest_mcp.integrations import INTEGRATIONS, Variables
from harvest_mcp.systems import load
from harvest_mcp.text.render import line, printed

CALLED: dict[Kind, str] = {"password": "password", "token": "access token"}


def login(system: str, *, token: bool) -> int:
    """Ask for an account and how to sign in, try it, and keep it; 0 when it is kept.

    Raises:
        SettingsError: nobody is at the keyboard, there is no keyring, or what was typed cannot be right.
    """
    way = INTEGRATIONS[system].variables
    kind: Kind = "token" if token or not way.user else "password"
    if token and not way.token:
        raise SettingsError(f"{load(system).title} takes no access token; leave --token out.")
    _somebody("login", way)
    keyring_store.opened()  # before anybody types a password for nothing
    named = ask_account(read({}).signing_in(system))
    secret = Secret(click.prompt(f"{CALLED[kind].capitalize()} (not shown)", hide_input=True))
    given = replace(named, token=secret) if kind == "token" else replace(named, password=secret)
    given.check()
    try:
        name = anyio.run(who_is, system, given)
    except HarvestMcpError as error:
        click.echo(printed(f"harvest-mcp: {error} Nothing was kept."), err=True)
        return 1
    keyring = keyring_store.keep(given.address or "", given.user or given.number, kind, secret)
    click.echo(f"Signed in: {line(name)}")
    if way.number:
        click.echo(f"The {CALLED[kind]} is in the keyring ({keyring}). Your assistant needs only this:\n")
        click.echo(f"  {way.number}={given.number}")
    else:
        click.echo(f"The {CALLED[kind]} is in the keyring ({keyring}). Your assistant needs only these two:\n")
        click.echo(f"  {way.address}={given.address}\n  {way.user}={given.user}")
    for variable in filter(None, (way.password, way.token)):
        if os.environ.get(variable) or os.environ.get(f"{variable}_FILE"):
            click.echo(f"\n{variable} is set here and wins over the keyring; take it out.")
    return 0


def logout(system: str) -> int:
    """Take an account's password and token out of the keyring; 0 when there was one.

    Raises:
        SettingsError: it is not said which account, or there is no keyring.
    """
    named = read({}).signing_in(system)
    keyring_store.opened()
    if not (named.number if named.way.number else named.address and named.user):
        _somebody("logout", named.way)
        named = ask_account(named)
    address, user = named.address or named.way.usual, named.user or named.number
    gone = [CALLED[kind] for kind in KINDS if keyring_store.remove(address, user, kind)]
    if not gone:
        click.echo(printed(f"The keyring holds nothing for {user} at {address}."), err=True)
        return 1
    click.echo(printed(f"The {' and the '.join(gone)} of {user} at {address} left the keyring."))
    return 0


def _somebody(command: str, way: Variables) -> None:
    if not sys.stdin.isatty():
        raise SettingsError(
            f"harvest-mcp {command} asks questions, and there is no terminal to ask them at.",
            next=f"Run it in one; an assistant needs {way.address} and {way.user} only, once you are signed in.",
        )


def ask_account(named: SigningIn) -> SigningIn:
    """Just the account a person names, its address and who signs in; those that are set can be taken over.

    Raises:
        SettingsError: what was typed cannot be right.
    """
    if named.way.number:
        number = spellings.bare(click.prompt("Number of the account", default=named.number or None))
        given = replace(named, address=named.address or named.way.usual, number=number, token=None)
        given.check()
        return given
    address = spellings.address(click.prompt("Address of the account", default=named.address)).rstrip("/")
    user = spellings.bare(click.prompt("E-mail", default=named.user))
    given = replace(named, address=address, user=user, password=None, token=None)
    given.check()
    return given


async def who_is(system: str, given: SigningIn) -> str:
    """Return who the account says this is."""
    account = server.signed_in(load(system), given)
    line_ = server.over_http(read({}))(account)
    try:
        return (await Api(account.system, line_).who()).who() or ACCEPTED
    finally:
        await line_.aclose()
