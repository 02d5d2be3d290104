"""Cut what is too long for an answer, with a note in its place: texts by characters, lists by entries."""

import re
from collections.abc import Mapping
from typing import Any

from harvest_mcp.spec import Part

ROOM = 60_000
"""The most characters of long texts in one record."""
LONGEST, SHORT = 10_000, 200
"""The most characters of a text: as many as may be sent, while there is room; and once there is none."""
MOST = 200
"""The most entries of a list."""
CUT = re.compile(r"… \(cut: [0-9,]+ of [0-9,]+( characters)?\)")
"""Marks where a text was cut; a text with it must not be sent."""


def text(value: str, most: int = LONGEST) -> str:
    """Return a text, or its beginning and its length."""
    return value if len(value) <= most else f"{value[:most]}… (cut: {most:,} of {len(value):,} characters)"


def lists(record: Part) -> tuple[Part, dict[str, int]]:
    """Return a record with its lists cut, before the rest is processed; and their full lengths."""
    long = {name: value for name, value in record if isinstance(value, tuple) and len(value) > MOST}
    if not long:
        return record, {}
    some = record.model_copy(update={name: value[:MOST] for name, value in long.items()})
    return some, {name: len(value) for name, value in long.items()}


def fitting(values: Mapping[str, Any], lengths: Mapping[str, int]) -> dict[str, Any]:
    """Return plain values with long ones cut; `lengths` are those of lists cut before."""
    room = ROOM

    def fit(value: Any, length: int = 0) -> Any:
        nonlocal room
        if isinstance(value, str):
            told = text(value, min(LONGEST, max(SHORT, room)))
            room -= len(told)
            return told
        if isinstance(value, Mapping):
            return {name: fit(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            count = length or len(value)
            some = [fit(each) for each in value[:MOST]]
            return some if count <= MOST else [*some, f"… (cut: {MOST:,} of {count:,})"]
        return value

    return {name: fit(value, lengths.get(name, 0)) for name, value in values.items()}
