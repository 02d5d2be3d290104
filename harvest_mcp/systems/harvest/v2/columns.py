"""A record of v1 without the columns that v2 does not have."""

from typing import Annotated, Any, TypeVar, cast

from pydantic import create_model

from harvest_mcp.spec import Record

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
