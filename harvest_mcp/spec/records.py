"""What is read and written as one: a group of elements, a record, a row within it, a view, a day's sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from harvest_mcp.spec.marks import SERVER_SET, SUMMARY

UNREAD = "(unread)"
"""Under what name a part keeps that; no column has it."""
Scalar = str | int | bool | Decimal | date | datetime | None

NOTHING: Mapping[str, str] = MappingProxyType({})


class Part(BaseModel):
    """A group of elements as the vendor sent it: unknown ones are passed over, missing ones are None."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    follow: ClassVar[str] = ""
    """A pattern of the names of elements that only follow from others, or are the vendor's own books; every other
    element is missed when it is gone. Without one, the marks of the columns say so."""

    @property
    def unread(self) -> Mapping[str, str]:
        """Columns whose element came and could not be read, each with why: of these nothing is known."""
        found: Mapping[str, str] = self.__dict__.get(UNREAD, NOTHING)
        return found

    def mark(self, unread: Mapping[str, str]) -> None:
        """Note, of a part just made, what of it could not be read: beside its fields, so that most cost nothing."""
        self.__dict__[UNREAD] = MappingProxyType(dict(unread))


Value = Scalar | tuple[Part, ...]
"""What a column holds: a scalar, or the children of a list."""


class Record(Part):
    """A row of an account: a part with an id."""

    id: Annotated[int, SERVER_SET, SUMMARY]

    def doubts(self) -> tuple[str, ...]:
        """Return what does not add up in it, in sentences."""
        return ()


class Child(Part):
    """A row within another: one of a list that belongs to a record, such as a telephone number of a person."""

    id: Annotated[int | None, SERVER_SET] = None


class Identity(Part):
    """Who a server is in an account; each system says it from what its own elements hold."""

    def who(self) -> str:
        """Return the user and the company, for a person to recognise."""
        return ""

    def me(self) -> str:
        """Return the id or e-mail address of this user among the account's people; empty where the vendor does not
        tell."""
        return ""

    def limits(self) -> str:
        """Return what this user's role keeps from them, or empty for a user who may do everything."""
        return ""

    def zone(self) -> tzinfo | None:
        """Return the time zone this user's days begin and end in; None where the vendor does not tell."""
        return None

    def by_clock(self) -> bool:
        """Return whether time is known to be tracked by when it began and ended, instead of by how long it took."""
        return self.tracks() is True

    def tracks(self) -> bool | None:
        """Return whether time is tracked by when it began and ended; None where the vendor does not tell."""
        return None

    def week_start(self) -> int:
        """Return the day this account's weeks begin on, 0 for Monday."""
        return 0


P_co = TypeVar("P_co", bound=Part, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[P_co]):
    """Something read whole from one address: no id of its own, no list."""

    name: str
    record: type[P_co]
    path: str
    root: str
    toolset: str
    says: str
    shows_budget: bool = False
    """The vendor's count of calls; this server's own is put beside it, or alone where there is no `path`."""
    query: tuple[tuple[str, str], ...] = ()
    beside: "tuple[tuple[str, View[Part]], ...]" = ()
    """Other views that are told in columns of this one; one that this user may not see stays empty."""
    of: str = ""
    """The noun of a record whose id stands in the path, as `{id}`."""
    asks: tuple[str, ...] = ()
    """Yes-or-no parameters of the query, which are arguments of the tool."""
