"""The account of an entry: asked for once, tried, and its secret stored outside clients' files."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import click

from harvest_mcp.commands.install.entry import BUS
from harvest_mcp.commands.install.files import Content, NotChanged
from harvest_mcp.commands.install.files import replace as write
from harvest_mcp.commands.install.machine import Machine
from harvest_mcp.commands.login import CALLED, ask_account, ask_token, numbered, who_is
from harvest_mcp.config import choosing, keyring_store, secret_files, spellings
from harvest_mcp.config.credentials import SigningIn
from harvest_mcp.config.keyring_store import Kind
from harvest_mcp.config.secret import MASK, Secret
from harvest_mcp.config.settings import read
from harvest_mcp.errors import HarvestMcpError, SettingsError, Unauthorized
from harvest_mcp.integrations import INTEGRATIONS, Variables
from harvest_mcp.systems import load
from harvest_mcp.text.render import line, printed


@dataclass(frozen=True, slots=True)
class SigningChoice:
    """How to sign in: by password or token, stored in the client's file or not, asked for or not."""

    kind: Kind = "password"
    in_client: bool = False
    silent: bool = False
    """Ask nobody: unknown values become examples, and no secret is looked up."""
    settled: bool = False
    """Take known values without asking."""
    said: bool = False
    """A person chose the vendor's API."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret is stored: the keyring, a file, or the client's file; with the variables that point there."""

    env: Mapping[str, str]
    says: str
    file: Path | None = None
    keyring: bool = False


@dataclass(frozen=True, slots=True)
class ChosenAccount:
    """An account that was tried, and where its secret will be stored."""

    signing_in: SigningIn
    kind: Kind
    place: SecretPlace
    secret: Secret | None = None
    """The secret still to be stored; None if it is."""

    @property
    def env(self) -> dict[str, str]:
        """Return the variables of the entry."""
        way, named = self.signing_in.way, self.signing_in.names
        if way.user and self.kind == "token" and not self.place.keyring:  # a token file needs no user name
            named.pop(way.user)
        return {**named, **self.place.env}

    def keep(self) -> None:
        """Store the secret.

        Raises:
            HarvestMcpError: the keyring or the file did not take it.
        """
        if self.secret and self.place.keyring:
            keyring_store.keep(self.signing_in.where, self.signing_in.whose, self.kind, self.secret)
        elif self.secret and self.place.file:
            content = Content(self.place.file, self.place.file.read_bytes() if self.place.file.exists() else None)
            write(content, f"{self.secret.reveal()}\n".encode(), private=True)


def choose(system: str, choice: SigningChoice, known: Sequence[Mapping[str, str]], machine: Machine) -> ChosenAccount:
    """Find out about a system's account, asking for what neither the environment nor another client's entry tells.

    Raises:
        SettingsError: what was typed is invalid, or nobody is there to ask.
        HarvestMcpError: the account does not accept it, or cannot be reached.
    """
    known = [env for env in known if not any(spellings.unfilled(text) for text in env.values())]
    system, typed = _which(system, choice, known)
    way = INTEGRATIONS[system].variables
    if choice.kind == "token" and not way.token:
        raise SettingsError(f"{load(system).title} takes no access token; leave --token out.")
    named = read({}).signing_in(system)
    if not way.user or (named.token and not named.password):
        choice = replace(choice, kind="token")
    if not (named.address or named.number) and (entry := _entry(system, known)):
        named = replace(named, address=entry.get(way.address), user=entry.get(way.user), number=_of(entry, way.number))
    if choice.silent:
        return ChosenAccount(named, choice.kind, _place(choice, named, machine))
    if way.user and not (choice.settled and named.address and (named.user or choice.kind == "token")):
        _somebody(way)
        own = named
        named = replace(ask_account(named), password=own.password, token=own.token)
    return _signed_in(system, choice, named, (typed, None) if typed else _at_hand(choice, named, known), machine)


def _which(system: str, choice: SigningChoice, known: Sequence[Mapping[str, str]]) -> tuple[str, Secret | None]:
    """Return which of a vendor's systems it is: as asked for, set, in another client's entry, or typed."""
    vendor = INTEGRATIONS[system].vendor
    if choice.said:
        return system, None
    found = (choosing.found_in(vendor, env) for env in (os.environ, *known))
    if told := next(filter(None, found), None):
        return told, None
    newest = choosing.of(vendor, "v2")
    if choice.kind == "token" or choice.silent or choice.settled or not sys.stdin.isatty():
        return newest, None
    typed = ask_token(INTEGRATIONS[newest].variables, otherwise=True)
    return (newest, typed) if typed else (choosing.of(vendor, "v1"), None)


def _entry(system: str, known: Sequence[Mapping[str, str]]) -> Mapping[str, str] | None:
    """Return an account of this system from another client's entry."""
    vendor, way = INTEGRATIONS[system].vendor, INTEGRATIONS[system].variables
    same = (env for env in known if choosing.found_in(vendor, env) == system)
    return next((env for env in same if env.get(way.address) or _of(env, way.number)), None)


def _of(env: Mapping[str, str], variable: str) -> str:
    return env.get(variable, "") if variable else ""


def _signed_in(
    system: str,
    choice: SigningChoice,
    named: SigningIn,
    at_hand: tuple[Secret, SecretPlace | None] | None,
    machine: Machine,
) -> ChosenAccount:
    """Try the secret that is available, else one that is typed."""
    if at_hand:
        secret, place = at_hand
        try:
            tried = _try(system, named, choice, secret)
        except HarvestMcpError as error:
            if choice.settled or not sys.stdin.isatty():
                raise
            click.echo(printed(f"harvest-mcp: {error}"), err=True)
        else:
            if place and not choice.in_client:
                return ChosenAccount(tried, choice.kind, place)
            return ChosenAccount(tried, choice.kind, _place(choice, tried, machine, secret), secret)
    _somebody(named.way)
    if named.way.user:
        secret = Secret(click.prompt(f"{CALLED[choice.kind].capitalize()} (not shown)", hide_input=True))
    else:
        secret = ask_token(named.way)
    tried = _try(system, named, choice, secret)
    return ChosenAccount(tried, choice.kind, _place(choice, tried, machine, secret), secret)


def _at_hand(
    choice: SigningChoice, named: SigningIn, known: Sequence[Mapping[str, str]]
) -> tuple[Secret, SecretPlace | None] | None:
    """Return the secret from the settings, the keyring, or a file that another client's entry names.

    Without a place, no client would find it.
    """
    way = named.way
    variable = way.token if choice.kind == "token" else way.password
    file = os.environ.get(f"{variable}_FILE") or ""
    if set_ := named.token if choice.kind == "token" else named.password:
        return set_, _in_file(variable, Path(file)) if file else None
    if named.where and named.whose and (kept := keyring_store.find(named.where, named.whose, choice.kind)):
        return kept, _in_keyring(os.environ) if _steady(os.environ) else None
    account = (named.where, named.whose)
    same = (env for env in known if (env.get(way.address) or way.usual, _of(env, way.user or way.number)) == account)
    if file := next(filter(None, (env.get(f"{variable}_FILE") for env in same)), ""):
        try:
            return secret_files.content(f"{variable}_FILE", file, secret=True), _in_file(variable, Path(file))
        except SettingsError:
            return None
    return None


def _place(choice: SigningChoice, named: SigningIn, machine: Machine, secret: Secret | None = None) -> SecretPlace:
    """Return where a secret is stored: the keyring if there is one, else a file for its owner alone."""
    way = named.way
    variable = way.token if choice.kind == "token" else way.password
    if choice.in_client:
        shown = secret.reveal() if secret else MASK
        return SecretPlace({variable: shown}, "the client's file, where other programs of yours can read it")
    if _steady(machine.environ) and named.whose:  # the keyring needs a name to find it by
        try:
            keyring_store.opened()
        except keyring_store.NoKeyring:
            pass
        else:
            return _in_keyring(machine.environ)
    file = machine.home / f".{way.file if choice.kind == 'password' else way.token_file}"
    if secret and file.exists() and _held(variable, file) != secret:
        first = named.number or (urlsplit(named.where).hostname or "").partition(".")[0]
        file = file.with_name(f"{file.name}-{first}")
    return _in_file(variable, file)


def _steady(environ: Mapping[str, str]) -> bool:
    """Return whether the keyring has the same address after the next sign-in; only a path has."""
    return environ.get(BUS, "unix:path=").startswith("unix:path=")


def _in_keyring(environ: Mapping[str, str]) -> SecretPlace:
    env = {BUS: environ[BUS]} if environ.get(BUS) and sys.platform == "linux" else {}
    return SecretPlace(env, "the keyring of this system", keyring=True)


def _in_file(variable: str, file: Path) -> SecretPlace:
    full = file.expanduser().absolute()
    return SecretPlace({f"{variable}_FILE": str(full)}, f"{full}, which only you can read", file=full)


def _held(variable: str, file: Path) -> Secret | None:
    try:
        return secret_files.content(f"{variable}_FILE", str(file), secret=True)
    except SettingsError:
        return None


def _try(system: str, named: SigningIn, choice: SigningChoice, secret: Secret) -> SigningIn:
    """Sign in once, and print as whom; return the account with its number, if it has one."""
    as_token = choice.kind == "token"
    given = replace(named, password=None, token=secret) if as_token else replace(named, token=None, password=secret)
    given.check()
    try:
        given = numbered(system, given, ask=not choice.settled)
        click.echo(f"Signed in: {line(anyio.run(who_is, system, given))}")
    except Unauthorized as error:
        what = f"the address, the e-mail and the {CALLED[choice.kind]}" if named.way.user else "the access token"
        raise NotChanged(error.what, state="Nothing was changed.", next=f"Check {what}, and try again.") from None
    except HarvestMcpError as error:
        raise NotChanged(error.what, state="Nothing was changed.", next=error.advice) from None
    return replace(named, number=given.number)


def _somebody(way: Variables) -> None:
    if not sys.stdin.isatty():
        needs = f"{way.address}, {way.user} and {way.password}_FILE" if way.user else f"{way.token}_FILE"
        raise SettingsError(
            "harvest-mcp install asks for the account, and there is no terminal to ask at.",
            next=f"Run it in one, or set {needs} and add --yes.",
        )
