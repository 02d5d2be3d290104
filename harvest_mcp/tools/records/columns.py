"""The columns of a list: those shown, and how a caller names those that it wants."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, FailFast, WithJsonSchema
from pydantic import Field as Bound

from harvest_mcp.spec import Record, Resource, fields
from harvest_mcp.tools.arguments.value_types import Taken, several


def shown_columns(resource: Resource[Record], given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the columns to show: the id, and those asked for or the usual ones."""
    return tuple(dict.fromkeys(("id", *(given.get("fields") or resource.summary()))))


def ref_columns(resource: Resource[Record]) -> dict[str, str]:
    """Return the columns with the ids of other records by the noun of these, where only one column has that noun's."""
    refs = {name: item.ref for name, item in fields(resource.record).items() if item.ref and not item.inner}
    return {ref: name for name, ref in refs.items() if [*refs.values()].count(ref) == 1}


def columns_of(resource: Resource[Record], *others: str, listed: bool = False) -> Any:
    """Return the type of column names and `others`; if not `listed`, only the refusal of a wrong one says which.

    The name of a referenced record stands beside its id under its noun, so `client` means `client_id`.
    """
    shown = (name for name, item in fields(resource.record).items() if not (item.inner or item.sent_only))
    known = (*others, *shown)
    ids = {noun: name for noun, name in ref_columns(resource).items() if name in known}

    def as_columns(value: object) -> object:
        if not isinstance(value, list):
            return value
        return [ids.get(each, each) if isinstance(each, str) and each not in known else each for each in value]

    one = Annotated[Literal[known], WithJsonSchema({"type": "string"})]  # type: ignore[valid-type]  # made at run time
    kind = several(known) if listed else Annotated[list[one], FailFast(), Bound(min_length=1), Taken("words")]
    return Annotated[kind, BeforeValidator(as_columns)]
