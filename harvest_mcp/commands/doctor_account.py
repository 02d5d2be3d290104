"""The doctor's checks at the account: whose token it is, who signs in, what the role allows, calls left."""

import time

from harvest_mcp.api import ACCEPTED, Api
from harvest_mcp.commands.findings import Findings
from harvest_mcp.config.spellings import bare
from harvest_mcp.errors import (
    CallFailed,
    NotFound,
    NotTheApi,
    SettingsError,
    TooSlow,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from harvest_mcp.gateway import Account, finding
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.text.render import plain
from harvest_mcp.tools.tool import Desk
from harvest_mcp.wire.verdicts import CHECK_THEM

CREDENTIALS = "Check who signs in and the password, or the token; try them on the web."
REVOKED = "The token may be revoked or cut short: look for it, or make another, at {made}."
CONNECTION = (Unreachable, Unavailable, TooSlow)
TRIPS = 3
BY_CLOCK = {False: "tracked by how long it took", True: "tracked by when it began and ended"}


async def look(report: Findings, account: Account, desk: Desk) -> None:
    """Try what the tools do, over their own connection."""
    try:
        way = desk.line(account.system)
    except SettingsError as error:
        report.add("network", "failed", error.what, error.advice)
        return
    api = Api(account.system, way)
    if isinstance(way, finding.Finding) and not await _found(report, way):
        return
    if await _signed_in(report, api, account):
        await _budget(report, api, desk)


async def _found(report: Findings, way: finding.Finding) -> bool:
    """Return whether the token is for the configured account, or for only one; if that cannot be asked, calls tell."""
    number = way.account.number
    try:
        told = await way.told()
        found = finding.named(told, number) if number else finding.only(told)
    except SettingsError as error:
        report.add("account", "failed", error.what, error.advice)
        return False
    except CallFailed:
        return True
    report.add("account", "ok", f"{found.name} ({found.number}){'' if number else ', the only one of the token'}")
    return True


async def _signed_in(report: Findings, api: Api, account: Account) -> bool:
    """Return who the credentials belong to, how fast the account answers, and what the role allows."""
    identities, times = [], []
    try:
        for _ in range(TRIPS):
            began = time.perf_counter()
            identities.append(await api.who())
            times.append(time.perf_counter() - began)
    except (NotTheApi, NotFound):
        says = f"this address does not answer {api.door} as {api.system.title}'s {api.system.dialect.language} API does"
        report.add("credentials", "failed", says, _elsewhere(api))
        return False
    except CallFailed as error:
        fix = _refused(account, error) if isinstance(error, Unauthorized) else error.advice
        name = "connection" if isinstance(error, CONNECTION) else "credentials"
        report.add(name, "failed", error.what, fix or CREDENTIALS)
        return False
    identity = identities[0]
    report.add("credentials", "ok", identity.who() or ACCEPTED)
    if api.system.identity is not None:
        limits = identity.limits()
        report.add("role", "note" if limits else "ok", limits or "an administrator: sees and changes everything")
    if (by_clock := identity.tracks()) is not None:
        report.add("time", "ok", BY_CLOCK[by_clock])
    report.add("round trip", "ok", f"{min(times) * 1000:.0f} ms, the best of {TRIPS}")
    return True


def _elsewhere(api: Api) -> str:
    """Return what to do if something other than the API answers."""
    way, moved = INTEGRATIONS[api.system.name].variables, api.system.moved
    if moved:
        return f"Check {way.address}; the API seems to be off there; {moved}"
    return f"Check {way.address}, for example {way.address}={way.example}; the API may have been switched off there."


def _refused(account: Account, error: Unauthorized) -> str:
    """Return what to do if the credentials are rejected, and how to move if the API may be off."""
    way = INTEGRATIONS[account.system.name].variables
    fix = REVOKED.format(made=way.made) if way.made else CREDENTIALS
    return f"{fix}{_quoted(account)}{error.next.removeprefix(CHECK_THEM)}"


def _quoted(account: Account) -> str:
    """Warn that a password has quotes or blanks around it, perhaps meant for the shell."""
    if not any(bare(secret.reveal()) != secret.reveal() for secret in account.secrets):
        return ""
    way = INTEGRATIONS[account.system.name].variables
    variable = way.password or way.token
    return f" {variable} has quotes or blanks around it, which are sent as part of it."


async def _budget(report: Findings, api: Api, desk: Desk) -> None:
    for view in api.system.views:
        if view.shows_budget and not view.path:
            budget = desk.line(api.system).throttle
            for each in (budget, *budget.apart):
                says = f"{await each.left()} of {each.plan.calls} calls left in {each.plan.seconds:g} s"
                report.add(f"{each.plan.name} budget".lstrip(), "ok", f"{says}, as this server counts them")
        elif view.shows_budget:
            try:
                values = plain(await api.view(view))
            except CallFailed as error:
                report.add("budget", "failed", error.what, error.advice)
                continue
            report.add("budget", "ok", ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items()))
