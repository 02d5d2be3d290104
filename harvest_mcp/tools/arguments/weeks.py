"""Parse ISO week numbers: `2026-W48`, `KW 48/2026`, `week 48`."""

from datetime import date

from harvest_mcp.tools.arguments.spellings import full_match, problem

LONG_YEAR = 2020
"""A year of 53 weeks."""
CALLED = r"(?:week|wk|w|kw|cw|semaine)"
WEEK = (
    rf"(?P<year>\d{{4}})[- ]?{CALLED}[- ]?(?P<first>\d{{1,2}})"
    rf"|{CALLED}[- ]?(?P<second>\d{{1,2}})(?:(?:[-/ ]| of |, ?)(?P<of>\d{{4}}))?"
)
"""A week number (ISO 8601), with or without a year."""


def week(text: str) -> tuple[int, int] | None:
    """Return the year and number of `2026-W48`, `KW 48/2026` or `week 48`; year 0 if none is given.

    Raises:
        PydanticCustomError: there is no such week in that year, or in any.
    """
    if (parts := full_match(WEEK, " ".join(text.split()))) is None:
        return None
    year, number = parts["year"] or parts["of"], int(parts["first"] or parts["second"])
    try:
        date.fromisocalendar(int(year or LONG_YEAR), number, 1)
    except ValueError:
        why = f"which {year} does not have" if year else "and years have 52 or 53"
        raise problem(f"names week {number}, {why}") from None
    return int(year or 0), number


def monday(year: int, number: int, today: date) -> date:
    """Return the Monday of a week; year 0 means the most recent week of that number that has started."""
    for last in (year,) if year else range(today.year + 1, 0, -1):
        if number <= date(last, 12, 28).isocalendar().week:
            first = date.fromisocalendar(last, number, 1)
            if year or first <= today:
                return first
    raise ValueError(number)
