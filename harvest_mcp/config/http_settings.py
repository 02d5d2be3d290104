"""Settings for serving over HTTP, besides those of the account: read once, from flags and variables."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import ValidationError, field_validator
from pydantic_settings import NoDecode

from harvest_mcp.config.page_settings import PageSettings, pages_consistent, setting
from harvest_mcp.config.spellings import bare, is_host
from harvest_mcp.errors import SettingsError

Names = Annotated[tuple[str, ...], NoDecode]
MOST_WORKERS = 64
LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/@]+):(\d{1,5})", re.ASCII)
ALLOWED = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/@]+)(:(\d{1,5}|\*))?", re.ASCII)
PORTS = {"https": 443, "http": 80}
"""Default ports, which a URL leaves out."""
PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?", re.ASCII)


class HttpSettings(PageSettings):
    """Settings for incoming requests, and for the pages."""

    http: str = setting("HTTP", "serve over HTTP at this host and port, instead of stdin", example="127.0.0.1:8100")
    public_url: str | None = setting(
        "PUBLIC_URL", "the address people reach this server at, without /mcp", example="https://mcp.example/harvest"
    )
    allowed_hosts: Names = setting(
        "ALLOWED_HOSTS", "further host names to answer to, with their ports", example="mcp.example", default=()
    )
    allowed_origins: Names = setting(
        "ALLOWED_ORIGINS", "web pages whose scripts may call", example="https://inspector.example", default=()
    )
    trusted_proxies: Names = setting(
        "TRUSTED_PROXIES", "addresses whose X-Forwarded-For and -Proto count", example="10.0.0.0/8", default=()
    )
    root_path: str = setting("ROOT_PATH", "path that a proxy in front takes off", example="/harvest", default="")
    workers: int = setting(
        "WORKERS", "processes to serve with; more than one needs PostgreSQL as state", example="2", default=1
    )
    auth: Literal["oidc", "none"] = setting(
        "AUTH", "oidc: people sign in at --issuer; none: nobody signs in, on this machine only", example="none",
        default="oidc",
    )  # fmt: skip
    issuer: str | None = setting(
        "ISSUER", "the OpenID provider whose tokens count, exactly as it names itself", example="https://id.example"
    )
    audiences: Names = setting(
        "AUDIENCES", "whom a token must be for; this server's address with /mcp unless given", example="api://harvest",
        default=(),
    )  # fmt: skip
    account: Literal["shared", "own"] | None = setting(
        "ACCOUNT", "shared: all who sign in work in the one account of the settings; own: each connects theirs",
        example="shared",
    )  # fmt: skip
    drain_seconds: int = setting(
        "DRAIN_SECONDS", "seconds between not ready and closed when told to stop, 0 to 300", example="10", default=5
    )

    metrics: str | None = setting(
        "METRICS", "tell counters at this host and port, to this machine or inside", example="127.0.0.1:9100"
    )

    @field_validator("allowed_hosts", "allowed_origins", "trusted_proxies", "audiences", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, re.split(r"[,\s]+", value))) if isinstance(value, str) else value

    @field_validator("auth", "account", mode="before")
    @classmethod
    def _cased(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return bare(value) if isinstance(value, str) else value

    @field_validator("workers", "drain_seconds")
    @classmethod
    def _bounded(cls, value: int, info: Any) -> int:
        least, most = {"workers": (1, MOST_WORKERS), "drain_seconds": (0, 300)}[info.field_name]
        if not least <= value <= most:
            raise ValueError("out of bounds")
        return value

    @property
    def listen(self) -> tuple[str, int]:
        """The host and port to listen at."""
        return place(self.http)


def place(text: str) -> tuple[str, int]:
    """Return host and port of a validated text."""
    host, port = LISTEN.fullmatch(text).groups()  # type: ignore[union-attr]  # checked when read
    return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True)
class Reach:
    """The host names a server accepts, and the addresses it announces."""

    url: str
    """Its own URL, with `/mcp`: the audience of tokens."""
    hosts: tuple[str, ...]
    origins: tuple[str, ...]


def reach(settings: HttpSettings, port: int) -> Reach:
    """Return the names of a server that listens at this port."""
    host, _ = settings.listen
    local = [f"{each}:{port}" for each in ("127.0.0.1", "localhost", "[::1]")] if is_loopback(host) else []
    base = (settings.public_url or f"http://{_written(host)}:{port}").rstrip("/")
    own = urlsplit(base)
    hosts = dict.fromkeys([own.netloc, *local, *settings.allowed_hosts])
    origins = dict.fromkeys([f"{own.scheme}://{own.netloc}", *(f"http://{each}" for each in local)])
    return Reach(f"{base}/mcp", tuple(hosts), (*origins, *settings.allowed_origins))


def is_loopback(host: str) -> bool:
    """Return whether a host is reached from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read(flags: Mapping[str, object]) -> HttpSettings:
    """Return the HTTP settings from flags, environment and files.

    Raises:
        SettingsError: a value is wrong or contradicts another; it names the flag to give.
    """
    fields = HttpSettings.model_fields
    given: dict[str, Any] = {
        str(fields[name].validation_alias): value for name, value in flags.items() if value not in (None, (), False)
    }
    try:
        found = HttpSettings(**given)
    except ValidationError as error:
        variable = str(error.errors(include_input=False)[0]["loc"][0])
    else:
        _consistent(found)
        return found
    field = next(each for each in HttpSettings.model_fields.values() if each.validation_alias == variable)
    meaning = f"{str(field.description)[0].upper()}{str(field.description)[1:]}"
    raise SettingsError(
        f"{variable} has a value that does not fit.",
        next=f"{meaning}; for example {variable}={(field.examples or [''])[0]}.",
    )


def _consistent(settings: HttpSettings) -> None:
    for flag, text, example in (("--http", settings.http, "8100"), ("--metrics", settings.metrics, "9100")):
        match = LISTEN.fullmatch(text) if text is not None else None
        if text is not None and (match is None or int(match[2]) > 65535 or not is_host(match[1].strip("[]"))):
            raise SettingsError(f"{flag} takes HOST:PORT; for example {flag} 127.0.0.1:{example}.")
    _names(settings)
    _inner(settings)
    host, _ = settings.listen
    if not is_loopback(host) and not (settings.public_url or settings.allowed_hosts):
        raise SettingsError(
            f"--http {settings.http} is reached from other machines, and this server answers only to names it is told.",
            next="Give the address people use: --public-url https://mcp.example.",
        )
    if settings.auth == "none":
        _nobody_else(settings, host)
    elif not settings.issuer:
        raise SettingsError(
            "Over HTTP people sign in, and no OpenID provider is named.",
            next="Name one: --issuer https://id.example; or serve this machine only, without: --auth none.",
        )
    elif settings.account is None:
        raise SettingsError(
            "All who sign in would work in the one account of the settings, with its rights.",
            next="If that is meant, say so: --account shared. Or let each connect their own: --account own.",
        )
    elif not is_loopback(host) and not settings.public_url:
        raise SettingsError(
            "A token is for one server, which has to know its own address.",
            next="Give --public-url https://mcp.example.",
        )
    pages_consistent(settings, signs_in=settings.auth != "none", own=settings.account == "own")


def _inner(settings: HttpSettings) -> None:
    """Check that counters are served only to this machine or its own network."""
    if settings.metrics is None:
        return
    host, port = place(settings.metrics)
    try:
        outside = ipaddress.ip_address(host).is_global
    except ValueError:
        outside = not is_loopback(host)
    if outside or (port and port == settings.listen[1]):
        raise SettingsError(
            f"--metrics {settings.metrics} would tell the counters to everybody who reaches this server.",
            next="Give an address of this machine or of its own network, with a port of its own: --metrics"
            " 127.0.0.1:9100.",
        )


def _names(settings: HttpSettings) -> None:
    """Check that every host name is written as requests have it."""
    for flag, url in (("--public-url", settings.public_url), ("--issuer", settings.issuer)):
        if url:
            _address(flag, url, path=settings.public_url == url)
    for each in settings.allowed_hosts:
        if (found := ALLOWED.fullmatch(each)) is None or not _parts(f"//{found[1]}"):
            raise SettingsError(f"--allowed-hosts names {each!r}, which is no host; for example mcp.example:8443.")
    for each in settings.allowed_origins:
        parts = _parts(each)
        if not parts or parts.scheme not in PORTS or each != f"{parts.scheme}://{_requested(parts)}":
            raise SettingsError(f"--allowed-origins names {each!r}; an origin is https://inspector.example, no more.")
    for each in settings.trusted_proxies:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            raise SettingsError(f"--trusted-proxies names {each!r}; it takes addresses such as 10.0.0.0/8.") from None
    if PATH.fullmatch(settings.root_path) is None:
        raise SettingsError("--root-path takes a path; for example /harvest.")


def _address(flag: str, url: str, *, path: bool) -> None:
    parts = _parts(url)
    plain = parts and parts.scheme == "http" and is_loopback(parts.hostname or "")
    clean = parts and not (parts.query or parts.fragment or parts.username) and url.isprintable() and " " not in url
    if not parts or not (parts.scheme == "https" or plain) or not clean:
        raise SettingsError(f"{flag} must be an https:// address; for example {flag} https://mcp.example.")
    if path and (PATH.fullmatch(parts.path) is None or parts.path.rstrip("/").endswith("/mcp")):
        raise SettingsError(f"{flag} is the address without /mcp; for example {flag} https://mcp.example/harvest.")
    if path and parts.netloc != (host := _requested(parts)):
        sent = f"{parts.scheme}://{host}{parts.path}"
        raise SettingsError(f"{flag} is the address as requests have it; for example {flag} {sent}.")


def _parts(url: str) -> SplitResult | None:
    """Return the parts of a URL, None if its host or port is invalid."""
    try:
        parts = urlsplit(url)
        return parts if is_host(parts.hostname or "") and parts.port != 0 else None
    except ValueError:
        return None


def _requested(parts: SplitResult) -> str:
    """Return host and port as clients write them: lower-case ASCII, without a default port."""
    host = parts.hostname or ""
    if not host.isascii():
        import idna  # noqa: PLC0415 - for few

        host = idna.encode(idna.decode(host)).decode()
    usual = parts.port in (None, PORTS.get(parts.scheme))
    return _written(host) if usual else f"{_written(host)}:{parts.port}"


def _nobody_else(settings: HttpSettings, host: str) -> None:
    """Check that only this machine can call if nobody signs in."""
    addresses = (settings.public_url or "", *(f"//{each}" for each in settings.allowed_hosts))
    names = [host, *filter(None, (urlsplit(each).hostname for each in addresses))]
    if settings.issuer or settings.trusted_proxies or not all(map(is_loopback, names)):
        raise SettingsError(
            "--auth none would let everybody in who reaches this server, so it takes this machine only.",
            next="Let people sign in: --issuer https://id.example; or serve at 127.0.0.1 under no other name.",
        )


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
