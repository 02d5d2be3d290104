"""Decode a file: by its byte order mark, else by the only encoding that fits."""

import codecs

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
ZIP = b"PK\x03\x04"
SOME = 2_000
"""How many bytes to check for zeros, which are every other byte in UTF-16."""


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text, and the name of its encoding.

    Raises:
        ValueError: it is no text.
    """
    if data.startswith(ZIP):
        raise ValueError("it is a workbook or another archive; save it as CSV")
    for mark, encoding, told in MARKS:
        if data.startswith(mark):
            return data.decode(encoding), told
    some = data[:SOME]
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(some) > 3 and some[at::2].count(0) > len(some) // 3:
            return data.decode(encoding), "UTF-16"
    if b"\0" in some:
        raise ValueError("it is no text")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows-1252"
