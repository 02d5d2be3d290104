"""What the first of all that run tests starts for all of them: it ends with the last that asked for it."""

import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

held: list[int] = []
"""Our ends of the pipes that tell what was started that somebody still needs it."""


def begun(name: str, start: Callable[[Path, int], str], *, within: str | None = None) -> str:
    """Return what `start` told to the first that asked.

    It is given a folder, which what it starts removes at its end, and the stdin of what it starts, which ends when the
    last process that asked has.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(within or tempfile.gettempdir()) / f"harvest-mcp-{name}-{run}"
    folder.mkdir(mode=0o700, exist_ok=True)
    pipe, told = folder / "needed", folder / "told"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if told.exists():
            held.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
            return told.read_text("utf-8")
        os.mkfifo(pipe)
        stdin = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        held.append(os.open(pipe, os.O_WRONLY))
        os.set_blocking(stdin, True)
        try:
            said = start(folder, stdin)
        finally:
            os.close(stdin)
        told.write_text(said, "utf-8")
        return said
