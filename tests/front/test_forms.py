"""What clients write loosely has the answer of what they mean, over stdin and over HTTP."""

from typing import Any

import pytest

from harvest_mcp.protocol.front.opening import ReadyConversation
from harvest_mcp.protocol.incoming.forms import settled
from harvest_mcp.sandbox import Sandbox
from tests.front.kit import line, made, plainly, served
from tests.http.kit import BOTH, NOBODY, Hosted, asked, message, modern
from tests.stdio.children import META, hello, request

pytestmark = pytest.mark.anyio

VERSION, ABLE, CLIENT = META
LOOSE_HANDSHAKES: list[dict[str, Any]] = [
    {"_meta": None},
    {"_meta": []},
    {"_meta": {"progressToken": None}},
    {"capabilities": None},
    {"capabilities": []},
    {"capabilities": {"elicitation": True, "roots": None, "sampling": False, "tasks": [], "other": 1}},
    {"capabilities": {"roots": {"listChanged": {}}, "experimental": {"x": True, "y": None}, "extensions": {"x": []}}},
    {"clientInfo": None},
    {"clientInfo": "some client"},
    {"clientInfo": {"name": None, "version": 1.5, "title": None, "websiteUrl": 1, "icons": [{}]}},
    {"other": 1},
]
WITHOUT_REVISION: list[Any] = [None, [], {}, {"protocolVersion": None}, {"protocolVersion": 20251125}]


def found_by(**more: Any) -> dict[str, Any]:
    return request(2, "tools/call", name="search_records", **more)


NO_ARGUMENTS: tuple[Any, ...] = (None, [], "", " {} ")
LOOSE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({**request(2, "tools/list"), "params": None}, request(2, "tools/list")),
    ({**request(2.0, "tools/list"), "params": []}, request(2, "tools/list")),
    (request(2, "tools/list", cursor=None, _meta={"progressToken": None}), request(2, "tools/list")),
    *((found_by(arguments=given), found_by()) for given in NO_ARGUMENTS),
    (
        found_by(arguments='{"query": 1.5e0, "limit": "5"}'),
        found_by(arguments={"query": 1.5, "limit": "5"}),
    ),
]
LOOSE_ENVELOPES: list[dict[str, Any]] = [
    {ABLE: None},
    {ABLE: []},
    {ABLE: {"elicitation": True}},
    {CLIENT: None},
    {CLIENT: {"name": "x"}},
    {"progressToken": None},
]
NO_FORM: list[Any] = ["x", 1, False, {"form": False}, {"form": None, "url": {}}]


def greeting(params: Any) -> dict[str, Any]:
    return {**hello(1), "params": params}


def handshakes() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Loose ones, each with what it means."""
    loose = [greeting({**hello(1)["params"], **each}) for each in LOOSE_HANDSHAKES]
    return [*((each, hello(1)) for each in loose), *((greeting(each), hello(1)) for each in WITHOUT_REVISION)]


async def over_http(host: Hosted, sent: dict[str, Any], **headers: str) -> str:
    async with host.http(**{**BOTH, **headers}) as client:
        return (await client.post(host.url, content=line(sent))).text


async def test_a_loose_form_is_answered_over_stdin_as_what_it_means() -> None:
    async with served(toolsets="crm") as built:
        known = await made(built)
        for loose, meant in handshakes():
            assert ReadyConversation(known).take(line(loose)) is None  # so the front and the SDK cannot differ
            assert await plainly(built, [line(loose)]) == await plainly(built, [line(meant)])
        for loose, meant in LOOSE:
            both = await plainly(built, [line(hello(1)), line(loose), line(meant)])
            assert both[1] == both[2]
            assert b'"result"' in both[1]
        plain = await plainly(built, [line(request(1, "server/discover", _meta=META))])
        for odd in LOOSE_ENVELOPES:
            assert await plainly(built, [line(request(1, "server/discover", _meta={**META, **odd}))]) == plain


async def test_a_loose_form_is_answered_over_http_as_what_it_means(sandbox: Sandbox) -> None:
    async with asked(sandbox, NOBODY, toolsets="crm") as host:
        for loose, meant in [*handshakes(), *LOOSE]:
            answered = await over_http(host, loose, **{"mcp-protocol-version": "2025-11-25"})
            assert answered == await over_http(host, meant, **{"mcp-protocol-version": "2025-11-25"})
        told = message("server/discover")
        plain = await over_http(host, told, **modern(told))
        for odd in LOOSE_ENVELOPES:
            sent = request(1, "server/discover", _meta={**META, **odd})
            assert await over_http(host, sent, **modern(sent)) == plain


async def test_a_capability_that_says_nothing_is_not_there_nor_an_id_of_null_of_a_notification() -> None:
    for odd in NO_FORM:
        found = settled(greeting({**hello(1)["params"], "capabilities": {"elicitation": odd}}))
        assert (found["params"]["capabilities"].get("elicitation") or {"url": {}}) == {"url": {}}
    told = {"jsonrpc": "2.0", "id": None, "method": "notifications/cancelled", "params": {"requestId": 7.0}}
    assert settled(told) == {"jsonrpc": "2.0", "method": told["method"], "params": {"requestId": 7}}
    given = settled(request(1, "prompts/get", name="x", arguments={"days": 7, "client": None}))
    assert given["params"]["arguments"] == {"days": "7"}
