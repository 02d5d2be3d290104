"""The flags of the command line, and which settings they become."""

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from typing import Any

import click

from harvest_mcp.integrations import INTEGRATIONS

IN_MEMORY = ":memory:"

FLAGS = (
    click.option("--system", metavar="NAME", help="harvest, incwo or both; those that are set up unless given."),
    click.option("--api", metavar="NAME", help="v1 or v2 of Harvest, where what is set fits both."),
    click.option("--toolsets", metavar="NAMES", help="Groups of tools to offer, such as default,reports or all."),
    click.option("--tools", metavar="NAMES", help="Single tools to add."),
    click.option("--exclude-tools", metavar="NAMES", help="Single tools to leave out."),
    click.option("--read-only", is_flag=True, help="Offer only tools that read."),
    click.option("--confirm", metavar="POLICY", help="How a delete is confirmed: ask, page, token or strict."),
    click.option("--state", metavar="PLACE", help="Where the change journal is kept: a file or postgresql://…"),
    click.option("--keep-days", metavar="DAYS", help="How many days the change journal goes back; 90 unless given."),
    click.option("--max-answer-mb", metavar="MIB", help="Largest answer that is read, in MiB, 12 at most."),
    click.option(
        "--contact", metavar="ADDRESS", help="Contact for the vendor, an e-mail address or a link, sent with each call."
    ),
    click.option("--receipt-folders", metavar="PATHS", help="Folders that receipts may be read from; none otherwise."),
    click.option("--export-folder", metavar="PATH", help="Folder that exports are written to, of any size."),
    click.option("--log-level", metavar="LEVEL", help="DEBUG, INFO, WARNING or ERROR; on stderr."),
)
STATE = click.option("--state", metavar="PLACE", help="Where the question is kept; the refused call names it.")
ONE_SYSTEM = click.option(
    "--system",
    type=click.Choice(list(dict.fromkeys(each.vendor for each in INTEGRATIONS.values()))),
    default=next(iter(INTEGRATIONS)),
    show_default=True,
    help="Whose account.",
)
ONE_API = click.option("--api", type=click.Choice(["v1", "v2"]), help="Which API of Harvest; v1 unless given.")
API = click.option(
    "--api", type=click.Choice(["v1", "v2"]), help="Which API of Harvest; by default the one whose credentials are set."
)
JOURNAL = click.option("--state", metavar="PLACE", help="Where the journal is kept, if elsewhere than usual.")
SANDBOX = click.option(
    "--sandbox",
    metavar="[FILE]",
    is_flag=False,
    flag_value=IN_MEMORY,
    help="Use an embedded account with made-up data, kept in FILE if one is given (--sandbox=FILE).",
)


def spoken(system: str, api: str | None) -> str:
    """Return the name of this vendor's system with this API."""
    from harvest_mcp.config import choosing  # noqa: PLC0415 - only for commands that take one

    return choosing.of(system, api)


def flags(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the settings' flags to a command, which receives them as one mapping `given`."""
    return gathering(command, FLAGS, GATHERED, into="given")


def gathering(
    command: Callable[..., Any], added: Sequence[Callable[..., Any]], names: Collection[str], *, into: str
) -> Callable[..., Any]:
    """Add flags to a command, which receives those of these names as one mapping."""

    @wraps(command)
    def gathered(**options: Any) -> Any:
        taken = {name: options.pop(name) for name in [*options] if name in names}
        return command(**{into: taken}, **options)

    for flag in reversed(added):
        gathered = flag(gathered)
    return gathered


GATHERED = (
    "system",
    "api",
    "toolsets",
    "tools",
    "exclude_tools",
    "read_only",
    "confirm",
    "state",
    "keep_days",
    "max_answer_mb",
    "contact",
    "receipt_folders",
    "export_folder",
    "log_level",
)
