"""A connection whose token is renewed once after a 401, for all calls that got one."""

from collections.abc import Awaitable, Callable

import anyio

from harvest_mcp.errors import Unauthorized
from harvest_mcp.gateway import Account, Waiting, nobody
from harvest_mcp.spec import Request, Response
from harvest_mcp.tools.tool import AccountLine, Budget

Renew = Callable[[], Awaitable[Account | None]]
"""Returns the account with a new token; None if there is none."""


class RenewedLine:
    """Repeats a call with the renewed token; a write answered with 401 was not carried out."""

    def __init__(self, account: Account, open_: Callable[[Account], AccountLine], renew: Renew) -> None:
        self._open, self._renew, self._one = open_, renew, anyio.Lock()
        self._line, self._left = open_(account), list[AccountLine]()

    @property
    def throttle(self) -> Budget:
        return self._line.throttle

    async def found(self) -> Account:
        """Return the account, with its number."""
        return await self._line.found()

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response:
        line = self._line
        try:
            return await line(request, waiting=waiting)
        except Unauthorized:
            if not await self._renewed(line):
                raise
        return await self._line(request, waiting=waiting)

    async def aclose(self) -> None:
        for line in (*self._left, self._line):
            await line.aclose()

    async def _renewed(self, met: AccountLine) -> bool:
        """Return whether there is a newer connection than the one that got a 401."""
        async with self._one:
            if self._line is met and (account := await self._renew()) is not None:
                self._left.append(met)  # other calls may still use it
                self._line = self._open(account)
            return self._line is not met
