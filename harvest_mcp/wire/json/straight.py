"""Pages of records without decimals, made by pydantic-core straight from the bytes, no row of them a dict on the way.

The first row says which names every row has to have, and so do the objects within it: such a page has as many names as
rows, times those of one row. If there are just as many in the bytes, no name comes twice and none is left over. Nothing
goes deep then either, since an object within an object stands behind a name.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as core

from harvest_mcp.wire.json import quick
from harvest_mcp.wire.json.rows import KEPT, Columns

FIRST = 32_768
"""How many bytes to search for the first row."""
MOST_NAMES = 200
"""The most names of a row, nested ones included."""
Shape = tuple[str, ...]
"""The names of a row in order: `name`, and `client.id` of an object within it."""
decoder = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Straight:
    """Creates the records of a page; `alike` returns the validator for rows of such a shape."""

    alike: Callable[[str, Shape], SchemaValidator]

    def page(self, body: bytes, plural: str) -> tuple[Sequence[Any], Mapping[str, Any]] | None:
        """Return the records of a page with its other values; None if something is unusual."""
        shape = _shape(body) if quick.usual(body) else None
        if shape is None:
            return None
        try:
            told = self.alike(plural, shape).validate_json(body)
        except ValueError:
            return None
        rows = told[plural]
        around = sum(map(len, (told, *(each for each in told.values() if type(each) is dict))))
        return (rows, told) if around + len(rows) * len(shape) == quick.names(body) else None


def straight(of: Columns) -> Straight:
    """Return what creates the records of a page."""

    @lru_cache(maxsize=KEPT)
    def alike(plural: str, shape: Shape) -> SchemaValidator:
        page = core.typed_dict_schema(
            {plural: core.typed_dict_field(core.list_schema(of.made(shape, _others(of, shape)), fail_fast=True))},
            extra_behavior="allow",
        )
        # Texts of many rows are seldom equal, so caching them costs more than creating them.
        return SchemaValidator(page, {"cache_strings": "none"}, _use_prebuilt=False)

    return Straight(alike)


def _others(of: Columns, shape: Shape) -> dict[str, core.CoreSchema]:
    """Return the type of what is in a row and fills no column: anything, but only null for an object that would fill
    one."""
    objects, wanted = {name.partition(".")[0] for name in shape if "." in name}, {outer for outer, _, _ in of.within}
    left = [name for name in shape if name not in objects and name not in of.called.values()]
    return {name: core.none_schema() if name in wanted else core.any_schema() for name in left}


def _shape(body: bytes) -> Shape | None:
    """Return the names of the first row; None if it cannot be parsed."""
    begins = body.find(b"[") + 1
    if not begins or body.find(b"[", begins) >= 0:
        return None
    try:
        row, _ = decoder.raw_decode(body[begins : begins + FIRST].decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or any("." in name for name in row):
        return None
    shape = tuple(_names(row))
    return shape if len(shape) <= MOST_NAMES else None


def _names(row: Mapping[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{key}" for key in value)
