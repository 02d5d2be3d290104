"""The pages of a team's server and the accounts people connect themselves, from settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harvest_mcp import __version__, server
from harvest_mcp.config.http_settings import HttpSettings, Reach
from harvest_mcp.config.page_settings import SECRETS
from harvest_mcp.config.settings import Settings
from harvest_mcp.errors import SettingsError
from harvest_mcp.gateway import environment
from harvest_mcp.gateway.oauth import OAuthClient
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.protocol.http.entrance import OwnAccounts
from harvest_mcp.protocol.http.keys import Keys
from harvest_mcp.protocol.pages.approve import PublicPage
from harvest_mcp.protocol.pages.door import BrowserDoor
from harvest_mcp.protocol.pages.oidc import ProviderSignIn
from harvest_mcp.protocol.pages.routes import PublicPages
from harvest_mcp.tools.tool import Desk
from harvest_mcp.vault.connecting import Connecting, Offered, VendorApp
from harvest_mcp.vault.desks import Desks
from harvest_mcp.vault.ring import Ring
from harvest_mcp.vault.store import Vault
from harvest_mcp.vault.tickets import Tickets

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Sandbox


def adjust_settings(chosen: Settings, way: HttpSettings) -> Settings:
    """Return the settings; if people have their own accounts and none is configured, those of the newest API."""
    begun = any(chosen.signing_in(name).begun for name in INTEGRATIONS)
    if way.account != "own" or begun or chosen.api or chosen.system:
        return chosen
    return chosen.model_copy(update={"api": "v2"})


def open_desk(chosen: Settings, way: HttpSettings, sandboxes: "Mapping[str, Sandbox]") -> Desk:
    """Return the desk everybody shares, or the one that people's own desks are made from.

    Raises:
        SettingsError: an account is missing, or credentials are set that would not be used.
    """
    if way.account != "own":
        return server.open_desk(chosen, sandboxes)
    _ring(way)
    for name in chosen.systems:
        given = chosen.signing_in(name)
        if (given.token or given.password or given.user) and not sandboxes:
            raise SettingsError(
                "With --account own each person works with credentials of their own, and others are set.",
                next=f"Unset {given.way.token or given.way.password} and any other credentials.",
            )
        if not given.where and not sandboxes:
            raise SettingsError(f"{given.way.address} is not set; for example {given.way.address}={given.way.example}.")
        if not sandboxes:
            environment.check(given.where)
    if sandboxes:
        ways = {name: server.in_process(sandbox) for name, sandbox in sandboxes.items()}
        state = server.sandbox_state(chosen, *sandboxes.values())
        return server.desk(chosen, (), lambda account: ways[account.system.name](account), state=state)
    state = server.state_of(chosen)
    return server.desk(chosen, (), server.over_http(chosen, state), state=state)


def offered(chosen: Settings, way: HttpSettings, *, embedded: bool) -> tuple[Offered, ...]:
    """Return what people may connect, by system."""
    found = list[Offered]()
    for system in server.systems_of(chosen):
        given = chosen.signing_in(system.name)
        if embedded:
            account = server.sandbox_account(system.name)
            given = replace(given, address=account.url, number=account.number, token=None, user=None, password=None)
        elif given.way.usual:
            given = replace(given, address=given.where)
        app = None if embedded else _app(given.way.home_of(given.where), way, chosen)
        found.append(Offered(system=system, given=given, app=app))
    return tuple(found)


def _app(home: str, way: HttpSettings, chosen: Settings) -> VendorApp | None:
    """Return the operator's OAuth application at the vendor's host; None without one."""
    if not home or not way.vendor_client_id:
        return None
    parts = urlsplit(home)
    agent = f"harvest-mcp/{__version__}{(chosen.contact and f' ({chosen.contact})') or ''}"
    client = OAuthClient(
        endpoint=f"{home}/oauth2/token", id=way.vendor_client_id, secret=way.vendor_client_secret, agent=agent
    )
    return VendorApp(authorize=f"{parts.scheme}://{parts.netloc}/oauth2/authorize", client=client)


@dataclass(frozen=True, slots=True)
class TeamPages:
    """A server's pages, the desk whose questions they show, and the accounts people connect there."""

    desk: Desk
    pages: PublicPages | None = None
    own: OwnAccounts | None = None


def pages_of(
    chosen: Settings, way: HttpSettings, desk: Desk, reach: Reach, keys: Keys | None, *, embedded: bool
) -> TeamPages:
    """Return the pages, if the settings say how people sign in to them."""
    if not (way.client_id and way.issuer and keys):
        return TeamPages(desk)
    base = reach.url.removesuffix("/mcp")
    sign_in = ProviderSignIn(
        keys, issuer=way.issuer, client_id=way.client_id, secret=way.client_secret, back=f"{base}/signed-in"
    )
    tickets = Tickets(desk.state, clock=desk.clock)
    door = BrowserDoor(base, reach.hosts, tickets, sign_in)
    desk = replace(desk, confirmation=replace(desk.confirmation, page=PublicPage(base)))
    connecting = own = None
    if way.account == "own":
        kept = Vault(desk.state, _ring(way), clock=desk.clock)
        connecting = Connecting(desk, kept, tickets, offered(chosen, way, embedded=embedded))
        own = OwnAccounts(Desks(connecting, way.issuer), tickets, way.issuer, base)
    return TeamPages(desk, PublicPages(door, desk.confirmation.consents, connecting), own)


def _ring(way: HttpSettings) -> Ring:
    return Ring.parse(way.vault_keys.reveal() if way.vault_keys else "")


def withhold() -> None:
    """Remove the secrets of the pages from this process's environment."""
    for name in SECRETS:
        os.environ.pop(str(HttpSettings.model_fields[name].validation_alias), None)
