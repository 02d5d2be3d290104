"""`harvest-mcp`, which is also `python -m harvest_mcp`."""

import sys
from _collections_abc import Sequence

from harvest_mcp.commands.start import began


def main(arguments: Sequence[str] | None = None) -> None:
    """Begin to serve, where that is asked for and can be done at once; then do what the arguments say."""
    start = began(sys.argv[1:] if arguments is None else arguments)
    from harvest_mcp.commands.cli import main as command  # noqa: PLC0415 - after the first answers

    command.start = start
    command(arguments)


if __name__ == "__main__":
    main()
