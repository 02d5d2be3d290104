"""Real server processes on real pipes, quickly: forks that are spoken to line by line."""

import itertools
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from select import select
from typing import Any

from tests.forks import Fork
from tests.patience import PATIENCE

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}


def request(id: Any, method: str, *, modern: bool = False, **params: Any) -> dict[str, Any]:
    if modern:
        params["_meta"] = META
    return {"jsonrpc": "2.0", "id": id, "method": method, **({"params": params} if params else {})}


def call(id: Any, tool: str, *, modern: bool = False, **arguments: Any) -> dict[str, Any]:
    return request(id, "tools/call", modern=modern, name=tool, arguments=arguments)


def hello(id: Any, revision: str = "2025-11-25", **capabilities: Any) -> dict[str, Any]:
    who = {"name": "test", "version": "1"}
    return request(id, "initialize", protocolVersion=revision, capabilities=capabilities, clientInfo=who)


INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Child:
    """One server process, spoken to line by line."""

    def __init__(self, fork: Fork, into: int, out: int, env: dict[str, str], log: Path) -> None:
        self._fork, self.env, self._log = fork, env, log
        self._into: int | None = into
        self.out = out
        self._read = b""

    def send(self, *messages: Any) -> None:
        """Send each as a line; bytes as they are."""
        lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in messages]
        self.write(b"".join(line + b"\n" for line in lines))

    def write(self, data: bytes) -> None:
        assert self._into is not None
        view = memoryview(data)
        while view:
            view = view[os.write(self._into, view) :]

    def line(self) -> bytes:
        """The next line of its stdout; empty at the end."""
        until = time.monotonic() + PATIENCE
        while b"\n" not in self._read:
            ready, _, _ = select([self.out], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"no answer within {PATIENCE} s; {self.log()}"
            if not (chunk := os.read(self.out, 65_536)):
                break
            self._read += chunk
        line, _, self._read = self._read.partition(b"\n")
        return line

    def answer(self) -> Any:
        return json.loads(self.line())

    def ask(self, message: Any) -> Any:
        """Send a message, and return the next line."""
        self.send(message)
        return self.answer()

    def rest(self) -> list[Any]:
        """Every line up to the end of its stdout."""
        return [json.loads(line) for line in iter(self.line, b"")]

    def signal(self, number: signal.Signals) -> None:
        self._fork.signal(number)

    def close(self) -> None:
        """End its stdin."""
        if self._into is not None:
            os.close(self._into)
            self._into = None

    def ended(self) -> int:
        """Wait for its end; its exit code, or minus the signal that killed it."""
        return self._fork.wait(PATIENCE)

    def log(self) -> str:
        return self._log.read_text("utf-8")


SERVE = "from tests.stdio import served; served.main()"


class Nursery:
    """Where the children keep what they keep, and what they find."""

    def __init__(self, place: Path) -> None:
        self.place, self._ready = place, True
        env = {name: value for name, value in os.environ.items() if not name.startswith("HARVEST_")}
        env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        env["XDG_CACHE_HOME"] = os.devnull
        self.environment = env
        self._numbers = itertools.count(1)

    def plain(self) -> "Nursery":
        """The same, whose children find no file that their front could answer from."""
        made = copy(self)
        made._ready = False
        return made

    @contextmanager
    def child(
        self, *arguments: str, limits: tuple[float, float] | None = None, env: dict[str, str] | None = None
    ) -> Iterator[Child]:
        """A server with these arguments, and these limits to its end; killed if it has not ended by itself."""
        number = next(self._numbers)
        log = self.place / f"{number}.log"
        env = {"HARVEST_MCP_STATE": str(self.place / f"{number}.db"), **(env or {})}
        if self._ready:
            env = {"XDG_CACHE_HOME": str(self.place / "cache"), **env}
        stdin, into = os.pipe()
        out, stdout = os.pipe()
        given = json.dumps({"limits": limits, "ready": self._ready})
        with log.open("wb") as stderr:
            streams = [stdin, stdout, stderr.fileno()]
            fork = Fork(["-c", SERVE, given, *arguments], self.environment | env, streams)
        os.close(stdin)
        os.close(stdout)
        born = Child(fork, into, out, env, log)
        try:
            yield born
        finally:
            born.close()
            fork.kill()
            os.close(born.out)
