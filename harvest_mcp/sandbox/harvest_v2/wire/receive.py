"""Parses requests: query, form, JSON or multipart, and each value by its type."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import parse_qsl

from harvest_mcp.sandbox.asgi import HttpCall
from harvest_mcp.sandbox.harvest_v2.wire.refusal import unreadable
from harvest_mcp.spec import Value

Kind = Literal["int", "dec", "text", "bool", "date", "dt", "clock", "texts", "ids", "raw"]

CREDENTIALS = frozenset({"access_token", "account_id"})
DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(T.*)?", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)\s*(?:([ap])m)?", re.IGNORECASE | re.ASCII)
SURROGATE = re.compile("[\ud800-\udfff]")
TRUTHS: Mapping[str, bool] = {"true": True, "false": False}
LARGEST = Decimal(10**12)


class BadValue(Exception):
    """A value of another type than expected."""


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """The members and the files of a body."""

    values: Mapping[str, Any]
    files: Mapping[str, File] = field(default_factory=dict)


def said(call: HttpCall) -> Said:
    """Parse the body of a POST or PATCH: JSON, a form or multipart, or the query (harvest-v2 2.1).

    Raises:
        Refusal: 400 for a body that is not JSON.
    """
    query = {name: value for name, value in call.query if name not in CREDENTIALS}
    kind = call.headers.get("content-type", "").lower()
    if not call.body.strip():
        return Said(query)
    if kind.startswith("multipart/form-data"):
        values, files = _parts(call)
        return Said({**query, **values}, files)
    if kind.startswith("application/x-www-form-urlencoded"):
        return Said({**query, **dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))})
    try:
        body = json.loads(call.body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise unreadable("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise unreadable("The body is not a JSON object.")
    return Said({**query, **body})


def read(kind: Kind, value: object) -> Any:
    """Convert a value to its type; null stays null. Numbers and booleans may be texts.

    Raises:
        BadValue: it is of another type.
    """
    if value is None or kind == "raw":
        return value
    if kind in ("texts", "ids"):
        return _list(kind, value)
    if isinstance(value, dict | list):
        raise BadValue
    return READERS[kind](value)


def _list(kind: Kind, value: object) -> str:
    given = value if isinstance(value, list) else [value]
    if any(isinstance(each, dict | list) or each is None for each in given):
        raise BadValue
    return json.dumps([_int(each) if kind == "ids" else _text(each) for each in given], ensure_ascii=False)


def _int(value: object) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or re.fullmatch(r"-?\d{1,18}(\.0+)?", text, re.ASCII) is None:
        raise BadValue
    return int(text.partition(".")[0])


def _dec(value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise BadValue from None
    if isinstance(value, bool) or not number.is_finite() or abs(number) >= LARGEST:
        raise BadValue
    return number


def _text(value: object) -> str:
    """Return a text; refuse unpaired surrogates."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if SURROGATE.search(text):
        raise BadValue
    return text


def _bool(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if (found := TRUTHS.get(str(value))) is None:
        raise BadValue
    return found


def day(value: object) -> date:
    """Parse `2026-03-02`, `20260302`, or the date of a timestamp."""
    if (match := DAY.fullmatch(str(value).strip())) is None:
        raise BadValue
    try:
        found = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise BadValue from None
    if not 1000 < found.year < 9999:  # room for computed dates
        raise BadValue
    return found


def moment(value: object) -> datetime:
    """Parse ISO 8601 with a `T`, without an offset as UTC; a date alone is its midnight."""
    text = str(value).strip()
    if MOMENT.fullmatch(text):
        day(text[:10])
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise BadValue from None
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    found = day(value)
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _clock(value: object) -> int:
    """Parse `8:00am`, `08:00` or `20:00` to minutes since midnight."""
    match = CLOCK.fullmatch(str(value).strip())
    if match is None:
        raise BadValue
    hour = int(match[1])
    if not (1 <= hour <= 12 if match[3] else hour <= 23):
        raise BadValue
    if match[3]:
        hour = hour % 12 + 12 * (match[3].lower() == "p")
    return hour * 60 + int(match[2])


READERS: Mapping[str, Any] = {
    "int": _int,
    "dec": _dec,
    "text": _text,
    "bool": _bool,
    "date": day,
    "dt": moment,
    "clock": _clock,
}


def _no_number(text: str) -> Value:
    raise ValueError(text)


def _parts(call: HttpCall) -> tuple[dict[str, str], dict[str, File]]:
    """Return the parts of a `multipart/form-data` body by name."""
    match = re.search(r'boundary="?([^";]{1,70})"?', call.headers.get("content-type", ""))
    if match is None:
        raise unreadable("The body has no boundary.")
    values: dict[str, str] = {}
    files: dict[str, File] = {}
    for part in (b"\r\n" + call.body).split(b"\r\n--" + match[1].encode())[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        words = head.decode("utf-8", "replace")
        name = re.search(r'\bname="([^"]*)"', words)
        file_name = re.search(r'filename="([^"]*)"', words)
        if name and file_name:
            kind = re.search(r"(?im)^content-type:\s*([^\r\n]+)", words)
            files[name[1]] = File(file_name[1], kind[1].strip() if kind else "", data)
        elif name:
            values[name[1]] = data.decode("utf-8", "replace")
    return values, files
