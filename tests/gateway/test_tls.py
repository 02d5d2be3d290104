"""TLS is verified, and what is wrong with it is told in our words."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harvest_mcp.errors import Unreachable
from harvest_mcp.gateway.client import Gateway
from harvest_mcp.gateway.transport import context_of
from harvest_mcp.sandbox import Sandbox, running
from harvest_mcp.spec.exchange import Method

from .line import CLIENTS, OK, READ, REQUESTS, account, reaching, serving

pytestmark = pytest.mark.anyio
NOISE = ("[SSL", "_ssl.c", "CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION", "Error", "http", "O=Secret Cellar")


def certificate(folder: Path, *, name: str = "127.0.0.1", days: int = 1) -> tuple[Path, ssl.SSLContext]:
    """A certificate that vouches for itself, and a server's context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Secret Cellar")])
    now = datetime.now(UTC)
    other = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([other]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context


@pytest.fixture
def fresh_tls(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """TLS set up anew, with what the environment trusts."""
    with monkeypatch.context() as patch:
        patch.setattr(httpx, "create_ssl_context", httpx._config.create_ssl_context)
        yield


async def told(url: str, method: Method = "GET") -> str:
    async with reaching(url) as gateway:
        with pytest.raises(Unreachable) as failure:
            await gateway(REQUESTS[method])
    return str(failure.value).replace(gateway.account.host, "HOST")


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(
    method: Method, tmp_path: Path
) -> None:
    _, context = certificate(tmp_path)
    async with serving(OK, tls=context) as served:
        words = await told(served.url, method)
    assert served.requests == []
    assert words == (
        "HOST cannot be reached: its TLS certificate is not trusted (self-signed certificate). "
        "Check the address and your network with `harvest-mcp doctor`."
    )
    assert not any(noise in words for noise in NOISE)


@pytest.mark.usefixtures("fresh_tls")
async def test_a_certificate_of_an_authority_named_in_the_environment_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with serving(OK, tls=context) as served, reaching(served.url) as gateway:
        assert (await gateway(READ)).body == CLIENTS
        assert (await gateway(REQUESTS["POST"])).status == 200
    assert len(served.requests) == 2


@pytest.mark.usefixtures("fresh_tls")
async def test_a_certificate_for_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certificate(tmp_path, name="other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with serving(OK, tls=context) as served:
        words = await told(served.url)
    assert served.requests == []
    assert words.startswith("HOST cannot be reached: its TLS certificate is not trusted (IP address mismatch")
    assert "other.example" not in words
    assert not any(noise in words for noise in NOISE)


@pytest.mark.usefixtures("fresh_tls")
async def test_a_certificate_out_of_date_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, context = certificate(tmp_path, days=-1)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with serving(OK, tls=context) as served:
        words = await told(served.url)
    assert served.requests == []
    assert "(certificate has expired)" in words


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_server_without_tls_behind_an_https_address_gets_nothing(method: Method, sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        words = await told(url.replace("http://", "https://"), method)
    assert sandbox.seen == []
    assert words.startswith("HOST cannot be reached: it does not speak TLS as expected. Check the address")
    assert not any(noise in words for noise in NOISE)


@pytest.mark.parametrize("given", [False, True])
async def test_tls_is_set_up_once_and_only_without_a_transport_given(
    given: bool, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, context = list[ssl.SSLContext](), httpx.create_ssl_context()

    def counted() -> ssl.SSLContext:
        made.append(context)
        return context

    monkeypatch.setattr(httpx, "create_ssl_context", counted)
    context_of.cache_clear()
    transport = httpx.ASGITransport(sandbox) if given else None
    for _ in range(2):
        await Gateway(account("https://suprcorp.harvestapp.com"), version="0", transport=transport).aclose()
    assert made == ([] if given else [context])
