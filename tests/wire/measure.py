"""What reading a document costs and touches: a child process for each large one, and one for all small ones.

`python -m tests.wire.measure` prints a table; `python -m tests.wire.measure lists,texts 2` costs of every second.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from .bulk import ATTRIBUTES, BODIES, ELEMENTS, LISTS, NEVER_ENDING, TEXTS
from .case import Case, outcome, quoted
from .hostile import SMALL

TABLES = {
    "small": SMALL,
    "lists": LISTS,
    "elements": ELEMENTS,
    "attributes": ATTRIBUTES,
    "texts": TEXTS,
    "never-ending": NEVER_ENDING,
    "bodies": BODIES,
}


def share(table: str, every: int) -> list[Case]:
    """Every document of a table, or every so many-th large one: next to each other stand those that are alike."""
    return TABLES[table] if TABLES[table] is SMALL else TABLES[table][::every]


USUAL = 0.04  # seconds that `loop` takes on the machine that the half second is meant for
ENOUGH = 0.5


class Cost(TypedDict):
    name: str
    mb: float
    seconds: float
    faults: list[str]


touched: list[str] = []  # what the interpreter says was opened, connected, imported or started
watching = False


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if watching:
        touched.append(f"{event} {arguments[:1]}")


def memory(name: str) -> float:
    """MB by a line of /proc/self/status; a child's peak begins at its own size, not at its parent's peak."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(name)).split()[1]) / 1024


def in_a_child(work: Callable[[], Any]) -> Any:
    with tempfile.TemporaryFile() as said:
        if (child := os.fork()) == 0:
            said.write(json.dumps(work(), default=str).encode())
            said.flush()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        said.seek(0)
        return json.loads(said.read())


def loop() -> float:
    started = time.process_time()
    sum(n * n for n in range(1_000_000))
    return time.process_time() - started


def cost_alone(case: Case, file: Path) -> Cost:
    body = file.read_bytes()
    return cost(case, body, memory("VmHWM"))


def costs_together(cases: Iterable[Case]) -> list[Cost]:
    """Memory is counted from the first on, so none takes more than is said of it."""
    before = memory("VmHWM")
    return [cost(case, case.build(), before) for case in cases]


def cost(case: Case, body: bytes, before: float) -> Cost:
    """Peak memory over what it was before, CPU time, and whatever was touched, quoted or read wrongly."""
    global watching
    touched.clear()
    watching, started = True, time.process_time()
    read = case.read(body)
    seconds, watching = time.process_time() - started, False
    grown = memory("VmHWM") - before
    wrong = [] if outcome(read) == case.values() else [f"read as {str(outcome(read))[:200]}"]
    quotes = quoted(read, body)
    del read
    for _ in range(4):
        if seconds > ENOUGH:
            seconds = min(seconds, again(case, body))
    return {"name": case.name, "mb": grown, "seconds": seconds, "faults": [*touched, *quotes, *wrong]}


def again(case: Case, body: bytes) -> float:
    """A slow or busy machine takes its part of the time: as it is right before, and right after."""
    before, started = loop(), time.process_time()
    case.read(body)
    seconds = time.process_time() - started
    return seconds / max(1.0, (before + loop()) / 2 / USUAL)


def build(case: Case, file: Path) -> None:
    file.write_bytes(case.build())


def costs(cases: Iterable[Case]) -> Iterable[Cost]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "body")
        for case in cases:
            in_a_child(partial(build, case, file))
            yield in_a_child(partial(cost_alone, case, file))


def main(names: list[str], every: int = 1) -> None:
    for case in SMALL:  # whatever is imported or cached at the first use, is
        case.read(case.build())
    sys.addaudithook(watch)
    for name in names or TABLES:
        small = TABLES[name] is SMALL
        for row in in_a_child(partial(costs_together, SMALL)) if small else costs(share(name, every)):
            table = f"{row['mb']:7.1f} MB {row['seconds'] * 1000:6.0f} ms  {row['name']}"
            sys.stdout.write((json.dumps(row) if names else table) + "\n")


if __name__ == "__main__":
    main([name for given in sys.argv[1:2] for name in given.split(",")], *map(int, sys.argv[2:3]))
