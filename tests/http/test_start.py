"""What stops the start, before anything listens; and which names a server takes for its own."""

from pathlib import Path

import pytest

from harvest_mcp.commands import http
from harvest_mcp.config import http_names, http_settings, settings
from harvest_mcp.config.http_settings import HttpSettings, reach
from harvest_mcp.errors import SettingsError
from tests.holds import holds_for

ISSUER = {"issuer": "https://id.example"}
SHARED = {**ISSUER, "account": "shared"}
FAR = {"http": "0.0.0.0:8100"}

REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no port": (
        {"http": "127.0.0.1"},
        "--http takes HOST:PORT; for example --http 127.0.0.1:8100.",
    ),
    "a port that is none": (
        {"http": "127.0.0.1:70000"},
        "--http takes HOST:PORT; for example --http 127.0.0.1:8100.",
    ),
    "reached from elsewhere, without a name": (
        {**FAR, **SHARED},
        "--http 0.0.0.0:8100 is reached from other machines, and this server answers only to names it is told."
        " Give the address people use: --public-url https://mcp.example.",
    ),
    "nobody who lets in": (
        {"http": "127.0.0.1:8100"},
        "Over HTTP people sign in, and no OpenID provider is named. Name one: --issuer https://id.example; or serve"
        " this machine only, without: --auth none.",
    ),
    "whose account": (
        {"http": "127.0.0.1:8100", **ISSUER},
        "All who sign in would work in the one account of the settings, with its rights."
        " If that is meant, say so: --account shared. Or let each connect their own: --account own.",
    ),
    "own accounts and no page to connect them": (
        {"http": "127.0.0.1:8100", **ISSUER, "account": "own"},
        "With --account own people connect their accounts on a page, where they sign in as they do in assistants."
        " Register a client at the provider, back at /signed-in, and give its id: --client-id harvest-pages.",
    ),
    "own accounts and no key": (
        {"http": "127.0.0.1:8100", **ISSUER, "account": "own", "client_id": "pages"},
        "With --account own the credentials of people are sealed, and there is no key. Make one:"
        " `echo 2026a:$(openssl rand -base64 32) > vault-keys && chmod 600 vault-keys`, and set"
        " HARVEST_MCP_VAULT_KEYS_FILE=vault-keys. Keep a copy of it elsewhere.",
    ),
    "own accounts of nobody": (
        {"http": "127.0.0.1:8100", "auth": "none", "account": "own"},
        "With --account own everybody works in their own account, and nobody signs in."
        " Name the OpenID provider: --issuer https://id.example.",
    ),
    "a page that nobody signs in to": (
        {"http": "127.0.0.1:8100", "auth": "none", "client_id": "pages"},
        "--client-id is for pages that people sign in to, and nobody signs in. Leave it out.",
    ),
    "half a program": (
        {"http": "127.0.0.1:8100", **SHARED, "vendor_client_id": "app"},
        "HARVEST_MCP_VENDOR_CLIENT_ID and HARVEST_MCP_VENDOR_CLIENT_SECRET go together; one of them is not set.",
    ),
    "a vault for one account": (
        {"http": "127.0.0.1:8100", **SHARED, "vault_keys": "2026a:x"},
        "A vault is set up, and all who sign in work in one account. Say --account own, or unset it.",
    ),
    "a server that does not know its address": (
        {**FAR, **SHARED, "allowed_hosts": "mcp.example"},
        "A token is for one server, which has to know its own address. Give --public-url https://mcp.example.",
    ),
    "an address without TLS": (
        {**FAR, **SHARED, "public_url": "http://mcp.example"},
        "--public-url must be an https:// address; for example --public-url https://mcp.example.",
    ),
    "an address with /mcp": (
        {**FAR, **SHARED, "public_url": "https://mcp.example/mcp"},
        "--public-url is the address without /mcp; for example --public-url https://mcp.example/harvest.",
    ),
    "a provider without TLS": (
        {"http": "127.0.0.1:8100", "account": "shared", "issuer": "http://id.example"},
        "--issuer must be an https:// address; for example --issuer https://mcp.example.",
    ),
    "a host that is none": (
        {"http": "127.0.0.1:8100", "auth": "none", "allowed_hosts": "https://mcp.example"},
        "--allowed-hosts names 'https://mcp.example', which is no host; for example mcp.example:8443.",
    ),
    "an origin with a path": (
        {"http": "127.0.0.1:8100", "auth": "none", "allowed_origins": "https://inspector.example/"},
        "--allowed-origins names 'https://inspector.example/'; an origin is https://inspector.example, no more.",
    ),
    "every proxy": (
        {"http": "127.0.0.1:8100", **SHARED, "trusted_proxies": "*"},
        "--trusted-proxies names '*'; it takes addresses such as 10.0.0.0/8.",
    ),
    "an address that is none": (
        {**FAR, **SHARED, "public_url": "https://[::1"},
        "--public-url must be an https:// address; for example --public-url https://mcp.example.",
    ),
    "a port beyond all": (
        {**FAR, **SHARED, "public_url": "https://mcp.example:99999"},
        "--public-url must be an https:// address; for example --public-url https://mcp.example.",
    ),
    "a provider in brackets": (
        {"http": "127.0.0.1:8100", "account": "shared", "issuer": "https://[x]"},
        "--issuer must be an https:// address; for example --issuer https://mcp.example.",
    ),
    "a port that no request names": (
        {**FAR, **SHARED, "public_url": "https://mcp.example:443/harvest"},
        "--public-url is the address as requests have it; for example --public-url https://mcp.example/harvest.",
    ),
    "capitals that no request has": (
        {**FAR, **SHARED, "public_url": "https://MCP.example"},
        "--public-url is the address as requests have it; for example --public-url https://mcp.example.",
    ),
    "another script than requests have": (
        {**FAR, **SHARED, "public_url": "https://mcp.b\u00fccher.example"},
        "--public-url is the address as requests have it; for example --public-url https://mcp.xn--bcher-kva.example.",
    ),
    "brackets around no address": (
        {"http": "127.0.0.1:8100", "auth": "none", "allowed_hosts": "[:::::]:81"},
        "--allowed-hosts names '[:::::]:81', which is no host; for example mcp.example:8443.",
    ),
    "an origin that is none": (
        {"http": "127.0.0.1:8100", "auth": "none", "allowed_origins": "https://[x"},
        "--allowed-origins names 'https://[x'; an origin is https://inspector.example, no more.",
    ),
    "a host that is no text": (
        {**SHARED, "http": "\udcff:8100", "public_url": "https://mcp.example"},
        "--http takes HOST:PORT; for example --http 127.0.0.1:8100.",
    ),
    "workers beyond reason": (
        {"http": "127.0.0.1:8100", **SHARED, "workers": "1000"},
        "HARVEST_MCP_WORKERS has a value that does not fit. Processes to serve with; more than one needs PostgreSQL as"
        " state; for example HARVEST_MCP_WORKERS=2.",
    ),
}
OPEN = (
    {**FAR, "public_url": "https://mcp.example"},
    {"http": "127.0.0.1:8100", "public_url": "https://mcp.example"},
    {"http": "127.0.0.1:8100", "allowed_hosts": "mcp.example"},
    {"http": "127.0.0.1:8100", "trusted_proxies": "127.0.0.1"},
    {"http": "127.0.0.1:8100", "issuer": "https://id.example"},
)


@holds_for("why", REFUSED)
def test_what_does_not_fit_stops_the_start_with_the_flag_to_give(why: str) -> None:
    flags, says = REFUSED[why]
    with pytest.raises(SettingsError) as refused:
        http_settings.read(flags)
    assert str(refused.value) == says


@holds_for("flags", OPEN)
def test_without_signing_in_only_this_machine_is_served(flags: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        http_settings.read({**flags, "auth": "none"})
    assert str(refused.value).startswith("--auth none would let everybody in who reaches this server")


def test_a_server_answers_to_its_address_and_on_this_machine_to_that() -> None:
    here = http_settings.read({"http": "127.0.0.1:0", "auth": "none"})
    assert reach(here, 8100) == http_settings.Reach(
        "http://127.0.0.1:8100/mcp",
        ("127.0.0.1:8100", "localhost:8100", "[::1]:8100"),
        ("http://127.0.0.1:8100", "http://localhost:8100", "http://[::1]:8100"),
    )
    far = http_settings.read({**FAR, **SHARED, "public_url": "https://mcp.example/harvest/", "allowed_hosts": "a:81"})
    assert reach(far, 8100) == http_settings.Reach(
        "https://mcp.example/harvest/mcp", ("mcp.example", "a:81"), ("https://mcp.example",)
    )


def test_the_environment_says_the_same_as_the_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MCP_HTTP", "127.0.0.1:8100")
    monkeypatch.setenv("HARVEST_MCP_AUTH", "None")
    monkeypatch.setenv("HARVEST_MCP_ALLOWED_ORIGINS", "https://a.example, https://b.example")
    read = http_settings.read({})
    assert (read.auth, read.allowed_origins) == ("none", ("https://a.example", "https://b.example"))
    settings.read({})  # which refuses names that begin so and are nobody's


def test_the_names_that_are_known_are_those_that_are_read() -> None:
    read = {str(field.validation_alias) for field in HttpSettings.model_fields.values()}
    assert set(http_names.HTTP) == read


def test_no_file_of_this_machine_is_read_for_who_signs_in_from_another(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"over HTTP a receipt comes with the call\. Leave it out\."):
        http.serve(
            {"receipt_folders": str(tmp_path)},
            {**FAR, **SHARED, "public_url": "https://mcp.example"},
            lambda _: {},
            embedded=True,
        )


def test_no_folder_of_this_machine_takes_the_files_of_whoever_asks(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"over HTTP a file goes with the answer\. Leave it out\."):
        http.serve(
            {"export_folder": str(tmp_path)}, {"http": "127.0.0.1:0", "auth": "none"}, lambda _: {}, embedded=True
        )
