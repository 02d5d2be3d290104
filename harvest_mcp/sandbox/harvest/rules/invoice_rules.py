"""The rules of invoices: figures, due date, state, messages and payments (harvest-v1 22 to 27)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from harvest_mcp.errors import Malformed
from harvest_mcp.sandbox.asgi import HttpCall
from harvest_mcp.sandbox.harvest.logins import LOGINS
from harvest_mcp.sandbox.harvest.rules import Refusal, found, invalid, invoice_imports
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import Era
from harvest_mcp.systems.harvest import (
    CLIENTS,
    CONTACTS,
    INVOICE_ITEM_CATEGORIES,
    INVOICE_MESSAGES,
    INVOICE_PAYMENTS,
    INVOICES,
)
from harvest_mcp.systems.harvest.invoicing.invoice_totals import InvoiceLine, totals, worth
from harvest_mcp.wire import rails, xml

NET = re.compile(r"net (\d{1,3})|(\d{1,3}) days", re.I)
RECEIPT = re.compile(r"(?:due )?upon receipt", re.I)
UPON_RECEIPT = "upon receipt"
LARGEST = Decimal(10**12)
UNPAID = ("open", "partial")
SILENT = frozenset({"mark_as_draft"})  # actions that store no message unless they carry a text (harvest-v1 23)
DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hand:
    """The id of the person who writes, and the era of the API."""

    by: int
    profile: Era


def due(issued: date, terms: str) -> tuple[date, str]:
    """Return the due date and the normalized terms: `NET 10` of 2014-01-01 is 2014-01-11."""
    if match := NET.fullmatch(terms.strip()):
        days = int(match[1] or match[2])
        try:
            return issued + timedelta(days=days), f"NET {days}"
        except OverflowError:
            raise invalid("due-at-human-format and issued-at lead past the calendar.") from None
    return issued, UPON_RECEIPT if RECEIPT.fullmatch(terms.strip()) or not terms.strip() else terms.strip()


def numbered(lines: Iterable[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    """Return the lines numbered from 1, with their amounts."""
    return tuple(line.model_copy(update={"id": at, "amount": worth(line)}) for at, line in enumerate(lines, 1))


def figures(row: Row) -> Row:
    """Return the columns that follow from lines, taxes and discount."""
    lines = numbered(cast("Sequence[InvoiceLine]", row.get("line_items") or ()))
    tax, tax2, discount = (cast("Decimal | None", row.get(name)) for name in ("tax", "tax2", "discount"))
    sums = totals(lines, tax=tax, tax2=tax2, discount=discount)
    if max(map(abs, (sums.amount, *(worth(line) for line in lines)))) >= LARGEST:
        raise invalid("The amount is larger than this account can count.")
    return {
        "line_items": lines,
        "amount": sums.amount,
        "discount_amount": sums.discount_amount,
        "tax_amount": None if tax is None else sums.tax_amount,
        "tax2_amount": None if tax2 is None else sums.tax2_amount,
    }


def client_key(id: int) -> str:
    """Return 40 hex digits, the same for the same invoice in every sandbox."""
    return hashlib.blake2b(f"invoice {id}".encode(), digest_size=20).hexdigest()


def _prepared(store: Store, given: Row, before: Row, hand: Hand) -> Row:
    """IN-3, IN-4: return the columns to write of an invoice, with the derived ones."""
    client = store.get(CLIENTS, int(str({**before, **given}["client_id"] or 0))) or {}
    fresh: Row = {}
    if not before:
        fresh = {
            "number": _next_number(store),
            "issued_at": store.now().date(),
            "currency": client.get("currency"),
            "due_at_human_format": client.get("default_invoice_timeframe") or UPON_RECEIPT,
            "state": "draft",
            "created_by_id": hand.by,
        }
    # An empty number, date or currency becomes the default too.
    row = {**before, **fresh, **{name: value for name, value in given.items() if value or name not in fresh}}
    issued, terms = cast(date, row["issued_at"]), str(row["due_at_human_format"] or "")
    row["due_at"], row["due_at_human_format"] = due(issued, terms)
    row["client_name"] = client.get("name")
    if not before:
        row["line_items"] = (
            *cast("Sequence[InvoiceLine]", row.get("line_items") or ()),
            *invoice_imports.pull(store, row),
        )
        if client:
            kind = str(given.get("kind") or "free_form").replace("-", "_")
            store.update(CLIENTS, int(str(client["id"])), {"last_invoice_kind": kind})
    row |= figures(row)
    return {name: value for name, value in row.items() if name not in before or before[name] != value}


def _next_number(store: Store) -> str:
    """Return one more than the highest number; ignore numbers that are not all digits."""
    numbers = (str(row["number"]) for row in store.rows(INVOICES))
    return str(max((int(number) for number in numbers if number.isascii() and number.isdigit()), default=0) + 1)


def _mailed(store: Store, given: Row, before: Row, hand: Hand) -> Row:
    """IM-3: return the columns of a message, with sender, subject and full recipients."""
    invoice = found(store, INVOICES, int(str(given["invoice_id"])))
    recipients = str(given.get("recipients") or "")
    return {**given, **_from(hand), **_message(invoice), "full_recipient_list": _full(store, recipients)}


def _message(invoice: Row) -> Row:
    return {
        "subject": f"Invoice {invoice['number']} from Kestrel Studio",
        "thank_you": False,
        "send_me_a_copy": False,
        "include_pay_pal_link": False,
    }


def _from(hand: Hand) -> Row:
    login = next(login for login in LOGINS if login.id == hand.by)
    name = f"{login.first_name} {login.last_name}"
    return {"sent_by": name, "sent_by_email": login.email, "sent_from": name, "sent_from_email": login.email}


def _full(store: Store, recipients: str) -> str:
    """Return recipients, contacts with their names: `Jane Doe <janedoe@example.com>`."""
    mails = [mail.strip() for mail in recipients.split(",") if mail.strip()]
    names = {str(row["email"]): _whole_name(row) for row in store.rows(CONTACTS)}
    return ", ".join(f"{names[mail]} <{mail}>" if mail in names else mail for mail in mails)


def _whole_name(row: Row) -> str:
    return " ".join(str(row[name]) for name in ("first_name", "last_name") if row[name])


def _recorded(store: Store, given: Row, before: Row, hand: Hand) -> Row:
    """IP-3: return the columns of a payment, with who recorded it; refuse one of a closed invoice (27)."""
    if found(store, INVOICES, int(str(given["invoice_id"])))["state"] == "closed":
        raise Refusal(400, "NotAllowed", "This invoice is closed.")
    login = _from(hand)
    return {**given, "recorded_by": login["sent_by"], "recorded_by_email": login["sent_by_email"]}


def _opened(store: Store, row: Row, hand: Hand) -> None:
    """27: open a draft once a message is sent."""
    invoice = found(store, INVOICES, int(str(row["invoice_id"])))
    if invoice["state"] == "draft":
        store.update(INVOICES, int(str(invoice["id"])), {"state": "open"})


def _settled(store: Store, row: Row, hand: Hand) -> None:
    """24: recompute due amount and state after a payment is created or deleted."""
    settle(store, int(str(row["invoice_id"])), hand)


def _written(store: Store, row: Row, hand: Hand) -> None:
    """22: recompute due amount and state of a written invoice, and store its id in the imported rows."""
    settle(store, int(str(row["id"])), hand)
    invoice_imports.owned(store, int(str(row["id"])))


def settle(store: Store, id: int, hand: Hand) -> None:
    """Update the due amount of an invoice, and its state by the table of 27."""
    invoice = found(store, INVOICES, id)
    payments = store.rows(INVOICE_PAYMENTS, [("invoice_id", "=", id)])
    paid = sum((cast(Decimal, row["amount"]) for row in payments), Decimal(0))
    left = cast(Decimal, invoice["amount"] or Decimal(0)) - paid
    state = _state(store, invoice, paid, left, hand)
    store.update(INVOICES, id, {"due_amount": left, "state": state, "client_key": client_key(id)})


def _state(store: Store, invoice: Row, paid: Decimal, left: Decimal, hand: Hand) -> str:
    state, sent = str(invoice["state"]), bool(store.rows(INVOICE_MESSAGES, [("invoice_id", "=", invoice["id"])]))
    if state == "closed":
        return state
    if paid and left <= 0:
        return "paid"
    unsent = "draft" if hand.profile == "late" else "open"
    if paid:
        # 29 row 13: a partly paid draft stays a draft in late; before, it becomes partial.
        return "draft" if state == "draft" and hand.profile == "late" else "partial"
    if state in ("paid", "partial"):
        return "open" if sent else unsent
    return state


def _only_default(store: Store, row: Row, hand: Hand) -> None:
    """25: unset the defaults for hours and expenses in other categories, since only one may have each."""
    for column in ("use_as_service", "use_as_expense"):
        if row.get(column):
            for other in store.rows(INVOICE_ITEM_CATEGORIES, [(column, "=", True), ("id", "<>", row["id"])]):
                store.update(INVOICE_ITEM_CATEGORIES, int(str(other["id"])), {column: False})


def text_of(body: bytes, column: str) -> str:
    """Return the text sent with a change of state, if any."""
    if not body.strip():
        return ""
    try:
        return str(dict(xml.read(body).children).get(rails.spell(column)) or "")
    except Malformed:
        raise invalid("The body is not an XML document this account reads.") from None


QUERIES = frozenset({"status", "from", "to"})
"""The query parameters that `fits` reads."""


def fits(call: HttpCall, today: date) -> Callable[[Row], bool]:
    """IN-1: return a predicate for the query; filters combine (8.1), days are of issue, inclusive (29 row 12)."""
    status, first, last = call.asked("status"), _day(call.asked("from")), _day(call.asked("to"))

    def fit(row: Row) -> bool:
        issued = cast("date | None", row["issued_at"])
        in_time = issued is None or ((first is None or issued >= first) and (last is None or issued <= last))
        return in_time and _is(row, status or "", today)

    return fit


def _is(row: Row, status: str, today: date) -> bool:
    if status == "pastdue":  # 27, inferred
        return row["state"] in UNPAID and row["due_at"] is not None and cast(date, row["due_at"]) < today
    return not status or row["state"] == status or (status == "unpaid" and row["state"] in UNPAID)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        if match := DAY.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise invalid("from and to must be days such as 20180131.")


Before = Callable[[Store, Row, Row, Hand], Row]
After = Callable[[Store, Row, Hand], None]
BEFORE: Mapping[str, Before] = {"invoice": _prepared, "invoice_message": _mailed, "invoice_payment": _recorded}
"""Return the columns to write, from the store, the given values, the row before, and who writes."""
AFTER: Mapping[str, After] = {
    "invoice": _written,
    "invoice_message": _opened,
    "invoice_payment": _settled,
    "invoice_item_category": _only_default,
}
"""Called after a row is written."""
AFTER_DELETE: Mapping[str, After] = {"invoice": invoice_imports.released, "invoice_payment": _settled}
