"""What goes wrong with the reads of a round, and with its write."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harvest_mcp.sandbox import Fault

LAG = 60.0
"""Seconds by which the latest read is behind."""


@dataclass(frozen=True, slots=True)
class Mode:
    """What goes wrong with the reads, and with the write."""

    reads: Fault | None
    write: Fault | None

    def __str__(self) -> str:
        both = (self.reads, self.write)
        return " + ".join(f"{each.name} {each.value}".strip() for each in both if each) or "none"


def mode(dice: random.Random) -> Mode:
    """A fault of reads and a fault of writes; either may be none."""
    reads = dice.choice(
        [
            None,
            Fault("lag", f"{dice.uniform(0, LAG):.2f}", times=None),
            Fault("lag", f"{dice.uniform(0, 5):.2f}", times=None),
            Fault("unseen", f"{dice.uniform(0, 10):.2f}", times=None),
            Fault("other-record", skip=dice.randrange(4)),
        ]
    )
    write = dice.choice(
        [
            None,
            Fault("silent"),
            Fault("other-location"),
            Fault("other-record", method="POST"),
            Fault("throttle", f"{dice.choice(['', '429 '])}{dice.randint(1, 5)}", commit="before"),
            Fault("throttle", str(dice.randint(1, 5)), commit="never"),
        ]
    )
    return Mode(reads, write)


def struck(fault: Fault) -> Iterator[Fault]:
    """The fault, on the next request that may change something; the timer is switched by a GET (harvest-v1 17)."""
    if fault.method:
        yield fault
        return
    yield from (replace(fault, method=method) for method in ("POST", "PUT", "DELETE"))
    yield replace(fault, method="GET", path="/daily/timer/*")
