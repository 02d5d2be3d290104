"""Expense categories and expenses through the real client (harvest-v1 19, 20): the answer, what left, odd things."""

from collections.abc import Iterator
from typing import Any

import pytest

from harvest_mcp.changes import USUAL
from harvest_mcp.sandbox import MANAGER, MEMBER, Fault, Login, Sandbox, open_account
from harvest_mcp.sandbox.harvest.switches import Switches
from harvest_mcp.systems.harvest import EXPENSE_CATEGORIES, EXPENSES
from tests.conftest import Era, talking
from tests.harvest.spending import DRIVE, HOTEL, LUNCH, NEW, TAXI, first, stored
from tests.sandbox.kit import Clock
from tests.tools.kit import account, document, undo, writes

pytestmark = pytest.mark.anyio

LOST = "The request was sent once, but its fate is unknown. sandbox.localhost broke the connection off."


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_account(clock=Clock(), calls=None) as sandbox:
        yield sandbox


async def test_a_list_says_which_week_it_is_of_and_never_counts_as_all(sandbox: Sandbox, era: Era) -> None:
    """20, 29 row 27: one week only; treat as a week list, never as "all"."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        assert (
            await talk.ok("list_expenses") == "# 0 expenses, the user's own, of the week 2018-03-05 to 2018-03-11 only"
        )
        assert talk.wire() == ["GET /expenses"]
        assert await talk.ok("list_expenses", day="2018-02-25") == (
            "# 1 expense, the user's own, of the week 2018-02-19 to 2018-02-25 only\n"
            "id,notes,total_cost,units,project_id,project,expense_category_id,expense_category,user_id,billable,"
            "spent_at,has_receipt\n"
            "40244,Lunch with the client,64.20,1,303,Annual report,602,Meals,31,true,2018-02-20,false\n"
        )
        assert talk.wire() == ["GET /expenses/56/2018", "GET /projects", "GET /expense_categories"]
        assert (await talk.ok("list_expenses", day="2018-02-25", query="taxi")).startswith(
            "# 0 expenses, the user's own, of the week 2018-02-19 to 2018-02-25 only; "
            '"taxi" is nowhere; looked in notes, '
        )


async def test_a_week_that_does_not_say_which_it_is_is_still_no_more_than_a_week(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("garbage", "200", method="GET", body=b'<expenses type="array"></expenses>'))
    async with talking(sandbox, era=era, toolsets="all") as talk:
        assert (
            await talk.ok("list_expenses")
            == "# 0 expenses, the user's own, of one week only, which the answer does not name"
        )


async def test_a_long_week_goes_on_by_its_cursor(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        for notes in ("a", "b", "c"):
            await talk.ok("create_expense", **TAXI, notes=notes, allow_duplicate=True)
        page = await talk.ok("list_expenses", day="2018-03-04", fields=["notes"], limit=2)
        head, _, cursor = first(page).partition("; next: cursor=")
        assert head == "# 2 of 3 expenses, the user's own, of the week 2018-02-26 to 2018-03-04 only"
        rest = await talk.ok("list_expenses", day="2018-03-04", fields=["notes"], limit=2, cursor=cursor)
        assert rest == (
            f"# 1 of 3 expenses, the user's own, of the week 2018-02-26 to 2018-03-04 only\nid,notes\n{NEW + 2},c\n"
        )


@pytest.mark.parametrize(
    ("day", "path", "week"),
    [
        ("2016-12-31", "/expenses/366/2016", "2016-12-26 to 2017-01-01"),
        ("2017-12-31", "/expenses/365/2017", "2017-12-25 to 2017-12-31"),
        ("2018-01-01", "/expenses/1/2018", "2018-01-01 to 2018-01-07"),
        ("2016-02-29", "/expenses/60/2016", "2016-02-29 to 2016-03-06"),
        ("2017-03-01", "/expenses/60/2017", "2017-02-27 to 2017-03-05"),
        ("2000-12-31", "/expenses/366/2000", "2000-12-25 to 2000-12-31"),
    ],
)
async def test_a_day_is_its_number_in_its_year(sandbox: Sandbox, era: Era, day: str, path: str, week: str) -> None:
    """EX-8: `/expenses/{day_of_year}/{year}`, over leap years and years' ends."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        assert first(await talk.ok("list_expenses", day=day)).endswith(f" of the week {week} only")
        assert talk.wire()[:1] == [f"GET {path}"]


@pytest.mark.parametrize("day", ["2017-02-29", "29.2.2016", "60/2016", "tomorrow"])
async def test_what_is_no_day_is_refused_before_anything_is_sent(sandbox: Sandbox, era: Era, day: str) -> None:
    async with talking(sandbox, era=era, toolsets="expenses") as talk:
        assert (await talk.error("list_expenses", day=day)).startswith("day ")
        assert talk.wire() == []


async def test_an_expense_is_recorded_by_names(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        answer = await talk.ok(
            "create_expense",
            project="Website relaunch",
            expense_category="Mileage",
            units="3",
            spent_at="2018-03-01",
            notes="To the quay\nand back",
        )
        # 20: 3 × 0.485 = 1.455 → 1.46
        assert first(answer) == f'Created expense "2018-03-01 1.46 To the quay and back" ({NEW}). {undo(1)} ' + (
            'Its project is "Website relaunch", its currency is United States Dollar - USD, '
            'its expense category is "Mileage", its units are Miles at 0.485.'
        )
        assert (stored(answer)["total_cost"], stored(answer)["units"]) == ("1.46", "3")
        assert talk.wire() == [
            "GET /projects",
            "GET /expense_categories",
            "GET /expenses/60/2018",
            "POST /expenses",
            f"GET /expenses/{NEW}",
            "GET /clients/11072",
        ]


async def test_a_new_expense_is_told_with_its_project_category_and_currency(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="all") as talk:
        given = {"project": "Website relaunch", "expense_category": "Mileage", "units": 3}
        told = 'Its project is "Website relaunch", its currency is United States Dollar - USD, its expense category is'
        for day, calls in (("2018-03-01", ["GET /clients/11072"]), ("2018-03-02", [])):
            assert (
                f'{told} "Mileage", its units are Miles at 0.485.'
                in (await talk.ok("create_expense", **given, spent_at=day)).splitlines()[0]
            )
            assert [call for call in talk.wire() if "clients" in call] == calls
            await talk.ok("list_clients", limit=1)  # from then on the clients are remembered


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        ({"total_cost": "1", "units": "2"}, "takes either total_cost or units"),
        ({}, "takes either total_cost or units"),
        ({"total_cost": "", "units": None}, "takes either total_cost or units"),
    ],
)
async def test_one_of_the_two_figures_is_sent_never_both(
    sandbox: Sandbox, era: Era, figures: dict[str, str | None], problem: str
) -> None:
    """20: send `total-cost` or `units`, not both."""
    given = {name: value for name, value in TAXI.items() if name != "total_cost"}
    async with talking(sandbox, era=era, toolsets="all") as talk:
        said = await talk.error("create_expense", **given, **figures)
        assert said.startswith(f"{problem}. Nothing was sent. create_expense takes: notes, total_cost, units, ")
        assert writes(talk) == []
        if figures and all(figures.values()):
            assert (await talk.error("update_expense", expense_id=LUNCH, **figures)).startswith(problem)
            assert writes(talk) == []


async def test_going_over_from_a_cost_to_units_empties_the_cost_and_an_undo_brings_it_back(
    sandbox: Sandbox, era: Era
) -> None:
    """20: switching from cost to units: send an empty `total-cost` with `units`."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        await talk.ok("create_expense", **TAXI)
        answer = await talk.ok("update_expense", expense_id=NEW, expense_category="601", units="10")
        assert (stored(answer)["total_cost"], stored(answer)["units"]) == ("4.85", "10")
        undone = await talk.ok("undo_change", change_id=2)
        assert (stored(undone)["total_cost"], stored(undone)["units"]) == ("12.50", "1")
        assert writes(talk)[0][2] == document(
            "expense",
            '<total-cost type="decimal">12.50</total-cost>',
            '<expense-category-id type="integer">602</expense-category-id>',
        )


async def test_an_undo_of_a_cost_brings_back_the_units_there_were(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        await talk.ok("create_expense", **DRIVE)
        await talk.ok("update_expense", expense_id=NEW, total_cost="99")
        undone = await talk.ok("undo_change", change_id=2)
        assert (stored(undone)["total_cost"], stored(undone)["units"]) == ("1.46", "3")
        assert writes(talk)[0][2] == document(
            "expense", '<total-cost type="decimal"></total-cost>', '<units type="decimal">3</units>'
        )


async def test_a_deleted_expense_is_made_again_by_the_figure_it_stood_by(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes", toolsets="all") as talk:
        await talk.ok("create_expense", **DRIVE)
        await talk.ok("delete_expense", expense_id=NEW)
        again = await talk.ok("undo_change", change_id=2)
        assert (stored(again)["id"], stored(again)["total_cost"], stored(again)["units"]) == (NEW + 1, "1.46", "3")
        assert b"<units" in writes(talk)[0][2]
        assert b"total-cost" not in writes(talk)[0][2]


async def test_an_expense_like_one_of_its_week_is_held_back(sandbox: Sandbox, era: Era) -> None:
    """Compared with the week of the day that is given, not with the present one."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        await talk.ok("create_expense", **TAXI, notes="Taxi")
        assert await talk.error("create_expense", **TAXI, notes="Cab") == (
            f'This expense may already be there: "2018-03-01 12.50 Taxi" ({NEW}). Nothing was created. '
            "Use or update that one, or call again with allow_duplicate=true to create another."
        )
        assert talk.wire() == ["GET /expenses/60/2018"]
        await talk.ok("create_expense", **{**TAXI, "spent_at": "2018-02-22"}, notes="Taxi")


async def test_an_account_without_week_lists_still_records_and_says_what_was_not_compared(
    sandbox: Sandbox, era: Era
) -> None:
    """EX-7, EX-8 are not documented: an expense does not depend on them."""
    sandbox.fail(Fault("status", "404", method="GET", path="/expenses/60/2018", times=None))
    async with talking(sandbox, era=era, toolsets="all") as talk:
        answer = await talk.ok("create_expense", **TAXI)
        assert answer.endswith("\nNot all were compared: its week could not be read.")
        assert (await talk.error("list_expenses", day="2018-03-01")).startswith(
            "Harvest shows this user no expenses (404). Call who_am_i: the role, and whether the module expenses is on,"
        )


async def test_an_administrator_records_for_another_person(sandbox: Sandbox, era: Era) -> None:
    """20: `of_user` on every call."""
    async with talking(sandbox, era=era, reply="yes", toolsets="all") as talk:
        answer = await talk.ok("create_expense", **TAXI, person="Róisín Byrne")
        assert stored(answer)["user_id"] == 33
        assert talk.wire() == [
            "GET /people",
            "GET /expenses/60/2018?of_user=33",
            "POST /expenses?of_user=33",
            f"GET /expenses/{NEW}?of_user=33",
        ]
        await talk.ok("update_expense", expense_id=NEW, person=33, notes="x")
        assert talk.wire() == [f"{method} /expenses/{NEW}?of_user=33" for method in ("GET", "PUT", "GET")]
        await talk.ok("undo_change", change_id=2)
        assert talk.wire() == [f"{method} /expenses/{NEW}?of_user=33" for method in ("GET", "PUT", "GET")]
        await talk.ok("delete_expense", expense_id=NEW, person=33)
        assert talk.wire()[-2:] == [f"{method} /expenses/{NEW}?of_user=33" for method in ("DELETE", "GET")]
        again = await talk.ok("undo_change", change_id=4)
        assert stored(again)["user_id"] == 33
        assert await talk.error("get_expense", expense_id=NEW + 1, person=31) == (
            f"No expense {NEW + 1} in this account, or this user may not see it. Call list_expenses for ids. "
            "An administrator may say whose it is: person."
        )


@pytest.mark.parametrize("login", [MANAGER, MEMBER])
async def test_everybody_has_their_own(sandbox: Sandbox, era: Era, login: Login) -> None:
    """7: own expenses yes, `of_user` no, categories only read."""
    async with talking(sandbox, era=era, reply="yes", account=account(login), toolsets="all") as talk:
        assert stored(await talk.ok("create_expense", **TAXI))["user_id"] == login.id
        assert first(await talk.ok("list_expenses", day="2018-03-01")).startswith(
            "# 1 expense, the user's own, of the week"
        )
        await talk.ok("update_expense", expense_id=NEW, notes="Taxi")
        assert first(await talk.ok("list_expense_categories")) == "# 9 expense categories"
        await talk.ok("delete_expense", expense_id=NEW)
        for tool, arguments in (
            ("get_expense", {"expense_id": LUNCH}),
            ("list_expenses", {"person": "31"}),
            ("create_expense", {**TAXI, "person": "31"}),
            ("create_expense_category", {"name": "Tolls"}),
            ("update_expense_category", {"expense_category_id": 602, "name": "Food"}),
        ):
            assert "this user" in await talk.error(tool, **arguments)
    assert sandbox.rows(EXPENSE_CATEGORIES)[1]["name"] == "Meals"


async def test_a_module_that_is_off_is_named_as_a_reason(era: Era) -> None:
    """7: exist only when the module is on (`modules` in who_am_i)."""
    gone = "(404). Call who_am_i: the role, and whether the module expenses is on, decide what is seen."
    with open_account(clock=Clock(), switches=Switches(off=frozenset({"expenses"}))) as sandbox:
        async with talking(sandbox, era=era, toolsets="all") as talk:
            assert await talk.error("list_expenses") == f"Harvest shows this user no expenses {gone}"
            assert (
                await talk.error("list_expense_categories") == f"Harvest shows this user no expense categories {gone}"
            )
            assert await talk.error("create_expense", **TAXI) == (
                'Harvest shows this user no expenses (404): "There is no expense here for this user." '
                "(Harvest's words). Nothing was created. Call who_am_i: the role, and whether the module expenses is "
                "on, decide what is seen."
            )
            assert '"expenses":false' in await talk.ok("who_am_i")


@pytest.mark.parametrize("wrong", [{"expense_category": "999"}, {"expense_category": "Fax"}, {"project": "302"}])
async def test_a_refusal_that_misleads_is_explained(sandbox: Sandbox, era: Era, wrong: dict[str, str]) -> None:
    """20: an invalid category id gives the misleading "not assigned" error."""
    async with talking(sandbox, era=era, account=account(MEMBER), toolsets="all") as talk:
        said = await talk.error("create_expense", **{**TAXI, **wrong})
        assert said == (
            'Harvest refused this (400): "This record could not be created, since the user is not assigned to the '
            "project.\" (Harvest's words). Nothing was created. Harvest says the same of a category that does not "
            "exist or is archived: check both with list_user_assignments and list_expense_categories."
        )


async def test_what_is_fixed_on_a_locked_expense_is_not_sent(sandbox: Sandbox, era: Era) -> None:
    """20: locked: admin may edit and delete; `project_id`, `expense_category_id`, `spent_at` then fixed."""
    async with talking(sandbox, era=era, reply="yes", toolsets="all") as talk:
        assert await talk.error("update_expense", expense_id=HOTEL, spent_at="2018-03-01", project="303") == (
            f"Expense {HOTEL} is locked (Expense approved and locked.), which fixes project, spent_at. "
            "Nothing was changed. Send only what else changes; an administrator may do that."
        )
        assert writes(talk) == []
        same = await talk.ok("update_expense", expense_id=HOTEL, spent_at="2018-01-16", notes="Hotel")
        assert stored(same)["notes"] == "Hotel"
        assert (await talk.ok("delete_expense", expense_id=HOTEL)).startswith("Deleted expense ")
        assert talk.asked == [
            f'Delete expense "2018-01-16 139.50 Hotel" ({HOTEL}), project "Website relaunch"? '
            "Expense approved and locked: made again, it is neither locked nor on an invoice. Its receipt goes with "
            "it, and nothing brings that back. Undo recreates it under a new id."
        ]


async def test_nobody_else_changes_what_is_locked(sandbox: Sandbox, era: Era) -> None:
    """8.3: not locked, or admin; else 400."""
    async with talking(sandbox, era=era, reply="yes", account=account(MEMBER), toolsets="all") as talk:
        refused = 'Harvest refused this (400): "This expense is locked." (Harvest\'s words). Nothing was'
        assert await talk.error("update_expense", expense_id=HOTEL, notes="x") == f"{refused} changed."
        assert await talk.error("delete_expense", expense_id=HOTEL) == f"{refused} deleted."


async def test_an_update_of_a_category_carries_its_unit_and_price(sandbox: Sandbox, era: Era) -> None:
    """19, issue 81: a PUT with only `name` wipes both unit elements."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        await talk.ok("update_expense_category", expense_category_id=602, name="Food")
        assert writes(talk)[0][2] == document(
            "expense-category",
            "<name>Food</name>",
            '<unit-name nil="true"/>',
            '<unit-price type="decimal" nil="true"/>',
        )
        answer = await talk.ok("update_expense_category", expense_category_id=601, unit_price="0.545")
        assert stored(answer) == {"id": 601, "unit_price": "0.545"}
        undone = await talk.ok("undo_change", change_id=2)
        assert (stored(undone)["unit_name"], stored(undone)["unit_price"]) == ("Miles", "0.485")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("create_expense_category", {"name": "Tolls", "unit_name": "Gates"}),
        ("create_expense_category", {"name": "Tolls", "unit_price": "2"}),
        ("create_expense_category", {"name": "Tolls", "unit_name": "", "unit_price": "2"}),
        ("update_expense_category", {"expense_category_id": 601, "unit_name": ""}),
        ("update_expense_category", {"expense_category_id": 601, "unit_price": ""}),
        ("update_expense_category", {"expense_category_id": 602, "unit_price": "2"}),
    ],
)
async def test_a_unit_and_its_price_come_together_or_not_at_all(
    sandbox: Sandbox, era: Era, tool: str, arguments: dict[str, Any]
) -> None:
    """19, issue 81."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        said = await talk.error(tool, **arguments)
        assert said.startswith("unit_name and unit_price come together or not at all. Nothing was sent.")
        assert writes(talk) == []


async def test_both_may_be_emptied_at_once(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        answer = await talk.ok("update_expense_category", expense_category_id=601, unit_name="", unit_price="")
        assert (stored(answer)["unit_name"], stored(answer)["unit_price"]) == (None, None)
        undone = await talk.ok("undo_change", change_id=1)
        assert (stored(undone)["unit_name"], stored(undone)["unit_price"]) == ("Miles", "0.485")


async def test_a_category_is_archived_by_an_update_and_the_result_is_checked(sandbox: Sandbox, era: Era) -> None:
    """8.2, 29 row 31: PUT `deactivated`, and check the result: not every account takes it."""
    async with talking(sandbox, era=era, toolsets="all") as talk:
        answer = await talk.ok("update_expense_category", expense_category_id=602, deactivated=True)
        assert stored(answer)["deactivated"] is True
        restored = await talk.ok("undo_change", change_id=1)
        assert stored(restored)["deactivated"] is False
        sandbox.fail(Fault("status", "200", method="PUT", body=b" "))
        ignored = await talk.ok("update_expense_category", expense_category_id=602, deactivated=True)
        assert first(ignored) == (
            "Accepted, not visible yet: expense category 602."
            f" get_change(change_id=3) tells in a minute whether it took effect. {undo(3)}"
        )


async def test_a_category_with_expenses_is_archived_rather_than_deleted(sandbox: Sandbox, era: Era) -> None:
    """EC-5: 400: has expenses."""
    async with talking(sandbox, era=era, reply="yes", toolsets="all") as talk:
        said = await talk.error("delete_expense_category", expense_category_id=602)
        assert said.startswith('Harvest refused this (400): "This expense category has ')
        assert said.endswith(
            "Nothing was deleted. To have it archived instead, call "
            "update_expense_category(expense_category_id=602, deactivated=true)."
        )


async def test_a_lost_create_is_found_in_the_week_of_its_day(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("drop", method="POST", commit="before"))
    async with talking(sandbox, era=era, toolsets="all") as talk:
        answer = await talk.ok("create_expense", **TAXI, person="33")
        assert first(answer) == (
            f'Created expense "2018-03-01 12.50" ({NEW}). '
            f"Harvest's answer was lost, but the change is there. {undo(1)}"
        )
        assert talk.wire() == [
            "GET /expenses/60/2018?of_user=33",
            "POST /expenses?of_user=33",
            "GET /expenses/60/2018?of_user=33",
        ]
    assert len(sandbox.rows(EXPENSES)) == NEW - 40000


async def test_an_empty_week_does_not_prove_that_a_lost_create_was_not_carried_out(sandbox: Sandbox, era: Era) -> None:
    """29 row 27: in 2017 a user got empty lists."""
    sandbox.fail(Fault("drop", method="POST"))
    clock = Clock()
    async with talking(sandbox, era=era, toolsets="all", clock=clock) as talk:
        assert (await talk.error("create_expense", **TAXI)).startswith(f"{LOST} Harvest could not be read since.")
        clock.turn(USUAL.lag)
        assert '"outcome":"in doubt"' in await talk.ok("get_change", change_id=1)
        await talk.ok(
            "create_expense", **{**TAXI, "total_cost": "7"}
        )  # the week shows something now, and not the first
        assert '"outcome":"refused"' in await talk.ok("get_change", change_id=1)


async def test_expenses_are_not_searched_as_if_a_week_were_all(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        await talk.ok("search_records", query="taxi")
        assert [path for path in talk.wire() if "expense" in path] == ["GET /expense_categories"]
