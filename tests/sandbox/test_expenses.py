"""Expenses, their categories and receipts as the account answers for them (harvest-v1 19, 20)."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Login, Sandbox, open_account
from harvest_mcp.sandbox.harvest.receipts import RECEIPTS
from harvest_mcp.sandbox.harvest.switches import Switches
from harvest_mcp.systems.harvest import EXPENSE_CATEGORIES, EXPENSES, USER_ASSIGNMENTS

from .kit import Clock, caller, error, ids, leaves

pytestmark = pytest.mark.anyio

NEW = "/expenses/40254"
PNG = b"\x89PNG\r\n\x1a\n and the rest"


def body(**values: object) -> str:
    """An expense on a project that all three logins are on, unless told otherwise."""
    given = {"project-id": 301, "expense-category-id": 602, "spent-at": "2018-03-01", "total-cost": "12.50", **values}
    told = "".join(f"<{name}>{value}</{name}>" for name, value in given.items() if value is not None)
    return f"<expense>{told}</expense>"


def numbers(answer: httpx.Response) -> tuple[str, str]:
    """The cost and the units of an expense."""
    found = leaves(answer.content)
    return found["total-cost"][1], found["units"][1]


def form(
    data: bytes = PNG, *, name: str = "a.png", kind: str = "image/png", part: str = "expense[receipt]"
) -> dict[str, Any]:
    head = f'--x\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    return {
        "content": head.encode() + data + b"\r\n--x--\r\n",
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    }


def test_the_studio_has_a_year_of_expenses(sandbox: Sandbox) -> None:
    rows = sandbox.rows(EXPENSES)
    days = [date.fromisoformat(str(row["spent_at"])) for row in rows]
    assert len(rows) == 253
    assert (min(days), max(days)) == (date(2017, 3, 6), date(2018, 3, 2))
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert len({row["user_id"] for row in rows}) == 10
    assert Counter(bool(row["is_locked"]) for row in rows) == {True: 220, False: 33}
    assert sum(bool(row["invoice_id"]) == row["is_billed"] is True for row in rows) == 133
    assert all(row["is_closed"] or not row["is_locked"] for row in rows)


def test_everybody_is_on_the_projects_they_spent_for(sandbox: Sandbox) -> None:
    there = {(row["user_id"], row["project_id"]) for row in sandbox.rows(USER_ASSIGNMENTS)}
    assert {(row["user_id"], row["project_id"]) for row in sandbox.rows(EXPENSES)} <= there


def test_the_cost_of_what_is_counted_follows_from_its_units(sandbox: Sandbox) -> None:
    prices = {row["id"]: row["unit_price"] for row in sandbox.rows(EXPENSE_CATEGORIES)}
    counted = [row for row in sandbox.rows(EXPENSES) if prices[row["expense_category_id"]]]
    assert len(counted) == 58
    for row in counted:
        exact = Decimal(str(row["units"])) * Decimal(str(prices[row["expense_category_id"]]))
        assert abs(Decimal(str(row["total_cost"])) - exact) <= Decimal("0.005")


def test_the_receipts_of_the_seed_are_the_same_in_every_account(sandbox: Sandbox) -> None:
    has = [row["id"] for row in sandbox.rows(EXPENSES) if row["has_receipt"]]
    assert [row["id"] for row in sandbox.rows(RECEIPTS)] == has
    with open_account(clock=Clock()) as other:
        assert other.rows(RECEIPTS) == sandbox.rows(RECEIPTS)


@pytest.mark.parametrize(
    ("units", "cost"), [("3", "1.46"), ("1", "0.49"), ("10", "4.85"), ("0.5", "0.24"), ("0", "0.00")]
)
async def test_units_are_priced_to_the_cent_half_up(http: httpx.AsyncClient, units: str, cost: str) -> None:
    """20: 3 × 0.485 = 1.455 → 1.46."""
    told = body(**{"expense-category-id": 601, "total-cost": None, "units": units})
    answer = await http.post("/expenses", content=told)
    assert (answer.status_code, answer.headers["location"], answer.content) == (201, NEW, b"")
    assert numbers(await http.get(NEW)) == (cost, units)


async def test_a_cost_counts_as_one_unit(http: httpx.AsyncClient) -> None:
    """20: 1 when only a cost was given."""
    await http.post("/expenses", content=body())
    assert numbers(await http.get(NEW)) == ("12.50", "1")


async def test_going_over_to_units_takes_an_empty_cost(http: httpx.AsyncClient) -> None:
    """20: switching from cost to units: send an empty `total-cost` with `units`."""
    await http.post("/expenses", content=body(**{"expense-category-id": 601}))
    await http.put(NEW, content="<expense><units>4</units></expense>")
    assert numbers(await http.get(NEW)) == ("12.50", "1")
    await http.put(NEW, content="<expense><total-cost></total-cost><units>4</units></expense>")
    assert numbers(await http.get(NEW)) == ("1.94", "4")
    await http.put(NEW, content="<expense><units>5</units></expense>")
    assert numbers(await http.get(NEW)) == ("2.43", "5")
    await http.put(NEW, content="<expense><total_cost>7</total_cost></expense>")
    assert numbers(await http.get(NEW)) == ("7", "1")


@pytest.mark.parametrize(
    ("values", "hint"),
    [
        ({"total-cost": None}, "total-cost or units is required."),
        ({"total-cost": None, "units": "3"}, "Units need a category with a unit price."),
        ({"spent-at": None}, "spent-at is required."),
        ({"project-id": None}, "project-id is required."),
        ({"spent-at": "yesterday"}, "spent-at is not what it should be."),
    ],
)
async def test_an_expense_that_does_not_add_up_is_refused(
    http: httpx.AsyncClient, sandbox: Sandbox, values: dict[str, object], hint: str
) -> None:
    answer = await http.post("/expenses", content=body(**values))
    assert (answer.status_code, answer.headers["hint"]) == (400, hint)
    assert len(sandbox.rows(EXPENSES)) == 253


async def test_the_form_of_a_day_before_2014_is_read(http: httpx.AsyncClient) -> None:
    """20: before 2014 documented as `Sun, 10 Feb 2008`."""
    await http.post("/expenses", content=body(**{"spent-at": "Sun, 10 Feb 2008"}))
    assert leaves((await http.get(NEW)).content)["spent-at"][1] == "2008-02-10"


@pytest.mark.parametrize("wrong", [{"expense-category-id": 999}, {"expense-category-id": 609}, {"project-id": 302}])
async def test_a_category_that_cannot_be_used_and_a_project_that_is_not_ones_own_are_refused_alike(
    sandbox: Sandbox, wrong: dict[str, object]
) -> None:
    """20: an invalid category id gives the misleading "not assigned" error; 302 is archived, 609 too."""
    async with caller(sandbox, login=MEMBER) as http:
        answer = await http.post("/expenses", content=body(**wrong))
    assert answer.status_code == 400
    assert error(answer.content)[0] == "UserNotAssigned"


async def test_a_week_is_all_a_list_ever_holds(http: httpx.AsyncClient) -> None:
    """EX-7, EX-8: one week only, the caller's."""
    present = await http.get("/expenses")
    assert leaves(present.content) == {
        "for_week_start_day": ({"type": "date"}, "2018-03-05"),
        "for_week_end_day": ({"type": "date"}, "2018-03-11"),
    }
    monday = date(2018, 2, 19)
    for day in (monday + timedelta(days=offset) for offset in range(7)):
        assert ids((await http.get(f"/expenses/{day.timetuple().tm_yday}/2018")).content) == [40244]
    assert ids((await http.get("/expenses/57/2018")).content) == []


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("/expenses/366/2016", "2016-12-26", "2017-01-01"),
        ("/expenses/1/2017", "2016-12-26", "2017-01-01"),
        ("/expenses/60/2016", "2016-02-29", "2016-03-06"),
        ("/expenses/60/2017", "2017-02-27", "2017-03-05"),
    ],
)
async def test_days_of_the_year_count_over_leap_years_and_years_ends(
    http: httpx.AsyncClient, path: str, first: str, last: str
) -> None:
    told = leaves((await http.get(path)).content)
    assert (told["for_week_start_day"][1], told["for_week_end_day"][1]) == (first, last)


@pytest.mark.parametrize("path", ["/expenses/366/2017", "/expenses/0/2017", "/expenses/5/0", "/expenses/1/99999"])
async def test_a_day_that_is_not_of_the_year_is_refused(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 400


@pytest.mark.parametrize("login", [MANAGER, MEMBER])
async def test_everybody_has_their_own_and_nobody_elses(sandbox: Sandbox, login: Login) -> None:
    """7: expenses own: yes; `of_user`: administrators only."""
    async with caller(sandbox, login=login) as http:
        assert (await http.post("/expenses", content=body())).status_code == 201
        assert (await http.get(f"{NEW}?of_user={login.id}")).status_code == 200
        for path in (f"{NEW}?of_user=31", "/expenses?of_user=31", "/expenses/40244", "/expenses/40248/receipt"):
            assert (await http.get(path)).status_code == 404
        assert (await http.delete(NEW)).status_code == 200
        assert (await http.get("/expense_categories")).status_code == 200
        assert (await http.post("/expense_categories", content="<expense-category/>")).status_code == 404


async def test_an_administrator_names_whose_it_is(http: httpx.AsyncClient) -> None:
    assert (await http.post("/expenses?of_user=33", content=body())).status_code == 201
    assert leaves((await http.get(NEW)).content)["user-id"][1] == "33"
    assert (await http.get(f"{NEW}?of_user=31")).status_code == 404
    assert ids((await http.get("/expenses/60/2018?of_user=33")).content) == [40254]
    assert (await http.get("/expenses?of_user=999")).status_code == 404


async def test_what_is_locked_is_an_administrators_to_change_in_part(sandbox: Sandbox) -> None:
    """20: locked: admin may edit and delete; `project_id`, `expense_category_id`, `spent_at` then fixed; 8.3: 400."""
    change = "<expense><notes>New</notes><project-id>302</project-id><spent-at>2018-03-01</spent-at></expense>"
    async with caller(sandbox, login=MEMBER) as http:
        told = [await http.put("/expenses/40218", content=change), await http.delete("/expenses/40218")]
        assert [(each.status_code, each.headers["hint"]) for each in told] == [(400, "This expense is locked.")] * 2
    async with caller(sandbox) as http:
        assert (await http.put("/expenses/40218", content=change)).status_code == 200
        after = leaves((await http.get("/expenses/40218")).content)
        assert [after[name][1] for name in ("notes", "project-id", "spent-at")] == ["New", "301", "2018-01-16"]
        assert (await http.delete("/expenses/40218")).status_code == 200


async def test_an_account_without_the_module_has_none_of_it() -> None:
    """7: expenses exist only when the module is on; with the module off: 404."""
    with open_account(clock=Clock(), switches=Switches(off=frozenset({"expenses"}))) as sandbox:
        async with caller(sandbox) as http:
            for path in ("/expenses", "/expenses/40001", "/expenses/40002/receipt", "/expense_categories"):
                assert (await http.get(path)).status_code == 404
            assert (await http.post("/expenses", content=body())).status_code == 404
            assert b'<expenses type="boolean">false</expenses>' in (await http.get("/account/who_am_i")).content


async def test_a_category_loses_its_unit_with_an_update_that_leaves_it_out(http: httpx.AsyncClient) -> None:
    """19: a PUT with only `name` wipes both unit elements; a PUT with only the unit elements keeps the name."""
    path = "/expense_categories/601"
    await http.put(
        path, content="<expense-category><unit-name>km</unit-name><unit-price>1</unit-price></expense-category>"
    )
    kept = leaves((await http.get(path)).content)
    assert (kept["name"][1], kept["unit-name"][1], kept["unit-price"][1]) == ("Mileage", "km", "1")
    await http.put(path, content="<expense-category><name>Miles</name></expense-category>")
    wiped = leaves((await http.get(path)).content)
    assert (wiped["name"][1], wiped["unit-name"][0], wiped["unit-price"][0]) == (
        "Miles",
        {"nil": "true"},
        {"type": "decimal", "nil": "true"},
    )


@pytest.mark.parametrize("unit", ["<unit-name>km</unit-name>", "<unit-price>1</unit-price>"])
async def test_a_unit_and_its_price_come_together_or_not_at_all(http: httpx.AsyncClient, unit: str) -> None:
    """19, issue 81."""
    answer = await http.post(
        "/expense_categories", content=f"<expense-category><name>X</name>{unit}</expense-category>"
    )
    assert (answer.status_code, answer.headers["hint"]) == (
        400,
        "unit-name and unit-price come together or not at all.",
    )


async def test_a_category_is_archived_by_a_put_and_by_no_toggle(http: httpx.AsyncClient) -> None:
    """8.2: PUT `deactivated`; 29 row 31: the toggle was withdrawn."""
    assert (await http.delete("/expense_categories/602/toggle")).status_code == 404
    await http.put(
        "/expense_categories/602", content="<expense-category><deactivated>true</deactivated></expense-category>"
    )
    assert leaves((await http.get("/expense_categories/602")).content)["deactivated"][1] == "true"
    assert (await http.post("/expenses", content=body())).status_code == 400


async def test_a_category_with_expenses_stays(http: httpx.AsyncClient) -> None:
    """EC-5: 400: has expenses."""
    answer = await http.delete("/expense_categories/602")
    assert answer.status_code == 400
    assert answer.headers["hint"].startswith("This expense category has ")


async def test_a_receipt_is_kept_byte_for_byte_and_replaced(http: httpx.AsyncClient) -> None:
    """EX-5: uploading again replaces the receipt; EX-6: raw file bytes, 404 without one."""
    await http.post("/expenses", content=body())
    assert (await http.get(f"{NEW}/receipt")).status_code == 404
    for data in (PNG, PNG + b"\r\n--y\r\n"):
        answer = await http.post(f"{NEW}/receipt", **form(data))
        assert (answer.status_code, answer.headers["location"]) == (200, f"{NEW}/receipt")
        there = await http.get(f"{NEW}/receipt")
        assert (there.headers["content-type"], there.content) == ("image/png", data)
    told = leaves((await http.get(NEW)).content)
    assert (told["has-receipt"][1], told["receipt-url"][1]) == (
        "true",
        "https://kestrel.harvestapp.com/expenses/40254/receipt",
    )
    await http.delete(NEW)
    assert (await http.get(f"{NEW}/receipt")).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        form(part="receipt"),
        form(name="a.exe"),
        form(name="a.pdf"),
        form(kind="text/plain"),
        form(b"GIF87a"),
        {"content": b"", "headers": {"Content-Type": "multipart/form-data"}},
    ],
)
async def test_what_is_no_receipt_is_refused(http: httpx.AsyncClient, sandbox: Sandbox, sent: dict[str, Any]) -> None:
    before = sandbox.rows(RECEIPTS)
    assert (await http.post("/expenses/40248/receipt", **sent)).status_code == 400
    assert sandbox.rows(RECEIPTS) == before
