"""A client that knows nothing but the address signs in by itself, and asks for more rights when a call needs them."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, urlsplit

import httpx2
import mcp
import mcp_types as types
import pytest
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from harvest_mcp.sandbox import Sandbox
from tests.conftest import Era
from tests.http.kit import hosted
from tests.http.provider import Provider
from tests.patience import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.eras]


class Memory:
    """What a client keeps."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


Browser = Callable[[str], Awaitable[None]]
CalledBack = Callable[[], Awaitable[AuthorizationCodeResult]]


def signing_in(url: str, browser: Browser | None = None, called_back: CalledBack | None = None) -> OAuthClientProvider:
    """A client whose user agrees to everything at once, unless a browser is given and what it comes back with."""
    back: list[str] = []

    async def agreeing(address: str) -> None:
        async with httpx2.AsyncClient(timeout=PATIENCE) as client:
            back.append((await client.get(address)).headers["location"])

    async def agreed() -> AuthorizationCodeResult:
        told = {name: values[0] for name, values in parse_qs(urlsplit(back.pop()).query).items()}
        return AuthorizationCodeResult(code=told["code"], state=told["state"], iss=told["iss"])

    described = OAuthClientMetadata(client_name="test", redirect_uris=[AnyUrl("http://127.0.0.1:1/callback")])
    return OAuthClientProvider(url, described, Memory(), browser or agreeing, called_back or agreed)


@pytest.mark.parametrize("path", ["", "/x/crm"])
async def test_an_address_is_all_a_client_needs(sandbox: Sandbox, provider: Provider, era: Era, path: str) -> None:
    way = {"http": "127.0.0.1:0", "issuer": provider.issuer, "account": "shared"}
    async with hosted(sandbox, way) as host:
        url = f"{host.url}{path}"
        async with (
            httpx2.AsyncClient(auth=signing_in(url), timeout=PATIENCE) as http,
            mcp.Client(streamable_http_client(url, http_client=http), mode=era) as client,
        ):
            read = await client.call_tool("get_contact", {"contact_id": 9})
            assert not read.is_error
            assert provider.granted == ["harvest:read"]
            written = await client.call_tool("update_contact", {"contact_id": 9, "title": "CEO"})
    (content,) = written.content
    assert isinstance(content, types.TextContent)
    assert content.text.startswith("Updated contact ")
    assert [set(each.split()) for each in provider.granted] == [{"harvest:read"}, {"harvest:read", "harvest:write"}]
