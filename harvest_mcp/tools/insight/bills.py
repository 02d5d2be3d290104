"""`report_incwo_invoices`: bills and the payments for them, which are records of their own; bills have no due date."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from harvest_mcp.spec import Record, System
from harvest_mcp.text.render import count
from harvest_mcp.tools.bulk.naming import tool_name
from harvest_mcp.tools.insight.answers import AnswerTable
from harvest_mcp.tools.insight.invoices import average, day_of, money_of
from harvest_mcp.tools.insight.reading import Books, rounded
from harvest_mcp.tools.insight.tool import answers_tool
from harvest_mcp.tools.reports.question import Period
from harvest_mcp.tools.reports.summing import EXACT, ZERO
from harvest_mcp.tools.tool import Tool

BILL = "invoice"
"""The type of a bill that counts: a draft is none yet, and how a credit note counts is not documented (incwo 13.9)."""
DRAFT, DEPOSIT = "draft", "cash_deposit"
NO_DAY = "incwo documents no day that a bill is due, so nothing is told as overdue"
Customer = tuple[str, int]
"""A firm or a contact: its noun and id."""


@dataclass(slots=True)
class Bills:
    """Bills, the payments for each, and their customers."""

    books: Books
    bills: list[Record] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)
    """The number of documents that are neither bills nor drafts."""
    paid: dict[int, list[Record]] = field(default_factory=dict)
    planned: dict[int, list[Record]] = field(default_factory=dict)

    async def read(self, *, payments: bool) -> "Bills":
        """Read all of them."""
        rows = await self.books.whole(BILL)
        self.bills = [row for row in rows if getattr(row, "sheet_type", None) == BILL]
        self.others = [row for row in rows if getattr(row, "sheet_type", None) not in (BILL, DRAFT)]
        deposits = await self.books.whole(DEPOSIT) if payments else []
        loose = [row for row in deposits if _loose(row)]
        self.books.left_out(loose, self.books.system.resource(DEPOSIT), "that names no sheet")
        for row in deposits:
            if getattr(row, "sheet_name", None) == BILL:
                kept = self.planned if getattr(row, "kind", None) == "expected" else self.paid
                kept.setdefault(int(getattr(row, "sheet_id", None) or 0), []).append(row)
        return self

    def billed(self, period: Period) -> list[Record]:
        """Return the bills of a period; those without a billing date are named in the answer."""
        undated = [bill for bill in self.bills if day_of(bill, "billing_date") is None]
        self.books.left_out(undated, self.books.system.resource(BILL), "without a billing date")
        return [bill for bill in self.bills if _within(bill, period)]

    def received(self, bill: Record) -> Decimal:
        """Return what was paid for a bill."""
        with localcontext(EXACT):
            return sum((money_of(each, "amount_ttc") for each in self.paid.get(bill.id, ())), ZERO)

    def by_customer(self, bills: Sequence[Record]) -> dict[Customer, list[Record]]:
        """Return bills by the firm they are to, or else the person."""
        groups: dict[Customer, list[Record]] = {}
        for bill in bills:
            firm, contact = (int(getattr(bill, f"{noun}_id", None) or 0) for noun in ("firm", "contact"))
            groups.setdefault(("firm", firm) if firm else ("contact", contact), []).append(bill)
        return groups

    async def names(self, groups: Mapping[Customer, object]) -> Callable[[Customer], str]:
        """Return a function for a customer's name; each kind's list is read once."""
        by = {noun: await self.books.names(noun) for noun in dict.fromkeys(noun for noun, id in groups if id)}
        return lambda one: by[one[0]](one[1]) if one[1] else "nobody"

    def apart(self, period: Period | None = None) -> str:
        """Return what is in no total, to follow it."""
        there = [row for row in self.others if period is None or _within(row, period)]
        many = count(len(there), "credit note or other sheet", "credit notes and other sheets")
        return f"; {many} not counted" if there else ""


def bills_tool(system: System) -> Tool:
    """Return the tool."""
    return answers_tool(
        system,
        tool_name(system, "report", "invoices"),
        "Money owed by customer, invoiced in a period, or days to pay, of incwo's definitive invoices.",
        untimed={"owed": _owed},
        timed={"invoiced": _invoiced, "days_to_pay": _days_to_pay},
        over="as of today",
    )


async def _owed(books: Books) -> AnswerTable:
    """Return what each customer owes today: totals with tax, less payments."""
    every = await Bills(books).read(payments=True)
    on, open_ = await books.today(), dict[int, Decimal]()
    over = ZERO
    with localcontext(EXACT):
        for bill in every.bills:
            left = money_of(bill, "vat_inc_total") - every.received(bill)
            open_ |= {bill.id: left} if left > 0 else {}
            over += -left if left < 0 else ZERO
    groups = every.by_customer([bill for bill in every.bills if bill.id in open_])
    named, lines = await every.names(groups), list[tuple[Any, ...]]()
    for customer, bills in groups.items():
        with localcontext(EXACT):
            owed = rounded(sum((open_[bill.id] for bill in bills), ZERO))
        billed = min((day for bill in bills if (day := day_of(bill, "billing_date"))), default="")
        plans = [day_of(plan, "deposit_date") for bill in bills for plan in every.planned.get(bill.id, ())]
        expected = min((day for day in plans if day), default="")
        lines.append((named(customer), *customer, owed, len(bills), billed, expected))
    lines.sort(key=lambda line: (-line[3], line[0]))
    with localcontext(EXACT):
        total = rounded(sum(open_.values(), ZERO))
    head = f"As of {on}: {total} euros owed with tax, {count(len(open_), 'invoice')}; {NO_DAY}"
    head += f"; {rounded(over)} euros more came in than was billed, and is in no sum" if over else ""
    columns = ("customer", "kind", "customer_id", "owed", "invoices", "billed_first", "payment_expected")
    return AnswerTable(f"{head}{every.apart()}", columns, lines)


async def _invoiced(books: Books, period: Period) -> AnswerTable:
    """Return what was billed to each customer in the period; drafts do not count."""
    every = await Bills(books).read(payments=False)
    groups = every.by_customer(every.billed(period))
    named, lines, totals = await every.names(groups), list[tuple[Any, ...]](), [ZERO, ZERO]
    with localcontext(EXACT):
        for customer, bills in groups.items():
            sums = [sum((money_of(bill, name) for bill in bills), ZERO) for name in ("vat_exl_total", "vat_inc_total")]
            totals = [total + each for total, each in zip(totals, sums, strict=True)]
            lines.append((named(customer), *customer, *map(rounded, sums), len(bills)))
    lines.sort(key=lambda line: (-line[4], line[0]))
    head = f"{period}: {rounded(totals[0])} euros invoiced without tax, {rounded(totals[1])} with tax, by billing date"
    columns = ("customer", "kind", "customer_id", "without_tax", "with_tax", "invoices")
    return AnswerTable(f"{head}, drafts left out{every.apart(period)}", columns, lines)


async def _days_to_pay(books: Books, period: Period) -> AnswerTable:
    """Return the average days until the last payment by customer, for bills of the period."""
    every = await Bills(books).read(payments=True)
    took = dict[int, int]()
    for bill in every.billed(period):
        days = [day for each in every.paid.get(bill.id, ()) if (day := day_of(each, "deposit_date"))]
        billed = day_of(bill, "billing_date")
        if days and billed and every.received(bill) >= money_of(bill, "vat_inc_total"):
            took[bill.id] = (max(days) - billed).days
    groups = every.by_customer([bill for bill in every.bills if bill.id in took])
    named, lines = await every.names(groups), list[tuple[Any, ...]]()
    for customer, bills in groups.items():
        days_ = [took[bill.id] for bill in bills]
        lines.append((named(customer), *customer, average(days_), min(days_), max(days_), len(days_)))
    lines.sort(key=lambda line: (-line[3], line[0]))
    told = f"{average(list(took.values()))} days on average" if took else "none is paid"
    head = f"Invoices billed {period} and paid since: {told}, from billing to the last payment; {len(took)} of them"
    return AnswerTable(head, ("customer", "kind", "customer_id", "days", "fewest", "most", "invoices"), lines)


def _loose(deposit: Record) -> bool:
    """Return whether a payment names no sheet that it came in for."""
    name = getattr(deposit, "sheet_name", None)
    return not name or (name == BILL and not getattr(deposit, "sheet_id", None))


def _within(row: Record, period: Period) -> bool:
    day: date | None = day_of(row, "billing_date")
    return day is not None and period.first <= day <= period.last
