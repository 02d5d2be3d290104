"""What may be sent again, as a table: a write only if it was certainly not carried out."""

import random
from collections.abc import Callable
from typing import Literal

from harvest_mcp.errors import (
    CallFailed,
    InDoubt,
    Malformed,
    Throttled,
    TooSlow,
    Unavailable,
    Unreachable,
)
from harvest_mcp.spec.exchange import Request

Decision = Literal["again", "no", "in doubt"]

ATTEMPTS = 3
BUDGET = 0.1
"""Retries earned per call, so that a failing vendor does not get three times the calls."""

# Only a failed connection proves that a write was not carried out. A throttled one may have been carried out, too:
# its sender reads the account before sending it again.
RETRY: dict[tuple[Literal["read", "write"], type[CallFailed]], Decision] = {
    ("read", Unreachable): "again",
    ("read", Unavailable): "again",
    ("read", Throttled): "again",
    ("write", Unreachable): "again",
    ("write", Unavailable): "in doubt",
    ("write", TooSlow): "in doubt",
    ("write", Malformed): "in doubt",
}


def decide(request: Request, failure: CallFailed, *, refusals_prove: bool = True) -> Decision:
    """Return what to do after a failure. If throttling proves nothing, a throttled write is in doubt."""
    if request.writes and type(failure) is Throttled and not refusals_prove:
        return "in doubt"
    return RETRY.get(("write" if request.writes else "read", type(failure)), "no")


def settle(request: Request, failure: CallFailed, *, refusals_prove: bool = True) -> CallFailed:
    """Return the failure to report once nothing is sent again."""
    if decide(request, failure, refusals_prove=refusals_prove) != "in doubt":
        return failure
    return InDoubt(f"The request was sent once, but its fate is unknown. {failure.what}")


class Patience:
    """The backoff of one call: seconds to wait before the next attempt, or None to stop.

    `left` returns the seconds until the call's deadline, past which nothing is sent. `waits` are seconds: the first
    wait, which doubles each time, and the longest.
    """

    def __init__(
        self,
        request: Request,
        credit: "Credit",
        *,
        left: Callable[[], float],
        waits: tuple[float, float],
        refusals_prove: bool = True,
    ) -> None:
        self._request, self._credit, self._left, self._tries = request, credit, left, 0
        self._waits, self._refusals_prove = waits, refusals_prove

    def __call__(self, failure: CallFailed) -> float | None:
        self._tries += 1
        if decide(self._request, failure, refusals_prove=self._refusals_prove) != "again":
            return None
        wait = 0.0 if isinstance(failure, Throttled) else self._backoff()  # throttled calls wait at the gate
        if self._tries == ATTEMPTS or wait >= self._left() or not self._credit.spend():
            return None
        return wait

    def _backoff(self) -> float:
        first, longest = self._waits
        return random.uniform(0, min(longest, first * 2**self._tries))  # noqa: S311 - jitter, not a secret


class Credit:
    """The retry budget of one account."""

    def __init__(self, most: float = 10.0) -> None:
        self._most, self._left = most, most

    def earn(self) -> None:
        self._left = min(self._most, self._left + BUDGET)

    def spend(self) -> bool:
        if self._left < 1:
            return False
        self._left -= 1
        return True
