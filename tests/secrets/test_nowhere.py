"""No secret comes to light, whatever goes wrong and whoever listens: twelve forms, every fault, every tool."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from harvest_mcp.config import settings
from harvest_mcp.sandbox import Fault, Sandbox
from tests import calls

from . import spans
from .conftest import PASSWORD, TOKEN
from .drive import FAULTS, USUAL, echoes, stored, talking
from .witness import Witness

pytestmark = pytest.mark.anyio
WAYS = ("password", "token")
EMAIL = "admin@kestrel.example"
FEW = (
    *("who_am_i", "search_records", "list_clients", "create_client", "update_contact", "delete_client"),
    *("attach_receipt", "get_receipt", "report_time", "list_changes", "undo_change"),
)
"""Tools that differ in what they send and tell: with a token they do what all do with a password."""
SECRETS = {"password": PASSWORD, "pair": f"{EMAIL}:{PASSWORD}", "token": TOKEN}


@pytest.fixture
def chosen(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Choose":
    monkeypatch.setenv("HARVEST_URL", url)
    monkeypatch.setenv("HARVEST_MCP_STATE", str(tmp_path / "state" / "state.db"))
    return Choose(monkeypatch)


class Choose:
    """Settings out of the environment, with either way to sign in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._set, self._unset = monkeypatch.setenv, monkeypatch.delenv

    def __call__(self, way: str) -> settings.Settings:
        for name in ("HARVEST_EMAIL", "HARVEST_PASSWORD", "HARVEST_ACCESS_TOKEN"):
            self._unset(name, raising=False)
        if way == "token":
            self._set("HARVEST_ACCESS_TOKEN", TOKEN)
        else:
            self._set("HARVEST_EMAIL", EMAIL)
            self._set("HARVEST_PASSWORD", PASSWORD)
        return settings.read({"toolsets": "all"})


async def run(
    witness: Witness, chosen: settings.Settings, account: Sandbox, faults: Iterable[tuple[Fault | None, list[str]]]
) -> int:
    """Arm each fault, and call the tools while it lasts; the number of calls made."""
    made = 0
    with spans.kept() as kept:
        for fault, tools in faults:
            async with talking(witness, chosen) as talker:
                if fault is not None:
                    account.fail(fault)
                for tool in tools:
                    await talker.call(tool)
                await talker.fail()
                account.calm()
                made += len(tools)
        for text in kept:
            witness.hear("spans", text)
    return made


@pytest.mark.parametrize("way", WAYS)
async def test_a_good_day_tells_no_secret(way: str, account: Sandbox, chosen: Choose, tmp_path: Path) -> None:
    witness = Witness(SECRETS)
    async with talking(witness, chosen(way), limits=USUAL) as talker:
        assert {tool.name for tool in (await talker.client.list_tools()).tools} == set(calls.EVERY)
        with spans.kept() as kept:
            for tool in calls.EVERY if way == "password" else FEW:
                result = await talker.call(tool)
                assert result.is_error is not True, (tool, result.content)
        for text in kept:
            witness.hear("spans", text)
    stored(witness, tmp_path / "state")
    assert {"our log", "somebody else's log", "results", "questions", "objects", "spans", "files"} == set(witness.heard)
    assert "httpcore" in witness.heard["our log"][0]
    assert "send_request_headers" in witness.heard["somebody else's log"][0]
    assert witness.found() == []
    sent = {seen.headers.get("authorization", "") or dict(seen.query)["access_token"] for seen in account.seen}
    assert len(sent) == 1, "and all the while it was sent"


@pytest.mark.parametrize("way", WAYS)
async def test_no_fault_brings_a_secret_to_light(way: str, account: Sandbox, chosen: Choose, tmp_path: Path) -> None:
    """Each fault with a tool, half of them with each way to sign in; the long run has each with all."""
    witness, tools = Witness(SECRETS), list(calls.EVERY)
    plan = [(_always(fault), [tools[place * 5 % len(tools)]]) for place, fault in enumerate(FAULTS.values())][
        WAYS.index(way) :: len(WAYS)
    ]
    made = await run(witness, chosen(way), account, plan)
    stored(witness, tmp_path / "state")
    found = witness.found()
    print(f"{len(plan)} faults, {made} calls with a {way}; {witness.counted()}: {len(found)} found")
    assert found == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_vendor_that_repeats_a_secret_is_not_repeated(
    way: str, account: Sandbox, chosen: Choose, tmp_path: Path
) -> None:
    witness = Witness(SECRETS)
    own = {name: secret for name, secret in SECRETS.items() if (name == "token") == (way == "token")}
    plan = [(_always(fault), ["get_client"]) for _, fault in echoes(own)]
    made = await run(witness, chosen(way), account, plan[WAYS.index(way) :: 5])
    stored(witness, tmp_path / "state")
    del witness.heard["somebody else's log"]  # httpcore writes the vendor's headers down, as the vendor has them
    found = witness.found()
    print(f"{made} answers that repeat a {way}; {witness.counted()}: {len(found)} found")
    assert found == []


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
async def test_no_fault_under_any_tool_brings_a_secret_to_light(
    way: str, account: Sandbox, chosen: Choose, tmp_path: Path
) -> None:
    witness, tools = Witness(SECRETS), list(calls.EVERY)
    own = {name: secret for name, secret in SECRETS.items() if (name == "token") == (way == "token")}
    made = await run(witness, chosen(way), account, [(_always(fault), tools) for fault in FAULTS.values()])
    found = witness.found()
    print(f"{len(FAULTS)} faults under every tool, {made} calls with a {way}; {witness.counted()}: {len(found)} found")
    del witness.heard["somebody else's log"]
    again = [(_always(fault), tools) for _, fault in echoes(own)]
    made = await run(witness, chosen(way), account, again)
    stored(witness, tmp_path / "state")
    del witness.heard["somebody else's log"]  # httpcore writes the vendor's headers down, as the vendor has them
    found += witness.found()
    print(f"{len(again)} answers that repeat it, {made} calls; {witness.counted()}: {len(found)} found")
    assert found == []


def _always(fault: Fault) -> Fault:
    return replace(fault, times=None)
