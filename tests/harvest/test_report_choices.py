"""Reports over several of a kind, by the road with the fewest calls, and about those who were there."""

import pytest

from harvest_mcp.sandbox import open_account
from harvest_mcp.systems.harvest import PEOPLE, PROJECTS
from tests.conftest import talking
from tests.harvest.ledger import NOW, clear, entry
from tests.tools.kit import account

pytestmark = pytest.mark.anyio


async def test_a_report_takes_several_of_a_kind() -> None:
    with open_account(clock=NOW.timestamp, calls=None) as there:
        clear(there)
        for person, project, task, hours in (
            (31, 301, 501, "1"),
            (32, 301, 502, "2"),
            (33, 301, 503, "4"),
            (34, 303, 501, "8"),
        ):
            entry(there, person, project, task, hours)
        async with talking(there, toolsets="reports", clock=NOW.timestamp, account=account()) as talk:
            asked = {"period": "this month", "group_by": ["person"]}
            one = await talk.ok("report_time", **asked, person=["Miguel Ortiz", "33"])
            assert one.splitlines()[0] == (
                '# 2026-11-01 to 2026-11-30: 2 day entries; person "Miguel Ortiz" (32), "Róisín Byrne" (33)'
            )
            assert [line.split(",")[0] for line in one.splitlines()[2:]] == ["33", "32", "total"]
            assert len([call for call in talk.wire() if "entries" in call]) == 2
            two = await talk.ok("report_time", **asked, project=["301", 303], task=["501"])
            assert [line.split(",")[0] for line in two.splitlines()[2:]] == ["34", "31", "total"]
            single = await talk.ok("report_time", **asked, task="Design")
            assert [line.split(",")[0] for line in single.splitlines()[2:]] == ["34", "31", "total"]
            fewest = await talk.ok("report_time", **asked, project=["301", "303"], person=31)
            assert [call for call in talk.wire() if "entries" in call] == [
                "GET /people/31/entries?from=20261101&to=20261130"
            ]
            assert fewest.splitlines()[-1].startswith("total,,1.00,")
            wrong = await talk.error("report_time", **asked, project="301", task=["501", "99999"])
            assert "99999" in wrong


async def test_a_client_of_many_projects_is_read_by_its_people() -> None:
    """21: RE-1 and RE-2 hold the same rows."""
    with open_account(clock=NOW.timestamp, calls=None) as there:
        clear(there)
        like = there.rows(PROJECTS)[0]
        for number in range(60):
            there.put(PROJECTS, **{**like, "id": 5000 + number, "client_id": 11110, "name": f"Shop {number}"})
        entry(there, 31, 5001, 501, "1.5")
        entry(there, 32, 5007, 501, "2")
        entry(there, 32, 301, 501, "64")
        async with talking(there, toolsets="reports", clock=NOW.timestamp, account=account()) as talk:
            answer = await talk.ok("report_time", period="this month", client="11110", group_by=["person"])
            assert answer.splitlines()[-1].startswith("total,,3.50,")
            people = len(there.rows(PEOPLE))
            assert len(talk.wire()) == people + 3  # the projects, the people, the clients for their currency


async def test_nobody_is_missed_who_was_not_there_yet() -> None:
    with open_account(clock=NOW.timestamp, calls=None) as there:
        clear(there)
        entry(there, 31, 301, 501, "1")
        async with talking(there, toolsets="reports", clock=NOW.timestamp, account=account()) as talk:
            now = await talk.ok("report_time", period="this month", group_by=["person"])
            assert '"Ivy Nakagawa" (42)' in now
            before = await talk.ok("report_time", period="2026-10", group_by=["person"])
            assert '"Ivy Nakagawa"' not in before
            assert '"Göran Ek" (40)' in before
