"""A report as CSV: a row for each group with names and ids, the total, and what must be said of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext

from harvest_mcp.spec import Report
from harvest_mcp.text.render import as_csv, count, quoted
from harvest_mcp.text.sheets import Sheet
from harvest_mcp.tools.reports.question import TIMES, ReportQuestion
from harvest_mcp.tools.reports.summing import EXACT, STATES, ZERO, Key, Money, Result, Sum

CENT = Decimal("0.01")
TRAIT = {True: "true", False: "false", None: "unknown"}

Names = Mapping[str, Mapping[int, str]]
"""Names of records by side and id."""


def text(asked: ReportQuestion, result: Result, names: Names, notes: Sequence[str]) -> str:
    """Return the whole answer; the total is over all groups, shown or not."""
    report = asked.report
    headings, figures = _headings(asked), _figures(report, result.total)
    order = ordered(asked, result, names) if asked.by else []
    rows = [[*_cells(asked, key, names), *figures(result.groups[key]).values()] for key in order]
    totals = figures(result.total)
    table, shown = as_csv([*headings, *totals], rows)
    last, _ = as_csv(["total", *[""] * (len(headings) - 1), *totals.values()], [])
    cut = [f"{shown} of {count(len(rows), 'group')} shown, the total is over all; {_on(asked)}"]
    cut = cut if shown < len(rows) else []
    head = "; ".join([*about(asked, result, names), *cut, *notes])
    return f"# {head}\n{table}{last}"


def sheet(asked: ReportQuestion, result: Result, names: Names) -> Sheet:
    """Return the same as a sheet: every group and the total, figures as numbers, a money column for each currency.

    Over nothing it has no row.
    """
    headings, figures = _headings(asked), _numbers(asked.report, result.total)
    order = ordered(asked, result, names) if asked.by else []
    rows = [[*_cells(asked, key, names), *figures(result.groups[key]).values()] for key in order]
    totals = figures(result.total)
    if result.groups:
        rows.append(["total", *[None] * (len(headings) - 1), *totals.values()])
    return Sheet(asked.report.name, [*headings, *totals], rows)


def _numbers(report: Report, total: Sum) -> Callable[[Sum], dict[str, Decimal | None]]:
    """Return a sum in numbers, by column; every sum has the columns of the total.

    Without a known rate the amounts are empty, not zero.
    """
    untold = () if "untold" in total.seen else ("untold",)
    currencies = sorted(total.all_money)

    def numbers(sum_: Sum) -> dict[str, Decimal | None]:
        told: dict[str, Decimal | None] = {}
        least = None if sum_.unpriced and not sum_.all_money else ZERO
        if report.unit:
            told[report.unit] = sum_.all_units
            told |= {f"{state}_{report.unit}": sum_.units[state] for state in STATES if state not in untold}
        if total.unpriced:
            told[f"unpriced_{report.unit}"] = sum_.unpriced
        free = ("nonbillable",) if report.unit else ()
        for each in currencies:
            told[f"amount_{each}"] = sum_.all_money.get(each, least)
            shown = (state for state in STATES if state not in (*free, *untold))
            told |= {f"{state}_amount_{each}": sum_.money[state].get(each, least) for state in shown}
        return {name: None if value is None else Decimal(figure(value)) for name, value in told.items()}

    return numbers


def _on(asked: ReportQuestion) -> str:
    """Return how to get the groups that are not shown."""
    ways = []
    if len(asked.by) > 1 and asked.grouped:
        (side, *_) = asked.grouped
        ways.append(f'group_by=["{side}"] alone and then {side}="ID"')
    period = asked.period
    if period.first < period.last:
        ways.append(f'a shorter period such as since="{period.first}" and until="{period.half}"')
    return f"for the rest ask {', or '.join(ways)}" if ways else "the rest is for a narrower question"


def ordered(asked: ReportQuestion, result: Result, names: Names) -> list[tuple[Key, ...]]:
    """Return the groups in the order people look for them: time as it passes, otherwise the largest first."""
    sizes: dict[tuple[Key, ...], Decimal] = {}
    with localcontext(EXACT):
        for key, sum_ in result.groups.items():
            for depth in range(1, len(key) + 1):
                sizes[key[:depth]] = sizes.get(key[:depth], Decimal(0)) + sum_.size()

        def place(key: tuple[Key, ...]) -> list[tuple[str | Decimal, str]]:
            return [
                (str(key[at]), "") if name in TIMES else (-sizes[key[: at + 1]], label(name, key[at], names).casefold())
                for at, name in enumerate(asked.by)
            ]

        return sorted(result.groups, key=place)


def label(name: str, key: Key, names: Names) -> str:
    """Return the name of a group, or its id if the name is unknown."""
    if name in names:
        return names[name].get(key, "") if isinstance(key, int) else ""
    return TRAIT[key] if isinstance(key, bool) or key is None else str(key)


def figure(value: Decimal) -> str:
    """Return a number with at least two decimals."""
    with localcontext(EXACT):
        if value == value.quantize(CENT):
            return format(value.quantize(CENT), "f")
        return format(value, "f").rstrip("0")


def money(amounts: Money) -> str:
    """Return amounts with their currencies: `1200.00 USD; 80.00 EUR`."""
    return "; ".join(f"{figure(value)} {currency}" for currency, value in sorted(amounts.items()))


def about(asked: ReportQuestion, result: Result, names: Names) -> Iterator[str]:
    """Yield the period, the number of rows, and the filters."""
    rows = asked.report.rows
    yield f"{asked.period}: {count(result.total.rows, rows.word, rows.words)}"
    for side, ids in asked.only.items():
        called = ((id, names.get(side, {}).get(id)) for id in ids)
        yield f"{side} {', '.join(f'{quoted(name)} ({id})' if name else str(id) for id, name in called)}"
    yield from (f"{name}={TRAIT[wanted]}" for name, wanted in asked.traits.items())


def _headings(asked: ReportQuestion) -> list[str]:
    told = [[f"{name}_id", name] if name in {side.name for side in asked.report.sides} else [name] for name in asked.by]
    return [heading for each in told for heading in each] or ["group"]


def _cells(asked: ReportQuestion, key: tuple[Key, ...], names: Names) -> list[object]:
    sides = {side.name for side in asked.report.sides}
    told: list[list[object]] = [
        [each, label(name, each, names)] if name in sides else [label(name, each, names)]
        for name, each in zip(asked.by, key, strict=True)
    ]
    return [cell for each in told for cell in each]


def _figures(report: Report, total: Sum) -> Callable[[Sum], dict[str, str]]:
    """Return a sum in words, by column; columns for unknown prices only if there are any."""
    free = ("nonbillable",) if report.unit else ()  # non-billable hours have no amount
    untold = () if "untold" in total.seen else ("untold",)

    def figures(sum_: Sum) -> dict[str, str]:
        told: dict[str, str] = {}
        if report.unit:
            told[report.unit] = figure(sum_.all_units)
            told |= {f"{state}_{report.unit}": figure(sum_.units[state]) for state in STATES if state not in untold}
        if total.unpriced:
            told[f"unpriced_{report.unit}"] = figure(sum_.unpriced)
        told["amount"] = money(sum_.all_money)
        shown = (state for state in STATES if state not in (*free, *untold))
        return told | {f"{state}_amount": money(sum_.money[state]) for state in shown}

    return figures
