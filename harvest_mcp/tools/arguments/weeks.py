"""Weeks by their number, counted from Monday as ISO 8601 has it: `2026-W48`, `KW 48/2026`, `week 48`."""

from datetime import date

from harvest_mcp.tools.arguments.spellings import fits, problem

LONG_YEAR = 2020
"""A year of 53 weeks."""
CALLED = r"(?:week|wk|w|kw|cw|semaine)"
WEEK = (
    rf"(?P<year>\d{{4}})[- ]?{CALLED}[- ]?(?P<first>\d{{1,2}})"
    rf"|{CALLED}[- ]?(?P<second>\d{{1,2}})(?:(?:[-/ ]| of |, ?)(?P<of>\d{{4}}))?"
)
"""A week by its number (ISO 8601), with its year or without."""


def week(text: str) -> tuple[int, int] | None:
    """Return year and number of `2026-W48`, `KW 48/2026` and `week 48`, the year 0 where none is said.

    Raises:
        PydanticCustomError: no year has this week, or not this one.
    """
    if (parts := fits(WEEK, " ".join(text.split()))) is None:
        return None
    year, number = parts["year"] or parts["of"], int(parts["first"] or parts["second"])
    try:
        date.fromisocalendar(int(year or LONG_YEAR), number, 1)
    except ValueError:
        why = f"which {year} does not have" if year else "and years have 52 or 53"
        raise problem(f"names week {number}, {why}") from None
    return int(year or 0), number


def monday(year: int, number: int, today: date) -> date:
    """Return the day a week begins on; without a year, 0, of the last of this number that has begun."""
    for last in (year,) if year else range(today.year + 1, 0, -1):
        if number <= date(last, 12, 28).isocalendar().week:
            first = date.fromisocalendar(last, number, 1)
            if year or first <= today:
                return first
    raise ValueError(number)
