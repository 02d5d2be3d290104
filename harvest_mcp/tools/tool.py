"""What a tool is, and what its body gets to work with; knows nothing of MCP's own types."""

import re
import time
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Protocol, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

from harvest_mcp.api import Api, passed_over
from harvest_mcp.changes import USUAL, Changes, Journal, Timing
from harvest_mcp.config.secret import Secret
from harvest_mcp.consent.policy import Confirmation, Respondent
from harvest_mcp.errors import HarvestMcpError, NotConnected, SettingsError
from harvest_mcp.gateway import Account, Send, Waiting, nobody
from harvest_mcp.lanes import Lanes
from harvest_mcp.names import Names
from harvest_mcp.spec import Identity, Plan, System
from harvest_mcp.state import State
from harvest_mcp.tools.address import RecordAddress

FRESH = 600.0
"""Seconds for which it is remembered who is calling."""
MOST_CALLERS = 500
"""Callers whose names of records are remembered."""


class Arguments(BaseModel):
    """The arguments of one call: unknown names are refused, and what was left out is not null."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    _notes: tuple[str, ...] = PrivateAttr(())

    def noting(self, notes: tuple[str, ...]) -> Self:
        """Return the same, with what the caller has to be told of how they were taken."""
        self._notes = notes
        return self

    @property
    def noted(self) -> str:
        """Sentences for the caller about values that were taken as something else; mostly empty."""
        return " ".join(f"{note}." for note in self._notes)

    def given(self) -> dict[str, Any]:
        """Return what the caller passed, and nothing else."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a client may assume of a tool. Destructive is exactly what asks a person first."""

    reads: bool = False
    destroys: bool = False
    repeatable: bool = False


class Budget(Protocol):
    """What is left of an account's call budget, and of those that some calls have `apart`."""

    @property
    def plan(self) -> Plan: ...
    @property
    def apart(self) -> "Sequence[Budget]": ...
    async def left(self) -> int: ...
    async def closed_for(self) -> float: ...
    async def lift(self) -> float: ...


class AccountLine(Send, Protocol):
    """An open way to one account."""

    @property
    def throttle(self) -> Budget: ...
    async def found(self) -> Account: ...
    async def aclose(self) -> None: ...


@dataclass(slots=True)
class Desk:
    """What all tools of a server share: the accounts, opened at the first call, and how consent is got.

    `missing` says of the systems that are offered and have no account here why they have none.
    """

    accounts: Mapping[str, Account]
    confirmation: Confirmation
    connect: Callable[[Account], AccountLine]
    state: State
    clock: Callable[[], float] = time.time
    folders: tuple[str, ...] = ()
    """Where local files may be read from; nowhere unless the operator says so."""
    export_folder: str = ""
    """Where files are written that tools make; with the answer unless the operator names one."""
    timing: Timing = USUAL
    open: dict[str, AccountLine] = field(default_factory=dict)
    known: dict[str, tuple[float, Identity]] = field(default_factory=dict)
    """Who the vendor said is calling, and when."""
    missing: Mapping[str, HarvestMcpError] = field(default_factory=dict)
    names: dict[tuple[str, str], Names] = field(default_factory=dict)
    """What records are called, by account and principal."""
    unfound: dict[str, HarvestMcpError] = field(default_factory=dict)
    """Why the number of an account is not known yet."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must never be logged."""
        return tuple(secret for account in self.accounts.values() for secret in account.secrets)

    def account(self, system: System) -> Account:
        """Return the account of a system.

        Raises:
            SettingsError: there is none, since something of it is to be set first.
            NotConnected: whoever this desk is of has connected none.
        """
        if why := self.missing.get(system.name):
            if isinstance(why, NotConnected):
                raise NotConnected(why.system, why.what)
            raise SettingsError(why.what, next=why.next, here=why.here)
        return self.accounts[system.name]

    async def find(self) -> None:
        """Ask for the number of each account of which nobody said it: what is kept of an account is kept by that.

        Where it cannot be had, whoever needs it is told why.
        """
        for name, account in self.accounts.items():
            if account.system.numbered and not account.number and name not in self.missing:
                try:
                    self.accounts = {**self.accounts, name: await self.line(account.system).found()}
                    self.unfound.pop(name, None)
                except HarvestMcpError as why:
                    self.unfound[name] = why

    def apart(self, systems: Iterable[System]) -> list[tuple[str, HarvestMcpError]]:
        """Return which of these have no account here, by title, and why."""
        return [(each.title, self.missing[each.name]) for each in systems if each.name in self.missing]

    def line(self, system: System) -> AccountLine:
        if system.name not in self.open:
            self.open[system.name] = self.connect(self.account(system))
        return self.open[system.name]

    def names_of(self, system: System, principal: str) -> Names:
        """Return what one caller has seen records called; of many callers, those forget who were first to come."""
        key = (self.account(system).key, principal)
        if key not in self.names:
            while len(self.names) >= MOST_CALLERS:
                del self.names[next(iter(self.names))]
            self.names[key] = Names(system, self.clock)
        return self.names[key]

    def seen_by(self, system: System, principal: str) -> Names | None:
        """Return what one caller has seen, if there is anything; nothing is made for one who has not."""
        account = self.accounts.get(system.name)
        return self.names.get((account.key, principal or account.principal)) if account else None

    async def hang_up(self) -> None:
        """Close the ways to the accounts."""
        while self.open:
            await self.open.popitem()[1].aclose()

    async def aclose(self) -> None:
        await self.confirmation.aclose()
        await self.hang_up()
        self.state.close()


Progress = Callable[[str], Awaitable[None]]
"""Told how far a long call is, in a sentence."""


async def unheard(says: str) -> None:
    """Nobody to tell."""


NO_PERSON = Respondent()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: how to reach the person, and whom to tell of waiting."""

    desk: Desk
    tool: str
    person: Respondent = NO_PERSON
    waiting: Waiting = nobody
    progress: Progress = unheard
    offered: Container[str] = ()
    """The tools there are here, so that no answer points to another."""
    whose: str = ""
    """Who calls, where the server itself knows them; empty where it is whoever the account signs in as."""
    lanes: Lanes = field(default_factory=Lanes)

    def principal(self, system: System) -> str:
        """Return who calls: what is kept for them is kept under this name, and nobody else's is theirs."""
        return self.whose or self.desk.account(system).principal

    def names_of(self, system: System) -> Names:
        return self.desk.names_of(system, self.principal(system))

    def api(self, system: System, *, aside: Callable[[Decimal], None] = passed_over) -> Api:
        account = self.desk.account(system)
        line, names = self.desk.line(system), self.names_of(system)
        here = partial(self.here, system)
        return Api(system, line, self.waiting, account.most_pages, account.blot, aside, here, names, self.lanes)

    async def here(self, system: System) -> tuple[date, int | None]:
        """Today's date where the user is, in UTC where the vendor does not tell, and the user's id."""
        who, now = await self.who(system), datetime.fromtimestamp(self.desk.clock(), UTC)
        me = who.me()
        return now.astimezone(who.zone() or UTC).date(), int(me) if me.isdigit() else None

    async def who(self, system: System) -> Identity:
        """Return who calls, as the vendor said within the last ten minutes: roles, zones and settings change rarely."""
        at, known = self.desk.known.get(system.name, (0.0, None))
        if known is None or not 0 <= self.desk.clock() - at < FRESH:
            known = await self.api(system).who()
            self.desk.known[system.name] = (self.desk.clock(), known)
        return known

    def changes(self, system: System, *, aside: Callable[[Decimal], None] = passed_over) -> Changes:
        api, journal = self.api(system, aside=aside), self.journal(system)
        return Changes(api, journal, self.tool, timing=self.desk.timing)

    def journal(self, system: System) -> Journal:
        """Return the journal of an account.

        Raises:
            HarvestMcpError: nobody knows yet which account it is.
        """
        account = self.desk.account(system)
        if why := self.desk.unfound.get(system.name):
            raise why.anew()
        return Journal(
            self.desk.state,
            system=system.name,
            account=account.key,
            principal=self.principal(system),
            clock=self.desk.clock,
        )


@dataclass(frozen=True, slots=True)
class Attached:
    """Bytes that go with an answer: a picture, which clients may show, or another file."""

    name: str
    kind: str
    """Its media type, such as `image/png`."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, and what goes with it."""

    text: str
    attached: tuple[Attached, ...] = ()

    @classmethod
    def of(cls, said: "str | Answer") -> "Answer":
        """Return what a tool said, as one."""
        return cls(said) if isinstance(said, str) else said

    def beside(self, more: str) -> "Answer":
        """Return the same with sentences more at the end of its first line."""
        if not more:
            return self
        first, line, rest = self.text.partition("\n")
        return Answer(f"{first} {more}{line}{rest}", self.attached)


Run = Callable[[Call, Arguments], Awaitable[str | Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool: `run` gives the answer, mostly a text. `untouched` is what to say when it failed."""

    name: str
    says: str
    toolset: str
    hints: Hints
    arguments: type[Arguments]
    run: Run
    untouched: str = ""
    address: RecordAddress | None = None
    """Where the same can be read as a resource."""

    @property
    def title(self) -> str:
        """What people call it: `List incwo contacts`, of `list_incwo_contacts`."""
        return re.sub(r"\bi\b", "I", self.name.replace("_", " ").capitalize())
