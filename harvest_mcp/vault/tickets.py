"""Links to pages, and sign-ins of browsers: random texts that people hold, stored by their digests until they
expire."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from harvest_mcp.state import State

if TYPE_CHECKING:
    from harvest_mcp.state.transaction import Transaction
    from harvest_mcp.vault.rows import VaultRows

T = TypeVar("T")
Kind = Literal["connect", "sign-in", "session", "vendor", "choice"]
"""A link to connect an account; a browser sent to the provider, or signed in; one sent to the vendor, and one back with
a token for several accounts."""
LIFETIMES: Mapping[Kind, float] = {"connect": 900, "sign-in": 600, "session": 900, "vendor": 600, "choice": 600}
"""The lifetime of each kind in seconds."""
MOST, MOST_UNKNOWN = 20, 2000
"""The most tickets of one kind for a person, and for all not signed in; for one more the oldest is deleted."""
CODE = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principal:
    """A person; a subject is unique within its issuer only."""

    issuer: str
    subject: str

    @property
    def whose(self) -> str:
        """Return the name under which their state is kept, as in the journal."""
        return f"{self.subject} at {self.issuer}"

    @property
    def key(self) -> dict[str, object]:
        return {"issuer": self.issuer, "subject": self.subject}


def principal_of(whose: str, issuer: str) -> Principal:
    """Return the person of such a name."""
    return Principal(issuer, whose.removesuffix(f" at {issuer}"))


NOBODY_YET = Principal("", "")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A valid ticket: whose it is, and what it stands for."""

    person: Principal
    held: Mapping[str, Any] = field(repr=False)
    expires: float = 0.0


class Tickets:
    """The tickets of one store. Every method raises `StateError` if that cannot be used."""

    def __init__(self, state: State, *, clock: Callable[[], float] = time.time) -> None:
        self.state, self.clock = state, clock

    async def issue(self, kind: Kind, person: Principal = NOBODY_YET, /, **held: Any) -> str:
        """Return a new random text that stands for this."""
        code, now = secrets.token_urlsafe(24), self.clock()
        row = {
            "digest": digest_of(code),
            "kind": kind,
            "issuer": person.issuer,
            "subject": person.subject,
            "expires": now + LIFETIMES[kind],
            "held": held,
        }
        most = MOST if person.subject else MOST_UNKNOWN
        await self._run(lambda rows: rows.issue(row, now=now, most=most))
        return code

    async def find(self, kind: Kind, code: str) -> Ticket | None:
        """Return what a text stands for, without using it up; None if it is invalid."""
        if not CODE.fullmatch(code):
            return None
        key = self.key(kind, code)
        return await self._run(lambda rows: _read(rows.ticket(key)))

    async def take(self, kind: Kind, code: str, fits: Callable[[Ticket], bool]) -> Ticket | None:
        """Use a text up, if what it stands for fits the caller; of several at once, one gets that.

        One that does not fit stays for whom it is for: anybody can send a browser here.
        """
        if not CODE.fullmatch(code):
            return None
        key = self.key(kind, code)

        def work(rows: "VaultRows") -> Ticket | None:
            found = _read(rows.ticket(key))
            return found if found and fits(found) and rows.use_up(key) else None

        return await self._run(work)

    def key(self, kind: Kind, code: str) -> dict[str, object]:
        """Return the key by which a ticket is found now."""
        return {"digest": digest_of(code), "kind": kind, "now": self.clock()}

    async def _run(self, work: "Callable[[VaultRows], T]") -> T:
        from harvest_mcp.vault.rows import VaultRows  # noqa: PLC0415 - not at start

        def on(connection: "Transaction") -> T:
            return work(VaultRows(connection))

        return await self.state.run(on)


def digest_of(code: str) -> str:
    """Return the digest under which a text is stored, so that reading the store opens nothing."""
    return hashlib.sha256(code.encode()).hexdigest()


def _read(row: Mapping[Any, Any] | None) -> Ticket | None:
    return Ticket(Principal(row["issuer"], row["subject"]), row["held"], row["expires"]) if row else None
