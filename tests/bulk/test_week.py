"""A week's hours in one call: checked whole before the first is sent, undone as one."""

from typing import Any

import pytest

from harvest_mcp.sandbox import open_account
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from tests.bulk.kit import table
from tests.conftest import talking
from tests.harvest_v2.kit import conversing
from tests.tools.test_answers_brought_along import asked

pytestmark = pytest.mark.anyio
ON = {"project": "Website relaunch", "task": "Design"}
WEEK: list[dict[str, Any]] = [
    {**ON, "day": "2018-03-05", "hours": "1:30", "notes": "Sketches"},
    {**ON, "day": "2018-03-06", "hours": "2", "notes": "Colours"},
    {**ON, "day": "2018-03-06", "hours": "0,5", "notes": "Call"},
]


@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_a_week_is_logged_in_one_call_and_undone_as_one_change(api: str) -> None:
    with open_account() if api == "v1" else open_harvest_v2() as sandbox:
        opened = talking if api == "v1" else conversing
        async with opened(sandbox, toolsets="time,bulk", reply="yes") as talk:
            answer = await talk.ok("log_week", entries=WEEK)
            assert answer.startswith(
                "# 3 of 3 changes done; undo_change(change_id=1) takes all of it back. "
                "Log 3 entries: Monday 2018-03-05 1.50, Tuesday 2018-03-06 2.50.\n"
            )
            assert "Sketches" in await talk.ok("get_timesheet", day="2018-03-05")
            again = await talk.ok("log_week", entries=WEEK)
            assert again.startswith("Nothing to log. Logged already: entry 1 as")
            undone = await talk.ok("undo_change", change_id=1)
            assert undone.startswith("# Undid 3 of 3 changes of change 1\n")
            assert "Sketches" not in await talk.ok("get_timesheet", day="2018-03-05")


async def test_the_hours_that_a_day_has_already_count() -> None:
    day = {**ON, "day": "2018-02-26"}
    with open_account() as sandbox:
        async with talking(sandbox, toolsets="time,bulk") as talk:
            await talk.ok("log_time", **day, hours=8)
            answer = await talk.ok("log_week", entries=[{**day, "hours": 20, "notes": "a"}])
            long = "Monday 2018-02-26 has 28.00 hours now, more than a day has."
            assert answer.splitlines()[0].endswith(f"Log 1 entry: Monday 2018-02-26 20.00. {long}")
            both = [{**day, "hours": 20, "notes": "a"}, {**day, "hours": 1, "notes": "b"}]
            assert "Log 1 entry: Monday 2018-02-26 1.00." in await talk.ok("log_week", entries=both)


async def test_a_week_of_somebody_else_says_whose_it_is() -> None:
    with open_account() as sandbox:
        async with talking(sandbox, toolsets="time,bulk", reply="yes") as talk:
            answer = await talk.ok("log_week", entries=[{**WEEK[0], "hours": "9-10:30"}], person="34")
            again = await talk.ok("log_week", entries=WEEK[:1], person="34")
            sheet = await talk.ok("get_timesheet", day="2018-03-05", person="34")
    said = (
        'Log 1 entry of person "Ana Souza": Monday 2018-03-05 1.50. 9-10:30 is kept as 1.50 hours, 9:00am to 10:30am.'
    )
    assert said in answer.partition("\n")[0]
    assert again.startswith('Nothing to log of person "Ana Souza". Logged already')
    assert sheet.startswith('# Monday 2018-03-05 of person "Ana Souza": 1 entry, 1.50 hours')


async def test_nothing_is_sent_unless_every_entry_is_right() -> None:
    wrong = [
        *WEEK,
        {**ON, "project": "Nowhere", "day": "2018-03-07", "hours": 1},
        {**ON, "day": "2018-03-06", "hours": "22"},
        {**WEEK[0]},
    ]
    with open_account() as sandbox:
        async with talking(sandbox, toolsets="time,bulk") as talk:
            refused = await talk.error("log_week", entries=wrong)
            assert refused.startswith("entry 4: No project named exactly 'Nowhere' to track time on.")
            assert (
                "entry 5: Tuesday 2018-03-06 would have 24.50 hours; entry 6 says the same as one before it." in refused
            )
            assert not any(call.startswith("POST") for call in talk.wire())


async def test_what_the_vendor_refuses_is_told_by_its_entry_and_the_rest_is_logged() -> None:
    with open_account() as sandbox:
        async with talking(sandbox, toolsets="time,bulk") as talk:
            answer = await talk.ok("log_week", entries=[*WEEK, {"project": "301", "task": "999", "hours": 1}])
            assert [row["outcome"] for row in table(answer)] == ["done", "done", "done", "failed"]
            assert answer.startswith("# 3 of 4 changes done; undo_change(change_id=1) takes all of it back; log_week")


async def test_what_an_earlier_call_logged_is_no_work_of_this_one_and_its_undo_is_not_offered() -> None:
    plain = [{**ON, "day": "2018-03-05", "hours": "2"}, {**ON, "day": "2018-03-06", "hours": "3"}]
    more = {**ON, "day": "2018-03-07", "hours": "4"}
    with open_account() as sandbox:
        async with talking(sandbox, toolsets="time,bulk") as talk:
            assert (await talk.ok("log_week", entries=plain)).startswith(
                "# 2 of 2 changes done; undo_change(change_id=1)"
            )
            again = await talk.ok("log_week", entries=plain)
            assert again.startswith("# 2 of 2 changes done; 2 by an earlier call, and not sent again. Log 2 entries:")
            assert [(row["outcome"], row["change"]) for row in table(again)] == [("was done", "2"), ("was done", "3")]
            third = await talk.ok("log_week", entries=[*plain, more])
            assert third.startswith(
                "# 3 of 3 changes done; 2 by an earlier call, and not sent again; "
                "undo_change(change_id=5) takes the other 1 back. "
            )


async def test_an_account_by_clock_is_told_the_hours_between_its_times_and_no_day_has_more_than_24() -> None:
    day = {**ON, "day": "2026-02-26"}
    with open_harvest_v2(settings=Settings(by_clock=True)) as sandbox:
        async with conversing(sandbox, toolsets="time,bulk") as talk:
            answer = await talk.ok("log_week", entries=[{**day, "hours": "9:00-11:30"}, {**day, "hours": "1pm-2pm"}])
            assert answer.partition("\n")[0].endswith(" Log 2 entries: Thursday 2026-02-26 3.50.")
            over = [{**day, "hours": each} for each in ("0:00-11:00", "11:00-22:00", "12:00-15:00")]
            refused = await talk.error("log_week", entries=over)
            assert refused.startswith("entry 3: Thursday 2026-02-26 would have 25.00 hours.")


async def test_the_box_of_an_undo_of_many_says_how_many_are_taken_back() -> None:
    with open_account() as sandbox:
        async with talking(sandbox, toolsets="time,bulk,changes", reply="yes") as talk:
            await talk.ok("log_week", entries=[{**ON, "hours": "1"}])
            question = await asked(talk, "undo_change", change_id=1)
            (request,) = (question.input_requests or {}).values()
            assert "'title': 'Yes, take 1 change back'" in str(request.model_dump(by_alias=True))
