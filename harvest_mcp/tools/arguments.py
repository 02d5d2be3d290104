"""Strict argument models made from resources, their slim schemas, and errors in words."""

import base64
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
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    create_model,
)
from pydantic import Field as Bound
from pydantic_core import PydanticCustomError

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Field, Record, Resource, fields
from harvest_mcp.tools.render import MARK
from harvest_mcp.wire.xml import writable

LARGEST = 10**15 - 1
"""The largest id or whole number: what is written must be read back, and the wire reads 15 digits."""
LINE, LINES = 255, 10_000
MOST_CHILDREN = 100
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


def _emptied(value: object, check: ValidatorFunctionWrapHandler) -> object:
    return None if value == "" and isinstance(value, str) else check(value)


def _address(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", value):
        return value
    raise problem("takes an e-mail address such as ana@kestrel.example")


def _base64(value: str) -> str:
    try:
        base64.b64decode(value, validate=True)
    except ValueError:
        raise problem("takes a file's bytes in base64") from None
    return value


ADDRESS = Annotated[WORD, AfterValidator(_address)]
EMPTIED = WrapValidator(_emptied)
BYTES = Annotated[str, Strict(), Bound(min_length=1, max_length=2_000_000), AfterValidator(_base64)]


def several(names: tuple[str, ...]) -> Any:
    """A list of some of these names."""
    return Annotated[list[Literal[names]], FailFast(), Bound(min_length=1), BeforeValidator(_listed)]  # type: ignore[valid-type]  # made at run time


def whole(most: int) -> Any:
    """A whole number from 1."""
    return Annotated[int, Strict(), Bound(ge=1, le=most)]


def column(item: Field, *, required: bool) -> Argument:
    """The argument that fills one column; a reference takes an id or an exact name; "" empties what may be empty."""
    kind = children(item) if item.many else _kind(item)
    if not item.required and item.type is not str and not item.many and kind not in (TRUTH, WHOLE):
        kind = Annotated[kind, EMPTIED]
    return Argument(item.argument, kind, "id or exact name" if item.ref else item.says, required)


def _kind(item: Field) -> Any:
    if item.ref:
        return REFERENCE
    if item.codes or item.choices:
        return code(item) if item.codes else Literal[item.choices]
    if item.sent_only and item.type is str:
        return BYTES
    return LINES_TEXT if item.lines else WORD if item.required else COLUMN[item.type]


def code(item: Field) -> Any:
    """One of the words of a code; an account's own code has none and is taken as its number."""
    words = [word for _, word in item.codes]

    def check(value: str) -> str:
        if value in words or re.fullmatch(r"\d{1,15}", value, re.ASCII):
            return value
        raise problem(f"takes one of {', '.join(words)}, or the number of a code of your own")

    kind = Annotated[str, Strict(), Bound(max_length=LINE), AfterValidator(check), WithJsonSchema({"enum": words})]
    return kind if item.required else Annotated[kind, EMPTIED]


def children(item: Field) -> Any:
    """A list of children, each with what can be written of one."""
    takes = [column(each, required=each.required) for each in fields(item.type).values() if not each.server_set]
    return Annotated[list[model(item.name, *takes)], Bound(max_length=MOST_CHILDREN), BeforeValidator(_listed)]  # type: ignore[misc]  # made at run time


def key(resource: Resource[Record]) -> Argument:
    """The argument that names one record by its own id."""
    return Argument(resource.key, ID, required=True)


def owner(resource: Resource[Record]) -> list[Argument]:
    """The argument that says whose records are meant, where their address says it."""
    return [Argument(item.argument, REFERENCE, required=True)] if (item := resource.owned_by) else []


def model(tool: str, *arguments: Argument) -> type[Arguments]:
    """The model of a tool's arguments."""
    takes: dict[str, Any] = {
        each.name: (Annotated[each.type, Bound(description=each.says or None)], ... if each.required else None)
        for each in arguments
    }
    return create_model(f"{tool}_arguments", __base__=Arguments, **takes)


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
    name = _place(fault["loc"])
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(name, known)
    if fault.get("input", ...) is None and kind != "missing":
        return f"{name} is null; leave it out instead"
    return f"{name} {REASON.get(kind, 'has the wrong form').format(**context)}"


def _place(loc: tuple[str | int, ...]) -> str:
    """The argument a fault is in, or the part of one child of a list: `contact_items[0].value`."""
    if len(loc) == 3:
        return f"{loc[0]}[{loc[1]}].{loc[2]}"
    return str(loc[0]) if loc else "arguments"


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
