"""The public keys of an OpenID provider: discovered, fetched off the event loop, kept, and refreshed."""

import asyncio
import http.client
import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from jwt import PyJWK, PyJWKSet, PyJWTError

from harvest_mcp.config.http_settings import is_loopback

log = logging.getLogger("harvest_mcp.signin")

FRESH, KEPT = 300.0, 3600.0
"""Seconds until keys are refreshed, and for which old ones stay valid if that fails."""
AGAIN = 30.0
"""Seconds between fetches for unknown key ids, so that made-up tokens cost the provider nothing."""
RETRY = 5.0
"""Seconds between tries while there are no keys at all."""
TIMEOUT, LARGEST = 5.0, 1024 * 1024
PUBLIC = ("RSA", "EC", "OKP")
Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]


class Unfetched(Exception):
    """The provider did not answer as it should; says what is wrong."""


class Keys:
    """The signing keys of one provider."""

    def __init__(self, issuer: str, fetch: "Fetch | None" = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._fetch, self._clock = issuer, fetch or fetch_json, clock
        self._known: Mapping[str | None, PyJWK] | None = None
        self._fetched = self._tried = float("-inf")
        self._lock = asyncio.Lock()
        self._behind: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether there are valid keys."""
        return self._known is not None and self._clock() - self._fetched < KEPT

    async def find(self, kid: str | None) -> PyJWK | None:
        """Return the key of this id, or the only one for a token that names none."""
        if not self.ready:
            await self.fetch(RETRY)
        elif self._clock() - self._fetched > FRESH and (self._behind is None or self._behind.done()):
            self._behind = asyncio.create_task(self.fetch(AGAIN))
        if (found := self._one(kid)) is None and self.ready:
            await self.fetch(AGAIN)
            found = self._one(kid)
        return found

    async def fetch(self, pause: float) -> None:
        """Fetch the keys, once for all who wait, unless that was tried within so many seconds."""
        async with self._lock:
            if self._clock() - self._tried < pause:
                return
            self._tried = self._clock()
            try:
                self._known = await self._signing()
            except Unfetched as why:
                log.warning("The keys of %s could not be fetched: %s.", self._issuer, why)
            else:
                self._fetched = self._clock()
            self._tried = self._clock()  # whoever waited for a failed try does not start the next

    async def configuration(self) -> Mapping[str, Any]:
        """Return the provider's configuration document.

        Raises:
            Unfetched: there is none, or its issuer is another.
        """
        return await self._discovered()

    async def aclose(self) -> None:
        if self._behind is not None:
            self._behind.cancel()

    def _one(self, kid: str | None) -> PyJWK | None:
        known = self._known if self.ready else None
        if not known:
            return None
        return next(iter(known.values())) if kid is None and len(known) == 1 else known.get(kid)

    async def _signing(self) -> Mapping[str | None, PyJWK]:
        told = await self._fetch((await self._discovered())["jwks_uri"])
        listed = told.get("keys")
        if not isinstance(listed, list):
            raise Unfetched("its key set has no keys")
        usable = [each for each in listed if isinstance(each, dict) and _signs(each)]
        try:
            keys = PyJWKSet.from_dict({"keys": usable}).keys
        except (PyJWTError, ValueError, TypeError):
            raise Unfetched("its key set has no key that can be used") from None
        return {each.key_id: each for each in reversed(keys)}

    async def _discovered(self) -> Mapping[str, Any]:
        """Return what the provider says of itself, if it is the one that is meant."""
        parts = urlsplit(self._issuer)
        places = (
            f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            f"{parts.scheme}://{parts.netloc}/.well-known/oauth-authorization-server{parts.path.rstrip('/')}",
        )
        found: Mapping[str, Any] | None = None
        why = Unfetched("it says nothing of itself")
        for place in places:
            try:
                found = await self._fetch(place)
                break
            except Unfetched as error:
                why = error
        if found is None:
            raise why
        if found.get("issuer") != self._issuer:
            raise Unfetched("it calls itself by another name than --issuer has, to the letter")
        uri = found.get("jwks_uri")
        if not safe_address(uri):
            raise Unfetched("it names no https:// address of its keys")
        return found


def _signs(key: Mapping[str, Any]) -> bool:
    """Return whether a key is a public signing key; a symmetric one proves nothing, as others may have it."""
    return key.get("kty") in PUBLIC and key.get("use") in (None, "sig") and isinstance(key.get("kid"), str | None)


def safe_address(url: object) -> bool:
    """Return whether an address named by the provider uses TLS, or is on this machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


async def fetch_json(url: str) -> Mapping[str, Any]:
    """Return the JSON object at an address.

    Raises:
        Unfetched: there is none, or not in time.
    """
    with anyio.move_on_after(2 * TIMEOUT):
        return await anyio.to_thread.run_sync(_read, url, abandon_on_cancel=True)
    raise Unfetched("it does not answer in time")


def _read(url: str) -> Mapping[str, Any]:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - https, or loopback
    try:
        with urllib.request.build_opener(_Stay()).open(request, timeout=TIMEOUT) as answer:
            found = json.loads(answer.read(LARGEST))
    except urllib.error.HTTPError as error:
        error.close()
        raise Unfetched(f"it answers {error.code}") from None
    except (OSError, http.client.HTTPException):
        raise Unfetched("it cannot be reached") from None
    except (ValueError, RecursionError):
        raise Unfetched("its answer is no JSON, or too long") from None
    if not isinstance(found, dict):
        raise Unfetched("its answer is no JSON object")
    return found
