"""A report is whole or it is not given: slices, broken answers, strange rows, roles, and what it says of itself."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Fault, Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.systems.harvest import PROJECTS
from harvest_mcp.wire import xml
from tests.conftest import Era, talking
from tests.harvest.ledger import NOW, clear, entry, expected, fill, groups, multiply
from tests.tools.kit import account

pytestmark = pytest.mark.anyio

OCTOBER = {"since": "2026-10-01", "until": "2026-10-31"}
YEAR = {"since": "2025-11-21", "until": "2026-11-21"}
TOTAL = ("total",)


@pytest.fixture
def known() -> Iterator[Sandbox]:
    """The account on a known day, with two entries of the member's."""
    with open_account(clock=NOW.timestamp, calls=None) as sandbox:
        clear(sandbox)
        entry(sandbox, 33, 301, 503, "3.5")
        entry(sandbox, 33, 319, 504, "2.5")
        yield sandbox


def rows(*told: dict[str, object]) -> bytes:
    """A body of entries with these elements."""
    entries = ("".join(f"<{name}>{value}</{name}>" for name, value in each.items()) for each in told)
    body = "".join(f"<day-entry>{each}</day-entry>" for each in entries)
    return f'<day-entries type="array">{body}</day-entries>'.encode()


async def test_a_running_timer_counts_with_what_is_booked(sandbox: Sandbox, era: Era) -> None:
    """harvest-v1 21: `hours` are booked, `hours-with-timer` the current total."""
    row: dict[str, Any] = {"user_id": 33, "project_id": 301, "task_id": 501, "hours": Decimal("0.75")}
    now = sandbox.store.now()
    sandbox.put(HOURS, spent_at=now.date(), timer_started_at=now - timedelta(minutes=90), is_billed=False, **row)
    async with talking(sandbox, era=era, toolsets="reports") as talk:
        answer = await talk.ok("report_time", person="33", since=str(now.date()), until=str(now.date()))
    assert groups(answer, [])[TOTAL].units["hours"] == Decimal("0.75")
    assert "1 running timer counted with 0.75 booked hours, 2.25 with what runs" in answer


async def test_older_bodies_do_not_tell_what_is_billable_and_nothing_is_guessed(era: Era) -> None:
    """harvest-v1 21: `billable` and `billable-rate` are late; the vendor narrows by it all the same."""
    with open_account(profile="classic", clock=NOW.timestamp, calls=None) as sandbox:
        fill(sandbox, 50, only=301)
        async with talking(sandbox, era=era, toolsets="reports", account=account()) as talk:
            untold = await talk.ok("report_time", project="301", period="2026", group_by=["billable"])
            asked = await talk.ok("report_time", project="301", period="2026", billable=True)
    total = groups(untold, [])[TOTAL]
    assert "do not tell whether they are billable or billed; with billable=true or false they do" in untold
    assert total.units["untold_hours"] > 0
    assert total.units["unbilled_hours"] == total.units["nonbillable_hours"] == 0
    assert total.units["unpriced_hours"] == total.units["hours"]
    assert total.money["amount"] == {}
    assert "untold" not in asked
    assert groups(asked, [])[TOTAL].units["unbilled_hours"] > 0


async def test_a_body_that_is_too_large_is_asked_for_in_halves_and_no_day_is_lost(tmp_path: Path) -> None:
    path = str(tmp_path / "account.db")
    with open_account(path, clock=NOW.timestamp, calls=None) as sandbox:
        fill(sandbox, 300, only=301)
        async with talking(sandbox, toolsets="reports", account=account()) as talk:
            whole = await talk.ok("report_time", project="301", **YEAR)
            sandbox.fail(Fault("huge", path="/projects/301/entries", times=2))
            assert await talk.ok("report_time", project="301", **YEAR) == whole
            assert [call.partition("?")[2] for call in talk.wire() if "entries" in call] == [
                "from=20251121&to=20261121",
                "from=20251121&to=20260522",
                "from=20251121&to=20260220",
                "from=20260221&to=20261121",
            ]
    wanted = expected(path, "report_time", {**YEAR, "project": 301})
    assert groups(whole, [])[TOTAL].told() == wanted[TOTAL].told()


async def test_more_rows_than_a_document_may_hold_are_read_in_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,800 rows of 20 attributes pass the guards of `wire.xml`, were these a tenth as wide."""
    monkeypatch.setattr(xml, "MOST_ATTRIBUTES", 30_000)
    path, by = str(tmp_path / "account.db"), ["month", "person"]
    with open_account(path, clock=NOW.timestamp, calls=None) as sandbox:
        fill(sandbox, 900, only=310)
        multiply(sandbox, 2)
        async with talking(sandbox, toolsets="reports", account=account()) as talk:
            answer = await talk.ok("report_time", project="310", group_by=by, **YEAR)
            slices = [call.partition("?")[2] for call in talk.wire() if "entries" in call]
    assert slices[:2] == ["from=20251121&to=20261121", "from=20251121&to=20260522"]
    assert slices[2].startswith("from=20260523&to=")
    assert slices[-1].endswith("to=20261121")
    told, wanted = groups(answer, by), expected(path, "report_time", {**YEAR, "project": 310, "group_by": by})
    assert {key: row.told() for key, row in told.items()} == {key: row.told() for key, row in wanted.items()}


async def test_a_long_period_is_read_in_slices_as_long_as_what_is_in_them_allows(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="reports") as talk:
        await talk.ok("report_time", person="33", since="2010-01-01", until="2026-12-31")
        assert talk.wire()[:2] == [
            "GET /people/33/entries?from=20100101&to=20110101",
            "GET /people/33/entries?from=20110102&to=20261231",
        ]
        await talk.ok("report_time", person="33", since="0001-01-01", until="9999-12-31")
        assert [call.partition("?")[2] for call in talk.wire() if "entries" in call] == [
            "from=00010101&to=00020101",
            "from=00020102&to=50120516",
            "from=50120517&to=99991231",
        ]


@pytest.mark.parametrize(
    ("fault", "value", "why"),
    [
        ("status", "500", "Harvest failed to answer (500)."),
        ("truncate", "", "could not be read: "),
        ("status", "404", "No person 40 in this account"),
        ("garbage", "200", "syntax-"),
        ("html", "", "a web page"),
        ("huge", "", "too-large"),
    ],
)
async def test_there_is_no_total_when_something_could_not_be_read(
    sandbox: Sandbox, fault: Any, value: str, why: str
) -> None:
    sandbox.fail(Fault(fault, value, path="/people/40/entries", times=None, body=b"<day-entries><x>"))
    async with talking(sandbox, toolsets="reports", account=account()) as talk:
        error = await talk.error("report_time", group_by=["project"], **OCTOBER)
    assert error.startswith("The day entries of person 40, 2026-10-01 to 2026-10-31 could not be read: ")
    assert why in error
    assert "9 of 12 read; no total is given over a part." in error
    assert "hours" not in error


async def test_without_the_list_of_projects_there_is_no_total_by_client(sandbox: Sandbox) -> None:
    sandbox.fail(Fault("status", "500", path="/projects", times=None))
    async with talking(sandbox, toolsets="reports", account=account()) as talk:
        error = await talk.error("report_time", person="31", group_by=["client"], **OCTOBER)
    assert error.startswith("The list of projects could not be read: Harvest failed to answer (500).")
    assert "No total is given." in error


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"id": 1, "hours": 1, "project-id": 301}, "missing-spent_at"),
        ({"id": 1, "spent-at": "2026-10-02", "project-id": 301}, "missing-hours"),
        ({"id": 1, "spent-at": "2026-10-02", "hours": "1e9"}, "missing-hours"),
        ({"id": 1, "spent-at": "2026-10-32", "hours": "1"}, "missing-spent_at"),
        ({"spent-at": "2026-10-02", "hours": 1}, "missing-id"),
        ({"id": 1, "spent-at": "2026-10-02", "hours": 1}, "unknown-project"),
    ],
)
async def test_a_row_that_says_too_little_gives_no_total(sandbox: Sandbox, row: dict[str, object], code: str) -> None:
    sandbox.fail(Fault("garbage", path="/projects/301/entries", body=rows(row)))
    async with talking(sandbox, toolsets="reports", account=account()) as talk:
        error = await talk.error("report_time", project="301", **OCTOBER)
    assert code in error
    assert "No total is given." in error


async def test_rows_of_another_day_or_project_than_asked_for_do_not_count(sandbox: Sandbox) -> None:
    """harvest-v1 21: in 2010 the vendor did not narrow by all it was asked."""
    told = [("2026-10-01", 301, 1), ("2026-09-30", 301, 2), ("2026-10-31", 302, 4), ("2026-10-31", 301, 8)]
    body = rows(
        *(
            {"id": at, "spent-at": day, "hours": hours, "project-id": project, "billable": "true"}
            for at, (day, project, hours) in enumerate(told)
        )
    )
    sandbox.fail(Fault("garbage", path="/projects/301/entries", body=body))
    async with talking(sandbox, toolsets="reports", account=account()) as talk:
        answer = await talk.ok("report_time", project="301", **OCTOBER)
    assert groups(answer, [])[TOTAL].units["hours"] == 9


async def test_sums_are_exact_however_many_digits_come(sandbox: Sandbox) -> None:
    most = "999999999999999.00000000000000000001"
    entry = {"spent-at": "2026-10-02", "project-id": 301, "billable": "true", "billable-rate": most}
    body = rows(*({"id": at, "hours": hours, **entry} for at, hours in enumerate((most, "0.1", "0.2"))))
    sandbox.fail(Fault("garbage", path="/projects/301/entries", body=body))
    async with talking(sandbox, toolsets="reports", account=account()) as talk:
        answer = await talk.ok("report_time", project="301", **OCTOBER)
    total = groups(answer, [])[TOTAL]
    assert str(total.units["hours"]) == "999999999999999.30000000000000000001"
    cents = 99_999_999_999_999_900_000_000_000_000_000_001  # of 1e-20, which `most` is made of
    assert int(total.money["amount"]["USD"].scaleb(40, Context(prec=99))) == cents * (cents + 3 * 10**19)


async def test_reports_are_for_administrators_and_others_are_told_what_is_theirs(sandbox: Sandbox, era: Era) -> None:
    """harvest-v1 7; 29 row 21."""
    for login, role in ((MEMBER, "a regular user"), (MANAGER, "a project manager")):
        async with talking(sandbox, era=era, toolsets="reports", account=account(login)) as talk:
            for given in ({}, {"project": "301"}, {"person": "31"}):
                error = await talk.error("report_time", **given, **OCTOBER)
                assert error.startswith(f"Harvest gives reports to administrators, and this user is {role}: ")
                assert error.endswith('who_am_i tells your id, then report_time(person="ID", …).')
            await talk.ok("report_time", person=str(login.id), group_by=["day"], **OCTOBER)
            assert talk.wire()[0] == f"GET /people/{login.id}/entries?from=20261001&to=20261031"
            await talk.ok("report_expenses", person=str(login.id), **OCTOBER)
            await talk.ok("report_time", person=str(login.id), project="301", **OCTOBER)
            assert talk.wire()[0] == f"GET /projects/301/entries?from=20261001&to=20261031&user_id={login.id}"


async def test_who_may_not_see_projects_gets_the_figures_without_their_names(known: Sandbox, era: Era) -> None:
    async with talking(known, era=era, toolsets="reports", account=account(MEMBER)) as talk:
        answer = await talk.ok("report_time", person="33", period="2026-11", group_by=["project"])
    assert answer == (
        "# 2026-11-01 to 2026-11-30: 2 day entries; person 33; not shown to this user: projects, clients\n"
        "project_id,project,hours,billed_hours,unbilled_hours,nonbillable_hours,amount,billed_amount,unbilled_amount\n"
        "301,,3.50,0.00,3.50,0.00,315.00 of project 301,,315.00 of project 301\n"
        "319,,2.50,0.00,2.50,0.00,187.50 of project 319,,187.50 of project 319\n"
        "total,,6.00,0.00,6.00,0.00,315.00 of project 301; 187.50 of project 319,,"
        "315.00 of project 301; 187.50 of project 319\n"
    )


@pytest.mark.eras
async def test_a_long_report_tells_how_far_it_is(sandbox: Sandbox, era: Era) -> None:
    told: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append(message or "")

    async with talking(sandbox, era=era, toolsets="reports") as talk:
        await talk.client.call_tool("report_time", OCTOBER, progress_callback=hear)
    assert [each.split(",")[0] for each in told] == [f"Read {at} of 12 people" for at in range(1, 13)]
    assert told[-1].startswith("Read 12 of 12 people, up to 2026-10-31: ")


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("this week", "2026-11-16", "2026-11-22"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("This Month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("month to date", "2026-11-01", "2026-11-21"),
        ("Week to Date", "2026-11-16", "2026-11-21"),
        ("November", "2026-11-01", "2026-11-30"),
        ("dec", "2025-12-01", "2025-12-31"),
        ("Q4", "2026-10-01", "2026-12-31"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("October 2025", "2025-10-01", "2025-10-31"),
        ("this quarter", "2026-10-01", "2026-12-31"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("last 30 days", "2026-10-23", "2026-11-21"),
        ("last 1 days", "2026-11-21", ""),
        ("today", "2026-11-21", ""),
        ("Yesterday", "2026-11-20", ""),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-q4", "2026-10-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("2026-W46", "2026-11-09", "2026-11-15"),
        ("KW 1/2026", "2025-12-29", "2026-01-04"),
        ("week 48", "2025-11-24", "2025-11-30"),
        ("Week 53", "2020-12-28", "2021-01-03"),
    ],
)
async def test_a_period_in_words_is_echoed_as_dates(known: Sandbox, word: str, first: str, last: str) -> None:
    async with talking(known, toolsets="reports", clock=NOW.timestamp, account=account()) as talk:
        told = f"{first} to {last}" if last else first
        assert (await talk.ok("report_time", person="42", period=word)).startswith(f"# {told}: ")


async def test_what_today_is_depends_on_where_the_user_is(known: Sandbox) -> None:
    """The account is in New York, where it is still the old year (harvest-v1 10)."""
    night = NOW.replace(year=2027, month=1, day=1, hour=2)
    async with talking(known, toolsets="reports", clock=night.timestamp) as talk:
        assert (await talk.ok("report_time", person="42", period="this year")).startswith("# 2026-01-01 to 2026-12-31")
        answer = await talk.ok("report_time", person="42", since="yesterday", until="today")
        assert answer.startswith("# 2026-12-30 to 2026-12-31: ")
        assert await talk.ok("report_time", person="42", since="yesterday") == answer


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "takes either period, or since and until"),
        ({"until": "2026-01-01"}, "takes either period, or since and until"),
        ({"period": "2026", **OCTOBER}, "takes either period, or since and until"),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "since is 2026-10-02, and until is before it, 2026-10-01"),
        ({"period": "2026-13"}, "period takes this or last week"),
        ({"period": "0000"}, "period takes this or last week"),
        ({"period": "2025-W53"}, "period names week 53, which 2025 does not have"),
        ({"period": "week 54"}, "period names week 54, and years have 52 or 53"),
        ({"period": "next week"}, "period takes this or last week"),
        ({"period": "last 0 days"}, "period takes this or last week"),
        ({"period": "last 10000 days"}, "period takes this or last week"),
        ({"since": "2026-02-30", "until": "2026-03-01"}, "since is not a date of the calendar"),
        ({"group_by": ["day", "week", "month"], **OCTOBER}, "group_by takes one or two"),
        ({"group_by": ["colour"], **OCTOBER}, "group_by"),
        ({"project": True, **OCTOBER}, "project takes a list"),
        ({"period": "", "since": None, "until": []}, "takes either period, or since and until"),
        ({"colour": "red", **OCTOBER}, "colour is no argument of this tool"),
    ],
)
async def test_a_question_that_makes_no_sense_sends_nothing(sandbox: Sandbox, given: dict[str, Any], why: str) -> None:
    async with talking(sandbox, toolsets="reports") as talk:
        assert why in await talk.error("report_time", **given)
        assert talk.wire() == []


async def test_a_name_that_fits_nothing_lists_what_is_close(sandbox: Sandbox) -> None:
    async with talking(sandbox, toolsets="reports") as talk:
        error = await talk.error("report_time", project="Website", **OCTOBER)
        assert error.startswith("No project named exactly 'Website'. Similar: \"Website relaunch\" (301)")
        assert "No person 999" in await talk.error("report_time", person="999", **OCTOBER)
        for side in ("client", "task"):  # of which Harvest is told nothing
            error = await talk.error("report_time", project="301", **{side: "999"}, **OCTOBER)
            assert error == f"No {side} named exactly '999'. Nothing is named like it. Pass the id, or the whole name."


async def test_a_table_that_is_cut_still_has_the_total_over_all(known: Sandbox) -> None:
    fill(known, 1_500)
    async with talking(known, toolsets="reports", account=account()) as talk:
        cut = await talk.ok("report_time", period="2026", group_by=["day", "person"])
        whole = await talk.ok("report_time", period="2026")
    assert (
        ' shown, the total is over all; for the rest ask group_by=["person"] alone and then person="ID", '
        'or a shorter period such as since="2026-01-01" and until="2026-07-02"'
    ) in cut.splitlines()[0]
    assert len(cut) < 26_000
    assert groups(cut, ["day", "person"])[TOTAL] == groups(whole, [])[TOTAL]


async def test_names_in_a_report_are_data_and_every_mark_in_them_is_seen(known: Sandbox) -> None:
    with known.store.writing():
        known.store.update(PROJECTS, 301, {"name": 'evil\u202egnp\n"total",9'})
    async with talking(known, toolsets="reports", account=account()) as talk:
        answer = await talk.ok("report_time", project="301", period="2026", group_by=["project"])
    assert "project \"evil⟦U+202E⟧gnp 'total',9\" (301)" in answer.splitlines()[0]
    assert "\u202e" not in answer
    assert list(groups(answer, ["project"])) == [("301",), TOTAL]
