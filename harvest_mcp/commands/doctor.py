"""Check settings, state store, address, TLS, credentials, role and budget, and say what to do about failures."""

import os
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
from anyio.streams.tls import TLSAttribute

from harvest_mcp import server
from harvest_mcp.commands import doctor_account, unready
from harvest_mcp.commands.findings import Findings
from harvest_mcp.config import origins, settings
from harvest_mcp.config.settings import Settings
from harvest_mcp.errors import (
    SettingsError,
    StateError,
)
from harvest_mcp.gateway import Account, environment, transport
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.state import State as Store
from harvest_mcp.state import default_place
from harvest_mcp.text.render import line
from harvest_mcp.tools.tool import Desk

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Sandbox

Embed = Callable[[Sequence[str]], "Mapping[str, Sandbox]"]
CONNECT_IN = 10.0


def examine(flags: Mapping[str, object], embedded: Embed | None = None, *, lift: bool = False) -> Findings:
    """Return all findings; what depends on a failed check is left out.

    `embedded` opens the sandboxes to examine; `lift` ends a lockout that the vendor's throttling caused.

    Raises:
        SettingsError: a sandbox cannot be opened.
    """
    report = Findings()
    try:
        chosen = settings.read(flags)
        chosen = chosen if embedded else origins.complete(chosen)
        server.tools_for(chosen)
    except SettingsError as error:
        if embedded or not (some := unready.usable_part(flags)):
            report.add("settings", "failed", error.what, error.advice)
            return report
        chosen, desk = some
        if not desk.missing:
            report.add("settings", "note", error.what, error.advice)
    else:
        desk = server.open_desk(chosen, embedded(chosen.systems) if embedded else None)
    report.settings = _shown(chosen, flags)
    for system in server.systems_of(chosen) if desk.missing else ():
        why = desk.missing.get(system.name)
        says, fix = (why.what, why.advice) if why else ("complete and consistent", "")
        report.add(f"{system.title} settings", "failed" if why else "ok", says, fix)
    if not desk.missing and not report.checks:
        report.add("settings", "ok", "complete and consistent")
    _store(report, desk.state)
    anyio.run(_ask, report, desk, embedded is not None, lift)
    return report


def _shown(chosen: Settings, flags: Mapping[str, object]) -> list[dict[str, str]]:
    """Return every setting that has a value."""
    sources = origins.sources(chosen, flags)
    rows = []
    for name, info in Settings.model_fields.items():
        value = getattr(chosen, name)
        if value in (None, (), False):
            continue
        variable, text = str(info.validation_alias), ",".join(value) if isinstance(value, tuple) else str(value)
        rows.append({"name": variable, "value": line(text), "source": sources[variable]})
    return rows


def _store(report: Findings, store: Store) -> None:
    """Check that the journal is private and writable, and what it holds; nothing is created."""
    try:
        store.trusted()
        if not store.exists():
            _to_be_made(report, store)
            return
        found = store.examine()
    except StateError as error:
        report.add("state", "failed", error.what, error.advice)
        return
    held = "1 change" if found.changes == 1 else f"{found.changes} changes"
    report.add("state", "ok", f"{store.shown} can be written: version {found.version}, {held}")
    if found.damaged:
        ids = ", ".join(str(id or "one without an id") for id in found.damaged)
        fix = "Everything else works; look at what those changes were about yourself. They go with age."
        report.add("journal", "failed", f"entries that cannot be read: {ids}", fix)


def _to_be_made(report: Findings, store: Store) -> None:
    """Check that a store could be created, with a temporary one beside it."""
    file = Path(store.place)
    above = next(folder for folder in file.absolute().parents if os.path.exists(folder))
    fix = f"Make {above} a folder you can write to, or name another place with HARVEST_MCP_STATE."
    missing = file.absolute().parent.relative_to(above).parts if above.is_dir() else ()
    if len(missing) > 1 and store.place != default_place():
        report.add(
            "state", "failed", f"{file} cannot be made: its folder's folder is not there", f"mkdir -p '{file.parent}'"
        )
        return
    try:
        with TemporaryDirectory(prefix=".harvest-mcp-", dir=above) as folder:
            tried = Store(str(Path(folder, "state.db")))
            tried.examine()
            tried.close()
    except (OSError, StateError) as error:
        why = (error.strerror or "it failed").lower() if isinstance(error, OSError) else error.what
        report.add("state", "failed", f"{file} cannot be made: {why}", fix)
    else:
        report.add("state", "ok", f"{file} is not there yet; it is made when it is needed")


async def _ask(report: Findings, desk: Desk, embedded: bool, lift: bool) -> None:
    async with _closing(desk):
        for account in desk.accounts.values():
            report.about = account.system.title if len(desk.accounts) + len(desk.missing) > 1 else ""
            if await _open(report, desk, account, lift=lift):
                await _account(report, account, desk, embedded)


async def _open(report: Findings, desk: Desk, account: Account, *, lift: bool) -> bool:
    """Return whether calls are allowed as far as known here; a lockout is ended if `lift`."""
    try:
        budget = desk.line(account.system).throttle
    except SettingsError:  # the next check reports why it cannot be reached
        return True
    closed = await (budget.lift() if lift else budget.closed_for())
    for each in budget.apart if lift else ():
        closed = max(closed, await each.lift())
    if not closed:
        return True
    for_ = f"for {max(1, round(closed))} s more, since the vendor throttled its calls"
    if lift:
        report.add("gate", "note", f"lifted; it was closed {for_}", "If it closes again, the vendor means it: wait.")
        return True
    fix = "Wait, or open it with `harvest-mcp doctor --lift` if you know that the vendor takes calls again."
    report.add("gate", "failed", f"closed {for_}", fix)
    return False


async def _account(report: Findings, account: Account, desk: Desk, embedded: bool) -> None:
    """Try to reach the account, then what the tools do, over their own connection."""
    try:
        if embedded:
            report.add("address", "ok", "the embedded account")
        elif not await _reached(report, account):
            return
    except SettingsError as error:
        report.add("network", "failed", error.what, error.advice)
        return
    await doctor_account.look(report, account, desk)


@asynccontextmanager
async def _closing(desk: Desk) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await desk.aclose()


async def _reached(report: Findings, account: Account) -> bool:
    """Return whether the address accepts connections, and its TLS; through a proxy only real calls can tell.

    Raises:
        SettingsError: the environment names a proxy or certificates that cannot be used.
    """
    parts = urlsplit(account.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    proxy, trust = environment.check(account.url), transport.trust() if parts.scheme == "https" else None
    if proxy:
        report.add("address", "note", f"{account.host} is reached{proxy.through}")
        return True
    try:
        with anyio.fail_after(CONNECT_IN):
            await (await anyio.connect_tcp(host, port)).aclose()
    except (OSError, TimeoutError):
        fix = f"Check {_variable(account)} and your network."
        report.add("address", "failed", f"nothing answers at {host}:{port}", fix)
        return False
    report.add("address", "ok", f"{host}:{port} takes connections")
    return trust is None or await _trusted(report, account, host, port, trust)


def _variable(account: Account) -> str:
    return INTEGRATIONS[account.system.name].variables.address


async def _trusted(report: Findings, account: Account, host: str, port: int, trust: ssl.SSLContext) -> bool:
    """Return whether a TLS handshake succeeds with the trust used for calls; how the other side ends it does not
    matter."""
    try:
        with anyio.fail_after(CONNECT_IN):
            stream = await anyio.connect_tcp(host, port, ssl_context=trust, tls_standard_compatible=False)
    except ssl.SSLCertVerificationError as error:
        fix = "Use the account's real address; behind a company proxy, set SSL_CERT_FILE to its certificate."
        report.add("TLS", "failed", f"the certificate is not trusted: {error.verify_message}", fix)
        return False
    except (OSError, TimeoutError, anyio.BrokenResourceError, anyio.EndOfStream):
        report.add(
            "TLS", "failed", "this address does not speak TLS", f"Check {_variable(account)}: is the port right?"
        )
        return False
    version = stream.extra(TLSAttribute.tls_version)  # noqa: S610 - anyio's, not a query
    await anyio.aclose_forcefully(stream)
    report.add("TLS", "ok", f"{version}, certificate trusted")
    return True
