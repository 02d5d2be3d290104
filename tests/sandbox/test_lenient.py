"""The account is as lenient as the service was with clients of the time."""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx
import pytest

from harvest_mcp.sandbox import ADMIN, Sandbox, open_account
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.server import running
from harvest_mcp.systems.harvest import EXPENSES, INVOICE_PAYMENTS, TASKS
from tests.sandbox.kit import Clock, caller, error, leaves

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_account(clock=Clock(), calls=None) as opened:
        yield opened


@pytest.mark.parametrize(
    "day", ["Mon Dec 28 00:00:00 -0600 2009", "2009-12-28 00:00:00 -0600", "2009-12-28 00:00:00 UTC", "2009/12/28"]
)
async def test_a_day_may_be_written_as_ruby_prints_it(sandbox: Sandbox, day: str) -> None:
    """S1."""
    async with caller(sandbox) as http:
        spent = f"<project-id>301</project-id><expense-category-id>605</expense-category-id><spent-at>{day}</spent-at>"
        made = await http.post("/expenses", content=f"<expense><total-cost>5</total-cost>{spent}</expense>")
        assert made.status_code == 201
        worked = f"<project_id>301</project_id><task_id>501</task_id><hours>1</hours><spent_at>{day}</spent_at>"
        assert (await http.post("/daily/add", content=f"<request>{worked}</request>")).status_code == 201
        paid = f"<payment><amount>1</amount><paid-at>{day}</paid-at></payment>"
        assert (await http.post("/invoices/7054/payments", content=paid)).status_code == 201
    assert sandbox.rows(EXPENSES)[-1]["spent_at"] == date(2009, 12, 28)
    assert sandbox.rows(HOURS)[-1]["spent_at"] == date(2009, 12, 28)


async def test_a_payment_may_be_of_a_day(sandbox: Sandbox) -> None:
    """S1."""
    async with caller(sandbox) as http:
        paid = "<payment><amount>1</amount><paid-at>2014-01-05</paid-at></payment>"
        assert (await http.post("/invoices/7054/payments", content=paid)).status_code == 201
    assert sandbox.rows(INVOICE_PAYMENTS)[-1]["paid_at"] == datetime(2014, 1, 5, tzinfo=UTC)


async def test_an_expense_of_one_unit_and_its_cost_is_taken(sandbox: Sandbox) -> None:
    """S2."""
    on = "<project-id>301</project-id><expense-category-id>605</expense-category-id><spent-at>2018-03-05</spent-at>"
    async with caller(sandbox) as http:
        body = f"<expense><units>1</units><total-cost>50</total-cost>{on}</expense>"
        assert (await http.post("/expenses", content=body)).status_code == 201
    assert sandbox.rows(EXPENSES)[-1]["total_cost"] == Decimal(50)


async def test_credentials_in_brackets_are_taken(sandbox: Sandbox) -> None:
    """S3: as an example of the documents has them."""
    coded = base64.b64encode(f"{ADMIN.email}:{ADMIN.password}".encode()).decode()
    async with caller(sandbox, login=None) as http:
        answer = await http.get("/clients", headers={"Authorization": f"Basic ({coded})"})
        assert answer.status_code == 200
        assert (await http.get("/clients", headers={"Authorization": "Basic (bm8=)"})).status_code == 401


async def test_header_names_are_written_as_the_vendor_does(sandbox: Sandbox) -> None:
    """S4."""
    with running(sandbox) as url:
        async with caller(sandbox, url=url) as http:
            made = await http.post("/clients", content="<client><name>New</name></client>")
    assert {b"Location", b"Content-Type"} - {name for name, _ in made.headers.raw} == {b"Content-Type"}
    assert b"location" not in {name for name, _ in made.headers.raw}


async def test_a_new_entry_comes_in_add_in_every_era() -> None:
    """S5."""
    for profile in ("classic", "docs", "late"):
        with open_account(profile=profile, clock=Clock(), calls=None) as sandbox:
            async with caller(sandbox) as http:
                on = "<project_id>301</project_id><task_id>501</task_id><hours>1</hours>"
                made = await http.post("/daily/add", content=f"<request>{on}</request>")
        assert b"<add>" in made.content


async def test_a_get_needs_no_content_type_and_json_is_refused_in_words(sandbox: Sandbox) -> None:
    """S6."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=sandbox),
        base_url="http://kestrel.example",
        auth=(ADMIN.email, ADMIN.password),
    ) as http:
        assert (await http.get("/clients/11072", headers={"Accept": "application/xml"})).status_code == 200
        for headers in ({"Accept": "application/json"}, {"Accept": "*/*", "Content-Type": "application/json"}):
            refused = await http.get("/clients", headers=headers)
            assert (refused.status_code, error(refused.content)) == (
                406, ("NotAcceptable", "This account speaks XML only: send application/xml.")
            )  # fmt: skip
        assert "text/html" in (await http.get("/clients")).headers["content-type"]


async def test_a_task_is_archived_by_an_update(sandbox: Sandbox) -> None:
    """S7, 14."""
    async with caller(sandbox) as http:
        body = "<task><deactivated>true</deactivated></task>"
        assert (await http.put("/tasks/501", content=body)).status_code == 200
    assert next(row for row in sandbox.rows(TASKS) if row["id"] == 501)["deactivated"] is True


async def test_time_for_somebody_who_is_not_on_the_project_is_a_404(sandbox: Sandbox) -> None:
    """S7."""
    async with caller(sandbox) as http:
        on = "<project_id>307</project_id><task_id>501</task_id><hours>1</hours>"
        refused = await http.post("/daily/add?of_user=42", content=f"<request>{on}</request>")
        assert refused.status_code == 404
        assert error(refused.content)[1].startswith("The time entry cannot be created")


@pytest.mark.parametrize(("profile", "status"), [("classic", 200), ("docs", 404), ("late", 404)])
async def test_passwords_were_reset_in_classic(profile: str, status: int) -> None:
    """S7, PE-7."""
    with open_account(profile=profile, clock=Clock(), calls=None) as sandbox:  # type: ignore[arg-type]  # a word of the table
        async with caller(sandbox) as http:
            assert (await http.post("/people/33/reset_password")).status_code == status


async def test_a_classic_timesheet_has_ids_and_times() -> None:
    """S8."""
    with open_account(profile="classic", clock=Clock(), calls=None) as sandbox:
        async with caller(sandbox) as http:
            on = "<project_id>301</project_id><task_id>501</task_id><hours>1</hours>"
            made = await http.post("/daily/add", content=f"<request>{on}</request>")
            entry = made.content[made.content.index(b"<day_entry>") : made.content.index(b"</add>")]
    assert {"user_id", "project_id", "task_id", "created_at", "updated_at"} <= leaves(entry).keys()
