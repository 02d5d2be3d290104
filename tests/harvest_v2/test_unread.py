"""What cannot be read of a record is said before it is deleted: it may be what should have stopped that."""

import json
from typing import Any

import pytest

from harvest_mcp.sandbox import Fault, Sandbox

from .kit import conversing

pytestmark = pytest.mark.anyio


def reads(path: str, row: dict[str, Any]) -> Fault:
    """One record in place of the account's."""
    body = json.dumps(row).encode()
    return Fault("garbage", "200", method="GET", path=path, body=body, content_type="application/json", times=None)


async def test_whether_time_is_billed_or_approved_may_be_unknown(sandbox: Sandbox) -> None:
    entry = {"id": 29009, "spent_date": "2026-11-27", "hours": 1.25, "is_billed": "perhaps", "is_locked": False}
    sandbox.fail(reads("/v2/time_entries/29009", entry))
    async with conversing(sandbox) as talk:
        said = await talk.error("delete_time_entry", time_entry_id=29009)
        assert "Whether it is billed or approved could not be read." in said


async def test_an_amount_may_be_unreadable(sandbox: Sandbox) -> None:
    invoice = {"id": 7057, "number": "1057", "state": "open", "amount": 10.0, "due_amount": "much", "currency": "EUR"}
    sandbox.fail(reads("/v2/invoices/7057", invoice))
    async with conversing(sandbox, toolsets="invoices") as talk:
        said = await talk.error("delete_invoice", invoice_id=7057)
        assert "It has state open, amount 10.00, due_amount unreadable, currency " in said


def lists(key: str, *rows: dict[str, Any]) -> Fault:
    return reads(f"/v2/{key}", {key: rows, "page": 1, "total_pages": 1, "total_entries": len(rows), "links": {}})


async def test_a_timer_may_run_on_an_entry_that_does_not_tell(sandbox: Sandbox) -> None:
    entry = {"id": 29009, "spent_date": "2026-11-27", "hours": 1.25, "is_running": "perhaps", "user": {"id": 31}}
    sandbox.fail(lists("time_entries", entry))
    sandbox.fail(reads("/v2/time_entries/29009", entry))
    async with conversing(sandbox) as talk:
        assert await talk.ok("list_running_timers") == (
            "# No timer was found: looked at the entries that this user may see, "
            "but running of 29009 cannot be read: there may be some."
        )
        assert "; running of 29009 cannot be read" in (await talk.ok("get_timesheet", day="2026-11-27"))
        said = "Whether a timer runs is not known: running of 29009 cannot be read."
        assert (await talk.error("stop_timer")).startswith(said)
        for tool in ("stop_timer", "start_timer"):
            told = await talk.error(tool, time_entry_id=29009)
            assert told.startswith('running of time entry "2026-11-27" (29009) cannot be read.')
        assert {call.method for call in sandbox.seen} == {"GET"}


async def test_whether_it_is_archived_may_be_unknown(sandbox: Sandbox) -> None:
    client = {"id": 8, "name": "C", "is_active": "perhaps"}
    sandbox.fail(lists("clients", client))
    sandbox.fail(reads("/v2/clients/8", client))
    async with conversing(sandbox, toolsets="default,bulk") as talk:
        assert "; unreadable: active of 8" in await talk.ok("list_clients", active=True, fields=["name"])
        assert "; unreadable: active of 8" in await talk.ok("update_many", kind="clients", query="C", set=["details=x"])
        assert (await talk.error("toggle_client", client_id=8)).startswith('active of client "C" (8) cannot be read.')


async def test_a_list_with_two_rows_of_one_id_is_no_whole_one(sandbox: Sandbox) -> None:
    sandbox.fail(lists("clients", {"id": 7, "name": "A"}, {"id": 7, "name": "B"}, {"id": 8, "name": "C"}))
    async with conversing(sandbox) as talk:
        odd = "two different rows have the id 7"
        assert (await talk.ok("list_clients")).splitlines()[0] == f"# 2 clients; {odd}, so there may be more"
        said = await talk.error("create_contact", client="A", first_name="Jane", last_name="Doe")
        assert said.startswith(f"Not every client could be looked through for 'A': {odd}. Nothing was created.")
        sandbox.calm()
        sandbox.fail(lists("clients", {"id": 7, "name": "A"}, {"id": 7, "name": "A"}))
        assert (await talk.ok("list_clients")).splitlines()[0] == "# 1 client"
