"""One of several processes that want the same consents: `python -m tests.approval.taker PLACE KIND=CODE …`."""

import sys
from collections.abc import Mapping
from typing import cast

import anyio
import anyio.to_thread

from harvest_mcp.consent.store import Consents, Kind
from harvest_mcp.errors import NotConfirmed
from harvest_mcp.state import State, sqlite
from tests.approval.made import ODD
from tests.patience import PATIENCE

AT_ONCE = 16


async def main(place: str, codes: Mapping[Kind, str]) -> None:
    sqlite.LIGHT_BUSY_FOR = sqlite.BUSY_FOR = PATIENCE  # one of the others may stand still with the file in its hands
    state = State(place)
    consents, said = Consents(state), []
    await consents.waiting()  # the store is open before the race

    async def take(kind: Kind, code: str) -> None:
        try:
            await consents.take(code, kind, ODD)
            said.append(f"{kind}: took")
        except NotConfirmed as refusal:
            said.append(f"{kind}: {refusal.what}")

    anyio.to_thread.current_default_thread_limiter().total_tokens = 8  # the database has 50 connections in all
    print("ready", flush=True)
    sys.stdin.readline()
    async with anyio.create_task_group() as together:
        for _ in range(AT_ONCE):
            for kind, code in codes.items():
                together.start_soon(take, kind, code)
    state.close()
    print(*said, sep="\n")


if __name__ == "__main__":
    pairs = (pair.split("=") for pair in sys.argv[2:])
    anyio.run(main, sys.argv[1], {cast("Kind", kind): code for kind, code in pairs})
