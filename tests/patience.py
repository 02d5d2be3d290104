"""How long tests wait for what has to come: long enough for a machine that does much else, and no proof of anything."""

import time
from collections.abc import Callable

import anyio

PATIENCE = 120.0
"""Seconds after which a test that hangs is ended."""


async def until(true: Callable[[], bool]) -> None:
    """Wait for another task to bring something about."""
    with anyio.fail_after(PATIENCE):
        while not true():  # noqa: ASYNC110 - the sandbox has no event to wait for
            await anyio.sleep(0.005)


def wait_until(true: Callable[[], bool], told: Callable[[], object] = lambda: "") -> None:
    """Wait for another thread or process to bring something about; `told` is what to say if it does not."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, told()
        time.sleep(0.005)
