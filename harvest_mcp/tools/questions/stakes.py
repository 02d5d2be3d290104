"""What of a write a person is asked about first, because money or rights move by it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harvest_mcp.changes.looking import differing
from harvest_mcp.changes.missed import misses, named, unsent
from harvest_mcp.spec import Field, Part, Record, Resource, Stakes, Value, fields

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
    return (*(each for each in at if each.holds(*_states(each, record, values))), *_dropped(record, changed))


def drops(item: Field) -> bool:
    """Whether its children have elements that no write carries, which a server may drop with the list (incwo 8)."""
    if not item.many or item.table or not issubclass(item.type, Part) or not item.type.follow:
        return False
    return any(misses(item.type, name) for name, each in fields(item.type).items() if each.server_set)


def _dropped(record: Record, changed: Iterable[str]) -> Iterator[Stakes]:
    """What a server that replaces a list would drop of the children that are sent again."""
    known = fields(type(record))
    for name in changed:
        children = getattr(record, name) if drops(known[name]) else None
        noun = each.noun if (each := known[name].each) else name
        hidden = [f"{named(left)} of {noun} {child.id}" for child in children or () if (left := unsent(child))]
        if hidden:
            off = f"may drop what cannot be sent along: {'; '.join(hidden)}"
            yield Stakes(columns=(name,), sets_off=off, lost="what it drops")


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
