"""Harvest invoices: IN-1 to IN-5 (harvest-v1 22), and what moves their state: IM-5 to IM-8 (23, 27)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    AHEAD,
    FIXED,
    FOLLOWS,
    INNER,
    LINES,
    MONEY,
    REQUIRED,
    SENT_ONLY,
    SERVER_SET,
    SUMMARY,
    Action,
    Also,
    Dependent,
    Each,
    Filter,
    Frees,
    InOrder,
    Labels,
    Module,
    NamedBy,
    OneOf,
    Record,
    Ref,
    Refs,
    Resource,
    Same,
    Says,
    SeenIn,
    Stakes,
    Stands,
    Starts,
    Sums,
    Table,
    Wording,
)
from harvest_mcp.systems.harvest.currencies import labelled
from harvest_mcp.systems.harvest.invoicing import invoice_totals
from harvest_mcp.systems.harvest.invoicing.invoice_rules import Due, Taxed, Twice
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine
from harvest_mcp.wire.rails_wires import Rails

STATES = ("draft", "open", "partial", "paid", "closed")  # 27


class Invoice(Record):
    """A bill to a client."""

    client_id: Annotated[int | None, Ref("client"), REQUIRED, SUMMARY] = None
    client_name: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY, SeenIn(("late",))] = None
    number: Annotated[str | None, SUMMARY] = None
    state: Annotated[str | None, SERVER_SET, OneOf(STATES), SUMMARY, Starts("draft")] = None
    issued_at: Annotated[date | None, SUMMARY] = None
    due_at: Annotated[date | None, SERVER_SET, SUMMARY] = None
    due_at_human_format: Annotated[str | None, AHEAD, Says("e.g. NET 30, upon receipt, 2026-01-31")] = None
    amount: Annotated[Decimal | None, MONEY, SERVER_SET, SUMMARY] = None
    due_amount: Annotated[Decimal | None, MONEY, SERVER_SET, SUMMARY] = None
    currency: Annotated[str | None, Labels(labelled), SUMMARY, Says("e.g. Euro - EUR")] = None
    subject: Annotated[str | None, SUMMARY] = None
    notes: Annotated[str | None, LINES] = None
    purchase_order: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    tax: Annotated[Decimal | None, Says("percent")] = None
    tax_amount: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    tax2: Annotated[Decimal | None, Says("percent")] = None
    # 29 row 9: one sample of the documents has it the other way round.
    tax2_amount: Annotated[Decimal | None, MONEY, SERVER_SET, Also("tax_amount2")] = None
    discount: Annotated[Decimal | None, Says("percent")] = None
    discount_amount: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    client_key: Annotated[str | None, SERVER_SET, INNER] = None
    recurring_invoice_id: Annotated[int | None, SERVER_SET, INNER] = None
    estimate_id: Annotated[int | None, SERVER_SET, INNER] = None
    retainer_id: Annotated[int | None, SERVER_SET, INNER, SeenIn(("late",))] = None
    created_by_id: Annotated[int | None, SERVER_SET, INNER] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    # Only for a create: how its lines are made. An update with these might make them again, and lose the present ones.
    # 29 row 10: `free_form`, whatever the help pages say.
    kind: Annotated[
        str | None,
        SENT_ONLY,
        FIXED,
        OneOf(("free_form", "project", "task", "people", "detailed")),
        Says("how lines are made"),
    ] = None
    projects_to_invoice: Annotated[str | None, SENT_ONLY, FIXED, Refs("project")] = None
    import_hours: Annotated[str | None, SENT_ONLY, FIXED, OneOf(("all", "yes", "no")), Says("yes: of the period")] = (
        None
    )
    import_expenses: Annotated[str | None, SENT_ONLY, FIXED, OneOf(("all", "yes", "no"))] = None
    expense_period_start: Annotated[date | None, SENT_ONLY, FIXED] = None
    expense_period_end: Annotated[date | None, SENT_ONLY, FIXED] = None
    expense_summary_type: Annotated[
        str | None, SENT_ONLY, FIXED, OneOf(("project", "people", "category", "detailed"))
    ] = None
    line_items: Annotated[tuple[InvoiceLine, ...] | None, Table("csv_line_items"), Each("line_item", "line"), INNER] = (
        None
    )

    def doubts(self) -> tuple[str, ...]:
        """Return where the vendor's totals differ from those of the lines."""
        return invoice_totals.doubts(self)


INVOICES = Resource(
    noun="invoice",
    plural="invoices",
    record=Invoice,
    wire=Rails("/invoices", page_size=50),
    toolset="invoices",
    label=("number",),
    named_by=NamedBy(digits=True),
    says="bill to a client",
    wording=Wording(caution="Lines are then changed one by one by their own tools."),
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="client", type=int, query="client", ref="client", says=""),
        Filter(
            name="status",
            type=str,
            query="status",
            # Two of the words are no states: unpaid is open or partial, pastdue is due before today (27).
            words=("open", "partial", "draft", "paid", "unpaid", "pastdue", "closed"),
            tells="state",
            covers=(("unpaid", ("open", "partial")),),
            says="",
        ),
        Filter(name="since", type=date, query="from", says="issued", brief=True, dates="issued_at"),
        Filter(name="until", type=date, query="to", says="", brief=True, dates="issued_at"),
        Filter(name="due_before", type=date, column="due_at", compares="before", says=""),
        Filter(name="updated_since", type=datetime, query="updated_since", says=""),
    ),
    actions=(
        Action(
            verb="mark_as_sent",  # IM-5
            tool="mark_invoice_sent",
            method="POST",
            path="/invoices/{id}/messages/mark_as_sent",
            flips="state",
            of=("draft",),
            to="open",
            says="Make a draft open without mailing it",
            does="mark as sent",
            sets_off="counts it as owed by the client",
            carries=("invoice_message", "body"),
        ),
        Action(
            verb="mark_as_draft",  # IM-8
            tool="mark_invoice_draft",
            method="POST",
            path="/invoices/{id}/messages/mark_as_draft",
            flips="state",
            of=("open",),
            to="draft",
            says="Make an open invoice a draft again",
            carries=("invoice_message", "body"),
        ),
        Action(
            verb="mark_as_closed",  # IM-6
            tool="close_invoice",
            method="POST",
            path="/invoices/{id}/messages/mark_as_closed",
            flips="state",
            of=("open",),
            to="closed",
            says="Write an open invoice off",
            does="write off",
            sets_off="no longer expects the money",
            carries=("invoice_message", "body"),
        ),
        Action(
            verb="re_open",  # IM-7: none; a body is ignored (29 row 24)
            tool="reopen_invoice",
            method="POST",
            path="/invoices/{id}/messages/re_open",
            flips="state",
            of=("closed",),
            to="open",
            says="Make a closed invoice open again",
        ),
    ),
    dependents=(
        Dependent(noun="invoice_message", by="invoice_id", fate="goes", words="message"),
        Dependent(noun="invoice_payment", by="invoice_id", fate="goes", words="payment", sums="amount"),
    ),
    rules=(
        Module("invoices"),
        Stands(of="client_id", named="client_name", columns=("state", "amount", "due_amount", "currency")),
        Stakes(
            columns=("client_id", "currency", "tax", "tax2", "discount", "line_items"),
            effect="changes what the client owes",
            state="state",
            free=("draft",),
        ),
        Due(column="due_at_human_format", since="issued_at"),
        InOrder("period_start", "period_end"),
        InOrder("expense_period_start", "expense_period_end"),
        Taxed(lines="line_items", rates=(("tax", "taxed"), ("tax2", "taxed2")), argument="tax_lines"),
        Twice(within="client_id", text="subject", day="issued_at", lines="line_items"),
        Sums(columns=("amount", "due_amount"), currency="currency"),
        # 22: hours and expenses pulled in become is-billed. No body says whether any were.
        Frees("hours and expenses imported into it count as unbilled again"),
    ),
    same=Same(within="client_id", any_of=(("number",), ("subject", "issued_at"))),
)
