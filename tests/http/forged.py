"""Tokens that nobody should let in, by what is wrong with them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt

from tests.http.provider import AUDIENCE, Provider, key, pem, public

ALGORITHMS = ("none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS1", "", "RS256 ", "ES256K", "A128KW", "dir")


def encoded(part: Any) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    return f"{encoded(header)}.{encoded(claims)}.{encoded(signature) if signature else ''}"


def tokens(provider: Provider) -> Iterator[tuple[str, str]]:
    """Name and token, some two hundred."""
    now = int(time.time())
    good = {
        "iss": provider.issuer, "sub": "ana", "aud": AUDIENCE, "iat": now, "exp": now + 600,
        "scope": "harvest:read harvest:write",
    }  # fmt: skip
    yield from _algorithms(good)
    yield from _claims(provider, now)
    yield from _keys(provider, good)
    yield from _texts(provider)


def _algorithms(good: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ALGORITHMS:
        for kid in ("one", "ec1", None):
            header = {"typ": "JWT", "alg": name, **({"kid": kid} if kid else {})}
            yield f"alg {name!r} of {kid}, unsigned", unsigned(header, good)
    for name, digest in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384), ("HS512", hashlib.sha512)):
        for kid in ("one", "ec1"):
            jwk = json.dumps(public(kid)).encode()
            for what, secret in (("PEM", pem(kid)), ("stripped PEM", pem(kid).strip()), ("JWK", jwk), ("nothing", b"")):
                header = {"typ": "JWT", "alg": name, "kid": kid}
                body = f"{encoded(header)}.{encoded(good)}"
                yield (
                    f"{name} with the public {what} of {kid}",
                    f"{body}.{encoded(hmac.new(secret, body.encode(), digest).digest())}",
                )


def _claims(provider: Provider, now: int) -> Iterator[tuple[str, str]]:
    far = {"far": now + 10**9, "an hour": now + 3600, "31 s": now + 40}
    wrong: dict[str, list[Any]] = {
        "aud": [
            None, "", [], "https://mcp.example", f"{AUDIENCE}/", f"{AUDIENCE}/readonly", AUDIENCE.upper(), "harvest",
            f"http{AUDIENCE[5:]}", f"{AUDIENCE}?x", f"{AUDIENCE}#x", ["a", "b"], [AUDIENCE, 1], {"a": AUDIENCE}, 1,
            True, f" {AUDIENCE}", "https://mcp.example.evil/harvest/mcp", [[AUDIENCE]], "*", "https://mcp.example/harvest",
        ],
        "iss": [
            None, "", f"{provider.issuer}/", "https://id.evil.example", [provider.issuer], 1, provider.issuer.upper(),
            f"{provider.issuer}.evil.example", f"{provider.issuer}?", f" {provider.issuer}", {"a": 1}, True,
        ],
        "sub": [None, "", 1, ["ana"], {"a": 1}, "a\nb", "a" * 256, True, "\u202eana", "a\x00"],
        "exp": [None, 0, now - 31, now - 3600, -1, "never", [now + 600], "", {}, now - 10**9, float("nan"), -1e999],
        "iat": [None, *far.values(), "never", [now], {}, float("inf")],
        "nbf": [*far.values(), "never", [now], {}],
    }  # fmt: skip
    for claim, values in wrong.items():
        for kid in ("one", "ec1"):
            for value in values:
                try:
                    yield f"{claim} {value!r} of {kid}", provider.token(kid=kid, **{claim: value})
                except (TypeError, ValueError):  # PyJWT makes none such: made by hand, signed as it should be
                    yield f"{claim} {value!r} of {kid}", by_hand(provider, {claim: value})


def by_hand(provider: Provider, claims: dict[str, Any]) -> str:
    """A token signed by the provider, whatever it says."""
    bare = jwt.decode(provider.token(), options={"verify_signature": False})
    body = json.dumps({**bare, **claims}).encode()
    return jwt.api_jws.encode(body, key("one"), algorithm="RS256", headers={"kid": "one"})


def _keys(provider: Provider, good: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kid in ("evil", "ec-evil"):
        for said in ("one", "ec1", "", "evil", "../one", "one\x00", "ONE", "one ", "http://evil.example/jwks", "0"):
            yield f"signed by {kid}, as {said!r}", provider.token(kid=kid, header={"kid": said})
    yield "signed by evil, with its own key along", provider.token(kid="evil", header={"jwk": public("evil")})
    for name in ("jku", "x5u"):
        yield f"signed by evil, with {name}", provider.token(kid="evil", header={name: "http://127.0.0.1:1/jwks"})
    yield "signed by another of the provider's keys", provider.token(kid="one", header={"kid": "ec1"})
    yield "the other way around", provider.token(kid="ec1", header={"kid": "one"})
    yield "no kid at all", jwt.encode(good, key("one"), algorithm="RS256")
    for algorithm in ("RS384", "PS256"):
        yield (
            f"{algorithm} with a key of RS256",
            jwt.encode(good, key("one"), algorithm=algorithm, headers={"kid": "one"}),
        )
    yield "what must be understood is not", provider.token(header={"crit": ["evil"], "evil": 1})
    yield "a payload that is not encoded", provider.token(header={"crit": ["b64"], "b64": False})


def _texts(provider: Provider) -> Iterator[tuple[str, str]]:
    head, body, signature = provider.token().split(".")
    changed = encoded({**jwt.decode(provider.token(), options={"verify_signature": False}), "sub": "eve"})
    yield from {
        "nothing": "", "a dot": ".", "two dots": "..", "three": "...", "blanks": "   ",
        "no signature": f"{head}.{body}.", "cut off": f"{head}.{body}", "another body": f"{head}.{changed}.{signature}",
        "half a signature": f"{head}.{body}.{signature[:100]}", "twice": f"{head}.{body}.{signature}.{signature}",
        "a signature of zeros": f"{head}.{body}.{encoded(bytes(256))}", "a signature of nothing": f"{head}.{body}.AA",
        "two tokens": f"{provider.token()},{provider.token()}", "opaque": "6f1ed002ab5595859014ebf0951522d9",
        "long": "a." * 20_000, "a header that is a list": f"{encoded([])}.{body}.{signature}",
        "a body that is a list": f"{head}.{encoded([])}.{signature}", "five parts": f"{head}.a.b.c.{signature}",
        "deep": f"{encoded(b'[' * 5000)}.{body}.{signature}", "not UTF-8": f"{encoded(bytes([255, 254]))}.{body}.x",
    }.items()  # fmt: skip
