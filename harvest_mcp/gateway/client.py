"""The only module that talks to the network."""

import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import anyio
import httpx
from opentelemetry import trace

from harvest_mcp import counters
from harvest_mcp.errors import CallFailed, TooSlow, Unavailable, Unreachable
from harvest_mcp.gateway import body, outside
from harvest_mcp.gateway.account import Account, Waiting, nobody
from harvest_mcp.gateway.environment import Proxy, proxy_for
from harvest_mcp.gateway.pool import AT_ONCE, Pools, kept_clean
from harvest_mcp.gateway.retry import Credit, Patience, settle
from harvest_mcp.gateway.throttle import Throttle, budgets
from harvest_mcp.gateway.transport import SignedIn, outgoing, place, raw, trust
from harvest_mcp.spec import Request, Response
from harvest_mcp.wire.verdicts import judge
from harvest_mcp.wire.xml import CAP

log = logging.getLogger("harvest_mcp.gateway")
tracer = trace.get_tracer("harvest_mcp")

PATH = re.compile(r"(?:/[a-z0-9_]+)+(?:\.xml|/[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+)?")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes a call may take: `total` includes queueing and retries.

    `connections` are for reads, and as many for writes. `first_wait` doubles with every attempt, up to `longest_wait`.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0
    wait: float = 20.0
    body: int = CAP
    redirects: int = 3
    connections: int = 100
    first_wait: float = 0.25
    longest_wait: float = 4.0


class Gateway:
    """Sends one account's requests; a `Send`. Reads share connections, writes get fresh ones.

    If a kept-alive connection dies during a write, nobody knows whether it was carried out; if a fresh one cannot be
    opened, it was not.
    """

    def __init__(
        self,
        account: Account,
        *,
        version: str,
        transport: httpx.AsyncBaseTransport | None = None,
        throttle: Throttle | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open nothing yet.

        Raises:
            SettingsError: the environment names a proxy or certificates that cannot be used.
        """
        self.account, self.limits = account, limits or Limits()
        self.throttle = throttle or budgets(account.system)
        self._clock, self._credit = clock, Credit()
        agent = f"harvest-mcp/{version}{account.contact and f' ({account.contact})'}"  # harvest-v2 2
        plain = {"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "keep-alive"}
        self._plain, self._headers = raw(plain), raw({**plain, **account.system.dialect.headers})
        self._timeout = httpx.Timeout(self.limits.read, connect=self.limits.connect).as_dict()
        self._transport, self._home = transport, httpx.URL(account.url)
        # Shared by both, and not for a given transport: it takes 20 ms to make.
        verify = transport is None and trust()
        self._proxy = None if transport else proxy_for(account.url)
        through = self._proxy.url if self._proxy else None

        def ways(*, kept: int) -> Pools:
            """Return connections of which so many are kept alive while idle."""
            room = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=kept)

            def make() -> httpx.AsyncBaseTransport:
                way = transport or kept_clean(httpx.AsyncHTTPTransport(verify=verify, limits=room, proxy=through))
                return SignedIn(account, way)

            return Pools(make, most=self.limits.connections)

        self._reads, self._writes = ways(kept=AT_ONCE), ways(kept=0)
        self._outside: Pools | None = None

    async def aclose(self) -> None:
        if self._outside is not None:
            await self._outside.aclose()
        await self._reads.aclose()
        await self._writes.aclose()
        await self.throttle.aclose()

    async def found(self) -> Account:
        """Return the account as given."""
        return self.account

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response:
        """Send a request until it is answered or must not be sent again.

        Raises:
            InDoubt: a write was sent and nothing tells whether it was carried out.
            CallFailed: any other leaf; a write was then not carried out.
        """
        until = self._clock() + self.limits.total
        self._credit.earn()
        proves = self.account.system.plan.refusals_prove
        waits = (self.limits.first_wait, self.limits.longest_wait)
        patience = Patience(
            request, self._credit, left=lambda: until - self._clock(), waits=waits, refusals_prove=proves
        )
        while True:
            try:
                return await self._follow(request, until, waiting)
            except CallFailed as failure:
                if (wait := patience(failure)) is None:
                    raise settle(request, failure, refusals_prove=proves) from None
            await anyio.sleep(wait)

    async def _follow(self, request: Request, until: float, waiting: Waiting) -> Response:
        """Return the response after redirects within the account's own host; each hop counts as a call."""
        for _ in range(self.limits.redirects):
            answer = await self._turn(request, until, waiting, follows=True)
            if (target := self._redirected(request, answer)) is None:
                return answer
            request = target
        return await self._turn(request, until, waiting, follows=False)

    async def _turn(self, request: Request, until: float, waiting: Waiting, *, follows: bool) -> Response:
        left = max(0.0, until - self._clock())
        if request.origin:  # another host is not part of this account's budget
            return await self._told(request, left, follows=False)
        async with self.throttle.of(request.path).turn(patience=min(self.limits.wait, left), waiting=waiting):
            if (left := until - self._clock()) <= 0:
                raise Unreachable(f"There was no time left to call {self.account.host}.", next=RETRY_LATER)
            return await self._told(request, left, follows=follows)

    async def _told(self, request: Request, seconds: float, *, follows: bool) -> Response:
        """Make one call on the wire, with one log line and one span, neither with credentials or record text."""
        began, outcome = self._clock(), "failed"
        name = f"{self.account.system.name} {request.method}"
        with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            span.set_attributes({"http.request.method": request.method, "url.path": request.path})
            try:
                answer = await self._timed(request, seconds)
                outcome = str(answer.status)
                if follows and self._redirected(request, answer):
                    return answer
                quoted = replace(answer, body=answer.body[:QUOTABLE]) if answer.status >= 400 else answer
                system, words = self.account.system, self.account.blot
                verdict = outside.judge if request.origin else judge
                if failure := verdict(system, request, quoted, now=datetime.now(UTC), words=words):
                    raise failure
                return answer
            except CallFailed as failure:
                outcome = f"{outcome} {type(failure).__name__}"
                raise
            finally:
                span.set_attribute("outcome", outcome)
                counters.vendor(self.account.system.name, outcome)
                log.info("%s %s %s %d ms", name, request.path, outcome, round((self._clock() - began) * 1000))

    async def _timed(self, request: Request, seconds: float) -> Response:
        trip, host, proxy = _Trip(), self.account.host, self._proxy
        here = f"The way there goes{proxy.through}. {_check(proxy)}" if proxy else CHECK
        try:
            with anyio.fail_after(seconds):
                return await self._once(request, trip)
        except (TimeoutError, httpx.TimeoutException) as error:
            if trip.connecting or isinstance(error, (httpx.ConnectTimeout, httpx.PoolTimeout)):
                raise Unreachable(
                    f"{host} did not take the call in time.", next=AGAIN, here=here if proxy else RETRY_LATER
                ) from None
            slow = f"The way there goes{proxy.through}. {RETRY_LATER}" if proxy else RETRY_LATER
            raise TooSlow(f"{host} took too long to answer.", next=AGAIN, here=slow) from None
        except httpx.ConnectError as error:
            raise Unreachable(f"{host} cannot be reached{_why(error)}.", next=AGAIN, here=here) from None
        except httpx.ProxyError:  # only while the proxy opens a tunnel
            raise Unreachable(f"A proxy does not let calls through to {host}.", next=AGAIN, here=here) from None
        except (httpx.TransportError, httpx.InvalidURL, OSError):  # InvalidURL: from a Location that httpx parses
            raise Unavailable(f"{host} broke the connection off.", next=AGAIN, here=RETRY_LATER) from None

    def _redirected(self, request: Request, answer: Response) -> Request | None:
        """Return where a read is redirected to: only within the account's own scheme, host and port; a write is never.

        Nor is a read whose new address repeats a credential: addresses are logged and quoted.
        """
        location = answer.headers.get("location", "")
        if request.writes or not 300 <= answer.status < 400 or not location:
            return None
        home = self._home
        try:
            there = home.copy_with(path=f"{home.path.rstrip('/')}{request.path}").join(location)
        except httpx.InvalidURL:
            return None
        query = tuple((name, value) for name, value in there.params.multi_items() if name != "access_token")
        quoted = str((there.path, query))
        prefix = home.path.rstrip("/")
        if place(there) != place(home) or self.account.blot(quoted) != quoted or not there.path.startswith(prefix):
            return None
        path = there.path.removeprefix(prefix)
        return Request("GET", path, query) if PATH.fullmatch(path) else None

    async def _once(self, request: Request, trip: "_Trip") -> Response:
        pools, address, headers = self._way(request)
        sent = outgoing(request, address, headers, {"trace": trip, "timeout": self._timeout})
        with pools.lent() as way:
            answer = await way.handle_async_request(sent)
            try:
                read = await body.read(answer, most=self.limits.body)
            finally:
                await answer.aclose()
        return Response(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, read)

    def _way(self, request: Request) -> tuple[Pools, httpx.URL | str, Mapping[bytes, bytes]]:
        """Return the connections a call uses, its URL, and its headers except credentials."""
        if request.origin:
            address = outside.address(self.account.url, request)
            if self._outside is None:
                self._outside = outside.pools(self.account.url, self._transport)
            return self._outside, address, self._plain
        if PATH.fullmatch(request.path) is None:
            raise AssertionError(f"not a path of the API: {request.path}")
        pools = self._writes if request.writes else self._reads
        return pools, f"{self.account.url.rstrip('/')}{request.path}", self._headers


class _Trip:
    """Tells whether a request still waits for a connection, and so has certainly not been sent.

    httpcore calls it at every step; in process there are none, and the request counts as sent.
    """

    connecting = False

    async def __call__(self, step: str, info: object) -> None:
        if step == "connection.connect_tcp.started":
            self.connecting = True
        elif step.endswith("send_request_headers.started"):
            self.connecting = False


QUOTABLE = 64 * 1024
"""The most bytes of an error document to look at; it may have megabytes."""
AGAIN = "Try again in a minute; if it stays, tell whoever runs this server."
RETRY_LATER = "Try again in a minute; `harvest-mcp doctor` tells more."
CHECK = "Check the address and your network with `harvest-mcp doctor`."


def _check(proxy: Proxy) -> str:
    return f"Check {proxy.variable} and NO_PROXY in the environment."


def _why(error: httpx.ConnectError) -> str:
    """Return why a connection failed, in our words: the library's may contain too much."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f": its TLS certificate is not trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return ": it does not speak TLS as expected"
        cause = cause.__cause__ or cause.__context__
    return ""
