"""A quiet uvicorn for a few browsers on this machine; connections are not kept open."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 40
"""The most open connections; for one more the oldest is dropped, preferably one without a request."""
PATIENCE = 10.0
"""Seconds a connection may take for its one request and answer."""


class Brief(H11Protocol):
    """A connection for one request: dropped if that takes too long or too many others wait."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Make room for it, and start its time limit."""
        self.since = time.monotonic()
        others = [each for each in self.connections if isinstance(each, Brief)]
        for each in sorted(others, key=lambda each: (each.asked, each.since))[: max(0, len(others) + 1 - MOST)]:
            each.transport.abort()
            self.connections.discard(each)
        super().connection_made(transport)
        self._late = asyncio.get_running_loop().call_later(PATIENCE, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._late.cancel()
        super().connection_lost(exc)

    @property
    def asked(self) -> bool:
        """Whether a complete request arrived on it."""
        return self.cycle is not None


class Guest(Server):
    """A uvicorn server that leaves signals to the surrounding process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture no signals."""
        yield


def guest(app: Callable[..., Any]) -> Guest:
    """Return a server for this application; the caller gives it its socket."""
    config = Config(
        app,
        http=Brief,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        limit_concurrency=MOST + 10,
        timeout_keep_alive=2,
        timeout_graceful_shutdown=1,
    )
    return Guest(config)
