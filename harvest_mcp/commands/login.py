"""`harvest-mcp login` and `logout`: store a password or token in the keyring once it was tried, and delete it."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

import anyio
import click

from harvest_mcp import server
from harvest_mcp.api import ACCEPTED, Api
from harvest_mcp.config import choosing, keyring_store, spellings
from harvest_mcp.config.credentials import SigningIn
from harvest_mcp.config.keyring_store import KINDS, Kind
from harvest_mcp.config.secret import Secret
from harvest_mcp.config.settings import read
from harvest_mcp.errors import HarvestMcpError, SettingsError
from harvest_mcp.gateway import finding
from harvest_mcp.integrations import INTEGRATIONS, Variables
from harvest_mcp.systems import load
from harvest_mcp.text.render import line, printed

CALLED: dict[Kind, str] = {"password": "password", "token": "access token"}


def login(vendor: str, api: str | None, *, token: bool) -> int:
    """Ask for an account and how to sign in, try it, and store it; return 0 if it is stored.

    Raises:
        SettingsError: nobody is at the keyboard, there is no keyring, or what was typed is invalid.
    """
    newest = INTEGRATIONS[choosing.of(vendor, "v2")].variables
    if token and not newest.token:
        raise SettingsError(f"{load(vendor).title} takes no access token; leave --token out.")
    system = choosing.of(vendor, api) if api else choosing.found_in(vendor, os.environ)
    _somebody("login", INTEGRATIONS[system].variables if system else newest)
    keyring_store.opened()  # checked before anybody types a password
    secret = None
    if system is None and (token or (secret := ask_token(newest, otherwise=True))):
        system = choosing.of(vendor, "v2")
    return _keep(system or choosing.of(vendor, "v1"), secret, token=token)


def _keep(system: str, secret: Secret | None, *, token: bool) -> int:
    """Ask for what is missing, try it, and store it."""
    named = read({}).signing_in(system)
    way = named.way
    kind: Kind = "token" if token or not way.user else "password"
    if way.user:
        named = ask_account(named)
        secret = Secret(click.prompt(f"{CALLED[kind].capitalize()} (not shown)", hide_input=True))
    secret = secret or ask_token(way)
    given = replace(named, token=secret) if kind == "token" else replace(named, password=secret)
    given.check()
    try:
        given = numbered(system, given)
        name = anyio.run(who_is, system, given)
    except HarvestMcpError as error:
        click.echo(printed(f"harvest-mcp: {error} Nothing was kept."), err=True)
        return 1
    keyring = keyring_store.keep(given.where, given.whose, kind, secret)
    needs = given.names
    only = "this" if len(needs) == 1 else "these two"
    click.echo(f"Signed in: {line(name)}")
    click.echo(f"The {CALLED[kind]} is in the keyring ({keyring}). Your assistant needs only {only}:\n")
    for variable, value in needs.items():
        click.echo(f"  {variable}={value}")
    for variable in filter(None, (way.password, way.token)):
        if os.environ.get(variable) or os.environ.get(f"{variable}_FILE"):
            click.echo(f"\n{variable} is set here and wins over the keyring; take it out.")
    return 0


def logout(vendor: str, api: str | None) -> int:
    """Delete an account's password and token from the keyring; return 0 if there was one.

    Raises:
        SettingsError: no account is named, or there is no keyring.
    """
    system = choosing.of(vendor, api) if api else choosing.found_in(vendor, os.environ)
    named = read({}).signing_in(system or choosing.of(vendor, "v1"))
    keyring_store.opened()
    if not (named.where and named.whose):
        _somebody("logout", named.way)
        named = ask_account(named)
    gone = [CALLED[kind] for kind in KINDS if keyring_store.remove(named.where, named.whose, kind)]
    if not gone:
        click.echo(printed(f"The keyring holds nothing for {named.whose} at {named.where}."), err=True)
        return 1
    click.echo(printed(f"The {' and the '.join(gone)} of {named.whose} at {named.where} left the keyring."))
    return 0


def _somebody(command: str, way: Variables) -> None:
    if not sys.stdin.isatty():
        needs = f"{way.address} and {way.user}" if way.user else way.number
        raise SettingsError(
            f"harvest-mcp {command} asks questions, and there is no terminal to ask them at.",
            next=f"Run it in one; an assistant needs {needs} only, once you are signed in.",
        )


def ask_account(named: SigningIn) -> SigningIn:
    """Return the account a person names, its address and user; those that are set are suggested.

    Raises:
        SettingsError: what was typed is invalid.
    """
    if not named.way.user:
        number = spellings.bare(click.prompt("Number of the account", default=named.number or None))
        given = replace(named, number=number, token=None)
    else:
        address = spellings.address(click.prompt("Address of the account", default=named.address)).rstrip("/")
        user = spellings.bare(click.prompt("E-mail", default=named.user))
        given = replace(named, address=address, user=user, password=None, token=None)
    given.check()
    return given


def ask_token(way: Variables, *, otherwise: bool = False) -> Secret:
    """Return the token a person types; an empty one, with `otherwise`, means to sign in with a password."""
    more = "; empty for an account of API v1" if otherwise else ""
    words = f"Access token, made at {way.made} (not shown{more})"
    text = click.prompt(words, hide_input=True, default="" if otherwise else None, show_default=False)
    return Secret(spellings.bare(text))


def numbered(system: str, given: SigningIn, *, ask: bool = True) -> SigningIn:
    """Return it with the account's number if a token is for several; `ask` lets a person choose.

    Raises:
        SettingsError: it is for none, or not for the one that is set; or for several, and nobody is asked.
        CallFailed: the vendor does not accept it, or does not tell.
    """
    told = anyio.run(accounts_of, system, given)
    if told is None:
        return given
    if given.number:
        return replace(given, number=finding.named(told, given.number).number)
    if len(told) == 1 or not (ask and sys.stdin.isatty()):
        return replace(given, number=finding.only(told).number)
    click.echo(f"The token is for {len(told)} accounts:")
    for each in told:
        click.echo(printed(f"  {each.number}  {line(each.name)}"))
    choice = click.Choice([each.number for each in told])
    return replace(given, number=click.prompt("Number of the account", type=choice, show_choices=False))


async def accounts_of(system: str, given: SigningIn) -> Sequence[finding.TokenAccount] | None:
    """Return the accounts of a token; None if the system has no such tokens."""
    way = server.over_http(read({}))(server.signed_in(load(system), given.complete()))
    try:
        return await way.told() if isinstance(way, finding.Finding) else None
    finally:
        await way.aclose()


async def who_is(system: str, given: SigningIn) -> str:
    """Return who the account says the user is."""
    account = server.signed_in(load(system), given.complete())
    line_ = server.over_http(read({}))(account)
    try:
        return (await Api(account.system, line_).who()).who() or ACCEPTED
    finally:
        await line_.aclose()
