"""Print who changed what, as a table for people or as JSON."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from harvest_mcp import server
from harvest_mcp.changes import BESIDE, Entry
from harvest_mcp.changes.audit import Scrutiny, audited, people
from harvest_mcp.commands.journal import COLOURS, tell
from harvest_mcp.config.settings import Settings
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.spec import System
from harvest_mcp.state import State
from harvest_mcp.systems import load
from harvest_mcp.text.render import line
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.journal.entries import at, record_of, unread
from harvest_mcp.tools.journal.record_names import record_named
from harvest_mcp.tools.reports import periods

NAME = "audit"
FLAGS = ("--by", "--period", "--record", "--limit")
LONGEST = 60
"""The most characters of a value in the table; JSON has all of it."""


def show(chosen: Settings, *, by: str | None, period: str | None, record: str | None, limit: int, as_json: bool) -> int:
    """Print the matching changes; return the exit status 0 however many there are."""
    state, systems = server.state_of(chosen), [load(name) for name in INTEGRATIONS]
    about = record_named(NAME, systems, record, [*FLAGS])
    first, before = _bounds(period)
    wanted = Scrutiny(
        by=by,
        first=first,
        before=before,
        systems=tuple(each.name for each in systems if about and each.prefix == about.system.prefix),
        noun=about.noun if about else None,
        record=about.id if about else None,
        limit=limit,
    )
    found = audited(state, wanted, time.time())
    if found.damaged:
        click.echo(unread(found), nl=False, err=True)
    if as_json:
        click.echo(json.dumps([told(systems, entry) for entry in found.entries], indent=2))
    elif not found.entries:
        click.echo(_nothing(state, by))
    else:
        tell(_table(systems, found.entries))
        if len(found.entries) == limit:
            click.echo(f"The newest {limit}; --limit takes more.", err=True)
    return 0


def told(systems: Sequence[System], entry: Entry) -> dict[str, Any]:
    """Return a change as JSON: who, when, what, and each column before and as sent."""
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in before if name != BESIDE] if entry.verb == "delete" else [*entry.sent]
    images = (("before", before), ("sent", entry.sent), ("after", after))
    shown = {
        "id": entry.id,
        "at": at(entry.at),
        "by": entry.principal,
        "system": entry.system,
        "account": entry.account,
        "tool": entry.tool,
        "record": record_of(systems, entry),
        "outcome": entry.outcome,
        "fields": {name: {label: image[name] for label, image in images if name in image} for name in names},
        "beside": list(entry.beside or ()),
        "undoes": entry.undoes,
        "part_of": entry.part_of,
    }
    return {name: value for name, value in shown.items() if value not in (None, [])}


def _bounds(period: str | None) -> tuple[float | None, float | None]:
    """Return the first second of a period and the first after it, on this computer's clock.

    Raises:
        InvalidArguments: it is no period.
    """
    if period is None:
        return None, None
    word = parse(NAME, model(NAME, Argument("period", periods.PERIOD)), {"period": period}).given()["period"]
    meant = periods.meant(word, date.today()) if periods.relative(word) else periods.named(word)
    return _midnight(meant.first), None if meant.last == date.max else _midnight(meant.last + timedelta(days=1))


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day).astimezone().timestamp()


def _nothing(state: State, by: str | None) -> str:
    known = people(state)
    if by is None or not known:
        return f"No changes of that kind in the journal at {state.shown}." if known else f"No changes at {state.shown}."
    return f"No changes of that kind by {by}. Who changed anything: {'; '.join(map(line, known))}."


def _table(systems: Sequence[System], found: Sequence[Entry]) -> Table:
    """Return the changes as a table, with the account if there are several."""
    several = len({entry.account for entry in found}) > 1
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "at", "by", *(("account",) if several else ()), "tool", "record", "outcome", "what"):
        table.add_column(name, no_wrap=name not in ("by", "what"))
    for entry in found:
        when = datetime.fromtimestamp(entry.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        where = [entry.account] if several else []
        told = [entry.tool, record_of(systems, entry), entry.outcome, _what(entry)]
        cells = [str(entry.id), when, entry.principal, *where, *told]
        table.add_row(*(Text(line(cell), COLOURS.get(cell, "") if cell == entry.outcome else "") for cell in cells))
    return table


def _what(entry: Entry) -> str:
    """Return each column that was sent, with its earlier value: `title: CTO → CEO`."""
    undoes = [f"undoes {entry.undoes}"] if entry.undoes else []
    return "; ".join([*undoes, *(f"{name}: {_moved(entry, name)}" for name in entry.sent)])


def _moved(entry: Entry, name: str) -> str:
    before: Mapping[str, Any] = entry.before or {}
    old = f"{_short(before[name])} → " if before.get(name) not in (None, "") else ""
    return f"{old}{_short(entry.sent[name])}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
