"""Every call on the wire is told once in the log and once as a span, and neither tells what is in a record."""

import logging
import re

import anyio
import pytest

from harvest_mcp.config import logs
from harvest_mcp.errors import CallFailed
from harvest_mcp.gateway import client
from harvest_mcp.spec.exchange import Request

from .line import OK, READ, REQUESTS, SHORT, Act, hang_up, http, reaching, serving, silence
from .spans import Keeper, Kept

pytestmark = pytest.mark.anyio
SAID: dict[str, tuple[bytes | Act, list[str]]] = {
    "answered": (OK, ["200"]),
    "refused": (http(400), ["400 Refused"]),
    "not found": (http(404), ["404 NotFound"]),
    "unauthorized": (http(401), ["401 Unauthorized"]),
    "failed": (http(502), ["502 Unavailable"] * 3),
    "throttled": (http(503, b"", ("Retry-After", "0")), ["503 Throttled"] * 3),
    "broken off": (hang_up, ["failed Unavailable"] * 3),
    "silent": (silence, ["failed TooSlow"]),
    "redirected away": (http(302, b"", ("Location", "http://other.example/")), ["302 NotTheApi"]),
}


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch) -> Keeper:
    keeper = Keeper()
    monkeypatch.setattr(client, "tracer", keeper)
    return keeper


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "harvest_mcp")
    return caplog


def ours(lines: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Level and text of our own lines, without the time a call took."""
    told = [record for record in lines.records if record.name.startswith("harvest_mcp")]
    assert all(re.search(r" \d+ ms$", record.getMessage()) for record in told)
    return [(record.levelname, record.getMessage().rsplit(" ", 2)[0]) for record in told]


@pytest.mark.parametrize("what", SAID)
async def test_every_attempt_is_one_line_and_one_span(
    what: str, keeper: Keeper, lines: pytest.LogCaptureFixture
) -> None:
    answer, outcomes = SAID[what]
    async with serving(answer) as served, reaching(served.url, limits=SHORT) as gateway:
        with pytest.raises(CallFailed) if outcomes != ["200"] else anyio.CancelScope():
            await gateway(READ)
    assert len(served.requests) == len(outcomes)
    assert ours(lines) == [("INFO", f"harvest GET /clients {outcome}") for outcome in outcomes]
    attributes = {"http.request.method": "GET", "url.path": "/clients"}
    assert keeper.spans == [
        Kept("harvest GET", {**attributes, "outcome": outcome}, [], ended=1) for outcome in outcomes
    ]


async def test_every_hop_of_a_redirect_is_told(keeper: Keeper, lines: pytest.LogCaptureFixture) -> None:
    async with serving(http(302, b"", ("Location", "/contacts")), OK) as served, reaching(served.url) as gateway:
        await gateway(READ)
    assert ours(lines) == [("INFO", "harvest GET /clients 302"), ("INFO", "harvest GET /contacts 200")]
    assert [span.attributes["url.path"] for span in keeper.spans] == ["/clients", "/contacts"]


async def test_a_call_that_is_cancelled_is_told_as_failed(keeper: Keeper, lines: pytest.LogCaptureFixture) -> None:
    async with serving(silence) as served, reaching(served.url) as gateway:
        with anyio.move_on_after(0.05) as scope:
            await gateway(READ)
    assert scope.cancelled_caught
    assert ours(lines) == [("INFO", "harvest GET /clients failed")]
    assert [(span.attributes["outcome"], span.ended) for span in keeper.spans] == [("failed", 1)]


async def test_neither_query_nor_body_is_told(keeper: Keeper, lines: pytest.LogCaptureFixture) -> None:
    query = (("updated_since", "2018-01-31 09:00"),)
    answer = http(400, b"<error><message>Jane</message></error>")
    async with serving(answer) as served, reaching(served.url) as gateway:
        for request in (Request("GET", "/contacts", query), REQUESTS["POST"]):
            with pytest.raises(CallFailed):
                await gateway(request)
    told = [text for _, text in ours(lines)] + [str(span) for span in keeper.spans]
    assert len(told) == 4
    for word in ("2018", "SuprCorp", "Jane"):
        assert word not in "\n".join(told)


async def test_a_line_shows_at_the_level_info_and_retries_add_none(
    root_restored: None, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.to_stderr("INFO")
    async with serving(hang_up, OK) as served, reaching(served.url) as gateway:
        await gateway(READ)
    shown = re.sub(r"^\S+ \S+ | \d+ ms$", "", capfd.readouterr().err, flags=re.MULTILINE)
    assert shown.splitlines() == [
        "INFO harvest_mcp.gateway: harvest GET /clients failed Unavailable",
        "INFO harvest_mcp.gateway: harvest GET /clients 200",
    ]
