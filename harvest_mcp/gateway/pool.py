"""Connections that are reused only if nothing is left unread on them.

Extra bytes after a response would be taken for the response to the next call. httpcore checks the socket before it
reuses a connection, but not what it had read along with the response.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx

AT_ONCE = 10
"""Connections of one pool."""


class Clean(httpcore.AsyncConnectionInterface):
    """A connection that counts as expired once more arrived than was asked for."""

    def __init__(self, inner: httpcore.AsyncConnectionInterface) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def info(self) -> str:
        return self._inner.info()

    def can_handle_request(self, origin: httpcore.Origin) -> bool:
        return self._inner.can_handle_request(origin)

    def is_available(self) -> bool:
        return self._inner.is_available()

    def has_expired(self) -> bool:
        return self._inner.has_expired() or (self._inner.is_idle() and bool(_left_over(self._inner)))

    def is_idle(self) -> bool:
        return self._inner.is_idle()

    def is_closed(self) -> bool:
        return self._inner.is_closed()


def _left_over(connection: object) -> bytes:
    """Return bytes that were read and belong to no response, from h11's buffer below any wrapper."""
    while connection is not None:
        if (protocol := getattr(connection, "_h11_state", None)) is not None:
            left: bytes = protocol.trailing_data[0]
            return left
        connection = getattr(connection, "_connection", None)
    return b""


@dataclass(slots=True)
class SmallPool:
    """Some connections, and how many calls use or wait for one."""

    transport: httpx.AsyncBaseTransport
    calls: int = 0


class Pools:
    """Connections for calls of one kind, in small pools.

    For every call, httpcore compares each connection of a pool with each other, so a hundred in one pool cost more than
    the calls.
    """

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport], *, most: int) -> None:
        """`make` returns a pool of `AT_ONCE` connections; `most` is the number of connections in all."""
        self._make, self._most = make, most // AT_ONCE
        self._pools: list[SmallPool] = []

    @contextmanager
    def lent(self) -> Iterator[httpx.AsyncBaseTransport]:
        """Lend the first pool with a free connection, for one call and its response."""
        pool = next((each for each in self._pools if each.calls < AT_ONCE), None)
        if pool is None and len(self._pools) < self._most:
            self._pools.append(pool := SmallPool(self._make()))
        pool = pool or min(self._pools, key=lambda each: each.calls)
        pool.calls += 1
        try:
            yield pool.transport
        finally:
            pool.calls -= 1

    async def aclose(self) -> None:
        for each in self._pools:
            await each.transport.aclose()


def kept_clean(transport: httpx.AsyncHTTPTransport) -> httpx.AsyncHTTPTransport:
    """Return the transport with connections that are not reused after extra bytes."""
    keep_clean(transport._pool)  # httpx cannot be given a pool
    return transport


def keep_clean(pool: httpcore.AsyncConnectionPool) -> None:
    """Make every connection of a pool a `Clean` one."""
    make = pool.create_connection
    pool.create_connection = lambda origin: Clean(make(origin))  # type: ignore[method-assign]  # httpcore has no other place for it
