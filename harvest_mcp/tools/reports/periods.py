"""A period in words: `last month`, `month to date`, `November`, `Q3`, `last 30 days`, `2026-03`, `2026-W48`."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator

from harvest_mcp.text.folding import unaccented
from harvest_mcp.tools.arguments.patterns import MONTHS as MONTHS_BY_NAME
from harvest_mcp.tools.arguments.spellings import full_match, problem
from harvest_mcp.tools.arguments.value_types import WORD
from harvest_mcp.tools.arguments.weeks import monday, week
from harvest_mcp.tools.reports.question import Period

RELATIVE = re.compile(
    r"(this|last) (week|month|quarter|year)|(today|yesterday)|last ([1-9]\d{0,3}) (?:day|week)s"
    r"|(week|month|quarter|year) to date|q([1-4])|(" + "|".join(MONTHS_BY_NAME) + r")|week (\d{1,2})",
    re.ASCII,
)
OF_YEAR = (
    r"(?:(?P<month>[a-z]{3,9})\.?|q(?P<quarter>[1-4]))[ -]?(?P<year>\d{4})|(?P<first>\d{4})[ -]?q(?P<second>[1-4])"
)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
NAMED = re.compile(r"(\d{4})(?:-(\d\d)|-Q([1-4])|-W(\d\d))?", re.ASCII)
TAKES = (
    "takes this or last week, month, quarter or year, month to date, today, yesterday, last 30 days, November, Q3, "
    "or 2026, 2026-Q1, 2026-03, 2026-W48"
)


def _period(value: str) -> str:
    word = re.sub(r"[_\s]+", " ", unaccented(value))
    if by_number := week(word):
        year, number = by_number
        return f"{year}-W{number:02}" if year else f"week {number}"
    if RELATIVE.fullmatch(word):
        return word
    name = _of_year(word)
    try:
        named(name)
    except ValueError:
        raise problem(TAKES) from None
    return name


def _of_year(word: str) -> str:
    """Return `2026-11` for `november 2026`, `2026-Q3` for `q3 2026`; anything else unchanged."""
    parts = full_match(OF_YEAR, word)
    if parts is None:
        return word.upper()
    if parts["month"]:
        return f"{parts['year']}-{MONTHS_BY_NAME[parts['month']]:02}" if parts["month"] in MONTHS_BY_NAME else word
    return f"{parts['year'] or parts['first']}-Q{parts['quarter'] or parts['second']}"


PERIOD = Annotated[WORD, AfterValidator(_period)]
"""An argument's type: words for a period, checked."""


def relative(word: str) -> bool:
    """Return whether the word depends on today's date."""
    return RELATIVE.fullmatch(word) is not None


def named(word: str) -> Period:
    """Return a year, a quarter, a month or a week.

    Raises:
        ValueError: it is none.
    """
    found = NAMED.fullmatch(word)
    if found is None:
        raise ValueError
    year, month, quarter = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if month or found[2]:
        return _months(year, month, 1)
    if found[4]:
        return _week(date.fromisocalendar(year, int(found[4]), 1))
    return _months(year, 3 * quarter - 2, 3) if quarter else _months(year, 1, 12)


def meant(word: str, today: date, *, week_start: int = 0) -> Period:
    """Return the days of a relative word as of today; `week_start` is 0 for Monday.

    A month, quarter or week of a number, without a year, is the last one that has begun.
    """
    found = RELATIVE.fullmatch(word)
    assert found is not None  # noqa: S101 - checked as an argument
    if word_of_day := found[3]:
        day = today - timedelta(days=word_of_day == "yesterday")
        return Period(day, day)
    if days := found[4]:
        return Period(today - timedelta(days=int(days) * (7 if word.endswith("weeks") else 1) - 1), today)
    if begun := found[5]:
        return Period(meant(f"this {begun}", today, week_start=week_start).first, today)
    if found[6] or found[7]:
        month, length = (3 * int(found[6]) - 2, 3) if found[6] else (MONTHS_BY_NAME[found[7]], 1)
        return _months(today.year - (month > today.month), month, length)
    if number := found[8]:
        return _week(monday(0, int(number), today))
    last, unit = found[1] == "last", found[2]
    if unit == "week":
        return _week(today - timedelta(days=(today.weekday() - week_start) % 7 + 7 * last))
    length = MONTHS[unit]
    month = 12 * today.year + (today.month - 1) // length * length - length * last
    return _months(month // 12, month % 12 + 1, length)


def _week(first: date) -> Period:
    return Period(first, first + timedelta(days=6))


def _months(year: int, month: int, length: int) -> Period:
    """Return so many months from this one on."""
    end = 12 * year + month - 1 + length
    following = date(end // 12, end % 12 + 1, 1) if end // 12 <= date.max.year else None
    return Period(date(year, month, 1), following - timedelta(days=1) if following else date.max)
