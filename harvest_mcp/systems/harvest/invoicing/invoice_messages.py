"""Messages of Harvest invoices: IM-1 to IM-4 (harvest-v1 23); creating one mails it."""

from datetime import date, datetime
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    INNER,
    LINES,
    REQUIRED,
    SENT_ONLY,
    SERVER_SET,
    SUMMARY,
    Mails,
    Module,
    MovesOwner,
    Record,
    Ref,
    Resource,
    Same,
    Says,
    SeenIn,
    SetsOff,
    TellsLast,
    Wording,
)
from harvest_mcp.wire.rails_wires import Nested


class InvoiceMessage(Record):
    """What was mailed, or noted, about an invoice."""

    invoice_id: Annotated[int | None, Ref("invoice"), REQUIRED, FIXED, INNER] = None
    recipients: Annotated[str | None, REQUIRED, SENT_ONLY, Mails(), Says("addresses, joined by commas")] = None
    subject: Annotated[str | None, SERVER_SET, SUMMARY, SeenIn(("late",))] = None
    body: Annotated[str | None, LINES] = None
    sent_by: Annotated[str | None, SERVER_SET, SUMMARY] = None
    sent_by_email: Annotated[str | None, SERVER_SET] = None
    sent_from: Annotated[str | None, SERVER_SET, SeenIn(("late",))] = None
    sent_from_email: Annotated[str | None, SERVER_SET, SeenIn(("late",))] = None
    full_recipient_list: Annotated[str | None, SERVER_SET, SUMMARY] = None
    send_me_a_copy: bool | None = None
    include_pay_pal_link: Annotated[bool | None, SeenIn(("docs", "late"))] = None
    thank_you: Annotated[bool | None, SERVER_SET, SeenIn(("late",))] = None
    send_reminder_on: Annotated[date | None, SERVER_SET, SeenIn(("late",))] = None
    created_at: Annotated[datetime | None, SERVER_SET, SUMMARY] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    attach_pdf: Annotated[bool | None, SENT_ONLY] = None


INVOICE_MESSAGES = Resource(
    noun="invoice_message",
    plural="invoice_messages",
    record=InvoiceMessage,
    wire=Nested("/invoices/{invoice_id}/messages"),
    owner="invoice_id",
    toolset="invoices",
    label=("full_recipient_list",),
    says="mail about an invoice",
    verbs=("list", "get", "create", "delete"),
    wording=Wording(does="send", done="sent", creates="send_invoice"),
    # Sending the same again is no mistake, except within minutes.
    same=Same(any_of=()),
    rules=(
        Module("invoices"),
        SetsOff("mails it to {recipients}", stays="the mail"),
        TellsLast("created_at"),
        # 27: draft, IM-3, open (inferred); of the others nothing is said to change.
        MovesOwner(
            when=(
                ("state", "draft", "That makes it open."),
                ("state", "paid", "It is paid already."),
                ("state", "closed", "It is written off, and stays so."),
            )
        ),
    ),
)
