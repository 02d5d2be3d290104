"""Dates and hours in words: which date `yesterday` or `friday` is, and how many hours `1:30` are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import BeforeValidator, WithJsonSchema

from harvest_mcp.errors import Unfit
from harvest_mcp.spec import Field, Record, Resource, System, fields
from harvest_mcp.tools.arguments.patterns import TWO_WAYS
from harvest_mcp.tools.arguments.spellings import WRITTEN_TWO_WAYS, as_day, as_instant, full_match, problem
from harvest_mcp.tools.arguments.value_types import Taken
from harvest_mcp.tools.arguments.weeks import monday, week
from harvest_mcp.tools.tool import Arguments, Call

DAY_OF_HOURS = 24
DAY, NOON = DAY_OF_HOURS * 60, 12 * 60
"""Minutes."""
LONGEST_NIGHT = 12 * 60
"""The most minutes of an entry that goes over midnight."""
CENT = Decimal("0.01")
HOUR, MINUTE = r" ?h(?:ours?)?", r" ?m(?:in(?:ute)?s?)?"
DECIMAL = re.compile(rf"(\d{{1,4}}|\d{{0,4}}\.\d{{1,20}})(?:{HOUR})?", re.ASCII | re.IGNORECASE)
CLOCK = re.compile(rf"(\d{{1,3}})(?::|{HOUR} ?)([0-5]\d)(?:(?<!:\d\d){MINUTE})?", re.ASCII | re.IGNORECASE)
MINUTES = re.compile(rf"(\d{{1,4}}){MINUTE}", re.ASCII | re.IGNORECASE)
TIME = r"(\d{1,2})(?:(:)([0-5]\d)| ?h(?: ?([0-5]\d))?)?(?: ?([ap])\.?m\.?)?"
SPAN = rf"(from |von |de )?{TIME}(?: ?[-–—] ?| (?:to|until|till|bis|à) ){TIME}( ?uhr)?"


Word = Literal["today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""Words for days; a weekday is its most recent one, today included, and no word means the future."""
WORDS = cast("tuple[Word, ...]", get_args(Word))
WEEKDAYS = WORDS[2:]
WEEKS = {"this week": 0, "last week": 1}
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
    week: tuple[int, int] | None = None
    """Year and number of a whole week; year 0 means the last of that number that has begun."""

    @property
    def whole(self) -> bool:
        """Whether this is a whole week, not a day."""
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
    """Return `last week` or `2026-W48` as a whole week; any other value unchanged."""
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
"""Validator for a day argument that also accepts a whole week: `last week`, `2026-W48`."""
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
    on = monday(*spoken.week, today) if spoken.week else on
    return datetime.combine(on, time(), UTC) if spoken.instant else on  # a date counts from 00:00 UTC (`kinds`)


def echoed(arguments: Arguments, given: Mapping[str, Any]) -> str:
    """Return `; since is Monday 2018-03-05`: the dates that words meant, if the answer does not show them."""
    words = [name for name, value in arguments.given().items() if isinstance(value, Spoken)]
    return "".join(f"; {name} is {spelled(given[name])}" for name in words)


def gone_by(resource: Resource[Record], given: Mapping[str, Any]) -> str:
    """Return `; since goes by issued_at, not by when it became paid`, where a period comes with a state."""
    by = next((each for each in resource.filters if each.tells and each.name in given), None)
    days = [each for each in resource.filters if each.dates and each.name in given]
    if by is None or not days or (state := given[by.name]) == fields(resource.record)[by.tells].starts:
        return ""
    names, go = " and ".join(each.name for each in days), "goes" if len(days) == 1 else "go"
    return f"; {names} {go} by {days[0].dates}, not by when it became {state}"


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

    @property
    def kept(self) -> str:
        """A sentence on how the hours were read; empty if they are kept exactly as written."""
        times = f", {self.began} to {self.ended}" if self.began else ""
        return f"{self.said} is kept as {self.hours} hours{times}." if self.said else ""


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day in minutes; `half`: it has am or pm; `plain`: it has a colon, am or pm."""

    minutes: int
    half: bool
    plain: bool

    def said(self, later: int = 0) -> str:
        """Return `9:30` on a 24-hour clock, `later` minutes on."""
        hour, minute = divmod(self.minutes + later, 60)
        return f"{hour}:{minute:02}"

    @property
    def sent(self) -> str:
        """The time as the vendor writes it: `9:30am`."""
        hour, minute = divmod(self.minutes % DAY, 60)
        return f"{(hour - 1) % 12 + 1}:{minute:02}{'ap'[hour >= 12]}m"


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
        return _to_the_cent(Decimal(60 * int(parts[1]) + int(parts[2])) / 60, text)
    if parts := MINUTES.fullmatch(text):
        return _to_the_cent(Decimal(int(parts[1])) / 60, text)
    if parts := full_match(SPAN, text):
        began, ended = (_time(*parts.groups()[at : at + 5]) for at in (1, 6))
        return _span(text, began, ended, sure=bool(parts[1] or parts[12])) if began and ended else None
    return _to_the_cent(Decimal(parts[1]), text) if (parts := DECIMAL.fullmatch(text)) else None


def _time(hour: str, colon: str | None, minute: str | None, after_h: str | None, half: str | None) -> Time | None:
    """Return a time of day, up to 24:00; None if there is no such time."""
    hours, minutes = int(hour), int(minute or after_h or 0)
    if half and 1 <= hours <= 12:
        return Time(hours % 12 * 60 + minutes + (NOON if half.lower() == "p" else 0), half=True, plain=True)
    told = 60 * hours + minutes
    return None if half or told > DAY else Time(told, half=False, plain=bool(colon))


def _span(said: str, began: Time, ended: Time, *, sure: bool) -> Worked:
    """Return a range of times, over midnight where it ends before it begins; an implausibly long one is refused.

    Two bare numbers are times only with a word such as `from`, or if one is 13 or later.
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
