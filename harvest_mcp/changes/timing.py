"""How long a write waits, and how long a read may lag behind it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in seconds.

    `lag`: how far a read may be behind an accepted write, and a commit behind its lost answer; only afterwards does
    what does not show prove anything. `patience` is what is waited for another write to the same record, a `pause` at
    a time; `longest` what a write may take, its looks included, since its caller may not cut it short. `looks` are the
    waits before each look: a server may commit a moment after the connection broke.
    """

    lag: float = 60.0
    patience: float = 30.0
    pause: float = 0.1
    longest: float = 150.0
    looks: tuple[float, ...] = (0.3, 1.0, 2.0)


USUAL = Timing()
