"""A server process over HTTP, as an operator starts it."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from harvest_mcp.sandbox import ADMIN
from tests import forks
from tests.http.kit import call, modern
from tests.patience import PATIENCE, wait_until

SERVE = """
import sys
from harvest_mcp import __main__ as entry
from harvest_mcp.commands import http
from harvest_mcp.protocol.http import app, serving
serving.CALLS = app.WRITES = http.LOOK = 3600
entry.main(sys.argv[1:])
"""
"""The server, with all the time a test may take to finish what is under way; workers have as much as ever."""


def signs_in(url: str) -> dict[str, str]:
    """What the settings of an account at this address are."""
    return {"HARVEST_URL": url, "HARVEST_EMAIL": ADMIN.email, "HARVEST_PASSWORD": ADMIN.password}


class Process:
    """One that was started; its log is what it wrote to stderr, a JSON object a line."""

    def __init__(self, running: subprocess.Popen[bytes], log: Path) -> None:
        self.running, self._log = running, log
        self.url = str(self.wait_for("serving")["url"])

    def log(self) -> list[dict[str, Any]]:
        """The lines so far."""
        *whole, _ = self._log.read_text("utf-8").split("\n")
        return [json.loads(line) for line in whole if line.startswith("{")]

    def wait_for(self, event: str, times: int = 1) -> dict[str, Any]:
        """Wait for a line of this event."""
        wait_until(lambda: len(self._of(event)) >= times or self._failed(event), lambda: self._log.read_text("utf-8"))
        assert not self._failed(event), self._log.read_text("utf-8")
        return self._of(event)[-1]

    def _of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.log() if line["event"] == event]

    def _failed(self, event: str) -> bool:
        return event == "serving" and self.running.poll() is not None

    def call(self, tool: str, /, **arguments: Any) -> httpx2.Response:
        """The answer to one call."""
        sent = call(tool, **arguments)
        return httpx2.post(self.url, json=sent, headers=modern(sent), timeout=PATIENCE)

    def text(self, tool: str, /, **arguments: Any) -> str:
        """What a tool answered."""
        return str(self.call(tool, **arguments).json()["result"]["content"][0]["text"])

    def status(self, path: str) -> int:
        """What a path answers; 0 where nothing listens any more."""
        try:
            return httpx2.get(f"{self.url.removesuffix('/mcp')}{path}", timeout=PATIENCE).status_code
        except httpx2.TransportError:
            return 0

    def end(self, number: int) -> None:
        self.running.send_signal(number)

    def ended(self) -> int:
        """Its exit code, once it is gone."""
        return self.running.wait(PATIENCE)


@contextmanager
def started(place: Path, env: Mapping[str, str], *arguments: str) -> Iterator[Process]:
    """A process that serves; it is gone at the end, however that comes."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("HARVEST_", "INCWO_"))}
    log = place / "log"
    with log.open("wb") as into:
        running = subprocess.Popen(
            [forks.python(), "-c", SERVE, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=into,
            stderr=into,
            env={**own, **env},
        )
    try:
        yield Process(running, log)  # which waits until it serves
    finally:
        if running.poll() is None:
            running.kill()
        running.wait(PATIENCE)
