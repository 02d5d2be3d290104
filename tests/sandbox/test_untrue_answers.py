"""Answers that are accepted and untrue: late reads, other records, successes that did nothing, late throttles."""

import asyncio
import re

import anyio
import httpx
import pytest

from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, running
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.systems.harvest import CONTACTS
from harvest_mcp.systems.incwo import CONTACTS as PEOPLE
from tests.patience import PATIENCE

from .incwo.kit import ANNE, account, leaf
from .kit import HEADERS, JANE, Clock, ids, leaves, there

pytestmark = pytest.mark.anyio

CEO = b"<contact><title>CEO</title></contact>"
ACME = b"<contact><client-id>11072</client-id><first-name>A</first-name><last-name>B</last-name></contact>"


async def title(http: httpx.AsyncClient, path: str = JANE) -> str:
    return leaves((await http.get(path)).content)["title"][1]


async def test_a_late_read_answers_from_the_account_as_it_was(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    before = await title(http)
    sandbox.fail(Fault("lag", "30", times=None))
    await http.put(JANE, content=CEO)
    clock.turn(29)
    assert await title(http) == before
    clock.turn(1)
    assert await title(http) == "CEO"
    assert sandbox.rows(CONTACTS)[0]["title"] == "CEO"


async def test_a_late_read_shows_what_was_deleted_and_not_what_was_made(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    before = ids((await http.get("/contacts")).content)
    sandbox.fail(Fault("lag", "10", times=None))
    made = (await http.post("/contacts", content=ACME)).headers["location"]
    await http.delete(JANE)
    assert [(await http.get(path)).status_code for path in (made, JANE)] == [404, 200]
    assert ids((await http.get("/contacts")).content) == before
    clock.turn(10)
    assert [(await http.get(path)).status_code for path in (made, JANE)] == [200, 404]


async def test_reads_may_be_late_by_path_and_one_may_ask_for_it(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fail(Fault("lag", "30", path="/contacts/*", times=None))
    await http.put(JANE, content=CEO)
    await http.put("/clients/11072", content=b"<client><name>Supra</name></client>")
    assert await title(http) != "CEO"
    assert leaves((await http.get("/clients/11072")).content)["name"][1] == "Supra"
    late = await http.get("/clients/11072", headers={"X-Sandbox-Fault": "lag=0.5"})
    assert leaves(late.content)["name"][1] == "SuprCorp"


async def test_a_get_that_writes_is_never_late(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """17: the timer is turned by a GET."""
    entry = next(row for row in sandbox.rows(HOURS) if not row["timer_started_at"])
    sandbox.fail(Fault("lag", "30", times=None))
    await http.put(JANE, content=CEO)
    answer = await http.get(f"/daily/timer/{entry['id']}")
    assert answer.status_code == 200
    assert sandbox.store.get(HOURS, int(str(entry["id"]))) != entry


async def test_what_was_just_made_may_be_unseen_for_a_moment(
    http: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fail(Fault("unseen", "2", path="/contacts/*", times=None))
    made = (await http.post("/contacts", content=ACME)).headers["location"]
    await http.put(JANE, content=CEO)
    assert (await http.get(made)).status_code == 404
    assert (await title(http), ids((await http.get("/contacts")).content)[-1]) == ("CEO", int(made.split("/")[-1]))
    clock.turn(2)
    assert (await http.get(made)).status_code == 200


async def test_a_silent_success_did_nothing(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    rows = sandbox.rows(CONTACTS)
    sandbox.fail(Fault("silent", times=3))
    made = await http.post("/contacts", content=ACME)
    assert [
        made.status_code,
        (await http.put(JANE, content=CEO)).status_code,
        (await http.delete(JANE)).status_code,
    ] == [
        201,
        200,
        200,
    ]
    assert sandbox.rows(CONTACTS) == rows
    again = await http.post("/contacts", content=ACME)
    assert int(again.headers["location"].split("/")[-1]) == int(made.headers["location"].split("/")[-1]) + 1


@pytest.mark.parametrize(
    ("header", "id", "element"),
    [
        ("other-record=10", "10", "contact"),
        ("other-record", "10", "contact"),
        ("other-record=/clients/11072", "11072", "client"),
    ],
)
async def test_a_read_may_be_answered_with_another_record(
    http: httpx.AsyncClient, header: str, id: str, element: str
) -> None:
    answer = await http.get(JANE, headers={"X-Sandbox-Fault": header})
    assert (answer.status_code, leaves(answer.content)["id"][1]) == (200, id)
    assert f"<{element}>" in answer.text


async def test_where_there_is_no_other_record_the_answer_is_the_true_one(http: httpx.AsyncClient) -> None:
    for path in (JANE, "/account/who_am_i", "/contacts/999999"):
        truth = await http.get(path)
        answer = await http.get(path, headers={"X-Sandbox-Fault": "other-record=999999"})
        assert (answer.status_code, answer.content) == (truth.status_code, truth.content)


@pytest.mark.parametrize(("value", "place"), [("9", "/contacts/9"), ("", "/contacts/{}")])
async def test_a_create_may_name_another_record_as_its_own(
    http: httpx.AsyncClient, sandbox: Sandbox, value: str, place: str
) -> None:
    last = sandbox.rows(CONTACTS)[-1]["id"]
    sandbox.fail(Fault("other-location", value))
    answer = await http.post("/contacts", content=ACME)
    assert (answer.status_code, answer.headers["location"]) == (201, place.format(last))
    assert sandbox.rows(CONTACTS)[-1]["id"] != last


@pytest.mark.parametrize(("header", "status"), [("throttle=7", 503), ("throttle=429 7", 429)])
async def test_a_throttle_may_come_after_the_write_was_carried_out(
    http: httpx.AsyncClient, sandbox: Sandbox, header: str, status: int
) -> None:
    answer = await http.delete(JANE, headers={"X-Sandbox-Fault": f"{header}; commit=before"})
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert not there(sandbox)


NEW = "<contact><first_name>A</first_name><last_name>B</last_name></contact>"


async def test_incwos_create_may_answer_with_another_record_or_only_its_id() -> None:
    async with account() as desk:
        last = desk.sandbox.rows(PEOPLE)[-1]["id"]
        desk.sandbox.fail(Fault("other-record", method="POST"))
        assert leaf((await desk.post("/contacts", NEW)).content, "id") == str(last)
        desk.sandbox.fail(Fault("other-location"))
        placed = (await desk.post("/contacts", NEW)).content
        assert (leaf(placed, "id"), leaf(placed, "last_name")) == (str(desk.sandbox.rows(PEOPLE)[-2]["id"]), "B")


async def test_incwos_update_may_be_silent_and_its_reads_of_another_record() -> None:
    async with account() as desk:
        rows = desk.sandbox.rows(PEOPLE)
        desk.sandbox.fail(Fault("silent"))
        answer = await desk.put(f"/contacts/{ANNE}", "<contact><last_name>X</last_name></contact>")
        assert (leaf(answer.content, "last_name"), desk.sandbox.rows(PEOPLE)) == ("X", rows)
        desk.sandbox.fail(Fault("other-record"))
        second = rows[1]["id"]
        assert leaf((await desk.get(f"/contacts/{second}")).content, "id") == str(ANNE)


async def test_incwos_reads_may_be_late() -> None:
    async with account() as desk:
        desk.sandbox.fail(Fault("lag", "30", times=None))
        await desk.delete(f"/contacts/{ANNE}")
        assert (await desk.get(f"/contacts/{ANNE}")).status_code == 200
        desk.clock.turn(30)
        assert (await desk.get(f"/contacts/{ANNE}")).status_code == 404


async def test_an_answer_nobody_asked_for_may_be_left_over_on_a_kept_connection(sandbox: Sandbox) -> None:
    lines = [f"GET {JANE} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in HEADERS.items())]
    lines += [f"Authorization: {httpx.BasicAuth(ADMIN.email, ADMIN.password)._auth_header}", "", ""]
    sandbox.fail(Fault("leftover", "10"))
    with running(sandbox) as url:
        reading, writing = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
        writing.write("\r\n".join(lines).encode())
        with anyio.fail_after(PATIENCE):
            got = await reading.read(65536)
        writing.close()
    assert got.count(b"HTTP/1.1 200 OK") == 2
    assert re.findall(rb"<contact>\s*<id type=.integer.>(\d+)", got) == [b"9", b"10"]


async def test_in_process_nothing_is_left_over(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    truth = await http.get(JANE)
    sandbox.fail(Fault("leftover"))
    assert (await http.get(JANE)).content == truth.content


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("lag=soon", "The fault lag does not take 'soon'."),
        ("unseen=-1", "The fault unseen does not take '-1'."),
        ("silent=yes", "The fault silent does not take 'yes'."),
        ("other-record=ten", "The fault other-record does not take 'ten'."),
        ("other-location=/contacts/10", "The fault other-location does not take '/contacts/10'."),
        ("throttle=430 7", "The fault throttle does not take '430 7'."),
        ("other=10", "No fault is called 'other';"),
    ],
)
async def test_a_misspelled_one_is_refused_with_why(http: httpx.AsyncClient, header: str, why: str) -> None:
    answer = await http.get(JANE, headers={"X-Sandbox-Fault": header})
    assert (answer.status_code, answer.text[: len(why)]) == (400, why)


async def test_control_arms_them_too(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    order = {"name": "lag", "value": "30", "path": "/contacts/*", "times": None}
    assert (
        await http.post("http://127.0.0.1/_sandbox/faults", json=order, headers={"Content-Type": "application/json"})
    ).status_code == 201
    await http.put(JANE, content=CEO)
    assert await title(http) != "CEO"
