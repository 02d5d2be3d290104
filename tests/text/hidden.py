"""What hides in a text, by the Unicode tables; knows nothing of how the server finds it."""

import re
import unicodedata

IGNORABLE = (
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    *range(0xFE00, 0xFE10),
    *(0xFEFF, 0xFFA0),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
)
"""Default_Ignorable_Code_Point (DerivedCoreProperties.txt)."""
SIGNS = frozenset((*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
"""Format characters that show: Prepended_Concatenation_Mark (PropList.txt)."""
CONTROLS_OF_HIEROGLYPHS = range(0x13430, 0x13440)
BLANK = (0x2800, 0xFFFC, 0x13440, 0x13441, 0x13442, 0x16FE4, 0x1D159)
"""Braille without dots, an object that is not there, blanks of hieroglyphs, Khitan and music."""
NOT_CHARACTERS = (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000))
KNOWN = frozenset((*IGNORABLE, *CONTROLS_OF_HIEROGLYPHS, *BLANK, *NOT_CHARACTERS))


def hides(point: int) -> bool:
    """Whether a code point shows nothing, or turns around what stands beside it."""
    kind = unicodedata.category(chr(point))
    if kind in ("Cc", "Zl", "Zp"):
        return point not in (0x9, 0xA)
    return (kind == "Cf" and point not in SIGNS) or point in KNOWN


ASSIGNED = (range(0x40000), range(0xE0000, 0xE1000))
"""The planes with characters in them; beyond are those for private use, and nothing."""
HIDING = tuple(point for plane in ASSIGNED for point in plane if hides(point))
RAW = frozenset(map(chr, HIDING))
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\r\ud800-\udfff\ufffe\uffff]")
CARRIED = tuple(point for point in HIDING if not NOT_IN_XML.match(chr(point)))
"""Those a document of the vendor's can hold as they are."""
IN_A_HEADER = tuple(
    chr(point) for point in HIDING if point < 0x100 and chr(point) not in "\x00\r\x0b\x0c\x1c\x1d\x1e\x1f\x85"
)
"""Those a header of the vendor's can hold; the last few count as blanks, and end a header's value."""


def raw(text: str, *, terminal: bool = False) -> list[str]:
    """The hiding characters that stand in a text as they are; only a terminal minds a CR before the end of a line."""
    found = RAW.intersection(text if terminal else text.replace("\r\n", "\n"))
    return sorted(f"U+{ord(character):04X}" for character in found)


def shown(point: int) -> str:
    return f"⟦U+{point:04X}⟧"
