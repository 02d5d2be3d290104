"""What the environment says of the way to an account: taken, or named before anything is sent, and never a crash."""

from importlib.util import find_spec
from pathlib import Path

import httpx
import mcp
import mcp_types as types
import pytest
from anyio.to_thread import run_sync

from harvest_mcp import server
from harvest_mcp.commands import doctor
from harvest_mcp.config import settings
from harvest_mcp.errors import SettingsError, Unreachable
from harvest_mcp.gateway import environment
from harvest_mcp.gateway.client import Gateway

from .line import READ, account, http, reaching, serving
from .test_tls import certificate

pytestmark = pytest.mark.anyio

URL = "https://suprcorp.harvestapp.com"
NO_PROXY_ADDRESS = (
    "{} is not the address of a proxy. Set it to one, for example http://proxy.example:3128, or unset it."
)
NO_KIND = (
    "{} names a proxy of a kind that is not known; http, https, socks5, socks5h are. "
    "Set it to the proxy's address, for example http://proxy.example:3128, or unset it."
)
NO_SOCKS = (
    "{0} names a SOCKS proxy, and the package for those is not installed. Install this package's extra, "
    "`pip install '.[socks]'` in its clone, or unset {0}, or set NO_PROXY=suprcorp.harvestapp.com."
)
UNSET = "Set {0} to your company's certificate, or unset it: then the usual authorities are trusted."
WRONG = {
    "HTTPS_PROXY=::::": NO_PROXY_ADDRESS,
    "HTTPS_PROXY=http://a:99999": NO_PROXY_ADDRESS,
    "HTTPS_PROXY=http://": NO_PROXY_ADDRESS,
    "HTTPS_PROXY=http://a..b:80": NO_PROXY_ADDRESS,
    "https_proxy=http://me:se cret@a.example": NO_PROXY_ADDRESS,
    "HTTPS_PROXY=${PROXY}": NO_PROXY_ADDRESS,
    "HTTPS_PROXY=http://[::1": NO_PROXY_ADDRESS,
    "ALL_PROXY=ftp://a.example": NO_KIND,
    "all_proxy=socks://127.0.0.1:1080/": NO_KIND,
    "SSL_CERT_FILE=/nowhere/ca.pem": f"{{0}} names a file that is not there. {UNSET}",
    "SSL_CERT_DIR=/nowhere:/at/all": f"{{0}} names a folder that is not there. {UNSET}",
}


@pytest.fixture(autouse=True)
def no_trust_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("setting", WRONG)
def test_what_cannot_be_used_is_named_before_anything_is_sent(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as named:
        environment.check(URL)
    assert str(named.value) == WRONG[setting].format(name)
    assert "se cret" not in str(named.value)


@pytest.mark.skipif(find_spec("socksio") is not None, reason="the extra is installed")
@pytest.mark.parametrize("setting", ["ALL_PROXY=socks5://127.0.0.1:9", "https_proxy=socks5h://a.example"])
def test_a_socks_proxy_without_its_package_is_named_with_the_extra(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as named:
        Gateway(account(URL), version="0")
    assert str(named.value) == NO_SOCKS.format(name)
    monkeypatch.setenv("NO_PROXY", "suprcorp.harvestapp.com")
    assert environment.check(URL) is None


@pytest.mark.parametrize(
    ("value", "url", "shown"),
    [
        ("proxy.example:3128", "http://proxy.example:3128", "proxy.example:3128"),
        (' "http://proxy.example" ', "http://proxy.example", "proxy.example:80"),
        ("https://me:pass@[::1]/", "https://me:pass@[::1]/", "::1:443"),
    ],
)
def test_a_proxy_is_taken_as_it_is_meant_and_shown_without_a_password(
    value: str, url: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    found = environment.check(URL)
    assert found is not None
    assert (found.url, found.shown, found.variable) == (url, shown, "HTTPS_PROXY")
    assert environment.check("http://127.0.0.1:8101") is None


async def test_a_dead_proxy_is_named_where_a_call_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with reaching(URL) as gateway:
        with pytest.raises(Unreachable) as failure:
            await gateway(READ)
    assert str(failure.value) == (
        "suprcorp.harvestapp.com cannot be reached. The way there goes through the proxy at 127.0.0.1:9 (HTTPS_PROXY). "
        "Check HTTPS_PROXY and NO_PROXY in the environment."
    )


def signed_in(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    given = {"HARVEST_URL": URL, "HARVEST_EMAIL": "a@b.example", "HARVEST_PASSWORD": "x", **variables}
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("SSL_CERT_FILE", f"SSL_CERT_FILE names a file that holds no certificate.{{}} {UNSET.format('SSL_CERT_FILE')}"),
        ("SSLKEYLOGFILE", "SSLKEYLOGFILE names a file that cannot be written.{} Name another, or unset it."),
    ],
)
async def test_what_a_variable_of_tls_breaks_is_answered_with_its_name(
    name: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("Dear Jane")
    signed_in(monkeypatch, **{name: str(file if name == "SSL_CERT_FILE" else tmp_path)})
    monkeypatch.setattr(httpx, "create_ssl_context", httpx._config.create_ssl_context)
    desk = server.open_desk(settings.read({}))
    server.check_way(desk)
    async with mcp.Client(server.build(settings.read({}), desk)) as client:
        for tool, untouched in (("list_clients", ""), ("create_client", " Nothing was created.")):
            (content,) = (await client.call_tool(tool, {"name": "x"} if untouched else {})).content
            assert isinstance(content, types.TextContent)
            assert content.text == sentence.format(untouched)
    await desk.aclose()


WHO = (Path(__file__).parents[1] / "samples" / "account" / "late-who-am-i.xml").read_bytes()


def examined() -> dict[str, tuple[str, str]]:
    return {check.name: (check.state, check.says) for check in doctor.examine({}).checks}


async def test_the_doctor_minds_no_tls_that_ends_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path)
    signed_in(monkeypatch, SSL_CERT_FILE=str(file))
    monkeypatch.setattr(httpx, "create_ssl_context", httpx._config.create_ssl_context)
    async with serving(http(200, WHO), tls=context) as served:
        monkeypatch.setenv("HARVEST_URL", served.url)
        found = await run_sync(examined)
    assert found["TLS"] == ("ok", "TLSv1.3, certificate trusted")
    assert found["credentials"][0] == "ok"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "SSL_CERT_FILE"])
async def test_the_doctor_names_what_the_calls_would_meet(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, **{name: "/nowhere"})
    report = await run_sync(doctor.examine, {})
    assert not report.healthy
    ((state, says, fix),) = [(each.state, each.says, each.fix) for each in report.checks if each.name == "network"]
    assert state == "failed"
    assert says.startswith(name)
    assert "unset it" in fix


async def test_the_doctor_looks_at_certificates_before_it_looks_for_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("Dear Jane")
    signed_in(monkeypatch, HARVEST_URL="https://127.0.0.1:9", SSL_CERT_FILE=str(file))
    monkeypatch.setattr(httpx, "create_ssl_context", httpx._config.create_ssl_context)
    found = await run_sync(examined)
    assert found["network"] == ("failed", "SSL_CERT_FILE names a file that holds no certificate.")
    assert "address" not in found


async def test_the_doctor_tries_a_proxy_and_says_what_came_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, HTTPS_PROXY="http://127.0.0.1:9")
    through = "through the proxy at 127.0.0.1:9 (HTTPS_PROXY)"
    found = await run_sync(examined)
    assert found["address"] == ("note", f"suprcorp.harvestapp.com is reached {through}")
    assert found["connection"] == ("failed", "suprcorp.harvestapp.com cannot be reached.")


async def test_the_doctor_points_to_quotes_around_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(http(401)) as served:
        signed_in(monkeypatch, HARVEST_URL=served.url, HARVEST_PASSWORD='"x"')
        report = await run_sync(doctor.examine, {})
    (fix,) = [each.fix for each in report.checks if each.name == "credentials"]
    assert fix.endswith("HARVEST_PASSWORD has quotes or blanks around it, which are sent as part of it.")
