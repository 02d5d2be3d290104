"""Who and what is on a project over v2: a task made for a project, rates of one's own, and ways to what is not open."""

import json

import pytest

from harvest_mcp.sandbox import MANAGER, Fault, Sandbox
from harvest_mcp.sandbox.harvest_v2.tables import TASK_ASSIGNMENTS, TASKS

from .kit import conversing

pytestmark = pytest.mark.anyio
TIDY = {"project": "301", "name": "Tidy up", "billable_by_default": False}


def last(said: str) -> dict[str, object]:
    """The record that an answer ends with."""
    return dict(json.loads(said.splitlines()[-1]))


async def test_an_assignment_is_named_by_who_or_what_is_on_the_project(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        on = last(await talk.ok("get_user_assignment", project="Website relaunch", user_assignment_id="Ana Souza"))
        said = await talk.ok("update_task_assignment", project="301", task_assignment_id="Design", billable=False)
        missing = await talk.error("get_task_assignment", project="302", task_assignment_id="Nowhere")
        gone = await talk.error("get_user_assignment", project="301", user_assignment_id="Ivy Nakagawa")
    assert (on["project_id"], on["user_id"]) == (301, 34)
    (design,) = [row for row in sandbox.rows(TASK_ASSIGNMENTS) if (row["project_id"], row["task_id"]) == (301, 501)]
    assert (last(said)["id"], design["billable"]) == (design["id"], False)
    # The ids of tasks and people are not asked for.
    assert missing == (
        "No task named exactly 'Nowhere'. Nothing is named like it. Pass the task_assignment_id, or the whole name."
    )
    assert gone.startswith("No user assignment named exactly 'Ivy Nakagawa'.")


async def test_a_task_is_made_and_put_on_a_project_by_two_writes(sandbox: Sandbox) -> None:
    async with conversing(sandbox, reply="yes") as talk:
        said = await talk.ok("create_task_in_project", **TIDY)
        wire = talk.wire()
        bodies = [json.loads(seen.body) for seen in sandbox.seen if seen.method == "POST"]
        assert wire == [
            "GET /v2/tasks",
            "POST /v2/tasks",
            "GET /v2/tasks/513",
            "POST /v2/projects/301/task_assignments",
            "GET /v2/projects/301/task_assignments/9045",
        ]
        assert bodies == [{"name": "Tidy up", "billable_by_default": False}, {"task_id": 513, "billable": False}]
        assert "undo_change(change_id=2), and then undo_change(change_id=1), take both back." in said
        assert "allow_duplicate=true does it once more" in await talk.ok("create_task_in_project", **TIDY)
        await talk.ok("undo_change", change_id=2)
        await talk.ok("undo_change", change_id=1)
    assert 513 not in {row["id"] for row in sandbox.rows(TASKS)}
    assert 513 not in {row["task_id"] for row in sandbox.rows(TASK_ASSIGNMENTS)}


async def test_a_task_that_is_only_half_put_on_a_project_says_so_and_can_be_finished(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        sandbox.fail(Fault("status", "403", method="POST", skip=1, commit="never"))
        said = await talk.error("create_task_in_project", **TIDY)
        sandbox.calm()
        done = await talk.ok("create_task_in_project", **TIDY)
    assert 'The task "Tidy up" (513) was created, and is on no project.' in said
    assert said.endswith(
        "create_task_assignment(project=301, task=513) puts it there; undo_change(change_id=1) deletes it."
    )
    assert done.startswith("Created the task and task assignment")
    assert [row["id"] for row in sandbox.rows(TASKS) if row["name"] == "Tidy up"] == [513]


async def test_a_rate_of_ones_own_counts_at_once_and_goes_back_to_the_usual_one(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        made = last(await talk.ok("create_user_assignment", project="301", person="35"))["id"]
        id = {"project": "301", "user_assignment_id": made}
        before = last(await talk.ok("get_user_assignment", **id))
        await talk.ok("update_user_assignment", **id, hourly_rate="91")
        own = last(await talk.ok("get_user_assignment", **id))
        await talk.ok("undo_change", change_id=2)
        after = last(await talk.ok("get_user_assignment", **id))
        bodies = [json.loads(seen.body) for seen in sandbox.seen if seen.method == "PATCH"]
    assert bodies[0] == {"hourly_rate": 91, "use_default_rates": False}
    assert (before["use_default_rates"], own["use_default_rates"], own["hourly_rate"]) == (True, False, "91.00")
    assert (after["use_default_rates"], after["hourly_rate"]) == (True, before["hourly_rate"])


async def test_what_is_not_open_is_told_with_the_calls_that_open_it(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        named = await talk.error("log_time", project="Packaging", task="Design", hours=1)
        by_id = await talk.error("log_time", project="307", task="501", hours=1)
        task = await talk.error("log_time", project="301", task="504", hours=1)
    both = "create_user_assignment(project=307, person=31) and create_task_assignment(project=307, task=501) would open"
    assert "create_user_assignment(project=307, person=31) puts it there" in named
    assert "create_task_assignment(project=307, task=501) puts it there" in named
    assert both in by_id
    assert task.endswith("create_task_assignment(project=301, task=504) would open it, if that is meant.")


async def test_lists_of_assignments_cost_one_call_with_names(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        for tool, name in (("list_task_assignments", "Design"), ("list_user_assignments", "Ada Kestrel")):
            said = await talk.ok(tool, project="301", query=name.split()[0].lower())
            assert [line for line in talk.wire() if "assignments" not in line] in ([], ["GET /v2/projects/301"])
            assert name in said
    async with conversing(sandbox, login=MANAGER) as talk:
        assert "Design" in await talk.ok("list_task_assignments", project="301")
