"""Before the SDK's endpoint: who may come in, what their token allows, and which tools they want to see."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser, BearerAuthBackend
from mcp.server.auth.provider import TokenVerifier
from mcp.server.transport_security import TransportSecurityMiddleware
from pydantic import AnyHttpUrl
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from harvest_mcp.protocol.http import visitor
from harvest_mcp.protocol.http.limits.bodies import BytesHeld, posted
from harvest_mcp.protocol.http.limits.sessions import Sessions
from harvest_mcp.protocol.http.narrowing import Narrowing, NoSuchToolset, narrowing
from harvest_mcp.protocol.http.tokens import READ, WRITE
from harvest_mcp.protocol.http.visitor import Visitor


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in: with tokens for `resource`; `metadata` says where to get them."""

    tokens: TokenVerifier
    resource: str
    metadata: str

    async def user(self, request: Request) -> AuthenticatedUser | None:
        """Return whose token was sent, if it is valid here."""
        backend = BearerAuthBackend(self.tokens, resource_server_url=AnyHttpUrl(self.resource))
        found = await backend.authenticate(request)
        return found[1] if found else None

    def refusal(self, status: int, scopes: Collection[str], error: str = "") -> Response:
        """Return a refusal that says what to get, and where (RFC 6750 3, RFC 9728 5.1)."""
        told = [f'error="{error}"'] if error else []
        told += [f'scope="{" ".join(scopes)}"', f'resource_metadata="{self.metadata}"']
        body = {"error": error or "unauthorized"}
        return JSONResponse(body, status, {"WWW-Authenticate": f"Bearer {', '.join(told)}"})


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Lets requests in to the SDK: under our own host name, signed in, with a token that allows what they call.

    `writes` are the tools that need `harvest:write`.
    """

    sessions: Sessions
    names: TransportSecurityMiddleware
    sign_in: SignIn | None
    toolsets: Collection[str]
    writes: frozenset[str]
    bodies: BytesHeld = field(default_factory=BytesHeld)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        scope[visitor.WHY] = "name"
        refused = await self.names.validate_request(request)
        if refused is None and self.sign_in:
            scope[visitor.WHY] = "sign-in"
            refused = await self._signed_in(self.sign_in, scope, request)
        if refused is not None:
            await refused(scope, receive, send)
            return
        try:
            scope[visitor.WHY] = "path"
            less = self._less(request)
        except NoSuchToolset as error:
            await PlainTextResponse(str(error), 404)(scope, receive, send)
            return
        scope[visitor.WHY] = "protocol"
        visitor.keep(scope, self._visitor(scope, request, less))
        whose = visitor.of(request).whose
        with suppress(ClientDisconnect), self.bodies.of(whose) as more:  # the client left: nothing was started
            await self._serve(request, receive, send, less, more)

    async def _serve(
        self, request: Request, receive: Receive, send: Send, less: Narrowing, more: Callable[[int], bool]
    ) -> None:
        """Serve whoever was let in; a token that does not allow the call it is sent with is told what to get."""
        scope = request.scope
        if scope["method"] == "POST":
            found = await posted(request, more)
            if isinstance(found, Response):
                await found(scope, receive, send)
                return
            if self.sign_in and found.tool in self.writes and not less.read_only and WRITE not in scope["auth"].scopes:
                scope[visitor.WHY] = "scope"
                await self.sign_in.refusal(403, (READ, WRITE), "insufficient_scope")(scope, receive, send)
                return
            receive = found.again
        scope["headers"] = [*_usual(scope["headers"])]
        await self.sessions.serve(scope, receive, send, visitor.of(request).whose)

    async def _signed_in(self, sign_in: SignIn, scope: Scope, request: Request) -> Response | None:
        """Note who sent the request; return a refusal for those who may not."""
        user = await sign_in.user(request)
        if user is None:
            error = "invalid_token" if "authorization" in request.headers else ""
            return sign_in.refusal(401, self._scopes(request), error)
        if READ not in user.scopes:
            return sign_in.refusal(403, self._scopes(request), "insufficient_scope")
        scope["user"], scope["auth"] = user, _Allowed(frozenset(user.scopes))
        return None

    def _scopes(self, request: Request) -> Collection[str]:
        """Return the scopes for everything offered at this address.

        Clients register for those they are told first, and some providers grant no more later.
        """
        reads = request.scope["path"].endswith("/readonly") or not self.writes
        return (READ,) if reads else (READ, WRITE)

    def _less(self, request: Request) -> Narrowing:
        named = request.path_params.get("toolsets")
        return narrowing(request.scope["path"], named, request.headers, self.toolsets)

    def _visitor(self, scope: Scope, request: Request, less: Narrowing) -> Visitor:
        user = scope.get("user")
        whose = principal(user) if isinstance(user, AuthenticatedUser) else ""
        scopes = scope["auth"].scopes if self.sign_in else None
        trace = visitor.trace_of(request.headers.get("traceparent"))
        return Visitor(whose, scopes, less, visitor.request_id(scope, request.headers), trace)


@dataclass(frozen=True, slots=True)
class _Allowed:
    scopes: frozenset[str]


def principal(user: AuthenticatedUser) -> str:
    """Return under what name is kept what is somebody's: a subject is unique at its issuer only."""
    token = user.access_token
    return f"{token.subject} at {(token.claims or {})['iss']}"


def _usual(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Yield headers as the SDK reads them: a media type in lower case, and that who names none takes any (RFC 9110)."""
    takes = False
    for name, value in headers:
        takes = takes or (name == b"accept" and bool(value.strip()))
        if name == b"content-type":
            yield name, value.lower()
        elif name != b"accept" or value.strip():
            yield name, value
    if not takes:
        yield b"accept", b"*/*"
