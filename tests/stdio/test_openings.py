"""Whatever a client opens with, it gets its tools: each message is served in the era it is in."""

from collections.abc import Callable
from typing import Any

import anyio
import mcp_types as types
import pytest
from mcp.shared.message import SessionMessage

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.sandbox import Sandbox
from tests.stdio.children import INITIALIZED, META, Child, Nursery, call, hello, request

REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
Step = Callable[[Child, bool], None]


def lists(child: Child, modern: bool) -> None:
    result = child.ask(request("list", "tools/list", modern=modern))["result"]
    assert {"who_am_i", "get_client"} <= {tool["name"] for tool in result["tools"]}
    assert ("ttlMs" in result) == modern


def calls(child: Child, modern: bool) -> None:
    result = child.ask(call("call", "get_client", modern=modern, client_id=11072))["result"]
    assert result["content"][0]["text"].startswith('{"id":11072,"name":"SuprCorp"')
    assert result.get("resultType") == ("complete" if modern else None)


def discovers(child: Child, modern: bool) -> None:
    answer = child.ask(request("discover", "server/discover", modern=True))
    assert answer["result"]["supportedVersions"] == ["2026-07-28"]


def shakes(child: Child, modern: bool) -> None:
    assert child.ask(hello("hello"))["result"]["protocolVersion"] == "2025-11-25"
    child.send(INITIALIZED)


OPENINGS: dict[str, tuple[bool, list[Step]]] = {
    "discover, list, call": (True, [discovers, lists, calls]),
    "discover, initialize, list, call": (False, [discovers, shakes, lists, calls]),
    "discover twice, late and once more": (True, [discovers, discovers, lists, discovers, calls, discovers]),
    "initialize, discover late, list, call": (False, [shakes, discovers, lists, discovers, calls]),
    "initialize, list, call": (False, [shakes, lists, calls]),
    "initialize twice": (False, [shakes, lists, shakes, calls]),
    "modern list, call": (True, [lists, calls]),
    "modern call at once": (True, [calls, lists]),
    "call at once, without shaking hands": (False, [calls, lists]),
    "call at once, then initialize": (False, [calls, shakes, lists]),
    "modern list, then initialize": (False, [lambda child, _: lists(child, True), shakes, lists, calls]),
}


@pytest.mark.parametrize("opening", OPENINGS)
def test_any_opening_gets_its_tools_and_its_call(opening: str, either: Nursery) -> None:
    modern, steps = OPENINGS[opening]
    with either.child("--sandbox") as child:
        for step in steps:
            step(child, modern)
        child.close()
        assert child.rest() == []
        assert (child.ended(), child.log()) == (0, "")


@pytest.mark.parametrize("asked", [*REVISIONS, "2026-07-28", "1999-01-01"])
def test_initialize_gets_the_revision_it_asks_for_or_the_latest_with_a_handshake(asked: str, either: Nursery) -> None:
    with either.child("--sandbox") as child:
        agreed = child.ask(hello(1, asked))["result"]["protocolVersion"]
        assert agreed == (asked if asked in REVISIONS else "2025-11-25")
        child.send(INITIALIZED)
        lists(child, False)
        calls(child, False)


def test_both_eras_are_served_to_one_client_at_the_same_time(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        child.send(hello(1), INITIALIZED, request(2, "tools/list", modern=True), request(2, "tools/list"))
        first, *both = (child.answer() for _ in range(3))
        assert first["id"] == 1
        assert sorted("ttlMs" in each["result"] for each in both) == [False, True]


@pytest.mark.anyio
async def test_discover_is_answered_to_the_byte_as_the_sdk_answers_it(either: Nursery, sandbox: Sandbox) -> None:
    probe = request("probe", "server/discover", modern=True)
    with either.child("--sandbox") as child:
        child.send(hello(1), probe)
        child.line()
        assert child.line() == await answered_by_the_sdk(probe, sandbox)


async def answered_by_the_sdk(message: dict[str, Any], sandbox: Sandbox) -> bytes:
    """What the SDK's own loop writes when this is the first message."""
    chosen = settings.read({})
    account, state = server.sandbox_account(), server.sandbox_state(chosen, sandbox)
    desk = server.desk(chosen, [account], server.in_process(sandbox), state=state)
    built = server.build(chosen, desk)
    into, reads = anyio.create_memory_object_stream[SessionMessage | Exception](1)
    writes, out = anyio.create_memory_object_stream[SessionMessage](1)
    async with anyio.create_task_group() as group:
        group.start_soon(built.run, reads, writes, built.create_initialization_options())
        await into.send(SessionMessage(types.JSONRPCRequest.model_validate(message)))
        said = await out.receive()
        group.cancel_scope.cancel()
    for stream in (into, out):
        stream.close()
    await desk.aclose()
    return said.message.model_dump_json(by_alias=True, exclude_unset=True).encode()


def test_discover_without_its_envelope_is_told_what_it_lacks_and_keeps_no_era(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        error = child.ask(request(1, "server/discover"))["error"]
        assert error["code"] == -32602
        assert "'io.modelcontextprotocol/protocolVersion'" in error["message"]
        lists(child, True)
        shakes(child, False)
        lists(child, False)


def test_a_new_revision_is_told_what_is_served_instead(either: Nursery) -> None:
    ahead = {**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}
    with either.child("--sandbox") as child:
        error = child.ask({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": ahead}})["error"]
        assert error["code"] == -32022
        assert error["data"] == {"supported": ["2026-07-28"], "requested": "2031-01-01"}
        shakes(child, False)
        lists(child, False)


def test_a_cursor_that_was_never_given_out_is_refused(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        child.ask(hello(1))
        for method in ("tools/list", "prompts/list"):
            message = f"Unknown cursor. {method} has one page: call it without a cursor."
            for modern in (True, False):
                error = child.ask(request(2, method, modern=modern, cursor="MTA"))["error"]
                assert error == {"code": -32602, "message": message}
            assert "result" in child.ask(request(3, method, cursor=""))


def test_what_never_changes_may_be_kept_for_an_hour(either: Nursery) -> None:
    with either.child("--sandbox") as child:
        for method in ("server/discover", "tools/list", "prompts/list"):
            result = child.ask(request(1, method, modern=True))["result"]
            assert (result["ttlMs"], result["cacheScope"], result["resultType"]) == (3_600_000, "private", "complete")
