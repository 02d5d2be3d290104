"""Reports through the real client: totals against plain SQL, the calls they take, and never a part for the whole."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.systems.harvest import EXPENSE_CATEGORIES, PEOPLE, PROJECTS, TASKS
from tests.conftest import Era, talking
from tests.harvest.ledger import FIRST, LAST, NOW, clear, entry, expected, fill, groups
from tests.tools.kit import account

pytestmark = pytest.mark.anyio

OCTOBER = {"since": "2026-10-01", "until": "2026-10-31"}
SIDES = {"report_time": ("client", "project", "person", "task"), "report_expenses": ("client", "project", "person")}
GROUPS = {
    "report_time": ["client", "project", "person", "task", "month", "week", "day", "billable", "billed", "closed"],
    "report_expenses": ["client", "project", "person", "category", "month", "week", "day", "billable", "billed"],
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """An account with a lot of time in it, in a file, on a known day; nobody writes to it."""
    path = str(tmp_path_factory.mktemp("reports") / "account.db")
    with open_account(path, clock=NOW.timestamp, calls=None) as sandbox:
        fill(sandbox, 1_500)
        yield sandbox


def question(tool: str, chance: random.Random, sandbox: Sandbox) -> dict[str, Any]:
    """A report somebody may ask for."""
    first = FIRST + timedelta(days=chance.randint(0, 330))
    last = min(first + timedelta(days=chance.choice([0, 6, 30, 90, 366])), LAST)
    given: dict[str, Any] = {"since": first.isoformat(), "until": last.isoformat()}
    kinds = {"client": PROJECTS, "project": PROJECTS, "person": PEOPLE, "task": TASKS, "category": EXPENSE_CATEGORIES}
    for side in SIDES[tool]:
        if chance.random() < 0.25:
            row = chance.choice(sandbox.rows(kinds[side]))
            given[side] = str(row["client_id" if side == "client" else "id"])
    for trait in ("billable", "billed", "closed"):
        if chance.random() < 0.2:
            given[trait] = chance.random() < 0.5
    if by := chance.sample(GROUPS[tool], chance.randint(0, 2)):
        given["group_by"] = by
    return given


@pytest.mark.parametrize("tool", ["report_time", "report_expenses"])
@pytest.mark.parametrize("asked", [12, pytest.param(300, marks=pytest.mark.soak)])
async def test_every_figure_is_that_of_plain_sql(busy: Sandbox, tool: str, asked: int) -> None:
    chance = random.Random(f"{tool} 21")
    async with talking(busy, toolsets="reports", account=account()) as talk:
        for _ in range(asked):
            given = question(tool, chance, busy)
            answer = await talk.ok(tool, **given)
            told, wanted = groups(answer, given.get("group_by", [])), expected(str(busy.path), tool, given)
            if "shown, the total is over all" in answer:
                wanted = {key: row for key, row in wanted.items() if key in told}
            assert {key: row.told() for key, row in told.items()} == {key: row.told() for key, row in wanted.items()}


async def test_how_many_hours_by_person_and_what_is_unbilled_is_one_call(era: Era) -> None:
    with open_account(clock=NOW.timestamp) as there:
        clear(there)
        for person, task, hours in ((31, 501, "1.5"), (32, 502, "2.5"), (33, 503, "3.5"), (34, 506, "4.5")):
            entry(there, person, 301, task, hours)
        async with talking(there, era=era, toolsets="reports", clock=NOW.timestamp) as talk:
            answer = await talk.ok("report_time", project="Website relaunch", period="this month", group_by=["person"])
            assert answer == (
                '# 2026-11-01 to 2026-11-30: 4 day entries; project "Website relaunch" (301)\n'
                "person_id,person,hours,billed_hours,unbilled_hours,nonbillable_hours,"
                "amount,billed_amount,unbilled_amount\n"
                "34,Ana Souza,4.50,0.00,4.50,0.00,382.50 USD,,382.50 USD\n"
                "33,Róisín Byrne,3.50,0.00,3.50,0.00,315.00 USD,,315.00 USD\n"
                "32,Miguel Ortiz,2.50,0.00,2.50,0.00,237.50 USD,,237.50 USD\n"
                "31,Ada Kestrel,1.50,0.00,1.50,0.00,120.00 USD,,120.00 USD\n"
                "total,,12.00,0.00,12.00,0.00,1055.00 USD,,1055.00 USD\n"
            )
            assert talk.wire() == [
                "GET /account/who_am_i",
                "GET /projects",
                "GET /projects/301/entries?from=20261101&to=20261130",
                "GET /people",
                "GET /clients",
            ]


async def test_who_has_no_hours_is_said_where_people_were_listed_anyway(era: Era) -> None:
    with open_account(clock=NOW.timestamp) as there:
        clear(there)
        entry(there, 34, 301, 501, "1.5")
        async with talking(there, era=era, toolsets="reports", clock=NOW.timestamp) as talk:
            answer = await talk.ok("report_time", period="this month", group_by=["person"])
            assert answer.splitlines()[0] == (
                '# 2026-11-01 to 2026-11-30: 1 day entry; no hours: "Ada Kestrel" (31), "Miguel Ortiz" (32), '
                '"Róisín Byrne" (33), "Ben Achterberg" (35), "Chiara Fontana" (36), "Esi Owusu" (38), '
                '"Fumiko Hayashi" (39), "Göran Ek" (40), "Héctor Ibáñez" (41), "Ivy Nakagawa" (42)'
            )
            nobody = await talk.ok("report_time", period="2026-12", group_by=["month", "person"])
            assert '; no hours: "Ada Kestrel" (31), ' in nobody.splitlines()[0]
            assert nobody.splitlines()[0].endswith('"Héctor Ibáñez" (41) and 1 more')
            before = await talk.ok("report_time", period="1999", group_by=["month", "person"])
            assert before.splitlines()[0] == "# 1999-01-01 to 1999-12-31: 0 day entries"
            for narrowed in ({"client": "11072"}, {"billable": True}):
                answer = await talk.ok("report_time", period="this month", group_by=["person"], **narrowed)
                assert "no hours" not in answer


async def test_a_report_takes_the_fewest_calls_there_are(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="reports") as talk:
        await talk.ok("report_time", project="301", person="33", billed=True, **OCTOBER)
        assert talk.wire() == [
            "GET /projects/301/entries?from=20261001&to=20261031&user_id=33&only_billed=yes",
        ]
        await talk.ok("report_time", person="33", billable=False, closed=True, group_by=["day"], **OCTOBER)
        assert talk.wire() == ["GET /people/33/entries?from=20261001&to=20261031&billable=no&is_closed=yes"]
        await talk.ok("report_time", client="11072", group_by=["task"], **OCTOBER)
        assert talk.wire().count("GET /projects") == 1
        assert [call.split("?")[0] for call in talk.wire() if "entries" in call] == [
            f"GET /projects/{id}/entries" for id in (301, 302, 303)
        ]
        await talk.ok("report_time", group_by=["month"], **OCTOBER)
        assert [call for call in talk.wire() if "entries" in call] == [  # 12 people, 26 projects
            f"GET /people/{id}/entries?from=20261001&to=20261031" for id in range(31, 43)
        ]


async def test_expenses_of_a_client_come_by_the_call_nobody_documented(sandbox: Sandbox) -> None:
    """harvest-v1 21, RE-5: live issue 145; where it is not there, the client's projects are read."""
    async with talking(sandbox, toolsets="reports", account=account()) as talk:
        whole = await talk.ok("report_expenses", client="11072", period="2017", group_by=["category"])
        entries = [call for call in talk.wire() if "expenses?" in call]
        assert entries == ["GET /clients/11072/expenses?from=20170101&to=20171231"]
        sandbox.fail(Fault("status", "404", path="/clients/11072/expenses"))
        assert whole == await talk.ok("report_expenses", client="11072", period="2017", group_by=["category"])
        assert [call.split("?")[0] for call in talk.wire() if "expenses?" in call][1:] == [
            f"GET /projects/{id}/expenses" for id in (301, 302, 303)
        ]


async def test_currencies_are_never_added_to_each_other(busy: Sandbox) -> None:
    async with talking(busy, toolsets="reports", account=account()) as talk:
        answer = await talk.ok("report_time", period="2026", group_by=["billed"])
    (total,) = (row for key, row in groups(answer, ["billed"]).items() if key == ("total",))
    assert set(total.money["amount"]) >= {"USD", "EUR", "GBP"}


async def test_hours_without_a_rate_are_told_and_are_in_no_amount(busy: Sandbox) -> None:
    """A project that is billed in no way has no rates (harvest-v1 13)."""
    async with talking(busy, toolsets="reports", account=account()) as talk:
        answer = await talk.ok("report_time", project="303", billable=True, billed=False, period="2026")
    total = groups(answer, [])[("total",)]
    assert total.units["unpriced_hours"] == total.units["hours"] > 0
    assert f"{total.units['hours']} hours have no known rate and are in no amount" in answer
    assert total.money["amount"] == {}
