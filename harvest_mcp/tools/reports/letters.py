"""Fonts for names in a chart: which can draw them, how wide they are; never as boxes or formulas."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harvest_mcp.text.render import line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OWN = "DejaVu Sans"
"""Comes with matplotlib; has Latin, Greek, Cyrillic, Hebrew and Arabic."""
MOST_LINES = 8
DPI = 150
NO_DRAWING = ("color", "last resort", "lastresort")
"""Fonts of coloured bitmaps, and those with a box for every character."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The fonts of one chart, and the characters they have."""

    families: tuple[str, ...]
    known: frozenset[int]
    measure: Callable[[str, float], float]
    """Returns the width of a text in inches."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Letters":
        """Return the fewest fonts of this machine that can draw these texts, as far as possible."""
        from matplotlib.font_manager import findfont, fontManager  # noqa: PLC0415 - an extra
        from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - same

        wanted = {ord(letter) for text in texts for letter in line(text)}
        families, known = [OWN], frozenset(FT2Font(findfont(OWN)).get_charmap())
        if missing := wanted - known:
            for family, has in _plain_fonts(fontManager.ttflist, FT2Font):
                if found := missing & has:
                    families.append(family)
                    known |= found
                    missing -= found
        return cls(tuple(families), known, _measuring(families))

    def drawable(self, text: str, instead: str) -> str:
        """Return the text on one line, or `instead` if no font has one of its characters."""
        told = line(text)
        return told if {ord(letter) for letter in told} <= self.known else line(instead)

    def lines(self, text: str, size: float, inches: float) -> list[str]:
        """Return the text in lines of at most this width, broken at blanks if possible."""
        lines = [""]
        for word in text.split(" "):
            joined = f"{lines[-1]} {word}" if lines[-1] else word
            if self.measure(joined, size) <= inches:
                lines[-1] = joined
                continue
            lines += [""] if lines[-1] else []
            for letter in word:
                if self.measure(lines[-1] + letter, size) > inches:
                    lines.append("")
                lines[-1] += letter
        return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]

    def write(self, on: "Figure | Axes", place: tuple[float, float], text: str, **look: Any) -> None:
        """Draw a text literally: two dollar signs are no formula."""
        on.text(*place, text, fontfamily=list(self.families), parse_math=False, **look)


def _plain_fonts(entries: Iterable[Any], read: Any) -> Iterable[tuple[str, frozenset[int]]]:
    """Return upright fonts of normal weight with their characters, sans-serif first."""
    plain = [each for each in entries if each.style == "normal" and each.weight in (400, "normal", "regular")]
    for each in sorted(plain, key=lambda each: ("Sans" not in each.name, each.name)):
        if any(word in each.name.lower() for word in NO_DRAWING):
            continue
        try:
            yield each.name, frozenset(read(each.fname).get_charmap())
        except (OSError, RuntimeError):  # not a font after all
            continue


def _measuring(families: Sequence[str]) -> Callable[[str, float], float]:
    from matplotlib.backends.backend_agg import RendererAgg  # noqa: PLC0415 - an extra
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - same

    renderer = RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]  # matplotlib's own

    def measure(text: str, size: float) -> float:
        look = FontProperties(family=list(families), size=size)
        width: float = renderer.get_text_width_height_descent(text, look, False)[0]  # type: ignore[no-untyped-call]  # same
        return width / DPI

    return measure
