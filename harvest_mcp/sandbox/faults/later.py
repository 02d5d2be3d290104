"""Writes that are carried out late: each in a thread of its own, whatever becomes of its caller."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Timer
from typing import TypeAlias

from harvest_mcp.sandbox.asgi import HttpAnswer

Work: TypeAlias = Callable[[], HttpAnswer]


@dataclass(frozen=True, slots=True)
class _Due:
    """Work to come: the timer that will run it, and the promise that it will keep."""

    timer: Timer
    promise: Future[HttpAnswer]
    work: Work


class Later:
    """Runs work after a delay in its own thread, so that a caller who disconnects cannot stop it."""

    def __init__(self) -> None:
        self._due: list[_Due] = []

    def __call__(self, seconds: float, work: Work) -> Future[HttpAnswer]:
        """Run the work so many seconds from now; return the promise of its answer."""
        promise: Future[HttpAnswer] = Future()
        timer = Timer(seconds, _fulfil, (promise, work))
        timer.daemon = True
        self._due = [*(old for old in self._due if old.timer.is_alive()), _Due(timer, promise, work)]
        timer.start()
        return promise

    def hasten(self, promise: Future[HttpAnswer] | None) -> None:
        """Run the work of a promise now, or wait for it if it has begun."""
        for due in self._due:
            if due.promise is promise:
                due.timer.cancel()
                due.timer.join()
                if not due.promise.done():
                    _fulfil(due.promise, due.work)

    def finish(self) -> None:
        """Wait for all work that is to come."""
        for due in self._due:
            due.timer.join()

    def close(self) -> None:
        """Cancel work that has not begun, and wait for work that has."""
        for due in self._due:
            due.timer.cancel()
        self.finish()


def _fulfil(promise: Future[HttpAnswer], work: Work) -> None:
    try:
        promise.set_result(work())
    except Exception as error:  # raised where the promise is read
        promise.set_exception(error)
