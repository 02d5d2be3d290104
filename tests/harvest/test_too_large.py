"""Lists larger than this server reads: what is told, and what goes on without them."""

from dataclasses import replace

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS
from tests.conftest import talking
from tests.harvest.ticking import Ticking

pytestmark = pytest.mark.anyio
HUGE = Fault("huge", path="/clients", times=99)


async def test_a_list_that_is_too_large_names_the_calls_that_ask_for_less(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        sandbox.fail(HUGE)
        assert await talk.error("list_clients") == (
            "The answer is not a document this server reads: too-large. It is larger than this server reads at once. "
            'Ask for less: list_clients(updated_since="2026-01-31T09:00Z").'
        )
        sandbox.fail(replace(HUGE, path="/contacts"))
        said = await talk.error("list_contacts")
        assert said.endswith(
            'Ask for less: list_contacts(updated_since="2026-01-31T09:00Z") or list_contacts(client="ID").'
        )


async def test_a_search_passes_over_a_list_that_is_too_large_and_says_so(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        sandbox.fail(HUGE)
        first, *rows = (await talk.ok("search_records", query="jane doe")).splitlines()
        assert (
            "clients: passed over, too large. It is larger than this server reads at once. "
            'Ask for less: list_clients(updated_since="2026-01-31T09:00Z")'
        ) in first
        assert any(row.startswith("contact,9,") for row in rows)


async def test_a_create_compares_with_what_changed_last_where_the_whole_list_is_too_large(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        sandbox.fail(replace(HUGE, times=1))
        told = await talk.ok("create_client", name="New Works")
        assert "Not all were compared: only those changed since" in told
        assert talk.wire()[0] == "GET /clients"
        assert talk.wire()[2].startswith("GET /clients?updated_since=")
        assert [row["name"] for row in sandbox.rows(CLIENTS)][-1] == "New Works"


async def test_a_name_is_not_sure_in_a_list_that_is_too_large_and_who_changed_last_is_named_with_the_id(
    sandbox: Sandbox, clock: Ticking
) -> None:
    """The vendor narrows no list by a name, so that an older one of the same name may be there (harvest-v1 7)."""
    async with talking(sandbox, toolsets="default,reports", clock=clock) as talk:
        await talk.ok("update_client", client_id=11072, details="Moved.")
        for tool, given in (
            ("create_contact", {"client": "SuprCorp", "first_name": "Ann", "last_name": "Li"}),
            ("update_client", {"client_id": "SuprCorp", "details": "Moved again."}),
            ("list_projects", {"client": "SuprCorp"}),
            ("report_time", {"client": "SuprCorp", "period": "this month"}),
        ):
            sandbox.fail(replace(HUGE, times=2 if tool == "report_time" else 1))  # which asks for all, then for a name
            said = await talk.error(tool, **given)
            assert said.startswith(
                "Not every client could be looked through for 'SuprCorp': only those changed since 2017-03-05"
            )
            assert said.endswith('There is "SuprCorp" (11072), details "Moved.", but there may be others. Pass the id.')


async def test_a_name_with_its_id_is_read_by_the_id_where_the_list_is_too_large(sandbox: Sandbox) -> None:
    async with talking(sandbox) as talk:
        sandbox.fail(HUGE)
        await talk.ok("update_client", client_id="SuprCorp (11072)", details="Moved.")
        assert (await talk.error("update_client", client_id="Acme (11072)", details="x")).startswith(
            "No client named exactly 'Acme (11072)'."
        )
        assert (await talk.error("update_client", client_id="SuprCorp", details="x")).endswith(
            'Ask for less: list_clients(updated_since="2026-01-31T09:00Z"). Or pass the id.'
        )
