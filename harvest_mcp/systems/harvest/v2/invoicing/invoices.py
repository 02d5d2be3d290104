"""Harvest invoices over v2: IN2-1 to IN2-5, and the events that move their state: IM2-2 (harvest-v2 12, 13)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated

from harvest_mcp.spec import FOLLOWS, INNER, SERVER_SET, SUMMARY, Each, Filter, OneOf, Record, Resource, Starts, Value
from harvest_mcp.systems.harvest.invoicing import invoice_rules as rules
from harvest_mcp.systems.harvest.invoicing import invoices as v1
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine
from harvest_mcp.systems.harvest.v2.currencies import CURRENCY
from harvest_mcp.systems.harvest.v2.expenses import UPDATED
from harvest_mcp.wire.json.invoices import Invoices, as_v1
from harvest_mcp.wire.json.records import Spelled

STATES = ("draft", "open", "paid", "closed")


class Invoice(v1.Invoice):
    """A bill to a client."""

    client_name: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None
    # A partly paid invoice is open, with less due than its amount (harvest-v2 27).
    state: Annotated[str | None, SERVER_SET, OneOf(STATES), SUMMARY, Starts("draft")] = None
    sent_at: Annotated[datetime | None, SERVER_SET] = None
    paid_at: Annotated[datetime | None, SERVER_SET] = None
    closed_at: Annotated[datetime | None, SERVER_SET] = None
    line_items: Annotated[tuple[InvoiceLine, ...] | None, Each("line_item", "line"), INNER] = None


@dataclass(frozen=True, slots=True)
class PaymentTerm(rules.Due):
    """Terms of 15, 30, 45 and 60 days, upon receipt, or a date, which is sent unchanged (harvest-v2 12.2)."""

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        text = str(values.get(self.column) or "").strip()
        if rules.DAY.fullmatch(text):
            self._net(text, self._since(values, record) or today)
            return values
        told = rules.Due.completed(self, values, asked, record, today)
        net = rules.NET.fullmatch(str(told.get(self.column) or ""))
        if net is None or int(net[1]) in (15, 30, 45, 60):
            return told
        since = self._since(values, record) or today
        if since is None:
            raise ValueError(f"{self.column} takes NET 15, 30, 45 or 60, upon receipt, or a day such as 2026-01-31")
        return {**told, self.column: (since + timedelta(days=int(net[1]))).isoformat()}

    def wants_today(self, values: Mapping[str, Value], record: Record | None) -> bool:
        return bool(values.get(self.column)) and self._since(values, record) is None


INVOICES: Resource[Record] = replace(
    v1.INVOICES,
    record=Invoice,
    wire=Invoices(
        "/invoices",
        (
            CURRENCY,
            Spelled("client_name", "client.name"),
            Spelled("issued_at", "issue_date"),
            Spelled("due_at", "due_date"),
            Spelled("due_at_human_format", "payment_term"),
            Spelled("estimate_id", "estimate.id"),
            Spelled("retainer_id", "retainer.id"),
            Spelled("created_by_id", "creator.id"),
        ),
        paged=True,
        prepare=as_v1,
        term="due_at_human_format",
        events=(
            ("mark_as_sent", "send"),
            ("mark_as_draft", "draft"),
            ("mark_as_closed", "close"),
            ("re_open", "re-open"),
        ),
    ),
    filters=(
        Filter(name="client", type=int, query="client_id", ref="client", says=""),
        Filter(name="project", type=int, query="project_id", ref="project", says=""),
        Filter(
            name="status",
            type=str,
            query="state",
            words=STATES,
            tells="state",
            says="",
        ),
        Filter(name="since", type=date, query="from", says="issued", dates="issued_at"),
        Filter(name="until", type=date, query="to", says="", dates="issued_at"),
        Filter(name="due_before", type=date, column="due_at", compares="before", says=""),
        UPDATED,
    ),
    rules=tuple(
        PaymentTerm(column=rule.column, since=rule.since) if isinstance(rule, rules.Due) else rule
        for rule in v1.INVOICES.rules
    ),
)
