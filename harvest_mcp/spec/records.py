"""Base classes of everything read from a vendor: part, record, child, identity and view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from harvest_mcp.spec.marks import SERVER_SET, SUMMARY

UNREAD = "(unread)"
"""The key in an instance's `__dict__` for its unreadable columns; not a valid column name."""
Scalar = str | int | bool | Decimal | date | datetime | None

NOTHING: Mapping[str, str] = MappingProxyType({})


class Part(BaseModel):
    """A group of elements as the vendor sent it: unknown ones are ignored, missing ones are None."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    follow: ClassVar[str] = ""
    """A pattern for element names that are derived from others or are the vendor's bookkeeping. An expected element
    that does not match it is reported when missing. Without a pattern, the marks of the columns decide."""

    @property
    def unread(self) -> Mapping[str, str]:
        """The columns whose element arrived but could not be parsed, each with the reason; their value is unknown."""
        found: Mapping[str, str] = self.__dict__.get(UNREAD, NOTHING)
        return found

    def mark(self, unread: Mapping[str, str]) -> None:
        """Note which columns of a new instance could not be parsed.

        Kept in `__dict__`, not in a field: most instances have none, and a field would cost every one of them.
        """
        self.__dict__[UNREAD] = MappingProxyType(dict(unread))


Value = Scalar | tuple[Part, ...]
"""The value of a column: a scalar, or the children of a list."""


class Record(Part):
    """A part with an id: one row of an account."""

    id: Annotated[int, SERVER_SET, SUMMARY]

    def doubts(self) -> tuple[str, ...]:
        """Return what is inconsistent in it (a total that does not match its lines), in sentences."""
        return ()


class Child(Part):
    """An entry of a list within a record, such as a telephone number of a person."""

    id: Annotated[int | None, SERVER_SET] = None


class Identity(Part):
    """The signed-in user and account; each system overrides what its API tells."""

    def who(self) -> str:
        """Return the user and the company, in words for people."""
        return ""

    def me(self) -> str:
        """Return this user's id or e-mail address among the account's people; empty if the vendor does not tell."""
        return ""

    def limits(self) -> str:
        """Return, in words, what this user's role hides from them; empty for a user who sees everything."""
        return ""

    def zone(self) -> tzinfo | None:
        """Return the user's time zone; None if the vendor does not tell."""
        return None

    def by_clock(self) -> bool:
        """Return whether time is known to be tracked by start and end times rather than by duration."""
        return self.tracks() is True

    def tracks(self) -> bool | None:
        """Return whether time is tracked by start and end times; None if the vendor does not tell."""
        return None

    def week_start(self) -> int:
        """Return the first day of this account's week, 0 for Monday."""
        return 0


P_co = TypeVar("P_co", bound=Part, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[P_co]):
    """Something read whole from one address: it has no id and is not a list."""

    name: str
    record: type[P_co]
    path: str
    root: str
    toolset: str
    says: str
    shows_budget: bool = False
    """Whether it tells the vendor's count of calls; this server's own count is added. No `path`: only the latter is
    told."""
    query: tuple[tuple[str, str], ...] = ()
    beside: "tuple[tuple[str, View[Part]], ...]" = ()
    """Other views whose content is shown as columns of this one; left empty where the user may not see them."""
    of: str = ""
    """The noun of the record whose id replaces `{id}` in the path."""
    asks: tuple[str, ...] = ()
    """Boolean query parameters, offered as arguments of the tool."""
