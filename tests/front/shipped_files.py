"""The ready files that come with the package: `python -m tests.documents` makes them anew."""

from pathlib import Path

import anyio

from harvest_mcp.protocol.front import making, shipped
from tests.front.kit import served

SYSTEMS: dict[str, dict[str, object]] = {"harvest": {}, "harvest_v2": {"api": "v2"}, "incwo": {"system": "incwo"}}


async def _content(flags: dict[str, object]) -> bytes:
    async with served(**flags) as built:
        return (await making.answers(built)).file(shipped.versions())


def content(system: str) -> bytes:
    """Return what the file of a system has to hold."""
    return anyio.run(_content, SYSTEMS[system])


def path(system: str) -> Path:
    return Path(shipped.FOLDER, f"{system}.txt")


def renew() -> None:
    """Write the files."""
    path("").parent.mkdir(exist_ok=True)
    for system in SYSTEMS:
        path(system).write_bytes(content(system))
