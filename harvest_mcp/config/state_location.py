"""Where the state may be kept, checked before it is opened: a file in an existing folder, or a database."""

import re
from pathlib import Path

from harvest_mcp.config.secret import StatePlace
from harvest_mcp.errors import SettingsError
from harvest_mcp.state import default_place

POSTGRESQL = re.compile(
    r"postgres(ql)?://([^:/?#@\s]+(:[^/?#@\s]*)?@)?(\[[\da-f:.]+]|[^:/?#@\s]*)(:\d+)?(/[^/?#@\s]*)?(\?[^#@\s]*)?", re.I
)
NAME_ONE = "Name a file by its whole path: HARVEST_MCP_STATE=/var/lib/harvest-mcp/state.db."


def check(place: StatePlace) -> None:
    """Check that this is a file or a parsable URL; any other would show its password in every error.

    Raises:
        SettingsError: it is neither.
    """
    text, example = place.reveal(), "for example postgresql://harvest@db.example/harvest"
    if "://" in text or re.search(r"\bpassword\s*=", text, re.IGNORECASE):
        if not place.remote:
            raise SettingsError(f"HARVEST_MCP_STATE takes a file or an address; {example}.")
        if POSTGRESQL.fullmatch(text) is None:
            raise SettingsError(
                f"HARVEST_MCP_STATE is not an address of a database; {example}, with / ? # @ and blanks in a password"
                " as %2F %3F %23 %40 %20."
            )
        return
    if not text.isprintable():
        raise SettingsError("HARVEST_MCP_STATE holds what no path should, such as a line break.", next=NAME_ONE)
    expanded(place)


def expanded(place: StatePlace) -> StatePlace:
    """Return a path with `~` replaced by the home folder.

    Raises:
        SettingsError: there is no such home.
    """
    if place.remote:
        return place
    try:
        return StatePlace(str(Path(place.reveal()).expanduser()))
    except RuntimeError:
        raise SettingsError("HARVEST_MCP_STATE begins with ~, and there is no such home.", next=NAME_ONE) from None


def of(chosen: StatePlace | None) -> StatePlace:
    """Return the place that is set, or else the user's own.

    Raises:
        SettingsError: none is set, and this user has no home.
    """
    if chosen:
        return expanded(chosen)
    place = default_place()
    if place.startswith("~"):  # `~` could not be replaced: no home
        raise SettingsError("This user has no home to keep the change journal in.", next=NAME_ONE)
    return StatePlace(place)
