"""Report values that could not be parsed by name, so that none of a record is taken for empty."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from harvest_mcp.spec import Part, Record, fields
from harvest_mcp.text.render import UNREADABLE

MOST = 5
"""The most ids to name for one column."""


def unread(record: Part, where: str = "") -> Iterator[str]:
    """Yield what of a record could not be parsed, children included: `contact_items 5: created_at cannot be read`."""
    for name, why in record.unread.items():
        yield f"{where}{name} {why}"
    for name, item in fields(type(record)).items():
        if not item.many or not isinstance(children := getattr(record, name), tuple):
            continue
        for child in children:
            if child.unread:
                yield from unread(child, f"{name} {child.id}: ")


def noted(rows: Sequence[Record], columns: Sequence[str]) -> str:
    """Return a note for the head of a list: which of these columns could not be parsed in which records."""
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for name in row.unread:
            if name in columns:
                ids[name].append(row.id)
    told = (f"{name} of {listed(of)}" for name, of in ids.items())
    return f"; {UNREADABLE}: {', '.join(told)}" if ids else ""


def listed(ids: Sequence[int]) -> str:
    """Return the first ids, and the number of others."""
    first = " ".join(map(str, ids[:MOST]))
    return first if len(ids) <= MOST else f"{first} and {len(ids) - MOST:,} more"
