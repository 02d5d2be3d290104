"""Which account a token is for, asked of the vendor at the first call where nobody said (harvest-v2 2.4)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import anyio

from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import Malformed, SettingsError
from harvest_mcp.gateway.account import Account, Send, Waiting, nobody
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.spec import Request, Response
from harvest_mcp.wire.json import codec

VARIABLE, HEADER, PRODUCT = "HARVEST_ACCOUNT_ID", "Harvest-Account-Id", "harvest"
MOST_NAMED = 10


class Way(Send, Protocol):
    """A way to one account."""

    async def aclose(self) -> None: ...


class Finding:
    """A way to the one account of a token; `home` is where its accounts are told, `open` opens a way to an account."""

    def __init__(
        self, account: Account, home: str, throttle: Throttle, open_: Callable[[Account, Throttle], Way]
    ) -> None:
        self.account, self.home, self.throttle = account, home, throttle
        self._open, self._one, self._way = open_, anyio.Lock(), None

    _way: Way | None

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response:
        async with self._one:
            if self._way is None:
                number = await self._found(waiting)
                headers = (*self.account.headers, (HEADER, Secret(number)))
                self._way = self._open(replace(self.account, headers=headers), self.throttle)
        return await self._way(request, waiting=waiting)

    async def _found(self, waiting: Waiting) -> str:
        """Return the number of the only account with Harvest in it.

        Raises:
            SettingsError: there is none, or there are several.
        """
        asking = self._open(replace(self.account, url=self.home), self.throttle)
        try:
            told = codec.read((await asking(Request("GET", "/accounts"), waiting=waiting)).body)
        finally:
            await asking.aclose()
        rows = told.get("accounts") if isinstance(told, dict) else None
        if not isinstance(rows, list):
            raise Malformed("unexpected-root")
        fit = [each for each in rows if isinstance(each, dict) and each.get("product") == PRODUCT]
        if len(fit) == 1 and isinstance(number := fit[0].get("id"), int):
            return str(number)
        if not fit:
            raise SettingsError(
                "The access token is for no account with Harvest in it.",
                next="Make one at id.getharvest.com/developers while you are a user of the account.",
            )
        named = ", ".join(f"{VARIABLE}={each.get('id')} ({each.get('name')})" for each in fit[:MOST_NAMED])
        raise SettingsError(f"The access token is for {len(fit)} accounts.", next=f"Set one of them: {named}.")

    async def aclose(self) -> None:
        """Close the way, and what counts its calls."""
        if self._way is None:
            await self.throttle.aclose()
        else:
            await self._way.aclose()
