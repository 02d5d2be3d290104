"""Serializes JSON: decimals as exact numbers with a point, times in UTC (harvest-v2 4.1, 4.2)."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring as quoted


class Raw(str):
    """JSON that is already serialized."""

    __slots__ = ()


def raw(value: object) -> Raw:
    """Serialize a value that many documents contain."""
    return Raw(_json(value))


def dumped(value: object) -> bytes:
    """Serialize a document as UTF-8."""
    return _json(value).encode("utf-8", "replace")


def _json(value: object) -> str:
    return WRITERS[type(value)](value)


def _decimal(value: Decimal) -> str:
    """Format `1.5`, `1.0`, `0.575`: without an exponent, and without trailing zeros but one decimal."""
    text = f"{value:f}"
    if "." not in text:
        return f"{text}.0"
    text = text.rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def _object(value: Mapping[str, object]) -> str:
    return "{" + ",".join([f"{quoted(name)}:{WRITERS[type(each)](each)}" for name, each in value.items()]) + "}"


def stamp(at: datetime) -> str:
    """Format `2026-03-02T09:00:00Z`."""
    told = at.astimezone(UTC) if at.tzinfo not in (None, UTC) else at
    return f"{told.isoformat()[:19]}Z"


WRITERS: dict[type, Callable[..., str]] = {
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    str: quoted,
    Raw: str,
    Decimal: _decimal,
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{stamp(value)}"',
    dict: _object,
    list: lambda value: "[" + ",".join(map(_json, value)) + "]",
}
