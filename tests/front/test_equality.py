"""What a front answers is what the SDK answers, to the byte, and what it leaves to the SDK ends the same way."""

from typing import Any

import pytest

from harvest_mcp.protocol.front import making, ready
from harvest_mcp.protocol.front.opening import ReadyConversation
from harvest_mcp.protocol.stdio.conversation import REVISIONS
from tests.front.kit import line, made, plainly, served
from tests.holds import holds_for
from tests.stdio.children import INITIALIZED, META, hello, request

pytestmark = pytest.mark.anyio

FEW: list[dict[str, object]] = [
    {},
    {"system": "both", "toolsets": "all"},
    {"api": "v2", "read_only": True, "confirm": "token"},
    {"system": "incwo", "tools": "delete_incwo_firm"},
]
MANY: list[dict[str, object]] = [
    {**system, **choice, **more}
    for system in ({}, {"api": "v2"}, {"system": "incwo"}, {"system": "both"}, {"system": "both", "api": "v2"})
    for choice in ({}, {"toolsets": "all"}, {"exclude_tools": "search_records", "confirm": "strict"})
    for more in ({}, {"read_only": True})
]
ABLE: dict[str, Any] = {
    "roots": {"listChanged": True},
    "sampling": {"tools": {}, "context": {}},
    "elicitation": {"form": {"applyDefaults": True}, "url": {}},
    "experimental": {"x": {"y": [1, None, "é"]}},
    "extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}},
    "tasks": {"list": {}, "cancel": {}, "requests": {"elicitation": {"create": {}}, "sampling": {"createMessage": {}}}},
}
CLIENT: dict[str, Any] = {
    **{
        "name": "some – client",
        "title": "Some client",
        "version": "1.2",
        "description": "x",
        "websiteUrl": "https://x",
    },
    "icons": [{"src": "https://x/i.png", "mimeType": "image/png", "sizes": ["48x48"]}],
}


def asked(revision: str) -> list[bytes]:
    """Everything there is to ask in a revision, in several spellings."""
    greeting: dict[str, Any] = {"protocolVersion": revision, "capabilities": ABLE, "clientInfo": CLIENT}
    spelt = b' {"method" : "tools/list", "params":{},"id":"a-7",\t"jsonrpc":"2.0"}\r'
    lists = [request(at, method) for at, method in enumerate(making.LISTS)]
    return [
        line(request(1, "ping")),
        line(request("0", "initialize", **greeting)),
        line(INITIALIZED),
        *map(line, lists),
        spelt,
        line({**INITIALIZED, "params": {}}),
    ]


def asked_in_envelopes() -> list[bytes]:
    richer = {**META, **dict(zip(META, ["2026-07-28", ABLE, CLIENT], strict=True))}
    bare = {name: value for name, value in META.items() if not name.endswith("clientInfo")}
    return [
        line(request(f"{method} {at}", method, _meta=envelope))
        for method in (making.DISCOVER, *making.LISTS)
        for at, envelope in enumerate((META, richer, bare))
    ]


async def same(flags: dict[str, object]) -> None:
    """Hold every answer of a front against what the server says."""
    async with served(**flags) as built:
        known = await made(built)
        for revision in (*REVISIONS, "1999-01-01", "2026-07-28", "", "x" * 500):
            await equal(asked(revision), known, built)
        await equal(asked_in_envelopes(), known, built)


async def equal(lines: list[bytes], known: ready.Ready, built: Any) -> None:
    opening = ReadyConversation(known)
    answers = [opening.take(each) for each in lines]
    assert None not in answers
    assert [each for each in answers if each] == await plainly(built, lines)


@pytest.mark.parametrize("flags", FEW, ids=str)
async def test_a_front_answers_to_the_byte_what_the_server_answers(flags: dict[str, object]) -> None:
    await same(flags)


@pytest.mark.soak
@pytest.mark.parametrize("flags", MANY, ids=str)
async def test_a_front_answers_so_for_every_set_of_settings(flags: dict[str, object]) -> None:
    await same(flags)


@pytest.mark.parametrize("modern", [False, True])
async def test_a_list_that_is_asked_for_again_is_the_same_to_the_byte(modern: bool) -> None:
    ids = [1, 'é\n"\u2028', -7, 10**30, ""]
    lists = [line(request(id, method, modern=modern)) for method in making.LISTS[:-1] for id in ids]
    cursor = line(request("cursor", "tools/list", modern=modern, cursor="x"))
    async with served(toolsets="crm", read_only=True) as built:
        each_alone = [(await plainly(built, [line(hello(0)), each]))[1] for each in lists]
        assert (await plainly(built, [line(hello(0)), *lists, cursor]))[1:-1] == each_alone
        assert b"Unknown cursor" in (await plainly(built, [line(hello(0)), *lists, cursor]))[-1]


LEFT_TO_THE_SDK: dict[str, Any] = {
    "a call": request(1, "tools/call", name="who_am_i"),
    "a cursor": request(1, "tools/list", cursor="x"),
    "a progress token": request(1, "tools/list", _meta={"progressToken": 1}),
    "a progress token in an envelope": request(1, "tools/list", _meta={**META, "progressToken": 1}),
    "an envelope of another revision": request(1, "tools/list", _meta={**META, next(iter(META)): "2027-01-01"}),
    "an envelope without what the client is able to": request(1, "tools/list", _meta=dict([*META.items()][:1])),
    "a cursor in an envelope": request(1, "tools/list", cursor="x", _meta=META),
    "a log level": request(1, "tools/list", _meta={**META, "io.modelcontextprotocol/logLevel": "info"}),
    "a batch": [request(1, "ping")],
    "an id that is no whole number": request(1.5, "ping"),
    "an id that is none": request(None, "ping"),
    "an id of quotes": request('"', "ping"),
    "an id in another script": request("é", "ping"),
    "a long id": request(10**30, "ping"),
    "a negative id": request(-1, "ping"),
    "no jsonrpc": {"id": 1, "method": "ping"},
    "something more": {**request(1, "ping"), "more": 1},
    "parameters that are none": {**request(1, "ping"), "params": None},
    "a second handshake": hello(2),
    "a cancellation": {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
    "an answer": {"jsonrpc": "2.0", "id": 1, "result": {}},
    "a discovery without an envelope": request(1, "server/discover"),
    "an unknown method": request(1, "tools/lists"),
    "half a character": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"\\ud800"}}',
    "what is no UTF-8": b'{"jsonrpc":"2.0","id":"\xff","method":"ping"}',
    "nothing": b"",
    "blanks": b"  ",
    "what is no JSON": b'{"jsonrpc":"2.0","id":1,"method":"ping"',
    "two messages on a line": b'{"jsonrpc":"2.0","id":1,"method":"ping"} {}',
    "a tab in a text": b'{"jsonrpc":"2.0","id":"\t","method":"ping"}',
    "a byte order mark": b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}',
    "a long line": line(request("x" * 20_000, "ping")),
    "a deep line": b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":' + b"[" * 300 + b"]" * 300 + b"}}",
}


@holds_for("said", LEFT_TO_THE_SDK)
def test_whatever_needs_work_or_is_odd_is_left_to_the_sdk(said: str, small: Any) -> None:
    opening, odd = ReadyConversation(small), LEFT_TO_THE_SDK[said]
    assert opening.take(line(hello(1)))
    assert opening.take(odd if isinstance(odd, bytes) else line(odd)) is None


async def test_a_progress_token_of_null_counts_as_none() -> None:
    async with served(toolsets="crm") as built:
        for modern in (False, True):
            meta = {**(META if modern else {}), "progressToken": None}
            ask = [line(hello(0)), line(request(1, "tools/call", name="search_records", arguments={}, _meta=meta))]
            assert b"query is missing" in (await plainly(built, ask))[1]
        odd = request(1, "tools/list", _meta={"progressToken": [None]})
        assert b"-32602" in (await plainly(built, [line(hello(0)), line(odd)]))[1]


ODD_HANDSHAKES: list[dict[str, Any]] = [
    {"protocolVersion": 1},
    {"protocolVersion": None},
    {"capabilities": None},
    {"capabilities": []},
    {"capabilities": {"roots": True}},
    {"capabilities": {"roots": {"listChanged": 1}}},
    {"capabilities": {"experimental": {"x": 1}}},
    {"capabilities": {"sampling": None}},
    {"capabilities": {"other": {}}},
    {"clientInfo": {"name": "x"}},
    {"clientInfo": {"name": "x", "version": 1}},
    {"clientInfo": {"name": "x", "version": "1", "icons": [{}]}},
    {"clientInfo": {"name": "x", "version": "1", "other": 1}},
    {"_meta": {}},
]


@holds_for("odd", ODD_HANDSHAKES)
def test_an_odd_handshake_is_left_to_the_sdk(odd: dict[str, Any], small: Any) -> None:
    greeting = hello(1)
    assert ReadyConversation(small).take(line({**greeting, "params": {**greeting["params"], **odd}})) is None


@pytest.fixture(scope="module")
def small() -> ready.Ready:
    """Answers without words."""
    body = (
        b'{"tells":true,"legacy":{"":{"initialize":0,"ping":0},"2025-11-25":{"initialize":0,"ping":0,"tools/list":0}},'
    )
    body += b'"modern":{"tools/list":0}}\n,"result":{}}'
    found = ready.parsed(ready.head("x", body) + b"\n" + body, "x")
    assert found is not None
    return found
