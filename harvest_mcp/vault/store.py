"""The vault: one account of each system for each person, its credentials sealed, and renewed once whoever asks."""

import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import anyio
import anyio.from_thread

from harvest_mcp.config.secret import Secret
from harvest_mcp.state import State
from harvest_mcp.vault.ring import Ring, Unsealed, key_of
from harvest_mcp.vault.tickets import Principal, Tickets

if TYPE_CHECKING:
    from harvest_mcp.state.transaction import Transaction
    from harvest_mcp.vault.rows import VaultRows

T = TypeVar("T")
Standing = Literal["good", "refused"]
"""Whether the vendor still renews it, as far as is known."""
LEFT = 0.1
"""Part of its lifetime before a token's end in which it is renewed."""
AT_ONCE = 2
"""Renewals of one process at a time: each holds a connection to the database meanwhile."""


SECRET = ("token", "refresh", "password")


class RenewalRefused(Exception):
    """The vendor does not renew a token: whoever connected it has to do so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What signs in at a vendor: a token, with another to renew it by where there is one, or a login and a password."""

    token: Secret | None = None
    refresh: Secret | None = None
    login: str = ""
    password: Secret | None = None
    number: str = ""
    """Which account of the token is meant."""
    expires: float | None = None
    """When the token ends, in seconds since 1970; None where it does not."""
    lifetime: float = 0.0

    @property
    def due(self) -> float:
        """Return from when on it is renewed before it is used."""
        ends = bool(self.refresh) and self.expires is not None
        return (self.expires or 0.0) - LEFT * self.lifetime if ends else float("inf")

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it, to be sealed."""
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
        """Return it as it was before it was sealed."""
        held: dict[str, Any] = {name: Secret(kept[name]) for name in SECRET if kept.get(name)}
        rest = {name: kept[name] for name in ("login", "number", "expires", "lifetime")}
        return cls(**held, **rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """One row: who connected which account when, and how it stands; the credentials are sealed."""

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
        """Return what it is sealed for."""
        return (self.person.issuer, self.person.subject, self.system, self.account)

    @property
    def key_name(self) -> str:
        """Return the name of the key that it is sealed with."""
        return key_of(self.sealed)


class Vault:
    """The vault of one store. Every method raises `StateError` when that cannot be used."""

    def __init__(self, state: State, ring: Ring, *, clock: Callable[[], float] = time.time) -> None:
        self.state, self.clock, self._ring = state, clock, ring
        self._few = anyio.CapacityLimiter(AT_ONCE)

    def open(self, kept: Connected) -> Grant:
        """Return the credentials of a row.

        Raises:
            Unsealed: they cannot be read here.
        """
        return Grant.read(self._ring.open(kept.identity, kept.sealed))

    async def of(self, person: Principal) -> Sequence[Connected]:
        """Return what somebody connected."""
        return await self._run(lambda rows: [_read(row) for row in rows.of_person(person.key)])

    async def all(self) -> Sequence[Connected]:
        """Return what everybody connected."""
        return await self._run(lambda rows: [_read(row) for row in rows.all()])

    async def keep(  # noqa: PLR0913 - a row, column by column
        self, person: Principal, system: str, account: str, grant: Grant, *, by: str, tickets: Tickets, link: str
    ) -> bool:
        """Keep credentials in place of what there is, and use the link up; False where that counts no more."""
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
        """Return credentials sealed for something else than a row, such as a choice that is still to be made."""
        return self._ring.seal((person.issuer, person.subject, purpose), grant.plain())

    def unseal(self, person: Principal, purpose: str, sealed: str) -> Grant:
        """Return what `seal` sealed.

        Raises:
            Unsealed: it cannot be read.
        """
        return Grant.read(self._ring.open((person.issuer, person.subject, purpose), sealed))

    async def renewed(self, seen: Connected, ask: Callable[[Grant], Coroutine[Any, Any, Grant]]) -> Connected | None:
        """Return the row after its token was renewed, by us or by whoever was quicker; None where it is gone.

        The row is locked while the vendor is asked, since it takes each refresh token once. A refusal is noted,
        and nothing is deleted.

        Raises:
            CallFailed: the vendor cannot be asked; the row is as it was.
            Unsealed: the key is gone.
        """
        key = _key(seen.person, seen.system)

        def work(rows: "VaultRows") -> Connected | None:
            row = rows.locked(key)
            found = _read(row) if row else None
            if found is None or found.sealed != seen.sealed or found.standing == "refused":
                return found
            try:
                fresh = anyio.from_thread.run(ask, self.open(found))
            except RenewalRefused:
                rows.refuse(key)
                return replace(found, standing="refused")
            sealed = self._ring.seal(found.identity, fresh.plain())
            rows.reseal(key, sealed, fresh.expires)
            return replace(found, sealed=sealed, expires=fresh.expires)

        async with self._few:
            with anyio.CancelScope(shield=True):  # a new token that is not kept would be lost
                found = await self._run(work)
        return found

    async def forget(self, gone: Sequence[Connected]) -> int:
        """Delete rows; return how many there were."""

        def work(rows: "VaultRows") -> int:
            return sum(rows.drop(_key(each.person, each.system)) for each in gone)

        return await self._run(work)

    async def rotate(self) -> tuple[int, int, int]:
        """Seal everything with the first key; return how many were resealed, were sealed with it, and open no more."""

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


def _read(row: Mapping[Any, Any]) -> Connected:
    names = ("system", "account", "sealed", "expires", "connected_by", "connected_at", "standing")
    return Connected(person=Principal(row["issuer"], row["subject"]), **{name: row[name] for name in names})
