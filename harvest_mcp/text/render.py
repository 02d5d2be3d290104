"""The form of answers: CSV for many records, compact JSON for one, and every odd character made visible."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from harvest_mcp.spec import Field, Part, fields
from harvest_mcp.text import truncation

BUDGET = 24_000
"""The most characters of rows in one answer; further rows go to the next page."""

UNREADABLE = "unreadable"
"""Shown in place of a cell that could not be parsed."""

FAR = 20
"""How many times the wanted length of a text to process before it is cut, as blanks are removed."""
TOLD = 4
"""Characters shown of a private value."""

MARK = re.compile(r"⟦U\+[0-9A-F]{4,6}⟧")
HALF_A_MARK = re.compile(r"⟦(U(\+[0-9A-F]*)?)?$")

# Default_Ignorable_Code_Point, format, direction and line controls, C0 and C1, what looks like nothing, surrogates.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    "\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\U00013440-\U00013442\U00016fe4\U0001d159]|\r(?!\n)"  # blanks of hieroglyphs, Khitan and music
)
JOINERS = "\u200c\u200d"
PRESENTATION = "\ufe0e\ufe0f"
KEYS, KEYCAP = "#*0123456789", "\u20e3"
# Emoji that are no symbols by category (emoji-variation-sequences.txt).
PICTURES = frozenset("‼⁉ℹ↔⤴⤵◻◼◽◾〰")
VIRAMA = 9
"""The combining class of a virama; a joiner after it chooses the letter's form."""


def visible(text: str) -> str:
    """Return the text with every invisible or direction-changing character written out, `⟦U+202E⟧`; none is dropped."""
    return INVISIBLE.sub(_mark, text)


def printed(text: str) -> str:
    """Return the text for a terminal: nothing in it moves the cursor except line ends."""
    return visible(text.replace("\r\n", "\n"))


def line(text: str) -> str:
    """Return the same on one line: other people's text cannot pass for a line of ours."""
    return " ".join(visible(text).split())


def _mark(found: re.Match[str]) -> str:
    character, text, start = found[0], found.string, found.start()
    before, after = text[max(start - 1, 0) : start], text[found.end() : found.end() + 1]
    if character in JOINERS and (_is_virama(text, start - 1) or (_joins(_base(text, start)) and _joins(after))):
        return character
    if character in PRESENTATION and before and (_is_picture(before) or (before in KEYS and after == KEYCAP)):
        return character
    return f"⟦U+{ord(character):04X}⟧"


def _base(text: str, end: int) -> str:
    """Return the last character before `end`, skipping combining marks."""
    if end > 1 and text[end - 1] in PRESENTATION and _is_picture(text[end - 2]):
        return text[end - 2]
    while end and unicodedata.category(text[end - 1]) == "Mn" and not INVISIBLE.match(text[end - 1]):
        end -= 1
    return text[max(end - 1, 0) : end]


def _joins(character: str) -> bool:
    """Return whether a joiner next to this character has its proper use: a cursive script, or an emoji sequence."""
    if not character or INVISIBLE.match(character):
        return False
    return _is_picture(character) or unicodedata.bidirectional(character) == "AL" or 0x0900 <= ord(character) <= 0x0DFF


def _is_virama(text: str, at: int) -> bool:
    """Return whether there is a virama, on a letter of a script that has it."""
    if at < 1 or unicodedata.combining(text[at]) != VIRAMA:
        return False
    return unicodedata.category(_base(text, at) or " ") == "Lo"


def _is_picture(character: str) -> bool:
    if INVISIBLE.match(character):  # some symbols show nothing
        return False
    in_planes = 0x1F000 <= ord(character) <= 0x1FAFF  # newer emoji than this Python knows, and skin tones
    return in_planes or character in PICTURES or unicodedata.category(character) == "So"


def plain(value: object) -> Any:
    """Return a value as JSON: instants in UTC with a Z, local times without, decimals as text; of parts what the vendor
    sent."""
    if isinstance(value, Part):
        known = fields(type(value))
        told = {
            name: shown(item, getattr(value, name)) for name, item in known.items() if name in value.model_fields_set
        }
        return {**told, **(value.model_extra or {})}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z") if value.tzinfo else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def shown(item: Field, value: object) -> Any:
    """Return a column's value as JSON; a private one masked, children without bookkeeping."""
    if item.many and isinstance(value, (tuple, list)):
        return [_known(item.type, plain(child)) for child in value]
    if not item.private or value is None:
        return plain(value)
    text = str(plain(value))
    number = text.isalnum() and sum(map(str.isdigit, text)) >= 2 * TOLD
    return f"…{text[-TOLD:]}" if number else "…"


def _known(kind: type[Part], child: Mapping[str, Any]) -> dict[str, Any]:
    """Return a child without the vendor's bookkeeping and empty columns."""
    inner = {name for name, item in fields(kind).items() if item.inner}
    return {name: value for name, value in child.items() if name not in inner and value not in (None, "")}


def cells(record: Part, columns: Sequence[str]) -> list[object]:
    """Return the values of these columns for `as_csv`; children in a few words each."""
    known = fields(type(record))
    told = [_worded(known[name], getattr(record, name)) for name in columns]
    if not record.unread:
        return told
    return [UNREADABLE if name in record.unread else cell for name, cell in zip(columns, told, strict=True)]


def _worded(item: Field, value: object) -> object:
    if item.private:
        return shown(item, value)
    if not isinstance(value, tuple):
        return value
    written = [name for name, column in fields(item.type).items() if not column.server_set]
    children = ([plain(getattr(child, name)) for name in written] for child in value)
    return "; ".join(" ".join(str(part) for part in child if part not in (None, "")) for child in children)


def as_json(value: Part | Mapping[str, object], *, leaving_out: Container[str] = ()) -> str:
    """Return one record without some columns, or a few values, as compact JSON; long texts are cut, with a note."""
    lengths: Mapping[str, int] = {}
    if isinstance(value, Part):
        value, lengths = truncation.lists(value)
        values = {name: item for name, item in plain(value).items() if name not in leaving_out}
    else:
        values = {name: plain(item) for name, item in value.items()}
    return json.dumps(_seen(truncation.fitting(values, lengths)), ensure_ascii=False, separators=(",", ":"))


def _seen(value: Any) -> Any:
    """Return every text in it made visible, before JSON escapes it, which a reader would undo."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {visible(name): _seen(item) for name, item in value.items()}
    return [_seen(item) for item in value] if isinstance(value, (list, tuple)) else value


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], *, budget: int = BUDGET) -> tuple[str, int]:
    """Return a header line and as many whole rows as fit the budget, at least one; and how many those are."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(columns)
    taken, end = 0, out.tell()
    for row in rows:
        write([_cell(value) for value in row])
        if out.tell() > budget and taken:
            break
        taken, end = taken + 1, out.tell()
    return out.getvalue()[:end], taken


def _cell(value: object) -> object:
    """Return a value for a cell; made visible here, so that the budget counts what the answer will have."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return visible(truncation.text(value)) if isinstance(value, str) else plain(value)


def quoted(text: str, *, most: int | None = 80) -> str:
    """Return other people's text within a sentence of ours: on one line, in quotes it cannot close, cut to `most`."""
    some = text if most is None else text[: most * FAR]
    line = " ".join(visible(some).replace('"', "'").split())
    if most is not None and (len(line) > most or len(some) < len(text)):
        line = HALF_A_MARK.sub("", line[: most - 1]) + "…"
    return f'"{line}"'


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return `1 contact`, `3 contacts`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
