"""A small OpenID provider at a real address: its keys, which turn, and tokens as good or as bad as a test wants."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
CONFIGURATION = "/.well-known/openid-configuration"


@cache
def key(kid: str) -> Private:
    """A key of this id; making one of RSA takes a tenth of a second, so all tests share them."""
    if kid.startswith("ec"):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 2048)


def public(kid: str, **other: Any) -> dict[str, Any]:
    """What a provider tells of a key."""
    private = key(kid)
    if isinstance(private, rsa.RSAPrivateKey):
        told = json.loads(RSAAlgorithm.to_jwk(private.public_key()))
    else:
        told = json.loads(ECAlgorithm.to_jwk(private.public_key()))
    return {**told, "kid": kid, "use": "sig", **other}


def pem(kid: str) -> bytes:
    """A public key as a text, which some take for a shared secret."""
    return (
        key(kid).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


@dataclass
class Provider:
    """Who signs tokens; what it tells can be changed, and what it was asked is kept."""

    issuer: str = ""
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public("one"), public("ec1")])
    says: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    granted: list[str] = field(default_factory=list)
    browser: str = "ana"
    """Who sits at a browser that comes to sign in."""
    of_them: dict[str, Any] = field(default_factory=dict)
    """Claims of an id token that are otherwise than they should be."""
    forms: list[dict[str, str]] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, Mapping[str, Any]]:
        """What a path tells."""
        self.asked.append(path)
        if self.broken:
            return int(self.broken), {}
        if path == CONFIGURATION:
            return 200, {**self.endpoints(), **self.says}
        return (200, {"keys": self.keys}) if path == "/jwks" else (404, {})

    def endpoints(self) -> dict[str, Any]:
        """What it says of itself."""
        at = {name: f"{self.issuer}/{path}" for name, path in ENDPOINTS.items()}
        return {
            **at,
            "issuer": self.issuer,
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "scopes_supported": ["openid", "harvest:read", "harvest:write"],
        }

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Sign Ana in at once, and send her back."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(asked)
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def grant(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """A token for the code and who asked for it (PKCE), for the server and the scopes that were asked for."""
        self.forms.append(dict(form))
        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if "openid" in asked["scope"].split():
            return {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked)}
        assert form["resource"] == asked["resource"]
        scope = asked["scope"] if self.granted else "harvest:read"  # at first Ana unticks what changes something
        self.granted.append(scope)
        token = self.token(aud=asked["resource"], scope=scope, client_id=asked["client_id"])
        return {"access_token": token, "token_type": "Bearer", "expires_in": 600, "scope": scope}

    def id_token(self, asked: Mapping[str, str]) -> str:
        """Who sits at the browser, for the client that asked."""
        told = {"aud": asked["client_id"], "nonce": asked["nonce"], "email": f"{self.browser}@team.example"}
        return self.token(self.browser, **{**told, "scope": None, "client_id": None, **self.of_them})

    def token(
        self, who: str = "ana", *, kid: str = "one", header: Mapping[str, Any] | None = None, **claims: Any
    ) -> str:
        """A token for the tests' server, unless the claims say otherwise; a claim that is None is left out."""
        now = int(time.time())
        told = {
            "iss": self.issuer,
            "sub": who,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 600,
            "scope": "harvest:read harvest:write",
            "client_id": "client-1",
            **claims,
        }
        private = key(kid)
        algorithm = "ES256" if isinstance(private, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(
            {name: value for name, value in told.items() if value is not None},
            private,
            algorithm=algorithm,
            headers={"kid": kid, **(header or {})},
        )


ENDPOINTS = {
    "jwks_uri": "jwks",
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "registration_endpoint": "register",
}
AUDIENCE = "https://mcp.example/harvest/mcp"


@contextmanager
def providing() -> Iterator[Provider]:
    """One that listens at a port of this machine."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path == "/authorize":
                self.tell(302, {}, provider.authorize(dict(parse_qsl(query))))
            else:
                status, told = provider.answer(path)
                self.tell(status, told, f"{provider.issuer}/jwks" if status == 302 else "")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/register":
                self.tell(201, {**json.loads(body), "client_id": "client-1"})
            else:
                self.tell(200, provider.grant(dict(parse_qsl(body.decode()))))

        def tell(self, status: int, told: Mapping[str, Any], location: str = "") -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(20)
        server.server_close()
