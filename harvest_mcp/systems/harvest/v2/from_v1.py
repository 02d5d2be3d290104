"""Records and filters of v1 as v2 has them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar, cast

from pydantic import create_model

from harvest_mcp.spec import FOLLOWS, INNER, SERVER_SET, Filter, Record
from harvest_mcp.wire.json.records import Spelled

R = TypeVar("R", bound=Record)


def without(record: type[R], *columns: str, **more: Any) -> type[R]:
    """Return a record of the same columns in the same order but these, and `more` of them at the end.

    One of `more` that is there already takes its place.
    """
    kept: dict[str, Any] = {}
    for name, info in record.model_fields.items():
        if name == "id" or name in columns:
            continue
        marks = tuple(info.metadata)
        kept[name] = (Annotated[(info.annotation, *marks)] if marks else info.annotation, None)
    return cast("type[R]", create_model(record.__name__, __base__=Record, __doc__=record.__doc__, **(kept | more)))


def asking(filters: Sequence[Filter], **asked: str) -> tuple[Filter, ...]:
    """Return the filters, those named here by these parameters of the query, whoever narrowed them before."""
    return tuple(
        replace(each, query=asked[each.name], path=None, column=None, brief=False) if each.name in asked else each
        for each in filters
    )


def named(*nouns: str) -> dict[str, Any]:
    """Return columns with the names of records that are told inside this one: `client_name` beside `client_id`."""
    return {f"{noun}_name": (Annotated[str | None, SERVER_SET, FOLLOWS, INNER], None) for noun in nouns}


def names(**objects: str) -> tuple[Spelled, ...]:
    """Return how those columns are spelled: `client="client"` reads `client_name` as `client.name`."""
    return tuple(Spelled(f"{noun}_name", f"{name}.name") for noun, name in objects.items())
