"""`harvest-mcp` and `python -m harvest_mcp`: answer first requests from a file if possible, then parse arguments."""

import os
import sys
from _collections_abc import Callable, Sequence

from harvest_mcp.commands.start import ServerStart


def main(arguments: Sequence[str] | None = None) -> None:
    """Answer what a client asks first, if that can be done at once; then run the command."""
    start = answer_first(sys.argv[1:] if arguments is None else arguments)
    from harvest_mcp.commands.cli import main as command  # noqa: PLC0415 - after the first answers

    command.start = start
    command(arguments)


def answer_first(arguments: Sequence[str]) -> ServerStart:
    """Return where a start stands once something has to be loaded for it."""
    if None in (sys.stdin, sys.stdout, sys.stderr) or os.isatty(0):
        return ServerStart()
    try:
        from harvest_mcp.protocol.front import key, opening, ready  # noqa: PLC0415 - for those who are no terminal
    except (ImportError, AttributeError):  # on a Python without the parts that are written in C
        return ServerStart()
    named = key.digest(arguments, os.environ)
    if named is None:
        return ServerStart()
    place, found = ready.place(named, os.environ), ready.find(named, arguments, os.environ)
    begun = opening.converse(found, lambda wanted: _load(arguments, wanted)) if found else None
    return ServerStart(named, place, begun)


def _load(arguments: Sequence[str], wanted: Callable[[], bool]) -> None:
    from harvest_mcp.commands import warming  # noqa: PLC0415 - in its thread

    warming.load(arguments, wanted)


if __name__ == "__main__":
    main()
