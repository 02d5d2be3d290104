"""What a tool is, and what its function gets to work with; independent of MCP's own types."""

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
"""Seconds for which the identity of the caller is remembered."""
MOST_CALLERS = 500
"""The most callers whose names of records are remembered."""


class Arguments(BaseModel):
    """The arguments of one call; unknown names are refused, and an argument left out differs from null."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    _notes: tuple[str, ...] = PrivateAttr(())

    def noting(self, notes: tuple[str, ...]) -> Self:
        """Return the same, with notes for the caller on how values were understood."""
        self._notes = notes
        return self

    @property
    def noted(self) -> str:
        """Sentences on values that were taken as something else; mostly empty."""
        return " ".join(f"{note}." for note in self._notes)

    def given(self) -> dict[str, Any]:
        """Return the arguments the caller passed."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """MCP's hints. `destroys` is set exactly for tools that ask a person first."""

    reads: bool = False
    destroys: bool = False
    repeatable: bool = False


class Budget(Protocol):
    """The calls left in an account's budget, and in the separate budgets `apart`."""

    @property
    def plan(self) -> Plan: ...
    @property
    def apart(self) -> "Sequence[Budget]": ...
    async def left(self) -> int: ...
    async def closed_for(self) -> float: ...
    async def lift(self) -> float: ...


class AccountLine(Send, Protocol):
    """A connection to one account."""

    @property
    def throttle(self) -> Budget: ...
    async def found(self) -> Account: ...
    async def aclose(self) -> None: ...


@dataclass(slots=True)
class Desk:
    """What all tools of a server share: accounts, connections opened at the first call, and confirmation.

    `missing` says for offered systems without an account here why there is none.
    """

    accounts: Mapping[str, Account]
    confirmation: Confirmation
    connect: Callable[[Account], AccountLine]
    state: State
    clock: Callable[[], float] = time.time
    folders: tuple[str, ...] = ()
    """Folders from which local files may be read; none unless the operator names some."""
    export_folder: str = ""
    """Folder for files that tools write; if empty, files go with the answer."""
    timing: Timing = USUAL
    open: dict[str, AccountLine] = field(default_factory=dict)
    known: dict[str, tuple[float, Identity]] = field(default_factory=dict)
    """The signed-in user by system, and when the vendor was asked."""
    missing: Mapping[str, HarvestMcpError] = field(default_factory=dict)
    names: dict[tuple[str, str], Names] = field(default_factory=dict)
    """Names of records, by account and principal."""
    unfound: dict[str, HarvestMcpError] = field(default_factory=dict)
    """Why an account's number is not known yet."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must never be logged."""
        return tuple(secret for account in self.accounts.values() for secret in account.secrets)

    def account(self, system: System) -> Account:
        """Return the account of a system.

        Raises:
            SettingsError: there is none, as a setting is missing.
            NotConnected: the person this desk belongs to has not connected one.
        """
        if why := self.missing.get(system.name):
            if isinstance(why, NotConnected):
                raise NotConnected(why.system, why.what)
            raise SettingsError(why.what, next=why.next, here=why.here)
        return self.accounts[system.name]

    async def find(self) -> None:
        """Ask the vendor for the number of each account where it was not configured, as state is kept by that number.

        If that fails, the reason is kept for whoever needs it.
        """
        for name, account in self.accounts.items():
            if account.system.numbered and not account.number and name not in self.missing:
                try:
                    self.accounts = {**self.accounts, name: await self.line(account.system).found()}
                    self.unfound.pop(name, None)
                except HarvestMcpError as why:
                    self.unfound[name] = why

    def apart(self, systems: Iterable[System]) -> list[tuple[str, HarvestMcpError]]:
        """Return those of these systems that have no account here, by title, and why."""
        return [(each.title, self.missing[each.name]) for each in systems if each.name in self.missing]

    def line(self, system: System) -> AccountLine:
        if system.name not in self.open:
            self.open[system.name] = self.connect(self.account(system))
        return self.open[system.name]

    def names_of(self, system: System, principal: str) -> Names:
        """Return the names one caller has read; beyond `MOST_CALLERS` the earliest caller's are dropped."""
        key = (self.account(system).key, principal)
        if key not in self.names:
            while len(self.names) >= MOST_CALLERS:
                del self.names[next(iter(self.names))]
            self.names[key] = Names(system, self.clock)
        return self.names[key]

    def seen_by(self, system: System, principal: str) -> Names | None:
        """Return the names one caller has read, if any; nothing is created."""
        account = self.accounts.get(system.name)
        return self.names.get((account.key, principal or account.principal)) if account else None

    async def hang_up(self) -> None:
        """Close the connections to the accounts."""
        while self.open:
            await self.open.popitem()[1].aclose()

    async def aclose(self) -> None:
        await self.confirmation.aclose()
        await self.hang_up()
        self.state.close()


Progress = Callable[[str], Awaitable[None]]
"""Called with a sentence on how far a long call is."""


async def unheard(says: str) -> None:
    """Ignore progress."""


NO_PERSON = Respondent()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: who calls, how to ask them, and whom to tell of waits."""

    desk: Desk
    tool: str
    person: Respondent = NO_PERSON
    waiting: Waiting = nobody
    progress: Progress = unheard
    offered: Container[str] = ()
    """Names of the tools on offer, so that no answer points to another."""
    whose: str = ""
    """The caller, if the server knows them itself; empty for whoever the account signs in as."""
    lanes: Lanes = field(default_factory=Lanes)

    def principal(self, system: System) -> str:
        """Return the caller, under whose name state is kept."""
        return self.whose or self.desk.account(system).principal

    def names_of(self, system: System) -> Names:
        return self.desk.names_of(system, self.principal(system))

    def api(self, system: System, *, aside: Callable[[Decimal], None] = passed_over) -> Api:
        account, names = self.desk.account(system), self.names_of(system)
        line, here = self.desk.line(system), partial(self.here, system)
        return Api(system, line, self.waiting, account.most_pages, account.blot, aside, here, names, self.lanes)

    async def here(self, system: System) -> tuple[date, int | None]:
        """Return the user's current date (in UTC if the vendor does not tell the zone) and id."""
        who, now = await self.who(system), datetime.fromtimestamp(self.desk.clock(), UTC)
        me = who.me()
        return now.astimezone(who.zone() or UTC).date(), int(me) if me.isdigit() else None

    async def who(self, system: System) -> Identity:
        """Return the signed-in user, as the vendor said within the last ten minutes."""
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
            HarvestMcpError: the account's number is not known yet.
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
    """A file that goes with an answer; clients may show pictures."""

    name: str
    kind: str
    """Its media type, such as `image/png`."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, and files that go with it."""

    text: str
    attached: tuple[Attached, ...] = ()

    @classmethod
    def of(cls, said: "str | Answer") -> "Answer":
        """Return a tool's result as an Answer."""
        return cls(said) if isinstance(said, str) else said

    def beside(self, more: str) -> "Answer":
        """Return the same with more sentences at the end of its first line."""
        if not more:
            return self
        first, line, rest = self.text.partition("\n")
        return Answer(f"{first} {more}{line}{rest}", self.attached)


Run = Callable[[Call, Arguments], Awaitable[str | Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool: `run` returns the answer; `untouched` is added to errors, such as `Nothing was changed.`"""

    name: str
    says: str
    toolset: str
    hints: Hints
    arguments: type[Arguments]
    run: Run
    untouched: str = ""
    address: RecordAddress | None = None
    """The address at which the same can be read as a resource."""

    @property
    def title(self) -> str:
        """The title for people: `List incwo contacts` from `list_incwo_contacts`."""
        return re.sub(r"\bi\b", "I", self.name.replace("_", " ").capitalize())
