"""One account over both APIs, in memory and in a file; its settings."""

from pathlib import Path

import httpx
import pytest

from harvest_mcp.errors import SettingsError
from harvest_mcp.sandbox import ADMIN, Sandbox, open_account, open_incwo
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2, over_v1, tables
from tests.holds import holds_for

from ..kit import caller as v1_caller
from ..kit import leaves
from .kit import ADA, DESIGN, LOGO, SUPRCORP, TODAY, Clock, caller, ok

pytestmark = pytest.mark.anyio


async def test_what_one_api_writes_the_other_reads(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async with v1_caller(over_v1(sandbox)) as v1:
        made = ok(await http.post("/clients", json={"name": "Moor Ltd", "address": "Quay 1", "currency": "EUR"}), 201)
        told = leaves((await v1.get(f"/clients/{made['id']}")).content)
        assert (told["name"][1], told["details"][1], told["currency"][1]) == ("Moor Ltd", "Quay 1", "Euro - EUR")
        body = "<client><name>Moor &amp; Sons</name><details>Quay 2</details></client>"
        assert (await v1.put(f"/clients/{made['id']}", content=body)).status_code == 200
        told = ok(await http.get(f"/clients/{made['id']}"))
        assert (told["name"], told["address"], told["currency"]) == ("Moor & Sons", "Quay 2", "EUR")


async def test_a_timer_started_over_one_api_is_stopped_over_the_other(
    sandbox: Sandbox, http: httpx.AsyncClient, clock: Clock
) -> None:
    async with v1_caller(over_v1(sandbox)) as v1:
        body = {"project_id": LOGO, "task_id": DESIGN, "spent_date": TODAY}
        id = ok(await http.post("/time_entries", json=body), 201)["id"]
        clock.turn(1800)
        assert (await v1.get(f"/daily/timer/{id}")).status_code == 200
        told = ok(await http.get(f"/time_entries/{id}"))
        assert (float(told["hours"]), told["is_running"]) == (0.5, False)


async def test_an_invoice_paid_over_one_api_is_paid_over_the_other(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async with v1_caller(over_v1(sandbox)) as v1:
        line = {"kind": "Service", "unit_price": 250}
        made = ok(await http.post("/invoices", json={"client_id": SUPRCORP, "line_items": [line]}), 201)["id"]
        ok(await http.post(f"/invoices/{made}/messages", json={"event_type": "send"}), 201)
        paid = "<payment><amount>100</amount><paid-at>2026-03-02</paid-at></payment>"
        assert (await v1.post(f"/invoices/{made}/payments", content=paid)).status_code == 201
        told = ok(await http.get(f"/invoices/{made}"))
        assert (told["state"], float(told["due_amount"])) == ("open", 150.0)
        ok(await http.post(f"/invoices/{made}/payments", json={"amount": 150, "send_thank_you": False}), 201)
        assert leaves((await v1.get(f"/invoices/{made}")).content)["state"][1] == "paid"


async def test_a_file_keeps_the_account_for_both_apis(tmp_path: Path, clock: Clock) -> None:
    path = str(tmp_path / "studio.db")
    with open_account(path, clock=clock):
        pass
    with open_harvest_v2(path, clock=clock) as sandbox:
        async with caller(sandbox) as http:
            assert ok(await http.get("/estimates"))["total_entries"] == 6
            assert ok(await http.get(f"/users/{ADA}"))["access_roles"] == ["administrator"]
            ok(await http.patch(f"/users/{ADA}", json={"first_name": "Adah"}))
    with open_harvest_v2(path, clock=clock) as sandbox:
        async with caller(sandbox) as http:
            assert ok(await http.get("/users/me"))["first_name"] == "Adah"
            assert ok(await http.get("/roles"))["total_entries"] == 8
    with open_account(path, clock=clock) as sandbox:
        async with v1_caller(sandbox) as v1:
            assert leaves((await v1.get(f"/people/{ADA}")).content)["first-name"][1] == "Adah"


async def test_a_file_of_another_account_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "firm.db"
    open_incwo(str(path)).close()
    before = path.read_bytes()
    with pytest.raises(SettingsError, match="holds an account of incwo"):
        open_harvest_v2(str(path))
    assert path.read_bytes() == before


async def test_an_empty_account_has_the_three_who_sign_in(clock: Clock) -> None:
    with open_harvest_v2(seeded=False, clock=clock) as sandbox:
        assert [row["id"] for row in sandbox.rows(tables.PEOPLE)] == [31, 32, 33]
        async with caller(sandbox) as http:
            assert ok(await http.get("/users/me"))["email"] == ADMIN.email
            assert ok(await http.get("/clients"))["total_entries"] == 0
            made = ok(await http.post("/clients", json={"name": "Moor Ltd"}), 201)
            assert (made["id"], made["currency"]) == (1, "USD")


def test_settings_are_read_from_words() -> None:
    words = ("form=2021", "by_clock=on", "off=expense,team", "grants=project_creator")
    assert Settings.parse(words) == Settings(
        form="2021", by_clock=True, off=frozenset({"expense", "team"}), grants=frozenset({"project_creator"})
    )


@holds_for("word", ["form=2019", "by_clock=yes", "off=billing", "grants=king", "colour=red"])
def test_a_setting_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=word.split("=", maxsplit=1)[0]):
        Settings.parse([word])


async def test_an_administrator_made_over_v1_is_one_over_v2(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    async with v1_caller(over_v1(sandbox)) as v1:
        assert (await v1.put("/people/33", content="<user><is-admin>true</is-admin></user>")).status_code == 200
        assert ok(await http.get("/users/33"))["access_roles"] == ["administrator"]
        ok(await http.patch("/users/33", json={"access_roles": ["member"]}))
        assert leaves((await v1.get("/people/33")).content)["is-admin"][1] == "false"
