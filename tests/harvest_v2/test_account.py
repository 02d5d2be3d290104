"""The account over v2: what may be closed to a user, the budget, and what a throttle says."""

import json
from datetime import UTC, datetime

import pytest

from harvest_mcp.config import settings
from harvest_mcp.errors import Refused, Throttled, Unauthorized
from harvest_mcp.sandbox import MANAGER, MEMBER, Sandbox
from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2
from harvest_mcp.spec import Request, Response
from harvest_mcp.systems.harvest.v2 import HARVEST_V2
from harvest_mcp.tools.registry import Choice, choose
from harvest_mcp.wire.verdicts import judge
from tests.holds import holds_for

from .kit import conversing

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def judged(status: int, body: bytes, **headers: str) -> object:
    """What an answer to a read means."""
    answer = Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
    return judge(HARVEST_V2, Request("GET", "/clients"), answer, now=NOW)


@holds_for(
    ("body", "headers", "seconds"),
    [
        (b"", {}, 15.0),
        (b'{"retry_after": 7, "message": "Slow down"}', {}, 7.0),
        (b'{"retry_after": 7}', {"retry_after": "3"}, 3.0),
        (b'{"retry_after": "soon"}', {}, 15.0),
        (b"<html></html>", {}, 15.0),
    ],
)
def test_a_throttle_says_how_long_in_its_header_or_its_body(
    body: bytes, headers: dict[str, str], seconds: float
) -> None:
    failure = judged(429, body, **headers)
    assert isinstance(failure, Throttled)
    assert failure.seconds == seconds


@holds_for(
    ("body", "hint"),
    [
        (b'{"message": "Name has already been taken"}', "Name has already been taken"),
        (b'{"error": "invalid", "error_description": "It is wrong."}', "It is wrong."),
        (b'{"error": "It is wrong."}', "It is wrong."),
        (b'{"message": 7}', ""),
        (b"Bad Request", ""),
        (b"", ""),
    ],
)
def test_the_words_of_a_refusal_reach_the_reader(body: bytes, hint: str) -> None:
    failure = judged(422, body)
    assert isinstance(failure, Refused)
    assert failure.hint == hint


def test_a_token_that_is_not_taken_is_told_as_that() -> None:
    assert isinstance(judged(401, b'{"error":"invalid_token"}'), Unauthorized)


async def test_who_am_i_does_without_a_company_that_is_closed() -> None:
    with open_harvest_v2(settings=Settings(company_closed=True)) as account:
        async with conversing(account, login=MEMBER) as talk:
            told = json.loads(await talk.ok("who_am_i"))
    assert (told["user"]["email"], "company" in told) == (MEMBER.email, False)


async def test_the_budget_is_what_this_server_counts(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        await talk.ok("list_clients")
        told = json.loads(await talk.ok("get_rate_limit_status"))
        assert talk.wire() == []
    assert told == {
        "this_server": {
            **{"calls_left": 9_999, "calls": 10_000, "per_seconds": 15, "closed_for_seconds": 0},
            "reports": {"calls_left": 80, "calls": 80, "per_seconds": 900, "closed_for_seconds": 0},
        }
    }


async def test_a_managers_extras_are_told(sandbox: Sandbox) -> None:
    async with conversing(sandbox, login=MANAGER) as talk:
        told = json.loads(await talk.ok("who_am_i"))
    assert told["user"]["access_roles"].startswith("manager")


def test_the_default_tools_of_v2_fit_their_room() -> None:
    tools = choose((HARVEST_V2,), Choice((), (), (), read_only=False))
    from harvest_mcp.protocol import catalog  # noqa: PLC0415 - of this test alone

    said = catalog.as_table(tools)
    (size,) = [int(word) for word in said.splitlines()[-1].split() if word.isdigit() and int(word) > 1_000]
    assert size <= 20_500, f"{size} bytes in tools/list: shorten what its columns say, or mark one of them INNER"
    assert settings.read({"api": "v2"}).systems == ("harvest_v2",)
