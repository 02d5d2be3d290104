"""One address for both protocol eras, with the tools and the answers there are over stdin."""

import json
import re
from typing import Any

import anyio
import mcp
import mcp_types as types
import pytest
from mcp.client.streamable_http import streamable_http_client

from harvest_mcp.config.logs import JsonLines
from harvest_mcp.sandbox import Fault, Sandbox, open_account
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Era, talking
from tests.http.kit import BOTH, Hosted, call, hosted, logging_to, message, modern
from tests.patience import until

pytestmark = [pytest.mark.anyio, pytest.mark.eras]

CALLS = (
    ("list_clients", {"limit": 3}),
    ("get_contact", {"contact_id": 9}),
    ("update_contact", {"contact_id": 9, "title": "CEO"}),
    ("update_contact", {"contact_id": 9, "titel": "CEO"}),
    ("get_client", {"client_id": 99}),
    ("undo_change", {"change_id": 1}),
    ("list_changes", {"tool": "undo_change", "limit": 1}),
)


def timeless(text: str) -> str:
    return re.sub(r"20\d\d-\d\d-\d\dT[\d:]+Z", "then", text)


async def test_tools_and_answers_are_those_of_stdin(era: Era) -> None:
    with open_account() as one, open_account() as other:
        async with talking(one, era=era) as talk:
            tools, prompts = await talk.client.list_tools(), await talk.client.list_prompts()
            answers = [await talk.call(name, **arguments) for name, arguments in CALLS]
        async with hosted(other) as host, host.talk(era) as talk:
            assert [each.model_dump() for each in (await talk.client.list_tools()).tools] == [
                each.model_dump() for each in tools.tools
            ]
            assert (await talk.client.list_prompts()).prompts == prompts.prompts
            told = [await talk.call(name, **arguments) for name, arguments in CALLS]
            assert [timeless(each.text) for each in told] == [timeless(each.text) for each in answers]


async def test_a_form_asks_the_person_and_their_yes_and_no_count(sandbox: Sandbox, era: Era) -> None:
    answers = iter(("decline", "yes"))
    async with hosted(sandbox) as host, host.talk(era, reply=lambda text: next(answers)) as talk:  # type: ignore[arg-type]  # each is a reply
        refused = await talk.error("delete_contact", contact_id=10)
        assert refused == "The person declined. Nothing was deleted."
        told = await talk.ok("delete_contact", contact_id=10)
    assert told.startswith("Deleted contact ")
    assert len(talk.asked) == 2
    assert 10 not in [row["id"] for row in sandbox.rows(CONTACTS)]


async def test_a_long_call_tells_its_progress(sandbox: Sandbox, era: Era) -> None:
    told: list[str | None] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append(message)

    async with hosted(sandbox) as host, host.talk(era) as talk:
        await talk.client.call_tool("search_records", {"query": "jane"}, progress_callback=heard)
    assert told[-1] == "Searched 8 of 8 kinds."


async def test_a_client_that_goes_away_leaves_a_write_done_and_journalled(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("delay", "3600", method="PUT"))
    async with hosted(sandbox) as host:
        async with host.talk(era) as talk, anyio.create_task_group() as group:

            async def write() -> None:
                await talk.call("update_client", client_id=11072, details="New")

            group.start_soon(write)
            await until(lambda: any(seen.method == "PUT" for seen in sandbox.seen))
            group.cancel_scope.cancel()
        sandbox.calm()
        await host.site.stop.idle()
        async with host.talk(era) as talk:
            changes = await talk.ok("list_changes")
    assert changes.splitlines()[2].split(",")[2:5] == ["update_client", "client 11072", "applied"]
    assert next(row["details"] for row in sandbox.rows(CLIENTS) if row["id"] == 11072) == "New"


async def test_both_eras_are_served_at_once(sandbox: Sandbox) -> None:
    async with hosted(sandbox) as host, host.talk("auto") as one, host.talk("legacy") as other:
        assert await one.ok("get_client", client_id=11072) == await other.ok("get_client", client_id=11072)


async def test_a_progress_token_of_null_counts_as_none(sandbox: Sandbox) -> None:
    async with hosted(sandbox) as host:
        sent = call("get_client", client_id=11072)
        sent["params"]["_meta"] = {**sent["params"]["_meta"], "progressToken": None}
        assert "SuprCorp" in (await host.post(sent)).text


async def test_a_session_that_is_not_known_is_begun_anew(sandbox: Sandbox) -> None:
    """404 is what tells a client so."""
    async with hosted(sandbox) as host, host.http(**BOTH) as client:
        answer = await client.post(
            host.url, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers={"mcp-session-id": "0" * 32}
        )
    assert answer.status_code == 404


async def test_a_session_that_begins_is_not_the_one_that_ends_while_all_others_have_a_call_under_way(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest_mcp.protocol.http.limits.sessions.OWN_SESSIONS", 1)
    asked, answered = anyio.Event(), anyio.Event()

    async def form(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        asked.set()
        await answered.wait()
        return types.ElicitResult(action="decline")

    async def busy(host: Hosted) -> None:
        async with host.http() as http:
            way = streamable_http_client(host.url, http_client=http)
            async with mcp.Client(way, mode="legacy", elicitation_callback=form) as client:
                await client.call_tool("delete_contact", {"contact_id": 10})

    async with hosted(sandbox) as host, anyio.create_task_group() as group:
        group.start_soon(busy, host)
        await asked.wait()
        async with host.talk("legacy") as other:
            assert "SuprCorp" in await other.ok("get_client", client_id=11072)
        answered.set()


async def test_a_call_leaves_one_line_in_the_log_without_a_word_of_it(sandbox: Sandbox) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    with logging_to(JsonLines(())) as lines:
        async with hosted(sandbox) as host:
            named = {"x-request-id": "r-1", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
            await host.post(call("update_contact", contact_id=9, title="Sorcerer"), **named)
            await host.post(call("update_contact", contact_id=9, titel="Sorcerer"), **named)
            await host.post(call("delete_contact", contact_id=9))
    told = [json.loads(line) for line in lines if '"event": "call"' in line]
    assert [{name: each[name] for name in ("tool", "outcome")} for each in told] == [
        {"tool": "update_contact", "outcome": "ok"},
        {"tool": "update_contact", "outcome": "refused"},
        {"tool": "delete_contact", "outcome": "waits"},
    ]
    assert (told[0]["request"], told[0]["trace"]) == ("r-1", trace)
    assert set(told[0]) == {"time", "level", "logger", "event", "pid", "request", "tool", "ms", "outcome", "trace"}
    assert "orcerer" not in "".join(lines)


async def test_a_client_that_goes_away_before_it_said_all_is_no_fault_of_ours(sandbox: Sandbox) -> None:
    with logging_to(JsonLines(())) as lines, logging_to(JsonLines(()), "uvicorn.error") as faults:
        async with hosted(sandbox) as host:
            sent = message("tools/list")
            head = "".join(f"{name}: {value}\r\n" for name, value in modern(sent).items())
            port = int(host.url.split(":")[2].split("/")[0])
            async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                begins = f"POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n{head}content-length: 500\r\n\r\n"
                await stream.send(f"{begins}{json.dumps(sent)[:50]}".encode())
                await anyio.sleep(0.1)
            assert (await host.post(sent)).status_code == 200
    assert (faults, lines) == ([], [])
