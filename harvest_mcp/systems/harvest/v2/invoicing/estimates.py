"""Harvest estimates, their messages and item categories: ES2, EM2, EI2, which only v2 has (harvest-v2 9)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FOLLOWS,
    INNER,
    LINES,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Child,
    Dependent,
    Each,
    Filter,
    Labels,
    MovesOwner,
    NamedBy,
    OneOf,
    Record,
    Ref,
    Resource,
    Same,
    Says,
    SetsOff,
    Stakes,
    Stands,
    Starts,
    Sums,
    TellsLast,
    Wording,
)
from harvest_mcp.systems.harvest.currencies import labelled
from harvest_mcp.systems.harvest.invoicing.invoice_rules import Taxed
from harvest_mcp.systems.harvest.invoicing.invoice_totals import UNSAID_IS_NO
from harvest_mcp.systems.harvest.v2.currencies import CURRENCY
from harvest_mcp.systems.harvest.v2.expenses import PERIOD, UPDATED
from harvest_mcp.systems.harvest.v2.from_v1 import without
from harvest_mcp.systems.harvest.v2.invoicing.invoice_parts import (
    INVOICE_ITEM_CATEGORIES,
    INVOICE_MESSAGES,
    ListedOnly,
)
from harvest_mcp.wire.json.invoices import Mailed, addressed, mailed
from harvest_mcp.wire.json.records import Spelled
from harvest_mcp.wire.json.wires import JsonWire

STATES = ("draft", "sent", "accepted", "declined")


class EstimateLine(Child):
    """A line of an estimate."""

    kind: Annotated[str | None, REQUIRED, Says("a category of list_estimate_item_categories, e.g. Service")] = None
    description: Annotated[str | None, LINES] = None
    quantity: Annotated[Decimal | None, REQUIRED, Says("e.g. 2.5")] = None
    unit_price: Annotated[Decimal | None, MONEY, REQUIRED] = None
    amount: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    taxed: Annotated[bool, UNSAID_IS_NO] = False
    taxed2: Annotated[bool, UNSAID_IS_NO] = False


class Estimate(Record):
    """An offer to a client."""

    client_id: Annotated[int | None, Ref("client"), REQUIRED, SUMMARY] = None
    client_name: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None
    number: Annotated[str | None, SUMMARY] = None
    state: Annotated[str | None, SERVER_SET, OneOf(STATES), SUMMARY, Starts("draft")] = None
    issue_date: Annotated[date | None, SUMMARY] = None
    amount: Annotated[Decimal | None, MONEY, SERVER_SET, SUMMARY] = None
    currency: Annotated[str | None, Labels(labelled), SUMMARY, Says("e.g. Euro - EUR")] = None
    subject: Annotated[str | None, SUMMARY] = None
    notes: Annotated[str | None, LINES] = None
    purchase_order: str | None = None
    tax: Annotated[Decimal | None, Says("percent")] = None
    tax_amount: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    tax2: Annotated[Decimal | None, Says("percent")] = None
    tax2_amount: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    discount: Annotated[Decimal | None, Says("percent")] = None
    discount_amount: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    client_key: Annotated[str | None, SERVER_SET, INNER] = None
    sent_at: Annotated[datetime | None, SERVER_SET] = None
    accepted_at: Annotated[datetime | None, SERVER_SET] = None
    declined_at: Annotated[datetime | None, SERVER_SET] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    line_items: Annotated[tuple[EstimateLine, ...] | None, Each("line_item", "line"), INNER] = None


def _step(verb: str, tool: str, of: tuple[str, ...], to: str, says: str) -> Action:
    return Action(verb=verb, tool=tool, method="POST", path="", flips="state", of=of, to=to, says=says)


ESTIMATES: Resource[Record] = Resource(
    noun="estimate",
    plural="estimates",
    record=Estimate,
    wire=Mailed(
        "/estimates",
        (CURRENCY, Spelled("client_name", "client.name")),
        paged=True,
        events=(("mark_sent", "send"), ("accept", "accept"), ("decline", "decline"), ("reopen", "re-open")),
    ),
    toolset="estimates",
    label=("number",),
    named_by=NamedBy(digits=True),
    says="offer to a client",
    wording=Wording(caution="Lines are then changed one by one by their own tools."),
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="client", type=int, query="client_id", ref="client", says=""),
        Filter(name="state", type=str, query="state", words=STATES, tells="state", says=""),
        *(replace(each, dates="issue_date") for each in PERIOD),
        UPDATED,
    ),
    actions=(
        _step("mark_sent", "mark_estimate_sent", ("draft",), "sent", "Make a draft sent without mailing it"),
        _step("accept", "accept_estimate", ("sent",), "accepted", "Note that the client took an estimate"),
        _step("decline", "decline_estimate", ("sent",), "declined", "Note that the client declined an estimate"),
        _step("reopen", "reopen_estimate", ("accepted", "declined"), "sent", "Make an estimate open again"),
    ),
    dependents=(Dependent(noun="estimate_message", by="estimate_id", fate="goes", words="message"),),
    rules=(
        Stands(of="client_id", named="client_name", columns=("state", "amount", "currency")),
        Stakes(
            columns=("client_id", "currency", "tax", "tax2", "discount", "line_items"),
            effect="changes what the client was offered",
            state="state",
            free=("draft",),
        ),
        Taxed(lines="line_items", rates=(("tax", "taxed"), ("tax2", "taxed2")), argument="tax_lines"),
        Sums(columns=("amount",), currency="currency"),
    ),
    same=Same(within="client_id", any_of=(("number",), ("subject", "issue_date"))),
)

ESTIMATE_MESSAGES: Resource[Record] = replace(
    INVOICE_MESSAGES,
    noun="estimate_message",
    plural="estimate_messages",
    record=without(
        INVOICE_MESSAGES.record,
        *("invoice_id", "thank_you", "send_reminder_on", "attach_pdf", "reminder"),
        estimate_id=(Annotated[int | None, Ref("estimate"), REQUIRED, INNER], None),
    ),
    wire=ListedOnly(
        "/estimates/{estimate_id}/messages",
        (
            Spelled("recipients", "(never read)", sent="recipients", sends=mailed),
            Spelled("full_recipient_list", "recipients"),
        ),
        key="estimate_messages",
        prepare=addressed,
    ),
    owner="estimate_id",
    toolset="estimates",
    says="mail about an estimate",
    wording=Wording(does="send", done="sent", creates="send_estimate"),
    rules=(
        SetsOff("mails it to {recipients}", stays="the mail"),
        TellsLast("created_at"),
        MovesOwner(when=(("state", "draft", "That makes it sent."),)),
    ),
)

ESTIMATE_ITEM_CATEGORIES: Resource[Record] = replace(
    INVOICE_ITEM_CATEGORIES,
    noun="estimate_item_category",
    plural="estimate_item_categories",
    record=without(INVOICE_ITEM_CATEGORIES.record, "use_as_service", "use_as_expense"),
    wire=JsonWire("/estimate_item_categories"),
    toolset="estimates",
    says="what a line of an estimate is for",
    rules=(),
)
