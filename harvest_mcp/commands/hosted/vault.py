"""Manage the accounts people connected: list them, delete some, reseal all with a new key."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import click

from harvest_mcp.commands.flags import JOURNAL
from harvest_mcp.errors import SettingsError

if TYPE_CHECKING:
    from harvest_mcp.state import State

T = TypeVar("T")
COLUMNS = ("subject", "connected_by", "system", "account", "connected", "token_until", "key", "stands")


@click.group()
def vault() -> None:
    """Look after the accounts that people connected (--account own)."""


@vault.command(name="list")
@JOURNAL
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(*, state: str | None, as_json: bool) -> None:
    """List who connected what, when, and how it stands."""
    rows = [_told(each) for each in _done(state, lambda kept: kept.all)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif not rows:
        click.echo(f"Nobody has connected an account at {_store(state).shown}.")
    else:
        from harvest_mcp.text.render import line  # noqa: PLC0415 - the commands import what they need

        cells = [COLUMNS, *([line(str(row[name])) for name in COLUMNS] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for row in cells:
            click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


@vault.command()
@JOURNAL
@click.argument("who")
@click.option("--issuer", metavar="URL", help="Only of this provider.")
@click.option("--system", metavar="NAME", help="Only of this system.")
def forget(*, state: str | None, who: str, issuer: str | None, system: str | None) -> None:
    """Delete what WHO connected, a subject of the list."""

    def of(kept: Any) -> Callable[[], Any]:
        async def work() -> int:
            found = [each for each in await kept.all() if each.person.subject == who]
            found = [each for each in found if system in (None, each.system) and issuer in (None, each.person.issuer)]
            return int(await kept.forget(found))

        return work

    gone = _done(state, of)
    if not gone:
        raise SettingsError(
            f"Nothing is connected by {who!r}.", next="`harvest-mcp vault list` lists who connected one."
        )
    click.echo(f"Forgot {gone} {'account' if gone == 1 else 'accounts'} of {who}.")
    click.echo("At the vendor what was given still counts: revoke it there too, if somebody else may have it.")


@vault.command()
@JOURNAL
def rotate(*, state: str | None) -> None:
    """Seal all with the first key that is set; then the others may go."""
    resealed, current, shut = _done(state, lambda kept: kept.rotate)
    click.echo(f"Resealed {resealed}; {current} had the first key already.")
    if shut:
        click.echo(f"{shut} cannot be opened with any key that is set; their owners are asked to connect again.")
        raise SystemExit(1)


def _done(state: str | None, work: Callable[[Any], Callable[[], Any]]) -> Any:
    """Return the result of some work on the vault that the settings name.

    Raises:
        SettingsError: there are no keys.
    """
    from harvest_mcp.config.page_settings import PageSettings  # noqa: PLC0415 - the commands import what they need
    from harvest_mcp.vault.ring import MADE, Ring  # noqa: PLC0415 - same
    from harvest_mcp.vault.store import Vault  # noqa: PLC0415 - same

    keys = PageSettings().vault_keys
    if keys is None:
        raise SettingsError("HARVEST_MCP_VAULT_KEYS is not set.", next=MADE)
    kept = _store(state)
    try:
        return anyio.run(work(Vault(kept, Ring.parse(keys.reveal()))))
    finally:
        kept.close()


def _store(state: str | None) -> "State":
    """Return the store that the settings name."""
    from harvest_mcp import server  # noqa: PLC0415 - the commands import what they need
    from harvest_mcp.config.settings import read  # noqa: PLC0415 - same

    return server.state_of(read({"state": state}))


def _told(row: Any) -> Mapping[str, object]:
    until = datetime.fromtimestamp(row.expires, UTC).isoformat(timespec="seconds") if row.expires else ""
    return {
        "issuer": row.person.issuer,
        "subject": row.person.subject,
        "connected_by": row.connected_by,
        "system": row.system,
        "account": row.account,
        "connected": datetime.fromtimestamp(row.connected_at, UTC).isoformat(timespec="seconds"),
        "token_until": until,
        "key": row.key_name,
        "stands": "connected" if row.standing == "good" else "to be connected again",
    }
