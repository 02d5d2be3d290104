"""Lists larger than this server reads: what is told, and what goes on without them."""

from dataclasses import replace

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS
from tests.conftest import talking

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
