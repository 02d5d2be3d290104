"""Long documents at the speed of the standard library's parser, where that comes to exactly what `codec` comes to.

What neither hook nor guard has to look at is parsed without them. Whatever is out of the ordinary, such as a name that
comes twice or a number with many digits, leaves the whole document to `codec`: None then, never another outcome. That
no name comes twice is known by counting: as many names are in the document as in what was made of it. That it does not
go deep is known by its brackets, all of which are those of rows and of objects within them.
"""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from harvest_mcp.wire.document import Plain
from harvest_mcp.wire.json.codec import CAP, DECIMAL, HALF, MOST_TEXT, MOST_VALUES, dense

LEAST = 32_768
"""Documents of fewer bytes gain nothing by it."""
KEPT = 4_096
BLANKS, BETWEEN = (b"\t", b"\n", b"\r"), (b'" :', b"  :")
"""What may be between a name and its colon."""
SPACED = re.compile(rb" :")
"""Searching from blank to blank takes a third of the time of searching for two."""


def usual(body: bytes) -> bool:
    """Return whether a document is long enough to gain by it, and certainly small enough for `codec`."""
    if not LEAST <= len(body) <= CAP or not (body.isascii() or len(body) <= MOST_TEXT // 4):
        return False
    return not (len(body) > MOST_VALUES * 2 and dense(body, len(body)))


def parse(body: bytes, plural: str) -> dict[str, Plain] | None:
    """Return a document whose rows are called `plural`, if nothing in it is unusual; Decimals keep their digits."""
    if not usual(body) or HALF.search(body):  # which the standard library reads as a lone surrogate
        return None
    try:
        found = json.loads(body, parse_float=_number, parse_constant=_number)
    except (ValueError, RecursionError):
        return None
    rows = found.get(plural) if isinstance(found, dict) else None
    return found if isinstance(rows, list) and rows and _whole(found, rows, body) else None


def _whole(found: dict[str, Any], rows: list[Any], body: bytes) -> bool:
    """Return whether all brackets are those of rows and objects within them, and no name is repeated."""
    if body.find(b"[", body.find(b"[") + 1) >= 0 or {*map(type, rows)} != {dict}:
        return False
    around = [found, *(each for each in found.values() if type(each) is dict)]
    deeper = body.count(b"{") - len(around) - len(rows)
    known = _objects((rows[0], rows[-1]))
    inner = _within(rows, known)
    if len(inner) < deeper:  # some only in between
        inner += _within(rows, _objects(rows) - known)
    return len(inner) == deeper and sum(map(len, chain(around, rows, inner))) == names(body)


def _objects(rows: Iterable[dict[str, Any]]) -> set[str]:
    """Return the names that objects have in these rows."""
    return {name for row in rows for name, value in row.items() if type(value) is dict}


def _within(rows: list[dict[str, Any]], named: Iterable[str]) -> list[dict[str, Any]]:
    """Return the objects of these names in rows."""
    return [value for name in named for value in _column(rows, name) if type(value) is dict]


def _column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    try:
        return [row[name] for row in rows]
    except KeyError:
        return [row.get(name) for row in rows]


def names(body: bytes) -> int:
    """Return how many names a document has, each before its colon; -1 if counting is not enough to tell."""
    if any(each in body for each in BLANKS) or (SPACED.search(body) and any(each in body for each in BETWEEN)):
        return -1
    if b"\\" not in body:
        return body.count(b'":')
    return -1 if b'\\\\"' in body else body.count(b'":') - body.count(b'\\":')


@lru_cache(maxsize=KEPT)
def _number(text: str) -> Decimal:
    if DECIMAL.fullmatch(text) is None:
        raise ValueError
    return Decimal(text)
