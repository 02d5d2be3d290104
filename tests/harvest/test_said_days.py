"""Days in people's words wherever a day is an argument: told once, where the user is, and kept as dates (10)."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import pytest

from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, open_account
from harvest_mcp.sandbox.harvest.switches import Switches
from harvest_mcp.systems.harvest import EXPENSES, INVOICE_PAYMENTS, INVOICES, PROJECTS
from tests.conftest import Era, Talk, talking
from tests.harvest.spending import LUNCH, NEW, TAXI, first, stored
from tests.harvest.ticking import Ticking
from tests.tools.kit import account, document, writes

pytestmark = pytest.mark.anyio

SAID = "or one of today, yesterday, monday, tuesday, wednesday, thursday, friday, saturday, sunday"
WHO = "GET /account/who_am_i"


@asynccontextmanager
async def at(sandbox: Sandbox, clock: Ticking, era: Era = "auto") -> AsyncIterator[Talk]:
    async with talking(sandbox, era=era, reply="yes", account=account(), clock=clock, toolsets="all") as talk:
        yield talk


async def test_an_expense_of_yesterday_is_kept_answered_and_journalled_with_its_date(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        assert stored(await talk.ok("create_expense", **{**TAXI, "spent_at": "yesterday"}))["spent_at"] == "2018-03-04"
        assert talk.wire()[0] == WHO
        assert sandbox.rows(EXPENSES)[-1]["spent_at"] == date(2018, 3, 4)
        change = json.loads(await talk.ok("get_change", change_id=1))
        assert change["fields"]["spent_at"] == {"sent": "2018-03-04", "after": "2018-03-04"}


async def test_what_was_said_twice_is_one_whether_by_a_word_or_by_its_date(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        await talk.ok("create_expense", **{**TAXI, "spent_at": "sunday"})
        for same in ("yesterday", "Sunday", "2018-03-04"):
            again = await talk.ok("create_expense", **{**TAXI, "spent_at": same})
            assert first(again).startswith(f'Already created expense "2018-03-04 12.50" ({NEW}).')
        clock.turn(20 * 3600)
        assert stored(await talk.ok("create_expense", **{**TAXI, "spent_at": "sunday"}, allow_duplicate=True))
        assert [row["spent_at"] for row in sandbox.rows(EXPENSES)[-2:]] == [date(2018, 3, 4)] * 2


async def test_an_update_by_a_word_is_sent_as_a_date_and_an_undo_brings_the_old_one(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    async with at(sandbox, clock, era) as talk:
        assert stored(await talk.ok("update_expense", expense_id=LUNCH, spent_at="friday"))["spent_at"] == "2018-03-02"
        ((_, _, body),) = writes(talk)
        assert body == document("expense", '<spent-at type="date">2018-03-02</spent-at>')
        assert stored(await talk.ok("undo_change", change_id=1))["spent_at"] == "2018-02-20"


async def test_a_list_by_words_says_which_days_they_were(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    """20: a week of expenses; 22: invoices by the day they were issued."""
    async with at(sandbox, clock, era) as talk:
        assert first(await talk.ok("list_expenses", day="sunday")) == (
            "# 0 expenses, the user's own, of the week 2018-02-26 to 2018-03-04 only; day is Sunday 2018-03-04"
        )
        assert talk.wire() == [WHO, "GET /expenses/63/2018"]
        for week in ("2018-W09", "last week"):
            assert "of the week 2018-02-26 to 2018-03-04" in first(await talk.ok("list_expenses", day=week))
        head = first(await talk.ok("list_invoices", since="tuesday", until="today"))
        days = "since is Tuesday 2018-02-27; until is Monday 2018-03-05"
        assert head == f"# 1 invoice; {days}; amount 1380.00 NZD; due_amount 1380.00 NZD"
        assert talk.wire() == ["GET /invoices?from=20180227&to=20180305"]


async def test_the_cursor_of_a_list_by_a_word_goes_with_the_day_it_meant(sandbox: Sandbox, clock: Ticking) -> None:
    async with at(sandbox, clock) as talk:
        head = first(await talk.ok("list_invoices", since="2018-01-01", until="today", limit=1))
        cursor = head.split("next: cursor=")[1]
        there = {"since": "2018-01-01", "limit": 1, "cursor": cursor}
        assert await talk.ok("list_invoices", **there, to="monday") == await talk.ok(
            "list_invoices", **there, to="today"
        )
        clock.turn(24 * 3600)
        assert "cursor is not from an answer to this query" in (await talk.error("list_invoices", **there, to="today"))


async def test_an_invoice_takes_words_for_all_its_days(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    async with at(sandbox, clock, era) as talk:
        days = {"issued_at": "today", "period_start": "yesterday", "period_end": "monday"}
        made = stored(await talk.ok("create_invoice", client="SuprCorp", subject="Days", **days))
        assert [made[name] for name in days] == ["2018-03-05", "2018-03-04", "2018-03-05"]
        await talk.ok("update_invoice", invoice_id=made["id"], issued_at="saturday", period_start="")
        assert sandbox.rows(INVOICES)[-1]["issued_at"] == date(2018, 3, 3)
        assert sandbox.rows(INVOICES)[-1]["period_start"] is None


async def test_a_payment_of_a_word_is_of_the_first_moment_of_that_day_as_one_of_a_date_is(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    """24: `paid-at` is an instant; a date counts from 00:00 UTC."""
    async with at(sandbox, clock, era) as talk:
        paid = {"invoice": "1054", "amount": "912.50"}
        said = await talk.ok("create_invoice_payment", **paid, paid_at="friday")
        assert stored(said)["paid_at"] == "2018-03-02T00:00:00Z"
        assert sandbox.rows(INVOICE_PAYMENTS)[-1]["paid_at"] == datetime(2018, 3, 2, tzinfo=UTC)
        assert "Already recorded" in await talk.ok("create_invoice_payment", **paid, paid_at="2018-03-02")
        assert len(talk.asked) == 1


async def test_a_consent_is_asked_for_again_with_the_date_a_word_meant(sandbox: Sandbox, clock: Ticking) -> None:
    async with talking(sandbox, account=account(), clock=clock, toolsets="all", confirm="token") as talk:
        asked = await talk.error("create_invoice_payment", invoice="1054", amount="9", paid_at="yesterday")
        assert 'create_invoice_payment(invoice="1054", amount="9", paid_at="2018-03-04T00:00:00Z", confirm=' in asked


async def test_a_project_begins_today_but_ends_on_no_weekday(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    """Of an end, friday is the next one; a weekday is its most recent one everywhere, so here it is none."""
    async with at(sandbox, clock, era) as talk:
        made = await talk.ok("create_project", client="SuprCorp", name="Days", starts_on="today")
        assert stored(made)["starts_on"] == "2018-03-05"
        before = sandbox.rows(PROJECTS)
        refused = await talk.error("update_project", project_id=stored(made)["id"], ends_on="friday")
        assert refused.startswith(
            "ends_on takes a date such as 2026-01-31, or today or yesterday; "
            "a weekday could be the last one or the next. Nothing was sent."
        )
        assert (talk.wire(), sandbox.rows(PROJECTS)) == ([], before)


@pytest.mark.parametrize(
    ("tool", "given", "name"),
    [
        ("list_expenses", {}, "day"),
        ("list_invoices", {}, "until"),
        ("create_expense", TAXI, "spent_at"),
        ("create_invoice", {"client": "SuprCorp"}, "issued_at"),
    ],
)
async def test_any_other_word_is_refused_with_those_there_are(
    sandbox: Sandbox, clock: Ticking, era: Era, tool: str, given: dict[str, object], name: str
) -> None:
    async with at(sandbox, clock, era) as talk:
        for word in ("tomorrow", "next friday", "last month", "Fri"):
            assert (await talk.error(tool, **{**given, name: word})).startswith(
                f"{name} takes a date such as 2026-01-31, {SAID}. Nothing was sent."
            )
            assert talk.wire() == []


async def test_a_word_is_a_day_where_the_user_is(clock: Ticking, era: Era) -> None:
    """10: noon in UTC is the next day already in Auckland, from March on at one in the morning."""
    clock.turn(0)
    with open_account(clock=clock, calls=None, switches=Switches(timezone="Auckland")) as sandbox:
        async with at(sandbox, clock, era) as talk:
            made = await talk.ok("create_expense", **{**TAXI, "spent_at": "today"})
            assert stored(made)["spent_at"] == "2018-03-06"


async def test_without_a_zone_a_word_is_refused_and_a_date_is_taken(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    """10: old accounts tell little more than the user's e-mail."""
    bare = f"<hash><user><email>{ADMIN.email}</email></user></hash>".encode()
    sandbox.fail(Fault("garbage", "200", path="/account/who_am_i", body=bare, times=9))
    async with at(sandbox, clock, era) as talk:
        assert await talk.error("create_expense", **{**TAXI, "spent_at": "today"}) == (
            "Harvest does not tell this user's time zone. Nothing was sent. Say the day as a date, such as 2026-01-31."
        )
        assert talk.wire() == [WHO]
        assert stored(await talk.ok("create_expense", **TAXI))["spent_at"] == "2018-03-01"


@pytest.mark.parametrize("early", range(1, 9))
async def test_all_the_days_of_one_call_are_told_as_of_one_moment(early: int) -> None:
    """At midnight `today` would be two days otherwise."""

    class Hurrying(Ticking):
        def __call__(self) -> float:
            self.now += 1
            return self.now

    midnight = datetime(2018, 3, 5, 5, tzinfo=UTC).timestamp()
    with open_account(clock=Ticking(midnight - 60), calls=None) as sandbox:
        async with at(sandbox, Hurrying(midnight - early)) as talk:
            said = first(await talk.ok("report_time", person="42", since="today", until="today"))
            assert said.split(":")[0] in ("# 2018-03-04", "# 2018-03-05")
