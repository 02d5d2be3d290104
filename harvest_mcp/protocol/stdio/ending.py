"""Serve until stdin ends or a signal comes; then finish calls under way, answer them, and exit."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType

import anyio

from harvest_mcp.protocol.front.opening import Handover
from harvest_mcp.protocol.sdk import McpServer
from harvest_mcp.protocol.stdio import pipes
from harvest_mcp.protocol.stdio.conversation import Conversation

log = logging.getLogger("harvest_mcp.stdio")

CUT = "This server ended before the call was done. A change under way is in the journal: list_changes shows it."
INTERRUPTED = 130
INTERRUPT = "Ctrl-C"
SIGNALS = {"SIGINT": INTERRUPT, "SIGTERM": "SIGTERM", "SIGHUP": "SIGHUP", "SIGBREAK": "Ctrl-Break"}


@dataclass(frozen=True, slots=True)
class EndingLimits:
    """Seconds that calls under way have after the last message, and after which the process exits in any case."""

    calls: float = 18.0
    process: float = 20.0


async def serve_stdio(
    server: McpServer, limits: EndingLimits = EndingLimits(), *, begun: Handover | None = None
) -> bool:
    """Serve one client over stdin and stdout; return whether every call was finished and answered."""
    async with pipes.opened(begun) as wire:
        with ExitStack() as last:
            async with anyio.create_task_group() as group:
                conversation = Conversation(server, group, wire.send)
                told = last.enter_context(_listening(wire.end, conversation))
                await conversation.note(begun.answered if begun else ())
                async for line in wire.lines():
                    await conversation.take(line)
                last.enter_context(_gone_after(limits.process))
                finished = await _finish(conversation, limits.calls, told)
                group.cancel_scope.cancel()
            await wire.flush()
    return finished


async def _finish(conversation: Conversation, seconds: float, told: list[str]) -> bool:
    """Wait for calls under way and log them; those that take too long are answered with an error."""
    await conversation.left()
    why, under_way = told[0] if told else "the end of stdin", conversation.open()
    if told and under_way:
        again = "Ctrl-C again" if INTERRUPT in told else "Ctrl-C twice"
        log.warning("Told to end by %s: finishing %s. %s ends at once.", why, ", ".join(under_way), again)
    with anyio.move_on_after(seconds):
        await conversation.settled()
        after = f" after finishing {', '.join(under_way)}" if under_way else ""
        log.log(logging.WARNING if told else logging.INFO, "Ended by %s%s.", why, after)
        return True
    log.warning("Ended by %s. Still under way after %g s: %s.", why, seconds, ", ".join(conversation.open()))
    conversation.cut(CUT)
    return False


@contextmanager
def _listening(end: Callable[[], None], conversation: Conversation) -> Iterator[list[str]]:
    """Call `end` on a signal, and exit at once on a second Ctrl-C; yield the names of signals received."""
    told: list[str] = []
    loop = asyncio.get_running_loop()

    def tell(number: int, frame: FrameType | None) -> None:
        name = SIGNALS[signal.Signals(number).name]
        if number == signal.SIGINT and name in told:
            log.warning(
                "Ended at once by a second Ctrl-C. Still under way: %s.", ", ".join(conversation.open()) or "nothing"
            )
            os._exit(INTERRUPTED)
        told.append(name)
        loop.call_soon_threadsafe(end)

    ours = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    heard = [number for number in ours if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, tell) for number in heard}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _gone_after(seconds: float) -> Iterator[None]:
    """Exit the process after so many seconds; an unfinished write is in the journal as intended."""
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
