"""Time that is billed or approved: said before it is deleted and after it is changed, where this user may know (18)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from harvest_mcp.sandbox import ADMIN, MEMBER, Fault, Login, Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.store import Test
from tests.conftest import Era, Reply, Talk, talking
from tests.harvest.spending import first
from tests.harvest.test_time import LATEST
from tests.harvest.ticking import Ticking
from tests.tools.kit import account, undo

pytestmark = pytest.mark.anyio

WHO = "GET /account/who_am_i"
BILLED = "It is billed: an invoice that it is on keeps its amount."
APPROVED = "It is approved."
AGAIN = "Made again, it is not billed or approved."


def told(asked: str) -> str:
    """What a question says behind the hours that go."""
    hours, _, rest = asked.partition("? ")[2].partition(". ")
    assert hours.startswith("It has hours ")
    return rest


@asynccontextmanager
async def at(
    sandbox: Sandbox, clock: Ticking, era: Era = "auto", *, login: Login = ADMIN, reply: Reply | None = "yes"
) -> AsyncIterator[Talk]:
    async with talking(sandbox, era=era, reply=reply, account=account(login), clock=clock, toolsets="all") as talk:
        yield talk


def one(sandbox: Sandbox, *, billed: bool, closed: bool) -> tuple[int, str]:
    """An entry of the administrator's, and the call that says whether it is billed."""
    marked: list[Test] = [("is_billed", "=", billed), ("is_closed", "=", closed)]
    row = next(row for row in sandbox.rows(HOURS, ("user_id", "=", 31), *marked) if not row["timer_started_at"])
    day = str(row["spent_at"]).replace("-", "")
    return int(str(row["id"])), f"GET /projects/{row['project_id']}/entries?from={day}&to={day}"


@pytest.mark.parametrize(
    ("billed", "closed", "said"),
    [(True, True, [BILLED, APPROVED, AGAIN]), (False, True, [APPROVED, AGAIN]), (False, False, [])],
)
async def test_the_question_before_a_delete_says_what_only_reports_tell(
    sandbox: Sandbox, clock: Ticking, era: Era, billed: bool, closed: bool, said: list[str]
) -> None:
    """18: `is_billed` and `is_closed` are not part of the daily API; only reports carry them."""
    id, look = one(sandbox, billed=billed, closed=closed)
    async with at(sandbox, clock, era) as talk:
        await talk.ok("delete_time_entry", time_entry_id=id)
        (asked,) = talk.asked
        assert told(asked) == " ".join([*said, "Undo recreates it under a new id."])
        show = f"GET /daily/show/{id}"
        assert talk.wire() == [show, WHO, look, show, look, f"DELETE /daily/delete/{id}", show]


async def test_an_entry_that_is_billed_after_the_question_is_asked_about_again(
    sandbox: Sandbox, clock: Ticking
) -> None:
    id, _ = one(sandbox, billed=False, closed=False)
    async with talking(sandbox, account=account(), clock=clock, toolsets="all", confirm="token") as talk:
        asked = await talk.error("delete_time_entry", time_entry_id=id)
        code = asked.split('confirm="')[1].split('"')[0]
        sandbox.store.update(HOURS, id, {"is_billed": True})
        assert "Nothing was deleted." in await talk.error("delete_time_entry", time_entry_id=id, confirm=code)
    assert sandbox.store.get(HOURS, id) is not None


async def test_an_undo_that_deletes_asks_with_the_same_words(sandbox: Sandbox, clock: Ticking, era: Era) -> None:
    async with at(sandbox, clock, era) as talk:
        await talk.ok("log_time", project="Website relaunch", task="Design", hours=1)
        sandbox.store.update(HOURS, int(str(sandbox.rows(HOURS, LATEST)[-1]["id"])), {"is_billed": True})
        await talk.ok("undo_change", change_id=1)
        assert f"? It has hours 1.0. {BILLED} {AGAIN} It can be made again" in talk.asked[0]


async def test_who_may_not_know_is_told_nothing_and_no_call_is_spent(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    """21: administrators only; 18: and only they change or delete what is locked."""
    rows = sandbox.rows(HOURS, ("user_id", "=", MEMBER.id), ("is_closed", "=", False))
    id = int(str(rows[0]["id"]))
    async with at(sandbox, clock, era, login=MEMBER) as talk:
        await talk.ok("delete_time_entry", time_entry_id=id)
        assert told(talk.asked[0]) == "Undo recreates it under a new id."
        assert [call for call in talk.wire() if "entries" in call] == []


@pytest.mark.parametrize(
    ("status", "said"), [("500", f"Whether it is billed or approved could not be read. {AGAIN} "), ("404", "")]
)
async def test_what_could_not_be_read_is_said_to_be_unknown(
    sandbox: Sandbox, clock: Ticking, era: Era, status: str, said: str
) -> None:
    id, _ = one(sandbox, billed=True, closed=True)
    sandbox.fail(Fault("status", status, path="/projects/*", times=9))
    async with at(sandbox, clock, era, reply="decline") as talk:
        await talk.error("delete_time_entry", time_entry_id=id)
        assert told(talk.asked[-1]) == f"{said}Undo recreates it under a new id."


async def test_an_old_account_tells_what_is_billed_too(clock: Ticking, era: Era) -> None:
    """18: `project_id` is documented from `docs` on, and was in older bodies."""
    with open_account(clock=clock, calls=None, profile="classic") as sandbox:
        id, _ = one(sandbox, billed=True, closed=True)
        async with at(sandbox, clock, era) as talk:
            await talk.ok("delete_time_entry", time_entry_id=id)
            assert told(talk.asked[0]).startswith(f"{BILLED} {APPROVED} ")


async def test_changed_hours_that_are_billed_are_pointed_out_and_changed_notes_are_not(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    """An update can be put back, so that nobody is asked; what a bookkeeper must know of it is said."""
    id, look = one(sandbox, billed=True, closed=True)
    async with at(sandbox, clock, era) as talk:
        answer = first(await talk.ok("update_time_entry", time_entry_id=id, hours="0.25"))
        assert answer.endswith(f". {undo(1)} {BILLED} {APPROVED}")
        show = f"GET /daily/show/{id}"
        assert talk.wire() == [WHO, show, f"POST /daily/update/{id}", show, look]
        assert first(await talk.ok("update_time_entry", time_entry_id=id, notes="Later")).endswith(undo(2))
        assert talk.wire() == [show, f"POST /daily/update/{id}", show]
        await talk.ok("undo_change", change_id=1)


async def test_a_change_is_a_change_although_nobody_could_look_afterwards(
    sandbox: Sandbox, clock: Ticking, era: Era
) -> None:
    id, _ = one(sandbox, billed=True, closed=True)
    sandbox.fail(Fault("drop", path="/projects/*", times=9))
    async with at(sandbox, clock, era) as talk:
        answer = first(await talk.ok("update_time_entry", time_entry_id=id, hours="0.25"))
        assert answer.endswith(f"{undo(1)} Whether it is billed or approved could not be read.")
