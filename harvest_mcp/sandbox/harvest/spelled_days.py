"""The ways clients of the time wrote a day or an instant; the service took them all (harvest-v1 5.4)."""

from datetime import UTC, date, datetime, time

DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%a, %d %b %Y", "%a, %b %d %Y")
INSTANTS = ("%a %b %d %H:%M:%S %z %Y", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S")
"""As Ruby prints a time, and as its database does."""


def day(text: str) -> date | None:
    """Return the day that was written, whatever its time and zone; None where it is none."""
    for form in (*DAYS, *INSTANTS):
        if (found := _read(text, form)) is not None:
            return found.date()
    return None


def instant(text: str) -> datetime | None:
    """Return the instant; a day counts from 00:00 UTC."""
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
