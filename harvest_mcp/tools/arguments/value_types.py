"""Types of arguments: how each value is checked."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    FailFast,
    PlainValidator,
    Strict,
    WithJsonSchema,
    WrapValidator,
)
from pydantic import Field as Bound

from harvest_mcp.spec import Between
from harvest_mcp.tools.arguments.spellings import (
    LARGEST,
    above_zero,
    as_address,
    as_addresses,
    as_amount,
    as_base64,
    as_day,
    as_instant,
    as_line,
    as_moment,
    as_record,
    as_reference,
    as_text,
    emptied,
    from_zero,
    problem,
)

LINE, LINES = 255, 10_000
MOST_REFERENCES = 100
MOST_LISTED = 1000
"""The most members of a list to convert before it is checked."""
Kind = Literal[
    "whole",
    "from one",
    "id",
    "numbered",
    "record",
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
"""The kind of value, for `tolerance`."""
IDS: tuple[Kind, ...] = ("id", "numbered", "record")
"""An id alone, one of a kind whose names may be digits, and an id or a name."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An annotation of an argument's type: the forms in which it is accepted."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Blank:
    """An annotation of an optional argument: what "" means, and whether 0 means an id.

    `left out`: as if not given; `empties`: the column is emptied; `stays`: it cannot be emptied, which the answer says.
    """

    means: Literal["left out", "empties", "stays"] = "left out"
    zero: bool = False


def between(kind: type, bounds: Between) -> Any:
    """Return a type of numbers within bounds, also given as text in digits."""
    least, most = bounds.least, bounds.most
    goes = f"from {least} on" if most is None else f"from {least} to {most}"

    def check(value: int | Decimal | str) -> int | Decimal | str:
        digits = isinstance(value, str) and re.fullmatch(r"\d{1,15}", value, re.ASCII)
        number = int(value) if digits else value
        if isinstance(number, str) or not least <= number or (most is not None and number > most):
            raise problem(f"takes a {'' if kind is Decimal else 'whole '}number {goes}")
        return value

    return Annotated[WORD if kind is str else COLUMN[kind], AfterValidator(check)]


ID = Annotated[int, Strict(), Bound(ge=1, le=LARGEST), Taken("id")]
NUMBERED = Annotated[ID, Taken("numbered")]
RECORD = Annotated[Any, PlainValidator(as_record), WithJsonSchema({"type": "integer"}), Taken("record")]
"""The id of a record, as schemas have it, or its exact name."""
TRUTH = Annotated[bool, Strict(), Taken("truth")]
WORD = Annotated[str, Strict(), Bound(min_length=1, max_length=LINE), AfterValidator(as_line), Taken("line")]
LINE_TEXT = Annotated[str, Strict(), Bound(max_length=LINE), AfterValidator(as_line), Taken("line")]
LINES_TEXT = Annotated[str, Strict(), Bound(max_length=LINES), AfterValidator(as_text), Taken("text")]
REFERENCE = Annotated[WORD, BeforeValidator(as_reference), Taken("reference")]
REFERENCES = Annotated[list[REFERENCE], Bound(min_length=1, max_length=MOST_REFERENCES), Taken("references")]
WORDS = Annotated[list[WORD], Bound(min_length=1, max_length=MOST_REFERENCES), Taken("words")]
SINCE = Annotated[datetime, BeforeValidator(as_instant), WithJsonSchema({"type": "string"}), Taken("instant")]
WHOLE = Annotated[int, Strict(), Bound(ge=-LARGEST, le=LARGEST), Taken("whole")]
AMOUNT = Annotated[Decimal, BeforeValidator(as_amount), WithJsonSchema({"type": "string"}), Taken("amount")]
ABOVE_ZERO = Annotated[AMOUNT, AfterValidator(above_zero)]
FROM_ZERO: dict[type, Any] = {
    Decimal: Annotated[AMOUNT, AfterValidator(from_zero)],
    int: Annotated[int, Strict(), Bound(ge=0, le=LARGEST), Taken("whole")],
}
DAY = Annotated[date, BeforeValidator(as_day), WithJsonSchema({"type": "string"}), Taken("day")]
MOMENT = Annotated[date | datetime, BeforeValidator(as_moment), WithJsonSchema({"type": "string"}), Taken("moment")]

COLUMN: dict[type, Any] = {str: LINE_TEXT, int: WHOLE, bool: TRUTH, Decimal: AMOUNT, date: DAY, datetime: SINCE}


MAILS = Annotated[WORD, AfterValidator(as_addresses), Taken("addresses")]
ADDRESS = Annotated[WORD, AfterValidator(as_address), Taken("mail")]
EMPTIED = WrapValidator(emptied)
BYTES = Annotated[str, Strict(), Bound(min_length=1, max_length=2_000_000), AfterValidator(as_base64)]


def several(names: tuple[str, ...]) -> Any:
    """Return a type of lists of these names."""
    return Annotated[list[Literal[names]], FailFast(), Bound(min_length=1), Taken("words")]  # type: ignore[valid-type]  # made at run time


def whole(most: int) -> Any:
    """Return a type of whole numbers from 1."""
    return Annotated[int, Strict(), Bound(ge=1, le=most), Taken("from one")]
