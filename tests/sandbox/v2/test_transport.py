"""Who comes in, and what a call must look like (harvest-v2 2, 3)."""

import json

import httpx
import pytest

from harvest_mcp.sandbox import ADMIN, MEMBER, Sandbox
from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID
from harvest_mcp.sandbox.harvest_v2.world import EXPIRED

from .conftest import Open
from .kit import ADA, HOST, SUPRCORP, TODAY, caller, ok, refused

pytestmark = pytest.mark.anyio
ME = f"{HOST}/v2/users/me"


async def bare(sandbox: Sandbox, url: str = ME, **headers: str) -> httpx.Response:
    """A call with these headers and no others of its own."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox)) as http:
        http.headers.clear()
        return await http.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("agent", [{}, {"User_Agent": " "}])
async def test_a_call_without_a_user_agent_is_refused_in_plain_text(sandbox: Sandbox, agent: dict[str, str]) -> None:
    answer = await bare(sandbox, Authorization=f"Bearer {ADMIN.token}", Harvest_Account_Id=str(ACCOUNT_ID), **agent)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/plain")


async def test_a_get_with_a_body_is_refused_in_plain_text(http: httpx.AsyncClient) -> None:
    answer = await http.request("GET", "/users/me", json={})
    assert (answer.status_code, answer.text) == (400, "HTTP GET requests with a body are not accepted.")
    assert answer.headers["content-type"] == "text/plain"


@pytest.mark.parametrize("token", [{}, {"Authorization": "Bearer stale"}, {"Authorization": "Basic YWRtaW46eA=="}])
async def test_an_unknown_token_is_told_as_oauth_does(sandbox: Sandbox, token: dict[str, str]) -> None:
    answer = await bare(sandbox, Harvest_Account_Id=str(ACCOUNT_ID), User_Agent="t", **token)
    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_token", "error_description": EXPIRED}
    assert answer.headers["www-authenticate"] == (
        f'Bearer realm="Rack::OAuth2 Protected Resources", error="invalid_token", error_description="{EXPIRED}"'
    )


async def test_the_account_must_be_named(sandbox: Sandbox) -> None:
    answer = await bare(sandbox, Authorization=f"Bearer {ADMIN.token}", User_Agent="t")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("account", [str(ACCOUNT_ID + 7), str(ACCOUNT_ID + 1), "kestrel"])
async def test_an_account_that_is_not_the_tokens_is_not_there(sandbox: Sandbox, account: str) -> None:
    answer = await bare(sandbox, Authorization=f"Bearer {ADMIN.token}", Harvest_Account_Id=account, User_Agent="t")
    assert (answer.status_code, answer.json()) == (404, {"status": 404, "error": "Not Found"})


async def test_token_and_account_may_come_in_the_query(sandbox: Sandbox) -> None:
    query = httpx.QueryParams(access_token=MEMBER.token, account_id=ACCOUNT_ID)
    answer = await bare(sandbox, f"{ME}?{query}", User_Agent="t")
    assert ok(answer)["email"] == MEMBER.email


async def test_a_token_says_which_accounts_it_is_for(opened: Open) -> None:
    sandbox = opened(accounts=((920_001, "Kestrel Books", "harvest"),))
    answer = await bare(
        sandbox, "https://id.getharvest.com/api/v2/accounts", Authorization=f"Bearer {ADMIN.token}", User_Agent="t"
    )
    assert ok(answer) == {
        "user": {"id": 7_000_031, "first_name": "Ada", "last_name": "Kestrel", "email": ADMIN.email},
        "accounts": [
            {"id": ACCOUNT_ID, "name": "Kestrel Studio", "product": "harvest"},
            {"id": 920_001, "name": "Kestrel Books", "product": "harvest"},
            {"id": ACCOUNT_ID + 1, "name": "Kestrel Studio", "product": "forecast"},
        ],
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/taskz"), ("PUT", "/tasks/501"), ("GET", "/invoices/7001/payments/5001"), ("PATCH", "/users/me")],
)
async def test_an_unknown_route_is_a_web_page(http: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await http.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "HARVEST: Can&#x27;t find page" in answer.text or "HARVEST: Can't find page" in answer.text


async def test_an_unknown_id_is_json(http: httpx.AsyncClient) -> None:
    answer = await http.get("/tasks/999")
    assert (answer.status_code, answer.text) == (404, '{"status":404,"error":"Not Found"}')


@pytest.mark.parametrize("body", ["{", "[1]", '{"hours":NaN}', ""])
async def test_a_body_that_is_no_json_object_is_refused(http: httpx.AsyncClient, body: str) -> None:
    answer = await http.post("/tasks", content=body or "x", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


async def test_numbers_and_truth_may_come_as_text_and_unknown_members_are_passed_over(http: httpx.AsyncClient) -> None:
    body = {"name": "Moor", "client_id": str(SUPRCORP), "is_billable": "false", "fee": "12.50", "id": 5, "wings": [2]}
    made = ok(await http.post("/projects", json=body), 201)
    assert (made["is_billable"], str(made["fee"]), made["client"]["id"]) == (False, "12.5", SUPRCORP)


async def test_a_record_that_is_echoed_back_whole_changes_nothing(http: httpx.AsyncClient) -> None:
    before = (await http.get("/tasks/501")).json()
    assert (await http.patch("/tasks/501", json=before)).json() == {**before, "updated_at": f"{TODAY}T09:00:00Z"}


async def test_a_form_and_the_query_are_bodies_too(http: httpx.AsyncClient) -> None:
    assert ok(await http.post("/tasks", data={"name": "By form", "is_active": "false"}), 201)["is_active"] is False
    assert ok(await http.post("/tasks?name=By%20query"), 201)["name"] == "By query"


async def test_decimals_are_numbers_with_a_point(http: httpx.AsyncClient) -> None:
    prices = ("0.575", "1", "12345678901.123456", "0.00001")
    for number, price in enumerate(prices):
        body = f'{{"name":"Kind {number}","unit_name":"mile","unit_price":{price}}}'
        answer = await http.post("/expense_categories", content=body, headers={"Content-Type": "application/json"})
        told = price if "." in price else f"{price}.0"
        assert f'"unit_price":{told},' in answer.text


async def test_text_keeps_its_blanks_breaks_and_marks(http: httpx.AsyncClient) -> None:
    name = '  "Zoë"\\ \t line\r\nbreak \u202e 吉  '
    assert json.loads((await http.post("/tasks", json={"name": name})).content)["name"] == name


async def test_an_archived_person_does_not_come_in(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    ok(await http.patch("/users/33", json={"is_active": False}))
    async with caller(sandbox, MEMBER) as member:
        assert (await member.get("/users/me")).status_code == 401
    assert ok(await http.get(f"/users/{ADA}"))["is_active"] is True


async def test_a_bad_day_is_told_as_recorded(http: httpx.AsyncClient) -> None:
    body = {"project_id": 301, "task_id": 501, "spent_date": "03/02/2026"}
    assert refused(await http.post("/time_entries", json=body)).startswith("Invalid spent_date")
