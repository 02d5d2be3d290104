"""What the tests of v2 share: a clock, a caller with a token, and answers as values."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx

from harvest_mcp.sandbox import ADMIN, Login, Sandbox
from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID
from tests.patience import PATIENCE

from ..kit import Clock

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = "2026-03-02"
AGENT = "harvest_mcp tests (tests@kestrel.example)"
HOST = "https://api.kestrel.example"
ADA, MIGUEL, ROISIN, IVY = 31, 32, 33, 42
WEBSITE, LABELS, TRAIL_APP, LOGO = 301, 306, 310, 326
"""Projects: by tasks with a budget, for nothing, for nothing, by people."""
DESIGN, MANAGEMENT = 501, 502
SUPRCORP, MEALS, MILEAGE = 11072, 602, 601

__all__ = ["Clock"]


def clock() -> Clock:
    return Clock(NOW.timestamp())


def headers(login: Login = ADMIN) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {login.token}",
        "Harvest-Account-Id": str(ACCOUNT_ID),
        "User-Agent": AGENT,
        "Accept": "application/json",
    }


def caller(sandbox: Sandbox, login: Login = ADMIN) -> httpx.AsyncClient:
    """Somebody at the account, in process."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=sandbox),
        base_url=f"{HOST}/v2",
        headers=headers(login),
        timeout=PATIENCE,
        trust_env=False,
    )


def ok(response: httpx.Response, status: int = 200) -> Any:
    """The body of an answer, decimals exact."""
    assert response.status_code == status, (response.status_code, response.text)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    return json.loads(response.content, parse_float=Decimal)


def refused(response: httpx.Response, status: int = 422) -> str:
    """The message of a refusal."""
    assert response.status_code == status, (response.status_code, response.text)
    body = response.json()
    assert list(body) == ["message"]
    return str(body["message"])
