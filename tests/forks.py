"""A Python that starts at once: every process it becomes is a fork of one that has imported the server already.

`python()` is a program that takes the place of `sys.executable` for `-m`, `-c` and a script. It hands its arguments,
folder, environment and standard streams to a process that waits with everything imported, which forks. What a start
imports by itself is no matter for it; the tests of the start use `sys.executable`.
"""

import array
import atexit
import functools
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

SHIM = """#!{python} -IS
import array, json, os, signal, socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({place!r})
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, lambda number, frame: line.sendall(bytes([number])))
start = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
streams = array.array("i", [0, 1, 2])
line.sendmsg([len(start).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
line.sendall(start)
ended = json.loads(line.makefile().read() or "1")
if ended < 0:
    signal.signal(-ended, signal.SIG_DFL)
    os.kill(os.getpid(), -ended)
os._exit(ended)
"""


@functools.cache
def python() -> str:
    """Start the process that forks, and return the path of the program to run instead of Python."""
    folder = Path(tempfile.mkdtemp(prefix="harvest-mcp-forks-", dir=_where_programs_run()))
    place, shim = str(folder / "line"), folder / "python"
    shim.write_text(SHIM.format(python=os.path.realpath(sys.executable), place=place))
    shim.chmod(0o700)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.forks", place, str(shim)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    atexit.register(_end, server, folder)
    return str(shim)


def unmeasured() -> dict[str, str]:
    """The environment of a process whose lines other tests go through: coverage would double its time."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST"))}


def _where_programs_run() -> str | None:
    """The temporary folder unless none of its files may be run."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - a folder of one's own is made in it
        if not os.statvfs(folder).f_flag & os.ST_NOEXEC:
            return folder
    return None


def _end(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    server.stdin.close()  # type: ignore[union-attr]  # it is a pipe
    server.wait(10)
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


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


def _attend(line: socket.socket, shim: str) -> None:
    """Fork once more and see to it: hand signals on, end it when the caller is gone, tell how it ended."""
    length, ancillary, *_ = line.recvmsg(8, socket.CMSG_SPACE(12))
    streams = array.array("i", ancillary[0][2])
    with line.makefile("rb") as incoming:
        arguments, folder, environment = json.loads(incoming.read(int.from_bytes(length, "big")))
    child = os.fork()
    if child == 0:
        line.close()
        os.setsid()
        _become(arguments, folder, environment, list(streams), shim)
    for stream in (0, 1, 2, *streams):
        os.close(stream)
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


def _become(arguments: list[str], folder: str, environment: dict[str, str], streams: list[int], shim: str) -> None:
    """Be the Python of these arguments."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
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


if __name__ == "__main__":
    import mcp.client.stdio  # noqa: F401 - imported once for all

    from harvest_mcp import server
    from harvest_mcp.approval import terminal as _  # noqa: F401 - same
    from harvest_mcp.commands import cli, demo, doctor, journal  # noqa: F401 - same
    from harvest_mcp.config import settings
    from harvest_mcp.gateway import client, shared  # noqa: F401 - same
    from harvest_mcp.protocol import catalog, sdk, stdio  # noqa: F401 - same
    from harvest_mcp.sandbox import open_account, running  # noqa: F401 - same
    from harvest_mcp.state import sqlite  # noqa: F401 - same

    open_account().close()  # its year is worked out once
    for tool in server.tools_for(settings.read({})):
        sdk.weight(tool)  # and each schema
    serve(*sys.argv[1:])
