"""Words for days, as arguments take them; `days` tells which day is meant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import BeforeValidator, WithJsonSchema

from harvest_mcp.spec import Field
from harvest_mcp.tools.arguments.value_types import Taken, as_day, as_instant, problem

Word = Literal["today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""A weekday is its most recent one, today included; no word names a day to come."""
WORDS = cast("tuple[Word, ...]", get_args(Word))
WEEKDAYS = WORDS[2:]
CERTAIN = WORDS[:2]
"""What means the same day whether one looks back or ahead."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word for a day that is still to be told; of an `instant`, its day's first moment is meant, as of a date's."""

    word: Word
    instant: bool = False
    before: bool = False
    """The last weekday before today: `last friday`."""


def _spoken(read: Callable[[object], object], takes: str, words: tuple[Word, ...] = WORDS, *, instant: bool) -> Any:
    def check(value: object) -> object:
        if isinstance(value, str) and (word := value.lower()) in words:
            return Spoken(word, instant)
        if isinstance(value, str) and (word := value.lower().removeprefix("last ")) in WEEKDAYS and " " in value:
            return Spoken(word, instant, before=True)
        if isinstance(value, str) and value[:1].isdigit():
            return read(value)
        raise problem(takes)

    return BeforeValidator(check)


TEXT = WithJsonSchema({"type": "string"})
_BACK = _spoken(as_day, f"takes a date such as 2026-01-31, or one of {', '.join(WORDS)}", instant=False)
_AHEAD = _spoken(
    as_day,
    "takes a date such as 2026-01-31, or today or yesterday; a weekday could be the last one or the next",
    CERTAIN,
    instant=False,
)
_AT = _spoken(
    as_instant,
    f"takes a date (2026-01-31), an instant with its zone (2026-01-31T09:00Z), or one of {', '.join(WORDS)}",
    instant=True,
)

SPOKEN_DAY = Annotated[date | Spoken, _BACK, TEXT, Taken("day")]
"""An argument's type: a date, or a word for one that is mostly past."""
SPOKEN_AHEAD = Annotated[date | Spoken, _AHEAD, TEXT, Taken("day")]
SPOKEN_INSTANT = Annotated[datetime | Spoken, _AT, TEXT, Taken("instant")]
A_DAY = "e.g. 2026-01-31"
SAID_SO = f"{A_DAY}, yesterday, monday"
"""What a model reads about one."""


def spoken(item: Field) -> tuple[Any, str] | None:
    """The type of an argument that fills a column of days or instants, and what is said of it; None of any other."""
    if item.type is date:
        return (SPOKEN_AHEAD, "") if item.ahead else (SPOKEN_DAY, SAID_SO)
    return (SPOKEN_INSTANT, SAID_SO) if item.type is datetime else None
