"""The kinds of arguments: how each value is checked before anything is done with it."""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    FailFast,
    Strict,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic import Field as Bound
from pydantic_core import PydanticCustomError

from harvest_mcp.spec import Between
from harvest_mcp.text.render import MARK
from harvest_mcp.text.truncation import CUT
from harvest_mcp.tools.arguments.spellings import TWO_WAYS, address, fits
from harvest_mcp.wire.xml import writable

LARGEST = 10**15 - 1
"""The largest id or whole number: what is written must be read back, and the wire reads 15 digits."""
MOST_REFERENCES = 100
MOST_LISTED = 1000
"""Members of a list that are looked at before it is checked."""
LINE, LINES = 255, 10_000
NAMED = re.compile(r"[^<>;@]+ <([^<>]+)>\Z")
WRITTEN_TWO_WAYS = "has three digits behind a point or comma, which may be thousands; send it as 1.2340 or as 1234"
MOMENT_TEXT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::00(?:\.0+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII | re.IGNORECASE
)
AMOUNT_TEXT = re.compile(r"-?\d{1,15}(\.\d{1,20})?", re.ASCII)


Kind = Literal[
    "whole",
    "from one",
    "truth",
    "amount",
    "hours",
    "day",
    "instant",
    "moment",
    "line",
    "text",
    "mail",
    "reference",
    "addresses",
    "words",
    "references",
    "children",
    "other",
]
"""What a value is of, for `tolerance`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """On the type of an argument: the forms it is taken in."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Blank:
    """On an argument that may be left out: what "" means there, and whether 0 means an id.

    `left out` is as if it were not given; `empties` empties the column; `stays` cannot be emptied, which is told.
    """

    means: Literal["left out", "empties", "stays"] = "left out"
    zero: bool = False


def problem(text: str) -> PydanticCustomError:
    """A reason in words, put behind the argument's name; `{{` is not a place holder."""
    return PydanticCustomError("worded", "{text}", {"text": text})


def _text(value: str) -> str:
    if not writable(value):
        raise problem("holds a control character, which XML cannot carry")
    if MARK.search(value):
        raise problem("holds a mark such as ⟦U+202E⟧ that stands for an invisible character; send the text without it")
    if CUT.search(value):
        raise problem("holds a mark that stands for what was cut from an answer; send it whole, or leave it out")
    return value


def _line(value: str) -> str:
    if value != value.strip():
        raise problem("starts or ends with a blank; send it without")
    if re.search(r"[\t\r\n]", value):
        raise problem("takes one line, and holds a line break or a tab")
    return _text(value)


def as_id(text: str) -> int | None:
    """What these digits are as an id; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) else None


def as_reference(value: object) -> object:
    """An id or a name, as text."""
    if not isinstance(value, str):
        raise problem("takes an id or an exact name")
    return value


def _amount(value: object) -> object:
    """Plain digits as text or a number; pydantic alone takes `true`, ` 5 `, `1_000` and `1e5` too."""
    if isinstance(value, str) and fits(TWO_WAYS, value):
        raise problem(WRITTEN_TWO_WAYS)
    text = str(value) if type(value) in (int, float) else value
    if not isinstance(text, str) or AMOUNT_TEXT.fullmatch(text) is None:
        raise problem("takes an amount such as 12.50")
    return text


def _above_zero(value: Decimal) -> Decimal:
    if value <= 0:
        raise problem("takes an amount above 0")
    return value


def _from_zero(value: Decimal) -> Decimal:
    if value < 0:
        raise problem("takes an amount from 0 on")
    return value


def as_day(value: object) -> object:
    """A day as text; pydantic alone takes a number of seconds too."""
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is None:
        raise problem("takes a date such as 2026-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise problem("is not a date of the calendar") from None


def as_moment(value: object) -> object:
    """A day, or a day and its time on the account's own clocks; midnight is the day alone."""
    if not isinstance(value, str) or (found := MOMENT_TEXT.fullmatch(value)) is None:
        raise problem("takes a date such as 2026-01-31, or with its local time and no zone: 2026-01-31 14:30")
    if found[2] in (None, "00:00"):
        return as_day(found[1])
    if found[3]:
        raise problem("is local time there; send it without a zone, such as 2026-01-31 14:30")
    try:
        return datetime.fromisoformat(f"{found[1]} {found[2]}")
    except ValueError:
        raise problem("is not a time of the calendar") from None


def between(kind: type, bounds: Between) -> Any:
    """A number within bounds; of a text, one in digits."""
    least, most = bounds.least, bounds.most
    goes = f"from {least} on" if most is None else f"from {least} to {most}"

    def check(value: int | Decimal | str) -> int | Decimal | str:
        digits = isinstance(value, str) and re.fullmatch(r"\d{1,15}", value, re.ASCII)
        number = int(value) if digits else value
        if isinstance(number, str) or not least <= number or (most is not None and number > most):
            raise problem(f"takes a {'' if kind is Decimal else 'whole '}number {goes}")
        return value

    return Annotated[WORD if kind is str else COLUMN[kind], AfterValidator(check)]


def as_instant(value: object) -> object:
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


ID = Annotated[int, Strict(), Bound(ge=1, le=LARGEST), Taken("from one")]
TRUTH = Annotated[bool, Strict(), Taken("truth")]
WORD = Annotated[str, Strict(), Bound(min_length=1, max_length=LINE), AfterValidator(_line), Taken("line")]
LINE_TEXT = Annotated[str, Strict(), Bound(max_length=LINE), AfterValidator(_line), Taken("line")]
LINES_TEXT = Annotated[str, Strict(), Bound(max_length=LINES), AfterValidator(_text), Taken("text")]
REFERENCE = Annotated[WORD, BeforeValidator(as_reference), Taken("reference")]
REFERENCES = Annotated[list[REFERENCE], Bound(min_length=1, max_length=MOST_REFERENCES), Taken("references")]
WORDS = Annotated[list[WORD], Bound(min_length=1, max_length=MOST_REFERENCES), Taken("words")]
SINCE = Annotated[datetime, BeforeValidator(as_instant), WithJsonSchema({"type": "string"}), Taken("instant")]
WHOLE = Annotated[int, Strict(), Bound(ge=-LARGEST, le=LARGEST), Taken("whole")]
AMOUNT = Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema({"type": "string"}), Taken("amount")]
ABOVE_ZERO = Annotated[AMOUNT, AfterValidator(_above_zero)]
FROM_ZERO: dict[type, Any] = {
    Decimal: Annotated[AMOUNT, AfterValidator(_from_zero)],
    int: Annotated[int, Strict(), Bound(ge=0, le=LARGEST), Taken("whole")],
}
DAY = Annotated[date, BeforeValidator(as_day), WithJsonSchema({"type": "string"}), Taken("day")]
MOMENT = Annotated[date | datetime, BeforeValidator(as_moment), WithJsonSchema({"type": "string"}), Taken("moment")]

COLUMN: dict[type, Any] = {str: LINE_TEXT, int: WHOLE, bool: TRUTH, Decimal: AMOUNT, date: DAY, datetime: SINCE}


def as_whole(value: object) -> object:
    """What was shown of a private value is no value."""
    if isinstance(value, str) and value.startswith("…"):
        raise problem("begins with …, which stands for what is not shown; send it whole, or leave it out")
    return value


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


def _addresses(value: str) -> str:
    """One form for what is the same: addresses alone, as the wire takes them, a blank behind each comma.

    With names, as a list tells them: `Jane Doe <jane@example.com>`.
    """
    parts = (part.strip() for part in value.split(","))
    return ", ".join(_address(address(NAMED.sub(r"\1", part))) for part in parts)


MAILS = Annotated[WORD, AfterValidator(_addresses), Taken("addresses")]
ADDRESS = Annotated[WORD, AfterValidator(_address), Taken("mail")]
EMPTIED = WrapValidator(_emptied)
BYTES = Annotated[str, Strict(), Bound(min_length=1, max_length=2_000_000), AfterValidator(_base64)]


def several(names: tuple[str, ...]) -> Any:
    """A list of some of these names."""
    return Annotated[list[Literal[names]], FailFast(), Bound(min_length=1), Taken("words")]  # type: ignore[valid-type]  # made at run time


def whole(most: int) -> Any:
    """A whole number from 1."""
    return Annotated[int, Strict(), Bound(ge=1, le=most), Taken("from one")]
