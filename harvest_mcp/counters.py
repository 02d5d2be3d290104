"""Counters of a serving process in Prometheus' text format; labels hold no id, name or subject."""

import json
import os
from collections.abc import Iterator, Mapping
from threading import Lock, Thread

Series = tuple[str, tuple[str, ...]]
CALLS, SECONDS = "harvest_mcp_calls_total", "harvest_mcp_call_seconds_total"
REFUSED = "harvest_mcp_refused_requests_total"
VENDOR, WAITED = "harvest_mcp_vendor_calls_total", "harvest_mcp_throttle_wait_seconds_total"
ASKED, ANSWERED = "harvest_mcp_questions_total", "harvest_mcp_consents_total"
COUNTED: Mapping[str, tuple[tuple[str, ...], str]] = {
    CALLS: (("tool", "outcome"), "Calls of tools, by what became of them."),
    SECONDS: (("tool",), "Seconds that calls of tools took."),
    REFUSED: (("status",), "Requests that were answered with an error of HTTP."),
    VENDOR: (("system", "status"), "Calls to the vendor by the status of the answer; none: no answer came."),
    WAITED: ((), "Seconds that calls to the vendor waited for the account's budget."),
    ASKED: (("way",), "Questions put to a person, by how the answer comes."),
    ANSWERED: (("way", "answer"), "Answers to them; yes: what was asked for went on."),
}
"""Labels and meaning of each."""


class Counters:
    """Totals since the process began; in a worker, counts are passed to the first process instead."""

    def __init__(self) -> None:
        self._sums: dict[Series, float] = {}
        self._lock, self._into = Lock(), -1

    def add(self, name: str, *labels: str, by: float = 1) -> None:
        """Add one, or `by`."""
        with self._lock:
            self._sums[name, labels] = self._sums.get((name, labels), 0) + by
            if self._into >= 0:
                self._pass_on()

    def text(self) -> str:
        """Return the totals in Prometheus' text format."""
        with self._lock:
            sums = sorted(self._sums.items())
        return "".join(f"{line}\n" for line in _lines(sums))

    def told_to(self, pipe: int) -> None:
        """From now on, pass counts to the process at the other end of this pipe."""
        os.set_blocking(pipe, False)
        self._into = pipe

    def hear(self, pipe: int) -> None:
        """Add the counts that other processes pass on; counts of a killed one are not lost."""

        def listen() -> None:
            with os.fdopen(pipe, encoding="ascii") as said:
                for line in said:
                    for name, labels, by in json.loads(line):
                        self.add(name, *labels, by=by)

        Thread(target=listen, daemon=True).start()

    def _pass_on(self) -> None:
        """Write one line, whole or not at all; what the pipe has no room for goes with the next."""
        items = list(self._sums.items())
        for at in range(0, len(items), MOST):
            part = items[at : at + MOST]
            line = json.dumps([(name, labels, by) for (name, labels), by in part], separators=(",", ":"))
            try:
                os.write(self._into, f"{line}\n".encode("ascii"))
            except OSError:
                return
            for series, _ in part:
                del self._sums[series]


MOST = 20
"""Sums in a line: it stays below 4096 bytes, which is what a pipe takes as a whole from several writers (pipe(7))."""
HERE = Counters()
"""Those of this process."""


def vendor(system: str, outcome: str) -> None:
    """Count a call to the vendor; the outcome begins with the status, if there was one."""
    status = outcome.partition(" ")[0]
    HERE.add(VENDOR, system, status if status.isdigit() else "none")


def _lines(sums: list[tuple[Series, float]]) -> Iterator[str]:
    for name, (labels, says) in COUNTED.items():
        yield f"# HELP {name} {says}"
        yield f"# TYPE {name} counter"
        for (of, values), total in sums:
            if of == name:
                shown = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
                yield f"{name}{{{shown}}} {total:.15g}" if shown else f"{name} {total:.15g}"
