"""The identity host's OAuth: who agrees, what a program gets for it, once, and for how long (harvest-v2 2.4)."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest_v2.oauth import AUTHORIZE, CLIENT_ID, CLIENT_SECRET, LIFETIME, TOKEN

from .kit import HOST, MIGUEL, Clock, caller

pytestmark = pytest.mark.anyio

BACK = "https://mcp.example/connected"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASKED = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": BACK,
    "state": "s",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
GIVEN = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "grant_type": "authorization_code",
    "redirect_uri": BACK,
    "code_verifier": VERIFIER,
}


async def agreed(http: httpx.AsyncClient, who: str = str(MIGUEL), **asked: str) -> dict[str, str]:
    """What a person comes back with."""
    answer = await http.post(f"{HOST}{AUTHORIZE}", params={**ASKED, **asked}, data={"who": who})
    assert answer.headers["location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


async def given(http: httpx.AsyncClient, **form: str) -> tuple[int, dict[str, Any]]:
    answer = await http.post(f"{HOST}{TOKEN}", data={**GIVEN, **form})
    return answer.status_code, answer.json()


async def test_a_program_gets_tokens_of_who_agreed_for_two_weeks(sandbox: Sandbox, clock: Clock) -> None:
    async with caller(sandbox) as http:
        came = await agreed(http, scope="harvest:910001")
        assert (came["state"], came["scope"]) == ("s", "harvest:910001")
        status, pair = await given(http, code=came["code"])
        assert (status, pair["token_type"], pair["expires_in"]) == (200, "bearer", LIFETIME)
        http.headers["authorization"] = f"Bearer {pair['access_token']}"
        assert (await http.get("/users/me")).json()["id"] == MIGUEL
        clock.now += LIFETIME + 1
        assert (await http.get("/users/me")).status_code == 401
        renew = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
        status, fresh = await given(http, **renew)
        http.headers["authorization"] = f"Bearer {fresh['access_token']}"
        assert (await http.get("/users/me")).json()["id"] == MIGUEL
        assert await given(http, **renew) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    ("form", "refused"),
    [
        ({"client_secret": "x"}, (401, "invalid_client")),
        ({"code_verifier": "x"}, (400, "invalid_grant")),
        ({"redirect_uri": f"{BACK}/"}, (400, "invalid_grant")),
        ({"code": "x"}, (400, "invalid_grant")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
async def test_nobody_else_gets_any(sandbox: Sandbox, form: dict[str, str], refused: tuple[int, str]) -> None:
    async with caller(sandbox) as http:
        code = (await agreed(http))["code"]
        status, told = await given(http, **{"code": code, **form})
    assert (status, told["error"]) == refused


async def test_a_code_counts_once_and_a_no_is_told(sandbox: Sandbox) -> None:
    async with caller(sandbox) as http:
        code = (await agreed(http))["code"]
        assert (await given(http, code=code))[0] == 200
        assert await given(http, code=code) == (400, {"error": "invalid_grant"})
        assert await agreed(http, who="") == {"error": "access_denied", "state": "s"}
        stray = await http.get(f"{HOST}{AUTHORIZE}", params={**ASKED, "redirect_uri": "http://evil.example/"})
        assert (stray.status_code, "location" in stray.headers) == (400, False)
