"""One HTTP call as plain values: the request, the response, and the function that reads it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, NewType, TypeVar

T_co = TypeVar("T_co", covariant=True)
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

Cursor = NewType("Cursor", str)
"""Where the next page is, in the form of the wire that returned it: a page number, a token or a URL."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: path and query without credentials, body as bytes.

    `content_type` is set where the body is not of the vendor's usual type.
    """

    method: Method
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = ""
    acts: bool = False
    """True if it changes something in spite of its method (harvest-v1 TT-4 is a GET): never repeated or redirected."""
    origin: str = ""
    """`https://files.example` if the request goes to a host other than the API's; no credentials are sent there."""

    @property
    def writes(self) -> bool:
        return self.acts or self.method != "GET"


@dataclass(frozen=True, slots=True)
class Response:
    """One response, decompressed and limited in size; header names in lower case. The repr shows neither headers nor
    body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Exchange(Generic[T_co]):
    """A request and the function that reads its response; `read` raises Malformed.

    `aside` reads what the response to a write says about another record, such as the hours of a timer it stopped.
    """

    request: Request
    read: Callable[[Response], T_co]
    aside: Callable[[Response], Decimal | None] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """One page of a list and the cursor of the next; a list that is not paged is one page."""

    rows: Sequence[T_co]
    next: Cursor | None = None
    """The next page; None on the last."""
    last: Cursor | None = None
    """The last page, if the vendor names it."""
    total: str = "1"
    """The number of pages, in words: `7`, `at least 3`."""
    days: tuple[date, date] | None = None
    """The first and last day the list covers, if the vendor says so."""
    highest: int = 0
    """The highest id received, including rows that a filter of ours dropped."""
    alone: bool = False
    """True if the vendor does not say whether other pages exist."""
    short: str = ""
    """Why rows seem to be missing although it is the last page: `only 3 of 41 came`."""
    missing: bool = False
    """True if this page could not be read although an earlier one counted it."""
    ahead: Sequence[Cursor] = ()
    """The pages after `next`, if pages are numbered and their count is known."""
