"""A command at a terminal of its own: what is on the screen, and what a person types when asked."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Mapping, Sequence

from tests import forks
from tests.patience import PATIENCE

START = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that a hidden question finds the terminal
from harvest_mcp.commands.cli import main
main(sys.argv[1:])
"""


def at_terminal(
    *arguments: str, types: Sequence[tuple[str, str]] = (), env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """The exit code and all that was on the screen; `types` are prompts and the answers to them, in order."""
    screen, terminal = pty.openpty()
    command = [forks.python(), "-c", START, *arguments]
    try:
        with subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True, env=env
        ) as child:
            os.close(terminal)
            shown = ""
            for prompt, answer in types:
                shown += _until(screen, prompt)
                os.write(screen, f"{answer}\n".encode())
            shown += _until(screen, None)
            return child.wait(PATIENCE), shown.replace("\r\n", "\n")
    finally:
        os.close(screen)


def _until(screen: int, prompt: str | None) -> str:
    """What appears until the prompt does, or until nothing more can."""
    shown, end = b"", time.monotonic() + PATIENCE
    while prompt is None or prompt not in shown.decode("utf-8", "replace"):
        assert time.monotonic() < end, f"{prompt!r} was not asked: {shown!r}"
        if not select.select([screen], [], [], 1)[0]:
            continue
        try:
            more = os.read(screen, 65536)
        except OSError:  # Linux says so when the other side is closed
            more = b""
        if not more:
            assert prompt is None, f"{prompt!r} was not asked: {shown!r}"
            break
        shown += more
    return shown.decode("utf-8", "replace")
