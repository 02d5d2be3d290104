"""OAuth of the identity host: a person authorizes an application, which gets expiring tokens (harvest-v2 2.4)."""

import base64
import hashlib
import html
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from harvest_mcp.sandbox.asgi import HttpAnswer, HttpCall, is_loopback
from harvest_mcp.sandbox.harvest.logins import LOGINS, Login
from harvest_mcp.sandbox.harvest_v2.wire.refusal import JSON, NO_SUCH_PAGE
from harvest_mcp.sandbox.pages import PAGE, page

AUTHORIZE, TOKEN = "/oauth2/authorize", "/api/v2/oauth2/token"
DOORS = (AUTHORIZE, TOKEN)
CLIENT_ID, CLIENT_SECRET = "sandbox-app", "sandbox-app-secret"  # a made-up application
LIFETIME = 1_209_599
"""Seconds an access token is valid: 14 days."""
CODE_LIFETIME = 600.0
"""Seconds an authorization code is valid; made up, since the vendor does not document it."""


@dataclass(frozen=True, slots=True)
class _Agreed:
    """An authorization, until its code is exchanged for tokens."""

    login: Login
    back: str
    challenge: str
    scope: str
    until: float


class OAuthDoor:
    """The authorization server with its codes and tokens; a refresh token is valid once, since a refresh rotates it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._codes: dict[str, _Agreed] = {}
        self.access: dict[str, tuple[Login, float]] = {}
        self.refresh: dict[str, Login] = {}
        self.renewals = 0

    def whose(self, token: str) -> Login | None:
        """Return the login of an access token, if it is valid."""
        login, until = self.access.get(token, (None, 0.0))
        return login if self._clock() < until else None

    def answer(self, call: HttpCall) -> HttpAnswer:
        """Answer a call to one of the two endpoints."""
        if call.path == TOKEN:
            return self._token(call) if call.method == "POST" else NO_SUCH_PAGE
        asked = dict(call.query)
        if asked.get("client_id") != CLIENT_ID or not _may_go_back(asked.get("redirect_uri", "")):
            return _shown(400, "<p>There is no program of this id that people come back to at this address.</p>")
        if asked.get("response_type") != "code" or asked.get("code_challenge_method", "S256") != "S256":
            return _back(asked, error="unsupported_response_type")
        return (
            self._agreed(asked, dict(parse_qsl(call.body.decode("latin-1")))) if call.method == "POST" else _asks(call)
        )

    def _agreed(self, asked: Mapping[str, str], form: Mapping[str, str]) -> HttpAnswer:
        login = next((each for each in LOGINS if str(each.id) == form.get("who")), None)
        if login is None:
            return _back(asked, error="access_denied")
        code, scope = secrets.token_urlsafe(24), asked.get("scope", "harvest:all")
        challenge = asked.get("code_challenge", "")
        self._codes[code] = _Agreed(login, asked["redirect_uri"], challenge, scope, self._clock() + CODE_LIFETIME)
        return _back(asked, code=code, scope=scope)

    def _token(self, call: HttpCall) -> HttpAnswer:
        form = dict(parse_qsl(call.body.decode("latin-1")))
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _told(401, error="invalid_client")
        if form.get("grant_type") == "refresh_token":
            login = self.refresh.pop(form.get("refresh_token", ""), None)
            self.renewals += login is not None
            return self._pair(login) if login else _told(400, error="invalid_grant")
        if form.get("grant_type") != "authorization_code":
            return _told(400, error="unsupported_grant_type")
        agreed = self._codes.pop(form.get("code", ""), None)
        if agreed is None or self._clock() > agreed.until or not _proved(agreed, form):
            return _told(400, error="invalid_grant")
        return self._pair(agreed.login)

    def _pair(self, login: Login) -> HttpAnswer:
        access, refresh = (f"{login.id}.at.{secrets.token_urlsafe(24)}", f"{login.id}.rt.{secrets.token_urlsafe(24)}")
        self.access[access] = (login, self._clock() + LIFETIME)
        self.refresh[refresh] = login
        return _told(200, access_token=access, refresh_token=refresh, token_type="bearer", expires_in=LIFETIME)  # noqa: S106 - the type of the token


def _proved(agreed: _Agreed, form: Mapping[str, str]) -> bool:
    """Check the redirect address, and the code verifier against its challenge (RFC 7636)."""
    if form.get("redirect_uri", agreed.back) != agreed.back:
        return False
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return not agreed.challenge or agreed.challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _may_go_back(url: str) -> bool:
    """Allow https and loopback redirect addresses; made up, since the vendor compares the registered ones."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def _asks(call: HttpCall) -> HttpAnswer:
    """Return a made-up page to authorize the application as one of the three logins."""
    where = html.escape(f"{AUTHORIZE}?{urlencode(call.query)}")
    names = "".join(
        f'<p><button name="who" value="{each.id}">Authorize as {html.escape(each.first_name)}</button></p>'
        for each in LOGINS
    )
    deny = '<p><button name="who" value="">Deny</button></p>'
    return _shown(200, f'<form method="post" action="{where}">{names}{deny}</form>')


def _shown(status: int, words: str) -> HttpAnswer:
    return HttpAnswer(status, body=page("Authorize application", words), content_type=PAGE)


def _back(asked: Mapping[str, str], **told: str) -> HttpAnswer:
    state = {"state": asked["state"]} if "state" in asked else {}
    return HttpAnswer(302, (("Location", f"{asked['redirect_uri']}?{urlencode({**told, **state})}"),), content_type="")


def _told(status: int, **said: str | int) -> HttpAnswer:
    return HttpAnswer(status, (("Cache-Control", "no-store"),), json.dumps(said).encode(), JSON)
