"""The command line of `harvest-mcp audit`."""

import click

from harvest_mcp.commands.audit import listing
from harvest_mcp.commands.flags import JOURNAL
from harvest_mcp.config.settings import read


@click.command()
@JOURNAL
@click.option("--by", metavar="PERSON", help="Only this person's: the whole name, or what stands before ' at '.")
@click.option("--period", metavar="WORDS", help="Only of these days, such as 'last month', 2026-11, today.")
@click.option("--record", metavar="'KIND ID'", help="Only of this record, such as 'contact 9'.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines, with every value.")
@click.pass_context
def audit(  # noqa: PLR0913 - one parameter per flag
    ctx: click.Context,
    *,
    state: str | None,
    by: str | None,
    period: str | None,
    record: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List who changed what, of everybody in every account of the journal, newest first; needs no account."""
    outer, _ = ctx.obj
    chosen = read({**outer, **({"state": state} if state else {})})
    ctx.exit(listing.show(chosen, by=by, period=period, record=record, limit=limit, as_json=as_json))
