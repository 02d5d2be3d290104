"""Days and hours as people say them."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo, available_timezones

import pytest
from pydantic import TypeAdapter, ValidationError

from harvest_mcp.systems.harvest.account import AccountInUse, Company, User
from harvest_mcp.systems.harvest.timezones import ZONES
from harvest_mcp.tools.arguments.dates_and_hours import (
    HOURS,
    SPOKEN_AHEAD,
    SPOKEN_DAY,
    SPOKEN_INSTANT,
    WEEKDAYS,
    Spoken,
    Word,
    Worked,
    meant,
    spelled,
)
from tests.holds import holds_for

DAY, AHEAD = TypeAdapter[date | Spoken](SPOKEN_DAY), TypeAdapter[date | Spoken](SPOKEN_AHEAD)
INSTANT, TIME = TypeAdapter[datetime | Spoken](SPOKEN_INSTANT), TypeAdapter(HOURS)
MONDAY = date(2018, 3, 5)


@holds_for(
    ("word", "means"),
    [
        ("today", date(2018, 3, 5)),
        ("yesterday", date(2018, 3, 4)),
        ("monday", date(2018, 3, 5)),
        ("sunday", date(2018, 3, 4)),
        ("tuesday", date(2018, 2, 27)),
    ],
)
def test_a_weekday_is_its_most_recent_one_and_today_is_one_of_them(word: Word, means: date) -> None:
    assert meant(word, MONDAY) == means


@holds_for(("word", "today"), product(WEEKDAYS, [date(2018, 1, 1), date(2016, 3, 1), date(2024, 2, 29)]))
def test_no_weekday_is_to_come_or_more_than_six_days_ago(word: Word, today: date) -> None:
    """Over the end of a year, and the leap day too."""
    then = meant(word, today)
    assert timedelta(0) <= today - then <= timedelta(6)
    assert WEEKDAYS[then.weekday()] == word


def test_last_friday_is_the_one_before_today() -> None:
    assert meant("monday", MONDAY, before=True) == date(2018, 2, 26)
    assert meant("sunday", MONDAY, before=True) == date(2018, 3, 4)


def test_a_day_is_echoed_with_its_weekday() -> None:
    assert spelled(MONDAY) == "Monday 2018-03-05"


@pytest.mark.parametrize(
    ("given", "read"), [("2018-03-05", MONDAY), ("Yesterday", Spoken("yesterday")), ("FRIDAY", Spoken("friday"))]
)
def test_a_day_is_a_date_or_a_word_in_whatever_case(given: str, read: object) -> None:
    assert DAY.validate_python(given) == read


@holds_for("given", ["2018-02-30", "5 March", "tomorrow", "next friday", "٢٠١٨-٠٣-٠٥", "", 5, True, None])
def test_no_other_day_is_guessed(given: object) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(given)


def test_a_day_that_lies_ahead_is_not_named_by_a_weekday() -> None:
    """Said of a deadline, friday is the next one; everywhere else it is the last."""
    assert AHEAD.validate_python("Today") == Spoken("today")
    assert AHEAD.validate_python("2018-03-05") == MONDAY
    assert AHEAD.validate_python("Last Friday") == Spoken("friday", before=True)
    with pytest.raises(ValidationError, match="today or yesterday; a weekday could be the last one or the next"):
        AHEAD.validate_python("friday")


def test_an_instant_is_a_date_a_moment_or_a_word() -> None:
    assert INSTANT.validate_python("friday") == Spoken("friday", instant=True)
    assert INSTANT.validate_python("2018-03-05") == datetime(2018, 3, 5, tzinfo=UTC)
    for wrong in ("tomorrow", "2018-03-05T09:00", "", None, 5):
        with pytest.raises(ValidationError):
            INSTANT.validate_python(wrong)


@holds_for(
    ("given", "hours"),
    [
        *(("1.5", "1.50"), (1.5, "1.50"), (2, "2.00"), ("0", "0.00"), ("1:30", "1.50"), ("0:15", "0.25")),
        *(("7.50", "7.50"), (".5", "0.50"), ("1h", "1.00"), ("1.5 hours", "1.50"), ("24", "24.00")),
        *(("1h30", "1.50"), ("1h 30m", "1.50"), ("1 hour 15 min", "1.25"), ("90m", "1.50"), ("90 minutes", "1.50")),
    ],
)
def test_hours_are_decimals_or_hours_and_minutes(given: object, hours: str) -> None:
    assert TIME.validate_python(given) == Worked(Decimal(hours))


@holds_for(
    ("given", "worked"),
    [
        ("8:00am-9:30am", Worked(Decimal("1.50"), began="8:00am", ended="9:30am")),
        ("8am - 12pm", Worked(Decimal("4.00"), began="8:00am", ended="12:00pm")),
        ("11:30PM-12:15AM", Worked(Decimal("0.75"), began="11:30pm", ended="12:15am")),
        ("9:00-10:30", Worked(Decimal("1.50"), began="9:00am", ended="10:30am")),
        ("12:00 - 13:15", Worked(Decimal("1.25"), began="12:00pm", ended="1:15pm")),
        ("12:00 to 13:15", Worked(Decimal("1.25"), began="12:00pm", ended="1:15pm")),
        ("12:00–13:15", Worked(Decimal("1.25"), began="12:00pm", ended="1:15pm")),
        ("8am until 9:30am", Worked(Decimal("1.50"), began="8:00am", ended="9:30am")),
        ("23:30-00:15", Worked(Decimal("0.75"), began="11:30pm", ended="12:15am")),
        ("9:00am-9:20am", Worked(Decimal("0.33"), "9:00am-9:20am", "9:00am", "9:20am")),
    ],
)
def test_hours_are_also_from_when_to_when(given: str, worked: Worked) -> None:
    """18: `8:00am` is how the vendor writes a time of day; past midnight it is the next day's."""
    assert TIME.validate_python(given) == worked


@holds_for(
    ("given", "hours", "began", "ended"),
    [
        ("8:30-10", "1.50", "8:30am", "10:00am"),
        ("8:30 – 10:00", "1.50", "", ""),
        ("9-17", "8.00", "9:00am", "5:00pm"),
        ("9h-17h30", "8.50", "9:00am", "5:30pm"),
        ("de 9h à 17h", "8.00", "9:00am", "5:00pm"),
        ("von 9 bis 11 Uhr", "2.00", "9:00am", "11:00am"),
        ("from 9 to 11", "2.00", "9:00am", "11:00am"),
        ("from 9am to 5 p.m.", "8.00", "9:00am", "5:00pm"),
        ("22-6", "8.00", "10:00pm", "6:00am"),
        ("20:00-24:00", "4.00", "", ""),
        ("9:10-17", "7.83", "9:10am", "5:00pm"),
    ],
)
def test_times_said_in_fewer_signs_are_read_where_they_are_sure_and_told(
    given: str, hours: str, began: str, ended: str
) -> None:
    read = TIME.validate_python(given)
    assert read.hours == Decimal(hours)
    assert read.kept == (f"{given} is kept as {hours} hours, {began} to {ended}." if began else "")


@holds_for(
    ("given", "why"),
    [
        ("8-10", "could be two times of day, or a number of hours between; send 8:00-10:00 for the times"),
        ("1h-1h30", "could be two times of day, or a number of hours between; send 1:00-1:30 for the times"),
        ("9:00am-10:30", "says am or pm of one time alone; say it of both, such as 9:00am-10:30am"),
        ("from 9 to 5", "at most 12 hours; if 5:00 is in the afternoon, send 9:00-17:00"),
        ("10:30-2:30", "at most 12 hours; if 2:30 is in the afternoon, send 10:30-14:30"),
        ("17-9", "ends before it begins, or at once; over midnight an entry has at most 12 hours"),
        ("8.30-10.00", "takes hours such as 1.5, 1:30, 90m or 8:00am-9:30am"),
    ],
)
def test_times_that_are_not_sure_are_refused_with_what_to_send(given: str, why: str) -> None:
    with pytest.raises(ValidationError, match=rf"{re.escape(why)} \["):
        TIME.validate_python(given)


def test_minutes_that_are_no_hundredths_of_an_hour_are_rounded_and_that_is_known() -> None:
    """18: hours are shown with two decimals."""
    assert TIME.validate_python("0:20") == Worked(Decimal("0.33"), "0:20")
    assert TIME.validate_python("0:50") == Worked(Decimal("0.83"), "0:50")


@holds_for(
    "given",
    [
        "1.333",
        "-1",
        "1:60",
        "h",
        "1h3",
        "1:30m",
        ".",
        "1.",
        "90 meters",
        "1,5",
        "1e2",
        "1000",
        "999:59:1",
        True,
        None,
        "½",
        "١",
        "13:00am-2:00pm",
        "8-9",
        "25:00-26:00",
        "9:00am-10:30",
    ],
)
def test_no_other_hours_are_guessed(given: object) -> None:
    with pytest.raises(ValidationError):
        TIME.validate_python(given)


@holds_for("given", ["24.01", 25, "24:01", "1441m", "100h"])
def test_no_entry_is_of_more_than_a_day(given: object) -> None:
    """18 documents no limit; an entry is of one day."""
    with pytest.raises(ValidationError, match="is more than the 24 hours of the one day an entry is of"):
        TIME.validate_python(given)


def test_every_zone_of_the_vendor_is_one_of_the_world() -> None:
    """Appendix B: display names; 10: the IANA name is in late bodies only."""
    assert len(ZONES) == 142
    assert set(ZONES.values()) <= available_timezones()


@pytest.mark.parametrize(
    ("user", "zone"),
    [
        (User(timezone_identifier="Asia/Tokyo", timezone="Berlin"), "Asia/Tokyo"),
        (User(timezone="Berlin"), "Europe/Berlin"),
        (User(timezone_identifier="Not/There", timezone="Kyev"), "Europe/Kyiv"),
        (User(timezone_identifier="../../etc/passwd", timezone="Kyev"), "Europe/Kyiv"),
    ],
)
def test_the_zone_is_the_iana_name_or_else_the_display_name(user: User, zone: str) -> None:
    """10: `timezone-identifier` is late."""
    assert AccountInUse(user=user).zone() == ZoneInfo(zone)


def test_the_offset_is_the_last_resort_and_no_zone_is_none() -> None:
    """10: `timezone-utc-offset` is in seconds."""
    zone = AccountInUse(user=User(timezone="Atlantis", timezone_utc_offset=-14400)).zone()
    assert zone is not None
    assert zone.utcoffset(None) == timedelta(hours=-4)
    assert AccountInUse(user=User(timezone="Atlantis", timezone_utc_offset=9_999_999)).zone() is None
    assert AccountInUse(user=User()).zone() is None


@holds_for(("word", "day"), [("Monday", 0), ("Saturday", 5), ("Sunday", 6), (None, 0), ("Someday", 0)])
def test_weeks_begin_where_the_account_says(word: str | None, day: int) -> None:
    """10: `week-start-day`."""
    assert AccountInUse(company=Company(week_start_day=word), user=User()).week_start() == day


@pytest.mark.parametrize("given", ["9:00-9:00", "9:00-8:30", "8:00am-7:59am", "14:00-9:00"])
def test_what_ends_before_it_begins_is_a_slip_unless_it_is_a_night(given: str) -> None:
    with pytest.raises(ValidationError, match="ends before it begins, or at once; over midnight an entry has at most"):
        TIME.validate_python(given)


def test_a_night_goes_over_midnight() -> None:
    assert TIME.validate_python("22:00-2:00").hours == Decimal("4.00")
    assert TIME.validate_python("8:00pm-8:00am").hours == Decimal("12.00")
