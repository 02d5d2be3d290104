"""Draw a report as a bar chart; the only module that draws.

matplotlib is an extra, imported when the first chart is asked for.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from harvest_mcp.tools.reports.letters import DPI, Letters
from harvest_mcp.tools.reports.summing import State

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by everybody, and what is written on them.
COLOURS: dict[State, tuple[str, str]] = {
    "billed": ("#0072B2", "white"),
    "unbilled": ("#E69F00", "black"),
    "nonbillable": ("#999999", "black"),
    "untold": ("#56B4E9", "black"),
}
WORDS: dict[State, str] = {
    "billed": "billed",
    "unbilled": "not billed yet",
    "nonbillable": "not billable",
    "untold": "not told",
}
WIDTH, NAMES, AREA = 8.0, 2.7, 5.05
"""Inches of the chart, the names, and the bars with their values."""
EDGE, INDENT = 0.16, 0.2
LINE, GAP, HEAD, FOOT = 0.19, 0.14, 0.95, 0.62
SIZE = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the group `under`; the other names are used where its name cannot be drawn."""

    name: str
    parts: dict[State, Decimal]
    under: str = ""
    instead: str = ""
    under_instead: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return self.name, self.under, self.instead, self.under_instead

    @property
    def total(self) -> Decimal:
        return sum(self.parts.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Picture:
    """What to draw: title, what the bars stand for, unit, and the bars from top to bottom."""

    title: str
    about: str
    unit: str
    bars: Sequence[Bar]
    about_instead: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the chart: a bar, or the heading of a group."""

    lines: list[str]
    bar: Bar | None
    top: float

    @property
    def height(self) -> float:
        return LINE * len(self.lines) + GAP


def draw(picture: Picture) -> bytes:
    """Return the chart as PNG, 1200 pixels wide.

    Raises:
        ImportError: the extra is not installed.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - an extra, and slow to import

    words = (picture.title, picture.about, picture.about_instead, picture.unit, *WORDS.values(), "■…0123456789,.-")
    letters = Letters.of([*words, *(text for bar in picture.bars for text in bar.words)])
    rows = _rows(picture, letters)
    body = max(sum(row.height for row in rows), 1.0)
    height = HEAD + body + FOOT
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    _head(figure, picture, letters, height)
    area = (NAMES / WIDTH, FOOT / height, AREA / WIDTH, body / height)
    axes = figure.add_axes(area)
    axes.set_ylim(body, 0)
    _scale(axes, picture, letters)
    for row in rows:
        _name(figure, row, letters, height)
        if row.bar:
            _bar(axes, row, row.bar, letters)
    if not picture.bars:
        axes.set_axis_off()
        letters.write(axes, (0.5, 0.5), "nothing in this period", transform=axes.transAxes, ha="center", size=SIZE)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI, facecolor="white")
    return out.getvalue()


def _rows(picture: Picture, letters: Letters) -> list[_Row]:
    rows: list[_Row] = []
    top, under = 0.0, ""
    for bar in picture.bars:
        wide = NAMES - 2 * EDGE
        if bar.under != under:
            under = bar.under
            rows.append(_Row(letters.lines(letters.drawable(under, bar.under_instead), SIZE, WIDTH / 2), None, top))
            top += rows[-1].height
        wide -= INDENT if under else 0
        rows.append(_Row(letters.lines(letters.drawable(bar.name, bar.instead), SIZE, wide), bar, top))
        top += rows[-1].height
    return rows


def _head(figure: "Figure", picture: Picture, letters: Letters, height: float) -> None:
    def place(down: float) -> float:
        return 1 - down / height

    letters.write(figure, (0.02, place(0.28)), picture.title, size=SIZE + 3, weight="bold", va="center")
    about = letters.drawable(picture.about, picture.about_instead)
    (first, *rest) = letters.lines(about, SIZE - 1, WIDTH - 2 * EDGE)
    letters.write(figure, (0.02, place(0.53)), first + "…" * bool(rest), size=SIZE - 1, color="#444444", va="center")
    told = [state for state in COLOURS if any(bar.parts.get(state) for bar in picture.bars)]
    for at, state in enumerate(told):
        left = NAMES / WIDTH + at * 0.2
        letters.write(figure, (left, place(0.79)), "■", size=SIZE + 2, color=COLOURS[state][0], va="center")
        letters.write(figure, (left + 0.022, place(0.79)), WORDS[state], size=SIZE - 1, va="center")


def _scale(axes: "Axes", picture: Picture, letters: Letters) -> None:
    """Draw the axis with its unit, leaving room for the values behind the bars."""
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter  # noqa: PLC0415 - an extra

    highest = max((_side(bar, above=True) for bar in picture.bars), default=0.0)
    lowest = min((_side(bar, above=False) for bar in picture.bars), default=0.0)
    longest = max((letters.measure(_figure(bar.total), SIZE) for bar in picture.bars), default=0.0)
    room = min(longest + EDGE, AREA / 2) / AREA
    span = (highest - lowest) or 1.0
    axes.set_xlim(lowest - (span * 0.03 if lowest else 0), highest + span * room / (1 - room))
    ticks = int(AREA / (letters.measure(f"{highest:,.0f}", SIZE) + 4 * EDGE))
    for edge in ("top", "right", "left"):
        axes.spines[edge].set_visible(False)
    axes.axvline(0, color="#444444", linewidth=0.8)
    axes.yaxis.set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=max(1, min(5, ticks)), min_n_ticks=2))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}" if highest < 100_000 else "{x:,.0f}"))
    axes.tick_params(axis="x", labelsize=SIZE - 1, color="#444444")
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(picture.unit, fontsize=SIZE, fontfamily=list(letters.families), parse_math=False)


def _figure(value: Decimal) -> str:
    return f"{value:,.2f}"


def _side(bar: Bar, *, above: bool) -> float:
    """Return how far a bar reaches; negative values, such as corrections, go to the left."""
    return float(sum(value for value in bar.parts.values() if (value > 0) == above))


def _name(figure: "Figure", row: _Row, letters: Letters, height: float) -> None:
    for at, text in enumerate(row.lines):
        down = HEAD + row.top + GAP / 2 + LINE * (at + 0.5)
        look = {"ha": "right", "color": "black"} if row.bar else {"ha": "left", "color": "#0b3d5c"}
        left = (NAMES - 0.08) / WIDTH if row.bar else 0.02
        letters.write(figure, (left, 1 - down / height), text, size=SIZE, va="center", **look)


def _bar(axes: "Axes", row: _Row, bar: Bar, letters: Letters) -> None:
    """Draw the parts of a bar side by side, and the total behind them."""
    middle, thick = row.top + row.height / 2, min(row.height - GAP / 2, 0.3)
    right = left = 0.0
    low, high = axes.get_xlim()
    for state, (colour, ink) in COLOURS.items():
        value = float(bar.parts.get(state, 0))
        if not value:
            continue
        start = right if value > 0 else left
        axes.barh(middle, value, height=thick, left=start, color=colour, edgecolor="white", linewidth=0.5)
        written = f"{bar.parts[state]:,.2f}"
        if len(bar.parts) > 1 and value != float(bar.total) and abs(value) / (high - low) > 0.013 * len(written):
            letters.write(
                axes, (start + value / 2, middle), written, size=SIZE - 2, color=ink, ha="center", va="center"
            )
        right, left = (right + value, left) if value > 0 else (right, left + value)
    beside = (high - low) * 0.008
    letters.write(axes, (right + beside, middle), _figure(bar.total), size=SIZE, va="center", ha="left")
