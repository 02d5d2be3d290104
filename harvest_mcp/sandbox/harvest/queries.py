"""Filters of lists: derived from the resource's filters and columns, except those of invoices."""

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
"""Resources with attached files."""
Fits = Callable[[Row], bool]
CHOOSES: Mapping[str, tuple[frozenset[str], Callable[[HttpCall, date], Fits]]] = {
    "invoice": (invoice_rules.QUERIES, invoice_rules.fits),
}
"""Query parameters that are more than a comparison: their names, and how they filter."""


def choice(resource: Resource[Record], call: HttpCall, today: date) -> Fits:
    """Return a predicate for the query parameters in `CHOOSES`."""
    _, fits = CHOOSES.get(resource.noun, (frozenset(), None))
    return fits(call, today) if fits else lambda row: True


def tests(resource: Resource[Record], call: HttpCall) -> Iterator[Test]:
    """Yield a comparison for each query parameter that filters by a column."""
    for narrow in resource.filters:
        if narrow.query and (column := compared(resource, narrow)) and (text := call.asked(narrow.query)):
            yield column, "=", _value(narrow, text)


def compared(resource: Resource[Record], narrow: Filter) -> str:
    """Return the column that a filter compares: the reference, or the column of its name; empty for none."""
    if narrow.query in (SINCE, *CHOOSES.get(resource.noun, ((), None))[0]):
        return ""
    columns = (f"{narrow.ref}_id" if narrow.ref else narrow.name, narrow.name)
    return next((name for name in columns if name in fields(resource.record)), "")


def _value(narrow: Filter, text: str) -> Scalar:
    """Parse the value of a query parameter.

    Raises:
        Refusal: 400 for a value of another type.
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
    """Yield what the resources and reports declare and this account could not answer."""
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
    listed = item.many and not item.table  # 22: the only list within a record that can be written
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
