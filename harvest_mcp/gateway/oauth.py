"""Ask a token endpoint for tokens (RFC 6749 4.1.3, 6); secrets are sent nowhere else."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

import anyio
import httpx

from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import Malformed, Unavailable, Unreachable
from harvest_mcp.gateway import body
from harvest_mcp.gateway.environment import proxy_for
from harvest_mcp.gateway.transport import trust
from harvest_mcp.wire.json import codec

PATIENCE = 8.0
"""The timeout of an endpoint in seconds; shorter than other processes wait for a renewal."""
LARGEST = 256 * 1024
REFUSALS = (400, 401)
"""Statuses of a refusal (RFC 6749 5.2); any other comes from something in front of the endpoint."""
ERRORS = ("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type")
"""Error codes of a refusal (RFC 6749 5.2); others are not quoted."""


class TokenRefused(Exception):
    """The endpoint issues no token; `error` is its error code, if a standard one."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """A registered client; `basic`: its secret is sent in a header, else in the form."""

    endpoint: str
    id: str
    secret: Secret | None = None
    basic: bool = False
    agent: str = "harvest-mcp"


async def tokens(client: OAuthClient, **form: str) -> Mapping[str, Any]:
    """Return the endpoint's response.

    Raises:
        TokenRefused: it refuses.
        CallFailed: it does not answer as a token endpoint.
    """
    host = urlsplit(client.endpoint).netloc
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": client.agent}
    if client.secret and client.basic:  # both parts are encoded first (RFC 6749 2.3.1)
        pair = f"{quote_plus(client.id)}:{quote_plus(client.secret.reveal())}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form = {**form, "client_id": client.id}
        if client.secret:
            form["client_secret"] = client.secret.reveal()
    try:
        with anyio.fail_after(PATIENCE):
            status, read = await _posted(client.endpoint, form, headers)
    except (TimeoutError, httpx.TransportError, httpx.InvalidURL, OSError):
        raise Unreachable(f"{host} cannot be reached.", next="Try again in a minute.") from None
    if status not in (200, *REFUSALS):
        raise Unavailable(f"{host} failed to answer ({status}).", next="Try again in a minute.")
    told = codec.read(read)
    if not isinstance(told, dict):
        raise Malformed("unexpected-root")
    if status in REFUSALS:
        error = told.get("error")
        raise TokenRefused(error if isinstance(error, str) and error in ERRORS else "")
    return told


async def _posted(endpoint: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, bytes]:
    proxy = proxy_for(endpoint)
    async with httpx.AsyncClient(
        headers=headers,
        timeout=PATIENCE,
        verify=trust(),
        proxy=proxy.url if proxy else None,
        trust_env=False,
        follow_redirects=False,
    ) as http:
        sent = http.build_request("POST", endpoint, data=form)
        answer = await http.send(sent, stream=True)
        try:
            return answer.status_code, await body.read(answer, most=LARGEST)
        finally:
            await answer.aclose()


def proof() -> tuple[str, str]:
    """Return a new PKCE verifier and its challenge (RFC 7636, S256)."""
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def text_of(told: Mapping[str, Any], name: str) -> str:
    """Return a text that a response must contain.

    Raises:
        Malformed: it does not.
    """
    found = told.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= LARGEST or not found.isprintable():
        raise Malformed(f"value-of-{name}")
    return found
