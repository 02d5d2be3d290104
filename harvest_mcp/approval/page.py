"""Answer the browser: who may see a question, who may answer it, and which page they get."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from harvest_mcp.approval import markup
from harvest_mcp.consent.store import Consents, Decision, PendingQuestion
from harvest_mcp.errors import StateError

LARGEST_FORM = 2048
ANSWERS: Mapping[str, Decision] = {"approve": "yes", "decline": "declined"}
HEADERS = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{markup.STYLE_HASH}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: with that a browser sends its own forms with `Origin: null` (Fetch, "append a request origin").
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Door:
    """The access to one question: its code, and the token that its form must send back."""

    code: str
    token: str


class PageRefusal(Exception):
    """Refuses a request that no person's browser makes here."""

    def __init__(self, status: int) -> None:
        self.status = status


@dataclass(frozen=True, slots=True)
class Pages:
    """An ASGI application; `doors` are the questions by secret path, at one address of this machine."""

    address: str
    doors: Mapping[str, Door]
    consents: Consents

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except (PageRefusal, ClientDisconnect) as refusal:
            response = _page(markup.nothing_here(), getattr(refusal, "status", 400))
        except StateError as error:
            response = _page(markup.store_failed(str(error)), 503)
        response.headers.update(HEADERS)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._for_us(request)
        path, door = self._door(request)
        if request.method == "POST":
            answer = await self._answered(request, door)
            await self.consents.decide(door.code, answer)
            return RedirectResponse(path, 303)
        return _page(self._shown(await self.consents.find(door.code), door))

    def _for_us(self, request: Request) -> None:
        """Refuse what is not opened as a page under our own host name: another that resolves here may be DNS
        rebinding."""
        if request.headers.getlist("host") != [urlsplit(self.address).netloc]:
            raise PageRefusal(403)
        if request.method not in ("GET", "HEAD", "POST"):
            raise PageRefusal(405)
        # By Fetch Metadata, where browsers send it: a page, not a frame, an image or a script's fetch.
        if request.headers.get("sec-fetch-dest", "document") != "document":
            raise PageRefusal(403)

    def _door(self, request: Request) -> tuple[str, Door]:
        asked = request.scope["path"].removeprefix("/").encode()
        for path, door in self.doors.items():
            if secrets.compare_digest(path.encode(), asked):
                return f"/{path}", door
        raise PageRefusal(404)

    async def _answered(self, request: Request, door: Door) -> Decision:
        return answer_of(await form_of(request, origin=self.address, token=door.token))

    def _shown(self, waiting: PendingQuestion | None, door: Door) -> str:
        return standing(waiting, door.token, now=self.consents.clock())


def standing(waiting: PendingQuestion | None, token: str, *, now: float, at: str = markup.HERE) -> str:
    """Return the page of a question in its present state; `token` goes into its form."""
    if waiting is None:
        return markup.used_up(at=at)
    if waiting.answer == "declined":
        return markup.declined(waiting, at=at)
    if now > waiting.expires:
        return markup.too_old(waiting, at=at)
    if waiting.answer == "yes":
        return markup.approved(waiting, at=at)
    return markup.question(waiting, token, now=now, at=at)


def answer_of(form: Mapping[str, str]) -> Decision:
    """Return which button was pressed.

    Raises:
        PageRefusal: none of ours.
    """
    if (answer := form.get("answer", "")) not in ANSWERS:
        raise PageRefusal(400)
    return ANSWERS[answer]


async def form_of(request: Request, *, origin: str, token: str) -> Mapping[str, str]:
    """Return the fields of our own form, each once, sent from our own page with its token.

    Raises:
        PageRefusal: it is not ours.
    """
    if request.headers.getlist("origin") != [origin]:
        raise PageRefusal(403)
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise PageRefusal(403)
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise PageRefusal(415)
    body = (await _body(request)).decode("latin-1")
    form = parse_qs(body, keep_blank_values=True)
    given = form.get("token", [])
    if len(given) != 1 or not secrets.compare_digest(given[0].encode(), token.encode()):
        raise PageRefusal(403)
    if any(len(values) != 1 for values in form.values()):
        raise PageRefusal(400)
    return {name: values[0] for name, values in form.items()}


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise PageRefusal(413)
    return body


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status)
