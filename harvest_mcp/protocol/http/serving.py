"""Run the application on a socket, and stop it: first not ready, then closed, then calls under way finish."""

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from uvicorn import Config, Server
from uvicorn.server import HANDLED_SIGNALS

from harvest_mcp.protocol.http.entrance import Stop
from harvest_mcp.protocol.http.limits.connections import TimedConnection

log = logging.getLogger("harvest_mcp.http")

CALLS = 15
"""Seconds for calls under way once new connections are refused."""


KEPT = 75
"""Seconds a connection may be idle: longer than proxies and clients keep one, so that no call meets one that closes."""
CUT = "returned without completing response"
"""uvicorn's message for an event stream that was open at the end; nothing is lost by it."""


class Draining(Server):
    """A uvicorn server that drains: after a first SIGTERM a proxy has time to notice, a second ends that, a third cuts
    off."""

    def __init__(self, config: Config, stop: Stop, notice: float, echo: float = 0.0) -> None:
        """`echo` is for how many seconds a second signal counts as the same one, arriving by another way."""
        super().__init__(config)
        self._stop, self._notice, self._echo = stop, notice, echo
        self._heard = float("-inf")
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to end; the process then exits by itself, not by the signal."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while serving.

        A worker goes on to ignore them while it ends, since a signal sent to every process arrives once more from the
        first.
        """
        if not self._echo:
            with super().capture_signals():
                yield
            return
        for number in HANDLED_SIGNALS:
            signal.signal(number, self.handle_exit)
        yield
        for number in HANDLED_SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle a signal."""
        assert self._loop is not None  # noqa: S101 - signals are handled only while it serves
        self._loop.call_soon_threadsafe(self._told, sig)

    def _told(self, sig: int) -> None:
        now = time.monotonic()
        if now - self._heard < self._echo:
            return
        self._heard = now
        if self.should_exit:
            self.force_exit = True
            return
        wait = 0.0 if self._stop.draining or sig == signal.SIGINT else self._notice
        self._stop.draining = True
        log.info("stopping", extra={"told": {"under_way": self._stop.under_way, "closes_in": wait}})
        if self._loop is not None:
            self._loop.call_later(wait, self._close)

    def _close(self) -> None:
        self.should_exit = True


def server_of(
    app: Any, stop: Stop, *, notice: float, proxies: tuple[str, ...], root_path: str, echo: float = 0.0
) -> Draining:
    """Return a server for an application, to run on a given socket."""
    config = Config(
        app,
        loop="asyncio",
        http=TimedConnection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        root_path=root_path.rstrip("/"),
        timeout_keep_alive=KEPT,
        timeout_graceful_shutdown=CALLS,
    )
    logging.getLogger("uvicorn.error").addFilter(lambda record: not (stop.draining and CUT in record.getMessage()))
    return Draining(config, stop, notice, echo)
