"""Stdin and stdout, each in a thread of its own that nothing waits for.

A blocked read in a thread pool would keep the process alive and delay signals.
"""

import os
import threading
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager, suppress
from queue import SimpleQueue

import anyio
from anyio.from_thread import BlockingPortal

from harvest_mcp.protocol.front.opening import Handover

CHUNK = 65_536
GONE = (RuntimeError, CancelledError, anyio.BrokenResourceError, anyio.ClosedResourceError)


class Pipes:
    """Lines in and lines out; if the conversation has `begun` already, after what came before."""

    def __init__(self, portal: BlockingPortal, source: int, sink: int, begun: Handover | None = None) -> None:
        self._portal, self._begun = portal, begun
        self._into, self._chunks = anyio.create_memory_object_stream[bytes]()
        self._out: SimpleQueue[bytes | None] = SimpleQueue()
        self._written = anyio.Event()
        self._ended = False
        for work, number in ((self._read, source), (self._write, sink)):
            threading.Thread(target=work, args=(number,), daemon=True, name=f"stdio{work.__name__}").start()

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield each line until stdin ends or `end` is called; the last may lack its newline."""
        begun: list[bytes] = []
        async for chunk in self._chunks:
            *whole, rest = chunk.split(b"\n")
            for line in whole:
                if self._ended:
                    return
                yield b"".join([*begun, line])
                begun = []
            begun.append(rest)
        if not self._ended:
            yield b"".join(begun)

    def send(self, line: bytes) -> None:
        """Write a line after those before it."""
        self._out.put(line + b"\n")

    def end(self) -> None:
        """Take no more lines."""
        self._ended = True
        self._into.close()

    async def flush(self) -> None:
        """Wait until everything is written or nobody reads it; nothing can be sent afterwards."""
        self._out.put(None)
        await self._written.wait()

    def close(self) -> None:
        self.end()
        self._chunks.close()
        self._out.put(None)

    def _read(self, source: int) -> None:
        with suppress(*GONE):
            if self._begun and self._begun.rest:
                self._portal.call(self._into.send, self._begun.rest)
            with suppress(OSError):  # an unreadable stdin counts as ended
                while chunk := os.read(source, CHUNK):
                    self._portal.call(self._into.send, chunk)
            self._portal.call(self._into.close)

    def _write(self, sink: int) -> None:
        with suppress(*GONE):
            try:
                if self._begun:
                    self._begun.written()
                while (line := self._out.get()) is not None:
                    left = memoryview(line)
                    while left:
                        left = left[os.write(sink, left) :]
            except OSError:
                self._portal.call(self.end)  # nobody reads the answers any more
            finally:
                self._portal.call(self._written.set)


@asynccontextmanager
async def opened(begun: Handover | None = None) -> AsyncIterator[Pipes]:
    """Take over stdin and stdout; for the rest of the process stdin is empty and prints go to stderr."""
    while (nothing := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # reserve standard descriptors that were closed, so that no copy below gets one
    source, sink = os.dup(0), os.dup(1)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    async with BlockingPortal() as portal:
        wire = Pipes(portal, source, sink, begun)
        try:
            yield wire
        finally:
            wire.close()
