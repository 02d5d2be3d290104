"""A list whose pages are numbered: the first tells how many there are, and the others are asked for at once."""

import json
import re

import pytest

from harvest_mcp.sandbox import Fault
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.systems.harvest import CONTACTS
from tests.harvest_v2.kit import SUPRCORP, conversing

pytestmark = pytest.mark.anyio


async def test_numbered_pages_come_to_one_list_and_one_that_is_missing_is_said() -> None:
    with open_harvest_v2(settings=Settings(form="2021")) as account:
        for at in range(420):
            account.put(CONTACTS, client_id=SUPRCORP, first_name="Jane", last_name=f"Doe {at}")
        many, pages = len(account.rows(CONTACTS)), -(-len(account.rows(CONTACTS)) // 100)
        async with conversing(account) as talk:
            told = await talk.ok("list_contacts", limit=1000, fields=["last_name"])
            assert told.splitlines()[0].startswith(f"# {many} contacts")
            first, *others = talk.wire()
            assert (first, len(others)) == ("GET /v2/contacts", pages - 1)
            assert [call.count(f"page={at}") for at, call in enumerate(others, 2)] == [1] * len(others)
            account.fail(Fault("status", "404", path="/v2/contacts", skip=3))
            broken = await talk.ok("list_contacts", limit=1000, fields=["last_name"])
            assert broken.splitlines()[0] == "# 300 contacts; page 4 is not there (404), so there may be more"


@pytest.mark.parametrize(
    ("plural", "counts", "said"),
    [
        ("clients", {"page": 1, "total_pages": 1, "total_entries": 41}, "only 1 of 41 came"),
        ("invoices", {"page": 1, "total_pages": 1, "total_entries": 41}, "only 1 of 41 came"),
        ("invoices", {"page": 1, "total_pages": 3}, "only 1 of 3 pages came"),
    ],
)
async def test_a_list_shorter_than_it_says_is_no_whole_one(plural: str, counts: dict[str, int], said: str) -> None:
    rows = [{"id": 1, "name": "A", "client": {"id": 1}, "state": "draft", "amount": 1.0, "due_amount": 1.0}]
    body = json.dumps({plural: rows, **counts, "links": {"next": None}}).encode()
    with open_harvest_v2() as account:
        account.fail(
            Fault("garbage", "200", path=f"/v2/{plural}", body=body, content_type="application/json", times=None)
        )
        async with conversing(account, toolsets="default,invoices,insight,bulk") as talk:
            head = (await talk.ok(f"list_{plural}")).splitlines()[0]
            assert said in head
            if plural == "clients":
                told = await talk.ok("find_duplicates", kind="clients")
                assert told.splitlines()[0].endswith(f"; {said}, so there may be more")
            if plural == "invoices":
                told = await talk.error("report_invoices")
                assert f"it did not come whole. {said}; no total is given over a part. Try once more" in told


@pytest.mark.parametrize(
    ("tool", "path", "key"),
    [
        ("report_time", "time_entries", "time_entries"),
        ("report_budgets", "reports/project_budget", "results"),
        ("report_uninvoiced", "reports/uninvoiced", "results"),
    ],
)
async def test_no_report_is_given_over_a_list_that_is_cut_short(tool: str, path: str, key: str) -> None:
    body = json.dumps({key: [], "page": 1, "total_pages": 1, "total_entries": 3, "links": {"next": None}}).encode()
    with open_harvest_v2() as account:
        account.fail(
            Fault("garbage", "200", path=f"/v2/{path}", body=body, content_type="application/json", times=None)
        )
        async with conversing(account, toolsets="reports") as talk:
            period = {} if tool == "report_budgets" else {"period": "2026-01"}
            said = await talk.error(tool, **period)
            assert re.search(r"short-list\. .*No total is given|did not come whole\. only 0 of 3 came; no total", said)


async def test_no_timer_is_said_to_run_only_where_the_whole_list_came() -> None:
    body = json.dumps({"time_entries": [], "page": 1, "total_pages": 1, "total_entries": 1, "links": {"next": None}})
    with open_harvest_v2() as account:
        short = {"path": "/v2/time_entries", "body": body.encode(), "content_type": "application/json", "times": None}
        account.fail(Fault("garbage", "200", **short))  # type: ignore[arg-type]  # of several types
        async with conversing(account) as talk:
            assert await talk.ok("list_running_timers") == (
                "# No timer was found: looked at the entries that this user may see, but the list did not come whole, "
                "only 0 of 1 came: there may be some."
            )
            assert await talk.error("stop_timer") == (
                "Whether a timer runs is not known: the list did not come whole, only 0 of 1 came. "
                "Nothing was changed. Try once more in a minute, or pass time_entry_id."
            )
            for tool, given in {"get_timesheet": {}, "start_timer": {"project": "301", "task": "501"}}.items():
                said = await talk.error(tool, **given)
                assert said.startswith("The list of time entries could not be read: it did not come whole. ")
            assert {call.method for call in account.seen} == {"GET"}
