"""Sign browsers in at the OpenID provider: by a code, with PKCE, `state` and `nonce` (OIDC Core 3.1)."""

import secrets
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import anyio
import jwt

from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import CallFailed, HarvestMcpError
from harvest_mcp.gateway.oauth import OAuthClient, TokenRefused, proof, tokens
from harvest_mcp.protocol.http.keys import RETRY, Keys, Unfetched, safe_address
from harvest_mcp.protocol.http.tokens import ALGORITHMS, CLAIMS, LARGEST, LEEWAY, LONGEST_NAME
from harvest_mcp.vault.tickets import Principal

SCOPE = "openid profile email"
NAMES = ("name", "preferred_username", "email")
"""Claims with a display name, the best first; identity comes from the subject alone."""
FRESH = 300.0
"""Seconds for which the provider's configuration is cached."""


class NotSignedIn(HarvestMcpError):
    """The browser's person is unknown."""


@dataclass(frozen=True, slots=True)
class SignInRedirect:
    """A redirect to the provider: the URL, and what the browser must come back with."""

    url: str
    state: str
    nonce: str
    verifier: str


class ProviderSignIn:
    """Signs browsers in at one provider, as one client of it, with the redirect URI `back`."""

    def __init__(
        self,
        keys: Keys,
        *,
        issuer: str,
        client_id: str,
        secret: Secret | None,
        back: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys, self._issuer, self._id, self._secret, self._back = keys, issuer, client_id, secret, back
        self._clock, self._one = clock, anyio.Lock()
        self._told, self._failed = (float("-inf"), dict[str, Any]()), (float("-inf"), "")

    async def leaving(self, *, anew: bool = False) -> SignInRedirect:
        """Return the redirect; with `anew` the provider asks again, perhaps for another login.

        Raises:
            NotSignedIn: the provider's configuration cannot be had.
        """
        where = await self._endpoint("authorization_endpoint")
        (verifier, challenge), state, nonce = proof(), secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        asked = {
            "client_id": self._id,
            "response_type": "code",
            "redirect_uri": self._back,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login"} if anew else {}),
        }
        return SignInRedirect(f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", state, nonce, verifier)

    async def person(self, came: Mapping[str, str], held: Mapping[str, Any]) -> tuple[Principal, str]:
        """Return who came back with the answer to the question that is `held`, and their display name.

        Raises:
            NotSignedIn: nobody the provider vouches for.
        """
        told = await self._configuration()
        by = came.get("iss") or ("" if told.get("authorization_response_iss_parameter_supported") else self._issuer)
        if by != self._issuer:  # a mix-up with another provider (RFC 9207)
            raise NotSignedIn("This answer of the sign-in is another provider's.")
        if "code" not in came:
            raise NotSignedIn("The provider did not sign you in.")
        client = OAuthClient(
            endpoint=await self._endpoint("token_endpoint"), id=self._id, secret=self._secret, basic=_basic(told)
        )
        try:
            got = await tokens(
                client,
                grant_type="authorization_code",
                code=came["code"],
                redirect_uri=self._back,
                code_verifier=str(held["verifier"]),
            )
        except TokenRefused:
            raise NotSignedIn("The provider does not take its own code back.") from None
        except CallFailed as failed:
            raise NotSignedIn(failed.what) from None
        return await self._read(got.get("id_token"), str(held["nonce"]))

    async def _read(self, token: object, nonce: str) -> tuple[Principal, str]:
        """Return the subject and name of an id token (OIDC Core 3.1.3.7)."""
        try:
            if not isinstance(token, str) or len(token) > LARGEST:
                raise jwt.InvalidTokenError
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise jwt.InvalidTokenError
            kid = header.get("kid")
            if (key := await self._keys.find(kid if isinstance(kid, str) else None)) is None:
                raise jwt.InvalidTokenError
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._id,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": list(CLAIMS)},
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise NotSignedIn("What the provider says of you cannot be trusted.") from None
        subject, said = claims["sub"], claims.get("nonce")
        if not isinstance(said, str) or not secrets.compare_digest(said.encode(), nonce.encode()):
            raise NotSignedIn("What the provider says of you is an answer to another question.")
        if (
            claims.get("azp", self._id) != self._id
            or not isinstance(subject, str)
            or not 0 < len(subject) <= LONGEST_NAME
            or not subject.isprintable()
        ):
            raise NotSignedIn("What the provider says of you is for somebody else.")
        return Principal(self._issuer, subject), _called(claims, subject)

    async def _endpoint(self, name: str) -> str:
        found = (await self._configuration()).get(name)
        if not safe_address(found):
            raise NotSignedIn(f"The provider names no https:// address as its {name}.")
        return str(found)

    async def _configuration(self) -> Mapping[str, Any]:
        """Return the provider's configuration, fetched once for all who wait; after a failure not at once again.

        Anybody can start a sign-in, and each fetch takes a thread that calls need, too.
        """
        async with self._one:
            at, told = self._told
            if self._clock() - at <= FRESH:
                return told
            failed, why = self._failed
            if self._clock() - failed > RETRY:
                try:
                    self._told = self._clock(), dict(await self._keys.configuration())
                    return self._told[1]
                except Unfetched as error:
                    why = str(error)
                    self._failed = self._clock(), why
            raise NotSignedIn(f"The provider cannot be asked: {why}.")


def answers(state: str, held: Mapping[str, Any]) -> bool:
    """Return whether a browser came back with the `state` it was sent away with."""
    return secrets.compare_digest(state.encode(), str(held["state"]).encode())


def _called(claims: Mapping[str, Any], subject: str) -> str:
    """Return a display name, without characters that no store takes."""
    said = (name for each in NAMES if isinstance(name := claims.get(each), str))
    kept = ("".join(each for each in name if unicodedata.category(each) not in ("Cc", "Cs")).strip() for name in said)
    return next(filter(None, kept), subject)[:LONGEST_NAME]


def _basic(told: Mapping[str, Any]) -> bool:
    """Return whether the secret is sent in a header, the default of OpenID Discovery 3."""
    ways = told.get("token_endpoint_auth_methods_supported")
    return not isinstance(ways, list) or "client_secret_basic" in ways or "client_secret_post" not in ways
