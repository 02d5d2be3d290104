"""Check proxies and TLS certificates named in the environment before anything is sent."""

import os
import ssl
import urllib.request
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from harvest_mcp.config.spellings import bare, is_host, unfilled
from harvest_mcp.errors import SettingsError

PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
EXAMPLE = "for example http://proxy.example:3128"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and the variable that names it; `url` may have a password, `shown` never does."""

    url: str
    variable: str

    @property
    def shown(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"

    @property
    def through(self) -> str:
        """The addition to a sentence about a failure."""
        return f" through the proxy at {self.shown} ({self.variable})"


def check(url: str) -> Proxy | None:
    """Return the proxy used for an address, if any; nothing is opened.

    Raises:
        SettingsError: a variable names a proxy or certificates that cannot be used.
    """
    _certificates()
    return proxy_for(url)


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy the environment names for an address, never with credentials from `.netrc`.

    Raises:
        SettingsError: it is no valid proxy, or needs a package that is not installed.
    """
    home, named = urlsplit(url), urllib.request.getproxies()
    scheme = next((each for each in (home.scheme, "all") if named.get(each)), None)
    if scheme is None or urllib.request.proxy_bypass(home.hostname or ""):
        return None
    variable, text = _variable(scheme), bare(named[scheme])
    proxy = Proxy(_whole(text, variable), variable)
    if urlsplit(proxy.url).scheme.startswith("socks") and find_spec("socksio") is None:
        raise SettingsError(
            f"{variable} names a SOCKS proxy, and the package for those is not installed.",
            next=f"Install this package's extra, `pip install '.[socks]'` in its clone, or unset {variable},"
            f" or set NO_PROXY={home.hostname}.",
        )
    return proxy


def _whole(text: str, variable: str) -> str:
    """Return a proxy's URL with its scheme, and with its port where the scheme has no usual one.

    Raises:
        SettingsError: it is not valid; as it may contain a password, it is not repeated.
    """
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        host, port, scheme = parts.hostname or "", parts.port, parts.scheme
    except ValueError:
        host, port, scheme = "", None, "http"
    if scheme not in PORTS:
        raise SettingsError(
            f"{variable} names a proxy of a kind that is not known; {', '.join(PORTS)} are.",
            next=f"Set it to the proxy's address, {EXAMPLE}, or unset it.",
        )
    if not is_host(host) or not url.isprintable() or " " in url or unfilled(text):
        raise SettingsError(
            f"{variable} is not the address of a proxy.", next=f"Set it to one, {EXAMPLE}, or unset it."
        )
    if port is None and scheme.startswith("socks"):
        return f"{scheme}://{parts.netloc}:{PORTS[scheme]}"
    return url


def _variable(scheme: str) -> str:
    """Return the variable that names the proxy, or the system's own settings."""
    name = f"{scheme}_proxy"
    return next((each for each in (name, name.upper()) if os.environ.get(each)), "the proxy of this system's settings")


def _certificates() -> None:
    """Check that the files named by TLS variables exist.

    Raises:
        SettingsError: naming the variable.
    """
    if (file := os.environ.get("SSL_CERT_FILE")) and not os.path.isfile(file):
        raise SettingsError("SSL_CERT_FILE names a file that is not there.", next=UNSET.format("SSL_CERT_FILE"))
    folders = os.environ.get("SSL_CERT_DIR", "").split(os.pathsep)
    if not file and any(folders) and not any(map(os.path.isdir, folders)):
        raise SettingsError("SSL_CERT_DIR names a folder that is not there.", next=UNSET.format("SSL_CERT_DIR"))


def untrusted(error: OSError) -> SettingsError:
    """Return why the TLS context could not be created, naming the variable."""
    if file := os.environ.get("SSL_CERT_FILE"):
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        except OSError:
            why = "cannot be read" if isinstance(error, PermissionError) else "holds no certificate"
            return SettingsError(f"SSL_CERT_FILE names a file that {why}.", next=UNSET.format("SSL_CERT_FILE"))
    if os.environ.get("SSLKEYLOGFILE"):
        return SettingsError("SSLKEYLOGFILE names a file that cannot be written.", next="Name another, or unset it.")
    return SettingsError(
        "TLS cannot be set up on this machine.", next="Check OpenSSL's settings, such as OPENSSL_CONF."
    )


UNSET = "Set {} to your company's certificate, or unset it: then the usual authorities are trusted."
