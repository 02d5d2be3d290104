"""Find out which account a token is for, if nobody said, or if the one set does not answer (harvest-v2 2.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import anyio

from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import (
    CallFailed,
    Forbidden,
    Malformed,
    NoAccount,
    NotFound,
    NotTheApi,
    SettingsError,
    Unauthorized,
)
from harvest_mcp.gateway.account import Account, Send, Waiting, nobody
from harvest_mcp.gateway.throttle import Throttle
from harvest_mcp.spec import Request, Response
from harvest_mcp.wire.document import Plain
from harvest_mcp.wire.json import codec

VARIABLE, HEADER, PRODUCT = "HARVEST_ACCOUNT_ID", "Harvest-Account-Id", "harvest"
MOST_NAMED, LONGEST_NAME = 10, 60
FOREIGN = (Unauthorized, Forbidden, NotFound, NotTheApi)
"""Possible errors of an account that is not the token's; which one it is was never recorded (harvest-v2 3.1)."""


class Way(Send, Protocol):
    """A connection to one account."""

    async def aclose(self) -> None: ...


Open = Callable[[Account, Throttle], Way]


@dataclass(frozen=True, slots=True)
class TokenAccount:
    """One account of a token: its number and name."""

    number: str
    name: str

    @property
    def set_by(self) -> str:
        """Return what to set for it, with its name."""
        return f"{VARIABLE}={self.number} ({self.name})"


def only(told: Sequence[TokenAccount]) -> TokenAccount:
    """Return the only one of these accounts.

    Raises:
        SettingsError: there are several, with what to set.
    """
    if len(told) > 1:
        raise SettingsError(f"The access token is for {len(told)} accounts.", next=_choice(told))
    return told[0]


def named(told: Sequence[TokenAccount], number: str) -> TokenAccount:
    """Return the account with this number.

    Raises:
        SettingsError: none has it, with what to set.
    """
    if found := next((each for each in told if each.number == number), None):
        return found
    raise SettingsError(f"The access token is not for the account {number} of {VARIABLE}.", next=_choice(told))


def _choice(told: Sequence[TokenAccount]) -> str:
    first = "Set one of them" if len(told) > 1 else "Set"
    more = f" and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    return f"{first}: {', '.join(each.set_by for each in told[:MOST_NAMED])}{more}."


async def accounts_of(way: Way, *, made: str, waiting: Waiting = nobody) -> Sequence[TokenAccount]:
    """Return the Harvest accounts of a token, at least one.

    `way` leads to where they are listed, `made` is the page where people create a token.

    Raises:
        NoAccount: there is none.
        CallFailed: the vendor does not tell.
    """
    told = codec.read((await way(Request("GET", "/accounts"), waiting=waiting)).body)
    rows = told.get("accounts") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise Malformed("unexpected-root")
    found = [each for each in rows if isinstance(each, dict)]
    if fit := [_account(each) for each in found if each.get("product") == PRODUCT]:
        return fit
    others = sorted({str(each.get("product")).capitalize() for each in found})
    which = f"is for {', '.join(others)} only, and" if others else "is"
    raise NoAccount(
        f"The access token {which} for no account with Harvest in it.",
        next=f"Make one at {made} as a user of the Harvest account.",
    )


def _account(row: dict[str, Plain]) -> TokenAccount:
    number = str(row.get("id"))
    if not (number.isascii() and number.isdigit()):
        raise Malformed("value-of-id")
    return TokenAccount(number, str(row.get("name") or "")[:LONGEST_NAME])


class Finding:
    """A connection by a token whose account may be unknown.

    `home` is where its accounts are listed, `open` opens a connection to an account, `budget` its budgets. `made` is
    the page where people create a token. Without a number the only account is found at the first call. With one, the
    list is checked when the first read fails as for somebody else's account.
    """

    def __init__(
        self, account: Account, home: str, budget: Callable[[Account], Throttle], open_: Open, *, made: str
    ) -> None:
        self.account, self.home, self.throttle, self._made = account, home, budget(account), made
        self._budget, self._open, self._one, self._known = budget, open_, anyio.Lock(), False
        self._way: Way | None = open_(account, self.throttle) if account.number else None
        self._asks: Way | None = None

    async def __call__(self, request: Request, *, waiting: Waiting = nobody) -> Response:
        await self.found(waiting)
        assert self._way is not None  # noqa: S101 - open once found
        try:
            answer = await self._way(request, waiting=waiting)
        except FOREIGN:
            if not (self._known or request.writes):
                await self._check(waiting)
            raise
        self._known = True
        return answer

    async def found(self, waiting: Waiting = nobody) -> Account:
        """Return the account with its number.

        Raises:
            SettingsError: the token is for none, or for several.
        """
        async with self._one:
            if self._way is None:
                number = only(await self.told(waiting)).number
                headers = (*self.account.headers, (HEADER, Secret(number)))
                await self._leave()
                self.account = replace(self.account, headers=headers, number=number)
                self.throttle, self._known = self._budget(self.account), True
                self._way = self._open(self.account, self.throttle)
            return self.account

    async def _check(self, waiting: Waiting) -> None:
        """Check once whether the account is one of the token's.

        Raises:
            SettingsError: it is none.
        """
        try:
            named(await self.told(waiting), self.account.number)
        except CallFailed:  # the list tells no more than the failure
            return
        self._known = True

    async def told(self, waiting: Waiting = nobody) -> Sequence[TokenAccount]:
        """Return the accounts of the token.

        Raises:
            SettingsError: it is for none with Harvest in it.
            CallFailed: the vendor does not tell.
        """
        if self._asks is None:
            bare = tuple((name, value) for name, value in self.account.headers if name != HEADER)
            self._asks = self._open(replace(self.account, url=self.home, headers=bare), self.throttle)
        return await accounts_of(self._asks, made=self._made, waiting=waiting)

    async def _leave(self) -> None:
        """Close the connection used to find the account, and its budgets."""
        if self._asks is not None:
            await self._asks.aclose()
            self._asks = None
        await self.throttle.aclose()

    async def aclose(self) -> None:
        """Close what is open, budgets included."""
        if self._way is not None:
            await self._way.aclose()
        await self._leave()
