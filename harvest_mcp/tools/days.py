"""Days and hours as people say them: `yesterday`, `friday`, `1:30`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal, cast, get_args

from pydantic import BeforeValidator, WithJsonSchema

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import System
from harvest_mcp.tools.kinds import _day, problem
from harvest_mcp.tools.tool import Call

Word = Literal["today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""A weekday is its most recent one, today included; no word names a day to come."""
WORDS = cast("tuple[Word, ...]", get_args(Word))
WEEKDAYS = WORDS[2:]

MOST_HOURS = Decimal(1_000)
CENT = Decimal("0.01")
DECIMAL = re.compile(r"\d{1,4}(\.\d{1,2}0*)?", re.ASCII)
CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)


def _spoken_day(value: object) -> object:
    word = value.lower() if isinstance(value, str) else ""
    if word in WORDS:
        return word
    if isinstance(value, str) and value[:1].isdigit():
        return _day(value)
    raise problem(f"takes a date such as 2026-01-31, or one of {', '.join(WORDS)}")


SPOKEN_DAY = Annotated[date | Word, BeforeValidator(_spoken_day), WithJsonSchema({"type": "string"})]
"""An argument's type: a date, or a word for `day` to resolve."""
SAID_SO = "e.g. 2026-01-31, yesterday, monday"
"""What a model reads about one."""


async def day(call: Call, system: System, given: date | Word) -> date:
    """The date that is meant, in the user's own time zone; only a word costs a call, and that once in ten minutes.

    Raises:
        InvalidArguments: a word was given, and the vendor does not tell the time zone.
    """
    if isinstance(given, date):
        return given
    return meant(given, await today(call, system))


async def today(call: Call, system: System) -> date:
    """Today's date where the user is.

    Raises:
        InvalidArguments: the vendor does not tell the time zone.
    """
    if (zone := (await call.who(system)).zone()) is None:
        why = f"{system.title} does not tell this user's time zone; say the day as a date, such as 2026-01-31"
        raise InvalidArguments(call.tool, [why], known=[])
    return datetime.fromtimestamp(call.desk.clock(), UTC).astimezone(zone).date()


def meant(word: Word, today: date) -> date:
    """The date of a word, as seen from today."""
    if word in WEEKDAYS:
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(word)) % 7)
    return today - timedelta(days=word == "yesterday")


def spelled(date: date) -> str:
    """`Monday 2018-03-05`: how a day is echoed, so that a wrong word is seen."""
    return f"{WEEKDAYS[date.weekday()].capitalize()} {date.isoformat()}"


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours with two decimals, as the vendor keeps them; `said` is how they were given when that is not the same."""

    hours: Decimal
    said: str = ""


def _worked(value: object) -> object:
    """Decimal hours, or hours and minutes; 0:20 is 0.33, which is told, and 1.333 is refused."""
    text = str(value) if type(value) in (int, float) else value
    if isinstance(text, str) and (parts := CLOCK.fullmatch(text)):
        exact = Decimal(parts[1]) + Decimal(parts[2]) / 60
        hours = exact.quantize(CENT, ROUND_HALF_UP)
        return Worked(hours, "" if hours == exact else text)
    if not isinstance(text, str) or DECIMAL.fullmatch(text) is None or Decimal(text) >= MOST_HOURS:
        raise problem("takes hours such as 1.5 or 1:30, with at most two decimals")
    return Worked(Decimal(text).quantize(CENT))


HOURS = Annotated[Worked, BeforeValidator(_worked), WithJsonSchema({"type": "string"})]
"""An argument's type: hours, not below zero."""
