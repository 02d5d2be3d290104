"""The formats in which clients of the time wrote dates and times; the service took them all (harvest-v1 5.4)."""

from datetime import UTC, date, datetime, time

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%a, %d %b %Y", "%a, %b %d %Y")
INSTANTS = ("%a %b %d %H:%M:%S %z %Y", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S")
"""The formats of Ruby's `Time#to_s` and of its database."""


def day(text: str) -> date | None:
    """Return the date of a text, ignoring time and zone; None if it is none."""
    for form in (*DAYS, *INSTANTS):
        if (found := _read(text, form)) is not None:
            return found.date()
    return None


def instant(text: str) -> datetime | None:
    """Return the time of a text; a date alone is 00:00 UTC."""
    for form in INSTANTS:
        if (found := _read(text, form)) is not None:
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    on = day(text)
    return datetime.combine(on, time(), UTC) if on else None


def _read(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip().replace(" UTC", " +0000"), form)
    except ValueError:
        return None
