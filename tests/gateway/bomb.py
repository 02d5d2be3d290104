"""A process of its own that makes a call like any other, then one more, and prints what memory that took and its end.

python -m tests.gateway.bomb URL OF_THE_BOMB
"""

import resource
import sys
from pathlib import Path

import anyio

from harvest_mcp.errors import CallFailed, Malformed

from .line import READ, reaching


def peak() -> int:
    """The most memory this process ever held, in bytes; on Linux getrusage would tell its parent's as well."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def main(calm: str, bomb: str) -> None:
    async with reaching(calm) as gateway:
        await gateway(READ)
    before, ended = peak(), "200"
    async with reaching(bomb) as gateway:
        try:
            await gateway(READ)
        except CallFailed as failure:
            ended = failure.code if isinstance(failure, Malformed) else type(failure).__name__
    print(peak() - before, ended)


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], sys.argv[2])
