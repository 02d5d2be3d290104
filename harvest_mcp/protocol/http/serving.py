"""Run the application on a socket, and stop it: first not ready, then closed, then calls under way finish."""

import asyncio
import logging
import signal
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType, MappingProxyType
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

    def __init__(
        self, config: Config, stop: Stop, notice: float, passed_on: Mapping[int, int] = MappingProxyType({})
    ) -> None:
        """`passed_on` are the signals by which the first process passes on what it was told, and what each stands
        for."""
        super().__init__(config)
        self.passed_on = passed_on
        self._stop, self._notice = stop, notice
        self._heard: Counter[bool] = Counter()
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
        if not self.passed_on:
            with super().capture_signals():
                yield
            return
        heard = (*HANDLED_SIGNALS, *self.passed_on)
        for number in heard:
            signal.signal(number, self.handle_exit)
        yield
        for number in heard:
            signal.signal(number, signal.SIG_IGN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Handle a signal."""
        assert self._loop is not None  # noqa: S101 - signals are handled only while it serves
        self._loop.call_soon_threadsafe(self._told, sig)

    def _told(self, sig: int) -> None:
        """Count what came directly and what the first process passed on: sent to all, a signal comes both ways."""
        before = max(self._heard.values(), default=0)
        self._heard[sig in self.passed_on] += 1
        sig = self.passed_on.get(sig, sig)
        if max(self._heard.values()) == before:
            return
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
    app: Any,
    stop: Stop,
    *,
    notice: float,
    proxies: tuple[str, ...],
    root_path: str,
    passed_on: Mapping[int, int] = MappingProxyType({}),
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
    return Draining(config, stop, notice, passed_on)
