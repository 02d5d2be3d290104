"""What moves money in incwo asks a person first: deposits, what was paid, the account's own numbers."""

from typing import Any

import pytest

from harvest_mcp.systems.incwo.money.bank_accounts import BANK_ACCOUNTS
from harvest_mcp.systems.incwo.money.purchase_bills import PURCHASE_BILLS
from harvest_mcp.systems.incwo.team.expenses import EXPENSES
from tests.conftest import Era
from tests.incwo.kit import at, code, record, writes

pytestmark = pytest.mark.anyio

BACK = "An undo puts it back."
IBAN = "FR7630006000011234567890189"
DEPOSIT: dict[str, Any] = {"kind": "actual", "amount_ttc": "12.5", "deposit_date": "2018-03-01"}
BILL: dict[str, Any] = {"title": "Papier", "supplier_name": "Divers", "bill_reference": "X-1", "amount": "12.5"}
UNPAID, PAID = 770_005, 770_010

ASKED: list[tuple[str, dict[str, Any], str]] = [
    (
        "create_incwo_cash_deposit",
        DEPOSIT,
        'Create cash deposit "2018-03-01 12.5"? incwo books money that came in or went out. With kind "actual".'
        " An undo deletes it again.",
    ),
    (
        "create_incwo_cash_deposit",
        {**DEPOSIT, "sheet_name": "invoice", "sheet_id": 750_020},
        'incwo books money that came in or went out. It is for invoice "F-0104 Honoraires d\'étude" (750020).'
        ' With kind "actual", sheet_name "invoice", sheet_id 750020. An undo deletes it again.',
    ),
    (
        "update_incwo_cash_deposit",
        {"cash_deposit_id": 1005, "amount_ttc": "9000"},
        'Change cash deposit "2017-11-05 7680.00" (1005), sheet id 750005, kind "actual", sheet "invoice"?'
        " incwo books money that came in or went out."
        ' amount_ttc: 7680.00 becomes 9000.00. It is for invoice "F-0101 Comptoir, solde" (750005). '
        f"{BACK}",
    ),
    (
        "create_incwo_purchase_bill",
        {**BILL, "payed_amount": "12.5"},
        'Create purchase bill "Papier"? incwo books what was paid to a supplier. With supplier_name "Divers",'
        ' bill_reference "X-1", amount 12.50, payed_amount 12.50. An undo deletes it again.',
    ),
    (
        "update_incwo_purchase_bill",
        {"purchase_bill_id": UNPAID, "payed_amount": "100"},
        'Change purchase bill "Chêne sec, 2,4 m³" (770005), firm "Scierie Béal-Chaumeil", bill reference "SB-4471", '
        "payment date 2018-02-11? incwo books what was paid to a supplier."
        f" payed_amount: nothing becomes 100.00. {BACK}",
    ),
    (
        "update_incwo_purchase_bill",
        {"purchase_bill_id": PAID, "supplier_name": "Mallory"},
        f'supplier_name: nothing becomes "Mallory". {BACK}',
    ),
    (
        "create_incwo_bank_account",
        {"name": "Livret", "bank_iban": IBAN},
        'Create bank account "Livret"? incwo stores a bank number that customers may be told to pay'
        f' to. With bank_iban "{IBAN}". An undo deletes it again.',
    ),
    (
        "update_incwo_bank_account",
        {"bank_account_id": 1005, "bank_iban": IBAN},
        f'to. bank_iban: "…5731" becomes "{IBAN}". {BACK}',
    ),
    (
        "update_incwo_expense",
        {"expense_id": 1005, "advance_amount": "50"},
        f"incwo books money paid in advance. advance_amount: nothing becomes 50.00. {BACK}",
    ),
    (
        "update_incwo_file",
        {"file_id": 1005, "file_data_base64": "UGxhbg=="},
        "incwo replaces the content of a file. Its content becomes 6 bytes sent here. Nothing brings back the content"
        " it has now.",
    ),
]


@pytest.mark.parametrize(("tool", "given", "asked"), ASKED)
async def test_what_moves_money_or_cannot_be_put_back_is_asked_about(
    tool: str, given: dict[str, Any], asked: str
) -> None:
    async with at(toolsets="all", reply="decline") as talk:
        talk.sandbox.store.update(PURCHASE_BILLS, UNPAID, {"payed_amount": None})
        talk.sandbox.store.update(PURCHASE_BILLS, PAID, {"payed_amount": "10", "supplier_name": None})
        talk.sandbox.store.update(EXPENSES, 1005, {"advance_amount": None})
        assert (await talk.error(tool, **given)).startswith("The person declined. Nothing was ")
        assert [question.endswith(asked) for question in talk.asked] == [True], talk.asked
        assert writes(talk) == []


FREE: list[tuple[str, dict[str, Any]]] = [
    ("create_incwo_cash_deposit", {**DEPOSIT, "kind": "expected"}),
    ("create_incwo_purchase_bill", BILL),
    ("create_incwo_bank_account", {"name": "Livret"}),
    ("update_incwo_cash_deposit", {"cash_deposit_id": 1005, "comments": "Thanks"}),
    ("update_incwo_purchase_bill", {"purchase_bill_id": UNPAID, "amount": "99"}),
    ("update_incwo_bank_account", {"bank_account_id": 1005, "city": "Lyon"}),
    ("update_incwo_file", {"file_id": 1005, "upload_file_description": "Plan"}),
]


@pytest.mark.parametrize(("tool", "given"), FREE)
async def test_what_moves_none_is_not(tool: str, given: dict[str, Any]) -> None:
    async with at(toolsets="all", reply="decline") as talk:
        talk.sandbox.store.update(PURCHASE_BILLS, UNPAID, {"payed_amount": None})
        await talk.ok(tool, **given)
        assert talk.asked == []


async def test_an_expected_deposit_that_becomes_actual_is_asked_about() -> None:
    async with at(toolsets="all", reply="decline") as talk:
        await talk.ok("create_incwo_cash_deposit", **{**DEPOSIT, "kind": "expected"})
        assert talk.asked == []
        made = (await talk.ok("list_incwo_cash_deposits")).splitlines()[-1].partition(",")[0]
        await talk.error("update_incwo_cash_deposit", cash_deposit_id=int(made), kind="actual")
        assert len(talk.asked) == 1


async def test_an_undo_of_it_asks_as_well(era: Era) -> None:
    async with at(era=era, toolsets="all", reply="yes") as talk:
        before = await record(talk, "bank_account", 1005)
        await talk.ok("update_incwo_bank_account", bank_account_id=1005, bank_iban=IBAN)
        await talk.ok("undo_change", change_id=1)
        assert len(talk.asked) == 2
        assert talk.asked[1].startswith("Undo change 1: change bank account ")
        assert await record(talk, "bank_account", 1005) == before


async def test_a_yes_is_void_once_another_number_of_the_account_changed() -> None:
    """Two numbers that end alike are told apart, although no more is shown of them."""
    async with at(toolsets="all", confirm="token") as talk:
        there = {"bank_account_id": 1005, "bank_bic": "YYYYFRPPYYY"}
        asked = await talk.error("update_incwo_bank_account", **there)
        now = talk.sandbox.store.get(BANK_ACCOUNTS, 1005)
        assert now is not None
        talk.sandbox.store.update(BANK_ACCOUNTS, 1005, {"bank_iban": f"FR00{str(now['bank_iban'])[4:]}"})
        said = await talk.error("update_incwo_bank_account", **there, confirm=code(asked))
        assert "or the record changed since" in said
        assert writes(talk) == []
