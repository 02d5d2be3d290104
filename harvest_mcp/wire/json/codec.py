"""Bytes to plain values and back through the standard library's JSON, hardened; the only module that knows JSON.

Plain values are what a document says and nothing more. A number without point and exponent is an int, every other a
Decimal, digit by digit as it came. What a document may cost is bounded before it is parsed: its bytes, how deep it
goes and how many values it can hold, each read off the bytes at the speed of a copy.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import accumulate

from harvest_mcp.errors import Malformed
from harvest_mcp.wire.document import Plain, mapping

CAP = 12 * 1024 * 1024
MOST_DEPTH = 16
MOST_VALUES = 400_000
SPREAD = 21  # at this many bytes to a value or more, CAP is the limit that matters
MOST_TEXT = 36 * 1024 * 1024  # of decoded text: one character beyond 16 bits makes all four bytes wide
MOST_DIGITS = 100
BOM = b"\xef\xbb\xbf"

OUTSIDE = bytes(sorted(set(range(256)) - set(b"[]{}")))
NO_MARKS = bytes(sorted(set(range(256)) - set(b'[]{},"\\')))
STEPS = [1 if byte in b"[{" else -1 if byte in b"]}" else 0 for byte in range(256)]
STRING = re.compile(rb'"(?>[^"\\]+|\\.)*+"', re.DOTALL)
HALF = re.compile(rb"\\u[dD][89a-fA-F]")
START = re.compile(rb"[\[{]")
DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?", re.ASCII)
"""A number that a column may hold."""


def read(body: bytes, *, cap: int = CAP) -> object:
    """Parse one document with all limits checked: an object or array of dicts, lists, texts, ints, Decimals and bools.

    A name repeated in an object with different values becomes a `document.Repeated`.

    Raises:
        Malformed: with the rule's code and a line, never with the document's text.
    """
    body = _guard(body, cap)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("encoding") from None
    if sys.getsizeof(text) > MOST_TEXT:
        raise Malformed("too-large")
    try:
        found = json.loads(text, parse_float=_decimal, parse_int=_whole, parse_constant=str, object_pairs_hook=_pairs)
    except json.JSONDecodeError as error:
        raise Malformed("syntax", line=error.lineno) from None
    if HALF.search(body) and not all(map(_whole_letters, _texts(found))):
        raise Malformed("half-letter")
    return found


def _texts(value: object) -> Iterator[str]:
    """Yield every text of a document, names included."""
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            left += [*each, *each.values()]
        elif isinstance(each, list):
            left += each


def _whole_letters(text: str) -> bool:
    """Return whether a text has no lone surrogate, which no encoding takes."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def write(values: Mapping[str, object]) -> bytes:
    """Write an object of these values in this order; a Decimal keeps its digits.

    Raises:
        TypeError: a value has no JSON form.
        ValueError: a number is not finite, or a text has a lone surrogate.
    """
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_digits)
    return NUMBER.sub(r"\1", text).encode("utf-8")


MARK = f"\ue000{os.urandom(8).hex()}:"
NUMBER = re.compile(rf'"{MARK}(-?[0-9.]+)"')
"""Marks a Decimal in an encoder that only knows floats: written as a text, whose quotes are removed afterwards."""


def _digits(value: object) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("a number that is not finite")
        return f"{MARK}{value:f}"
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _guard(body: bytes, cap: int) -> bytes:
    """Return the body without byte order mark and blanks, once all limits on its bytes are checked."""
    if len(body) > cap:
        raise Malformed("too-large")
    if body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        raise Malformed("utf-16-or-32")
    body = body.removeprefix(BOM).strip(b" \t\r\n")
    if b"\x00" in body:
        raise Malformed("nul-byte")
    if not body:
        raise Malformed("empty")
    if START.match(body) is None:
        raise Malformed("not-json")
    if dense(body, len(body)) or _depth(body) > MOST_DEPTH:
        bare = _outside_texts(body)  # most of them may be within texts
        if dense(bare, len(body)):
            raise Malformed("too-many-values")
        if _depth(bare) > MOST_DEPTH:
            raise Malformed("too-deep")
    return body


def _outside_texts(body: bytes) -> bytes:
    """Return the brackets and commas outside texts.

    Texts without any are removed at the speed of a copy first: cutting a million of them one by one costs 100 MB.
    """
    marks = body.translate(None, NO_MARKS)
    return STRING.sub(b"", marks if b"\\" in marks else marks.replace(b'""', b""))


def _values(body: bytes) -> int:
    """Return the greatest possible number of values, texts' contents included."""
    return body.count(b",") + body.count(b"[") + body.count(b"{")


def dense(marks: bytes, size: int) -> bool:
    """Return whether so many values would take more memory than a document of this size may.

    An object with the record made of it takes as much as three values.
    """
    values = _values(marks)
    return values > MOST_VALUES and values + 2 * marks.count(b"{") > size // SPREAD


def _depth(body: bytes) -> int:
    """Return the depth of brackets, texts' contents included."""
    return max(accumulate(map(STEPS.__getitem__, body.translate(None, OUTSIDE))), default=0)


def _pairs(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else mapping(pairs)


def _decimal(text: str) -> Decimal | str:
    """Return a number; one too long for any column stays text, and is reported when the column is read."""
    if len(text) > MOST_DIGITS or not -MOST_DIGITS < (value := Decimal(text)).adjusted() < MOST_DIGITS:
        return text
    return value


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= MOST_DIGITS else text
