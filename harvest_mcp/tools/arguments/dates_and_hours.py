"""Days and hours as people say them: which day `yesterday` or `friday` is, and how much `1:30`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import BeforeValidator, WithJsonSchema

from harvest_mcp.errors import Unfit
from harvest_mcp.spec import Field, System
from harvest_mcp.tools.arguments.spellings import TWO_WAYS, WRITTEN_TWO_WAYS, as_day, as_instant, fits, problem
from harvest_mcp.tools.arguments.value_types import Taken
from harvest_mcp.tools.arguments.weeks import monday, week
from harvest_mcp.tools.tool import Arguments, Call

DAY_OF_HOURS = 24
DAY, NOON = DAY_OF_HOURS * 60, 12 * 60
"""Minutes."""
LONGEST_NIGHT = 12 * 60
"""Minutes of an entry that goes over midnight."""
CENT = Decimal("0.01")
HOUR, MINUTE = r" ?h(?:ours?)?", r" ?m(?:in(?:ute)?s?)?"
DECIMAL = re.compile(rf"(\d{{1,4}}|\d{{0,4}}\.\d{{1,20}})(?:{HOUR})?", re.ASCII | re.IGNORECASE)
CLOCK = re.compile(rf"(\d{{1,3}})(?::|{HOUR} ?)([0-5]\d)(?:(?<!:\d\d){MINUTE})?", re.ASCII | re.IGNORECASE)
MINUTES = re.compile(rf"(\d{{1,4}}){MINUTE}", re.ASCII | re.IGNORECASE)
TIME = r"(\d{1,2})(?:(:)([0-5]\d)| ?h(?: ?([0-5]\d))?)?(?: ?([ap])\.?m\.?)?"
SPAN = rf"(from |von |de )?{TIME}(?: ?[-–—] ?| (?:to|until|till|bis|à) ){TIME}( ?uhr)?"


Word = Literal["today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""A weekday is its most recent one, today included; no word names a day to come."""
WORDS = cast("tuple[Word, ...]", get_args(Word))
WEEKDAYS = WORDS[2:]
WEEKS = {"this week": 0, "last week": 1}
CERTAIN = WORDS[:2]
"""What means the same day whether one looks back or ahead."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word for a day that is still to be told; of an `instant`, its day's first moment is meant, as of a date's."""

    word: Word
    instant: bool = False
    before: bool = False
    """The last weekday before today: `last friday`."""
    weeks: int | None = None
    """How many weeks before this one, where the whole week is meant: `last week`."""
    week: tuple[int, int] | None = None
    """Year and number of a week that is meant whole, the year 0 for the last of that number that has begun."""

    @property
    def whole(self) -> bool:
        """Whether a whole week is meant."""
        return self.weeks is not None or self.week is not None


def _spoken(read: Callable[[object], object], takes: str, words: tuple[Word, ...] = WORDS, *, instant: bool) -> Any:
    def check(value: object) -> object:
        if isinstance(value, Spoken):
            return value
        if isinstance(value, str) and (word := value.lower()) in words:
            return Spoken(word, instant)
        if isinstance(value, str) and (word := value.lower().removeprefix("last ")) in WEEKDAYS and " " in value:
            return Spoken(word, instant, before=True)
        if isinstance(value, str) and "w" in value.lower() and (named := week(value)):
            one = f"{named[0]}-W{named[1]:02}-1" if named[0] else "2026-01-31"
            raise problem(f"names a whole week, where one day is taken, such as {one}")
        if isinstance(value, str) and value[:1].isdigit():
            return read(value)
        raise problem(takes)

    return BeforeValidator(check)


def _week_said(value: object) -> object:
    """Return a week in words, or by its number, as one that is meant whole; anything else as it came."""
    if not isinstance(value, str):
        return value
    if (weeks := WEEKS.get(" ".join(value.split()).lower())) is not None:
        return Spoken("today", weeks=weeks)
    return value if (named := week(value)) is None else Spoken("today", week=named)


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
SPOKEN_WEEK = BeforeValidator(_week_said)
"""Goes on the type of a day where its whole week may be meant: `last week`, `2026-W48`."""
SPOKEN_AHEAD = Annotated[date | Spoken, _AHEAD, TEXT, Taken("day")]
SPOKEN_INSTANT = Annotated[datetime | Spoken, _AT, TEXT, Taken("instant")]
A_DAY = "e.g. 2026-01-31"
SAID_SO = f"{A_DAY}, yesterday, monday"
"""What a model reads about one."""


def spoken(item: Field) -> tuple[Any, str] | None:
    """Return the type of an argument that fills a column of days or instants, and what is said of it; None of any
    other."""
    if item.type is date:
        return (SPOKEN_AHEAD, "") if item.ahead else (SPOKEN_DAY, SAID_SO)
    return (SPOKEN_INSTANT, SAID_SO) if item.type is datetime else None


async def dated(call: Call, system: System, arguments: Arguments) -> dict[str, Any]:
    """Return what the caller passed, with the date in place of every word for a day: in the user's own time zone,
    and all as
    of one moment. Only a word costs a call, and that once in ten minutes.

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
    on = monday(*spoken.week, today) if spoken.week else on
    return datetime.combine(on, time(), UTC) if spoken.instant else on  # a date counts from 00:00 UTC (`kinds`)


def echoed(arguments: Arguments, given: Mapping[str, Any]) -> str:
    """`; since is Monday 2018-03-05`: the days that words meant, behind a line that does not show them otherwise."""
    words = [name for name, value in arguments.given().items() if isinstance(value, Spoken)]
    return "".join(f"; {name} is {spelled(given[name])}" for name in words)


async def today(call: Call, system: System) -> date:
    """Today's date where the user is.

    Raises:
        Unfit: the vendor does not tell the time zone.
    """
    if (zone := (await call.who(system)).zone()) is None:
        raise Unfit(
            f"{system.title} does not tell this user's time zone.", next="Say the day as a date, such as 2026-01-31."
        )
    return datetime.fromtimestamp(call.desk.clock(), UTC).astimezone(zone).date()


def meant(word: Word, today: date, *, before: bool = False) -> date:
    """Return the date of a word, as seen from today; `before` is the last weekday before it."""
    if word in WEEKDAYS:
        days = (today.weekday() - WEEKDAYS.index(word)) % 7
        return today - timedelta(days=days or 7 if before else days)
    return today - timedelta(days=word == "yesterday")


def spelled(date: date) -> str:
    """`Monday 2018-03-05`: how a day is echoed, so that a wrong word is seen."""
    return f"{WEEKDAYS[date.weekday()].capitalize()} {date.isoformat()}"


@dataclass(frozen=True, slots=True)
class Worked:
    """Hours with two decimals, as the vendor keeps them; `said` is how they were given when that is not the same.

    `began` and `ended` are the times of day where these were given: `8:00am`.
    """

    hours: Decimal
    said: str = ""
    began: str = ""
    ended: str = ""

    @property
    def kept(self) -> str:
        """What is made of hours that were said in other words; empty where nothing is to be told."""
        times = f", {self.began} to {self.ended}" if self.began else ""
        return f"{self.said} is kept as {self.hours} hours{times}." if self.said else ""


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day in minutes; `half` says it has its am or pm, `plain` that it is written with a colon or either."""

    minutes: int
    half: bool
    plain: bool

    def said(self, later: int = 0) -> str:
        """`9:30` of 24 hours, or so many minutes later."""
        hour, minute = divmod(self.minutes + later, 60)
        return f"{hour}:{minute:02}"

    @property
    def sent(self) -> str:
        """`9:30am`, as the vendor writes it."""
        hour, minute = divmod(self.minutes % DAY, 60)
        return f"{(hour - 1) % 12 + 1}:{minute:02}{'ap'[hour >= 12]}m"


def _worked(value: object) -> object:
    """Return what was worked, of one day at most, as an entry is; Harvest documents no limit (harvest-v1 18)."""
    text = str(value) if type(value) in (int, float) else value
    if isinstance(value, str) and fits(TWO_WAYS, value):
        raise problem(WRITTEN_TWO_WAYS)
    worked = _read(text) if isinstance(text, str) else None
    if worked is None:
        raise problem("takes hours such as 1.5, 1:30, 90m or 8:00am-9:30am")
    if worked.hours > DAY_OF_HOURS:
        raise problem("is more than the 24 hours of the one day an entry is of")
    return worked


def _read(text: str) -> Worked | None:
    """Decimal hours, hours and minutes, or from when to when; 0:20 and 0.333 are 0.33, which is told."""
    if parts := CLOCK.fullmatch(text):
        return _to_the_cent(Decimal(60 * int(parts[1]) + int(parts[2])) / 60, text)
    if parts := MINUTES.fullmatch(text):
        return _to_the_cent(Decimal(int(parts[1])) / 60, text)
    if parts := fits(SPAN, text):
        began, ended = (_time(*parts.groups()[at : at + 5]) for at in (1, 6))
        return _span(text, began, ended, sure=bool(parts[1] or parts[12])) if began and ended else None
    return _to_the_cent(Decimal(parts[1]), text) if (parts := DECIMAL.fullmatch(text)) else None


def _time(hour: str, colon: str | None, minute: str | None, after_h: str | None, half: str | None) -> Time | None:
    """Return a time of day, 24:00 too; None of one that no clock shows."""
    hours, minutes = int(hour), int(minute or after_h or 0)
    if half and 1 <= hours <= 12:
        return Time(hours % 12 * 60 + minutes + (NOON if half.lower() == "p" else 0), half=True, plain=True)
    told = 60 * hours + minutes
    return None if half or told > DAY else Time(told, half=False, plain=bool(colon))


def _span(said: str, began: Time, ended: Time, *, sure: bool) -> Worked:
    """From when to when, over midnight where it ends before it begins; what takes longer so is a slip.

    Without a colon, a half of the day or a word before them, two numbers are times only if one is after noon.
    """
    minutes = (ended.minutes - began.minutes) % DAY
    if began.half != ended.half:
        raise problem("says am or pm of one time alone; say it of both, such as 9:00am-10:30am")
    after_noon = max(began.minutes, ended.minutes) >= NOON + 60
    if ended.minutes > began.minutes and not (sure or began.plain or ended.plain or after_noon):
        times = f"{began.said()}-{ended.said()}"
        raise problem(f"could be two times of day, or a number of hours between; send {times} for the times")
    if not minutes or (ended.minutes < began.minutes and minutes > LONGEST_NIGHT):
        late = 0 if ended.half or not began.minutes < min(ended.minutes + NOON, NOON + 60) else NOON
        meant = f"; if {ended.said()} is in the afternoon, send {began.said()}-{ended.said(late)}" if late else ""
        raise problem(f"ends before it begins, or at once; over midnight an entry has at most 12 hours{meant}")
    worked = _to_the_cent(Decimal(minutes) / 60, said, began.sent, ended.sent)
    return worked if began.plain and ended.plain and not sure else replace(worked, said=said)


def _to_the_cent(exact: Decimal, said: str, *times: str) -> Worked:
    hours = exact.quantize(CENT, ROUND_HALF_UP)
    if exact and not hours:
        raise problem("is less than the hundredth of an hour that is kept")
    return Worked(hours, "" if hours == exact else said, *times)


HOURS = Annotated[Worked, BeforeValidator(_worked), WithJsonSchema({"type": "string"}), Taken("hours")]
"""An argument's type: hours, not below zero."""
