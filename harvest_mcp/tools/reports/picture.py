"""Choose the bars of a chart: of many, the largest. Pure; `chart` draws."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from harvest_mcp.tools.reports.chart import Bar, Picture
from harvest_mcp.tools.reports.question import TIMES, ReportQuestion
from harvest_mcp.tools.reports.summing import STATES, Key, Result, State, Sum, of_one
from harvest_mcp.tools.reports.table import Names, about, label, ordered

MOST, MOST_TIMES = 20, 31
"""The most bars of a chart; and of a chart over time, the days of a month."""
MOST_PICTURES = 4

Parts = Callable[[Sum], dict[State, Decimal]]


def pictures(asked: ReportQuestion, result: Result, names: Names) -> list[Picture]:
    """Return hours in one chart, and money in one for each currency, the largest first; none of too many days."""
    if _passing(asked) and len(result.groups) > MOST_TIMES:
        return []
    if asked.report.unit:
        return [_picture(asked, result, names, asked.report.unit, lambda sum_: sum_.units)]
    amounts = result.total.all_money
    order = sorted(amounts, key=lambda each: -amounts[each])[:MOST_PICTURES]
    return [_picture(asked, result, names, each, _amount(each)) for each in order or [""]]


def legible(asked: ReportQuestion, result: Result) -> tuple[ReportQuestion, Result]:
    """Return what can be drawn: of two groupings with too many bars, one; people are never lumped together."""
    if len(asked.by) == 1 or len(result.groups) <= MOST:
        return asked, result
    at = 0 if len({key[0] for key in result.groups}) > 1 else 1  # a single bar compares nothing
    return replace(asked, by=(asked.by[at],)), of_one(result, at)


def _passing(asked: ReportQuestion) -> bool:
    """Return whether the bars are days or months, none of which may be lumped together."""
    return len(asked.by) == 1 and asked.by[0] in TIMES


def _amount(currency: str) -> Parts:
    return lambda sum_: {state: sum_.money[state].get(currency, Decimal(0)) for state in STATES}


def _picture(asked: ReportQuestion, result: Result, names: Names, unit: str, parts: Parts) -> Picture:
    keys = [key for key in ordered(asked, result, names) if any(parts(result.groups[key]).values())]
    bars = [_bar(asked, key, names, parts(result.groups[key])) for key in keys]
    most = MOST_TIMES if _passing(asked) else MOST
    what = (asked.report.unit or "amount").capitalize() + (f" by {' and '.join(asked.by)}" if asked.by else "")
    told, plain = (" · ".join(about(asked, result, known)) for known in (names, {}))
    return Picture(what, told, unit, _fewer(bars, most), plain)


def _bar(asked: ReportQuestion, key: tuple[Key, ...], names: Names, parts: dict[State, Decimal]) -> Bar:
    words = [_called(name, each, names) for name, each in zip(asked.by, key, strict=True)] or [("all", "all")]
    (name, instead), (under, under_instead) = words[-1], words[0] if len(words) > 1 else ("", "")
    return Bar(name, parts, under, instead, under_instead)


def _called(name: str, key: Key, names: Names) -> tuple[str, str]:
    """Return a group's name, and what to use if that cannot be drawn: `client 11073`."""
    if name in names:
        plain = f"{name} {key}" if key is not None else f"no {name}"
        return label(name, key, names) or plain, plain
    told = label(name, key, names) if name in TIMES else f"{name}: {label(name, key, names)}"
    return told, told


def _fewer(bars: Sequence[Bar], most: int) -> list[Bar]:
    """Return at most so many bars, in order: the largest, and the others added up."""
    if len(bars) <= most:
        return list(bars)
    kept = set(sorted(range(len(bars)), key=lambda at: -abs(bars[at].total))[: most - 1])
    rest = [bar for at, bar in enumerate(bars) if at not in kept]
    together = {state: _sum(bar.parts.get(state, Decimal(0)) for bar in rest) for state in STATES}
    others, under = (f"{len(rest)} groups", "others") if bars[0].under else (f"{len(rest)} others", "")
    return [*(bars[at] for at in sorted(kept)), Bar(others, together, under, others, under)]


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal(0))
