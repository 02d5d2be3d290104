"""The approval page at the public address: shown to the person whose call asks, and answered by them only."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from harvest_mcp.approval.page import answer_of, standing
from harvest_mcp.consent.store import Consents
from harvest_mcp.protocol.pages import markup
from harvest_mcp.protocol.pages.door import BrowserDoor


class PublicPage:
    """Where questions are shown: a link is useless to anybody else, so it needs no secret."""

    def __init__(self, base: str) -> None:
        self._base = base

    def offer(self, code: str) -> str:
        """Return the link to this question."""
        return f"{self._base}/approve/{code}"

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


class ApprovePage:
    """Shows a question and takes the answer."""

    def __init__(self, door: BrowserDoor, consents: Consents) -> None:
        self._door, self._consents = door, consents

    async def __call__(self, request: Request) -> Response:
        code = str(request.path_params["code"])
        to = f"/approve/{code}"
        waiting = await self._consents.find(code)
        who = await self._door.who(request, to, there=waiting is not None)
        if waiting is None or waiting.matter.principal != who.person.whose:
            return self._door.page(markup.nothing_for(who.name, to=f"{self._door.base}{to}", at=self._door.at), 404)
        if request.method == "POST":
            await self._consents.decide(code, answer_of(await self._door.form(request, who)))
            return RedirectResponse(f"{self._door.base}{to}", 303)
        shown = standing(waiting, who.token, now=self._consents.clock(), at=self._door.at)
        return self._door.page(shown)
