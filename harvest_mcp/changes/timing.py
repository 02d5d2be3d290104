"""Time limits of writes, and how long reads may lag behind them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in seconds.

    `lag`: how long a read may miss an accepted write, or a write whose response was lost; only afterwards does a
    missing change prove anything. `patience`: how long to wait for another write to the same record, in steps of
    `pause`. `longest`: the time limit of a write with its reads, as the caller cannot cancel it. `looks`: the waits
    before each read, since a server may commit a moment after the connection broke.
    """

    lag: float = 60.0
    patience: float = 30.0
    pause: float = 0.1
    longest: float = 150.0
    looks: tuple[float, ...] = (0.3, 1.0, 2.0)


USUAL = Timing()
