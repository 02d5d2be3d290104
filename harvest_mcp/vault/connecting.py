"""What people can connect: credentials are tried at the vendor, then stored, and renewed when they expire."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from harvest_mcp.config.credentials import SigningIn
from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import HarvestMcpError, Unavailable
from harvest_mcp.errors.base import ASK
from harvest_mcp.gateway import Account
from harvest_mcp.gateway.finding import Finding, TokenAccount, accounts_of
from harvest_mcp.gateway.oauth import OAuthClient, TokenRefused, text_of, tokens
from harvest_mcp.spec import System
from harvest_mcp.tools.tool import AccountLine, Call, Desk
from harvest_mcp.vault.store import Connected, Grant, RenewalRefused, Vault
from harvest_mcp.vault.tickets import Principal, Tickets

LIFETIME = 17 * 3600.0
"""The lifetime in seconds of a token that does not tell it (harvest-v2 2.4)."""
LONGEST = 366 * 86_400.0


def personal(
    desk: Desk,
    accounts: Mapping[str, Account],
    connect: Callable[[Account], AccountLine],
    missing: Mapping[str, HarvestMcpError],
) -> Desk:
    """Return a desk like `desk` over a person's own accounts, sharing no memory with others."""
    return Desk(
        accounts,
        desk.confirmation,
        connect,
        desk.state,
        clock=desk.clock,
        folders=desk.folders,
        export_folder=desk.export_folder,
        timing=desk.timing,
        missing=missing,
    )


class NotTaken(HarvestMcpError):
    """Credentials cannot be connected; nothing was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorApp:
    """The OAuth application that the operator registered at a vendor, and its consent page (harvest-v2 2.4)."""

    authorize: str
    client: OAuthClient

    def leads(self, back: str, state: str, challenge: str, number: str) -> str:
        """Return the consent page's URL, from which a person comes back with a code."""
        asked = {
            "client_id": self.client.id,
            "response_type": "code",
            "redirect_uri": back,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"scope": f"harvest:{number}"} if number else {}),
        }
        return f"{self.authorize}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One system people can connect: the address of its accounts, and how people may sign in."""

    system: System
    given: SigningIn
    app: VendorApp | None = None

    @property
    def by_token(self) -> bool:
        """Whether people sign in with a token, which may be for several accounts."""
        return bool(self.given.way.usual)

    @property
    def host(self) -> str:
        return urlsplit(self.given.where).netloc

    def named(self, grant: Grant) -> str:
        """Return the account's name among all: its number, or its address."""
        return grant.number or self.host

    def account(self, grant: Grant) -> Account:
        """Return the account of these credentials."""
        given = self.given
        if grant.token:
            made = Account.token(self.system, given.where, grant.token, carrier=given.way.carrier, number=grant.number)
        else:
            made = Account.basic(self.system, given.where, grant.login, grant.password or "")
        return replace(made, most_pages=given.max_pages)


@dataclass(frozen=True, slots=True)
class Connecting:
    """Tries credentials at the vendor, and stores them in the vault."""

    desk: Desk
    vault: Vault
    tickets: Tickets
    offers: Sequence[Offered]

    def offer(self, name: str) -> Offered:
        return next(each for each in self.offers if each.system.name == name)

    async def accounts(self, offer: Offered, grant: Grant) -> Sequence[TokenAccount]:
        """Return the accounts a token may be connected for; a single one without a name if there is no choice.

        Raises:
            HarvestMcpError: it is for none, or the vendor does not tell.
        """
        if not offer.by_token:
            return (TokenAccount("", ""),)
        account, way = offer.account(replace(grant, number="")), offer.given.way
        line = self.desk.connect(account)
        try:
            if isinstance(line, Finding):
                told = await line.told()
            else:  # an embedded sandbox
                home = self.desk.connect(replace(account, url=way.home_of(account.url)))
                told = await accounts_of(home, made=way.made)
        finally:
            await line.aclose()
        if number := offer.given.number:
            told = [each for each in told if each.number == number]
        if not told:
            raise NotTaken(f"This token is not for the account {offer.given.number} that this server works in.")
        return told

    async def kept(self, person: Principal, link: str, offer: Offered, grant: Grant, *, by: str) -> str:
        """Store credentials the vendor accepts; return whom they sign in as, empty if the link has expired.

        Raises:
            HarvestMcpError: the vendor does not accept them.
        """
        account = offer.account(grant)
        trying = personal(self.desk, {offer.system.name: account}, self.desk.connect, {})
        try:
            who = (await Call(trying, "connect", whose=person.whose).who(offer.system)).who()
        finally:
            await trying.hang_up()
        named = offer.named(grant)
        fresh = await self.vault.keep(person, offer.system.name, named, grant, by=by, tickets=self.tickets, link=link)
        return (who or named) if fresh else ""

    async def exchanged(self, app: VendorApp, code: str, verifier: str, back: str) -> Grant:
        """Return the credentials for the code a person came back with.

        Raises:
            HarvestMcpError: the vendor gives none.
        """
        try:
            told = await tokens(
                app.client, grant_type="authorization_code", code=code, redirect_uri=back, code_verifier=verifier
            )
        except TokenRefused:
            raise NotTaken("The vendor did not take the code it had just given.", next="Start again.") from None
        return self._grant(told)

    async def renewed(self, offer: Offered, seen: Connected) -> Connected | None:
        """Return what a person connected, renewed at the vendor; None if it is gone.

        Raises:
            CallFailed: the vendor cannot be asked, or does not know the operator's application.
        """

        async def ask(grant: Grant) -> Grant:
            if offer.app is None or not grant.refresh:
                raise RenewalRefused
            try:
                told = await tokens(offer.app.client, grant_type="refresh_token", refresh_token=grant.refresh.reveal())
            except TokenRefused as refused:
                if refused.error not in ("invalid_client", "unauthorized_client"):
                    raise RenewalRefused from None
                raise Unavailable(
                    f"{offer.system.title} does not know the program that this server renews tokens with.",
                    next=ASK,
                    here="HARVEST_MCP_VENDOR_CLIENT_ID or its secret is wrong.",
                ) from None
            return self._grant(told, before=grant)

        return await self.vault.renewed(seen, ask)

    def _grant(self, told: Mapping[str, Any], before: Grant | None = None) -> Grant:
        """Return the tokens of a response; without a new refresh token the old one stays valid."""
        known = before or Grant()
        said = told.get("expires_in")
        lifetime = float(said) if isinstance(said, int | float | Decimal) and 0 < said < LONGEST else LIFETIME
        refresh = Secret(text_of(told, "refresh_token")) if told.get("refresh_token") else known.refresh
        return replace(
            known,
            token=Secret(text_of(told, "access_token")),
            refresh=refresh,
            expires=self.vault.clock() + lifetime,
            lifetime=lifetime,
        )
