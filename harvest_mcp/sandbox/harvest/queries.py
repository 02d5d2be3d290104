"""What a list is narrowed by in its query: derived from the filters and columns, but for the words of invoices."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from harvest_mcp.sandbox.asgi import HttpCall
from harvest_mcp.sandbox.coverage import problems
from harvest_mcp.sandbox.harvest.requests import number
from harvest_mcp.sandbox.harvest.responses import report_rows
from harvest_mcp.sandbox.harvest.rules import invalid, invoice_rules
from harvest_mcp.sandbox.store import Row, Test
from harvest_mcp.spec import Field, Filter, Record, Report, Resource, Scalar, System, fields

SINCE = "updated_since"
PERIOD = frozenset({"from", "to", SINCE})
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
FILES = frozenset({"expense"})
"""What files are kept beside."""
Fits = Callable[[Row], bool]
CHOOSES: Mapping[str, tuple[frozenset[str], Callable[[HttpCall, date], Fits]]] = {
    "invoice": (invoice_rules.QUERIES, invoice_rules.fits),
}
"""Queries of a list that are more than a comparison: their names, and what they leave."""


def choice(resource: Resource[Record], call: HttpCall, today: date) -> Fits:
    """Return which rows the queries of `CHOOSES` leave."""
    _, fits = CHOOSES.get(resource.noun, (frozenset(), None))
    return fits(call, today) if fits else lambda row: True


def tests(resource: Resource[Record], call: HttpCall) -> Iterator[Test]:
    """Yield a comparison for each query of the call that a column answers."""
    for narrow in resource.filters:
        if narrow.query and (column := compared(resource, narrow)) and (text := call.asked(narrow.query)):
            yield column, "=", _value(narrow, text)


def compared(resource: Resource[Record], narrow: Filter) -> str:
    """Return the column that a query is compared with: the reference, or the one of its name; empty for none."""
    if narrow.query in (SINCE, *CHOOSES.get(resource.noun, ((), None))[0]):
        return ""
    columns = (f"{narrow.ref}_id" if narrow.ref else narrow.name, narrow.name)
    return next((name for name in columns if name in fields(resource.record)), "")


def _value(narrow: Filter, text: str) -> Scalar:
    """Read what a query compares with.

    Raises:
        Refusal: 400 for what is no value of this kind.
    """
    if narrow.ref or narrow.type is int:
        return number(text)
    try:
        if narrow.type is bool:
            return TRUTH[text]
        return date.fromisoformat(text) if narrow.type is date else text
    except (KeyError, ValueError):
        raise invalid(f"{narrow.query} is not what it should be.") from None


def unanswered(system: System) -> Iterator[str]:
    """Yield what this account could not answer as the resources and reports say it: nothing must pass unnoticed."""
    for resource in system.resources:
        yield from problems(system, resource)
        if any(rule.attachment for rule in resource.rules) and resource.noun not in FILES:
            yield f"the attachment of {resource.noun}: files are kept beside {', '.join(FILES)} only"
        yield from (f"{resource.noun}: {says}" for item in fields(resource.record).values() if (says := _nested(item)))
        yield from (
            f"list_{resource.plural}: {says}" for each in resource.filters if (says := _unknown(resource, each))
        )
    yield from (says for report in system.reports for says in _unreported(report))


def _nested(item: Field) -> str:
    listed = item.many and not item.table  # 22: the one list within a record that is written
    return f"{item.name} is a list, which Harvest v1 has as CSV in one element: Table names that" if listed else ""


def _unknown(resource: Resource[Record], narrow: Filter) -> str:
    if narrow.path:
        dated = "{day}" in narrow.path
        known = dated or (narrow.ref is not None and f"{narrow.ref}_id" in fields(resource.record))
        return "" if known else f"its filter {narrow.name} has a path, and no column of the record it names"
    known = narrow.query in (None, SINCE, *CHOOSES.get(resource.noun, ((), None))[0])
    if known or compared(resource, narrow):
        return ""
    return f"its filter {narrow.name} is sent as {narrow.query}, and no column is called {narrow.name}"


def _unreported(report: Report) -> Iterator[str]:
    known = PERIOD | report_rows.WORDS.keys() | report_rows.IDS.keys()
    for name in sorted({name for road in report.roads for name in road.asks}):
        if report.filter(name).query not in known:
            yield f"{report.name}: its filter {name} is nothing this account narrows by"
