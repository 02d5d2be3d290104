"""What the tests of expenses share: the account on a Monday, and expenses of it."""

import json
from typing import Any

TAXI = {"project": "301", "expense_category": "602", "total_cost": "12.50", "spent_at": "2018-03-01"}
DRIVE = {"project": "301", "expense_category": "601", "units": "3", "spent_at": "2018-03-01"}
NEW = 40254
"""The id the next expense gets."""
LUNCH, HOTEL, SCRIPTS = 40244, 40218, 40248
"""Ada's, not locked and without a receipt; Róisín's, locked and with one; Fumiko's, with one."""


def stored(text: str) -> dict[str, Any]:
    """The record behind the first line."""
    record: dict[str, Any] = json.loads(text.split("\n", 1)[1])
    return record


def first(text: str) -> str:
    return text.split("\n", 1)[0]
