"""What a request is offered, who sent it, and who is told how its call went; over stdio the same for all."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal, Protocol

from harvest_mcp.errors import (
    ApprovalNeeded,
    ConfirmationNeeded,
    GateClosed,
    HarvestMcpError,
    InDoubt,
    Malformed,
    NotTheApi,
    Throttled,
    TooSlow,
    Unavailable,
    Unreachable,
)
from harvest_mcp.protocol.elicitation import Context
from harvest_mcp.protocol.prompts import Prompt
from harvest_mcp.tools.tool import Desk, Tool

Outcome = Literal["ok", "refused", "waits", "in doubt", "vendor fault", "failed", "cancelled"]
"""The outcome of a call: done; refused; waiting for a person; in doubt; failed by the vendor; crashed; cancelled."""


VENDOR_FAULTS = (Throttled, Unreachable, Unavailable, TooSlow, Malformed, NotTheApi)
"""Errors of the vendor, or of the way to it."""


def outcome_of(error: HarvestMcpError) -> Outcome:
    """Return the outcome of a call that ended with this error."""
    if isinstance(error, InDoubt):
        return "in doubt"
    if isinstance(error, (ApprovalNeeded, ConfirmationNeeded)):
        return "waits"
    faulty = isinstance(error, VENDOR_FAULTS) and not isinstance(error, GateClosed)
    return "vendor fault" if faulty else "refused"


@dataclass(frozen=True, slots=True)
class Offer:
    """The tools and prompts a client gets to see."""

    instructions: str
    tools: Sequence[Tool]
    prompts: Sequence[Prompt]


class Entrance(Protocol):
    """How requests come in."""

    def offer(self, ctx: Context) -> Offer:
        """Return what this request is offered."""
        ...

    def whose(self, ctx: Context) -> str:
        """Return who sent it; empty for whoever the account signs in as.

        Raises:
            MCPError: nobody who may.
        """
        ...

    def refusal(self, ctx: Context, tool: Tool) -> str:
        """Return why this request may not call the tool; empty if it may."""
        ...

    def told(self, error: HarvestMcpError) -> str:
        """Return the message of an error for the sender of this request."""
        ...

    def desk(self, ctx: Context, desk: Desk) -> AbstractAsyncContextManager[Desk]:
        """Lend the desk for this request, the person's own where people have accounts of their own."""
        ...

    async def page(self, ctx: Context, system: str) -> str:
        """Return where the sender connects their account of a system; empty without such a page."""
        ...

    def began(self) -> None:
        """Note that a call began."""
        ...

    def ended(self, ctx: Context, tool: str, outcome: Outcome, seconds: float) -> None:
        """Note a call's outcome and duration."""
        ...


@dataclass(frozen=True, slots=True)
class OpenEntrance:
    """Offers the same to everybody, and notes nothing."""

    offered: Offer

    def offer(self, ctx: Context) -> Offer:
        return self.offered

    def whose(self, ctx: Context) -> str:
        return ""

    def refusal(self, ctx: Context, tool: Tool) -> str:
        return ""

    def told(self, error: HarvestMcpError) -> str:
        return str(error)

    def desk(self, ctx: Context, desk: Desk) -> AbstractAsyncContextManager[Desk]:
        return nullcontext(desk)

    async def page(self, ctx: Context, system: str) -> str:
        return ""

    def began(self) -> None:
        pass

    def ended(self, ctx: Context, tool: str, outcome: Outcome, seconds: float) -> None:
        pass
