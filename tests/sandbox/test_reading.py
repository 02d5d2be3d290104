"""Filters, paging and the resources that are only read: harvest-v1 8.1, 13, 22."""

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, INVOICES

from .kit import Clock, caller, error, ids, leaves

pytestmark = pytest.mark.anyio


@pytest.fixture
def dated(clock: Clock) -> Sandbox:
    """Three clients changed within two minutes, a contact each."""
    sandbox = open_account(clock=clock, seeded=False)
    for id, second in enumerate((29 * 60, 30 * 60, 30 * 60 + 5), 1):
        clock.now = 1285437600 + second  # 2010-09-25 18:00:00 UTC
        sandbox.put(CLIENTS, id=id, name=f"Client {id}", active=True)
        sandbox.put(CONTACTS, client_id=1, first_name="A", last_name=str(id))
    return sandbox


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2010-09-25 18:30", [2, 3]),
        ("2010-09-25 18:30:00", [2, 3]),
        ("2010-09-25 18:30:05 UTC", [3]),
        ("2010-09-25 18:30:06 UTC", []),
        ("2010-09-25 18:29 UTC", [1, 2, 3]),
        ("2010-09-25", [1, 2, 3]),
        ("2010-09-26", []),
    ],
)
@pytest.mark.parametrize("path", ["/clients", "/contacts", "/clients/1/contacts"])
async def test_updated_since_is_inclusive_in_every_documented_form(
    dated: Sandbox, path: str, since: str, found: list[int]
) -> None:
    async with caller(dated) as http:
        answer = await http.get(path, params={"updated_since": since})
    dated.close()
    assert ids(answer.content) == found


@pytest.mark.parametrize("since", ["yesterday", "2010-09-25T18:30Z", "2010-13-01", "2010-09-25 25:00"])
async def test_updated_since_in_another_form_is_refused(http: httpx.AsyncClient, since: str) -> None:
    answer = await http.get("/clients", params={"updated_since": since})
    assert (answer.status_code, error(answer.content)) == (
        400,
        ("Invalid", "updated_since must be a UTC time such as 2010-09-25 18:30."),
    )


async def test_an_update_moves_a_record_into_the_filter(http: httpx.AsyncClient, clock: Clock) -> None:
    clock.turn(60)
    await http.put("/contacts/9", content="<contact/>")
    assert ids((await http.get("/contacts?updated_since=2018-03-05+12%3A01")).content) == [9]


async def test_projects_are_listed_narrowed_and_read(http: httpx.AsyncClient) -> None:
    assert ids((await http.get("/projects")).content) == list(range(301, 327))
    assert ids((await http.get("/projects?client=11072")).content) == [301, 302, 303]
    assert ids((await http.get("/projects?client=5")).content) == []
    assert ids((await http.get("/projects?client=SuprCorp")).content) == []
    assert (
        leaves((await http.get("/projects/302")).content).items()
        >= {
            "id": ({"type": "integer"}, "302"),
            "client-id": ({"type": "integer"}, "11072"),
            "name": ({}, "Brand guidelines"),
            "code": ({}, "SC-02"),
            "active": ({"type": "boolean"}, "false"),
        }.items()
    )


async def test_an_unknown_project_is_not_found(http: httpx.AsyncClient) -> None:
    answer = await http.get("/projects/5")
    assert (answer.status_code, error(answer.content)) == (404, ("NotFound", "There is no project 5."))


async def test_invoices_come_fifty_to_a_page_newest_first(clock: Clock) -> None:
    with open_account(clock=clock, seeded=False) as sandbox:
        sandbox.put(CLIENTS, id=1, name="One", active=True)
        for id in range(1, 121):
            sandbox.put(INVOICES, id=id, client_id=1 + id % 2, number=str(id), state="open")
        async with caller(sandbox) as http:
            pages = [ids((await http.get(f"/invoices?page={page}")).content) for page in (1, 2, 3, 4)]
            assert pages == [list(range(120, 70, -1)), list(range(70, 20, -1)), list(range(20, 0, -1)), []]
            assert ids((await http.get("/invoices")).content) == pages[0]
            assert ids((await http.get("/invoices?client=2&page=2")).content) == list(range(19, 0, -2))


async def test_what_is_not_a_page_is_the_first(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    every = [row["id"] for row in sandbox.rows(INVOICES)][:-51:-1]
    assert ids((await http.get("/invoices?page=0")).content) == every
    assert ids((await http.get("/invoices?page=many")).content) == every
