"""Every tool that writes, while its answer is lost: sent once, told as it is, and not done again when said again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from tests import calls
from tests.journal.kit import LATE, QUICK, desk_over, entries, tools_of, use

pytestmark = pytest.mark.anyio

LOST = {
    "never carried out": Fault("drop", commit="never"),
    "carried out": Fault("drop", commit="before"),
    "carried out late": Fault("drop", commit="after", after=LATE),
    "carried out, and answered by a proxy": Fault("status", "502 html", commit="before"),
}
BEFORE = {
    "delete_expense_category": "create_expense_category",
    "delete_person": "create_person",
    "mark_invoice_draft": "mark_invoice_sent",
    "reopen_invoice": "close_invoice",
    "stop_timer": "start_timer",
    "undo_change": "create_client",
}
"""What has to be done first, for there to be something to do."""
READS = ("get_", "list_", "report_", "search_", "who_")
WRITES = [name for name in calls.EVERY if not (name.startswith(READS) or name in calls.MANY)]
AGAIN = {
    "toggle_client",  # without a state, it flips
    "attach_receipt",  # the same file once more
    *("delete_task_assignment", "delete_user_assignment"),  # archived, and so still there
}
"""Tools that write when the same is said again, since that does no harm or is what was said."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a write: its entry's outcome, whether the account changed, and what was sent when said again."""

    sent: int
    outcome: str
    applied: bool
    honest: bool
    again: int


def struck(fault: Fault) -> Iterator[Fault]:
    """The fault, on every request that may change something; the timer is switched by a GET (harvest-v1 17)."""
    yield from (replace(fault, method=method) for method in ("POST", "PUT", "DELETE"))
    yield replace(fault, method="GET", path="/daily/timer/*")


def sent(sandbox: Sandbox) -> int:
    return sum(seen.method != "GET" or seen.path.startswith("/daily/timer/") for seen in sandbox.seen)


async def lose(tool: str, fault: Fault, place: Path) -> Seen:
    """Call a tool while the answer to its write is lost, settle that, and say the same again."""
    with calls.account() as sandbox:
        desk = desk_over(sandbox, place)
        if tool in BEFORE:
            await use(desk, BEFORE[tool], **calls.said(BEFORE[tool], 1))
        before = sandbox.store.image()
        sandbox.seen.clear()
        for each in struck(fault):
            sandbox.fail(each)
        text, error = await use(desk, tool, **calls.said(tool, 2))
        once = sent(sandbox)
        sandbox.calm()
        await anyio.sleep(QUICK.lag)
        await anyio.to_thread.run_sync(sandbox.later.finish)
        applied = sandbox.store.image() != before
        entry = (await entries(desk))[0]
        await use(desk, "get_change", change_id=entry.id)
        outcome = (await entries(desk))[0].outcome
        sandbox.seen.clear()
        await use(desk, tool, **calls.said(tool, 2))
        await desk.aclose()
    doubtful = f"get_change(change_id={entry.id})" in text
    return Seen(once, outcome, applied, honest=doubtful if error else applied, again=sent(sandbox))


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.soak), 4])
async def test_a_write_whose_answer_was_lost_is_told_as_it_is_and_not_done_twice(
    lost: str, every: int, tmp_path: Path
) -> None:
    """Each way with every fourth tool, so that each tool loses its answer in one of the four ways."""
    found: dict[str, Seen] = {}
    tools = WRITES[list(LOST).index(lost) % every :: every]

    async def one(tool: str) -> None:
        """At an account and a desk of its own, since all of them wait at once."""
        (place := tmp_path / tool).mkdir()
        found[tool] = await lose(tool, LOST[lost], place)

    assert set(WRITES) <= set(tools_of("harvest"))
    async with anyio.create_task_group() as group:
        for tool in tools:
            group.start_soon(one, tool)
    done = lost != "never carried out"
    print(f"{len(found)} tools, {lost}: {sum(each.again for each in found.values())} sent when said again")
    told = Seen(1, "applied" if done else "refused", applied=done, honest=True, again=0)
    assert found == {tool: replace(told, again=int(not done or tool in AGAIN)) for tool in tools}
