"""What each role sees and may do (harvest-v2 5)."""

import httpx
import pytest

from harvest_mcp.sandbox import ADMIN, MANAGER, MEMBER, Sandbox
from harvest_mcp.sandbox.harvest_v2.operations import OPERATIONS

from .conftest import Open
from .kit import ADA, DESIGN, LOGO, MEALS, MIGUEL, ROISIN, SUPRCORP, TODAY, WEBSITE, caller, ok

pytestmark = pytest.mark.anyio
DAYS = f"from={TODAY}&to={TODAY}"
MEMBERS_MAY = {
    *("/company", "/users/me", "/users/me/project_assignments", "/time_entries", "/expenses", "/expense_categories"),
    *(each.path for each in OPERATIONS if each.path.startswith(("/reports/time", "/reports/expenses"))),
    "/reports/project_budget",
}
READS = [each.path for each in OPERATIONS if each.method == "GET" and "{" not in each.path]
MANAGERS_MAY = MEMBERS_MAY | {"/projects", "/users", "/user_assignments", "/task_assignments"}
GRANTED: dict[str, set[str]] = {
    "client_and_task_manager": {"/clients", "/contacts", "/tasks"},
    "estimates_manager": {"/estimates"},
    "managed_projects_invoice_drafter": {"/invoices", "/invoice_item_categories", "/reports/uninvoiced"},
    "managed_projects_invoice_manager": {"/invoices", "/invoice_item_categories", "/reports/uninvoiced"},
    "project_creator": set(),
    "billable_rates_manager": set(),
    "time_and_expenses_manager": set(),
}


async def open_to(http: httpx.AsyncClient) -> set[str]:
    """The lists somebody may read; every other is refused as recorded."""
    found = set()
    for path in READS:
        answer = await http.get(f"{path}?{DAYS}&per_page=1")
        if answer.status_code == 200:
            found.add(path)
        else:
            assert (answer.status_code, answer.text) == (403, '{"message":"Not authorized!"}')
            assert answer.headers["hint"] == "Not authorized!"
    return found


async def test_an_administrator_reads_everything_and_a_member_their_own(
    http: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    assert await open_to(http) == set(READS)
    assert await open_to(member) == MEMBERS_MAY


@pytest.mark.parametrize("extra", [None, *GRANTED])
async def test_each_extra_right_opens_its_own_lists_to_a_manager(opened: Open, extra: str | None) -> None:
    async with caller(opened(grants=frozenset({extra} if extra else ())), MANAGER) as manager:
        assert await open_to(manager) == MANAGERS_MAY | GRANTED.get(extra or "", set())


async def test_a_member_sees_their_own_time_and_no_rates(member: httpx.AsyncClient) -> None:
    rows = ok(await member.get("/time_entries"))["time_entries"]
    assert rows
    assert {(row["user"]["id"], row["billable_rate"], row["cost_rate"]) for row in rows} == {(ROISIN, None, None)}
    assert {row["task_assignment"]["hourly_rate"] for row in rows} == {None}
    me = ok(await member.get("/users/me"))
    assert not {"default_hourly_rate", "cost_rate"} & me.keys()
    report = ok(await member.get("/reports/time/team?from=2026-02-01&to=2026-03-01"))["results"]
    assert {(row["user_id"], row["currency"], row["billable_amount"]) for row in report} == {(ROISIN, None, None)}


@pytest.mark.parametrize("path", [f"/projects/{WEBSITE}", "/users/32", "/clients/11072", "/tasks/501", "/contacts/9"])
async def test_a_member_is_refused_records_of_the_studio(member: httpx.AsyncClient, path: str) -> None:
    assert (await member.get(path)).status_code == 403


async def test_what_is_not_seen_is_not_there(member: httpx.AsyncClient, manager: httpx.AsyncClient) -> None:
    assert (await member.get("/time_entries/28983")).status_code == 404
    assert (await member.patch("/time_entries/28983", json={"notes": "mine"})).status_code == 404
    assert (await manager.get("/projects/310")).status_code == 404
    assert (await manager.get("/projects/310/user_assignments")).status_code == 404
    assert (await manager.get(f"/users/{ADA}")).status_code == 404


async def test_a_manager_sees_managed_projects_and_what_is_on_them(manager: httpx.AsyncClient) -> None:
    projects = {row["id"] for row in ok(await manager.get("/projects"))["projects"]}
    assert projects == {301, 302, 305, 309}
    entries = ok(await manager.get("/time_entries"))["time_entries"]
    assert {row["project"]["id"] for row in entries if row["user"]["id"] != MIGUEL} <= projects
    assert {row["user"]["id"] for row in entries} > {MIGUEL}
    assert {row["id"] for row in ok(await manager.get("/users"))["users"]} == {MIGUEL}


async def test_teammates_are_seen_by_their_manager(http: httpx.AsyncClient, manager: httpx.AsyncClient) -> None:
    ok(await http.patch(f"/users/{MIGUEL}/teammates", json={"teammate_ids": [42, "33"]}))
    assert {row["id"] for row in ok(await manager.get("/users"))["users"]} == {MIGUEL, ROISIN, 42}
    assert ok(await manager.get("/time_entries?user_id=33&per_page=1"))["total_entries"] > 0
    assert ok(await manager.get(f"/users/{ROISIN}/project_assignments"))["total_entries"] > 0
    assert ok(await manager.patch("/users/42", json={"is_contractor": True}))["is_contractor"] is True
    kept: dict[str, object] = {"email": "x@y.example", "is_active": False, "access_roles": ["manager"], "roles": []}
    for name, value in kept.items():
        assert (await manager.patch("/users/42", json={name: value})).status_code == 403
    assert (await manager.delete("/users/42")).status_code == 403
    assert (await manager.patch(f"/users/{MIGUEL}", json={"is_contractor": True})).status_code == 403


async def test_writing_for_others_needs_a_right(opened: Open) -> None:
    body = {"user_id": ROISIN, "project_id": WEBSITE, "task_id": DESIGN, "spent_date": TODAY, "hours": 1}
    cost = {
        "user_id": ROISIN,
        "project_id": WEBSITE,
        "expense_category_id": MEALS,
        "spent_date": TODAY,
        "total_cost": 1,
    }
    async with caller(opened(), MANAGER) as manager:
        assert (await manager.post("/time_entries", json=body)).status_code == 403
        assert (await manager.post("/expenses", json=cost)).status_code == 403
        other = ok(await manager.get(f"/time_entries?project_id={WEBSITE}&user_id={ROISIN}&per_page=1"))
        path = f"/time_entries/{other['time_entries'][0]['id']}"
        assert (await manager.patch(path, json={"notes": "theirs"})).status_code == 403
    async with caller(opened(grants=frozenset({"time_and_expenses_manager"})), MANAGER) as manager:
        assert ok(await manager.post("/time_entries", json=body), 201)["user"]["id"] == ROISIN
        assert ok(await manager.post("/expenses", json=cost), 201)["user"]["id"] == ROISIN
        assert (await manager.post("/time_entries", json={**body, "project_id": 319})).status_code == 403
        assert ok(await manager.patch(path, json={"notes": "theirs"}))["notes"] == "theirs"


async def test_a_manager_who_may_creates_a_project_and_leads_it(opened: Open) -> None:
    body = {"client_id": SUPRCORP, "name": "Kiosk"}
    async with caller(opened(), MANAGER) as manager:
        assert (await manager.post("/projects", json=body)).status_code == 403
        assert (await manager.patch(f"/projects/{WEBSITE}", json={"notes": "x"})).status_code == 403
    async with caller(opened(grants=frozenset({"project_creator"})), MANAGER) as manager:
        made = ok(await manager.post("/projects", json=body), 201)
        assert made["id"] in {row["id"] for row in ok(await manager.get("/projects"))["projects"]}
        assert ok(await manager.patch(f"/projects/{made['id']}", json={"notes": "x"}))["notes"] == "x"
        assert (await manager.patch(f"/projects/{LOGO}", json={"notes": "x"})).status_code == 404


async def test_rates_are_seen_with_their_right_and_costs_by_administrators_only(opened: Open) -> None:
    for grants, seen in ((frozenset(), False), (frozenset({"billable_rates_manager"}), True)):
        async with caller(opened(grants=grants), MANAGER) as manager:
            entry = ok(await manager.get(f"/time_entries?project_id={WEBSITE}&per_page=1"))["time_entries"][0]
            assert ((entry["billable_rate"] is not None), entry["cost_rate"]) == (seen, None)
            me = ok(await manager.get("/users/me"))
            assert ("default_hourly_rate" in me, "cost_rate" in me) == (seen, False)
            assert ("hourly_rate" in ok(await manager.get(f"/projects/{WEBSITE}"))) is seen
            assert (await manager.get(f"/users/{MIGUEL}/billable_rates")).status_code == (200 if seen else 403)
            assert (await manager.get(f"/users/{MIGUEL}/cost_rates")).status_code == 403


async def test_who_drafts_invoices_neither_sends_nor_pays_them(opened: Open) -> None:
    lines = [{"kind": "Service", "unit_price": 5, "project_id": WEBSITE}]
    mail = {"recipients": [{"email": "ap@moor.example"}]}
    async with caller(opened(grants=frozenset({"managed_projects_invoice_drafter"})), MANAGER) as drafter:
        made = ok(await drafter.post("/invoices", json={"client_id": SUPRCORP, "line_items": lines}), 201)
        path = f"/invoices/{made['id']}"
        assert ok(await drafter.patch(path, json={"notes": "x"}))["notes"] == "x"
        assert (await drafter.post(f"{path}/messages", json=mail)).status_code == 403
        assert (await drafter.post(f"{path}/payments", json={"amount": 1})).status_code == 403
        assert (await drafter.patch("/invoices/7004", json={"notes": "x"})).status_code == 403
        assert (await drafter.post("/invoices", json={"client_id": SUPRCORP})).status_code == 403
    async with caller(opened(grants=frozenset({"managed_projects_invoice_manager"})), MANAGER) as other:
        made = ok(await other.post("/invoices", json={"client_id": SUPRCORP, "line_items": lines}), 201)
        assert ok(await other.post(f"/invoices/{made['id']}/messages", json=mail), 201)["event_type"] is None


@pytest.mark.parametrize(
    ("module", "paths"),
    [
        ("estimate", ["/estimates", "/estimate_item_categories"]),
        ("expense", ["/expenses", "/expense_categories", f"/reports/expenses/team?{DAYS}"]),
        ("invoice", ["/invoices", "/invoice_item_categories", f"/reports/uninvoiced?{DAYS}"]),
        ("team", ["/roles", f"/users/{MIGUEL}/teammates"]),
    ],
)
async def test_a_module_that_is_off_is_refused(opened: Open, module: str, paths: list[str]) -> None:
    async with caller(opened(off=frozenset({module}))) as http:
        assert ok(await http.get("/company"))[f"{module}_feature"] is False
        for path in paths:
            assert (await http.get(path)).status_code == 403


async def test_the_company_may_be_closed_to_all_but_administrators(opened: Open) -> None:
    sandbox = opened(company_closed=True)
    for login, status in ((ADMIN, 200), (MANAGER, 403), (MEMBER, 403)):
        async with caller(sandbox, login) as http:
            assert (await http.get("/company")).status_code == status
            assert (await http.patch("/company", json={})).status_code == status


async def test_a_role_that_changes_counts_at_once(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    ok(await http.patch(f"/users/{ROISIN}", json={"access_roles": ["manager", "client_and_task_manager"]}))
    async with caller(sandbox, MEMBER) as promoted:
        assert ok(await promoted.get("/clients"))["total_entries"] == 41
        assert ok(await promoted.get("/projects"))["projects"][0]["id"] == 319
