"""The address and credentials of an account: what must be set for each system, and whether it can be sent."""

import re
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from harvest_mcp.config.secret import Secret
from harvest_mcp.config.spellings import is_host
from harvest_mcp.errors import SettingsError
from harvest_mcp.integrations import Variables

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PAGES = 50
"""The default number of pages of a list that one call reads."""


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What is set of one system's account, perhaps incomplete; `login` is the command that stores a password."""

    way: Variables
    address: str | None
    user: str | None
    password: Secret | None
    token: Secret | None = None
    max_pages: int = PAGES
    login: str = ""
    number: str = ""

    @property
    def where(self) -> str:
        """Return the address, or the default one."""
        return self.address or self.way.usual

    @property
    def whose(self) -> str:
        """Return what tells it from other accounts at the address: the user, or its number."""
        return self.user or self.number

    @property
    def names(self) -> dict[str, str]:
        """Return the variables that identify the account, without secrets."""
        way = self.way
        if way.user:
            return {way.address: self.address or way.example, way.user: self.user or "you@example.com"}
        elsewhere = {way.address: self.address} if self.address and self.address != way.usual else {}
        return {**elsewhere, way.number: self.number or "123456"}

    @property
    def begun(self) -> bool:
        """Whether anything of it is set."""
        return any((self.address, self.user, self.password, self.token, self.number))

    def check(self) -> None:
        """Check that what is set can be an address, and can be sent.

        Raises:
            SettingsError: naming the variable, with an example.
        """
        way = self.way
        if self.address:
            _fit(way, self.address)
        for variable, value in ((way.user, self.user), (way.password, self.password), (way.token, self.token)):
            text = value.reveal() if isinstance(value, Secret) else value
            if variable and text and not text.isprintable():
                raise SettingsError(f"{variable} holds a line break or another control character; set it without.")
        if self.user and ":" in self.user:
            raise SettingsError(
                f"{way.user} holds a colon, which HTTP Basic cannot carry; for example you@example.com."
            )

    def complete(self) -> "SigningIn":
        """Return it with an address and credentials; a missing password is looked up in the keyring.

        Raises:
            SettingsError: naming what is missing, with an example.
        """
        way = self.way
        if way.usual:
            return self._by_token(way)
        if not self.begun and way.instead:
            raise SettingsError(f"{way.instead}, or start with --sandbox to try without an account.")
        if not self.address:
            raise SettingsError(
                f"{way.address} is not set; for example {way.address}={way.example},"
                " or start with --sandbox to try without an account."
            )
        if self.token or (self.user and self.password):
            return self
        if not self.user:
            raise SettingsError(f"{way.user} is not set; for example {way.user}=you@example.com.")
        from harvest_mcp.config import keyring_store  # noqa: PLC0415 - only for a password that is missing

        if kept := keyring_store.find(self.address, self.user, "password"):
            return replace(self, password=kept)
        if way.token and (kept := keyring_store.find(self.address, self.user, "token")):
            return replace(self, token=kept)
        raise SettingsError(
            f"{way.password} is not set; for example {way.password}_FILE=~/.{way.file},"
            f" or keep it in the keyring with `{self.login}`."
        )

    def _by_token(self, way: Variables) -> "SigningIn":
        """Return it with the default address unless another is set, and a token, perhaps from the keyring."""
        whole = replace(self, address=self.address or way.usual)
        if self.token:
            return whole
        from harvest_mcp.config import keyring_store  # noqa: PLC0415 - only for a token that is missing

        if kept := keyring_store.find(whole.address or "", self.number, "token"):
            return replace(whole, token=kept)
        raise SettingsError(
            f"{way.token} is not set; for example {way.token}_FILE=~/.{way.token_file},"
            f" or keep it in the keyring with `{self.login}`.",
            next=f"Tokens are made at {way.made}." if way.made else "",
        )


def _fit(way: Variables, url: str) -> SplitResult:
    """Return the parts of an address to which credentials may be sent."""
    example = f"for example {way.address}={way.example}."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"{way.address} is not an address; {example}") from None
    if parts.username is not None or parts.password is not None:
        raise SettingsError(f"{way.address} holds credentials; set {way.user} and {way.password} instead.")
    if parts.scheme not in ("http", "https") or not is_host(host or "") or re.search(r"[\s\\]", url):
        raise SettingsError(f"{way.address} is not an address; {example}")
    if parts.query or parts.fragment or re.fullmatch(way.path, parts.path, re.ASCII) is None:
        raise SettingsError(f"{way.address} {way.more}; {example}")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise SettingsError(f"{way.address} must start with https:// unless it is this machine; {example}")
    return parts
