"""The account's call budget: so many calls per window, then a block that further calls restart (harvest-v1 4)."""

import math
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from harvest_mcp.spec import Era
from harvest_mcp.systems.harvest.account import RateLimit

CALLS = 100
WINDOW = 15


class Throttle:
    """Counts the calls of one account; with `calls` None it never blocks."""

    def __init__(self, calls: int | None = CALLS, *, clock: Callable[[], float]) -> None:
        self._calls, self._clock, self._lock = calls, clock, Lock()
        self._log: deque[float] = deque()
        self._blocked_until = self._last = float("-inf")

    def count(self) -> int | None:
        """Count one call; return the seconds until the block ends if it exceeds the budget, else None."""
        with self._lock:
            now = self._last = self._clock()
            self._prune(now)
            if now < self._blocked_until:
                self._blocked_until = now + WINDOW  # a call while blocked restarts the wait (harvest-v1 4)
            elif self._calls is None or len(self._log) < self._calls:
                self._log.append(now)
                return None
            else:
                # The rest of the window, at least 1 (harvest-v1 30).
                self._blocked_until = max(self._log[0] + WINDOW if self._log else 0.0, now + 1)
            return math.ceil(self._blocked_until - now)

    def status(self, profile: Era) -> RateLimit:
        """AC-2: return the budget, with the elements of the era (harvest-v1 4)."""
        with self._lock:
            self._prune(self._clock())
            most = CALLS if self._calls is None else self._calls
            if profile == "late":
                return RateLimit(
                    count=len(self._log),
                    max_calls=most,
                    timeframe_limit=WINDOW,
                    requests_available=max(0, most - len(self._log)),
                )
            last = datetime.fromtimestamp(int(self._last), UTC) if self._log else None
            return RateLimit(
                last_access_at=last,
                count=len(self._log),
                timeframe_limit=WINDOW,
                max_calls=most,
                lockout_seconds=WINDOW,
            )

    def _prune(self, now: float) -> None:
        while self._log and self._log[0] <= now - WINDOW:
            self._log.popleft()
