"""What reading large JSON documents costs, each in a process of its own: `python -m tests.wire.json_costs`."""

import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from .json_corpus import BULK, Case
from .measure import ENOUGH, USUAL, in_a_child, loop, memory


def cost(case: Case, file: Path) -> tuple[object, float, float]:
    """The outcome, CPU seconds as on a machine of usual speed, and MB at the highest over what there was before."""
    body = file.read_bytes()
    before, started = memory("VmHWM"), time.process_time()
    outcome = Case(case.name, None, body, case.by).outcome()
    seconds, grown = time.process_time() - started, memory("VmHWM") - before
    for _ in range(4):
        if seconds > ENOUGH:  # a busy machine takes its part of the time: as it is right before, and right after
            slow, started = loop(), time.process_time()
            Case(case.name, None, body, case.by).outcome()
            again = time.process_time() - started
            seconds = min(seconds, again / max(1.0, (slow + loop()) / 2 / USUAL))
    return outcome, seconds, grown


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "body")
        for case in BULK:
            file.write_bytes(case.build())
            sys.stdout.write(json.dumps([case.name, *in_a_child(partial(cost, case, file))]) + "\n")


if __name__ == "__main__":
    main()
