"""Two call budgets: one for reports, one for everything else (harvest-v2 3.3)."""

import math
from collections import deque
from collections.abc import Callable
from threading import Lock

CALLS, WINDOW, REPORTS_WINDOW = 100, 15, 900


class Pool:
    """So many calls per window of seconds; refused calls do not count. With `calls` None it never refuses."""

    def __init__(self, calls: int | None, seconds: int, clock: Callable[[], float]) -> None:
        self._calls, self._seconds, self._clock = calls, seconds, clock
        self._log: deque[float] = deque()
        self._lock = Lock()

    def count(self) -> int | None:
        """Count one call; return the whole seconds to wait if it exceeds the budget, else None."""
        with self._lock:
            now = self._clock()
            while self._log and self._log[0] <= now - self._seconds:
                self._log.popleft()
            if self._calls is None or len(self._log) < self._calls:
                self._log.append(now)
                return None
            return max(1, math.ceil(self._log[0] + self._seconds - now)) if self._log else self._seconds
