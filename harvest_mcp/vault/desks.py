"""A desk for each person over the accounts they connected: created at their call, anew when a row changes."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from harvest_mcp.errors import CallFailed, HarvestMcpError, NotConnected
from harvest_mcp.gateway import Account
from harvest_mcp.tools.tool import AccountLine, Desk
from harvest_mcp.vault.connecting import Connecting, Offered, personal
from harvest_mcp.vault.line import RenewedLine
from harvest_mcp.vault.ring import Unsealed
from harvest_mcp.vault.store import Connected, Grant
from harvest_mcp.vault.tickets import Principal, principal_of

MOST = 200
"""The most desks to keep; for one more, an unused one is closed."""
NEVER = "Your account of {} is not connected here yet."
AGAIN = "{} renews your connection no more, so it has to be connected again."
MOVED = "This server works in another account of {} by now, so yours has to be connected again."
RETRY = 60.0
"""Seconds until a renewal that the vendor did not answer is tried again."""
SHUT = "Your connection to {} cannot be opened here any more, so it has to be connected again."

Rows = Mapping[str, Connected]


@dataclass(slots=True)
class _Seat:
    """One desk, the rows it was made from, and how many calls use it."""

    desk: Desk
    made_of: frozenset[tuple[str, str]]
    renewed_from: float
    """When one of its tokens is to be renewed."""
    calls: int = 0
    retired: bool = False

    async def leave(self) -> None:
        """Close it once no call uses it."""
        if self.retired and not self.calls:
            await self.desk.hang_up()


class Desks:
    """The desks of one process; a person's rows are read at each call."""

    def __init__(self, connecting: Connecting, issuer: str) -> None:
        self._connecting, self._issuer = connecting, issuer
        self._seats: dict[str, _Seat] = {}

    @asynccontextmanager
    async def of(self, whose: str) -> AsyncIterator[Desk]:
        """Lend a person their desk for one call.

        Raises:
            StateError: what they connected cannot be read.
        """
        seat = await self._seat(principal_of(whose, self._issuer))
        seat.calls += 1
        try:
            yield seat.desk
        finally:
            seat.calls -= 1
            await seat.leave()

    async def aclose(self) -> None:
        while self._seats:
            await self._seats.popitem()[1].desk.hang_up()

    async def _seat(self, person: Principal) -> _Seat:
        rows = {each.system: each for each in await self._connecting.vault.of(person)}
        made_of = _made_of(rows.values())
        now = self._connecting.vault.clock()
        if (seat := self._seats.get(person.whose)) is None or seat.made_of != made_of or now > seat.renewed_from:
            fresh, grants, missing = await self._opened(rows)
            again = min((max(each.due, now + RETRY) for each in grants.values()), default=float("inf"))
            seat = _Seat(self._desk(fresh, grants, missing), _made_of(fresh.values()), again)
            await self._put(person.whose, seat)
        return seat

    async def _put(self, whose: str, seat: _Seat) -> None:
        former = [self._seats.pop(whose)] if whose in self._seats else []
        idle = [each for each, other in self._seats.items() if not other.calls]
        former += [self._seats.pop(each) for each in idle[: max(0, len(self._seats) + 1 - MOST)]]
        self._seats[whose] = seat
        for each in former:
            each.retired = True
            await each.leave()

    async def _opened(self, rows: Rows) -> tuple[Rows, Mapping[str, Grant], Mapping[str, HarvestMcpError]]:
        """Return the rows, their opened credentials, and why other offered systems have no account here."""
        found, grants, missing = dict(rows), dict[str, Grant](), dict[str, HarvestMcpError]()
        for offer in self._connecting.offers:
            name = offer.system.name
            try:
                found[name], grants[name] = await self._usable(offer, rows.get(name))
            except NotConnected as why:
                missing[name] = why
        return found, grants, missing

    async def _usable(self, offer: Offered, kept: Connected | None) -> tuple[Connected, Grant]:
        """Return a row with a valid token, renewed before it expires.

        Raises:
            NotConnected: there is none.
        """
        grant = self._grant(offer, kept)
        assert kept is not None  # noqa: S101 - there is a grant
        if self._connecting.vault.clock() <= grant.due:
            return kept, grant
        try:
            kept = await self._fresh(offer, kept)
        except NotConnected:
            raise
        except CallFailed:  # the token may still be valid; if not, the vendor says so
            return kept, grant
        return kept, self._grant(offer, kept)

    def _grant(self, offer: Offered, kept: Connected | None) -> Grant:
        name, title = offer.system.name, offer.system.title
        if kept is None:
            raise NotConnected(name, NEVER.format(title))
        if kept.standing == "refused":
            raise NotConnected(name, AGAIN.format(title))
        try:
            grant = self._connecting.vault.open(kept)
        except Unsealed:
            raise NotConnected(name, SHUT.format(title)) from None
        if kept.account != (offer.given.number or offer.named(grant)):
            raise NotConnected(name, MOVED.format(title))
        return grant

    def _desk(self, rows: Rows, grants: Mapping[str, Grant], missing: Mapping[str, HarvestMcpError]) -> Desk:
        base = self._connecting.desk
        accounts = {name: self._connecting.offer(name).account(grant) for name, grant in grants.items()}

        def connect(account: Account) -> AccountLine:
            name = account.system.name
            if not grants[name].refresh:
                return base.connect(account)
            offer, kept = self._connecting.offer(name), [rows[name]]

            async def renew() -> Account | None:
                kept[0] = fresh = await self._fresh(offer, kept[0])
                desk.accounts = {**desk.accounts, name: offer.account(self._grant(offer, fresh))}
                return desk.accounts[name]

            return RenewedLine(account, base.connect, renew)

        desk = personal(base, accounts, connect, missing)
        return desk

    async def _fresh(self, offer: Offered, seen: Connected) -> Connected:
        """Return the row once it is renewed, by whichever process.

        Raises:
            NotConnected: it is gone, or no longer renewed.
        """
        kept = await self._connecting.renewed(offer, seen)
        self._grant(offer, kept)
        assert kept is not None  # noqa: S101 - there is a grant
        return kept


def _made_of(rows: Iterable[Connected]) -> frozenset[tuple[str, str]]:
    return frozenset((each.sealed, each.standing) for each in rows)
