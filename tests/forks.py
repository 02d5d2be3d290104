"""A Python that starts at once: every process it becomes is a fork of one that has imported the server already.

`python()` is a program that takes the place of `sys.executable` for `-m`, `-c` and a script. It hands its arguments,
folder, environment and standard streams to a process that waits with everything imported, which forks. What a start
imports by itself is no matter for it; the tests of the start use `sys.executable`.
"""

import array
import atexit
import fcntl
import functools
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from tests import shared
from tests.patience import PATIENCE

SHIM = """#!{python} -IS
import array, json, os, signal, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({place!r})
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(number, lambda number, frame: line.sendall(bytes([number])))
handed = [int(name) for name in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + name)]
handed = [0, 1, 2, *(number for number in handed if number > 2 and number != line.fileno())]
start = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ), handed]).encode()
rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", handed))]
line.sendmsg([len(start).to_bytes(8, "big")], rights)
line.sendall(start)
ended = json.loads(line.makefile().read() or "1")
if ended < 0:
    if -ended != signal.SIGKILL:
        signal.signal(-ended, signal.SIG_DFL)
    os.kill(os.getpid(), -ended)
os._exit(ended)
"""

MOST_HANDED = 16
"""How many files a start may hand on: its standard streams, and the sockets of whoever starts workers."""


@functools.cache
def python() -> str:
    """Return the path of the program to run instead of Python; the first of all that run tests starts what forks."""
    return shared.begun("forks", _begin, within=_where_programs_run())


def _begin(folder: Path, stdin: int) -> str:
    place, shim = str(folder / "line"), folder / "python"
    shim.write_text(SHIM.format(python=os.path.realpath(sys.executable), place=place))
    shim.chmod(0o700)
    ready, stdout = os.pipe()
    os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "tests.forks", place, str(shim)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, stdout, 1)],
    )
    os.close(stdout)
    with open(ready, "rb") as line:
        assert line.readline() == b"ready\n"
    return str(shim)


class Fork:
    """A process that is asked for without the program between, with these three streams; its asker sees to its end."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[int]) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._ended: int | None = None
        self._line.connect(str(Path(python()).with_name("line")))
        start = json.dumps([arguments, str(Path.cwd()), dict(environment), [0, 1, 2]]).encode()
        socket.send_fds(self._line, [len(start).to_bytes(8, "big")], streams)
        self._line.sendall(start)

    def signal(self, number: int) -> None:
        """Hand a signal on to it."""
        self._line.sendall(bytes([number]))

    def wait(self, seconds: float) -> int:
        """Wait for its end; its exit code, or minus the signal that killed it."""
        if self._ended is None:
            self._line.settimeout(seconds)
            with self._line.makefile() as told:
                self._ended = int(json.loads(told.read()))
        return self._ended

    def kill(self) -> None:
        """End it, if it has not ended."""
        with suppress(OSError):
            self.signal(signal.SIGKILL)
            self.wait(PATIENCE)
        self._line.close()


def unmeasured() -> dict[str, str]:
    """The environment of a process whose lines other tests go through: coverage would double its time."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}


def _where_programs_run() -> str | None:
    """The temporary folder unless none of its files may be run."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - a folder of one's own is made in it
        if not os.statvfs(folder).f_flag & os.ST_NOEXEC:
            return folder
    return None


def serve(place: str, shim: str) -> None:
    """Fork whenever somebody calls, until stdin ends."""
    running: set[int] = set()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(place)
        door.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        waited: list[Any] = [0, door]
        while 0 not in select.select(waited, [], [])[0]:
            line, _ = door.accept()
            child = os.fork()
            if child == 0:
                door.close()
                _attend(line, shim)
            line.close()
            running = {each for each in (*running, child) if os.waitpid(each, os.WNOHANG) == (0, 0)}
    for each in running:
        os.waitpid(each, 0)
    shutil.rmtree(Path(place).parent)


def _attend(line: socket.socket, shim: str) -> None:
    """Fork once more and see to it: hand signals on, end it when the caller is gone, tell how it ended."""
    length, ancillary, *_ = line.recvmsg(8, socket.CMSG_SPACE(4 * MOST_HANDED))
    files = array.array("i", ancillary[0][2])
    with line.makefile("rb") as incoming:
        arguments, folder, environment, handed = json.loads(incoming.read(int.from_bytes(length, "big")))
    child = os.fork()
    if child == 0:
        line.close()
        os.setsid()
        _take(dict(zip(handed, files, strict=True)))
        _become(arguments, folder, environment, shim)
    for file in (0, 1, 2, *files):
        os.close(file)
    end = os.pidfd_open(child)
    waited: list[Any] = [line, end]
    while end not in select.select(waited, [], [])[0]:
        told = line.recv(1)
        os.kill(child, told[0] if told else signal.SIGKILL)
        if not told:
            break
    _, status = os.waitpid(child, 0)
    line.sendall(json.dumps(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _take(files: dict[int, int]) -> None:
    """Have each file under the number that the caller had it under."""
    apart = {number: fcntl.fcntl(file, fcntl.F_DUPFD, max(files) + 1) for number, file in files.items()}
    for number, file in apart.items():
        os.dup2(file, number)
    for file in {*files.values(), *apart.values()} - set(files):
        os.close(file)


def _become(arguments: list[str], folder: str, environment: dict[str, str], shim: str) -> None:
    """Be the Python of these arguments."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where `nohup` ran these tests
    encoding = environment.get("PYTHONIOENCODING") or "utf-8"
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115 - the standard streams stay open
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115 - same
    sys.stdout.reconfigure(line_buffering=os.isatty(1), write_through="PYTHONUNBUFFERED" in environment)
    sys.stderr = open(2, "w", buffering=1, encoding=encoding, errors="backslashreplace", closefd=False)  # noqa: SIM115 - it is the stream, for as long as the process
    sys.executable = shim
    sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    status = 0
    try:
        _run(arguments)
    except SystemExit as ended:
        status = _status(ended.code)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(status)


def _run(arguments: list[str]) -> None:
    way, *rest = arguments
    if way == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif way == "-c":
        sys.argv = ["-c", *rest[1:]]
        main = sys.modules["__main__"] = ModuleType("__main__")
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)  # noqa: S102 - as Python does
    else:
        sys.argv = arguments
        sys.path.insert(0, str(Path(way).parent))
        runpy.run_path(way, run_name="__main__")


def _status(code: Any) -> int:
    if code is None or isinstance(code, int):
        return code or 0
    sys.stderr.write(f"{code}\n")
    return 1


WARM = (
    *("anyio._backends._asyncio", "mcp.client.stdio", "uvicorn.lifespan.on"),
    *("uvicorn.loops.asyncio", "uvicorn.protocols.http.h11_impl"),
    *("harvest_mcp.approval.terminal", "harvest_mcp.commands.cli", "harvest_mcp.commands.demo"),
    *("harvest_mcp.commands.doctor", "harvest_mcp.commands.http", "harvest_mcp.commands.install.command"),
    *("harvest_mcp.commands.journal", "harvest_mcp.commands.login", "harvest_mcp.gateway.client"),
    *("harvest_mcp.gateway.shared", "harvest_mcp.protocol.catalog", "harvest_mcp.sandbox.harvest_v2"),
    *("harvest_mcp.sandbox.incwo", "harvest_mcp.state.health", "harvest_mcp.state.sqlite"),
)
"""What processes import after their start, for all of them."""


def warm() -> None:
    """Have imported and made what every process would."""
    from harvest_mcp import server  # noqa: PLC0415 - not for those who only ask for processes
    from harvest_mcp.config import settings  # noqa: PLC0415 - same
    from harvest_mcp.gateway import transport  # noqa: PLC0415 - same
    from harvest_mcp.protocol import sdk  # noqa: PLC0415 - same
    from harvest_mcp.sandbox import open_account, open_harvest_v2, open_incwo  # noqa: PLC0415 - same
    from tests.stdio import served  # noqa: PLC0415 - same

    for name in WARM:
        importlib.import_module(name)
    transport.trust()
    for open_ in (open_account, open_harvest_v2, open_incwo):
        open_().close()  # each begins as a copy then
    for tool in server.tools_for(settings.read({})):
        sdk.weight(tool)  # and each schema
    served.usual()


if __name__ == "__main__":
    warm()
    serve(*sys.argv[1:])
