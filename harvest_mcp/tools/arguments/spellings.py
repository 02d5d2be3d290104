"""Numbers, days and addresses in the ways people write them, as the one form validators take.

No library is used: those there are guess which of 11/27 and 27/11 is meant, or what is unreadable. What has two
meanings, `1.000` or `11/27`, is returned as it is and refused by its validator. Patterns are texts, compiled when they
are first needed, since a start needs none.
"""

import re

NAMES = "january february march april may june july august september october november december"
MONTHS = {name[:cut]: number for number, name in enumerate(NAMES.split(), 1) for cut in (3, len(name))} | {"sept": 9}
MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
OF_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

TWO_WAYS = r"-?[1-9]\d{0,2}[.,]\d{3}"
"""Thousands or three decimals: nobody can tell."""
COMMA = r"(-?\d{1,15}),(\d{1,20})"
THOUSANDS = r"(-?\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?!\2)[.,](\d{1,20})"
"""Marks between thousands, and another one before the decimals."""
MILLIONS = r"-?\d{1,3}([.,])\d{3}(?:\1\d{3})+"
SPENT = r"(\d{1,4}),(\d{1,20}) ?(h|hours?)?"

YEAR_FIRST = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
IN_WORDS = (rf"{OF_DAY}[ -]{MONTH}\.?,?[ -](?P<year>\d{{4}})", rf"{MONTH}\.? {OF_DAY},? (?P<year>\d{{4}})")
INSTANT = r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?"

ADDRESS = r"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+)"
IN_FORMS = (
    rf"mailto:{ADDRESS}(?:\?.*)?",
    rf"\[[^\[\]]*\]\(mailto:{ADDRESS}\)",
    rf"[^<>‹›@]*[<‹](?:mailto:)?{ADDRESS}[>›]",
)
"""An address in a link, or behind a name."""


def fits(pattern: str, text: str) -> re.Match[str] | None:
    """What the whole text is as this pattern."""
    return re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE)


def amount(text: str) -> str:
    """`80.00` for `80,00`, `1234.50` for `1.234,50` and `1,234.50`."""
    text = text.strip()
    if fits(TWO_WAYS, text):
        return text
    if parts := fits(COMMA, text):
        return f"{parts[1]}.{parts[2]}"
    if parts := fits(THOUSANDS, text):
        return f"{parts[1].replace(parts[2], '')}.{parts[3]}"
    return re.sub("[.,]", "", text) if fits(MILLIONS, text) else text


def hours(text: str) -> str:
    """`1.5` for `1,5`, with its unit if it has one."""
    text = text.strip()
    if fits(TWO_WAYS, text) or (parts := fits(SPENT, text)) is None:
        return text
    return f"{parts[1]}.{parts[2]}{parts[3] or ''}"


def day(text: str) -> str:
    """`2026-11-27` for `2026/11/27`, `27 Nov 2026`, `November 27, 2026`, and for an instant that begins this day.

    An instant without a zone, or in the zone of whoever wrote it, is of the day it names; one in UTC may be of another
    day where the user is, unless it is midnight, as a bare date is often sent.
    """
    if instant := fits(INSTANT, text):
        midnight = not any(int(part or 0) for part in instant.groups()[1:5])
        return instant[1] if midnight or (instant[6] or "").upper() != "Z" else text
    return date(text)


def date(text: str) -> str:
    """The same, of what has no time of day."""
    text = " ".join(text.split())
    if parts := fits(YEAR_FIRST, text):
        return f"{parts[1]}-{int(parts[3]):02}-{int(parts[4]):02}"
    for pattern in IN_WORDS:
        if parts := fits(pattern, text):
            return f"{parts['year']}-{MONTHS[parts['month'].lower()]:02}-{int(parts['day']):02}"
    return text


def address(text: str) -> str:
    """`ana@kestrel.example` for `mailto:ana@kestrel.example` and `Ana <ana@kestrel.example>`."""
    return next((found[1] for form in IN_FORMS if (found := fits(form, text.strip()))), text.strip())
