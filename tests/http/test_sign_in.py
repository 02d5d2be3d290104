"""Who may come in: only with a token of the provider, for this server, now; and what the others are told."""

from collections.abc import Mapping
from typing import Any

import anyio
import anyio.lowlevel
import jwt
import pytest

from harvest_mcp.protocol.http import keys
from harvest_mcp.protocol.http.keys import Keys, Unfetched
from harvest_mcp.protocol.http.tokens import Tokens
from harvest_mcp.sandbox import Sandbox
from tests.conftest import Era
from tests.http import forged
from tests.http.kit import BOTH, SIGNED_IN, Hosted, asked, call, message, said
from tests.http.provider import AUDIENCE, CONFIGURATION, Provider, public

pytestmark = pytest.mark.anyio

METADATA = "https://mcp.example/.well-known/oauth-protected-resource/harvest/mcp"
PATHS = ("", "/readonly", "/x/crm", "/x/crm/readonly")


@pytest.mark.eras
async def test_who_signed_in_works_as_anybody(team: Hosted, provider: Provider, era: Era) -> None:
    async with team.talk(era, token=provider.token(kid="ec1")) as talk:
        assert (await talk.ok("update_contact", contact_id=9, title="CEO")).startswith("Updated contact ")


async def test_a_token_may_be_for_several_and_say_its_scopes_as_others_do(team: Hosted, provider: Provider) -> None:
    for claims in (
        {"aud": ["other", AUDIENCE]},
        {"scope": None, "scp": ["harvest:read"]},
        {"scope": None, "scp": "harvest:read openid"},
    ):
        assert (await team.post(message("tools/list"), provider.token(**claims))).status_code == 200


async def test_two_hundred_forged_tokens_let_nobody_in(team: Hosted, provider: Provider) -> None:
    made = dict(forged.tokens(provider))
    assert len(made) >= 200
    assert (await team.post(message("tools/list"), provider.token())).status_code == 200
    answers = dict[str, int]()
    for name, token in made.items():
        sent = call("update_contact", contact_id=9, title="x")
        held = {"authorization": f"Bearer {token}".encode("utf-8", "replace").decode("latin-1")}
        answers[name] = (await team.post(sent, **held)).status_code
    assert {name: status for name, status in answers.items() if status != 401} == {}
    assert team.sandbox.seen == []


@pytest.mark.parametrize("path", PATHS)
async def test_who_has_no_token_is_told_where_to_get_one(team: Hosted, path: str) -> None:
    answer = await team.post(message("tools/list"), path=path)
    assert answer.status_code == 401
    scopes = "harvest:read" if path.endswith("/readonly") else "harvest:read harvest:write"
    assert answer.headers["www-authenticate"] == f'Bearer scope="{scopes}", resource_metadata="{METADATA}"'
    bad = await team.post(message("tools/list"), "x", path=path)
    assert bad.headers["www-authenticate"].startswith(f'Bearer error="invalid_token", scope="{scopes}", ')
    async with team.http() as client:
        for method in ("GET", "DELETE", "PUT", "OPTIONS"):
            assert (await client.request(method, f"{team.url}{path}")).status_code == 401


async def test_a_token_counts_in_its_header_only(team: Hosted, provider: Provider) -> None:
    token = provider.token()
    async with team.http(**BOTH, cookie=f"access_token={token}") as client:
        answer = await client.post(f"{team.url}?access_token={token}", json=message("tools/list"))
    assert answer.status_code == 401


@pytest.mark.parametrize("rest", ["", "/harvest/mcp", "/harvest/mcp/readonly", "/harvest/mcp/x/crm"])
async def test_clients_learn_where_to_sign_in(team: Hosted, provider: Provider, rest: str) -> None:
    async with team.http(origin="https://any.example") as client:
        answer = await client.get(f"https://mcp.example/.well-known/oauth-protected-resource{rest}")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == {
        "resource": AUDIENCE,
        "authorization_servers": [provider.issuer],
        "scopes_supported": ["harvest:read", "harvest:write"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Harvest",
    }


async def test_a_token_that_may_only_read_is_told_what_a_write_needs(team: Hosted, provider: Provider) -> None:
    token = provider.token(scope="harvest:read")
    assert said(await team.post(call("get_contact", contact_id=9), token)).text.startswith('{"id":9')
    answer = await team.post(call("update_contact", contact_id=9, title="x"), token)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (
        403,
        f'Bearer error="insufficient_scope", scope="harvest:read harvest:write", resource_metadata="{METADATA}"',
    )
    none = await team.post(message("tools/list"), provider.token(scope="openid"), "/readonly")
    assert (none.status_code, none.headers["www-authenticate"].split(", ")[1]) == (403, 'scope="harvest:read"')
    write = await team.post(message("tools/list"), provider.token(scope="harvest:write"))
    assert write.status_code == 403


async def test_a_write_is_refused_even_where_the_gate_reads_the_body_otherwise(
    team: Hosted, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest_mcp.protocol.http.limits.bodies.Posted.tool", "")
    answer = said(
        await team.post(call("update_contact", contact_id=9, title="x"), provider.token(scope="harvest:read"))
    )
    assert answer.is_error
    assert answer.text == (
        "This needs the scope harvest:write, which your sign-in does not have. Sign in again and allow it."
        " Nothing was changed."
    )


@pytest.mark.eras
async def test_a_wider_token_is_used_within_the_same_session(team: Hosted, provider: Provider) -> None:
    """The rights are those of each request, not of whoever began."""
    async with team.http(provider.token(scope="harvest:read"), **BOTH) as client:
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        first = await client.post(team.url, json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
        client.headers["mcp-session-id"] = first.headers["mcp-session-id"]
        write = {**call("update_contact", contact_id=9, title="CEO"), "id": 2}
        assert (await client.post(team.url, json=write)).status_code == 403
        client.headers["authorization"] = f"Bearer {provider.token()}"
        assert "Updated contact" in (await client.post(team.url, json=write)).text
        client.headers["authorization"] = f"Bearer {provider.token(scope='harvest:read')}"
        assert (await client.post(team.url, json=write)).status_code == 403


async def test_a_person_with_many_sessions_ends_their_oldest_and_nobody_elses(
    team: Hosted, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest_mcp.protocol.http.limits.sessions.OWN_SESSIONS", 2)
    hello, ping = ({"jsonrpc": "2.0", "id": 1, "method": method} for method in ("initialize", "ping"))
    async with team.http(**BOTH) as client:

        async def status(who: str, session: str) -> int:
            held = {"authorization": f"Bearer {provider.token(who)}", "mcp-session-id": session}
            return (await client.post(team.url, json=ping, headers=held)).status_code

        async def opened(who: str, client_id: str = "client-1") -> str:
            held = {"authorization": f"Bearer {provider.token(who, client_id=client_id)}"}
            return str((await client.post(team.url, json=hello, headers=held)).headers["mcp-session-id"])

        bens, first, second = await opened("ben"), await opened("ana"), await opened("ana")
        assert await status("ana", first) == 200  # so the second is the one not used for longest
        await opened("ana", "client-2")
        found = [await status(*each) for each in (("ana", first), ("ana", second), ("ben", bens))]
        assert found == [200, 404, 200]


async def test_a_session_is_its_own_persons_only(team: Hosted, provider: Provider) -> None:
    async with team.http(provider.token("ana"), **BOTH) as client:
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        first = await client.post(team.url, json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
        client.headers["mcp-session-id"] = first.headers["mcp-session-id"]
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        for other in (provider.token("eve"), provider.token("ana", client_id="client-2")):
            client.headers["authorization"] = f"Bearer {other}"
            assert (await client.post(team.url, json=ping)).status_code == 404
        client.headers["authorization"] = f"Bearer {provider.token('ana')}"
        assert (await client.post(team.url, json=ping)).status_code == 200


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def checking(provider: Provider, clock: Hand) -> tuple[Tokens, Keys]:
    known = Keys(provider.issuer, clock=clock)
    return Tokens(known, issuer=provider.issuer, audiences=(AUDIENCE,), resource=AUDIENCE), known


async def test_a_new_key_counts_once_it_is_told_and_an_old_one_no_more(provider: Provider) -> None:
    clock = Hand()
    tokens, known = checking(provider, clock)
    assert await tokens.verify_token(provider.token())
    provider.keys = [public("two")]
    clock.now += keys.AGAIN - 1
    assert await tokens.verify_token(provider.token(kid="two")) is None
    clock.now += 2
    assert await tokens.verify_token(provider.token(kid="two"))
    assert await tokens.verify_token(provider.token(kid="one")) is None
    await known.aclose()


async def test_unknown_keys_cost_the_provider_one_question_in_half_a_minute(provider: Provider) -> None:
    clock = Hand()
    tokens, _ = checking(provider, clock)
    await tokens.verify_token(provider.token())
    for number in range(50):
        clock.now += 1
        assert await tokens.verify_token(provider.token(kid="evil", header={"kid": f"k{number}"})) is None
    assert provider.asked == [CONFIGURATION, "/jwks"] * 2


async def test_many_at_the_first_moment_ask_the_provider_once(provider: Provider) -> None:
    tokens, _ = checking(provider, Hand())
    found = list[bool]()

    async def one(who: str) -> None:
        found.append(await tokens.verify_token(provider.token(who)) is not None)

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(one, f"p{number}")
    assert (found, provider.asked) == ([True] * 20, [CONFIGURATION, "/jwks"])


async def test_many_who_wait_for_a_provider_that_hangs_wait_once() -> None:
    hand, asked = Hand(), list[str]()

    async def hangs(url: str) -> Mapping[str, Any]:
        asked.append(url)
        await anyio.lowlevel.checkpoint()
        hand.now += 10
        raise Unfetched("it does not answer in time")

    keys = Keys("https://id.example", hangs, hand)
    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(keys.find, "one")
    assert len(asked) == 2  # its two places


async def test_a_provider_that_is_away_for_a_while_locks_nobody_out(provider: Provider) -> None:
    clock = Hand()
    tokens, known = checking(provider, clock)
    assert await tokens.verify_token(provider.token())
    provider.broken = "503"
    clock.now += keys.FRESH + 1
    assert await tokens.verify_token(provider.token())
    clock.now += keys.KEPT
    assert await tokens.verify_token(provider.token()) is None
    provider.broken = ""
    clock.now += keys.RETRY + 1
    assert await tokens.verify_token(provider.token())
    await known.aclose()


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://other.example"},
        {"issuer": "http://127.0.0.1/"},
        {"jwks_uri": "http://keys.example/jwks"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"jwks_uri": "https://[keys.example/jwks"},
    ],
)
async def test_a_provider_that_is_another_or_sends_elsewhere_gives_no_keys(
    provider: Provider, says: dict[str, str]
) -> None:
    provider.says = says
    tokens, known = checking(provider, Hand())
    await known.fetch(0)  # as a start does, which goes on
    assert await tokens.verify_token(provider.token()) is None


@pytest.mark.parametrize("broken", ["302", "404", "500"])
async def test_no_way_round_leads_to_keys(provider: Provider, broken: str) -> None:
    provider.broken = broken
    tokens, _ = checking(provider, Hand())
    assert await tokens.verify_token(provider.token()) is None
    assert "/jwks" not in provider.asked


async def test_a_key_that_is_not_for_signing_in_public_does_not_count(provider: Provider) -> None:
    secret = {"kty": "oct", "kid": "secret", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI"}
    provider.keys = [secret, public("one", use="enc"), public("two"), {"kty": "?"}, "nonsense", public("ec1")]  # type: ignore[list-item]  # "nonsense" is meant
    tokens, _ = checking(provider, Hand())
    assert await tokens.verify_token(provider.token(kid="two"))
    assert await tokens.verify_token(provider.token(kid="one")) is None


async def test_a_clock_may_differ_by_half_a_minute(provider: Provider) -> None:
    tokens, _ = checking(provider, Hand())
    now = jwt.decode(provider.token(), options={"verify_signature": False})["iat"]
    assert await tokens.verify_token(provider.token(iat=now + 20, nbf=now + 20))
    assert await tokens.verify_token(provider.token(exp=now - 20))
    assert await tokens.verify_token(provider.token(exp=now - 40)) is None


async def test_a_server_without_keys_is_not_ready(sandbox: Sandbox, provider: Provider) -> None:
    provider.broken = "503"
    async with asked(sandbox, {**SIGNED_IN, "issuer": provider.issuer}) as host, host.http() as client:
        assert (await client.get("https://mcp.example/readyz")).status_code == 503
        assert (await host.post(message("tools/list"), provider.token())).status_code == 401


async def test_other_audiences_count_where_the_operator_names_them(sandbox: Sandbox, provider: Provider) -> None:
    way = {**SIGNED_IN, "issuer": provider.issuer, "audiences": "api://harvest"}
    async with asked(sandbox, way) as host:
        assert (await host.post(message("tools/list"), provider.token(aud="api://harvest"))).status_code == 200
        assert (await host.post(message("tools/list"), provider.token())).status_code == 401
