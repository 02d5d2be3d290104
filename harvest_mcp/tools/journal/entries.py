"""Show a journal entry to people and models."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from harvest_mcp.changes import BESIDE, Entry, Found
from harvest_mcp.errors import Damaged
from harvest_mcp.spec import Record, Resource, Scope, System, fields
from harvest_mcp.text.render import shown
from harvest_mcp.tools.journal.undo_result import record_words

Systems = Sequence[System]
Kind = Resource[Record]
Place = Scope[Record]


def scope_of(system: System, entry: Entry) -> Place:
    """Return the resource an entry is about, in its scope."""
    return system.resource(entry.noun).under({**(entry.before or {}), **entry.sent})


@contextmanager
def readable(entry: Entry) -> Iterator[None]:
    """Parse an entry's values, which may no longer fit the record.

    Raises:
        Damaged: they do not.
    """
    try:
        yield
    except (ArithmeticError, AssertionError, AttributeError, LookupError, StopIteration, TypeError, ValueError):
        raise Damaged(entry.id, "its values") from None


def told(systems: Systems, resource: Kind, entry: Entry) -> dict[str, Any]:
    """Return a change for people and models: the columns that were sent, or the whole record if it is gone."""
    before, after = entry.before or {}, entry.after or {}
    names = list(entry.sent) if entry.verb != "delete" else [name for name in before if name != BESIDE]
    told: dict[str, Any] = {
        "id": entry.id,
        "at": at(entry.at),
        "tool": entry.tool,
        "record": record_of(systems, entry),
        "outcome": entry.outcome,
        "by": entry.principal,
        "fields": {name: _three(resource, name, before, entry.sent, after) for name in names},
    }
    if entry.beside:
        told["beside"] = list(entry.beside)
    if entry.undoes:
        told["undoes"] = entry.undoes
    return told


def _three(resource: Kind, name: str, *images: Mapping[str, Any]) -> dict[str, Any]:
    labels, item = ("before", "sent", "after"), fields(resource.record).get(name)
    there = {label: image[name] for label, image in zip(labels, images, strict=True) if name in image}
    if item and item.bytes:  # a file may be two million characters
        return {label: f"{len(value)} characters" for label, value in there.items() if value is not None}
    return {label: shown(item, value) if item else value for label, value in there.items()}


def fields_of(entry: Entry) -> str:
    """Return the columns that were sent, after the change it undid if any."""
    return ",".join([*([f"undoes {entry.undoes}"] if entry.undoes else []), *entry.sent])


def record_of(systems: Systems, entry: Entry) -> str:
    """Return the record an entry is about, if its system is known here."""
    system = next((each for each in systems if each.name == entry.system), None)
    return record_words(system, entry)


def at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def unread(found: Found) -> str:
    """Return a line naming the entries that cannot be read; empty if there are none."""
    ids = ", ".join(str(each.change or "without an id") for each in found.damaged)
    return f"# Damaged, so left out: {ids}. `harvest-mcp doctor` tells more.\n" if ids else ""
