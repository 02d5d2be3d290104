"""Who sits at another machine reads nothing of the server's own: its log has the rest."""

import os
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from harvest_mcp.sandbox import Sandbox
from tests.http.kit import NOBODY, SIGNED_IN, asked, call, message, modern, said
from tests.http.own import ANA, BASE, BEN, Team, team
from tests.http.provider import Provider
from tests.http.test_own_accounts import own, state, vendor

__all__ = ["own", "state", "vendor"]
pytestmark = pytest.mark.anyio
STORE = "This server's own store cannot be used now."
ASK = "Tell whoever runs this server: its log says why."
CLIENT = {"name": "Harbour Works"}


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A state file that is none, at a path that tells of this machine."""
    file = tmp_path / "state.db"
    file.write_text("no database at all, but long enough to be looked at as one" * 50)
    file.chmod(0o600)
    return file


async def test_a_store_that_cannot_be_used_is_named_in_the_log_alone(
    sandbox: Sandbox, provider: Provider, damaged: Path, caplog: pytest.LogCaptureFixture
) -> None:
    way = {**SIGNED_IN, "issuer": provider.issuer}
    async with asked(sandbox, way, state=str(damaged)) as host:
        told = [said(await host.post(call(tool, **given), provider.token())).text for tool, given in CALLS]
        read = await host.post(message("resources/read", uri="harvest://client/11072"), provider.token())
    assert told == [f"{STORE} Nothing was created. {ASK}", f"{STORE} {ASK}"]
    assert '"mimeType":"application/json"' in read.text
    logged = [each.getMessage() for each in caplog.records if each.name == "harvest_mcp.state"]
    assert [line.partition(" cannot be used: ")[0] for line in logged] == [f"The state store at {damaged}"]


CALLS: tuple[tuple[str, Mapping[str, str]], ...] = (("create_client", CLIENT), ("list_changes", {}))


async def test_on_this_machine_it_is_told(sandbox: Sandbox, damaged: Path) -> None:
    async with asked(sandbox, {**NOBODY, "http": "127.0.0.1:8100"}, state=str(damaged)) as host:
        told = said(await host.post(call("list_changes"), host="127.0.0.1:8100"))
    assert told.text.startswith(f"The state store at {damaged} cannot be used: ")


async def test_no_proxy_and_no_certificate_of_this_machine_is_told(
    own: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (file := tmp_path / "ca.pem").write_text("Dear Jane")
    told = dict[str, str]()
    for who, seat, name, value in (
        ("ana", ANA, "HTTP_PROXY", "http://127.0.0.1:9"),
        ("ben", BEN, "SSL_CERT_FILE", str(file)),
    ):
        await own.connect(who, seat)
        sent = call("list_clients", limit=1)
        async with own.browser() as client:
            with monkeypatch.context() as machine:
                machine.setattr(httpx, "create_ssl_context", httpx._config.create_ssl_context)
                machine.setenv(name, value)
                held = {"authorization": f"Bearer {own.token(who)}", **modern(sent)}
                told[name] = said(await client.post(f"{BASE}/mcp", json=sent, headers=held)).text
    vendor = os.environ["HARVEST_API_URL"].removeprefix("http://").removesuffix("/v2")
    assert told == {
        "HTTP_PROXY": f"{vendor} cannot be reached. Try again in a minute; if it stays, tell whoever runs this server.",
        "SSL_CERT_FILE": f"This server is not set up as it has to be for this. {ASK}",
    }
    logged = [each.getMessage() for each in caplog.records if each.name == "harvest_mcp.calls"]
    assert ["(HTTP_PROXY)" in logged[0], logged[1].startswith("SSL_CERT_FILE names")] == [True, True]


async def test_no_setting_of_the_operators_is_told(
    own: Team, vendor: Sandbox, provider: Provider, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    await own.connect("ana", ANA)
    own.oauth.access.clear()
    async with team(vendor, provider, state, vendor_client_secret="wrong") as other:
        told = (await other.call("ana", "list_clients")).text
    assert told == f"Harvest does not know the program that this server renews tokens with. {ASK}"
    logged = [each.getMessage() for each in caplog.records if each.name == "harvest_mcp.calls"]
    assert logged[0].endswith("with. HARVEST_MCP_VENDOR_CLIENT_ID or its secret is wrong.")
