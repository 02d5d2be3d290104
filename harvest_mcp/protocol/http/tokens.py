"""Verify access tokens: signed by the configured provider, for this server, at this time."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

import jwt
from mcp.server.auth.provider import AccessToken

from harvest_mcp.protocol.http.keys import Keys

log = logging.getLogger("harvest_mcp.signin")

READ, WRITE = "harvest:read", "harvest:write"
"""The scopes of tokens."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Algorithms with a public key: with a shared secret, whoever verifies tokens could issue them."""
LEEWAY = 30.0
"""Seconds by which the provider's clock may differ."""
CLAIMS = ("exp", "iat", "sub", "aud", "iss")
LARGEST, LONGEST_NAME = 16_384, 255


class Tokens:
    """Verifies access tokens of one provider for one server, whose address is `resource`."""

    def __init__(self, keys: Keys, *, issuer: str, audiences: Collection[str], resource: str) -> None:
        self._keys, self._issuer, self._audiences, self._resource = keys, issuer, tuple(audiences), resource

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return what a token allows to whom; None if it is not valid."""
        if len(token) > LARGEST:
            return None
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                return None
            kid = header.get("kid")
            key = await self._keys.find(kid if isinstance(kid, str) else None)
            return self._read(token, self._claims(token, key)) if key else None
        except jwt.InvalidAudienceError:  # only a validly signed token gets here, so nobody can flood the log
            log.warning("A token of %s is for another server; --audiences says which count.", self._issuer)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            pass
        return None

    def _claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=list(self._audiences),
            issuer=self._issuer,
            leeway=LEEWAY,
            options={"require": list(CLAIMS)},
        )

    def _read(self, token: str, claims: Mapping[str, Any]) -> AccessToken | None:
        """Return the claims in the SDK's form: a session belongs to its client, issuer and subject."""
        subject = claims["sub"]
        if not (isinstance(subject, str) and 0 < len(subject) <= LONGEST_NAME and subject.isprintable()):
            return None
        client = next((name for each in ("client_id", "azp", "cid") if isinstance(name := claims.get(each), str)), "")
        return AccessToken(
            token=token,
            client_id=client or "unknown",
            scopes=_scopes(claims),
            expires_at=int(claims["exp"]) + int(LEEWAY),
            resource=self._resource,
            subject=subject,
            claims={"iss": claims["iss"]},
        )


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    """Return a token's scopes: `scope` as text (RFC 9068), or `scp` as a list or text, as other providers have it."""
    said = claims.get("scope", claims.get("scp", ""))
    return said.split() if isinstance(said, str) else [each for each in said if isinstance(each, str)]
