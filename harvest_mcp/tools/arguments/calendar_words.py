"""Dates as people write them, in English, French and German, as the ones that are sent."""

import datetime
import re

from harvest_mcp.text.folding import unaccented

NAMES = "january february march april may june july august september october november december"
ABROAD = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "januar februar marz april mai juni juli august september oktober november dezember",
)
MONTHS = {name[:cut]: number for number, name in enumerate(NAMES.split(), 1) for cut in (3, len(name))} | {"sept": 9}
MONTHS |= {name: number for names in ABROAD for number, name in enumerate(names.split(), 1)}
"""The number of each month, in English, French and German, without accents."""
MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
OF_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?"

YEAR_FIRST = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
IN_WORDS = (rf"{OF_DAY}[ -]{MONTH}\.?,?[ -](?P<year>\d{{4}})", rf"{MONTH}\.? {OF_DAY},? (?P<year>\d{{4}})")
ISO_DAY = r"(\d{4})-?W(\d{2})-?([1-7])"
INSTANT = r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?"


def full_match(pattern: str, text: str) -> re.Match[str] | None:
    """Return the match of the whole text with this pattern."""
    return re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE)


def day(text: str) -> str:
    """`2026-11-27` for `2026/11/27`, `27 Nov 2026`, `November 27, 2026`, and for an instant that begins this day.

    An instant without a zone, or in the zone of whoever wrote it, is of the day it names; one in UTC may be of another
    day where the user is, unless it is midnight, as a bare date is often sent.
    """
    if instant := full_match(INSTANT, text):
        midnight = not any(int(part or 0) for part in instant.groups()[1:5])
        return instant[1] if midnight or (instant[6] or "").upper() != "Z" else text
    return date(text)


def date(text: str) -> str:
    """Return the same for a text without a time of day."""
    text = " ".join(text.split())
    if parts := full_match(ISO_DAY, text):
        return _of_week(*map(int, parts.groups())) or text
    if parts := full_match(YEAR_FIRST, text):
        return f"{parts[1]}-{int(parts[3]):02}-{int(parts[4]):02}"
    plain = unaccented(text).removeprefix("le ")
    for pattern in IN_WORDS:
        if parts := full_match(pattern, plain):
            return f"{parts['year']}-{MONTHS[parts['month'].lower()]:02}-{int(parts['day']):02}"
    return text


def moment(text: str) -> str:
    """`2026-11-27 08:30` for `27 Nov 2026 8:30` and `27 novembre 2026 à 8h30`: a date and a time of 24 hours."""
    parts = full_match(r"(.*?)(?:T| |,? (?:at|à|um) )(\d{1,2}) ?(?::(\d\d)|h ?(\d\d)?)", " ".join(text.split()))
    if parts is None or int(parts[2]) > 23:
        return date(text)
    return f"{date(parts[1])} {int(parts[2]):02}:{parts[3] or parts[4] or '00'}"


def _of_week(year: int, week: int, day: int) -> str:
    """Return the date of a weekday in an ISO week; empty if the year has no such week."""
    try:
        return datetime.date.fromisocalendar(year, week, day).isoformat()
    except ValueError:
        return ""
