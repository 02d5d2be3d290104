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
    """A way to the one account of a token; `home` is where its accounts are told.

    `open_` opens a way to an account, and `budget` its budgets: that of the account once it is found.
    """

    def __init__(
        self,
        account: Account,
        home: str,
        budget: Callable[[Account], Throttle],
        open_: Callable[[Account, Throttle], Way],
    ) -> None:
        self.account, self.home, self.throttle = account, home, budget(account)
        self._budget, self._open, self._one, self._way = budget, open_, anyio.Lock(), None

    _way: Way | None

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response:
        await self.found(waiting)
        assert self._way is not None  # noqa: S101 - found, so it is open
        return await self._way(request, waiting=waiting)

    async def found(self, waiting: Waiting = nobody) -> Account:
        """Return the account with its number.

        Raises:
            SettingsError: the token is for none, or for several.
        """
        async with self._one:
            if self._way is None:
                number = await self._found(waiting)
                headers = (*self.account.headers, (HEADER, Secret(number)))
                await self.throttle.aclose()
                self.account = replace(self.account, headers=headers, number=number)
                self.throttle = self._budget(self.account)
                self._way = self._open(self.account, self.throttle)
            return self.account

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
