"""What of a write a person is asked about first, because money or rights move by it."""

from collections.abc import Mapping, Sequence

from harvest_mcp.changes.looking import differing
from harvest_mcp.spec import Record, Resource, Stakes, Value, fields

Kind = Resource[Record]
EMPTY = (None, "", False)


def creates(resource: Kind) -> tuple[Stakes, ...]:
    """What may be at stake in a create."""
    return tuple(each for each in resource.stakes if each.creates)


def asks_to_create(resource: Kind) -> bool:
    """Whether its create tool may ask a person."""
    return bool(resource.sets_off or creates(resource))


def of_create(resource: Kind, values: Mapping[str, Value]) -> tuple[Stakes, ...]:
    """What is at stake in a record with these values."""
    filled = {name for name, value in values.items() if value not in EMPTY}
    at = (each for each in creates(resource) if filled.intersection(each.columns))
    return tuple(each for each in at if each.holds(values.get(each.state)))


def of_change(resource: Kind, record: Record, values: Mapping[str, Value]) -> tuple[Stakes, ...]:
    """What is at stake where these values are written to a record: a file that is sent always differs."""
    changed = set(changing(record, values))
    at = (each for each in resource.stakes if changed.intersection(each.columns))
    return tuple(each for each in at if each.holds(*_states(each, record, values)))


def changing(record: Record, values: Mapping[str, Value]) -> list[str]:
    """The columns that become others, and those that are only ever sent."""
    known, apart = fields(type(record)), differing(record, values)
    return [name for name, value in values.items() if name in apart or (known[name].sent_only and value is not None)]


def _states(stakes: Stakes, record: Record, values: Mapping[str, Value]) -> tuple[object, ...]:
    """What it stands at before and after; what cannot be read is no state that nothing is at stake in."""
    now = ... if stakes.state in record.unread else getattr(record, stakes.state, None)
    return now, values.get(stakes.state, now)


def says(stakes: Sequence[Stakes]) -> str:
    """What a tool says of itself, with a blank before; empty where it never asks."""
    return f" Asks a person before it {' or '.join(each.sets_off for each in stakes)}." if stakes else ""
