"""Expenses and their receipts (harvest-v2 11)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox

from .conftest import Open
from .kit import LOGO, MEALS, MILEAGE, TODAY, caller, ok, refused

pytestmark = pytest.mark.anyio
COST = {"project_id": LOGO, "expense_category_id": MEALS, "spent_date": TODAY, "total_cost": 12}
RIDE = {"project_id": LOGO, "expense_category_id": MILEAGE, "spent_date": TODAY, "units": 4}
PDF = ("cab.pdf", b"%PDF-1.4\r\n--x\r\n\r\nbytes\x00\xff", "application/pdf")


async def test_units_make_the_cost_to_the_cent(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/expenses", json={**RIDE, "units": "7.5"}), 201)
    assert (made["units"], made["total_cost"]) == (Decimal("7.5"), Decimal("3.64"))
    told = ok(await http.patch(f"/expenses/{made['id']}", json={"units": 10}))
    assert (told["units"], told["total_cost"]) == (Decimal(10), Decimal("4.85"))
    told = ok(await http.patch(f"/expenses/{made['id']}", json={"expense_category_id": MEALS, "total_cost": 9}))
    assert (told["units"], told["total_cost"]) == (Decimal(1), Decimal(9))


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({}, "Spent date can't be blank, Project can't be blank, Expense category can't be blank"),
    ({**COST, "total_cost": None}, "Total cost can't be blank"),
    ({**RIDE, "units": None}, "Units can't be blank"),
    ({**COST, "expense_category_id": 1}, "Expense category must exist"),
    ({**COST, "expense_category_id": 609}, "Expense category is archived"),
    ({**COST, "project_id": 302}, "Project is archived"),
    ({**COST, "project_id": 308, "user_id": 33}, "Project is archived, User is not assigned to the project"),
    ({**COST, "spent_date": "2026-02-30"}, "Invalid spent_date: 2026-02-30"),
]


@pytest.mark.parametrize(("body", "words"), REFUSALS)
async def test_what_does_not_fit_an_expense_is_refused(
    http: httpx.AsyncClient, body: dict[str, Any], words: str
) -> None:
    assert refused(await http.post("/expenses", json=body)) == words


async def test_a_receipt_comes_as_a_part_beside_the_other_fields(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    data = {name: str(value) for name, value in RIDE.items()}
    made = ok(await http.post("/expenses", data=data, files={"receipt": PDF}), 201)
    assert made["receipt"] == {
        "url": f"https://kestrel.harvestapp.com/expenses/{made['id']}/receipt",
        "file_name": "cab.pdf",
        "file_size": len(PDF[1]),
        "content_type": "application/pdf",
    }
    assert (made["units"], made["total_cost"]) == (Decimal(4), Decimal("1.94"))
    file = await http.get(made["receipt"]["url"], headers={"Authorization": "", "Harvest-Account-Id": ""})
    assert (file.content, file.headers["content-type"]) == (PDF[1], "application/pdf")


async def test_a_receipt_is_replaced_kept_and_taken_away(http: httpx.AsyncClient) -> None:
    path = f"/expenses/{ok(await http.post('/expenses', json=COST), 201)['id']}"
    gif = ("dot.GIF", b"GIF89a", "image/gif")
    assert ok(await http.patch(path, files={"receipt": PDF}))["receipt"]["file_name"] == "cab.pdf"
    assert ok(await http.patch(path, files={"receipt": gif}))["receipt"]["file_name"] == "dot.GIF"
    assert ok(await http.patch(path, json={"notes": "x"}))["receipt"]["file_size"] == 6
    assert ok(await http.patch(path, json={"delete_receipt": True}))["receipt"] is None


@pytest.mark.parametrize("file", [("a.txt", b"text", "text/plain"), ("a.pdf", b"no pdf", "application/pdf")])
async def test_a_file_of_another_kind_is_refused_and_nothing_is_made(
    http: httpx.AsyncClient, file: tuple[str, bytes, str]
) -> None:
    data = {name: str(value) for name, value in COST.items()}
    before = ok(await http.get("/expenses?per_page=1"))["total_entries"]
    words = refused(await http.post("/expenses", data=data, files={"receipt": file}))
    assert words == "Receipt must be a png, gif, pdf, jpg or jpeg file"
    assert ok(await http.get("/expenses?per_page=1"))["total_entries"] == before


async def test_a_receipt_may_lie_behind_a_sign_in_page_and_beside_a_near_api_is_near(opened: Open) -> None:
    async with caller(opened(receipts_sign_in=True)) as http:
        answer = await http.get("http://127.0.0.1:8000/v2/expenses/40002")
        url = ok(answer)["receipt"]["url"]
        assert url == "http://localhost:8000/expenses/40002/receipt"
        assert (await http.get(url)).status_code == 302


async def locked(http: httpx.AsyncClient, query: str) -> Any:
    return ok(await http.get(f"/expenses?per_page=1&{query}"))["expenses"][0]


async def test_locked_expenses_say_why(http: httpx.AsyncClient) -> None:
    billed = await locked(http, "is_billed=true")
    assert (billed["is_locked"], billed["locked_reason"]) == (True, "Expense is invoiced.")
    assert billed["invoice"]["number"]
    approved = await locked(http, "approval_status=approved&is_billed=false")
    assert approved["locked_reason"] == "The project is locked for this time period."


async def test_a_locked_expense_silently_keeps_its_project_and_category(http: httpx.AsyncClient) -> None:
    row = await locked(http, "is_billed=true")
    body = {"project_id": LOGO, "expense_category_id": MEALS, "notes": "late note"}
    told = ok(await http.patch(f"/expenses/{row['id']}", json=body))
    assert told == {**row, "notes": "late note", "updated_at": f"{TODAY}T09:00:00Z"}


async def test_only_administrators_change_what_is_locked(http: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    row = await locked(member, "approval_status=approved")
    path = f"/expenses/{row['id']}"
    assert refused(await member.patch(path, json={"notes": "x"})).startswith("This expense is locked: ")
    assert refused(await member.delete(path)).startswith("This expense is locked: ")
    assert ok(await http.delete(path))["id"] == row["id"]


async def test_a_deleted_expense_takes_its_receipt_along(http: httpx.AsyncClient) -> None:
    url = ok(await http.get("/expenses/40002"))["receipt"]["url"]
    ok(await http.delete("/expenses/40002"))
    assert (await http.get(url)).status_code == 404


async def test_the_person_of_an_expense_stays(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/expenses", json={**COST, "user_id": 34}), 201)
    assert made["user"]["id"] == 34
    assert ok(await http.patch(f"/expenses/{made['id']}", json={"user_id": 31}))["user"]["id"] == 34
