"""Whose browser it is: signed in at the provider, then known by a cookie for a quarter of an hour."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from harvest_mcp.approval.page import HEADERS, PageRefusal, form_of
from harvest_mcp.protocol.pages import markup
from harvest_mcp.protocol.pages.oidc import NotSignedIn, ProviderSignIn, answers
from harvest_mcp.vault.tickets import LIFETIMES, Kind, Principal, Tickets

SIGN_IN, SESSION = "harvest-mcp-sign-in", "harvest-mcp"
COOKIES: Mapping[str, Kind] = {SIGN_IN: "sign-in", SESSION: "session"}
ANEW = "anew"
"""The query parameter to sign in again, perhaps as somebody else."""
MOST_BEGUN, WITHIN = 100, 10.0
"""The most sign-ins to start within so many seconds, in one process."""
UNUSED = ("Connection", "Content-Security-Policy")
"""Headers of the local page that differ on a public one."""


class RedirectFirst(Exception):
    """Raised to redirect a browser to the provider first."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


@dataclass(frozen=True, slots=True)
class SignedPerson:
    """A person at a browser, their display name, and the token for our forms."""

    person: Principal
    name: str
    token: str = field(repr=False)


class SignIns:
    """Limits how many sign-ins start: each writes to the store, and anybody can start one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._times = clock, deque[float](maxlen=MOST_BEGUN)

    def admits(self) -> bool:
        """Return whether one more may start, and count it."""
        now = self._clock()
        if len(self._times) == MOST_BEGUN and now - self._times[0] < WITHIN:
            return False
        self._times.append(now)
        return True


@dataclass(frozen=True, slots=True)
class BrowserDoor:
    """The access to the pages of one server: `base` is its address, `hosts` its accepted host names."""

    base: str
    hosts: tuple[str, ...]
    tickets: Tickets
    sign_in: ProviderSignIn
    begun: SignIns = field(default_factory=SignIns)

    @property
    def at(self) -> str:
        """The name of this server's place in its pages."""
        return f"at {urlsplit(self.base).netloc}"

    def for_us(self, request: Request) -> None:
        """Refuse what is not opened as a page under our own host name.

        Raises:
            PageRefusal: it is not.
        """
        named = request.headers.getlist("host")
        if len(named) != 1 or not any(_fits(named[0], each) for each in self.hosts):
            raise PageRefusal(421)
        if request.headers.get("sec-fetch-dest", "document") != "document":
            raise PageRefusal(403)

    async def known(self, request: Request) -> SignedPerson | None:
        """Return the signed-in person; None if they did not sign in, or too long ago."""
        cookie = request.cookies.get(self._cookie(SESSION), "")
        if (ticket := await self.tickets.find("session", cookie)) is None:
            return None
        token = hashlib.sha256(f"form {cookie}".encode()).hexdigest()
        return SignedPerson(ticket.person, str(ticket.held["name"]), token)

    async def who(self, request: Request, to: str, *, there: bool) -> SignedPerson:
        """Return the signed-in person.

        `there` is whether the page exists: nobody signs in to see that it does not, or anybody could exhaust the
        sign-ins of others.

        Raises:
            Elsewhere: they sign in first, and then come back `to` a page of ours.
            PageRefusal: nobody signed in, and the page does not exist.
        """
        anew = request.method == "GET" and ANEW in request.query_params
        found = None if anew else await self.known(request)
        if found is not None:
            return found
        if not there:
            raise PageRefusal(404)
        if request.method != "GET":
            raise PageRefusal(403)
        if not self.begun.admits():
            raise NotSignedIn("Too many sign in at this moment.")
        leaving = await self.sign_in.leaving(anew=anew)
        held = {"state": leaving.state, "nonce": leaving.nonce, "verifier": leaving.verifier, "to": to}
        answer = RedirectResponse(leaving.url, 303)
        self._keep(answer, SIGN_IN, await self.tickets.issue("sign-in", **held))
        raise RedirectFirst(answer)

    async def signed_in(self, request: Request) -> Response:
        """Handle the return from the provider, once, and go on to the page wanted.

        Raises:
            NotSignedIn: it is not the browser that left, or the provider vouches for nobody.
        """
        cookie, state = request.cookies.get(self._cookie(SIGN_IN), ""), request.query_params.get("state", "")
        ticket = await self.tickets.take("sign-in", cookie, lambda begun: answers(state, begun.held))
        if ticket is None:
            raise NotSignedIn("This is no answer to a sign-in that this browser began here, or an old one.")
        person, name = await self.sign_in.person(dict(request.query_params), ticket.held)
        answer = RedirectResponse(f"{self.base}{ticket.held['to']}", 303)
        self._keep(answer, SESSION, await self.tickets.issue("session", person, name=name))
        answer.delete_cookie(self._cookie(SIGN_IN), path=self._path, secure=self._secure, httponly=True, samesite="lax")
        return answer

    async def form(self, request: Request, who: SignedPerson) -> Mapping[str, str]:
        """Return the fields of our own form, sent by this person.

        Raises:
            PageRefusal: it is not ours.
        """
        parts = urlsplit(self.base)
        return await form_of(request, origin=f"{parts.scheme}://{parts.netloc}", token=who.token)

    def page(self, html: str, status: int = 200, *, leads: str = "") -> HTMLResponse:
        """Return a page; its forms may redirect to the origin of `leads`, too."""
        allowed = f"'self' {leads}".strip()
        policy = (
            f"default-src 'none'; style-src '{markup.STYLE_HASH}'; form-action {allowed}; base-uri 'none';"
            " frame-ancestors 'none'"
        )
        kept = {name: value for name, value in HEADERS.items() if name not in UNUSED}
        return HTMLResponse(html, status, {**kept, "Content-Security-Policy": policy})

    @property
    def _secure(self) -> bool:
        return self.base.startswith("https://")

    @property
    def _path(self) -> str:
        return urlsplit(self.base).path or "/"

    def _cookie(self, name: str) -> str:
        """Return a cookie name that no other host, and if possible no other path, can set (RFC 6265bis)."""
        prefix = ("__Host-" if self._path == "/" else "__Secure-") if self._secure else ""
        return f"{prefix}{name}"

    def _keep(self, answer: Response, name: str, value: str) -> None:
        answer.set_cookie(
            self._cookie(name),
            value,
            max_age=int(LIFETIMES[COOKIES[name]]),
            path=self._path,
            secure=self._secure,
            httponly=True,
            samesite="lax",  # with `strict` it would not be sent on the way back from the provider
        )


def _fits(host: str, allowed: str) -> bool:
    return host == allowed or (allowed.endswith(":*") and host.rpartition(":")[0] == allowed[:-2])
