"""An account and its credentials, and the shape of a call to it; imports nothing heavy."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, Self
from urllib.parse import urlsplit

from harvest_mcp.config.secret import Secret, Words, blotter, secret
from harvest_mcp.spec import System
from harvest_mcp.spec.exchange import Request, Response

Carrier = Literal["query", "header"]
"""Where an access token is sent."""
Waiting = Callable[[float], Awaitable[None]]
"""Called with the seconds left whenever a call has to wait for the call budget."""


async def nobody(seconds: float) -> None:
    """Ignore waits."""


class Send(Protocol):
    """How the layers above make a call."""

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response: ...


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one system: its address, the user, and the credentials, which no repr shows."""

    system: System
    url: str
    principal: str
    headers: tuple[tuple[str, Secret], ...] = field(default=(), repr=False)
    query: tuple[tuple[str, Secret], ...] = field(default=(), repr=False)
    secrets: tuple[Secret, ...] = field(default=(), repr=False)
    most_pages: int = 50
    """The most pages of a list to read for one call."""
    number: str = ""
    """Its number, if several accounts share the address."""
    contact: str = ""
    """A contact for the vendor, an e-mail address or a link, sent with each call."""
    _blot: Words = field(init=False, repr=False, compare=False)
    """Cached, since computing it takes milliseconds."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_blot", blotter(self.secrets))

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def key(self) -> str:
        """The key of its budget, journal and state."""
        return f"{self.system.name}:{self.host}{urlsplit(self.url).path}{self.number and f'#{self.number}'}"

    def blot(self, text: str) -> str:
        """Return a text without the credentials, which error pages may repeat."""
        return self._blot(text)

    @classmethod
    def basic(cls, system: System, url: str, login: str, password: str | Secret) -> Self:
        """Return an account that signs in by HTTP Basic with an e-mail and a password (harvest-v1 3.1)."""
        password = secret(password)
        pair = Secret(base64.b64encode(f"{login}:{password.reveal()}".encode()).decode())
        header = Secret(f"Basic {pair.reveal()}")
        return cls(system, url, login, headers=(("Authorization", header),), secrets=(password, pair))

    @classmethod
    def token(
        cls, system: System, url: str, token: str | Secret, *, carrier: Carrier = "query", number: str = ""
    ) -> Self:
        """Return an account that signs in by an OAuth access token, as query parameter or as header (RFC 6750).

        The token does not tell its user; callers are told apart by part of its hash. `number` is which of the token's
        accounts is meant.
        """
        token = secret(token)
        name = f"token {hashlib.sha256(token.reveal().encode()).hexdigest()[:8]}"
        if carrier == "query":
            return cls(system, url, name, query=(("access_token", token),), secrets=(token,))
        headers = [("Authorization", Secret(f"Bearer {token.reveal()}"))]
        if number:
            headers.append(("Harvest-Account-Id", Secret(number)))
        return cls(system, url, name, headers=tuple(headers), secrets=(token,), number=number)
