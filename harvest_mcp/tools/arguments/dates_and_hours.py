"""Dates and hours in words: which date `yesterday` or `friday` is, and how many hours `1:30` are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import BeforeValidator, WithJsonSchema

from harvest_mcp.errors import Unfit
from harvest_mcp.spec import Field, System
from harvest_mcp.tools.arguments.spellings import TWO_WAYS, WRITTEN_TWO_WAYS, as_day, as_instant, full_match, problem
from harvest_mcp.tools.arguments.value_types import Taken
from harvest_mcp.tools.tool import Arguments, Call

DAY_OF_HOURS = 24
LONGEST_NIGHT = 12 * 60
"""The most minutes of an entry that goes over midnight."""
CENT = Decimal("0.01")
HOUR, MINUTE = r" ?h(?:ours?)?", r" ?m(?:in(?:ute)?s?)?"
DECIMAL = re.compile(rf"(\d{{1,4}}|\d{{0,4}}\.\d{{1,20}})(?:{HOUR})?", re.ASCII | re.IGNORECASE)
CLOCK = re.compile(rf"(\d{{1,3}})(?::|{HOUR} ?)([0-5]\d)(?:(?<!:\d\d){MINUTE})?", re.ASCII | re.IGNORECASE)
MINUTES = re.compile(rf"(\d{{1,4}}){MINUTE}", re.ASCII | re.IGNORECASE)
UNTIL = r"(?: ?[-–—] ?| (?:to|until|till) )"
TIME = r"(1[0-2]|0?[1-9])(?::([0-5]\d))? ?([ap])m"
SPAN = re.compile(rf"{TIME}{UNTIL}{TIME}", re.ASCII | re.IGNORECASE)
TIME_OF_24 = r"([01]?\d|2[0-3]):([0-5]\d)"
SPAN_OF_24 = re.compile(rf"{TIME_OF_24}{UNTIL}{TIME_OF_24}", re.ASCII)


Word = Literal["today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""Words for days; a weekday is its most recent one, today included, and no word means the future."""
WORDS = cast("tuple[Word, ...]", get_args(Word))
WEEKDAYS = WORDS[2:]
CERTAIN = WORDS[:2]
"""Words that mean the same whether one looks back or ahead."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word for a date not yet resolved. For an `instant` it means the first moment of that day."""

    word: Word
    instant: bool = False
    before: bool = False
    """The last weekday before today: `last friday`."""
    weeks: int | None = None
    """How many weeks back, for words that mean a whole week: `last week`."""


def _spoken(read: Callable[[object], object], takes: str, words: tuple[Word, ...] = WORDS, *, instant: bool) -> Any:
    def check(value: object) -> object:
        if isinstance(value, Spoken):
            return value
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
"""Its description for models."""


def spoken(item: Field) -> tuple[Any, str] | None:
    """Return the type of an argument that fills a column of days or instants, and what is said of it; None of any
    other."""
    if item.type is date:
        return (SPOKEN_AHEAD, "") if item.ahead else (SPOKEN_DAY, SAID_SO)
    return (SPOKEN_INSTANT, SAID_SO) if item.type is datetime else None


async def resolve_dates(call: Call, system: System, arguments: Arguments) -> dict[str, Any]:
    """Return the arguments with every word for a day replaced by its date in the user's time zone.

    All words of a call are resolved as of one moment. Only a word costs a call, once in ten minutes.

    Raises:
        Unfit: a word was given, and the vendor does not tell the time zone.
    """
    given = arguments.given()
    if not any(isinstance(value, Spoken) for value in given.values()):
        return given
    now = await today(call, system)
    return {name: _told(value, now) if isinstance(value, Spoken) else value for name, value in given.items()}


def _told(spoken: Spoken, today: date) -> date:
    on = meant(spoken.word, today, before=spoken.before) - timedelta(weeks=spoken.weeks or 0)
    return datetime.combine(on, time(), UTC) if spoken.instant else on  # a date counts from 00:00 UTC (`kinds`)


def echoed(arguments: Arguments, given: Mapping[str, Any]) -> str:
    """Return `; since is Monday 2018-03-05`: the dates that words meant, if the answer does not show them."""
    words = [name for name, value in arguments.given().items() if isinstance(value, Spoken)]
    return "".join(f"; {name} is {spelled(given[name])}" for name in words)


async def today(call: Call, system: System) -> date:
    """Return today's date where the user is.

    Raises:
        Unfit: the vendor does not tell the time zone.
    """
    if (zone := (await call.who(system)).zone()) is None:
        raise Unfit(
            f"{system.title} does not tell this user's time zone.", next="Say the day as a date, such as 2026-01-31."
        )
    return datetime.fromtimestamp(call.desk.clock(), UTC).astimezone(zone).date()


def meant(word: Word, today: date, *, before: bool = False) -> date:
    """Return the date of a word as of today; `before` is the last weekday before today."""
    if word in WEEKDAYS:
        days = (today.weekday() - WEEKDAYS.index(word)) % 7
        return today - timedelta(days=days or 7 if before else days)
    return today - timedelta(days=word == "yesterday")


def spelled(date: date) -> str:
    """Return `Monday 2018-03-05`: with the weekday, so that a wrong date is noticed."""
    return f"{WEEKDAYS[date.weekday()].capitalize()} {date.isoformat()}"


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours with two decimals, as the vendor keeps them; `said` is the original text if that differs.

    `began` and `ended` are the times of day, if given: `8:00am`.
    """

    hours: Decimal
    said: str = ""
    began: str = ""
    ended: str = ""


def _worked(value: object) -> object:
    """Return hours worked, at most 24 as an entry is of one day; Harvest documents no limit (harvest-v1 18)."""
    text = str(value) if type(value) in (int, float) else value
    if isinstance(value, str) and full_match(TWO_WAYS, value):
        raise problem(WRITTEN_TWO_WAYS)
    worked = _read(text) if isinstance(text, str) else None
    if worked is None:
        raise problem("takes hours such as 1.5, 1:30, 90m or 8:00am-9:30am")
    if worked.hours > DAY_OF_HOURS:
        raise problem("is more than the 24 hours of the one day an entry is of")
    return worked


def _read(text: str) -> Worked | None:
    """Read decimal hours, `h:mm`, or a range of times; 0:20 and 0.333 become 0.33, which the answer says."""
    if parts := CLOCK.fullmatch(text):
        return _rounded(60 * int(parts[1]) + int(parts[2]), text)
    if parts := MINUTES.fullmatch(text):
        return _rounded(int(parts[1]), text)
    if parts := SPAN.fullmatch(text):
        return _span(text, *(_time(parts[at], parts[at + 1], parts[at + 2]) for at in (1, 4)))
    if parts := SPAN_OF_24.fullmatch(text):
        return _span(text, *(_time_of_24(int(parts[at]), parts[at + 1]) for at in (1, 3)))
    return _to_the_cent(Decimal(parts[1]), text) if (parts := DECIMAL.fullmatch(text)) else None


def _span(said: str, began: tuple[int, str], ended: tuple[int, str]) -> Worked:
    """Return a range of times, over midnight if it ends before it begins; an implausibly long one is refused."""
    minutes = (ended[0] - began[0]) % (DAY_OF_HOURS * 60)
    if not minutes or (ended[0] < began[0] and minutes > LONGEST_NIGHT):
        raise problem("ends before it begins, or at once; over midnight an entry has at most 12 hours")
    return _rounded(minutes, said, began[1], ended[1])


def _rounded(minutes: int, said: str, *times: str) -> Worked:
    return _to_the_cent(Decimal(minutes) / 60, said, *times)


def _to_the_cent(exact: Decimal, said: str, *times: str) -> Worked:
    hours = exact.quantize(CENT, ROUND_HALF_UP)
    if exact and not hours:
        raise problem("is less than the hundredth of an hour that is kept")
    return Worked(hours, "" if hours == exact else said, *times)


def _time_of_24(hour: int, minute: str) -> tuple[int, str]:
    return _time(str((hour - 1) % 12 + 1), minute, "ap"[hour >= 12])


def _time(hour: str, minute: str | None, half: str) -> tuple[int, str]:
    """Return minutes since midnight, and the time as the vendor writes it."""
    minutes = int(hour) % 12 * 60 + int(minute or 0) + (12 * 60 if half.lower() == "p" else 0)
    return minutes, f"{int(hour)}:{int(minute or 0):02}{half.lower()}m"


HOURS = Annotated[Worked, BeforeValidator(_worked), WithJsonSchema({"type": "string"}), Taken("hours")]
"""An argument's type: hours, not below zero."""
