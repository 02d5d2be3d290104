"""The paths of the pages, and error pages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from harvest_mcp.approval.page import PageRefusal
from harvest_mcp.consent.store import Consents
from harvest_mcp.errors import StateError
from harvest_mcp.protocol.pages import markup
from harvest_mcp.protocol.pages.approve import ApprovePage
from harvest_mcp.protocol.pages.connect import ConnectPage
from harvest_mcp.protocol.pages.door import BrowserDoor, RedirectFirst
from harvest_mcp.protocol.pages.oidc import NotSignedIn
from harvest_mcp.vault.connecting import Connecting

Page = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class PublicPages:
    """The pages of one server; without `connecting`, nobody has an account of their own."""

    door: BrowserDoor
    consents: Consents
    connecting: Connecting | None = None

    def routes(self) -> list[Route]:
        """Return the routes."""
        approve, both = self._page(ApprovePage(self.door, self.consents)), ["GET", "POST"]
        found = [
            Route("/signed-in", self._page(self.door.signed_in), methods=["GET"]),
            Route("/approve/{code}", approve, methods=both),
        ]
        if self.connecting:
            connect = ConnectPage(self.door, self.connecting)
            found += [
                Route("/connect/{code}", self._page(connect), methods=both),
                Route("/connected", self._page(connect.came_back), methods=["GET"]),
            ]
        return found

    def _page(self, page: Page) -> Page:
        """Return an error page: why it cannot be shown, and nothing of its content."""
        at = self.door.at

        async def shown(request: Request) -> Response:
            answer = await answered(request)
            answer.headers.setdefault("Cache-Control", "no-store")  # for redirects, too: they set a cookie
            return answer

        async def answered(request: Request) -> Response:
            try:
                self.door.for_us(request)
                return await page(request)
            except RedirectFirst as elsewhere:
                return elsewhere.answer
            except NotSignedIn as why:
                return self.door.page(markup.wrong("Not signed in", str(why), at=at), 400)
            except (PageRefusal, ClientDisconnect) as refusal:
                return self.door.page(markup.nothing_here(at=at), getattr(refusal, "status", 400))
            except StateError:
                return self.door.page(markup.wrong("Out of order", "This server cannot keep anything now.", at=at), 503)

        return shown
