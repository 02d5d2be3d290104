"""The same faults as before every account, with bodies of JSON."""

import httpx
import pytest

from harvest_mcp.sandbox import Fault, Sandbox, running
from harvest_mcp.sandbox.harvest_v2 import tables
from tests.patience import PATIENCE

from .kit import AGENT, DESIGN, LOGO, SUPRCORP, TODAY, Clock, headers, ok

pytestmark = pytest.mark.anyio
JSON = "application/json; charset=utf-8"
MOOR = {"name": "Moor Ltd"}


def made(sandbox: Sandbox) -> int:
    return len([row for row in sandbox.rows(tables.CLIENTS) if row["name"] == "Moor Ltd"])


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        (Fault("status", "503"), 503, "This failed because it was asked to."),
        (Fault("throttle", "7"), 429, "Too many calls; wait."),
        (Fault("throttle", "429 none"), 429, "Too many calls; wait."),
    ],
)
async def test_a_refusal_that_was_asked_for_is_json(
    sandbox: Sandbox, http: httpx.AsyncClient, fault: Fault, status: int, message: str
) -> None:
    sandbox.fail(fault)
    answer = await http.post("/clients", json=MOOR)
    assert (answer.status_code, answer.headers["content-type"]) == (status, JSON)
    assert answer.json() == {"message": message}
    assert made(sandbox) == 0


async def test_a_throttle_says_how_long(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.fail(Fault("throttle", "7"))
    assert (await http.get("/clients")).headers["retry-after"] == "7"


async def test_a_dropped_write_may_be_carried_out(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    for commit, count in (("never", 0), ("before", 1)):
        sandbox.fail(Fault("drop", commit=commit))  # type: ignore[arg-type]  # a word of the table
        with pytest.raises(ConnectionResetError):
            await http.post("/clients", json=MOOR)
        assert made(sandbox) == count


async def test_a_body_may_be_cut_or_be_something_else(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.fail(Fault("truncate", "9"))
    with pytest.raises(ConnectionResetError):
        await http.get("/clients")
    sandbox.fail(Fault("garbage", body=b'{"clients":[', content_type=JSON))
    assert (await http.get("/clients")).text == '{"clients":['
    sandbox.fail(Fault("html"))
    assert (await http.get("/clients")).headers["content-type"].startswith("text/html")
    sandbox.fail(Fault("huge", "1"))
    whole = await http.get("/clients")
    assert (whole.headers["content-type"], len(whole.json()["clients"]) > 4000) == (JSON, True)
    sandbox.fail(Fault("gzip", "1"))
    assert (await http.get("/clients")).json() == {"clients": [{"id": 1}]}


async def test_a_late_read_shows_the_account_as_it_was(sandbox: Sandbox, http: httpx.AsyncClient, clock: Clock) -> None:
    id = ok(await http.post("/clients", json=MOOR), 201)["id"]
    sandbox.fail(Fault("unseen", "5"))
    assert (await http.get(f"/clients/{id}")).status_code == 404
    clock.turn(60)
    ok(await http.patch(f"/clients/{id}", json={"address": "Quay 1"}))
    sandbox.fail(Fault("lag", "30"))
    assert ok(await http.get(f"/clients/{id}"))["address"] is None
    assert ok(await http.get(f"/clients/{id}"))["address"] == "Quay 1"


async def test_a_silent_write_is_answered_and_not_carried_out(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.fail(Fault("silent"))
    id = ok(await http.post("/clients", json=MOOR), 201)["id"]
    assert made(sandbox) == 0
    assert ok(await http.post("/clients", json=MOOR), 201)["id"] == id + 1


async def test_an_answer_may_be_of_another_record(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.fail(Fault("other-record"))
    assert ok(await http.get("/clients/11075"))["id"] == 11074
    sandbox.fail(Fault("other-location"))
    answer = await http.post("/clients", json=MOOR)
    assert answer.json()["id"] == 11112
    assert answer.headers["location"].endswith("/api/v2/clients/11112")
    assert made(sandbox) == 1


async def test_over_a_socket_links_and_files_lead_back_to_it(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        async with httpx.AsyncClient(headers=headers(), timeout=PATIENCE, trust_env=False) as http:
            page = ok(await http.get(f"{url}/v2/tasks?per_page=5"))
            assert page["links"]["next"].startswith(f"{url}/v2/tasks?cursor=")
            assert len(ok(await http.get(page["links"]["next"]))["tasks"]) == 5
            body = {"project_id": LOGO, "task_id": DESIGN, "spent_date": TODAY, "hours": 1}
            made = await http.post(f"{url}/v2/time_entries", json=body)
            assert made.headers["location"] == f"{url}/api/v2/time_entries/{made.json()['id']}"
            file = ok(await http.get(f"{url}/v2/expenses/40002"))["receipt"]["url"]
            assert httpx.URL(file).host != httpx.URL(url).host
    assert sandbox.seen[0].headers["user-agent"] == AGENT
    assert [seen.status for seen in sandbox.seen] == [200, 200, 201, 200]


async def test_an_account_that_breaks_answers_500_in_json(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    sandbox.store.close()
    answer = await http.get(f"/clients/{SUPRCORP}")
    assert (answer.status_code, answer.headers["content-type"]) == (500, JSON)
    assert answer.json() == {"message": "This account failed."}
