"""What a request over HTTP is offered and whose it is, and one log line for each call."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

import anyio

from harvest_mcp import counters
from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.protocol.elicitation import Context
from harvest_mcp.protocol.http import visitor
from harvest_mcp.protocol.http.narrowing import Narrowing
from harvest_mcp.protocol.http.tokens import WRITE
from harvest_mcp.protocol.visit import Offer, Outcome
from harvest_mcp.tools.tool import Desk, Tool
from harvest_mcp.vault.desks import Desks
from harvest_mcp.vault.tickets import Tickets, principal_of

log = logging.getLogger("harvest_mcp.calls")

MAY_NOT = "This needs the scope {}, which your sign-in does not have. Sign in again and allow it. {}"


@dataclass(slots=True)
class Stop:
    """Whether this process is about to end, and how many calls are under way."""

    draining: bool = False
    under_way: int = 0
    _idle: anyio.Event = field(default_factory=anyio.Event)

    def ended(self) -> None:
        self.under_way -= 1
        if not self.under_way:
            self._idle.set()

    async def idle(self) -> None:
        """Wait until no call is under way."""
        while self.under_way:
            if self._idle.is_set():
                self._idle = anyio.Event()
            await self._idle.wait()


@dataclass(frozen=True, slots=True)
class OwnAccounts:
    """The desks of people with accounts of their own, and links to the pages that connect these."""

    desks: Desks
    tickets: Tickets
    issuer: str
    base: str


@dataclass(frozen=True, slots=True)
class HttpEntrance:
    """How requests come in over HTTP; `offers` returns the tools for a narrowing, `own` are people's own accounts.

    `apart` is whether who sends them sits at another machine.
    """

    offers: Callable[[Narrowing], Offer]
    stop: Stop
    own: OwnAccounts | None = None
    apart: bool = True

    def offer(self, ctx: Context) -> Offer:
        return self.offers(visitor.of(ctx.request).narrowing)

    def whose(self, ctx: Context) -> str:
        return visitor.of(ctx.request).whose

    def refusal(self, ctx: Context, tool: Tool) -> str:
        """Return why a token does not allow a call; the gate refuses first, but parses the body by itself."""
        scopes = visitor.of(ctx.request).scopes
        if tool.hints.reads or scopes is None or WRITE in scopes:
            return ""
        return MAY_NOT.format(WRITE, tool.untouched).rstrip()

    def told(self, error: HarvestMcpError) -> str:
        """Return the message for a caller at another machine, and log what only the operator can use."""
        if not self.apart:
            return str(error)
        if (said := str(error)) != error.afar:
            log.warning("%s", said)
        return error.afar

    def desk(self, ctx: Context, desk: Desk) -> AbstractAsyncContextManager[Desk]:
        return self.own.desks.of(self.whose(ctx)) if self.own else nullcontext(desk)

    async def page(self, ctx: Context, system: str) -> str:
        """Return a new link, valid only for whoever sent this request."""
        if self.own is None:
            return ""
        code = await self.own.tickets.issue("connect", principal_of(self.whose(ctx), self.own.issuer), system=system)
        return f"{self.own.base}/connect/{code}"

    def began(self) -> None:
        self.stop.under_way += 1

    def ended(self, ctx: Context, tool: str, outcome: Outcome, seconds: float) -> None:
        """Write a log line without a name, an argument or any text of a record."""
        self.stop.ended()
        who = visitor.of(ctx.request)
        visitor.logged(ctx.request)
        counters.HERE.add(counters.CALLS, tool, outcome)
        counters.HERE.add(counters.SECONDS, tool, by=seconds)
        meta = ctx.meta or {}
        told = {
            "request": who.request,
            "principal": visitor.pseudonym(who.whose),
            "tool": tool,
            "ms": round(seconds * 1000),
            "outcome": outcome,
            "trace": visitor.trace_of(meta.get("traceparent")) or who.trace,
        }
        log.info("call", extra={"told": {name: value for name, value in told.items() if value != ""}})
