"""Projects, tasks, people and assignments as the account answers for them."""

import httpx
import pytest

from harvest_mcp.sandbox import MANAGER, Sandbox
from harvest_mcp.systems.harvest import PEOPLE, TASK_ASSIGNMENTS, USER_ASSIGNMENTS

from .kit import caller

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", [
    "/projects/301/user_assignments/8001",
    "/projects/301/task_assignments/9001",
])  # fmt: skip
async def test_a_hint_on_a_200_is_all_that_says_an_assignment_was_archived(http: httpx.AsyncClient, path: str) -> None:
    """6.3: on a 200 the presence of `Hint` is the only signal."""
    answer = await http.delete(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["hint"].startswith("Archived instead of deleted: it has ")
    assert b'<deactivated type="boolean">true' in (await http.get(path)).content


async def test_nothing_says_that_a_task_was_archived(http: httpx.AsyncClient) -> None:
    """14: the answer of TA-4 does not say which of the two happened."""
    told = [await http.delete(f"/tasks/{id}") for id in (501, 510)]
    assert [(each.status_code, each.content, "hint" in each.headers) for each in told] == [(200, b"", False)] * 2
    assert [(await http.get(f"/tasks/{id}")).status_code for id in (501, 510)] == [200, 404]


async def test_who_was_archived_on_a_project_is_revived_under_the_same_id(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """16: posting such a user revives the old assignment instead of making a second one."""
    before = len(sandbox.rows(USER_ASSIGNMENTS))
    answer = await http.post("/projects/310/user_assignments", content='<user><id type="integer">37</id></user>')
    assert (answer.status_code, answer.headers["location"]) == (201, "/projects/310/user_assignments/8026")
    assert len(sandbox.rows(USER_ASSIGNMENTS)) == before
    assert b'<deactivated type="boolean">false' in (await http.get(answer.headers["location"])).content


async def test_the_last_task_of_a_project_stays(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """17: last task: 400."""
    (last,) = [row["id"] for row in sandbox.rows(TASK_ASSIGNMENTS) if row["project_id"] == 326]
    answer = await http.delete(f"/projects/326/task_assignments/{last}")
    assert (answer.status_code, answer.headers["hint"]) == (400, "A project needs at least one task.")


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("<user><first-name>Jo</first-name><last-name>Day</last-name></user>", "email is required."),
        (
            "<user><first-name>Jo</first-name><last-name>Day</last-name><email>ana@kestrel.example</email></user>",
            "Another person has this email already.",
        ),
        (
            "<user><first_name>Jo</first_name><last_name>Day</last_name><email>j@d.example</email>"
            "<timezone>Atlantis</timezone></user>",
            "timezone must be one of the listed names, such as Berlin.",
        ),
    ],
)
async def test_a_person_needs_names_an_address_of_their_own_and_a_listed_time_zone(
    http: httpx.AsyncClient, sandbox: Sandbox, body: str, hint: str
) -> None:
    """15: req `first-name`, `last-name`, `email`; only listed time zones are accepted."""
    answer = await http.post("/people", content=body)
    assert (answer.status_code, answer.headers["hint"]) == (400, hint)
    assert len(sandbox.rows(PEOPLE)) == 12


async def test_a_project_of_an_archived_client_is_not_restored(http: httpx.AsyncClient) -> None:
    """13: restoring a project of an archived client: 400."""
    answer = await http.put("/projects/313/toggle")
    assert (answer.status_code, answer.headers["hint"]) == (400, "The client of this project is archived.")


async def test_a_manager_is_a_stranger_to_the_projects_of_others(sandbox: Sandbox) -> None:
    """7: assignments: managed projects."""
    async with caller(sandbox, login=MANAGER) as http:
        assert (await http.get("/projects/301/task_assignments")).status_code == 200
        for method, path in (
            ("GET", "/projects/303/task_assignments"),
            ("POST", "/projects/303/user_assignments"),
            ("DELETE", "/projects/303"),
            ("POST", "/tasks"),
            ("POST", "/people"),
        ):
            assert (await http.request(method, path, content="<user><id>42</id></user>")).status_code == 404
