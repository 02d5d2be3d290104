"""Cells that no spreadsheet takes for a formula, and vCards that every program reads."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters of a formula; some programs accept the full-width forms too."""
CUT = ("\t", "\r")
"""Characters that some programs take for the end of the cell before."""
UNSEEN = " \t\r\n\v\f\x85\xa0\xad\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
UNSEEN += "\u202f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff"
"""Characters that some programs drop from the start of a cell, so that what follows begins it."""
FIGURE = re.compile(r"[+-]?[\d ().,]+")
"""A number, or a telephone number of plain digits: `+1-555-0142` would be calculated."""


def harmless(value: object) -> str:
    """Return a cell as text, with a quote in front if a spreadsheet would calculate it."""
    text = "" if value is None else str(value)
    seen = text.lstrip(UNSEEN)
    return f"'{text}" if text.startswith(CUT) or (seen.startswith(FORMULA) and not FIGURE.fullmatch(seen)) else text


def as_before(cell: str) -> str:
    """Return a cell without the quote that `harmless` added, so that an export can be imported again."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def as_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV for spreadsheets: UTF-8 with a byte order mark, commas, every cell harmless."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(columns)
    for row in rows:
        write([harmless(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def as_vcard(values: Mapping[str, str]) -> str:
    """Return a person as a vCard 3.0; `values` by the columns of `rows.COLUMNS`."""
    first, last = values.get("first_name", ""), values.get("last_name", "")
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"N:{_escaped(last)};{_escaped(first)};;;"]
    lines.append(f"FN:{_escaped(' '.join(filter(None, (first, last))))}")
    for column, name in (("company", "ORG"), ("title", "TITLE"), ("comment", "NOTE")):
        lines += [f"{name}:{_escaped(values[column])}"] if values.get(column) else []
    for column, name in (
        ("email", "EMAIL;TYPE=INTERNET"),
        ("phone_office", "TEL;TYPE=WORK,VOICE"),
        ("phone_mobile", "TEL;TYPE=CELL"),
        ("fax", "TEL;TYPE=WORK,FAX"),
    ):
        lines += [f"{name}:{_escaped(each)}" for each in values.get(column, "").split("\n") if each]
    if any(values.get(column) for column in ("street", "city", "zip", "country")):
        street, city, code, country = (_escaped(values.get(each, "")) for each in ("street", "city", "zip", "country"))
        lines.append(f"ADR;TYPE=WORK:;;{street};{city};;{code};{country}")
    lines.append("END:VCARD")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return text.replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> str:
    """Return a line in parts of at most 75 bytes, each after the first beginning with a blank."""
    parts, part = list[str](), ""
    for letter in line:
        if len((part + letter).encode()) > (75 if not parts else 74):
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
