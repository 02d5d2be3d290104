"""The vault: one account of each system for each person, with sealed credentials, renewed by one process at a time."""

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import anyio

from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import Unavailable
from harvest_mcp.state import State
from harvest_mcp.vault.ring import Ring, Unsealed, key_of
from harvest_mcp.vault.tickets import Principal, Tickets, digest_of

if TYPE_CHECKING:
    from harvest_mcp.state.transaction import Transaction
    from harvest_mcp.vault.rows import VaultRows

T = TypeVar("T")
Standing = Literal["good", "refused"]
"""Whether the vendor still renews it, as far as known."""
LEFT = 0.1
"""The last part of a token's lifetime, in which it is renewed."""
CLAIM, CLAIMED = "renewal", 30.0
"""The kind of ticket that claims a renewal, and its lifetime in seconds: longer than a vendor and a busy store may
take; others wait so long for a dead process."""
WAITED, GLANCE, SELDOM = 10.0, 0.1, 1.0
"""Seconds that others wait for a renewal; the first pause between two checks, which doubles, and the longest."""


SECRET = ("token", "refresh", "password")


class RenewalRefused(Exception):
    """The vendor does not renew a token: its person has to connect again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Credentials at a vendor: a token, perhaps with a refresh token, or a login and a password."""

    token: Secret | None = None
    refresh: Secret | None = None
    login: str = ""
    password: Secret | None = None
    number: str = ""
    """The number of the account, if the token is for several."""
    expires: float | None = None
    """When the token expires, in seconds since 1970; None if it does not."""
    lifetime: float = 0.0

    @property
    def due(self) -> float:
        """Return the time from which it is renewed before use."""
        ends = bool(self.refresh) and self.expires is not None
        return (self.expires or 0.0) - LEFT * self.lifetime if ends else float("inf")

    def plain(self) -> dict[str, Any]:
        """Return it as JSON, to be sealed."""
        secret = {name: value.reveal() for name in SECRET if (value := getattr(self, name))}
        return {
            **secret,
            "login": self.login,
            "number": self.number,
            "expires": self.expires,
            "lifetime": self.lifetime,
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Grant":
        """Return it from its JSON."""
        held: dict[str, Any] = {name: Secret(kept[name]) for name in SECRET if kept.get(name)}
        rest = {name: kept[name] for name in ("login", "number", "expires", "lifetime")}
        return cls(**held, **rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """One row: who connected which account when, and its state; the credentials are sealed."""

    person: Principal
    system: str
    account: str
    sealed: str = field(repr=False)
    expires: float | None
    connected_by: str
    connected_at: float
    standing: Standing

    @property
    def identity(self) -> tuple[str, ...]:
        """Return the identity it is sealed for."""
        return (self.person.issuer, self.person.subject, self.system, self.account)

    @property
    def key_name(self) -> str:
        """Return the name of the key it is sealed with."""
        return key_of(self.sealed)


class Vault:
    """The vault of one store. Every method raises `StateError` if that cannot be used."""

    def __init__(self, state: State, ring: Ring, *, clock: Callable[[], float] = time.time) -> None:
        self.state, self.clock, self._ring = state, clock, ring

    def open(self, kept: Connected) -> Grant:
        """Return the credentials of a row.

        Raises:
            Unsealed: they cannot be read here.
        """
        return Grant.read(self._ring.open(kept.identity, kept.sealed))

    async def of(self, person: Principal) -> Sequence[Connected]:
        """Return what a person connected."""
        from harvest_mcp.vault.rows import VaultRows  # noqa: PLC0415 - not at start

        return await self.state.read(lambda on: [_read(row) for row in VaultRows(on).of_person(person.key)])

    async def all(self) -> Sequence[Connected]:
        """Return what everybody connected."""
        return await self._run(lambda rows: [_read(row) for row in rows.all()])

    async def keep(  # noqa: PLR0913 - a row, column by column
        self, person: Principal, system: str, account: str, grant: Grant, *, by: str, tickets: Tickets, link: str
    ) -> bool:
        """Store credentials, replacing existing ones, and use the link up; False if that has expired."""
        identity = (person.issuer, person.subject, system, account)
        row = {
            "issuer": person.issuer,
            "subject": person.subject,
            "system": system,
            "account": account,
            "sealed": self._ring.seal(identity, grant.plain()),
            "expires": grant.expires,
            "connected_by": by,
            "connected_at": self.clock(),
            "standing": "good",
        }
        ticket = tickets.key("connect", link)

        def work(rows: "VaultRows") -> bool:
            if not rows.use_up(ticket):
                return False
            rows.put(_key(person, system), row)
            return True

        return await self._run(work)

    def seal(self, person: Principal, purpose: str, grant: Grant) -> str:
        """Return credentials sealed for something other than a row, such as a pending choice of account."""
        return self._ring.seal((person.issuer, person.subject, purpose), grant.plain())

    def unseal(self, person: Principal, purpose: str, sealed: str) -> Grant:
        """Return what `seal` sealed.

        Raises:
            Unsealed: it cannot be read.
        """
        return Grant.read(self._ring.open((person.issuer, person.subject, purpose), sealed))

    async def renewed(self, seen: Connected, ask: Callable[[Grant], Awaitable[Grant]]) -> Connected | None:
        """Return the row after its token was renewed, by this process or a quicker one; None if it is gone.

        The first one claims the renewal in the store, since a vendor takes each refresh token once; nothing is locked
        while the vendor is asked, so that a slow one holds nobody up. A refusal is noted, nothing is deleted.

        Raises:
            CallFailed: the vendor cannot be asked, or another process is still renewing it.
        """
        until, pause = time.monotonic() + WAITED, GLANCE
        while True:
            with anyio.CancelScope(shield=True):  # a new token that is not stored would be lost
                found = await self._run(lambda rows: self._claimed(rows, seen))
                if isinstance(found, Grant):
                    return await self._asked(seen, found, ask)
            if found is None or isinstance(found, Connected):
                return found
            if time.monotonic() > until:
                raise Unavailable("A connection is being renewed, and that takes long.", next="Try again in a minute.")
            await anyio.sleep(pause)
            pause = min(2 * pause, SELDOM)

    def _claimed(self, rows: "VaultRows", seen: Connected) -> "Grant | Connected | Literal['taken'] | None":
        """Return what to renew if it is for this process to do; else the row there is instead, or that another does
        it."""
        row = rows.locked(_key(seen.person, seen.system))
        found = _read(row) if row else None
        if found is None or found.sealed != seen.sealed or found.standing == "refused":
            return found
        grant, now = self.open(found), self.clock()
        claim = {**seen.person.key, "digest": _claim(seen), "kind": CLAIM, "expires": now + CLAIMED, "held": {}}
        return grant if rows.claim(claim, now=now) else "taken"

    async def _asked(self, seen: Connected, grant: Grant, ask: Callable[[Grant], Awaitable[Grant]]) -> Connected | None:
        """Ask the vendor and store the new token, even if the row was resealed with another key meanwhile."""
        key, claim = _key(seen.person, seen.system), _claim(seen)
        try:
            fresh = await ask(grant)
        except RenewalRefused:
            fresh = None
        except Exception:
            await self._run(lambda rows: rows.disclaim(claim))
            raise

        def work(rows: "VaultRows") -> Connected | None:
            rows.disclaim(claim)
            row = rows.locked(key)
            found = _read(row) if row else None
            if found is None or found.connected_at != seen.connected_at or (not fresh and found.sealed != seen.sealed):
                return found
            if not fresh:
                rows.refuse(key)
                return replace(found, standing="refused")
            sealed = self._ring.seal(found.identity, fresh.plain())
            rows.reseal(key, sealed, fresh.expires)
            return replace(found, sealed=sealed, expires=fresh.expires)

        return await self._run(work)

    async def forget(self, gone: Sequence[Connected]) -> int:
        """Delete rows; return how many there were."""

        def work(rows: "VaultRows") -> int:
            return sum(rows.drop(_key(each.person, each.system)) for each in gone)

        return await self._run(work)

    async def rotate(self) -> tuple[int, int, int]:
        """Reseal everything with the first key; return how many were resealed, had it already, and cannot be opened."""

        def work(rows: "VaultRows") -> tuple[int, int, int]:
            resealed = current = shut = 0
            for person, system in [(each.person, each.system) for each in map(_read, rows.all())]:
                row = rows.locked(_key(person, system))
                if row is None:
                    continue
                found = _read(row)
                try:
                    grant = self.open(found)
                except Unsealed:
                    shut += 1
                    continue
                if found.key_name == self._ring.first:
                    current += 1
                    continue
                rows.reseal(_key(person, system), self._ring.seal(found.identity, grant.plain()), found.expires)
                resealed += 1
            return resealed, current, shut

        return await self._run(work)

    async def _run(self, work: "Callable[[VaultRows], T]") -> T:
        from harvest_mcp.vault.rows import VaultRows  # noqa: PLC0415 - not at start

        def on(connection: "Transaction") -> T:
            return work(VaultRows(connection))

        return await self.state.run(on)


def _key(person: Principal, system: str) -> dict[str, object]:
    return {**person.key, "system": system}


def _claim(seen: Connected) -> str:
    """Return the key of the ticket that says a row is being renewed."""
    return digest_of(json.dumps([CLAIM, *seen.identity]))


def _read(row: Mapping[Any, Any]) -> Connected:
    """Return a row; an invalid cell counts as empty, so that one damaged row hides no other."""
    texts: dict[str, Any] = {name: each if isinstance(each := row[name], str) else "" for name in TEXTS}
    expires, at = (
        each if isinstance(each := row[name], int | float) and abs(each) < LATEST else None for name in TIMES
    )
    person = Principal(row["issuer"], row["subject"])
    return Connected(person=person, expires=expires, connected_at=at or 0.0, **texts)


TEXTS, TIMES = ("system", "account", "sealed", "connected_by", "standing"), ("expires", "connected_at")
LATEST = 1e11
"""A time in the year 5138."""
