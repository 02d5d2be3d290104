"""`report_invoices`: what is owed and overdue, what was invoiced, and how long clients take to pay."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import partial
from typing import Any

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Record, Resource, System, fields
from harvest_mcp.text.render import count
from harvest_mcp.tools.insight.answers import AnswerTable
from harvest_mcp.tools.insight.reading import TENTH, Books, rounded
from harvest_mcp.tools.insight.tool import answers_tool
from harvest_mcp.tools.reports.question import Period
from harvest_mcp.tools.reports.summing import EXACT, ZERO
from harvest_mcp.tools.reports.tool import code
from harvest_mcp.tools.tool import Tool

OPEN = ("open", "partial")
"""States in which something is owed."""
Kind = Resource[Record]
Groups = dict[tuple[int, str], list[Record]]


def invoices_tool(system: System, resource: Kind) -> Tool:
    """Return the tool."""
    return answers_tool(
        system,
        "report_invoices",
        "Money owed and overdue, invoiced in a period, or days to pay, by client and currency.",
        untimed={"owed": partial(_owed, resource)},
        timed={"invoiced": partial(_invoiced, resource), "days_to_pay": partial(_days_to_pay, resource)},
        over="as of today",
    )


async def _owed(resource: Kind, books: Books) -> AnswerTable:
    """Return what each client owes today, and what of it is overdue."""
    on = await books.today()
    every, names = await books.both(partial(books.whole, resource.noun), partial(books.names, "client"))
    rows = [row for row in _stated(books, resource, every) if _state(row) in OPEN]
    books.goes_by(rows, "due_at", "currency", "client_id")
    undated = [row for row in rows if day_of(row, "due_at") is None and "due_at" not in row.unread]
    books.left_out(undated, resource, "without a due date", of="counted as overdue")
    columns = ("client", "client_id", "currency", "owed", "overdue", "invoices", "overdue_invoices", "due_first")
    groups = _groups(rows)
    lines, totals = list[tuple[Any, ...]](), dict[str, list[Decimal]]()
    with localcontext(EXACT):
        for (client, currency), some in groups.items():
            late = [row for row in some if (due := day_of(row, "due_at")) and due < on]
            owed, overdue = (sum((money_of(row, "due_amount") for row in each), ZERO) for each in (some, late))
            dues = [due for row in some if (due := day_of(row, "due_at"))]
            first = min(dues, default="")
            figures = (rounded(owed), rounded(overdue))
            lines.append((names(client), client, currency, *figures, len(some), len(late), first))
            of = totals.setdefault(currency, [ZERO, ZERO])
            of[0], of[1] = of[0] + owed, of[1] + overdue
    lines.sort(key=lambda line: (-line[4], -line[3], line[0]))
    told = "; ".join(
        f"{rounded(owed)} {code_} owed, {rounded(late)} overdue" for code_, (owed, late) in sorted(totals.items())
    )
    return AnswerTable(f"As of {on}: {told or 'nothing is owed'}; {count(len(rows), 'open invoice')}", columns, lines)


async def _invoiced(resource: Kind, books: Books, period: Period) -> AnswerTable:
    """Return what was invoiced to each client with an issue date in the period; drafts do not count."""
    rows, names = await books.both(partial(_issued, books, resource, period), partial(books.names, "client"))
    books.goes_by(rows, "currency", "client_id")
    columns = ("client", "client_id", "currency", "invoiced", "still_owed", "invoices")
    lines, totals = list[tuple[Any, ...]](), dict[str, Decimal]()
    with localcontext(EXACT):
        for (client, currency), some in _groups(rows).items():
            amount = sum((money_of(row, "amount") for row in some), ZERO)
            owed = sum((money_of(row, "due_amount") for row in some if _state(row) in OPEN), ZERO)
            lines.append((names(client), client, currency, rounded(amount), rounded(owed), len(some)))
            totals[currency] = totals.get(currency, ZERO) + amount
    lines.sort(key=lambda line: (-line[3], line[0]))
    told = "; ".join(f"{rounded(amount)} {code_}" for code_, amount in sorted(totals.items()))
    return AnswerTable(f"{period}: {told or 'nothing'} invoiced, by day of issue, drafts left out", columns, lines)


async def _days_to_pay(resource: Kind, books: Books, period: Period) -> AnswerTable:
    """Return the average days until the last payment by client, for invoices issued in the period."""
    every, names = await books.both(partial(_issued, books, resource, period), partial(books.names, "client"))
    rows, by = [row for row in every if _state(row) == "paid"], dict[int, list[int]]()
    books.goes_by(rows, "client_id")

    async def told(done: int) -> None:
        if done:
            await books.call.progress(f"{done} of {count(len(rows), 'paid invoice')} read.")

    days = await books.lists.api.all_of(*(partial(_took, books, resource, row) for row in rows), done=told)
    for row, each in zip(rows, days, strict=True):
        by.setdefault(_client(row), []).append(each)
    lines = [(names(client), client, average(some), min(some), max(some), len(some)) for client, some in by.items()]
    lines.sort(key=lambda line: (-line[2], line[0]))
    took = f"{average(days)} days on average" if days else "none is paid"
    head = f"Invoices issued {period} and paid since: {took}, from issue to the last payment; {len(days)} of them"
    return AnswerTable(head, ("client", "client_id", "days", "fewest", "most", "invoices"), lines)


async def _took(books: Books, resource: Kind, row: Record) -> int:
    """Return how many days an invoice took to be paid."""
    paid, issued = await _paid(books, resource, row), day_of(row, "issued_at")
    if paid is None or issued is None:
        raise Malformed("missing-paid_at")
    return (paid - issued).days


async def _paid(books: Books, resource: Kind, row: Record) -> date | None:
    """Return the date of the last payment: the invoice's own column, or from its payments."""
    if "paid_at" in fields(resource.record):
        return day_of(row, "paid_at")
    payments = books.system.resource("invoice_payment").under({"invoice_id": row.id})
    rows = (await books.lists.api.scan(payments)).every(payments.resource.words)
    if any("paid_at" in each.unread for each in rows):
        raise Malformed("value-of-paid_at")
    return max((day for each in rows if (day := day_of(each, "paid_at"))), default=None)


async def _issued(books: Books, resource: Kind, period: Period) -> list[Record]:
    """Return every invoice issued in a period except drafts, whether or not the vendor filters by it."""
    where: dict[str, Any] = {"since": period.first, "until": period.last}
    known = {each.name for each in resource.filters if each.query}
    rows = await books.whole(resource.noun, {name: day for name, day in where.items() if name in known})
    days = [(row, day_of(row, "issued_at")) for row in _stated(books, resource, rows) if _state(row) != "draft"]
    books.left_out([row for row, day in days if day is None], resource, "without a day of issue")
    return [row for row, day in days if day is not None and period.first <= day <= period.last]


def _stated(books: Books, resource: Kind, rows: Sequence[Record]) -> Sequence[Record]:
    """Return the invoices whose state is known; the others are named in the answer."""
    known = fields(resource.record)["state"].choices
    books.left_out([row for row in rows if _state(row) not in known], resource, "of a state not known here")
    return [row for row in rows if _state(row) in known]


def _groups(rows: Sequence[Record]) -> Groups:
    groups: Groups = {}
    for row in rows:
        label = getattr(row, "currency", None)
        groups.setdefault((_client(row), code(label) if label else "no currency"), []).append(row)
    return groups


def _client(row: Record) -> int:
    return int(getattr(row, "client_id", None) or 0)


def _state(row: Record) -> str:
    return str(getattr(row, "state", None) or "")


def money_of(row: Record, name: str) -> Decimal:
    """Return an amount.

    Raises:
        Malformed: the invoice does not tell it, so that no total is right.
    """
    value = getattr(row, name)
    if not isinstance(value, Decimal):
        raise Malformed(f"missing-{name}")
    return value


def day_of(row: Record, name: str) -> date | None:
    """Return the date in a column that may have a time too."""
    value = getattr(row, name, None)
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def average(days: Sequence[int]) -> Decimal:
    """Return the mean number of days, to one decimal."""
    with localcontext(EXACT):
        return rounded(Decimal(sum(days)) / len(days), TENTH)
