"""One call as plain values: what is sent, what comes back, and how that is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, NewType, TypeVar

T_co = TypeVar("T_co", covariant=True)
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

Cursor = NewType("Cursor", str)
"""Where a list goes on, as the wire that gave it understands it: a page's number, a token, an address."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it leaves: the path and query without credentials, the body as bytes.

    `content_type` is that of a body which is not of the vendor's usual kind.
    """

    method: Method
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = ""
    acts: bool = False
    """Changes something whatever its method is (harvest-v1 TT-4 is a GET): never repeated, never redirected."""
    origin: str = ""
    """`https://files.example` where it goes to another host than the API's: then nothing of the credentials goes
    along."""

    @property
    def writes(self) -> bool:
        return self.acts or self.method != "GET"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer as it came, decoded and capped; header names in lower case. Its repr shows nobody's words."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Exchange(Generic[T_co]):
    """A request and how to read the answer to it; `read` raises Malformed.

    `aside` reads what the answer to a write says of another record.
    """

    request: Request
    read: Callable[[Response], T_co]
    aside: Callable[[Response], Decimal | None] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """Some rows of a list, and where it goes on; a list that comes whole is one page."""

    rows: Sequence[T_co]
    next: Cursor | None = None
    """Where the next page is; None of the last."""
    last: Cursor | None = None
    """Where the last page is, if the vendor says that."""
    total: str = "1"
    """How many pages there are, in words: `7`, `at least 3`."""
    days: tuple[date, date] | None = None
    """The first and the last day that the vendor says the list is of."""
    highest: int = 0
    """The highest id there was, of rows that were narrowed away too."""
    alone: bool = False
    """Does not say whether there are others."""
    short: str = ""
    """Why rows seem to be missing, though it is the last: `only 3 of 41 came`."""
    missing: bool = False
    """Is not there, although the page before counts it."""
    ahead: Sequence[Cursor] = ()
    """Where the pages behind the next one are, if they are numbered and it is known how many there are."""
