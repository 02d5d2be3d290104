"""Numbers, dates and addresses in the ways people write them, and the checks of each.

No library is used: those there are guess whether 11/27 or 27/11 is meant. What has two meanings, `1.000` or `11/27`, is
returned unchanged and refused by its validator. Patterns are texts, compiled at first use, since a start needs none.
"""

import base64
import datetime
import re
from decimal import Decimal

from pydantic import ValidatorFunctionWrapHandler
from pydantic_core import PydanticCustomError

from harvest_mcp.text.folding import unaccented
from harvest_mcp.text.render import MARK
from harvest_mcp.text.truncation import CUT
from harvest_mcp.tools.arguments import patterns
from harvest_mcp.wire.xml import writable

LARGEST = 10**15 - 1
"""The largest id or whole number, as the wire reads 15 digits."""
LONGEST_NAME = 255
LIKE_AN_ID = re.compile(r"\s*[-+]?[\d.,_\s]*(?:e[-+]?\d+)?|\d[^=]*=.*", re.IGNORECASE)
"""Texts that are no names: malformed numbers, or numbers followed by a condition."""
NAMED = re.compile(r"[^<>;@]+ <([^<>]+)>\Z")
DATA_HEAD, IN_ADDRESSES = re.compile(r"\A\s*data:[^,]{0,200};base64,"), str.maketrans("-_", "+/", "\r\n")
WRITTEN_TWO_WAYS = "has three digits behind a point or comma, which may be thousands; send it as 1.2340 or as 1234"
MOMENT_TEXT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::00(?:\.0+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII | re.IGNORECASE
)
AMOUNT_TEXT = re.compile(r"-?\d{1,15}(\.\d{1,20})?", re.ASCII)
IN_CURRENCY = re.compile(r"[$¢£¤¥₠-⃀]|(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")
"""A currency's sign, or its code."""

BEHIND = r"(?=[\s:#])\s*:?\s*"
"""What joins a word to the id behind it."""
AN_ID = r"#?\s*(\d{1,15})"

ADDRESS = r"([A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+)"
IN_FORMS = (
    rf"mailto:{ADDRESS}(?:\?.*)?",
    rf"\[[^\[\]]*\]\(mailto:{ADDRESS}\)",
    rf"[^<>‹›@]*[<‹](?:mailto:)?{ADDRESS}[>›]",
)
"""An address in a link, or after a name."""
ALIVE = {"active": True, "is_active": True, "deactivated": False, "archived": False}
"""The systems' words for active and archived records."""


def full_match(pattern: str, text: str) -> re.Match[str] | None:
    """Return the match of the whole text with this pattern."""
    return re.fullmatch(pattern, text, re.ASCII | re.IGNORECASE)


def amount(text: str) -> str:
    """Return `80.00` for `80,00`, `1234.50` for `1.234,50`, `1,234.50` and `1 234,50`."""
    text = text.strip()
    if full_match(patterns.TWO_WAYS, text):
        return text
    if parts := full_match(patterns.COMMA, text):
        return f"{parts[1]}.{parts[2]}"
    if parts := full_match(patterns.APART, text):
        return re.sub(r"[^\d-]", "", parts[1]) + (f".{parts[2]}" if parts[2] else "")
    if parts := full_match(patterns.THOUSANDS, text):
        return f"{parts[1].replace(parts[2], '')}.{parts[3]}"
    return re.sub("[.,]", "", text) if full_match(patterns.MILLIONS, text) else text


def hours(text: str) -> str:
    """Return `1.5` for `1,5`, with its unit if it has one."""
    text = text.strip()
    if full_match(patterns.TWO_WAYS, text) or (parts := full_match(patterns.SPENT, text)) is None:
        return text
    return f"{parts[1]}.{parts[2]}{parts[3] or ''}"


def day(text: str) -> str:
    """Return `2026-11-27` for `2026/11/27`, `27 Nov 2026`, `November 27, 2026` and an instant that begins this day.

    An instant without a zone, or in the zone of whoever wrote it, is of the day it names; one in UTC may be of another
    day where the user is, unless it is midnight, as a bare date is often sent.
    """
    if instant := full_match(patterns.INSTANT, text):
        midnight = not any(int(part or 0) for part in instant.groups()[1:5])
        return instant[1] if midnight or (instant[6] or "").upper() != "Z" else text
    return date(text)


def date(text: str) -> str:
    """Return the same for a text without a time of day."""
    text = " ".join(text.split())
    if parts := full_match(patterns.ISO_DAY, text):
        return _of_week(*map(int, parts.groups())) or text
    if parts := full_match(patterns.YEAR_FIRST, text):
        return f"{parts[1]}-{int(parts[3]):02}-{int(parts[4]):02}"
    plain = unaccented(text).removeprefix("le ")
    for pattern in patterns.IN_WORDS:
        if parts := full_match(pattern, plain):
            return f"{parts['year']}-{patterns.MONTHS[parts['month'].lower()]:02}-{int(parts['day']):02}"
    return text


def moment(text: str) -> str:
    """Return `2026-11-27 08:30` for `27 Nov 2026 8:30` and `27 novembre 2026 à 8h30`: a date and a time of 24 hours."""
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


def address(text: str) -> str:
    """Return `ana@kestrel.example` for `mailto:ana@kestrel.example` and `Ana <ana@kestrel.example>`."""
    return next((found[1] for form in IN_FORMS if (found := full_match(form, text.strip()))), text.strip())


def problem(text: str) -> PydanticCustomError:
    """Return a message to follow the argument's name; `{{` is no placeholder."""
    return PydanticCustomError("worded", "{text}", {"text": text})


def as_text(value: str) -> str:
    if not writable(value):
        raise problem("holds a control character, which XML cannot carry")
    if MARK.search(value):
        raise problem("holds a mark such as ⟦U+202E⟧ that stands for an invisible character; send the text without it")
    if CUT.search(value):
        raise problem("holds a mark that stands for what was cut from an answer; send it whole, or leave it out")
    return value


def as_line(value: str) -> str:
    if value != value.strip():
        raise problem("starts or ends with a blank; send it without")
    if re.search(r"[\t\r\n]", value):
        raise problem("takes one line, and holds a line break or a tab")
    return as_text(value)


def as_id(text: str) -> int | None:
    """Return these digits as an id; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) else None


def said_id(text: str, noun: str = "") -> int | None:
    """Return the id in `301`, `ID 301`, `id: #301` and, of this noun, `client id 301`; None for anything else."""
    text = text.strip()
    parts = full_match(rf"(?:{noun.replace('_', '[ _]')}[ _])?id{BEHIND}{AN_ID}", text)
    return as_id(parts[1] if parts else text) or None  # 0 is nobody's


def id_or_name(text: str, noun: str) -> int | None:
    """Return the id in `#301`, `client 301` and `client #301`, if no record has that name."""
    parts = full_match(rf"(?:{noun.replace('_', '[ _]')}{BEHIND})?{AN_ID}", text.strip())
    return (int(parts[1]) or None) if parts else None


def as_record(value: object) -> object:
    """Return an id or a name; something that only resembles a number is neither."""
    if type(value) is int and not 1 <= value <= LARGEST:
        raise problem("must be at least 1" if value < 1 else f"must be at most {LARGEST}")
    if type(value) is int:
        return value
    if not isinstance(value, str) or LIKE_AN_ID.fullmatch(value):
        raise problem("takes a whole number such as 9")
    if len(value) > LONGEST_NAME:
        raise problem(f"is longer than {LONGEST_NAME} characters")
    return as_line(value)


def as_reference(value: object) -> object:
    """Return an id or a name, as text."""
    if not isinstance(value, str):
        raise problem("takes an id or an exact name")
    return value


def as_amount(value: object) -> object:
    """Return an amount as plain digits in a text; pydantic alone takes `true`, ` 5 `, `1_000` and `1e5` too."""
    if isinstance(value, str) and full_match(patterns.TWO_WAYS, value):
        raise problem(WRITTEN_TWO_WAYS)
    if isinstance(value, str) and (parts := full_match(patterns.SPAN, value.strip())):
        spent = f"{value.strip()} is {int(parts[1]) + Decimal(parts[2] or 0) / 60:.2f} hours"
        raise problem(f"takes a number such as 12.50; {spent}")
    text = str(value) if type(value) in (int, float) else value
    if isinstance(text, str) and AMOUNT_TEXT.fullmatch(text):
        return text
    if not (isinstance(text, str) and IN_CURRENCY.search(text) and re.search(r"\d", text)):
        raise problem("takes an amount such as 12.50")
    bare = amount(IN_CURRENCY.sub("", text))
    example = bare if AMOUNT_TEXT.fullmatch(bare) else "12.50"
    raise problem(f"takes an amount such as {example}, without a currency or a unit: the record has its own")


def above_zero(value: Decimal) -> Decimal:
    if value <= 0:
        raise problem("takes an amount above 0")
    return value


def from_zero(value: Decimal) -> Decimal:
    if value < 0:
        raise problem("takes an amount from 0 on")
    return value


def as_day(value: object) -> object:
    """Return a day as text; pydantic alone takes a number of seconds too."""
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) is None:
        raise problem("takes a date such as 2026-01-31")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise problem("is not a date of the calendar") from None


def as_moment(value: object) -> object:
    """Return a day, or a day and its time on the account's own clocks; midnight is the day alone."""
    if not isinstance(value, str) or (found := MOMENT_TEXT.fullmatch(value)) is None:
        raise problem("takes a date such as 2026-01-31, or with its local time and no zone: 2026-01-31 14:30")
    if found[2] in (None, "00:00"):
        return as_day(found[1])
    if found[3]:
        raise problem("is local time there; send it without a zone, such as 2026-01-31 14:30")
    try:
        return datetime.datetime.fromisoformat(f"{found[1]} {found[2]}")
    except ValueError:
        raise problem("is not a time of the calendar") from None


def as_instant(value: object) -> object:
    """Return an instant, which needs its zone; a date counts from 00:00 UTC."""
    if not isinstance(value, str):
        raise problem("takes text such as 2026-01-31 or 2026-01-31T09:00Z")
    if re.fullmatch(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?", value, re.ASCII) is None:
        raise problem("takes a date (2026-01-31) or an instant with its zone (2026-01-31T09:00Z)")
    try:
        instant = datetime.datetime.fromisoformat(value)
    except ValueError:
        raise problem("is not a date of the calendar") from None
    if len(value) > 10 and instant.tzinfo is None:
        raise problem("is an instant without its zone; add Z or an offset such as +02:00")
    try:
        return instant.replace(tzinfo=datetime.UTC) if instant.tzinfo is None else instant.astimezone(datetime.UTC)
    except OverflowError:
        raise problem("is not a date of the calendar") from None


def as_whole(value: object) -> object:
    """Refuse a masked private value sent back as it was shown."""
    if isinstance(value, str) and value.startswith("…"):
        raise problem("begins with …, which stands for what is not shown; send it whole, or leave it out")
    return value


def emptied(value: object, check: ValidatorFunctionWrapHandler) -> object:
    return None if value == "" and isinstance(value, str) else check(value)


def as_address(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", value):
        return value
    raise problem("takes an e-mail address such as ana@kestrel.example")


def as_base64(value: str) -> str:
    """Return base64 in one form, given in lines, as a `data:` URL, or with - and _.

    A blank may be a + that was lost, and missing padding an end that was.
    """
    text = DATA_HEAD.sub("", value).translate(IN_ADDRESSES)
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        raise problem("takes a file's bytes in base64") from None
    return text


def as_addresses(value: str) -> str:
    """Return addresses in one form: separated by comma and blank; with names, as `Jane Doe <jane@example.com>`."""
    parts = (part.strip() for part in value.split(","))
    return ", ".join(as_address(address(NAMED.sub(r"\1", part))) for part in parts)
