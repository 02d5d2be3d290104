"""Projects, tasks, people and assignments through the real client: the answer, what left, and the odd things."""

import json
from typing import Any

import pytest

from harvest_mcp.sandbox import MANAGER, MEMBER, Fault, Sandbox
from harvest_mcp.systems.harvest import PEOPLE, PROJECTS, TASK_ASSIGNMENTS, TASKS, USER_ASSIGNMENTS
from tests.conftest import Era, Talk, talking
from tests.tools.kit import account, document, undo, writes

pytestmark = pytest.mark.anyio

GONE = "Undo recreates it under a new id."
ARCHIVES = "If it has hours, Harvest archives it instead."


def stored(text: str) -> dict[str, Any]:
    """The record behind the first line."""
    record: dict[str, Any] = json.loads(text.split("\n", 1)[1])
    return record


def first(text: str) -> str:
    return text.split("\n", 1)[0]


async def test_projects_are_listed_by_the_name_of_their_client(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("list_projects", client="SuprCorp", active=True) == (
            "# 2 projects\nid,client_id,name,code,active\n"
            "301,11072,Website relaunch,SC-01,true\n303,11072,Annual report,SC-03,true\n"
        )
        assert talk.wire() == ["GET /clients", "GET /projects?client=11072"]
        await talk.ok("list_projects", updated_since="2018-01-31")
        assert talk.wire() == ["GET /projects?updated_since=2018-01-31 00:00"]


async def test_a_project_is_told_with_all_it_has(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        told = json.loads(await talk.ok("get_project", project_id=301))
    assert (told["name"], told["bill_by"], told["budget_by"], told["budget"]) == (
        "Website relaunch",
        "Tasks",
        "project",
        "40",
    )
    assert "fee" not in told  # 13: only present on fixed-fee projects


async def test_a_project_is_created_for_a_client_by_name(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok(
            "create_project", client="Acme", name="Kestrel site", bill_by="People", budget="40", starts_on="2018-04-01"
        )
        assert first(answer).startswith(
            f'Created project "Kestrel site" (327). {undo(1)} Harvest puts on it by itself: '
        )
        assert talk.wire() == ["GET /clients", "GET /projects?client=11073", "POST /projects", "GET /projects/327"]
        assert writes(talk) == [
            (
                "POST",
                "/projects",
                document(
                    "project",
                    '<client-id type="integer">11073</client-id>',
                    "<name>Kestrel site</name>",
                    "<bill-by>People</bill-by>",
                    '<budget type="decimal">40</budget>',
                    '<starts-on type="date">2018-04-01</starts-on>',
                ),
            )
        ]
        # 13: the creator becomes a user assignment; default tasks and people with access to all join.
        people = first(await talk.ok("list_user_assignments", project="Kestrel site"))
        assert people.startswith("# 2 user assignments; bill_by of the project is ")
        tasks = first(await talk.ok("list_task_assignments", project="Kestrel site"))
        assert tasks.startswith("# 2 task assignments; bill_by of the project is ")


async def test_an_update_of_a_project_includes_its_client(sandbox: Sandbox, era: Era) -> None:
    """13, PR-4: `project`, include `client-id`."""
    async with talking(sandbox, era=era) as talk:
        assert first(await talk.ok("update_project", project_id=301, code="K-1")) == (
            f'Updated project "Website relaunch" (301). {undo(1)}'
        )
        assert writes(talk) == [
            (
                "PUT",
                "/projects/301",
                document("project", '<client-id type="integer">11072</client-id>', "<code>K-1</code>"),
            )
        ]
        await talk.ok("undo_change", change_id=1)
        assert json.loads(await talk.ok("get_project", project_id=301))["code"] == "SC-01"


@pytest.mark.parametrize("wrong", ["tasks", "Everybody"])
async def test_only_documented_words_say_how_a_project_is_billed(sandbox: Sandbox, era: Era, wrong: str) -> None:
    """13: `Tasks`, `People`, `Project`, `none` (mind the capitals)."""
    async with talking(sandbox, era=era) as talk:
        said = await talk.error("update_project", project_id=301, bill_by=wrong)
        assert said.startswith("bill_by takes only 'Tasks', 'People', 'Project' or 'none'.")
        assert talk.wire() == []


async def test_a_project_is_archived_by_a_put_and_never_flipped_blindly(sandbox: Sandbox, era: Era) -> None:
    """8.2: offer archive/restore, read first, toggle only when needed."""
    async with talking(sandbox, era=era) as talk:
        assert first(await talk.ok("archive_project", project_id=301)) == (
            f'Now archived: project "Website relaunch" (301). {undo(1)}'
        )
        assert talk.wire() == ["GET /projects/301", "PUT /projects/301/toggle", "GET /projects/301"]
        assert await talk.ok("archive_project", project_id=301) == (
            'Project "Website relaunch" (301) is already archived. Nothing was changed.'
        )
        assert talk.wire() == ["GET /projects/301"]
        await talk.ok("undo_change", change_id=1)
    assert sandbox.store.get(PROJECTS, 301)["active"] is True  # type: ignore[index]  # it is there


async def test_a_project_with_hours_is_not_deleted(sandbox: Sandbox, era: Era) -> None:
    """13, PR-6: 400: has hours."""
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.error("delete_project", project_id=301) == (
            'Harvest refused this (400): "This project has 1981 time records." (Harvest\'s words). '
            "Nothing was deleted. To have it archived instead, call archive_project(project_id=301)."
        )
        assert talk.asked == [
            'Delete project "Website relaunch" (301), client "SuprCorp", code "SC-01"? 5 user assignments go with it. '
            "4 task assignments go with it. "
            "It has hours or expenses since 2017-03-06, so Harvest will probably refuse. "
            "Undo recreates it, without its user assignments and task assignments, and under a new id."
        ]


async def test_a_project_without_hours_is_deleted_with_its_assignments(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.ok("delete_project", project_id=326) == (
            'Deleted project "Logo" (326) and its 2 user assignments, 1 task assignment. '
            "undo_change(change_id=1) makes it again, without its user assignments and task assignment, "
            "and under a new id."
        )
    assert [row for row in sandbox.rows(USER_ASSIGNMENTS) if row["project_id"] == 326] == []
    assert [row for row in sandbox.rows(TASK_ASSIGNMENTS) if row["project_id"] == 326] == []


async def test_a_task_is_created_changed_and_listed(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("create_task", name="Sketching", default_hourly_rate="12.50")
        assert first(answer) == f'Created task "Sketching" (513). {undo(1)}'
        assert talk.wire() == ["GET /tasks", "POST /tasks", "GET /tasks/513"]
        await talk.ok("update_task", task_id=513, default_hourly_rate="")
        assert [(method, path) for method, path, _ in writes(talk)] == [("PUT", "/tasks/513")]
        assert b'nil="true"' in writes(talk)[0][2]
        assert json.loads(await talk.ok("get_task", task_id=513)).get("default_hourly_rate") is None
        assert (await talk.ok("list_tasks", deactivated=True)).endswith("511,Flash animation,true,50.00,false,true\n")


async def test_a_task_without_hours_is_deleted(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.ok("delete_task", task_id=510) == (
            'Deleted task "Internal" (510). undo_change(change_id=1) makes it again under a new id.'
        )
        assert talk.asked == [f'Delete task "Internal" (510)? {ARCHIVES} {GONE}']
    assert sandbox.store.get(TASKS, 510) is None


async def test_a_task_with_hours_is_archived_and_the_answer_says_so(sandbox: Sandbox, era: Era) -> None:
    """14: the answer of TA-4 does not say which of the two happened: read the task."""
    async with talking(sandbox, era=era, reply="yes") as talk:
        answer = await talk.ok("delete_task", task_id=501)
        assert first(answer) == (
            'Archived, not deleted: task "Design" (501). Harvest keeps what has hours. '
            "undo_change(change_id=1) restores it."
        )
        assert stored(answer)["deactivated"] is True
        assert talk.wire()[-2:] == ["DELETE /tasks/501", "GET /tasks/501"]
        assert first(await talk.ok("undo_change", change_id=1)) == (
            'Undid change 1: task "Design" (501) is as it was. That is change 2.'
        )
        assert talk.wire() == ["GET /tasks/501", "POST /tasks/501/activate", "GET /tasks/501"]


async def test_an_archived_task_is_restored_and_an_active_one_left_alone(sandbox: Sandbox, era: Era) -> None:
    """14: there is no call to archive a task without hours, so its restoring cannot be undone."""
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("restore_task", task_id=501) == (
            'Task "Design" (501) is already active. Nothing was changed.'
        )
        assert first(await talk.ok("restore_task", task_id=511)) == (
            'Now active: task "Flash animation" (511). Harvest offers no call that takes it back.'
        )
        assert talk.wire() == ["GET /tasks/511", "POST /tasks/511/activate", "GET /tasks/511"]
        assert await talk.error("undo_change", change_id=1) == (
            "The vendor offers no way to make it archived again. Nothing was undone."
        )


async def test_a_person_is_put_on_a_project_by_names(sandbox: Sandbox, era: Era) -> None:
    """16: the body of UA-3 is a `user`, not a `user-assignment`."""
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("create_user_assignment", project="Website relaunch", person="Ivy Nakagawa")
        assert first(answer) == f'Created user assignment "person 42 project 301" (8050). {undo(1)}'
        assert talk.wire() == [
            "GET /people",
            "GET /projects",
            "GET /projects/301/user_assignments",
            "POST /projects/301/user_assignments",
            "GET /projects/301/user_assignments/8050",
        ]
        assert writes(talk) == [
            ("POST", "/projects/301/user_assignments", document("user", '<id type="integer">42</id>'))
        ]


async def test_who_is_on_a_project_is_told_by_name_and_found_by_it(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.ok("list_user_assignments", project=301, query="ana") == (
            "# 1 user assignment; bill_by of the project is Tasks: no hourly_rate here counts, "
            "those of list_task_assignments do\nid,user_id,person,deactivated,hourly_rate,is_project_manager\n"
            "8004,34,Ana Souza,false,80.00,false\n"
        )
        assert talk.wire() == ["GET /people", "GET /projects/301/user_assignments", "GET /projects/301"]
        told = await talk.ok("list_task_assignments", project=301, fields=["task_id"])
        assert told.splitlines()[1:3] == ["id,task_id,task", "9001,501,Design"]
        assert (await talk.ok("list_task_assignments", project=301, fields=["billable"])).splitlines()[
            1
        ] == "id,billable"


async def test_who_is_on_a_project_already_is_not_put_there_twice(sandbox: Sandbox, era: Era) -> None:
    """16: posting a user who was archived from the project revives the old assignment."""
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("create_user_assignment", project="Trail app", person="Dmitri Volkov") == (
            'This user assignment is there already: "person 37 project 310" (8026). '
            "Nothing was created. Use or update that one."
        )
        revived = await talk.ok("update_user_assignment", project=310, user_assignment_id=8026, deactivated=False)
        assert stored(revived)["deactivated"] is False


async def test_an_update_of_a_user_assignment_carries_what_is_fixed(sandbox: Sandbox, era: Era) -> None:
    """16: `user-id` and `project-id` are fixed, and sent in the PUT."""
    async with talking(sandbox, era=era) as talk:
        await talk.ok("update_user_assignment", project="301", user_assignment_id=8001, hourly_rate="99.50")
        assert writes(talk) == [
            (
                "PUT",
                "/projects/301/user_assignments/8001",
                document(
                    "user-assignment",
                    '<user-id type="integer">31</user-id>',
                    '<project-id type="integer">301</project-id>',
                    '<hourly-rate type="decimal">99.50</hourly-rate>',
                ),
            )
        ]
        rate = json.loads(await talk.ok("get_user_assignment", project=301, user_assignment_id=8001))["hourly_rate"]
        assert rate == "99.50"


async def test_a_rate_that_counts_for_nothing_is_told_with_the_call_that_makes_it_count(
    sandbox: Sandbox, era: Era
) -> None:
    """13: `bill-by` says whose rates a project is billed by; it is read only where a rate was given."""
    rated = {"project": "301", "user_assignment_id": 8001}
    async with talking(sandbox, era=era) as talk:
        said = await talk.ok("update_user_assignment", **rated, hourly_rate="99.50")
        assert said.splitlines()[0].endswith(
            " takes it back. Its project has bill_by Tasks: this hourly_rate counts only with "
            'update_project(project_id=301, bill_by="People").'
        )
        assert talk.wire()[-1] == "GET /projects/301"
        await talk.ok("update_user_assignment", **rated, is_project_manager=True)
        assert "GET /projects/301" not in talk.wire()
        said = await talk.ok("update_user_assignment", **rated, budget="10")
        way = 'update_project(project_id=301, budget_by="person")'
        assert f"Its project has budget_by project: this budget counts only with {way}." in said
        said = await talk.ok("update_task_assignment", project=301, task_assignment_id=9001, hourly_rate="70")
        assert "counts only" not in said
        await talk.ok("update_project", project_id=301, bill_by="People")
        assert "counts only" not in await talk.ok("update_user_assignment", **rated, hourly_rate="80")
        said = await talk.ok("update_task_assignment", project=301, task_assignment_id=9001, hourly_rate="71")
        assert 'this hourly_rate counts only with update_project(project_id=301, bill_by="Tasks").' in said


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("update_user_assignment", {"project": 301, "user_assignment_id": 8001, "hourly_rate": "-5"}),
        ("update_project", {"project_id": 301, "budget": "-1"}),
        ("update_task", {"task_id": 501, "default_hourly_rate": "-0.01"}),
        ("update_person", {"person_id": 34, "default_hourly_rate": -80}),
        ("update_expense_category", {"expense_category_id": 9, "unit_price": "-0.5"}),
    ],
)
async def test_rates_budgets_and_prices_start_at_zero(
    sandbox: Sandbox, era: Era, tool: str, arguments: dict[str, object]
) -> None:
    async with talking(sandbox, era=era, toolsets="all") as talk:
        name = list(arguments)[-1]
        assert (await talk.error(tool, **arguments)).startswith(f"{name} takes an amount from 0 on. Nothing was sent. ")
        assert talk.wire() == []


@pytest.mark.parametrize(
    ("tool", "key", "id", "asked"),
    [
        ("delete_user_assignment", "user_assignment_id", 8001, '"Ada Kestrel, Website relaunch" (8001)'),
        ("delete_task_assignment", "task_assignment_id", 9001, '"Design, Website relaunch" (9001)'),
    ],
)
async def test_an_assignment_with_hours_is_archived_whether_a_hint_says_so_or_not(
    sandbox: Sandbox, era: Era, tool: str, key: str, id: int, asked: str
) -> None:
    """16, 17: 200 (`Hint` when archived); what is read afterwards counts, not the hint."""
    noun = tool.removeprefix("delete_")
    word = noun.replace("_", " ")
    async with talking(sandbox, era=era, reply="yes") as talk:
        answer = await talk.ok(tool, project=301, **{key: id})
        assert answer.startswith(f"Archived, not deleted: {word} {asked}. Harvest keeps what has hours. ")
        assert stored(answer)["deactivated"] is True
        assert talk.asked == [f"Delete {word} {asked}? {ARCHIVES} {GONE}"]
        undone = await talk.ok("undo_change", change_id=1)
        assert stored(undone)["deactivated"] is False


async def test_an_assignment_without_hours_is_deleted_and_made_again(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        await talk.ok("create_user_assignment", project=301, person=42)
        assert (await talk.ok("delete_user_assignment", project=301, user_assignment_id=8050)).startswith(
            'Deleted user assignment "Ivy Nakagawa, Website relaunch" (8050).'
        )
        again = await talk.ok("undo_change", change_id=2)
        assert (stored(again)["user_id"], stored(again)["project_id"]) == (42, 301)


async def test_the_last_task_of_a_project_stays(sandbox: Sandbox, era: Era) -> None:
    """17: a project needs at least one task; TS-5 answers 400."""
    (last,) = [row["id"] for row in sandbox.rows(TASK_ASSIGNMENTS) if row["project_id"] == 326]
    async with talking(sandbox, era=era, reply="yes") as talk:
        assert await talk.error("delete_task_assignment", project="Logo", task_assignment_id=last) == (
            'Harvest refused this (400): "A project needs at least one task." (Harvest\'s words). Nothing was deleted.'
        )


async def test_a_task_is_put_on_a_project_with_its_rate(sandbox: Sandbox, era: Era) -> None:
    """17: a new assignment copies `billable` and the rate from the task; the body of TS-3 is a `task`."""
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("create_task_assignment", project="Website relaunch", task="Text & editing")
        assert (stored(answer)["billable"], stored(answer)["hourly_rate"]) == (True, "65.00")
        assert writes(talk) == [
            ("POST", "/projects/301/task_assignments", document("task", '<id type="integer">507</id>'))
        ]
        await talk.ok("update_task_assignment", project=301, task_assignment_id=9001, billable=False)
        assert writes(talk) == [
            (
                "PUT",
                "/projects/301/task_assignments/9001",
                document("task-assignment", '<billable type="boolean">false</billable>'),
            )
        ]
        assert (
            json.loads(await talk.ok("get_task_assignment", project=301, task_assignment_id=9001))["billable"] is False
        )


async def test_a_new_task_comes_with_its_assignment_in_one_call(sandbox: Sandbox, era: Era) -> None:
    """17, TS-4: `add_with_create_new_task`."""
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("create_task_in_project", project=301, name="Sketching", default_hourly_rate="12.50")
        assert first(answer) == f'Created the task and task assignment "task 513 project 301" (9045). {undo(1)}'
        assert writes(talk) == [
            (
                "POST",
                "/projects/301/task_assignments/add_with_create_new_task",
                document(
                    "task",
                    "<name>Sketching</name>",
                    '<default-hourly-rate type="decimal">12.50</default-hourly-rate>',
                ),
            )
        ]
        assert (await talk.error("create_task_in_project", project=301, name="design")).startswith(
            'This task may already be there: "Design" (501).'
        )


async def test_a_record_of_another_project_is_not_found(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("get_task_assignment", project=302, task_assignment_id=9001) == (
            "No task assignment 9001 in this account, or this user may not see it. Call list_task_assignments for ids."
        )


async def people(talk: Talk, **person: Any) -> str:
    return await talk.ok("create_person", first_name="Jo", last_name="Day", email="jo@day.example", **person)


@pytest.mark.eras
async def test_a_person_is_only_created_after_a_person_agreed(sandbox: Sandbox, era: Era) -> None:
    """15: creation mails an invitation with a password link."""
    async with talking(sandbox, era=era, reply="yes", toolsets="people,changes") as talk:
        assert first(await people(talk)) == (
            'Created person "Jo Day" (43). '
            "undo_change(change_id=1) deletes it again; the invitation cannot be taken back."
        )
        assert talk.asked == [
            'Create person "Jo Day"? Harvest mails an invitation with a password link to jo@day.example, '
            "which nothing takes back."
        ]
        assert writes(talk) == [
            (
                "POST",
                "/people",
                document(
                    "user",
                    "<email>jo@day.example</email>",
                    "<first-name>Jo</first-name>",
                    "<last-name>Day</last-name>",
                ),
            )
        ]


async def test_without_a_yes_nobody_is_invited(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="decline", toolsets="people") as talk:
        given = {"first_name": "Jo", "last_name": "Day", "email": "jo@day.example"}
        assert await talk.error("create_person", **given) == "The person declined. Nothing was created."
        assert set(talk.wire()) == {"GET /people"}
    assert len(sandbox.rows(PEOPLE)) == 12


@pytest.mark.eras
async def test_a_client_without_forms_gets_a_code_for_exactly_this_person(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, confirm="token", toolsets="people") as talk:
        given = {"first_name": "Jo", "last_name": "{Day}", "email": "jo@day.example"}
        asks = await talk.error("create_person", **given)
        assert 'create_person(email="jo@day.example", first_name="Jo", last_name="{Day}", confirm="' in asks
        code = asks.split('confirm="')[1].split('"')[0]
        other = await talk.error("create_person", **{**given, "last_name": "Night"}, confirm=code)
        assert other.startswith("This confirmation was given for something else")
        fresh = (await talk.error("create_person", **given)).split('confirm="')[1].split('"')[0]
        assert first(await talk.ok("create_person", **given, confirm=fresh)).startswith(
            'Created person "Jo {Day}" (43).'
        )


async def test_a_person_deleted_by_mistake_is_invited_again_only_after_a_yes(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes", toolsets="people,changes") as talk:
        await people(talk)
        await talk.ok("delete_person", person_id=43)
        await talk.ok("undo_change", change_id=2)
        assert talk.asked[-1].startswith('Undo change 2: create person "Jo Day"? Harvest mails an invitation')


async def test_people_are_found_by_id_or_by_their_address(sandbox: Sandbox, era: Era) -> None:
    """15, PE-1: `/people/{id}` or `/people/{email}`."""
    async with talking(sandbox, era=era, toolsets="people") as talk:
        by_address = await talk.ok("get_person", email="ana@kestrel.example")
        assert talk.wire() == ["GET /people/ana@kestrel.example"]
        assert by_address == await talk.ok("get_person", person_id=34)
        assert (await talk.error("get_person")).startswith("takes either person_id or email.")
        assert (await talk.error("get_person", email="../clients")).startswith("email takes an e-mail address")
        assert first(await talk.ok("list_people", is_active=False)) == "# 1 person"
        await talk.ok("update_person", person_id=34, department="Art")
        assert writes(talk) == [("PUT", "/people/34", document("user", "<department>Art</department>"))]


async def test_people_are_archived_to_a_definite_state_but_never_oneself(sandbox: Sandbox, era: Era) -> None:
    """15: PE-6 archives an active person and restores an archived one; nobody can archive themself."""
    async with talking(sandbox, era=era, toolsets="people", reply="yes") as talk:
        assert first(await talk.ok("restore_person", person_id=37)).startswith("Now active: person")
        assert talk.wire() == ["GET /people/37", "POST /people/37/toggle", "GET /people/37"]
        assert "You cannot do this to yourself." in await talk.error("archive_person", person_id=31)
        assert (await talk.error("delete_person", person_id=34)).endswith(
            "To have it archived instead, call archive_person(person_id=34)."
        )


async def test_a_regular_user_is_shown_no_projects(sandbox: Sandbox, era: Era) -> None:
    """7: `/projects` answers 404 without the right, as if nothing were there."""
    async with talking(sandbox, era=era, account=account(MEMBER)) as talk:
        for tool, what in (("list_projects", "projects"), ("list_tasks", "tasks")):
            assert await talk.error(tool) == (
                f"Harvest shows this user no {what} (404). Call who_am_i: the role decides what is seen."
            )


async def test_a_manager_sees_and_changes_what_they_manage(sandbox: Sandbox, era: Era) -> None:
    """7: projects they manage."""
    async with talking(sandbox, era=era, account=account(MANAGER)) as talk:
        shown = await talk.ok("list_projects", fields=["name"])
        assert [line.split(",")[0] for line in shown.splitlines()[2:]] == ["301", "302", "305", "309"]
        await talk.ok("update_project", project_id=301, notes="x")
        assert "may not see it" in await talk.error("update_project", project_id=303, notes="x")
        assert "(404)" in await talk.error("list_task_assignments", project=303)


async def test_an_archiving_whose_answer_is_lost_is_seen(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era, reply="yes") as talk:
        sandbox.fail(Fault("drop", method="DELETE", commit="before"))
        assert first(await talk.ok("delete_task", task_id=501)).startswith("Archived, not deleted: task")
