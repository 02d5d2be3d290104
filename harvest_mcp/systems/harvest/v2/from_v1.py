"""Derive the records and filters of v2 from those of v1."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar, cast

from pydantic import create_model

from harvest_mcp.spec import FOLLOWS, INNER, SERVER_SET, Filter, Record
from harvest_mcp.wire.json.records import Spelled

R = TypeVar("R", bound=Record)


def without(record: type[R], *columns: str, **more: Any) -> type[R]:
    """Return a record with the same columns in the same order except these, and `more` at the end.

    One of `more` that exists already replaces it.
    """
    kept: dict[str, Any] = {}
    for name, info in record.model_fields.items():
        if name == "id" or name in columns:
            continue
        marks = tuple(info.metadata)
        kept[name] = (Annotated[(info.annotation, *marks)] if marks else info.annotation, None)
    return cast("type[R]", create_model(record.__name__, __base__=Record, __doc__=record.__doc__, **(kept | more)))


def asking(filters: Sequence[Filter], **asked: str) -> tuple[Filter, ...]:
    """Return the filters, with those named here applied by the vendor through these query parameters."""
    return tuple(
        replace(each, query=asked[each.name], path=None, column=None, brief=False) if each.name in asked else each
        for each in filters
    )


def named(*nouns: str) -> dict[str, Any]:
    """Return columns for names of nested records: `client_name` beside `client_id`."""
    return {f"{noun}_name": (Annotated[str | None, SERVER_SET, FOLLOWS, INNER], None) for noun in nouns}


def names(**objects: str) -> tuple[Spelled, ...]:
    """Return how those columns are spelled: `client="client"` reads `client_name` from `client.name`."""
    return tuple(Spelled(f"{noun}_name", f"{name}.name") for noun, name in objects.items())
