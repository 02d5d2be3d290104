"""Rows of the journal as stored, each checked by itself: a damaged one is reported, the others are read."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from harvest_mcp.errors import Damaged

Outcome = Literal["intended", "accepted", "applied", "no effect", "refused", "in doubt", "undone"]
"""`accepted`: the vendor accepted it, and no read shows it yet; `no effect`: none ever did."""
OUTCOMES: tuple[Outcome, ...] = ("intended", "accepted", "applied", "no effect", "refused", "in doubt", "undone")
OPEN: tuple[Outcome, ...] = ("intended", "accepted", "in doubt")
DONE: tuple[Outcome, ...] = ("accepted", "applied", "undone")
"""Outcomes of writes the vendor accepted, whether or not undone later."""
CLOSED = tuple(outcome for outcome in OUTCOMES if outcome not in OPEN)
LAST_SECOND = 253_402_300_799
"""The last second of the year 9999."""
Row = Mapping[Any, Any]
decode = json.JSONDecoder().raw_decode
"""`json.loads` searches for blanks around a document, which takes as long as to read one of this size."""


def _text(value: object) -> bool:
    """Return whether it is valid text; invalid bytes were read as lone surrogates."""
    if not isinstance(value, str) or value.isascii():
        return isinstance(value, str)
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole(value: object) -> bool:
    return isinstance(value, int) and value > 0


def _seconds(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value <= LAST_SECOND


def _or_none(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or fits(value)


FITS: Mapping[str, Callable[[object], bool]] = {
    "id": whole,
    "at": _seconds,
    "settled_at": _or_none(_seconds),
    "principal": _text,
    "system": _text,
    "account": _text,
    "tool": _text,
    "verb": _text,
    "noun": _text,
    "record": _or_none(whole),
    "outcome": lambda value: value in OUTCOMES,
    "undoes": _or_none(whole),
    "holder": _text,
    "clock": _or_none(_text),
    "stamp": _or_none(_seconds),
    "part_of": _or_none(whole),
    "step": _or_none(lambda value: isinstance(value, int) and value >= 0),
}
"""The valid types of each column; SQLite stores any type in any column."""
IMAGES = ("before", "sent", "after")
"""The columns with a record's values, as JSON."""
COLUMNS = (*FITS, *IMAGES, "tick")
EMPTY: Mapping[str, None] = dict.fromkeys(COLUMNS)


def values(row: Row) -> dict[str, Any]:
    """Return one row's values.

    Raises:
        Damaged: one of them is invalid.
    """
    id = row["id"] if whole(row["id"]) else None
    found: dict[str, Any] = {}
    for name, fits in FITS.items():
        value = found[name] = row[name]
        if not fits(value):
            raise Damaged(id, name)
    for name in IMAGES:
        found[name] = _image(id, name, row[name])
    if found["sent"] is None:
        raise Damaged(id, "sent")
    if found["record"] is None and (found["verb"] != "create" or found["outcome"] in ("applied", "undone")):
        raise Damaged(id, "record")
    return found


def _image(id: int | None, name: str, stored: object) -> dict[str, Any] | None:
    if stored is None:
        return None
    if not isinstance(stored, str) or not _text(stored):
        raise Damaged(id, name)
    document = stored.strip(" \t\n\r")
    try:
        image, end = decode(document)
    except (ValueError, RecursionError):
        raise Damaged(id, name) from None
    if end < len(document) or (image is not None and not isinstance(image, dict)):
        raise Damaged(id, name)
    return image


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a change as stored, and as a query of entries returns it."""
    return {**EMPTY, **values, **{name: image(values.get(name)) for name in IMAGES}}


def image(values: Mapping[str, Any] | None) -> str | None:
    """Return values of a record as stored."""
    return None if values is None else json.dumps(values)
