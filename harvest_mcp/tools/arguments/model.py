"""Build the argument models of tools from resources, with compact schemas."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Strict,
    WithJsonSchema,
    create_model,
)
from pydantic import Field as Bound

from harvest_mcp.spec import Field, Record, Resource, fields
from harvest_mcp.tools.arguments import codes
from harvest_mcp.tools.arguments.dates_and_hours import A_DAY, spoken
from harvest_mcp.tools.arguments.spellings import as_reference, as_whole
from harvest_mcp.tools.arguments.tolerance import LEAVE
from harvest_mcp.tools.arguments.value_types import (
    ABOVE_ZERO,
    BYTES,
    COLUMN,
    EMPTIED,
    FROM_ZERO,
    ID,
    LINE,
    LINES_TEXT,
    MAILS,
    MOMENT,
    NUMBERED,
    RECORD,
    REFERENCE,
    REFERENCES,
    TRUTH,
    WHOLE,
    WORD,
    Blank,
    Taken,
    between,
)
from harvest_mcp.tools.tool import Arguments

MOST_CHILDREN = 100


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its type, its description for models, and what "" means for it."""

    name: str
    type: Any
    says: str = ""
    required: bool = False
    blank: Blank = LEAVE


CONFIRM = Argument("confirm", WORD, "code once agreed")
"""The argument of tools that ask a person: the code from an earlier answer."""


def column(item: Field, *, required: bool, words: bool = False, changes: bool = False) -> Argument:
    """Return the argument for a column; a reference takes an id or an exact name.

    With `words`, dates may be words, which `resolve_dates` replaces. With `changes` the column already has a value, and
    "" empties it if it may be empty.
    """
    day = spoken(item) if words else None
    kind = day[0] if day else children(item) if item.many else _kind(item)
    if item.private:
        kind = Annotated[kind, BeforeValidator(as_whole)]
    if not item.required and (item.type is not str or item.refs) and not item.many and kind not in (TRUTH, WHOLE):
        kind = Annotated[kind, EMPTIED]
    said = item.says or (day[1] if day else "")
    if item.type is date and day is None and "e.g." not in said:
        said = f"{said}, {A_DAY}" if said else A_DAY
    return Argument(item.argument, kind, said, required, _blank(item, changes))


STAYS = Blank("stays", zero=True)


def _blank(item: Field, changes: bool) -> Blank:
    """Return what "" and 0 mean for a column."""
    if not changes:
        return Blank(zero=not item.name.endswith("id"))
    whole = item.type is bool or (item.type is int and not (item.ref or item.from_zero or item.codes))
    fixed = item.required or whole or item.choices or item.mails or item.bytes
    return STAYS if fixed else Blank("empties", zero=True)


def _kind(item: Field) -> Any:
    if item.ref:
        return REFERENCE
    if item.codes or item.choices:
        return code(item) if item.codes else Literal[item.choices]
    if item.refs or item.mails:
        return REFERENCES if item.refs else MAILS
    if item.bytes:
        return BYTES
    if item.between or item.timed:
        return between(item.type, item.between) if item.between else MOMENT
    if item.positive:
        return ABOVE_ZERO
    if item.from_zero:
        return FROM_ZERO[item.type]
    kind = LINES_TEXT if item.lines else WORD if item.required and item.type is str else COLUMN[item.type]
    kind = Annotated[kind, AfterValidator(item.labels)] if item.labels else kind
    return Annotated[kind, Taken("mail" if item.mail else "day")] if item.mail or item.ahead else kind


def code(item: Field) -> Any:
    """Return the type of a coded column, in the forms that `codes.taken` accepts."""
    words = [word for _, word in item.codes]
    told = WithJsonSchema({"type": "string", "enum": words})
    kind = Annotated[str, Strict(), Bound(max_length=LINE), AfterValidator(codes.taken(item)), told]
    return kind if item.required else Annotated[kind, EMPTIED]


def children(item: Field) -> Any:
    """Return the type of a list of children, each with its writable columns."""
    takes = [column(each, required=each.required) for each in fields(item.type).values() if not each.server_set]
    return Annotated[list[model(item.name, *takes)], Bound(max_length=MOST_CHILDREN), Taken("children")]  # type: ignore[misc]  # made at run time


def key(resource: Resource[Record], *, named: bool = False) -> Argument:
    """Return the argument that takes a record's id; with `named`, its exact name too."""
    label = fields(resource.record)[resource.label[0]]
    words = (label.type is str and not resource.place) or (label.ref and resource.owner)
    goes = resource.named_by.of or (named and "list" in resource.verbs and words)
    return Argument(resource.key, RECORD if goes else NUMBERED if resource.named_by.digits else ID, required=True)


def owner(resource: Resource[Record]) -> list[Argument]:
    """Return the arguments that say whose records are meant, if the path has an owner or an administrator may say."""
    return [Argument(need.argument, REFERENCE, required=need.required) for need in resource.place]


def refers(arguments: type[Arguments]) -> bool:
    """Return whether any argument refers to another record."""
    marks = (mark for item in arguments.model_fields.values() for mark in item.metadata)
    return any(isinstance(mark, BeforeValidator) and mark.func is as_reference for mark in marks)


def ruled(resource: Resource[Record]) -> list[Argument]:
    """Return the arguments of create and update that are no columns but options of rules."""
    return [Argument(name, TRUTH, says) for rule in resource.rules for name, says in rule.takes]


def model(tool: str, *arguments: Argument, asks: bool = False) -> type[Arguments]:
    """Return the argument model of a tool; with `asks`, it takes the code of a confirmation."""
    takes: dict[str, Any] = {
        each.name: (
            Annotated[each.type, Bound(description=each.says or None), each.blank],
            ... if each.required else None,
        )
        for each in (*arguments, *([CONFIRM] if asks else []))
    }
    return create_model(f"{tool}_arguments", __base__=Arguments, **takes)
