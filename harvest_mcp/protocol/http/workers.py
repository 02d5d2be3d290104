"""Several processes at one address: started, restarted when one dies, and ended together."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

from harvest_mcp.protocol.http.metrics import PIPE, counts_pipe

log = logging.getLogger("harvest_mcp.http")

LISTENER = "_HARVEST_MCP_LISTENER"
"""The variable that tells a worker the descriptor of its socket."""
LIVES = 10.0
"""A worker that exits by itself within so many seconds failed to start."""
LONGEST_PAUSE = 30.0
GLANCE = 0.2
PASSED_ON = {"SIGTERM": "SIGUSR1", "SIGINT": "SIGUSR2"}
"""By which signal the first process passes one on: sent to all, as Ctrl-C is, it reaches a worker by itself too."""
ENDS = 30.0
"""Seconds that workers have to exit, after the time a proxy has to notice."""


def inherited_socket() -> socket.socket | None:
    """Return the socket passed to this process as a worker."""
    number = os.environ.get(LISTENER)
    return socket.socket(fileno=int(number)) if number else None


def is_worker() -> bool:
    """Return whether this process is a worker."""
    return LISTENER in os.environ


def passed_on() -> dict[int, int]:
    """Return what the signals stand for by which the first process passes others on."""
    return {getattr(signal, by): getattr(signal, told) for told, by in PASSED_ON.items()}


def log_serving() -> None:
    """Log calls, starts and stops at level INFO, whatever the level of the rest."""
    for name in ("harvest_mcp.calls", "harvest_mcp.http"):
        logging.getLogger(name).setLevel(logging.INFO)


def end_with_the_first() -> None:
    """Exit when the parent process is gone, however it ended: it holds the other end of stdin."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), getattr(signal, PASSED_ON["SIGTERM"]))

    threading.Thread(target=watch, daemon=True).start()


def log_address(url: str, several: int = 1, metrics: str = "") -> None:
    """Log the address it is served at, and that of its counters."""
    told = {"url": url, "workers": several, "metrics": metrics}
    log.info("serving", extra={"told": {name: value for name, value in told.items() if value}})


class Worker:
    """One worker process, when it was started, and the pause before it is restarted if it exits by itself."""

    def __init__(self, listener: socket.socket, told: int = -1, pause: float = 0.0) -> None:
        """`told` is the pipe for its counts, if counters are served."""
        self.started, self._pause, self._over = time.monotonic(), pause, 0.0
        self.process = subprocess.Popen(  # noqa: S603 - this program, with the same arguments
            [sys.executable, "-m", "harvest_mcp", *sys.argv[1:]],
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno(), *([told] if told >= 0 else [])],
            env={**os.environ, LISTENER: str(listener.fileno()), PIPE: str(told) if told >= 0 else ""},
        )
        log.info("worker", extra={"told": {"worker": self.process.pid}})

    def next(self, listener: socket.socket, told: int) -> "Worker":
        """Return the worker for this place: itself while it lives, and for a pause after it failed to start."""
        if (code := self.process.poll()) is None:
            return self
        now = time.monotonic()
        if not self._over:
            self._over = now
            failed = code > 0 and now - self.started < LIVES
            self._pause = min(LONGEST_PAUSE, 2 * self._pause + 1) if failed else 0.0
            log.warning("worker ended", extra={"told": {"worker": self.process.pid, "code": code}})
        return Worker(listener, told, self._pause) if now - self._over >= self._pause else self


def supervise(many: int, listener: socket.socket, *, grace: float, counting: bool = False) -> int:
    """Keep so many workers running until told to end; return 0 if all ended well.

    A worker that dies is restarted; one that keeps failing at its start, ever more slowly.
    """
    told = list[int]()
    pipe = counts_pipe() if counting else -1

    def tell(number: int, frame: FrameType | None) -> None:
        told.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    crew = [Worker(listener, pipe) for _ in range(many)]
    while not told:
        crew = [each.next(listener, pipe) for each in crew]
        time.sleep(GLANCE)  # ends at a stop; workers that ended by the same signal are not restarted
    listener.close()
    return _end(crew, told, grace + ENDS)


def _end(crew: list[Worker], told: list[int], within: float) -> int:
    """Tell all to end, pass on further signals, and kill those that do not.

    A worker that serves handles a signal; one that is killed by it was still starting, and cut nothing off.
    """
    until, passed, codes = time.monotonic() + within, 0, list[int]()
    by = {told: number for number, told in passed_on().items()}
    while any(each.process.poll() is None for each in crew) and time.monotonic() < until:
        for number in told[passed:]:
            for each in crew:
                if each.process.poll() is None:
                    each.process.send_signal(by[number])
        passed = len(told)
        time.sleep(GLANCE / 4)
    for each in crew:
        if each.process.poll() is None:
            each.process.kill()
        codes.append(each.process.wait())
        if codes[-1]:
            log.warning("worker ended", extra={"told": {"worker": each.process.pid, "code": codes[-1]}})
    well = {0, *(-number for number in told), *(-by[number] for number in told)}
    return 0 if well.issuperset(codes) else 1
