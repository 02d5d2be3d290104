"""Run every command: its streams, its errors as one sentence on stderr, and its exit status."""

import errno
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from harvest_mcp.commands.flags import IN_MEMORY
from harvest_mcp.commands.start import ServerStart
from harvest_mcp.errors import HarvestMcpError, SettingsError

WRONG = 2
"""The exit status for wrong settings and wrong options."""
UNHEARD = 1
"""The exit status if the output cannot be written."""
LOST = {errno.EPIPE: "nobody reads it any more", errno.EBADF: "it is closed"}
"""Messages for output errors, by errno; others use the system's own words."""
OUTPUT = (*LOST, errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT)


ELSEWHERE = {
    **dict.fromkeys(("install", "uninstall"), "harvest_mcp.commands.install.options"),
    "audit": "harvest_mcp.commands.audit.options",
    "vault": "harvest_mcp.commands.hosted.vault",
}
"""Commands in folders of their own, by module."""


class Commands(click.Group):
    """A click group whose commands end with one sentence and no traceback on our errors and on output errors."""

    start = ServerStart()
    """The start before the command line was parsed."""
    instead: Callable[[SettingsError], None] | None = None
    """Serves a server that only says this error, and exits."""
    elsewhere: Mapping[str, str] = ELSEWHERE
    """The module of each command, imported when it is called."""
    closed: tuple[str, ...] = ()
    """Those of stdin, stdout and stderr that were closed at the start."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*self.commands, *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if module := self.elsewhere.get(cmd_name):
            found: click.Command = getattr(import_module(module), cmd_name)
            return found
        return super().get_command(ctx, cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep `--sandbox tools` a command: only `--sandbox=FILE` names a file."""
        return super().parse_args(ctx, [f"--sandbox={IN_MEMORY}" if each == "--sandbox" else each for each in args])

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> click.Context:
        """Report wrong options in the conversation if there is one."""
        given = list(args)
        try:
            return super().make_context(info_name, args, *more, **extra)
        except click.UsageError as error:
            self._misused(error, given)
            raise

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Report an unknown command in the same way."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            self._misused(error, args)
            raise

    def _misused(self, error: click.UsageError, args: list[str]) -> None:
        """Serve if a program may wait on stdin for the message; tell a person, or whoever named a command, here."""
        if (
            self.instead
            and "stdin" not in self.closed
            and not sys.stdin.isatty()
            and not {*args} & {*self.list_commands(click.Context(self))}
        ):
            said = error.format_message()
            self.instead(
                SettingsError(
                    f"harvest-mcp was started with arguments that do not fit. {said}",
                    next="`harvest-mcp --help` lists what it takes.",
                )
            )

    def main(self, *args: Any, **extra: Any) -> Any:
        self.closed = _opened()
        if "stdout" in self.closed:
            say("stdout is closed, so nothing can be told.")
            sys.exit(WRONG)
        try:
            super().main(*args, **extra)
        except (OSError, BaseExceptionGroup) as error:  # for output before a command, such as --help
            _ended_by(error)
        finally:
            _flush()

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HarvestMcpError as error:
            say(error)
            ctx.exit(WRONG)
        except (OSError, BaseExceptionGroup) as error:
            _ended_by(error)

    def heard(self) -> None:
        """Raise if nobody can talk to a server on stdin."""
        if "stdin" in self.closed:
            raise SettingsError("stdin is closed, and an assistant talks to this server over stdin and stdout.")


def say(error: HarvestMcpError | str) -> None:
    """Print one line to stderr."""
    from harvest_mcp.text.render import printed  # noqa: PLC0415 - only for an error

    click.echo(printed(f"harvest-mcp: {error}"), err=True)


def _ended_by(error: OSError | BaseExceptionGroup[BaseException]) -> NoReturn:
    """Report an error of the operating system; re-raise any other."""
    if (failure := next(_of_the_system(error), None)) is None:
        raise error
    if failure.errno in OUTPUT and failure.filename is None:
        _unheard(failure)
    named = f" {failure.filename}:" if failure.filename else ""
    say(f"The system does not let it go on:{named} {(failure.strerror or type(failure).__name__).lower()}.")
    sys.exit(WRONG)


def _opened() -> tuple[str, ...]:
    """Return which streams are closed, and open them to nowhere, lest the next opened file takes their place."""
    closed = tuple(name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if name in closed:
            _nowhere(number)
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", closefd=False, encoding="utf-8"))  # noqa: SIM115 - the stream is open as long as the process
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for characters the terminal's encoding lacks
    return closed


def _nowhere(number: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    if null != number:
        os.dup2(null, number)
        os.close(null)


def _of_the_system(error: BaseException) -> Iterator[OSError]:
    """Yield the operating system's errors in an exception group."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _of_the_system(each)
    elif isinstance(error, OSError):
        yield error


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError as error:
        _unheard(error)


def _unheard(error: OSError) -> NoReturn:
    """Exit here: output still buffered would fail again, with a traceback, at the regular exit."""
    why = LOST.get(error.errno or 0) or (error.strerror or "it failed").lower()
    _nowhere(1)
    say(f"The output could not be written: {why}.")
    sys.exit(UNHEARD)
