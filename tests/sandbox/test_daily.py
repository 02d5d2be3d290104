"""The daily API of the sandbox, called as any client would (harvest-v1 18)."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from harvest_mcp.sandbox import MEMBER, Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.seeding import hours
from harvest_mcp.sandbox.harvest.seeds.team import TEAMS, letters
from harvest_mcp.sandbox.store import Test
from harvest_mcp.systems.harvest import PROJECTS, TASK_ASSIGNMENTS, USER_ASSIGNMENTS

from .kit import NOW, Clock, caller

pytestmark = pytest.mark.anyio
LATEST: Test = ("id", ">=", 29_140)
"""The last entries there are: all are a year."""

BODY = "<request><project_id>301</project_id><task_id>501</task_id>{}</request>"


async def added(http: httpx.AsyncClient, more: str, query: str = "") -> httpx.Response:
    return await http.post(f"/daily/add{query}", content=BODY.format(more))


async def test_an_entry_is_added_with_a_body_and_no_location(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """18, TT-5: 201, the entry in the body; `add`, whatever the documents call it (29 row 6)."""
    answer = await added(http, "<hours>2.5</hours><notes>Ink &amp; water</notes>")
    assert (answer.status_code, "location" in answer.headers) == (201, False)
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<add><day_entry>')
    row = sandbox.rows(HOURS, LATEST)[-1]
    assert (row["user_id"], row["hours"], row["notes"], row["spent_at"]) == (
        31, Decimal("2.50"), "Ink & water", date(2018, 3, 5)
    )  # fmt: skip
    with open_account(profile="docs", clock=Clock()) as docs:
        async with caller(docs) as other:
            assert b"<add><day_entry>" in (await added(other, "<hours>1</hours>")).content


@pytest.mark.parametrize(
    "day", ["2009-12-28", "2009/12/28", "2009-12-8", "Mon, 28 Dec 2009", "Sun, Jan 24 2015", "2017-1-18"]
)
async def test_days_are_taken_in_every_form_that_was_seen(http: httpx.AsyncClient, day: str) -> None:
    """5.4."""
    assert (await added(http, f"<hours>1</hours><spent_at>{day}</spent_at>")).status_code == 201


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("<hours>1:30</hours>", "hours must be a number such as 1.5."),
        ("<hours>1</hours><spent_at>soon</spent_at>", "spent_at must be a day such as 2009-12-28."),
        ("<hours>", "The body is not an XML document this account reads (syntax-76)."),
    ],
)
async def test_what_is_not_what_it_should_be_is_refused(http: httpx.AsyncClient, more: str, words: str) -> None:
    """30: colon input is refused."""
    answer = await added(http, more)
    assert (answer.status_code, answer.headers["hint"]) == (400, words)


async def test_names_are_taken_with_dashes_too_and_the_root_is_a_request(http: httpx.AsyncClient) -> None:
    """5.4: the server accepts both."""
    body = "<request><project-id>301</project-id><task-id>501</task-id><hours>1</hours></request>"
    assert (await http.post("/daily/add", content=body)).status_code == 201
    answer = await http.post("/daily/add", content=body.replace("request", "day_entry"))
    assert (answer.status_code, answer.headers["hint"]) == (400, "The root of the body must be request.")


async def test_an_update_works_by_put_too(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """29 row 7."""
    id = id_of(await added(http, "<hours>1</hours>"))
    for method in ("POST", "PUT"):
        answer = await http.request(
            method, f"/daily/update/{id}", content=f"<request><notes>{method}</notes></request>"
        )
        assert answer.status_code == 200
        assert sandbox.rows(HOURS, LATEST)[-1]["notes"] == method


def id_of(answer: httpx.Response) -> int:
    return int(answer.text.partition('<id type="integer">')[2].partition("<")[0])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/daily/366/2016", 200),
        ("/daily/366/2017", 404),
        ("/daily/0/2017", 404),
        ("/daily/1/17", 404),
        ("/daily/1/20170", 404),
        ("/daily/365/9999", 200),
        ("/daily/366/9999", 404),
        ("/daily/show/999999", 404),
        ("/daily/timer/999999", 404),
    ],
)
async def test_a_day_is_one_of_its_year(http: httpx.AsyncClient, path: str, status: int) -> None:
    """18: 1 to 366, four digits."""
    assert (await http.get(path)).status_code == status


async def test_a_person_is_named_in_the_query_or_in_the_body_by_administrators(sandbox: Sandbox) -> None:
    """18: `of_user`, also as an element of the body; 7: administrators only."""
    async with caller(sandbox) as admin, caller(sandbox, login=MEMBER) as member:
        assert (await added(admin, "<hours>1</hours>", "?of_user=34")).status_code == 201
        assert (await added(admin, "<hours>2</hours><of_user>34</of_user>")).status_code == 201
        assert [row["user_id"] for row in sandbox.rows(HOURS, LATEST)[-2:]] == [34, 34]
        assert (await admin.get("/daily?of_user=99")).status_code == 404
        for query in ("?of_user=34", "?of_user=33"):
            assert (await member.get(f"/daily{query}")).status_code == 404


async def test_a_sheet_that_is_only_read_offers_nothing(http: httpx.AsyncClient) -> None:
    """18: `projects` is absent on read-only sheets, of an archived person for example; `slim=1` leaves them out."""
    assert b"<projects" in (await http.get("/daily")).content
    assert b"<projects" not in (await http.get("/daily?slim=1")).content
    assert b"<projects" not in (await http.get("/daily?of_user=37")).content


async def test_a_timer_counts_on_the_accounts_clock(http: httpx.AsyncClient, clock: Clock) -> None:
    """27: `timer_started_at` is there only while it runs."""
    id = id_of(await added(http, "<hours></hours>"))
    clock.turn(3600)
    running = (await http.get(f"/daily/show/{id}")).text
    assert '<hours type="float">1.0</hours><hours_without_timer type="float">0.0</hours_without_timer>' in running
    assert '<timer_started_at type="datetime">Mon, 05 Mar 2018 12:00:00 +0000</timer_started_at>' in running
    clock.turn(1818)
    stopped = (await http.get(f"/daily/timer/{id}")).text
    assert '<hours type="float">1.51</hours>' in stopped  # 5418 s are 1.505 h
    assert "timer_started_at" not in stopped


async def test_a_year_of_hours_is_believable(sandbox: Sandbox) -> None:
    rows = sandbox.rows(HOURS)
    assert 8_500 < len(rows) < 9_500
    days: Counter[tuple[object, object]] = Counter()
    for row in rows:
        assert isinstance(row["hours"], Decimal)
        assert isinstance(row["created_at"], datetime)
        assert row["created_at"] < NOW
        days[row["user_id"], row["spent_at"]] += row["hours"] * 4  # type: ignore[assignment]  # quarters are whole
    assert {len(set(days))} == {len(days)}
    assert 24 <= min(days.values()) <= max(days.values()) <= 36
    assert len({row["user_id"] for row in rows}) == 11
    assert len({row["notes"] for row in rows}) > 80
    assert sum(bool(row["is_billed"]) for row in rows) > 5_000
    assert not any(row["is_billed"] and not row["is_closed"] for row in rows)


@pytest.mark.parametrize("today", [date(2018, 3, 5), date(2024, 2, 29), date(2026, 1, 1), date(2026, 11, 22)])
async def test_the_year_is_on_every_day_all_that_is_assigned_and_nothing_else(today: date) -> None:
    """What other tests delete has hours, or has none, whatever the day."""
    rows = hours.year(today)
    assert 8_000 < len(rows) < 10_000
    assert [str(row[4]) for row in rows] == sorted(str(row[4]) for row in rows)
    assert str(rows[-1][4]) < today.isoformat()
    done = {(row[2], row[3]) for row in rows}
    by = {(row[2], row[1]) for row in rows}
    for project, (team, tasks, worked) in TEAMS.items():
        wanted = {(project, 501 + ord(task) - ord("a")) for task, _ in letters(tasks)} if worked else set()
        assert {pair for pair in done if pair[0] == project} == wanted
        people = {(project, 31 + ord(one.lower()) - ord("a")) for one, _ in letters(team)} if worked else set()
        assert {pair for pair in by if pair[0] == project} == people


async def test_projects_were_worked_on_from_their_first_to_their_last_day(sandbox: Sandbox) -> None:
    """13: `hint-earliest-record-at` and `hint-latest-record-at`."""
    days: dict[object, list[object]] = {}
    for row in sandbox.rows(HOURS):
        days.setdefault(row["project_id"], []).append(row["spent_at"])
    for project in sandbox.rows(PROJECTS):
        found = days.get(project["id"], [None])
        assert (project["hint_earliest_record_at"], project["hint_latest_record_at"]) == (found[0], found[-1])
        if found != [None]:
            assert str(found[0]) >= str(project["starts_on"])
            assert project["ends_on"] is None or str(found[-1]) <= str(project["ends_on"])


async def test_an_archived_assignment_has_no_hours_of_late(sandbox: Sandbox) -> None:
    for resource, column in ((USER_ASSIGNMENTS, "user_id"), (TASK_ASSIGNMENTS, "task_id")):
        gone = {(row["project_id"], row[column]) for row in sandbox.rows(resource) if row["deactivated"]}
        assert gone
        late = [row for row in sandbox.rows(HOURS) if (row["project_id"], row[column]) in gone]
        assert max(str(row["spent_at"]) for row in late) < str((NOW - timedelta(days=99)).date())


def test_every_account_of_a_day_begins_with_a_copy_of_its_own() -> None:
    with open_account(clock=Clock()) as one, open_account(clock=Clock()) as two:
        with one.store.writing():
            one.store.delete(HOURS, 20001)
        assert (one.store.count(HOURS), two.store.count(HOURS)) == (9146, 9147)
        assert one.store.next_id(HOURS.plural) == 29148
