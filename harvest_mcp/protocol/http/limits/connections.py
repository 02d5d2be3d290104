"""One connection: its heads and bodies come within a bounded time, and what is none ends it without a word too many.

uvicorn 0.54 times only the pause between requests: a head or a body that never ends stays, and a body holds up a stop.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD = 60.0
"""Seconds for the head of a request, from the connection or from its first byte."""
BODY = 300.0
"""Seconds for a body: the largest one comes in time at 14 kB a second."""
LAST_BODY = 2.0
"""Seconds that a body has left at a stop: nothing has begun before it is whole."""
READ = 16 * 1024
"""The most bytes read at once: of the 256 kB that asyncio reads, sent as chunks of one byte, everybody else waits."""
UNANSWERED = (h11.IDLE, h11.SEND_RESPONSE)


class TimedConnection(H11Protocol):
    """uvicorn's, with a time for each head and body."""

    _awaited: tuple[object, RequestResponseCycle | None] | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        transport.max_size = READ  # type: ignore[attr-defined]  # of asyncio's own transports
        self._time()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._time()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is not h11.IDLE:  # the pause before the next head is timed already
            self._time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        super().shutdown()
        self.loop.call_later(LAST_BODY, self._end_body)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; where an answer has begun, there is nothing more to say."""
        if self.conn.our_state in UNANSWERED:
            super().send_400_response(msg)
        else:
            self.transport.close()

    def _should_upgrade(self) -> bool:
        return False

    def _time(self) -> None:
        """Time what is awaited, from when it was first."""
        state = self.conn.their_state
        awaited = (state, self.cycle) if state in (h11.IDLE, h11.SEND_BODY) else None
        if awaited == self._awaited:
            return
        self._stop_timer()
        self._awaited = awaited
        if awaited:
            seconds = HEAD if state is h11.IDLE else BODY
            self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _end_body(self) -> None:
        if self.conn.their_state is h11.SEND_BODY:
            self.transport.abort()
