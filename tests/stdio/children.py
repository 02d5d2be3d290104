"""Real server processes on real pipes, quickly: one process imports the server once and forks a child per request.

`python -m tests.stdio.children NUMBER` is that process; NUMBER is its end of a socket, over which it takes one child's
arguments, environment, stdin, stdout and stderr at a time, and tells its process id and, when asked, how it ended.
"""

import gc
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from harvest_mcp.protocol.front.making import Answers
    from harvest_mcp.sandbox import Sandbox

PATIENCE = 60.0
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

    def __init__(self, nursery: "Nursery", pid: int, into: int, out: int, env: dict[str, str], log: Path) -> None:
        self.pid, self._nursery, self.env, self._log = pid, nursery, env, log
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
        os.kill(self.pid, number)

    def close(self) -> None:
        """End its stdin."""
        if self._into is not None:
            os.close(self._into)
            self._into = None

    def ended(self) -> int:
        """Wait for its end; its exit code, or minus the signal that killed it."""
        return self._nursery.wait(self.pid)

    def log(self) -> str:
        return self._log.read_text("utf-8")


class Nursery:
    """The process that forks the children."""

    def __init__(self, place: Path) -> None:
        self.place, self._ready = place, True
        self._ours, theirs = socket.socketpair()
        self._ours.settimeout(PATIENCE)
        with theirs:
            command = [sys.executable, "-m", "tests.stdio.children", str(theirs.fileno())]
            env = {name: value for name, value in os.environ.items() if not name.startswith("HARVEST_")}
            env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
            env["XDG_CACHE_HOME"] = os.devnull
            self.environment = env
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=env)
        self._numbers = itertools.count(1)

    def plain(self) -> "Nursery":
        """The same process, whose children find no file that their front could answer from."""
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
        with log.open("wb") as stderr:
            order = json.dumps({"arguments": arguments, "env": env, "limits": limits, "ready": self._ready}).encode()
            socket.send_fds(self._ours, [order], [stdin, stdout, stderr.fileno()])
        os.close(stdin)
        os.close(stdout)
        born = Child(self, int(self._ours.recv(100)), into, out, env, log)
        try:
            yield born
        finally:
            born.close()
            self.wait(born.pid, kill=True)
            os.close(born.out)

    def wait(self, pid: int, *, kill: bool = False) -> int:
        self._ours.send(json.dumps({"wait": pid, "kill": kill}).encode())
        return int(self._ours.recv(100))

    def close(self) -> None:
        self._ours.close()
        self._process.wait(PATIENCE)


@contextmanager
def nursery(place: Path) -> Iterator[Nursery]:
    made = Nursery(place)
    try:
        yield made
    finally:
        made.close()


def tend(orders: socket.socket) -> dict[str, Any] | None:
    """Take orders until there are no more; in a forked child, return what it is to be."""
    ended: dict[int, int] = {}
    while True:
        order, numbers, _, _ = socket.recv_fds(orders, 65_536, 3)
        if not order:
            return None
        told = json.loads(order)
        if "wait" in told:
            pid = told["wait"]
            if pid not in ended:
                if told["kill"]:
                    os.kill(pid, signal.SIGKILL)
                ended[pid] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            orders.send(str(ended[pid]).encode())
        elif (pid := os.fork()) == 0:
            for standard, number in enumerate(numbers):
                os.dup2(number, standard)
                os.close(number)
            sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - those of a new process
            orders.close()
            return dict(told)
        else:
            for number in numbers:
                os.close(number)
            orders.send(str(pid).encode())


async def answers(account: "Sandbox") -> "Answers":
    """What a server over an embedded account answers."""
    from harvest_mcp import server  # noqa: PLC0415 - not for those who only talk to the children
    from harvest_mcp.config import settings  # noqa: PLC0415 - same
    from harvest_mcp.protocol.front import making  # noqa: PLC0415 - same

    chosen = settings.read({})
    desk = server.open_desk(chosen, {"harvest": account})
    try:
        return await making.answers(server.build(chosen, desk))
    finally:
        await desk.aclose()


def main() -> None:
    import httpx  # noqa: F401, PLC0415 - so that no child has to

    from harvest_mcp import __main__ as entry  # noqa: PLC0415 - same
    from harvest_mcp import server  # noqa: PLC0415 - same
    from harvest_mcp.commands import cli  # noqa: F401, PLC0415 - same
    from harvest_mcp.config import settings  # noqa: PLC0415 - same
    from harvest_mcp.gateway import client, shared, throttle  # noqa: F401, PLC0415 - same
    from harvest_mcp.protocol import sdk, stdio  # noqa: PLC0415 - same
    from harvest_mcp.protocol.front import key, making, ready  # noqa: PLC0415 - same
    from harvest_mcp.sandbox import open_account  # noqa: PLC0415 - same
    from harvest_mcp.state import layout, sqlite  # noqa: F401, PLC0415 - same

    open_account().close()  # its year is worked out once
    for tool in server.tools_for(settings.read({})):
        sdk.weight(tool)  # and each schema
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background ignores both
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with open_account() as account:
        usual = anyio.run(answers, account)
    gc.freeze()
    if (child := tend(socket.socket(fileno=int(sys.argv[1])))) is not None:
        os.environ.update(child["env"])
        named = key.digest(child["arguments"], os.environ)
        if child["ready"] and named and (where := ready.place(named, os.environ)):
            usual.tells = "ERROR" not in child["arguments"]
            making.write(Path(where), usual.file(named))
        if child["limits"]:
            stdio.serve_stdio = partial(stdio.serve_stdio, limits=stdio.EndingLimits(*child["limits"]))
        entry.main(child["arguments"])


if __name__ == "__main__":
    main()
