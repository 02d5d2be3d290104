"""Streams that are closed, full or left by their reader: one sentence each, and no traceback, of every command."""

import os
import subprocess

import pytest

from tests.package.test_commands import COMMAND, command, environment
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="as a POSIX shell starts them")

UNHEARD = "harvest-mcp: The output could not be written: {}.\n"
FULL = UNHEARD.format("no space left on device")
COMMANDS = ("tools", "changes", "pending", "sandbox --port 0", "doctor")


def ended(arguments: str, streams: str, start: list[str] = COMMAND) -> tuple[int, str]:
    """The status and what stderr said of a command started with these streams."""
    done = subprocess.run(
        ["sh", "-c", f"exec {' '.join(start)} {arguments} {streams}"],
        capture_output=True,
        text=True,
        env=environment(HARVEST_URL="http://127.0.0.1:9", HARVEST_EMAIL="a@b.example", HARVEST_PASSWORD="x"),
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr


def test_an_output_that_is_full_ends_a_command_with_one_sentence() -> None:
    assert ended("--help", "> /dev/full") == (1, FULL)
    assert {each: ended(each, "> /dev/full", command()) for each in COMMANDS} == dict.fromkeys(COMMANDS, (1, FULL))


@pytest.mark.parametrize("arguments", ["tools", ""])
def test_a_closed_output_is_told(arguments: str) -> None:
    assert ended(arguments, "< /dev/null >&-") == (2, "harvest-mcp: stdout is closed, so nothing can be told.\n")


def test_a_closed_input_is_told_by_who_needs_it() -> None:
    assert ended("", "<&-") == (
        2,
        "harvest-mcp: stdin is closed, and an assistant talks to this server over stdin and stdout.\n",
    )
    assert ended("login", "<&-")[1].startswith(
        "harvest-mcp: harvest-mcp login asks questions, and there is no terminal"
    )
    assert ended("pending", "<&- > /dev/null 2>&-") == (0, "")


def test_a_reader_that_leaves_ends_the_demo_with_one_sentence() -> None:
    status = "; echo $? >&2"
    done = subprocess.run(
        ["sh", "-c", f"({' '.join(command())} demo{status}) | head -n 1 > /dev/null"],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == f"{UNHEARD.format('nobody reads it any more')}1\n"
