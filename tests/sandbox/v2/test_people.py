"""People: invitations, rights, roles, rates and teammates (harvest-v2 5, 19 to 21)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2 import tables

from .kit import ADA, DESIGN, LOGO, MIGUEL, ROISIN, TODAY, WEBSITE, ok, refused

pytestmark = pytest.mark.anyio
INES = {"first_name": "Ines", "last_name": "Roth", "email": "ines@roth.example"}


async def test_a_new_person_is_invited_by_mail(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    ok(await http.post("/users", json={**INES, "roles": ["Design"], "default_hourly_rate": 90, "cost_rate": "40"}), 201)
    mails = [(row["kind"], row["to"]) for row in sandbox.rows(tables.OUTBOX)]
    assert mails == [("invitation", "ines@roth.example")]
    told = ok(await http.get("/users/43"))
    assert (told["roles"], told["default_hourly_rate"], told["cost_rate"]) == (["Design"], Decimal(90), Decimal(40))
    for kind, amount in (("billable_rates", 90), ("cost_rates", 40)):
        rates = ok(await http.get(f"/users/43/{kind}"))[kind]
        assert [(row["amount"], row["start_date"], row["end_date"]) for row in rates] == [(amount, None, None)]


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("/users", {}, "First name can't be blank, Last name can't be blank, Email can't be blank"),
    ("/users", {**INES, "email": "ADMIN@kestrel.example"}, "Email has already been taken"),
    ("/users", {**INES, "timezone": "Europe/Berlin"}, "Timezone is not included in the list"),
    ("/users", {**INES, "weekly_capacity": 1000}, "Weekly capacity must be in half hour increments"),
    ("/users", {**INES, "access_roles": ["manager", "member"]}, "Access roles are not a valid combination"),
    ("/users", {**INES, "access_roles": ["member", "project_creator"]}, "Access roles are not a valid combination"),
    ("/users", {**INES, "access_roles": ["manager", "king"]}, "Access roles are not a valid combination"),
    ("/users", {**INES, "roles": ["Choir"]}, "Role Choir does not exist"),
    ("/users", {**INES, "email": "ines"}, "Email is invalid"),
    (f"/users/{MIGUEL}/billable_rates", {}, "Amount can't be blank"),
    (f"/users/{MIGUEL}/cost_rates", {"amount": 1, "start_date": "2026-03-03"}, "Start date can't be in the future"),
]


@pytest.mark.parametrize(("path", "body", "words"), REFUSALS)
async def test_what_does_not_fit_a_person_is_refused(
    http: httpx.AsyncClient, path: str, body: dict[str, Any], words: str
) -> None:
    assert refused(await http.post(path, json=body)) == words


async def test_the_owner_stays_an_active_administrator(http: httpx.AsyncClient) -> None:
    for body, words in (
        ({"is_active": False}, "The owner of the account cannot be archived."),
        ({"access_roles": ["member"]}, "The owner of the account cannot be demoted."),
    ):
        assert refused(await http.patch(f"/users/{ADA}", json=body)) == words


async def test_who_is_archived_leaves_every_project_and_is_not_put_back(http: httpx.AsyncClient) -> None:
    ok(await http.patch(f"/users/{ROISIN}", json={"is_active": False}))
    assert refused(await http.patch(f"/users/{ROISIN}", json={"last_name": "X"}))
    ok(await http.patch(f"/users/{ROISIN}", json={"is_active": True}))
    assert ok(await http.get(f"/user_assignments?user_id={ROISIN}&is_active=true"))["total_entries"] == 0
    assert ok(await http.get(f"/users/{ROISIN}/project_assignments"))["total_entries"] == 0


async def test_nobody_is_archived_while_their_timer_runs(http: httpx.AsyncClient) -> None:
    body = {"user_id": 34, "project_id": LOGO, "task_id": DESIGN, "spent_date": TODAY}
    ok(await http.post("/time_entries", json=body), 201)
    assert "timer" in refused(await http.patch("/users/34", json={"is_active": False}))


async def test_rates_do_not_change_with_the_person(http: httpx.AsyncClient) -> None:
    told = ok(await http.patch(f"/users/{MIGUEL}", json={"default_hourly_rate": 5, "cost_rate": 5}))
    assert (told["default_hourly_rate"], told["cost_rate"]) == (Decimal(95), None)


async def rates(http: httpx.AsyncClient) -> list[tuple[int, str | None, str | None]]:
    rows = ok(await http.get(f"/users/{MIGUEL}/billable_rates"))["billable_rates"]
    return [(int(row["amount"]), row["start_date"], row["end_date"]) for row in rows]


async def test_a_rate_replaces_what_begins_on_its_day_or_later(http: httpx.AsyncClient) -> None:
    path = f"/users/{MIGUEL}/billable_rates"
    for amount, start in ((100, "2026-01-01"), (110, "2026-02-01")):
        made = ok(await http.post(path, json={"amount": amount, "start_date": start}), 201)
        assert (made["start_date"], made["end_date"]) == (start, None)
    assert await rates(http) == [(95, None, "2025-12-31"), (100, "2026-01-01", "2026-01-31"), (110, "2026-02-01", None)]
    ok(await http.post(path, json={"amount": 105, "start_date": "2026-01-15"}), 201)
    assert await rates(http) == [(95, None, "2025-12-31"), (100, "2026-01-01", "2026-01-14"), (105, "2026-01-15", None)]
    assert ok(await http.get(f"/users/{MIGUEL}"))["default_hourly_rate"] == Decimal(105)
    made = ok(await http.post(path, json={"amount": 95.5}), 201)
    assert (made["amount"], made["start_date"], made["end_date"]) == (Decimal("95.5"), None, None)
    assert len(await rates(http)) == 1


async def test_an_entry_takes_the_rate_of_its_day(http: httpx.AsyncClient) -> None:
    ok(await http.post("/users/31/billable_rates", json={"amount": 150, "start_date": "2026-03-01"}), 201)
    ok(await http.post("/users/31/cost_rates", json={"amount": 60, "start_date": "2026-03-01"}), 201)
    for day, billable, cost in (("2026-02-28", 120, 60), (TODAY, 150, 60)):
        body = {"project_id": LOGO, "task_id": DESIGN, "spent_date": day, "hours": 1}
        made = ok(await http.post("/time_entries", json=body), 201)
        assert made["billable_rate"] == billable
        assert made["cost_rate"] == cost


async def test_a_role_lists_its_people_and_a_person_their_roles(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/roles", json={"name": "Choir", "user_ids": [ADA, "33"]}), 201)
    assert made["user_ids"] == [ADA, ROISIN]
    assert ok(await http.get(f"/users/{ADA}"))["roles"] == ["Management", "Choir"]
    assert ok(await http.patch(f"/roles/{made['id']}", json={"user_ids": [42]}))["user_ids"] == [42]
    assert ok(await http.patch("/users/42", json={"roles": []}))["roles"] == []
    assert ok(await http.get(f"/roles/{made['id']}"))["user_ids"] == []
    ok(await http.delete(f"/roles/{made['id']}"))


async def test_teammates_are_a_full_list_and_make_a_people_manager(http: httpx.AsyncClient) -> None:
    path = f"/users/{MIGUEL}/teammates"
    told = ok(await http.patch(path, json={"teammate_ids": [ROISIN, 42]}))
    assert list(told) == ["teammates"]
    assert told["teammates"][0] == {
        "id": 42,
        "first_name": "Ivy",
        "last_name": "Nakagawa",
        "email": "ivy@kestrel.example",
    }
    assert ok(await http.get(f"/users/{MIGUEL}"))["access_roles"] == ["manager", "people_manager"]
    ok(await http.patch(f"/users/{MIGUEL}", json={"access_roles": ["manager", "project_creator"]}))
    roles = ok(await http.get(f"/users/{MIGUEL}"))["access_roles"]
    assert roles == ["manager", "project_creator", "people_manager"]
    assert ok(await http.patch(path, json={"teammate_ids": []})) == {"teammates": []}
    assert ok(await http.get(f"/users/{MIGUEL}"))["access_roles"] == ["manager", "project_creator"]


async def test_only_managers_have_teammates(http: httpx.AsyncClient) -> None:
    for person in (ADA, ROISIN):
        assert refused(await http.get(f"/users/{person}/teammates")) == "User must be a manager to have teammates"
        assert refused(await http.patch(f"/users/{person}/teammates", json={"teammate_ids": []}))
    for body, words in (
        ({}, "Teammate ids can't be blank"),
        ({"teammate_ids": ["x"]}, "Teammate ids is invalid"),
        ({"teammate_ids": [1]}, "Teammate must exist"),
    ):
        assert refused(await http.patch(f"/users/{MIGUEL}/teammates", json=body)) == words
    words = "Wants timestamp timers or weekly capacity is invalid"
    assert refused(await http.patch("/company", json={"wants_timestamp_timers": "yes"})) == words


async def test_a_manager_who_becomes_a_member_loses_teammates(http: httpx.AsyncClient) -> None:
    ok(await http.patch(f"/users/{MIGUEL}/teammates", json={"teammate_ids": [ROISIN]}))
    assert ok(await http.patch(f"/users/{MIGUEL}", json={"access_roles": ["member"]}))["access_roles"] == ["member"]
    ok(await http.patch(f"/users/{MIGUEL}", json={"access_roles": ["manager"]}))
    assert ok(await http.get(f"/users/{MIGUEL}/teammates"))["teammates"] == []


async def test_somebody_without_time_is_deleted_with_what_hangs_on_them(http: httpx.AsyncClient) -> None:
    made = ok(await http.post("/users", json={**INES, "default_hourly_rate": 5}), 201)["id"]
    ok(await http.post(f"/projects/{WEBSITE}/user_assignments", json={"user_id": made}), 201)
    assert ok(await http.delete(f"/users/{made}"))["first_name"] == "Ines"
    assert ok(await http.get(f"/user_assignments?user_id={made}"))["total_entries"] == 0


async def test_the_company_takes_its_two_settings(http: httpx.AsyncClient) -> None:
    told = ok(
        await http.patch("/company", json={"wants_timestamp_timers": "true", "weekly_capacity": 144_000, "name": "X"})
    )
    assert (told["wants_timestamp_timers"], told["weekly_capacity"], told["name"]) == (True, 144_000, "Kestrel Studio")
    assert ok(await http.get("/company")) == told
