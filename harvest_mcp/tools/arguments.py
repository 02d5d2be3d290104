"""Strict argument models made from resources, their slim schemas, and errors in words."""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    FailFast,
    Strict,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic import Field as Bound
from pydantic_core import PydanticCustomError

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Field, Record, Resource
from harvest_mcp.tools.render import MARK
from harvest_mcp.wire.xml import writable

LARGEST = 10**15 - 1
"""The largest id or whole number: what is written must be read back, and the wire reads 15 digits."""
LINE, LINES = 255, 10_000
MOST_TOLD = 8
"""Problems in one error; a call with a million wrong names costs no more than one with eight."""
AMOUNT_TEXT = re.compile(r"-?\d{1,15}(\.\d{1,20})?", re.ASCII)


class Arguments(BaseModel):
    """The arguments of one call: unknown names are refused, and what was left out is not null."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def given(self) -> dict[str, Any]:
        """What the caller passed, and nothing else."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its type as pydantic checks it, and what a model reads about it."""

    name: str
    type: Any
    says: str = ""
    required: bool = False


def problem(text: str) -> PydanticCustomError:
    """A reason in words, put behind the argument's name; `{{` is not a place holder."""
    return PydanticCustomError("worded", "{text}", {"text": text})


def _text(value: str) -> str:
    if not writable(value):
        raise problem("holds a control character, which XML cannot carry")
    if MARK.search(value):
        raise problem("holds a mark such as ⟦U+202E⟧ that stands for an invisible character; send the text without it")
    return value


def _line(value: str) -> str:
    if value != value.strip():
        raise problem("starts or ends with a blank; send it without")
    if re.search(r"[\t\r\n]", value):
        raise problem("takes one line, and holds a line break or a tab")
    return _text(value)


def _reference(value: object) -> object:
    """An id may come as a number too; anything else but text is refused."""
    if type(value) is int and 1 <= value <= LARGEST:
        return str(value)
    if not isinstance(value, str):
        raise problem("takes an id or an exact name")
    return value


def _listed(value: object) -> object:
    """Some clients send a list as JSON text."""
    if isinstance(value, str) and len(value) <= LINES:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _amount(value: object) -> object:
    """Plain digits as text or a number; pydantic alone takes `true`, ` 5 `, `1_000` and `1e5` too."""
    text = str(value) if type(value) in (int, float) else value
    if not isinstance(text, str) or AMOUNT_TEXT.fullmatch(text) is None:
        raise problem("takes an amount such as 12.50")
    return text


def _day(value: object) -> object:
    """A day as text; pydantic alone takes a number of seconds too."""
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is None:
        raise problem("takes a date such as 2026-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise problem("is not a date of the calendar") from None


def _since(value: object) -> object:
    """A day counts from 00:00 UTC; an instant needs its zone."""
    if not isinstance(value, str):
        raise problem("takes text such as 2026-01-31 or 2026-01-31T09:00Z")
    if re.fullmatch(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?", value, re.ASCII) is None:
        raise problem("takes a date (2026-01-31) or an instant with its zone (2026-01-31T09:00Z)")
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise problem("is not a date of the calendar") from None
    if len(value) > 10 and instant.tzinfo is None:
        raise problem("is an instant without its zone; add Z or an offset such as +02:00")
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError:
        raise problem("is not a date of the calendar") from None


ID = Annotated[int, Strict(), Bound(ge=1, le=LARGEST)]
TRUTH = Annotated[bool, Strict()]
WORD = Annotated[str, Strict(), Bound(min_length=1, max_length=LINE), AfterValidator(_line)]
LINE_TEXT = Annotated[str, Strict(), Bound(max_length=LINE), AfterValidator(_line)]
LINES_TEXT = Annotated[str, Strict(), Bound(max_length=LINES), AfterValidator(_text)]
REFERENCE = Annotated[WORD, BeforeValidator(_reference)]
SINCE = Annotated[datetime, BeforeValidator(_since), WithJsonSchema({"type": "string"})]
WHOLE = Annotated[int, Strict(), Bound(ge=-LARGEST, le=LARGEST)]
AMOUNT = Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema({"type": "string"})]
DAY = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]

COLUMN: dict[type, Any] = {str: LINE_TEXT, int: WHOLE, bool: TRUTH, Decimal: AMOUNT, date: DAY}


def several(names: tuple[str, ...]) -> Any:
    """A list of some of these names."""
    return Annotated[list[Literal[names]], FailFast(), Bound(min_length=1), BeforeValidator(_listed)]  # type: ignore[valid-type]  # made at run time


def whole(most: int) -> Any:
    """A whole number from 1."""
    return Annotated[int, Strict(), Bound(ge=1, le=most)]


def column(item: Field, *, required: bool) -> Argument:
    """The argument that fills one column; a reference takes an id or an exact name."""
    if item.ref:
        return Argument(item.argument, REFERENCE, "id or exact name", required)
    kind = LINES_TEXT if item.lines else WORD if item.required else COLUMN[item.type]
    return Argument(item.argument, kind, item.says, required)


def key(resource: Resource[Record]) -> Argument:
    """The argument that names one record by its own id."""
    return Argument(resource.key, ID, "e.g. 9", required=True)


def model(tool: str, *arguments: Argument) -> type[Arguments]:
    """The model of a tool's arguments."""
    fields: dict[str, Any] = {
        each.name: (Annotated[each.type, Bound(description=each.says or None)], ... if each.required else None)
        for each in arguments
    }
    return create_model(f"{tool}_arguments", __base__=Arguments, **fields)


def schema(arguments: type[Arguments]) -> dict[str, Any]:
    """The model's JSON schema without what costs bytes and tells nothing: titles, null defaults, bounds."""
    whole_schema = arguments.model_json_schema()
    properties = {name: _slim(item) for name, item in whole_schema.get("properties", {}).items()}
    slim: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required := whole_schema.get("required"):
        slim["required"] = required
    return slim


DROPPED = {"title", "default", "minLength", "maxLength", "minItems", "minimum", "maximum"}


def _slim(item: dict[str, Any]) -> dict[str, Any]:
    slim = {key: value for key, value in item.items() if key not in DROPPED}
    if "items" in slim:
        slim["items"] = {"enum": slim["items"]["enum"]} if "enum" in slim["items"] else slim["items"]
    return slim


def parse(tool: str, arguments: type[Arguments], raw: Mapping[str, object]) -> Arguments:
    """The arguments of a call, checked.

    Raises:
        InvalidArguments: with every problem, the right names, and none of the values.
    """
    known = list(arguments.model_fields)
    strange = islice((name for name in raw if name not in arguments.model_fields), MOST_TOLD)
    try:
        return arguments.model_validate({name: raw[name] for name in (*filter(raw.__contains__, known), *strange)})
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=True)
        raise InvalidArguments(tool, [_worded(fault, known) for fault in faults[:MOST_TOLD]], known=known) from None


def _worded(fault: Any, known: list[str]) -> str:
    name = str(fault["loc"][0]) if fault["loc"] else "arguments"
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(name, known)
    if fault.get("input", ...) is None and kind != "missing":
        return f"{name} is null; leave it out instead"
    return f"{name} {REASON.get(kind, 'has the wrong form').format(**context)}"


def _unknown(name: str, known: list[str]) -> str:
    """An unknown name and the one it may stand for; never a long or strange one."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}", name) is None:
        return "a name that was sent is no argument of this tool"
    close = difflib.get_close_matches(name, known, n=1)
    return f"{name} is no argument of this tool" + (f" (did you mean {close[0]}?)" if close else "")


REASON = {
    "missing": "is missing",
    "worded": "{text}",
    "int_type": "takes a whole number, not text or a boolean",
    "int_from_float": "takes a whole number",
    "int_parsing_size": "is too large a number",
    "greater_than_equal": "starts at {ge}",
    "less_than_equal": "ends at {le}",
    "bool_type": "takes true or false",
    "string_type": "takes text",
    "string_unicode": "holds half of a character, a lone surrogate; send the text without it",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "list_type": "takes a list",
    "too_short": "is an empty list",
    "literal_error": "takes only {expected}",
}
