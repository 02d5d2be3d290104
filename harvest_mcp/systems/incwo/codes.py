"""Code tables that all accounts share (incwo 14); an account's own codes have no word here."""

from harvest_mcp.spec import Codes

CIVILITY = Codes((("17", "mr"), ("18", "mrs"), ("19", "miss")), what="title")
PARTY = Codes(
    (
        ("client", "client"),
        ("prospect", "prospect"),
        ("supplier", "supplier"),
        ("press", "press"),
        ("partner", "partner"),
        ("staff", "staff"),
        ("perso", "personal"),
        ("other", "other"),
    ),
    what="type",
)
ADDRESS = Codes(
    (("20", "personal"), ("21", "professional"), ("22", "other")), what="type"
)  # headings swapped (incwo 15, row 1)
ITEM = Codes(
    (
        ("23", "personal_phone"),
        ("24", "professional_phone"),
        ("25", "personal_fax"),
        ("26", "professional_fax"),
        ("27", "professional_email"),
        ("28", "personal_email"),
        ("88", "professional_mobile"),
        ("430", "skype"),
        ("431", "yahoo"),
        ("432", "msn"),
        ("433", "aim"),
        ("457", "icq"),
        ("471", "main_phone"),
        ("554", "personal_mobile"),
    ),
    what="type",
)
PROJECT_STATUS = Codes((("1", "active"), ("2", "suspended"), ("3", "done")), what="state")
TASK_STATUS = Codes((("236", "pending"), ("237", "complete"), ("238", "cancelled"), ("239", "archived")), what="state")
TASK_PRIORITY = Codes((("257", "high"), ("258", "normal"), ("259", "low")), what="priority")
TASK_IMPORTANCE = Codes((("46", "high"), ("44", "normal"), ("45", "low")), what="importance")
SERVICE = Codes(
    (
        ("79", "sales"),
        ("80", "documents"),
        ("81", "direction"),
        ("82", "human_resources"),
        ("83", "marketing"),
        ("84", "purchases"),
        ("85", "administrative"),
        ("525", "research_and_development"),
        ("575", "it"),
        ("620", "not_worked"),
    ),
    what="department",
)
EXPENSE = Codes(
    (
        ("245", "mileage"),
        ("246", "fuel"),
        ("247", "parking_tolls_transport"),
        ("248", "taxi"),
        ("249", "internal_meals"),
        ("250", "external_meals"),
        ("251", "hotel"),
        ("252", "post"),
        ("253", "telephone"),
        ("254", "documentation"),
        ("255", "miscellaneous"),
        ("571", "supplies"),
        ("572", "raw_materials"),
    ),
    what="type",
)
TIME_UNIT = Codes((("530", "hours"), ("531", "half_days")), what="unit")
ENGAGED = Codes((("0", "prospect"), ("1", "customer")))
VAT = Codes(
    (
        ("222", "2.1%"),
        ("223", "5.5%"),
        ("224", "19.6%"),
        ("225", "none"),
        ("529", "19%"),
        ("543", "8.5%"),
        ("544", "21%"),
        ("545", "7.6%"),
        ("546", "16%"),
        ("551", "15%"),
        ("552", "10%"),
        ("553", "3%"),
        ("567", "18%"),
        ("569", "8.5%_npr"),
        ("607", "20%"),
        ("615", "6%"),
    ),
    what="rate",
)
PROPOSAL_PROGRESS = Codes(
    (("555", "being_written"), ("556", "sent"), ("557", "accepted"), ("558", "refused"), ("559", "postponed")),
    what="state",
)
PAYMENT = Codes(
    (
        ("55", "cheque"),
        ("56", "card"),
        ("57", "cash"),
        ("265", "wire"),
        ("370", "coupon"),
        ("532", "tip"),
        ("574", "direct_debit"),
        ("621", "bill_of_exchange"),
    ),
    what="type",
)
VACATION_STATUS = Codes(
    (("65", "awaiting_approval"), ("66", "accepted"), ("67", "refused"), ("509", "being_written")), what="state"
)
VACATION = Codes(
    (
        ("61", "paid_leave"),
        ("62", "rest"),
        ("63", "employer_rtt"),
        ("64", "employee_rtt"),
        ("68", "unpaid_absence"),
        ("573", "sickness"),
    ),
    what="type",
)
CURRENCY = Codes((("58", "EUR"),), what="currency")  # meaning inferred
DIRECTION = Codes((("1", "in"), ("-1", "out")))
PROPOSAL = Codes((("proposal", "proposal"),))
"""The code of a delivery note is not known in full: it is read unchanged and not offered (incwo 16)."""
INVOICE = Codes((("invoice_maybe", "draft"),))
"""A definitive invoice (`invoice`) is read and not offered: it is a legal act (incwo 13.9)."""
INVOICE_SUBTYPE = Codes((("0", "invoice"), ("1", "fees")))
DEPOSIT = Codes((("deposit", "actual"), ("plan", "expected")))
SHEET = Codes((("bill_sheets", "invoice"), ("emitted_payments", "purchase_bill"), ("proposal_sheets", "proposal")))
STATE = Codes((), what="state")
"""For columns whose codes are undocumented (incwo 13.5, 13.9, 13.15)."""
