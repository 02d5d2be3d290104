"""What a forked server is: one with the limits and the ready file of a test.

Its first argument says them, as JSON; the others are the server's own.
"""

import functools
import json
import os
import sys
from pathlib import Path

import anyio

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.protocol import stdio
from harvest_mcp.protocol.front import key, making, ready
from harvest_mcp.sandbox import open_account


@functools.cache
def usual() -> making.Answers:
    """What a server over an embedded account answers."""

    async def answers() -> making.Answers:
        with open_account() as account:
            chosen = settings.read({})
            desk = server.open_desk(chosen, {"harvest": account})
            try:
                return await making.answers(server.build(chosen, desk))
            finally:
                await desk.aclose()

    return anyio.run(answers)


def main() -> None:
    """Serve as the arguments say."""
    from harvest_mcp import __main__ as entry  # noqa: PLC0415 - others run it as the module that it is

    told, arguments = json.loads(sys.argv[1]), sys.argv[2:]
    named = key.digest(arguments, os.environ)
    if told["ready"] and named and (where := ready.place(named, os.environ)):
        answers = usual()
        answers.tells = "ERROR" not in arguments
        making.write(Path(where), answers.file(named))
    if told["limits"]:
        stdio.serve_stdio = functools.partial(stdio.serve_stdio, limits=stdio.EndingLimits(*told["limits"]))
    entry.main(arguments)
